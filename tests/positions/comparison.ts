/** Compares the probes of a build with the functions that the authors of its sources wrote. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Probe, ProbeManifest } from '@hindscope/protocol'
import { manifestKeys, tryReadManifest } from 'hindscope'
import { appDir } from './chains.ts'
import { originalFunctions } from './original-functions.ts'

export interface Comparison {
  /** Functions found where they are written, under their names. */
  readonly exact: number
  /** Functions without a probe: `file:line text`. */
  readonly missing: readonly string[]
  /** Probes that stand where no function is, or have another name, or stand where another probe stands. */
  readonly wrong: readonly string[]
}

export const manifestsOf = (dataDir: string): ProbeManifest[] =>
  [...manifestKeys(dataDir)].map(key => JSON.parse(tryReadManifest(dataDir, key) ?? 'null') as ProbeManifest) // SAFE: the plugin wrote it

export interface PlacedProbe {
  readonly probe: Probe
  readonly path: string
}

export const probesOf = (manifests: readonly ProbeManifest[], file: string): PlacedProbe[] =>
  manifests.flatMap(({ probes, sources }) =>
    probes.map(probe => ({ probe, path: sources[probe.source]?.path ?? '' })).filter(({ path }) => path === file || path.endsWith(`/${file}`)),
  )

export function compareFunctions(app: string, files: readonly string[], manifests: readonly ProbeManifest[]): Comparison {
  let exact = 0
  const missing: string[] = []
  const wrong: string[] = []
  for (const file of files) {
    const originals = originalFunctions(readFileSync(join(appDir(app), file), 'utf8'), file)
    const left = new Map(originals.map(original => [original.range, original]))
    for (const { probe } of probesOf(manifests, file)) {
      if (probe.kind !== 'function') continue
      const [line, column, endLine, endColumn] = probe.range
      const range = `${line}:${column}-${endLine}:${endColumn}`
      const original = left.get(range)
      left.delete(range)
      const name = lastName(probe.name)
      if (original && (original.name || '(anonymous)') === name) exact++
      else wrong.push(`${file}:${range} ${probe.name}${original ? `, written ${original.name || 'without a name'}` : ''}`)
    }
    // A field has a probe only when something in it can call.
    for (const { kind, range, text } of left.values()) if (kind !== 'field') missing.push(`${file}:${range.split(':')[0]} ${text}`)
  }
  return { exact, missing, wrong }
}

/** `Cart[Symbol.iterator]` → `[Symbol.iterator]`, `get Cart.size` → `size`. */
const lastName = (name: string): string => /\[.*\]$/s.exec(name)?.[0] ?? name.split(/[.\s]/).at(-1) ?? name
