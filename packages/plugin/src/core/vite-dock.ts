/**
 * Hindscope in the dock of Vite DevTools (`devtools: true` in the config of Vite 8, with `@vitejs/devtools` installed): a panel with the UI and a button
 * that picks an element. Nothing of the kit is imported: Vite calls `setup` of plugins where it is there, and never where it is not. The kit is young,
 * so all that is asked of it stands here; tests/bundlers/vite-dock.test.ts holds it against the package.
 *
 * The panel's address is one of the dev server's own, which leads on to the collector under the name that the page was opened by: a frame of another
 * site would get no cookie.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'

/** Where every dev server leads on to the UI. */
export const UI_PATH = '/__hindscope/'

/** What is used of the kit's context. */
interface DockContext {
  readonly docks: { register(entry: object): unknown }
}

const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3.5" fill="#0a5bc4"/><path d="M3.5 5h7M6 8h7M3.5 11h4" stroke="#fff" stroke-width="1.8" stroke-linecap="round"/></svg>',
)}`

/** The `devtools` of the Vite plugin. `isOn`: something records. */
export const viteDock = (isOn: () => boolean): { setup(context: DockContext): void } => ({
  setup({ docks }) {
    if (!isOn()) return
    docks.register({ id: 'hindscope', title: 'Hindscope', icon: ICON, type: 'iframe', url: UI_PATH })
    docks.register({
      id: 'hindscope-pick',
      title: 'Pick an element: which render is it from?',
      icon: 'ph:crosshair-simple-duotone',
      type: 'action',
      action: { importFrom: 'hindscope/in-page', importName: 'setupDock' },
    })
  },
})

const NAMES = new Set(['localhost', '127.0.0.1'])
const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/

/**
 * A middleware of the dev server. `uiUrl` gives the page of the collector, with its token; undefined while there is none. Only this machine is answered:
 * with `--host`, others could ask too.
 */
export const leadToUi =
  (uiUrl: () => Promise<string | undefined>) =>
  (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    void uiUrl().then(found => {
      if (found === undefined || !LOOPBACK.test(request.socket.remoteAddress ?? '')) return next()
      const target = new URL(found)
      const name = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
      if (NAMES.has(name) && NAMES.has(target.hostname)) target.hostname = name
      response.writeHead(302, { location: target.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).end()
    })
  }
