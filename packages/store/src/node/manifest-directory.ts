/** Probe manifests as files, `<folder>/<module key>.json`. Content-addressed: a file that exists is never written again. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProbeManifest } from '@hindscope/protocol'
import { makeFolder } from './session-writer.ts'

const MODULE_KEY = /^[0-9a-f]{16}$/

export class ManifestDirectory {
  readonly folder: string
  private readonly written = new Set<string>()

  constructor(folder: string) {
    this.folder = folder
  }

  /** undefined when there is no such file or it is not a manifest of this module; asking again reads again. */
  async read(module: string): Promise<ProbeManifest | undefined> {
    if (!MODULE_KEY.test(module)) return undefined
    try {
      const manifest = JSON.parse(await readFile(join(this.folder, `${module}.json`), 'utf8')) as ProbeManifest // SAFE: checked by ManifestTable.add
      return manifest.module === module ? manifest : undefined
    } catch {
      // SAFE: absent or half-copied files are the same to the asker: the manifest is not there, names show as probe numbers.
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
