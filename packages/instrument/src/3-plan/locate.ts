/**
 * Where code comes from. Without an input map the text is its own original. With one, a function whose start has no original position
 * is compiler glue. A place counts as mapped when a segment starts exactly there, or when the text from the nearest segment up to it
 * is the same in the original (maps with a segment per line or chunk); nothing is guessed from a segment further left.
 */
import { TraceMap, decodedMappings, traceSegment } from '@jridgewell/trace-mapping'
import type { SourceMapInput } from '@jridgewell/trace-mapping'
import type { ManifestSource, SourceRange } from '@hindscope/protocol'
import { createLineTable } from '../1-parse/line-table.ts'
import type { LineTable } from '../1-parse/line-table.ts'
import { createTextScanner } from '../1-parse/text-scanner.ts'
import type { TextScanner } from '../1-parse/text-scanner.ts'
import { originalField, originalFunction } from './original-function.ts'
import type { AnchorRole, OriginalFunction } from './original-function.ts'

export interface Located {
  readonly source: number
  readonly range: SourceRange
}

interface Place {
  readonly source: number
  readonly line: number
  readonly column: number
}

export interface LocatedFunction extends Located {
  /** What the author wrote there, where the original text is known. */
  readonly original: WrittenFunction | undefined
}

export interface WrittenFunction {
  /** Name or key as it is written; '' for arrows and functions without a name of their own. */
  readonly written: string
  /** Text in front of the function. */
  readonly before: string
  /** The whole source. */
  readonly content: string
}

/** An offset that compilers are likely to map when they keep a function. */
export interface Anchor {
  readonly offset: number
  readonly role: AnchorRole
}

export interface FunctionPlace {
  readonly start: number
  readonly end: number
  readonly isField: boolean
  /** In the order in which they are tried; mostly the first one will do. */
  readonly anchors: Iterable<Anchor>
}

export interface Locator {
  readonly sources: readonly ManifestSource[]
  /** Original range of [start, end). */
  locate(start: number, end: number): Located | undefined
  /** Original range of a function, from its first modifier to the end of its body; undefined when the author wrote none there. */
  locateFunction(place: FunctionPlace): LocatedFunction | undefined
  /** Original line and column of an offset for messages, with the file's text when it is known. */
  place(offset: number): { readonly file: string; readonly line: number; readonly column: number; readonly content: string | undefined }
}

export function createLocator(code: string, id: string, inputMap: SourceMapInput | undefined): Locator {
  const table = createLineTable(code)
  return inputMap === undefined ? identityLocator(code, id, table) : mappedLocator(code, table, { id, inputMap })
}

function identityLocator(code: string, id: string, table: LineTable): Locator {
  const locate = (start: number, end: number): Located => {
    const from = table.at(start)
    const to = table.at(end)
    return { source: 0, range: [from.line, from.column, to.line, to.column] }
  }
  return {
    sources: [{ path: pathOf(id), content: code }],
    locate,
    locateFunction: ({ start, end }) => ({ ...locate(start, end), original: undefined }),
    place: offset => ({ file: id, ...table.at(offset), content: code }),
  }
}

function mappedLocator(code: string, table: LineTable, { id, inputMap }: { id: string; inputMap: SourceMapInput }): Locator {
  const map = new TraceMap(inputMap)
  const contents = map.sources.map((_, index) => map.sourcesContent?.[index] ?? undefined)
  const sources: ManifestSource[] = map.sources.map((source, index) => {
    const content = contents[index]
    return { path: sourcePath(source ?? '', id, map.sources.length), ...(content !== undefined && { content }) }
  })
  const tables = contents.map(content => (content === undefined ? undefined : createLineTable(content)))

  const original = (offset: number): Place | undefined => {
    const { line, column } = table.at(offset)
    const segment = traceSegment(map, line - 1, column)
    if (!segment || segment.length === 1) return undefined
    const [generatedColumn, source, originalLine, originalColumn] = segment
    const skipped = column - generatedColumn
    if (skipped > 0) {
      const text = tables[source]?.text(originalLine + 1)
      const same = text?.slice(originalColumn, originalColumn + skipped) === code.slice(offset - skipped, offset)
      if (!same) return undefined
    }
    return { source, line: originalLine + 1, column: originalColumn + skipped }
  }
  /** The place that a parenthesis in front of `offset` has: printers map what they wrap in one to its first character. */
  const wrapped = (offset: number): Place | undefined => {
    let from = offset
    while (code[from - 1] === '(') from--
    return from === offset ? undefined : original(from)
  }
  /** Where the only arrow stands between the mapped places on both sides of the arrow at `offset`: its own text is not mapped. */
  const arrowBetween = (offset: number): Place | undefined => {
    const { line, column } = table.at(offset)
    const segments = decodedMappings(map)[line - 1] ?? []
    const next = segments.findIndex(segment => segment[0] > column)
    const [left, right] = [segments[next - 1], segments[next]]
    if (left === undefined || right === undefined || left.length === 1 || right.length === 1 || left[1] !== right[1]) return undefined
    const [lines, content] = [tables[left[1]], contents[left[1]]]
    if (!lines || content === undefined) return undefined
    const start = lines.offset(left[2] + 1, left[3])
    const between = content.slice(start, lines.offset(right[2] + 1, right[3]))
    const written = code.slice(offset - column + left[0], offset - column + right[0])
    if (between.length > MAX_BETWEEN || between.split('=>').length !== 2 || written.split('=>').length !== 2) return undefined
    return { source: left[1], ...lines.at(start + between.indexOf('=>') + '=>'.length) }
  }
  const placeAt = (offset: number, role: AnchorRole): Place | undefined => (role === 'arrow' ? arrowBetween(offset) : original(offset))

  const after = (line: number, column: number, from: { line: number; column: number }): boolean =>
    line > from.line || (line === from.line && column > from.column)

  const locateFrom = (from: Place, end: number): Located => {
    const last = original(end - 1)
    const isUsable = last?.source === from.source && after(last.line, last.column + 1, from)
    const [line, column] = isUsable ? [last.line, last.column + 1] : [from.line, from.column]
    return { source: from.source, range: [from.line, from.column, line, column] }
  }

  /** Original functions that have a probe; one that a compiler split in two is probed once. */
  const claimed = new Set<string>()
  const scanners = new Map<number, TextScanner>()
  const scannerOf = (source: number, content: string): TextScanner => {
    const known = scanners.get(source) ?? createTextScanner(content, { jsx: mayHoldJsx(sources[source]?.path ?? '', content) })
    scanners.set(source, known)
    return known
  }

  function functionAt(from: Place | undefined, role: AnchorRole, { end, isField }: FunctionPlace): LocatedFunction | undefined {
    if (!from) return undefined
    const [content, lines] = [contents[from.source], tables[from.source]]
    if (content === undefined || !lines) return { ...locateFrom(from, end), original: undefined }
    const scanner = scannerOf(from.source, content)
    const at = lines.offset(from.line, from.column)
    const found = isField ? originalField(scanner, at) : originalFunction(scanner, at, role)
    const claim = `${from.source}:${found?.start}`
    if (!found || claimed.has(claim)) return undefined
    claimed.add(claim)
    return { ...rangeOf(found, from.source, lines, () => locateFrom(from, end)), original: written(found, content) }
  }

  return {
    sources,
    locate(start, end) {
      const from = original(start)
      return from && locateFrom(from, end)
    },
    locateFunction(place) {
      for (const { offset, role } of place.anchors) {
        const found = functionAt(placeAt(offset, role), role, place) ?? (role === 'start' ? functionAt(wrapped(offset), role, place) : undefined)
        if (found) return found
      }
      return undefined
    },
    place(offset) {
      const found = original(offset)
      if (!found) return { file: id, ...table.at(offset), content: code }
      return { file: sources[found.source]?.path ?? id, line: found.line, column: found.column, content: contents[found.source] }
    },
  }
}

const written = ({ start, written: name }: OriginalFunction, content: string): WrittenFunction => ({
  written: name,
  before: content.slice(Math.max(0, start - BEFORE), start),
  content,
})
/** Enough for a name, a type and an equals sign. */
const BEFORE = 200
/** Mapped neighbours further apart than this say nothing about what stands between them. */
const MAX_BETWEEN = 400

function rangeOf({ start, end }: OriginalFunction, source: number, lines: LineTable, mapped: () => Located): Located {
  const from = lines.at(start)
  if (end === undefined) {
    const [, , line, column] = mapped().range
    return { source, range: [from.line, from.column, line, column] }
  }
  const to = lines.at(end)
  return { source, range: [from.line, from.column, to.line, to.column] }
}

const mayHoldJsx = (path: string, content: string): boolean =>
  /\.(?:vue|svelte)$/.test(path) ? /\blang=["'][jt]sx["']/.test(content) : !/\.[cm]?ts$/.test(path)

/** A module id without the query that bundlers add, with forward slashes. */
export const pathOf = (id: string): string => id.replace(/[?#].*$/s, '').replaceAll('\\', '/')

/** Maps name their sources relative to the generated file, absolutely, or not at all; people know them relative to the project, as the id is. */
function sourcePath(source: string, id: string, count: number): string {
  const path = pathOf(id)
  const plain = pathOf(source)
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  if (plain === '' || plain === path || (plain.endsWith(`/${path}`) && count === 1)) return path
  return /^(?:[a-z][\w+.-]*:|\/)/i.test(plain) ? plain : normalize(folder + plain)
}

function normalize(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts[parts.length - 1] !== '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}
