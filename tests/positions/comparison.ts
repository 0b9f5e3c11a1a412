/** Compares the probes of a build with the functions that the authors of its sources wrote. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Probe, ProbeManifest } from '@hindscope/protocol'
import { manifestKeys, tryReadManifest } from 'hindscope'
import { appDir } from './chains.ts'
import type { Chain } from './chains.ts'
import { originalFunctions } from './original-functions.ts'
import { originalPlaces } from './original-places.ts'

/** The modules of an app that a build from this entry holds. */
export const filesOf = ({ app, entry }: Chain): string[] =>
  readdirSync(appDir(app)).filter(name => /\.(?:[jt]sx?|vue|svelte|mdx)$/.test(name) && (name === entry || !/^(?:main|client)\./.test(name)))

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
  /** The function around it. */
  readonly owner: Probe | undefined
}

export const probesOf = (manifests: readonly ProbeManifest[], file: string): PlacedProbe[] =>
  manifests.flatMap(({ probes, sources }) =>
    probes
      .map(probe => ({ probe, path: sources[probe.source]?.path ?? '', owner: probes[probe.parent] }))
      .filter(({ path }) => path === file || path.endsWith(`/${file}`)),
  )

export function compareFunctions(app: string, files: readonly string[], manifests: readonly ProbeManifest[]): Comparison {
  let exact = 0
  const missing: string[] = []
  const wrong: string[] = []
  for (const file of files) {
    const originals = originalFunctions(readFileSync(join(appDir(app), file), 'utf8'), file)
    const left = new Map(originals.map(original => [original.range, original]))
    for (const { probe } of probesOf(manifests, file)) {
      if (probe.kind !== 'function' || probe.functionKind === 'module') continue
      const [line, column, endLine, endColumn] = probe.range
      const range = `${line}:${column}-${endLine}:${endColumn}`
      const original = left.get(range)
      left.delete(range)
      const name = lastName(probe.name)
      // A compiler may pass it to something of its own, which is no name.
      if (original && (original.name === name || (name === '(anonymous)' && /^$| ƒ$/.test(original.name)))) exact++
      else wrong.push(`${file}:${range} ${probe.name}${original ? `, written ${original.name || 'without a name'}` : ''}`)
    }
    // A field has a probe only when something in it can call.
    for (const { kind, range, text } of left.values()) if (kind !== 'field') missing.push(`${file}:${range.split(':')[0]} ${text}`)
  }
  return { exact, missing, wrong }
}

/** Probes inside of functions: each starts where the author wrote what it tells of, or has the range of its function as its own. */
export function compareDetails(app: string, files: readonly string[], manifests: readonly ProbeManifest[]): Pick<Comparison, 'exact' | 'wrong'> {
  let exact = 0
  const wrong: string[] = []
  for (const file of files) {
    const source = readFileSync(join(appDir(app), file), 'utf8')
    const places = originalPlaces(source, file)
    for (const { probe, owner } of probesOf(manifests, file)) {
      if (probe.kind === 'function') continue
      const [line, column] = probe.range
      const here = places.get(`${line}:${column}`) ?? new Set()
      const isWholeFunction = probe.kind === 'locals' && owner?.range.join() === probe.range.join()
      const isMarkup = probe.kind === 'branch' && probe.branch !== 'case' && here.has('markup')
      if (here.has(wordsOf(probe)) || isWholeFunction || isMarkup) exact++
      else
        wrong.push(
          `${file}:${line}:${column} ${wordsOf(probe)} at ${source.split('\n')[line - 1]?.slice(column)}, where there is ${[...here].join(', ')}`,
        )
    }
  }
  return { exact, wrong }
}

function wordsOf(probe: Probe): string {
  switch (probe.kind) {
    case 'write':
      return `write ${probe.name}`
    case 'property-write':
      return `property-write ${probe.property ?? '[computed]'} ${probe.operator}`
    case 'branch':
      return `branch ${probe.branch}${probe.operator ? ` ${probe.operator}` : ''}`
    case 'locals':
      return `locals ${probe.at}`
    default:
      return probe.kind
  }
}

/** `Cart[Symbol.iterator]` → `[Symbol.iterator]`, `get Cart.size` → `size`. */
const lastName = (name: string): string =>
  /(?:^|[. ])([#\w$]+ )(?:".*" )?(ƒ)$/.exec(name)?.slice(1).join('') ?? /\[.*\]$/s.exec(name)?.[0] ?? name.split(/[.\s]/).at(-1) ?? name
