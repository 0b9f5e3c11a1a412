import { readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import remapping from '@jridgewell/remapping'
import { projectPath } from './module-id.ts'

/** A version 3 source map with encoded mappings, which is all that passes between bundlers and us. */
export interface SourceMap {
  readonly version: 3
  readonly mappings: string
  readonly names: string[]
  readonly sources: (string | null)[]
  readonly sourcesContent?: (string | null)[]
  readonly sourceRoot?: string
  readonly file?: string
}

/** What bundlers hand over as the map so far: an object, JSON text, or something empty that says "no map". */
export function tryParseSourceMap(map: unknown): SourceMap | undefined {
  const parsed: unknown = typeof map === 'string' ? tryParseJson(map) : map
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const { mappings, sources } = parsed as Partial<SourceMap> // SAFE: checked in the next line
  return typeof mappings === 'string' && mappings !== '' && Array.isArray(sources) ? (parsed as SourceMap) : undefined
}

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // SAFE: a map that is not JSON is another plugin's mistake; without it positions are those of the text we got.
    return undefined
  }
}

/** `outer` maps text made from the text that `inner` describes; the result maps it to `inner`'s sources. */
export function composeSourceMaps(outer: SourceMap, inner: SourceMap | undefined): SourceMap {
  if (inner === undefined) return outer
  const composed = remapping([outer, inner] as Parameters<typeof remapping>[0], () => null) // SAFE: both are version 3 maps
  return JSON.parse(composed.toString()) as SourceMap // SAFE: remapping's own JSON
}

/** The one source of a map is the module's file; some tools leave its text to whoever reads the map. */
export function withFileText(map: SourceMap | undefined, path: string): SourceMap | undefined {
  if (map === undefined || map.sources.length !== 1 || typeof map.sourcesContent?.[0] === 'string') return map
  try {
    return { ...map, sourcesContent: [readFileSync(path, 'utf8')] }
  } catch {
    // SAFE: not a file on disk; places are then those of the map alone.
    return map
  }
}

/** Names the sources relative to the module's folder, whatever form the tool before us used: `instrument` makes project paths of them. */
export function withRelativeSources(map: SourceMap, path: string): SourceMap {
  const folder = dirname(path)
  const sources = map.sources.map(source => {
    if (source === null || map.sources.length === 1) return basename(path)
    const name = source.startsWith('file:') ? fileURLToPath(source) : source
    return projectPath(folder, isAbsolute(name) ? name : resolve(folder, map.sourceRoot ?? '', name))
  })
  return { version: 3, mappings: map.mappings, names: map.names, sources, ...(map.sourcesContent ? { sourcesContent: map.sourcesContent } : {}) }
}
