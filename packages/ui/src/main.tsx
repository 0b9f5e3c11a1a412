import '@preact/signals'
import { render } from 'preact'
import { TOKEN_PARAM } from '@hindscope/protocol'
import { Workspace } from './app/app.tsx'
import { listenToKeys } from './app/commands.ts'
import { AppContext } from './app/context.ts'
import type { App } from './app/context.ts'
import { createLayout } from './app/layout-state.ts'
import { bindBrowser, tellIgnored } from './core/browser-location.ts'
import { parseView } from './core/url-codec.ts'
import { createViewModel } from './core/view-model.ts'
import { createWorkbench } from './core/workbench.ts'
import { createHttpEngine } from './engine/http-engine.ts'
import { createLiveClient, liveAddress } from './engine/live-client.ts'
import { createTheme } from './theme/theme.ts'
import './theme/tokens.css'
import './theme/page.css'
import './theme/widgets.css'
import './theme/lists.css'
import './theme/timeline.css'
import './theme/panels.css'
import './theme/source.css'
import './theme/compact.css'

function start(root: HTMLElement): void {
  const page = new URL(window.location.href)
  const token = page.searchParams.get(TOKEN_PARAM) ?? undefined
  const parsed = parseView(page.hash)
  const model = createViewModel(parsed.view)
  bindBrowser(model, parsed.unknown)
  tellIgnored(model, parsed)
  const bench = createWorkbench(model, createHttpEngine(page.href, token), createLiveClient(liveAddress(page.href, token)))
  const app: App = { bench, theme: createTheme(), layout: createLayout() }
  listenToKeys(app)
  render(
    <AppContext.Provider value={app}>
      <Workspace />
    </AppContext.Provider>,
    root,
  )
}

const root = document.getElementById('root')
if (root) start(root)
