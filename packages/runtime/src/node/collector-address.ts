/** Finds the collector of the project that the program runs in. */
import { COLLECTOR_ENV } from '@hindscope/protocol'
import type { CollectorAddress } from '@hindscope/protocol'

export interface FoundCollector {
  readonly url: string
  readonly token: string
  readonly session: string | undefined
  /** The data folder beside which the collector runs; undefined when the environment named a collector that is in none of the folders above. */
  readonly dataDir: string | undefined
}

/** The environment first, then `<dataDir>/collector.json` in this folder and those above it, if that collector is alive. */
export function findCollector(dataDir: string, cwd: string = process.cwd()): FoundCollector | undefined {
  const { env } = process
  const url = env[COLLECTOR_ENV.url]
  const session = env[COLLECTOR_ENV.session] || undefined
  const path = process.getBuiltinModule('node:path')
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    const place = path.resolve(folder, dataDir)
    const address = readAddress(path.join(place, 'collector.json'))
    if (url) {
      if (address?.url === url) return { url, token: env[COLLECTOR_ENV.token] ?? address.token, session, dataDir: place }
    } else if (address !== undefined && isAlive(address.pid))
      return { url: address.url, token: address.token, session: session ?? address.session, dataDir: place }
    if (folder === path.dirname(folder)) return url ? { url, token: env[COLLECTOR_ENV.token] ?? '', session, dataDir: undefined } : undefined
  }
}

export function readAddress(file: string): CollectorAddress | undefined {
  try {
    const parsed: unknown = JSON.parse(process.getBuiltinModule('node:fs').readFileSync(file, 'utf8'))
    const { url, token, session, pid } = parsed as Partial<CollectorAddress> // SAFE: each field is checked below
    const isWhole = typeof url === 'string' && typeof token === 'string' && typeof session === 'string' && typeof pid === 'number'
    return isWhole ? { url, token, session, pid } : undefined
  } catch {
    return undefined // SAFE: no file here, or one that is being written: the search goes on.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: the process is there but belongs to someone else.
    return (error as NodeJS.ErrnoException).code === 'EPERM' // SAFE: kill throws system errors only
  }
}
