/**
 * Finding or starting the collector that a dev server's pages and server code record into. Order: the config's `url` (HINDSCOPE_URL),
 * then a live collector that `<dataDir>/collector.json` names, then one of our own in this process.
 */
import { readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { COLLECTOR_ENV, HindscopeError, parseRetention } from '@hindscope/protocol'
import type { CollectorAddress, ProbeManifest } from '@hindscope/protocol'
import type { Connection } from './context.ts'
import type { ResolvedOptions } from './options.ts'

export interface CollectorLink extends Connection {
  /** Page to open. */
  readonly uiUrl: string
  readonly isOwn: boolean
  addManifest(manifest: ProbeManifest): void
  /** Lets go; the last user of an own collector closes it. */
  close(): Promise<void>
}

interface OwnCollector {
  readonly url: string
  readonly ingestUrl: string
  readonly token: string
  readonly session: string
  addManifest(manifest: ProbeManifest): void
  close(): Promise<void>
}

/** A dev server that restarts opens its successor before it closes, so own collectors are shared per data folder and counted. */
const ownCollectors = new Map<string, { readonly started: Promise<OwnCollector>; users: number }>()

/** The collector that is already there, if any. */
export async function findCollector({ config, dataDir }: ResolvedOptions, env: NodeJS.ProcessEnv = process.env): Promise<Connection | undefined> {
  if (config.url !== '') return { url: config.url, token: config.token, session: env[COLLECTOR_ENV.session] ?? '' }
  const address = tryReadAddress(dataDir)
  if (address === undefined || !isAlive(address.pid) || !(await answers(address.url))) return undefined
  return { url: address.url, token: address.token, session: address.session }
}

export async function openCollector(options: ResolvedOptions, name: string): Promise<CollectorLink> {
  const own = ownCollectors.get(options.dataDir)
  if (own !== undefined) return useOwn(options.dataDir, own)
  const found = await findCollector(options)
  if (found !== undefined) return joined(found)
  const entry = ownCollectors.get(options.dataDir) ?? { started: startOwn(options, name), users: 0 }
  ownCollectors.set(options.dataDir, entry)
  return useOwn(options.dataDir, entry)
}

async function startOwn({ config, dataDir }: ResolvedOptions, name: string): Promise<OwnCollector> {
  const { startCollector } = await import('@hindscope/collector')
  const { port, token, allowedOrigins, retention } = config
  return startCollector({ dataDir, port, allowedOrigins, name, retention: parseRetention(retention) ?? {}, ...(token === '' ? {} : { token }) })
}

async function useOwn(dataDir: string, entry: { readonly started: Promise<OwnCollector>; users: number }): Promise<CollectorLink> {
  entry.users++
  let collector: OwnCollector
  try {
    collector = await entry.started
  } catch (error) {
    ownCollectors.delete(dataDir)
    throw new HindscopeError('plugin-collector-failed', { reason: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
  let isOpen = true
  return {
    url: collector.ingestUrl,
    token: collector.token,
    session: collector.session,
    uiUrl: uiUrl(collector),
    isOwn: true,
    addManifest: manifest => collector.addManifest(manifest),
    async close() {
      if (!isOpen) return
      isOpen = false
      entry.users--
      if (entry.users > 0) return
      if (ownCollectors.get(dataDir) === entry) ownCollectors.delete(dataDir)
      await collector.close()
    },
  }
}

/** A collector of another process reads the manifests from the data folder. */
const joined = (connection: Connection): CollectorLink => ({
  ...connection,
  uiUrl: uiUrl(connection),
  isOwn: false,
  addManifest: () => undefined,
  close: () => Promise.resolve(),
})

function uiUrl({ url, token }: { readonly url: string; readonly token: string }): string {
  const page = new URL(url)
  page.protocol = page.protocol === 'wss:' || page.protocol === 'https:' ? 'https:' : 'http:'
  page.pathname = '/'
  page.search = ''
  if (token !== '') page.searchParams.set('token', token)
  return page.href
}

function tryReadAddress(dataDir: string): CollectorAddress | undefined {
  try {
    const address: unknown = JSON.parse(readFileSync(join(dataDir, 'collector.json'), 'utf8'))
    const { url, token, session, pid } = address as Partial<CollectorAddress> // SAFE: checked in the next line
    return typeof url === 'string' && typeof token === 'string' && typeof session === 'string' && typeof pid === 'number'
      ? (address as CollectorAddress)
      : undefined
  } catch {
    // SAFE: no collector has written its address here, or it is being written now.
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // SAFE: EPERM means that the process exists and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const CONNECT_TIMEOUT_MS = 500

/** Process ids are reused; only a listening port says that the collector is there. */
function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise(resolve => {
    const socket = createConnection({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), timeout: CONNECT_TIMEOUT_MS })
    const done = (isThere: boolean): void => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
    socket.once('timeout', () => done(false))
  })
}
