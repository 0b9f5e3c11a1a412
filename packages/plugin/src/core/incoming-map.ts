/** The way from the text that a bundler hands over back to the file that it came from. */
import { readFileSync } from 'node:fs'
import { hasTypesByName, languageOf } from './module-id.ts'
import { tryParseSourceMap, withFileText } from './source-map.ts'
import type { SourceMap } from './source-map.ts'

export interface IncomingMap {
  /** Text of the module's file where that and the text handed over leave no question about the map; undefined where only the map itself does. */
  readonly original: string | undefined
  /**
   * Undefined when the text is its own original. Made at the first call.
   * PERF: bundlers compose the maps of all steps so far when they are asked, which costs more than everything else about a module that lies in the cache.
   */
  read(): SourceMap | undefined
}

export const NO_MAP: IncomingMap = { original: '', read: () => undefined }

/** `ask` gives the map as the bundler has it. */
export function incomingMap(code: string, path: string, ask: () => unknown): IncomingMap {
  const original = tryReadText(path)
  // Types and components never get here as they are written.
  const isCompiled = hasTypesByName(path) || languageOf(path) === 'sfc'
  // PERF: bundlers build an identity map word by word when there is none.
  if (!isCompiled && original === code) return NO_MAP
  let known: { readonly map: SourceMap | undefined } | undefined
  return { original, read: () => (known ??= { map: withFileText(tryAsk(ask), path) }).map }
}

/** Whether `map` is the one that `original` and the text handed over are the whole story of: it leads to that file and no other. */
export function followsFrom(map: SourceMap | undefined, original: string | undefined): boolean {
  if (original === undefined) return false
  return map === undefined || (map.sources.length === 1 && map.sourcesContent?.[0] === original)
}

function tryAsk(ask: () => unknown): SourceMap | undefined {
  try {
    return tryParseSourceMap(ask())
  } catch {
    // SAFE: a broken map of another plugin; positions are then those of the text we got.
    return undefined
  }
}

function tryReadText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // SAFE: not a file on disk.
    return undefined
  }
}
