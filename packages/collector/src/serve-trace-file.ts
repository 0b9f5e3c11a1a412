/** The same UI and query API over trace files, read-only: what `hindscope open` does. */
import { randomBytes } from 'node:crypto'
import { TOKEN_PARAM } from '@hindscope/protocol'
import type { Damage, TraceEngine } from '@hindscope/protocol'
import { readTraceFiles } from '@hindscope/store'
import { createEngine, summarize } from '@hindscope/store/model'
import type { SessionCatalog, TraceStore } from '@hindscope/store/model'
import { listen } from './listener.ts'
import { LiveViewers } from './live-viewers.ts'
import { findUiDir } from './static-ui.ts'

export interface TraceFileServer {
  /** Page to open, token included. */
  readonly url: string
  readonly token: string
  readonly engine: TraceEngine
  readonly damage: readonly Damage[]
  close(): Promise<void>
}

export interface TraceFileOptions {
  readonly port?: number
  readonly host?: string
  readonly token?: string
  readonly uiDir?: string
  /** Sessions that are read already, shown beside those of the files. */
  readonly sessions?: readonly TraceStore[]
}

/** Reads the files and serves them on loopback. Throws `trace-unreadable` or `collector-listen`. */
export async function serveTraceFile(paths: string | readonly string[], options: TraceFileOptions = {}): Promise<TraceFileServer> {
  const files = typeof paths === 'string' ? [paths] : paths
  const { stores: read, damage } = await readTraceFiles(files)
  const stores = [...(options.sessions ?? []), ...read]
  const catalog: SessionCatalog = {
    list: async () => stores.map(summarize),
    open: async session => stores.find(store => store.session === session),
  }
  const host = options.host ?? '127.0.0.1'
  const token = options.token || randomBytes(16).toString('hex')
  const engine = createEngine(catalog)
  const viewers = new LiveViewers(catalog)
  const listener = await listen(
    {
      rules: { token, allowedOrigins: [], hosts: [host] },
      engine,
      catalog,
      ingest: undefined,
      control: undefined,
      uiDir: options.uiDir ?? findUiDir(),
      health: async () => ({ files: files.length, pid: process.pid }),
    },
    { ingest: undefined, live: socket => viewers.add(socket) },
    { host, port: options.port ?? 0 },
  )
  return {
    url: `http://${host}:${listener.port}/?${TOKEN_PARAM}=${encodeURIComponent(token)}`,
    token,
    engine,
    damage,
    close: async () => {
      viewers.close()
      await listener.close()
    },
  }
}
