import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { toUSVString } from 'node:util'
import { LRUCache } from 'lru-cache'
import { createDiskCache } from './disk-cache.ts'
import type { Instrumented } from './instrument-module.ts'
import type { ManifestStore } from './manifest-store.ts'
import { codeFiles } from './runtime-files.ts'

/** Watch builds and dev servers transform the same text again and again: per environment, after a restart, after an edit undone. */
const MAX_CHARACTERS = 64 * 1024 * 1024

export interface TransformCache {
  get(key: string): Instrumented | undefined
  set(key: string, result: Instrumented): void
  flush(): Promise<void>
}

/** Parts are everything that the result depends on: text, incoming map, id, hook, hash of the options. */
export function cacheKey(parts: readonly string[]): string {
  const hash = createHash('sha512-256')
  for (const part of parts) {
    // UTF-8 has one spelling for all lone surrogates, and texts that differ must have keys that do.
    const encoding = toUSVString(part) === part ? 'utf8' : 'utf16le'
    hash.update(`${encoding} ${part.length}:`).update(part, encoding)
  }
  return hash.digest('base64')
}

/** One per process: a restarted dev server and the environments of one server share it. */
const memory = new LRUCache<string, Instrumented>({
  maxSize: MAX_CHARACTERS,
  sizeCalculation: ({ code, manifest }) => code.length + (manifest?.json?.length ?? 0) + 1024,
})

/** Memory first, then the data folder. An answer whose manifest nobody has any more is none: its probes would have no names. */
export function createTransformCache(dataDir: string, manifests: ManifestStore): TransformCache {
  const disk = createDiskCache(dataDir, emitterVersion())
  const isWhole = ({ manifest }: Instrumented): boolean =>
    manifest === undefined || manifest.probes === 0 || manifest.json !== undefined || manifests.has(manifest.key)
  return {
    get(key) {
      const known = memory.get(key)
      if (known !== undefined && isWhole(known)) return known
      const found = disk.get(key)
      return found !== undefined && isWhole(found) ? found : undefined
    },
    set(key, result) {
      memory.set(key, result)
      // What could not be instrumented is reported by each build.
      if (result.manifest !== undefined) disk.set(key, result)
    },
    flush: () => disk.flush(),
  }
}

let version: string | undefined

/** Changes with every release, and with every build of this repository. */
function emitterVersion(): string {
  return (version ??= codeFiles()
    .map(file => {
      const { size, mtimeMs } = statSync(file)
      return `${file.endsWith('package.json') ? packageVersion(file) : size} ${mtimeMs}`
    })
    .join())
}

function packageVersion(file: string): string {
  const { version: named } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version?: string } // SAFE: read as undefined where absent
  return named ?? ''
}
