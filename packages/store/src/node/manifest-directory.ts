/** Probe manifests as files, `<folder>/<module key>.json` or many in one `*.pack`. Content-addressed: a file that exists is never written again. */
import { open, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PACK_EXTENSION, readPackHeader } from '@hindscope/protocol'
import type { PackedPlace, ProbeManifest } from '@hindscope/protocol'
import { makeFolder } from './durable-file.ts'

const MODULE_KEY = /^[0-9a-f]{16}$/
const HEADER_BYTES = 64 * 1024

export class ManifestDirectory {
  readonly folder: string
  private readonly written = new Set<string>()
  private readonly packed = new Map<string, PackedPlace & { readonly path: string }>()
  private readonly seenPacks = new Set<string>()
  /** The folder's modification time when its packs were listed last: it changes with every file that comes. */
  private listedMs = -1

  constructor(folder: string) {
    this.folder = folder
  }

  /** undefined when there is no such file or it is not a manifest of this module; asking again reads again. */
  async read(module: string): Promise<ProbeManifest | undefined> {
    if (!MODULE_KEY.test(module)) return undefined
    const text = (await tryRead(join(this.folder, `${module}.json`))) ?? (await this.readPacked(module))
    if (text === undefined) return undefined
    try {
      const manifest = JSON.parse(text) as ProbeManifest // SAFE: checked by ManifestTable.add
      return manifest.module === module ? manifest : undefined
    } catch {
      // SAFE: half-copied files are the same to the asker: the manifest is not there, names show as probe numbers.
      return undefined
    }
  }

  /** Writes atomically: readers see the whole file or none. */
  async write(manifest: ProbeManifest): Promise<void> {
    if (!MODULE_KEY.test(manifest.module) || this.written.has(manifest.module)) return
    await makeFolder(this.folder)
    const path = join(this.folder, `${manifest.module}.json`)
    const draft = `${path}.${process.pid}.tmp`
    await writeFile(draft, JSON.stringify(manifest))
    await rename(draft, path)
    this.written.add(manifest.module)
  }

  private async readPacked(module: string): Promise<string | undefined> {
    await this.listPacks()
    const place = this.packed.get(module)
    return place && tryReadPart(place.path, place.start, place.bytes)
  }

  private async listPacks(): Promise<void> {
    try {
      const { mtimeMs } = await stat(this.folder)
      if (mtimeMs === this.listedMs) return
      this.listedMs = mtimeMs
      for (const name of await readdir(this.folder)) {
        if (!name.endsWith(PACK_EXTENSION) || this.seenPacks.has(name)) continue
        this.seenPacks.add(name)
        const path = join(this.folder, name)
        for (const [key, place] of await packPlaces(path)) this.packed.set(key, { ...place, path })
      }
    } catch {
      // SAFE: no folder yet; it is looked for again at the next question.
    }
  }
}

async function packPlaces(path: string): Promise<Map<string, PackedPlace>> {
  let bytes = HEADER_BYTES
  for (;;) {
    const text = await tryReadPart(path, 0, bytes)
    if (text === undefined) return new Map()
    const end = text.indexOf('\n')
    // A header is ASCII, so characters are bytes.
    if (end >= 0) return readPackHeader(text.slice(0, end), end + 1) ?? new Map()
    if (text.length < bytes) return new Map()
    bytes *= 4
  }
}

async function tryRead(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    // SAFE: absent; the packs are asked next.
    return undefined
  }
}

async function tryReadPart(path: string, start: number, bytes: number): Promise<string | undefined> {
  try {
    await using file = await open(path, 'r')
    const buffer = Buffer.alloc(bytes)
    const { bytesRead } = await file.read(buffer, 0, bytes, start)
    return buffer.toString('utf8', 0, bytesRead)
  } catch {
    // SAFE: removed or not readable: the manifest is not there, names show as probe numbers.
    return undefined
  }
}

/** Gives the store the manifests that it misses, from the first folder that has them; returns those found. */
export async function fillManifests(
  store: { missingManifests(): string[]; addManifest(manifest: ProbeManifest): void },
  folders: readonly ManifestDirectory[],
): Promise<ProbeManifest[]> {
  const found: ProbeManifest[] = []
  for (const module of store.missingManifests()) {
    for (const folder of folders) {
      const manifest = await folder.read(module)
      if (manifest === undefined) continue
      store.addManifest(manifest)
      found.push(manifest)
      break
    }
  }
  return found
}
