import { initSync, parse } from 'es-module-lexer'
import { languageOf } from './module-id.ts'

export type SourceType = 'module' | 'commonjs'

let isReady = false

/**
 * Unambiguous parsing, as Node, esbuild and webpack's `javascript/auto` do it: whatever uses import, export or import.meta is a module,
 * the rest is CommonJS (or a script, which behaves alike here). Text that the lexer refuses is left to the parser's message.
 */
export function detectSourceType(code: string, path: string): SourceType {
  if (/\.m[jt]s$/.test(path) || languageOf(path) === 'sfc') return 'module'
  if (/\.c[jt]s$/.test(path)) return 'commonjs'
  if (!/\b(?:import|export)\b/.test(code)) return 'commonjs'
  if (!isReady) {
    initSync()
    isReady = true
  }
  try {
    return parse(code)[3] ? 'module' : 'commonjs'
  } catch {
    // SAFE: a syntax error; the instrumenter reports it with its place, whichever way it parses.
    return 'module'
  }
}
