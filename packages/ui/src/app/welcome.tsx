import type { VNode } from 'preact'
import { useApp } from './context.ts'
import { pickFiles } from './open-files.ts'

const SETUP = `// vite.config.ts
import hindscope from 'hindscope/vite'
export default { plugins: [hindscope()] }`

/** The first screen of somebody who has recorded nothing yet. */
export function Welcome(): VNode {
  const { bench, page } = useApp()
  const { sessions, model } = bench
  const copy = (): void => {
    navigator.clipboard.writeText(SETUP).then(
      () => model.notify('Copied'),
      () => model.notify('The browser does not allow copying here; select the text instead', 'problem'),
    )
  }
  return (
    <main class="only welcome" data-testid="empty-new">
      <h2>Nothing recorded yet</h2>
      <p>Add one line to the config of your bundler, start your app, and open it. Its calls appear here by themselves.</p>
      <pre class="setup">
        <code>{SETUP}</code>
      </pre>
      <p class="welcome-actions">
        <button type="button" class="button button-primary" onClick={copy}>
          Copy
        </button>
        <button type="button" class="button" onClick={sessions.reload}>
          Look again
        </button>
        <button type="button" class="button" onClick={() => pickFiles(page)}>
          Open file…
        </button>
      </p>
      <p class="muted">
        Plain Node: <code>node --import hindscope/register app.ts</code>. Still nothing? <code>hindscope doctor</code> says why.
      </p>
      <p class="muted">Somebody sent you a trace? Drop the .hscope file anywhere on this page.</p>
    </main>
  )
}
