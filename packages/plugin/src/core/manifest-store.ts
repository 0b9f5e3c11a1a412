import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProbeManifest } from '@hindscope/protocol'

export type ManifestListener = (manifest: ProbeManifest) => void

/**
 * `<dataDir>/manifests/<moduleKey>.json`: what readers of a trace join events with. Keys are content hashes, so files are written once
 * and never changed; manifests of earlier versions of a module stay for the traces that refer to them.
 */
export interface ManifestStore {
  add(manifest: ProbeManifest): void
  /** Calls the listener with every manifest of this build, those before and those to come. */
  listen(listener: ManifestListener): void
}

export const manifestsDir = (dataDir: string): string => join(dataDir, 'manifests')

export function createManifestStore(dataDir: string): ManifestStore {
  const known = new Map<string, ProbeManifest>()
  const listeners: ManifestListener[] = []
  return {
    add(manifest) {
      known.set(manifest.module, manifest)
      writeDataFile(manifestsDir(dataDir), `${manifest.module}.json`, JSON.stringify(manifest))
      for (const listener of listeners) listener(manifest)
    },
    listen(listener) {
      listeners.push(listener)
      for (const manifest of known.values()) listener(manifest)
    },
  }
}

/** The data folder keeps itself out of version control and out of everyone else's reading: it may hold tokens and values. */
export function writeDataFile(dir: string, name: string, text: string): string {
  const file = join(dir, name)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const ignore = join(dir, '.gitignore')
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n')
  writeFileSync(file, text, { mode: 0o600 })
  return file
}
