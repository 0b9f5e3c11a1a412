import '@preact/signals'
import { computed, effect, untracked } from '@preact/signals-core'
import { render } from 'preact'
import { TOKEN_PARAM } from '@hindscope/protocol'
import { Workspace } from './app/app.tsx'
import { listenToKeys } from './app/commands.ts'
import { AppContext } from './app/context.ts'
import type { App } from './app/context.ts'
import { listenToDrops } from './app/open-files.ts'
import { createLayout } from './app/layout-state.ts'
import { bindBrowser, tellIgnored } from './core/browser-location.ts'
import { createSettings } from './core/settings.ts'
import { parseView } from './core/url-codec.ts'
import { createViewModel } from './core/view-model.ts'
import type { CollectorLink } from './core/trace-page.ts'
import { createTracePage } from './core/trace-page.ts'
import { createHttpEngine } from './engine/http-engine.ts'
import { createLiveClient, liveAddress } from './engine/live-client.ts'
import { isSingleFile, startWorker } from './engine/start-worker.ts'
import { applyDensity } from './theme/density.ts'
import { createTheme } from './theme/theme.ts'
import './theme/tokens.css'
import './theme/page.css'
import './theme/widgets.css'
import './theme/lists.css'
import './theme/timeline.css'
import './theme/panels.css'
import './theme/source.css'
import './theme/search.css'
import './theme/inspect.css'
import './theme/views.css'
import './theme/state.css'
import './theme/files.css'
import './theme/session.css'
import './theme/compact.css'

function start(root: HTMLElement): void {
  const address = new URL(window.location.href)
  const token = address.searchParams.get(TOKEN_PARAM) ?? undefined
  const parsed = parseView(address.hash)
  const model = createViewModel(parsed.view)
  bindBrowser(model, parsed.unknown)
  tellIgnored(model, parsed)
  const collector: CollectorLink = {
    engine: createHttpEngine(address.href, token),
    live: () => createLiveClient(liveAddress(address.href, token)),
  }
  const page = createTracePage(model, isSingleFile() ? undefined : collector, startWorker)
  const [theme, layout, settings] = [createTheme(), createLayout(), createSettings()]
  applyDensity(settings.density)
  let shown = 0
  const apps = computed((): App => ({ bench: page.host.value.bench, host: page.host.value, page, theme, layout, settings }))
  effect(() => listenToKeys(apps.value))
  listenToDrops(page)
  effect(() => {
    const app = apps.value
    // Components hold what they read of a workbench: another one gets fresh ones.
    const key = String(++shown)
    untracked(() =>
      render(
        <AppContext.Provider key={key} value={app}>
          <Workspace />
        </AppContext.Provider>,
        root,
      ),
    )
  })
}

const root = document.getElementById('root')
if (root) start(root)
