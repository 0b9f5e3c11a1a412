/**
 * The end of a build looks at its own maps: words of the output are compared with the words of the source that the final map gives them.
 * Where most differ, some tool in the chain changed text without saying so in its map, and places in recordings, stack traces and
 * debuggers are wrong. Only maps that the build writes anyway are read, a bounded number of modules, the same ones for the same build.
 */
import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TraceMap, decodedMappings } from '@jridgewell/trace-mapping'
import { diagnostic } from '@hindscope/protocol'
import type { Diagnostic } from '@hindscope/protocol'
import type { SourceMap } from './source-map.ts'

export interface OutputFile {
  /** Absolute path that the sources of the map are relative to. */
  readonly path: string
  readonly code: string
  readonly map: SourceMap
}

/** A module whose places are wrong in the final map. */
export interface BrokenPlace {
  /** Absolute. */
  readonly path: string
  readonly line: number
  readonly column: number
  /** Word of the source there, and word of the output that claims to come from it. */
  readonly expected: string
  readonly found: string
}

export interface Agreement {
  readonly compared: number
  readonly agreed: number
  readonly first: Omit<BrokenPlace, 'path'> | undefined
}

const MAX_MODULES = 64
/** Lines compared per module. */
const MAX_LINES = 128
/** Fewer say nothing. */
const MIN_WORDS = 6
/** Compilers print words of their own at places of the author's; a map that is off by anything agrees hardly anywhere. */
const MIN_SHARE = 1 / 2
const WORD = /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/y

/** Evenly over all modules, in the order of their paths. */
export function sampleModules(paths: ReadonlySet<string>): string[] {
  const sorted = [...paths].sort()
  const step = Math.max(1, sorted.length / MAX_MODULES)
  return Array.from({ length: Math.min(sorted.length, MAX_MODULES) }, (_, index) => sorted[Math.floor(index * step)] ?? '')
}

export function findBroken(
  files: Iterable<OutputFile>,
  paths: readonly string[],
  read: (path: string) => string | undefined = tryRead,
): BrokenPlace[] {
  const agreements = new Map<string, Agreement>()
  for (const file of files) {
    const map = new TraceMap(file.map as ConstructorParameters<typeof TraceMap>[0]) // SAFE: a version 3 map
    const wanted = map.sources.map(source => paths.find(path => isSame(source ?? '', path, file.path, file.map.sourceRoot)))
    if (wanted.every(path => path === undefined)) continue
    const texts = wanted.map(path => (path === undefined ? undefined : read(path)))
    for (const [source, agreement] of compareWords(file.code, map, texts)) {
      const path = wanted[source]
      const known = path === undefined ? undefined : agreements.get(path)
      if (path !== undefined && (known === undefined || known.compared < agreement.compared)) agreements.set(path, agreement)
    }
  }
  return [...agreements].flatMap(([path, agreement]) => (isBroken(agreement) && agreement.first ? [{ path, ...agreement.first }] : []))
}

/** Whether the map of one step leads to the text before it. */
export function stepAgrees(before: string, after: string, map: SourceMap): boolean {
  const trace = new TraceMap(map as ConstructorParameters<typeof TraceMap>[0]) // SAFE: a version 3 map
  const agreement = compareWords(after, trace, [before]).get(0)
  return agreement === undefined ? !WORD_ANYWHERE.test(before) : !isBroken(agreement)
}
const WORD_ANYWHERE = /[A-Za-z]{3}/

const isBroken = ({ compared, agreed }: Agreement): boolean => compared >= MIN_WORDS && agreed < compared * MIN_SHARE

/**
 * Text that tools add, our probes too, has the place of the word in front of it: a place of the source agrees when one of the words that
 * claim it does.
 */
function compareWords(code: string, map: TraceMap, texts: readonly (string | undefined)[]): Map<number, Agreement> {
  const outputLines = code.split('\n')
  const sources = texts.map(text => {
    const lines = text?.split('\n')
    return lines && { lines, stride: Math.max(1, Math.floor(lines.length / MAX_LINES)), places: new Map<string, Place>() }
  })
  for (const [row, segments] of decodedMappings(map).entries()) {
    for (const [column, index, line = 0, sourceColumn = 0, name] of segments) {
      const source = index === undefined ? undefined : sources[index]
      if (source === undefined || line % source.stride !== 0) continue
      const found = wordAt(outputLines[row] ?? '', column)
      // Punctuation is the same everywhere, and a word that minification made short says nothing without its name.
      if (found === '' || (found.length < 3 && name === undefined)) continue
      const expected = wordAt(source.lines[line] ?? '', sourceColumn)
      const agrees = isSameWord(expected, found) || (name !== undefined && map.names[name] === expected)
      const key = `${line}:${sourceColumn}`
      if (agrees || !source.places.has(key)) source.places.set(key, { line: line + 1, column: sourceColumn, expected, found, agrees })
    }
  }
  const agreements = new Map<number, Agreement>()
  for (const [index, source] of sources.entries()) if (source && source.places.size > 0) agreements.set(index, summarize([...source.places.values()]))
  return agreements
}

interface Place extends Omit<BrokenPlace, 'path'> {
  readonly agrees: boolean
}

function summarize(places: readonly Place[]): Agreement {
  return { compared: places.length, agreed: places.filter(place => place.agrees).length, first: places.find(place => !place.agrees) }
}

function wordAt(line: string, column: number): string {
  WORD.lastIndex = column
  return WORD.exec(line)?.[0] ?? ''
}

/** Bundlers put numbers behind names that clash; `const` and `let` become `var`; what was exported begins with its second word. */
const isSameWord = (expected: string, found: string): boolean =>
  expected === found ||
  (expected !== '' && found.replace(/\$?\d+$/, '') === expected) ||
  (/^(?:const|let|export)$/.test(expected) && found === 'var') ||
  (expected === 'export' && /^(?:const|let|function|class|async)$/.test(found))

/** Bundlers name sources relative to the output, as URLs, or below a scheme of their own (`webpack://name/./src/a.ts`). */
function isSame(source: string, path: string, output: string, root = ''): boolean {
  if (source.startsWith('file:')) return fileURLToPath(source) === path
  const plain = source.replace(/[?#].*$/s, '')
  if (/^[a-z][\w+.-]*:\/\//i.test(plain)) return plain.includes('/./') ? path.endsWith(plain.slice(plain.indexOf('/./') + 2)) : plain.endsWith(path)
  return (isAbsolute(plain) ? plain : resolve(dirname(output), root, plain)) === path
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // SAFE: the module is no file; there is nothing to compare with.
    return undefined
  }
}

/** `culprit`: the plugin that broke the chain, or what is known of it. */
export function toDiagnostic({ line, column, expected, found }: BrokenPlace, file: string, culprit: string): Diagnostic {
  return diagnostic('plugin-map-broken', 'warning', { expected: expected || 'nothing', found, culprit }, { file, line, column })
}
