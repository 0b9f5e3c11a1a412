/** The start page where no collector answers, or where the link is about a file: it asks for one. */
import type { VNode } from 'preact'
import { formatBytes } from '../core/byte-text.ts'
import type { Failure } from '../engine/failure.ts'
import { Icon } from '../widgets/icon.tsx'
import { keysOf } from './commands.ts'
import { useApp } from './context.ts'
import { pickFiles } from './open-files.ts'

/** `noCollector`: why nobody answered. */
export function FileHome({ noCollector }: { readonly noCollector?: Failure }): VNode {
  const { bench, page, settings } = useApp()
  const wanted = bench.model.view.value.trace
  const lookAgain = (): void => {
    bench.live.retry()
    bench.sessions.reload()
  }
  return (
    <main class="only welcome" data-testid="file-home">
      <h2>{wanted ? `Open ${wanted.name} again` : 'Open a trace'}</h2>
      {wanted && (
        <p data-testid="file-wanted">
          The link points into <b>{wanted.name}</b> ({formatBytes(wanted.bytes)}). A page cannot read it by itself: drop the file here, and you are
          where the link points.
        </p>
      )}
      <button type="button" class="drop-zone" onClick={() => pickFiles(page)}>
        <Icon name="open" />
        <span class="drop-words">Drop .hscope files anywhere, or choose them</span>
        <kbd>{keysOf('open-file', settings).split(' ')[0]}</kbd>
      </button>
      <p class="muted">They are read here, in this page; nothing is sent anywhere.</p>
      {wanted && page.hasCollector && (
        <p class="welcome-actions">
          <button type="button" class="button" onClick={page.closeFile}>
            Show the sessions of the collector
          </button>
        </p>
      )}
      {noCollector && (
        <p class="home-note muted" data-testid="no-collector">
          No collector answers at this address ({noCollector.code}). When your program records, press{' '}
          <button type="button" class="button" onClick={lookAgain}>
            Look again
          </button>
        </p>
      )}
    </main>
  )
}
