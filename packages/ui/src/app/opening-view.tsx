/** While files are read, and when they could not be: what was on screen before is back with one press. */
import type { VNode } from 'preact'
import { formatBytes } from '../core/byte-text.ts'
import { formatExact } from '../core/time-text.ts'
import type { Opening } from '../core/trace-page.ts'
import type { OpenProgress } from '../worker/messages.ts'
import { FailureView } from '../widgets/states.tsx'
import { useApp } from './context.ts'
import { pickFiles } from './open-files.ts'

export function OpeningView({ opening }: { readonly opening: Opening }): VNode {
  const { page } = useApp()
  if (opening.kind === 'failed') {
    return (
      <main class="only opening" data-testid="open-failed">
        <FailureView failure={opening.failure} />
        <p class="welcome-actions">
          <button type="button" class="button button-primary" onClick={() => pickFiles(page)}>
            Choose another file
          </button>
          <button type="button" class="button" onClick={page.dismiss}>
            Go on without it
          </button>
        </p>
      </main>
    )
  }
  return (
    <main class="only opening" data-testid="loading-file">
      <h2>Opening {opening.name}</h2>
      <Bar progress={opening.progress} />
      <button type="button" class="button" onClick={page.dismiss}>
        Cancel
      </button>
    </main>
  )
}

const PHASES: Readonly<Record<OpenProgress['phase'], string>> = { reading: 'Reading the file', indexing: 'Putting events in order' }

function Bar({ progress }: { readonly progress: OpenProgress | undefined }): VNode {
  if (!progress) return <progress class="opening-bar" aria-label="Starting the reader" />
  const { phase, bytes, totalBytes, events, totalEvents } = progress
  const [at, most] = phase === 'reading' ? [bytes, totalBytes] : [events, totalEvents]
  return (
    <>
      <progress class="opening-bar" aria-label={PHASES[phase]} value={Math.min(at, most)} max={Math.max(most, 1)} />
      <p class="opening-row">
        <span>{PHASES[phase]}</span>
        <span data-testid="open-bytes">
          {formatBytes(bytes)} of {formatBytes(totalBytes)}
        </span>
        <span data-testid="open-events">{formatExact(events)} events</span>
      </p>
    </>
  )
}
