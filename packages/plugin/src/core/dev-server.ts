/** The collector and its UI beside Vite's dev server: started with it, named beside its URLs, closed with it. */
import { basename } from 'node:path'
import type { ViteDevServer } from 'vite'
import { openCollector } from './collector-link.ts'
import type { CollectorLink } from './collector-link.ts'
import type { BuildContext, Connection } from './context.ts'
import { UI_PATH, leadToUi } from './vite-dock.ts'

export interface DevServerLink {
  attach(server: ViteDevServer): void
  /** An environment of some server closed. Restarting closes a server without calling its `close`, but not without this. */
  detach(environment: unknown): Promise<void>
  /** Waits for the collector; undefined when there is none (middleware of a test, or it failed: said once on the server's log). */
  connection(): Promise<Connection | undefined>
}

export function createDevServerLink(context: BuildContext): DevServerLink {
  let opening: Promise<CollectorLink | undefined> | undefined
  /** By the client environment of the server, which each server has one of. */
  const opened = new Map<unknown, Promise<CollectorLink | undefined>>()

  async function open(server: ViteDevServer): Promise<CollectorLink | undefined> {
    if (!context.parts) return undefined
    const { options, manifests } = context.parts
    try {
      const link = await openCollector(options, basename(options.root))
      manifests.listen(manifest => link.addManifest(manifest))
      return link
    } catch (error) {
      server.config.logger.error(error instanceof Error ? error.message : String(error))
      return undefined
    }
  }

  return {
    attach(server) {
      if (!context.parts) return
      const link = (opening = open(server))
      opened.set(server.environments.client, link)
      server.middlewares.use(
        UI_PATH,
        leadToUi(async () => (await link)?.uiUrl),
      )
      const { printUrls } = server
      server.printUrls = () => {
        printUrls.call(server)
        void link.then(found => found && server.config.logger.info(`  ➜  Hindscope: ${found.uiUrl}`))
      }
    },
    async detach(environment) {
      const link = await opened.get(environment)
      opened.delete(environment)
      await link?.close()
    },
    async connection() {
      const link = await opening
      return link && { url: link.url, token: link.token, session: link.session }
    },
  }
}
