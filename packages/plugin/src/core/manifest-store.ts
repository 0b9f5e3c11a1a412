import { createHash, randomUUID } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PACK_EXTENSION, packHeader, readPackHeader } from '@hindscope/protocol'
import type { ProbeManifest } from '@hindscope/protocol'

/** A manifest as it travels from a thread, lies in a cache, and is written: text, and the few facts that a build asks for. */
export interface ManifestRecord {
  readonly key: string
  readonly probes: number
  readonly functions: number
  /** Undefined: read from a cache, and known to lie in the data folder. */
  readonly json: string | undefined
}

export type ManifestListener = (manifest: ProbeManifest) => void

/**
 * What readers of a trace join events with, in `<dataDir>/manifests`: `<module key>.json`, or many in one `*.pack`. Keys are content
 * hashes, so files are written once and never changed; manifests of earlier versions of a module stay for the traces that refer to them.
 */
export interface ManifestStore {
  add(record: ManifestRecord): void
  /** Whether the data folder has the manifest, or will have it. */
  has(key: string): boolean
  /** Calls the listener with every manifest of this build, those before and those to come. */
  listen(listener: ManifestListener): void
  /** Writes what waits. Called at the end of a build; a moment after `add` it happens by itself. */
  flush(): Promise<void>
}

export const manifestsDir = (dataDir: string): string => join(dataDir, 'manifests')

export const manifestRecord = (manifest: ProbeManifest): ManifestRecord => ({
  key: manifest.module,
  probes: manifest.probes.length,
  functions: manifest.probes.filter(probe => probe.kind === 'function').length,
  json: JSON.stringify(manifest),
})

/** Long enough for the modules of one page or one build step to share a file. */
const BATCH_MS = 100

/** `immediate`: the program may ask for a manifest right after its module was instrumented (plain Node). */
export function createManifestStore(dataDir: string, { immediate }: { readonly immediate: boolean }): ManifestStore {
  const dir = manifestsDir(dataDir)
  const known = new Map<string, ManifestRecord>()
  const listeners: ManifestListener[] = []
  let written: Set<string> | undefined
  let waiting: { readonly key: string; readonly json: string }[] = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  const onDisk = (): Set<string> => (written ??= listKeys(dir))

  function tell(listener: ManifestListener, { key, json }: ManifestRecord): void {
    const text = json ?? tryReadManifest(dataDir, key)
    if (text !== undefined) listener(JSON.parse(text) as ProbeManifest) // SAFE: written by this store
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const batch = waiting
    waiting = []
    if (batch.length > 0) writing = writing.then(() => writeBatch(dir, batch))
    return writing
  }

  return {
    has: key => known.get(key)?.json !== undefined || onDisk().has(key),
    add(record) {
      const { key, json } = record
      if (known.has(key)) return
      known.set(key, record)
      if (json !== undefined && !onDisk().has(key)) {
        onDisk().add(key)
        if (immediate) writeDataFile(dir, `${key}.json`, json)
        else {
          waiting.push({ key, json })
          timer ??= setTimeout(() => void flush(), BATCH_MS)
        }
      }
      for (const listener of listeners) tell(listener, record)
    },
    listen(listener) {
      listeners.push(listener)
      for (const record of known.values()) tell(listener, record)
    },
    flush,
  }
}

async function writeBatch(dir: string, batch: readonly { readonly key: string; readonly json: string }[]): Promise<void> {
  const [first] = batch
  if (first === undefined) return
  try {
    if (batch.length === 1) return await writeAtomically(dir, `${first.key}.json`, first.json)
    const texts = batch.map(({ json }) => Buffer.from(json))
    const header = packHeader(batch.map(({ key }, index) => [key, texts[index]?.length ?? 0]))
    const name = createHash('sha256').update(header).digest('hex').slice(0, 16)
    await writeAtomically(dir, `${name}${PACK_EXTENSION}`, Buffer.concat([Buffer.from(header), ...texts]))
  } catch (error) {
    // Names of probes are then missing in traces; the build itself is right, so it goes on.
    process.emitWarning(`Hindscope could not write probe manifests to ${dir}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Servers of one process, and its threads, may write the same file at the same time: whoever is done last is the one that stays. */
const draftOf = (file: string): string => `${file}.${randomUUID()}.tmp`

async function writeAtomically(dir: string, name: string, content: string | Buffer): Promise<void> {
  prepareDataDir(dir)
  const draft = draftOf(join(dir, name))
  await writeFile(draft, content, { mode: 0o600 })
  await rename(draft, join(dir, name))
}

/** The JSON text of a manifest in the data folder. */
export function tryReadManifest(dataDir: string, key: string): string | undefined {
  const dir = manifestsDir(dataDir)
  const own = tryRead(join(dir, `${key}.json`), 0)
  if (own !== undefined) return own.toString()
  for (const name of listDir(dir)) {
    const place = name.endsWith(PACK_EXTENSION) ? packPlaces(join(dir, name))?.get(key) : undefined
    if (place) return tryRead(join(dir, name), place.start, place.bytes)?.toString()
  }
  return undefined
}

/** Module keys of all manifests in a data folder. */
export const manifestKeys = (dataDir: string): ReadonlySet<string> => listKeys(manifestsDir(dataDir))

function listKeys(dir: string): Set<string> {
  const keys = new Set<string>()
  for (const name of listDir(dir)) {
    if (name.endsWith('.json')) keys.add(name.slice(0, -'.json'.length))
    else if (name.endsWith(PACK_EXTENSION)) for (const key of packPlaces(join(dir, name))?.keys() ?? []) keys.add(key)
  }
  return keys
}

function listDir(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    // SAFE: nothing was instrumented here yet.
    return []
  }
}

function packPlaces(path: string): ReturnType<typeof readPackHeader> {
  for (let bytes = 1 << 16; ; bytes *= 4) {
    const text = tryRead(path, 0, bytes)?.toString('latin1') ?? ''
    const end = text.indexOf('\n')
    if (end >= 0) return readPackHeader(text.slice(0, end), end + 1)
    if (text.length < bytes) return undefined
  }
}

/** Up to `bytes` bytes, all of them when it is not said how many. */
function tryRead(path: string, start: number, bytes?: number): Buffer | undefined {
  try {
    if (bytes === undefined) return readFileSync(path)
    const file = openSync(path, 'r')
    try {
      const buffer = Buffer.alloc(bytes)
      return buffer.subarray(0, readSync(file, buffer, 0, bytes, start))
    } finally {
      closeSync(file)
    }
  } catch {
    // SAFE: absent, or gone since the folder was listed; the manifest is then made again or its probes are shown as numbers.
    return undefined
  }
}

/** The data folder keeps itself out of version control and out of everyone else's reading: it may hold tokens and values. */
export function prepareDataDir(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const ignore = join(dir, '.gitignore')
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n')
}

/** Readers see the whole file or none. */
export function writeDataFile(dir: string, name: string, text: string): string {
  prepareDataDir(dir)
  const file = join(dir, name)
  // The names that matter are content hashes, and tools take a file that is written again for one that changed.
  if (tryRead(file, 0)?.toString() === text) return file
  const draft = draftOf(file)
  writeFileSync(draft, text, { mode: 0o600 })
  renameSync(draft, file)
  return file
}
