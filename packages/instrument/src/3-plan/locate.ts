/**
 * Where code comes from. Without an input map the text is its own original. With one, a function whose start has no original position
 * is compiler glue. A place counts as mapped when a segment starts exactly there, or when the text from the nearest segment up to it
 * is the same in the original (maps with a segment per line or chunk); nothing is guessed from a segment further left.
 */
import { TraceMap, traceSegment } from '@jridgewell/trace-mapping'
import type { SourceMapInput } from '@jridgewell/trace-mapping'
import type { ManifestSource, SourceRange } from '@hindscope/protocol'
import { createLineTable } from '../1-parse/line-table.ts'
import type { LineTable } from '../1-parse/line-table.ts'

export interface Located {
  readonly source: number
  readonly range: SourceRange
}

export interface Locator {
  readonly sources: readonly ManifestSource[]
  /** Original range of [start, end); `anchors` are offsets that may stand for the start when it is not mapped itself. */
  locate(start: number, end: number, anchors?: readonly number[]): Located | undefined
  /** Original line and column of an offset for messages, with the file's text when it is known. */
  place(offset: number): { readonly file: string; readonly line: number; readonly column: number; readonly content: string | undefined }
}

export function createLocator(code: string, id: string, inputMap: SourceMapInput | undefined): Locator {
  const table = createLineTable(code)
  return inputMap === undefined ? identityLocator(code, id, table) : mappedLocator(code, table, { id, inputMap })
}

function identityLocator(code: string, id: string, table: LineTable): Locator {
  return {
    sources: [{ path: pathOf(id), content: code }],
    locate(start, end) {
      const from = table.at(start)
      const to = table.at(end)
      return { source: 0, range: [from.line, from.column, to.line, to.column] }
    },
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

  const original = (offset: number): { source: number; line: number; column: number } | undefined => {
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
  const after = (line: number, column: number, from: { line: number; column: number }): boolean =>
    line > from.line || (line === from.line && column > from.column)

  return {
    sources,
    locate(start, end, anchors = []) {
      const from = [start, ...anchors].reduce<ReturnType<typeof original>>((found, offset) => found ?? original(offset), undefined)
      if (!from) return undefined
      const last = original(end - 1)
      const isUsable = last?.source === from.source && after(last.line, last.column + 1, from)
      const [line, column] = isUsable ? [last.line, last.column + 1] : [from.line, from.column]
      return { source: from.source, range: [from.line, from.column, line, column] }
    },
    place(offset) {
      const found = original(offset)
      if (!found) return { file: id, ...table.at(offset), content: code }
      return { file: sources[found.source]?.path ?? id, line: found.line, column: found.column, content: contents[found.source] }
    },
  }
}

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
