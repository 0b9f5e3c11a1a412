/**
 * EventFilter → one test per track. Names, files and lines are decided once per probe, causal trees by their runs of rows, and text first by
 * the string tables of chunks, so that a scan over a million rows decodes only rows that can match.
 */
import { EventKind } from '@hindscope/protocol'
import type { EventFilter, Location, ValueNode, WriteTarget } from '@hindscope/protocol'
import { nameOfCall, nameOfRow, siteOfRow } from '../model/describe.ts'
import type { RowRange } from '../model/tree-runs.ts'
import { valueContains } from '../model/format-value.ts'
import { Mark } from '../model/row-table.ts'
import type { Site } from '../model/site-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { writeIndexOf } from '../model/write-index.ts'
import { listSource, rangeSource, siteSource } from './row-source.ts'
import type { RowSource, SiteMatch } from './row-source.ts'
import type { RowPlace } from './order.ts'
import { findCall, findEvent, optionalFlag, optionalText, optionalTime, refuse, selectTracks, wholeNumber } from './validate.ts'

export type RowTest = (row: number) => boolean

export interface CompiledFilter {
  readonly tracks: readonly Track[]
  readonly fromUs: number
  readonly toUs: number
  /** Everything but track and time; undefined = every row matches. */
  testOf(track: Track): RowTest | undefined
  /** Where to look for rows that match; undefined = at every row. For one pass in one direction. */
  sourceOf(track: Track): RowSource | undefined
}

type TestFactory = (track: Track) => RowTest
type SourceFactory = (track: Track) => RowSource | undefined

const KIND_NUMBERS: Readonly<Record<string, number>> = EventKind

/** Checks and compiles a filter against what the store knows now; compile again after it changed. */
export function compileFilter(method: string, store: TraceStore, filter: EventFilter): CompiledFilter {
  const factories: TestFactory[] = []
  const sources: SourceFactory[] = []
  const kinds = kindTable(method, filter.kinds)
  if (kinds) factories.push(track => row => kinds[track.rows.kind[row] ?? 0] === 1)
  if (filter.writes !== undefined) {
    const rowsOf = writtenRows(method, filter.writes)
    sources.push(track => listSource(rowsOf(track)))
    factories.push(track => {
      const rows = new Set(rowsOf(track))
      return row => rows.has(row)
    })
  }
  if (filter.call !== undefined) {
    const wanted = findCall(method, store, filter.call, 'call')
    sources.push(track => (track === wanted.track ? rangeSource([{ from: track.calls.enterRow[wanted.call] ?? 0, to: Infinity }]) : undefined))
    factories.push(track => (track === wanted.track ? row => track.rows.call[row] === wanted.call : () => false))
  }
  if (filter.chain !== undefined) {
    const rowsOf = treeRows(store, findEvent(method, store, filter.chain, 'chain'))
    sources.push(track => rangeSource(rowsOf(track).ranges))
    factories.push(track => rowsOf(track).has)
  }
  if (optionalFlag(method, 'errors', filter.errors)) {
    sources.push(track => listSource(track.errorRows))
    factories.push(track => row => ((track.rows.marks[row] ?? 0) & Mark.error) !== 0)
  }
  const matches = placeMatcher(method, filter)
  if (matches) {
    if (kinds) sources.push(track => siteSource(track, kinds, matches.probe))
    factories.push(placeTest(matches))
  }
  const text = optionalText(method, 'text', filter.text)
  if (text !== undefined && text !== '') factories.push(textTest(text.toLowerCase()))
  return {
    tracks: selectTracks(method, store, filter.tracks),
    fromUs: optionalTime(method, 'fromUs', filter.fromUs, -Infinity),
    toUs: optionalTime(method, 'toUs', filter.toUs, Infinity),
    testOf: track => {
      if (factories.length === 0) return undefined
      const tests = factories.map(factory => factory(track))
      return row => tests.every(test => test(row))
    },
    sourceOf: track => {
      for (const source of sources) {
        const found = source(track)
        if (found !== undefined) return found
      }
      return undefined
    },
  }
}

function kindTable(method: string, kinds: unknown): Uint8Array | undefined {
  if (kinds === undefined) return undefined
  const table = new Uint8Array(256)
  if (!Array.isArray(kinds)) return refuse(method, 'kinds', kinds, 'a list of event kinds')
  for (const name of kinds as unknown[]) {
    if (typeof name !== 'string' || !Object.hasOwn(KIND_NUMBERS, name)) return refuse(method, 'kinds', name, Object.keys(KIND_NUMBERS).join(', '))
    table[KIND_NUMBERS[name] ?? 0] = 1
  }
  return table
}

interface TreeRows {
  readonly ranges: readonly RowRange[]
  readonly has: RowTest
}

/** The rows of the whole causal tree of an event, by track. */
function treeRows(store: TraceStore, { track: start, row: startRow }: RowPlace): (track: Track) => TreeRows {
  const call = start.rows.call[startRow] ?? -1
  if (call === -1) {
    const alone: TreeRows = { ranges: [{ from: startRow, to: startRow + 1 }], has: row => row === startRow }
    return track => (track === start ? alone : NO_ROWS)
  }
  const tree = store.treeOf({ track: start.number, call })
  return track => {
    const roots = tree.get(track.number)
    if (roots === undefined) return NO_ROWS
    const ranges = [...roots].flatMap(root => track.trees.rangesOf(root, track.rows.length)).sort((a, b) => a.from - b.from)
    return { ranges, has: row => roots.has(track.trees.rootOf(row)) }
  }
}

const NO_ROWS: TreeRows = { ranges: [], has: () => false }

function writtenRows(method: string, value: unknown): (track: Track) => readonly number[] {
  const target = checkTarget(method, value)
  return track => writeIndexOf(track).rowsOf(target)
}

function checkTarget(method: string, value: unknown): WriteTarget {
  const allowed = '{kind: "binding", module, binding} or {kind: "property", track, object, key?}'
  if (typeof value !== 'object' || value === null) return refuse(method, 'writes', value, allowed)
  const { kind, module, binding, track, object, key } = value as Partial<Record<string, unknown>> // SAFE: every field is looked at before it is used
  const isNumber = (part: unknown): part is number => typeof part === 'number' && Number.isInteger(part) && part >= 0
  if (kind === 'binding' && typeof module === 'string' && isNumber(binding)) return { kind, module, binding }
  if (kind !== 'property' || !isNumber(track) || !isNumber(object)) return refuse(method, 'writes', value, allowed)
  const name = optionalText(method, 'writes.key', key)
  return { kind, track, object, ...(name === undefined ? {} : { key: name }) }
}

interface PlaceMatcher {
  readonly probe: Required<Pick<SiteMatch, 'functionName' | 'location'>>
  /** Undefined when activities, which have no place, cannot match. */
  readonly activity: ((name: string) => boolean) | undefined
}

/** Function, file and line together: all are properties of the probe. Undefined when none of them is asked for. */
function placeMatcher(method: string, filter: EventFilter): PlaceMatcher | undefined {
  const name = optionalText(method, 'function', filter.function)?.toLowerCase() ?? ''
  const file = optionalText(method, 'file', filter.file)?.toLowerCase() ?? ''
  const line = wholeNumber(method, 'line', filter.line, { min: 1, max: 0x7fffffff, fallback: 0 })
  if (name === '' && file === '' && line === 0) return undefined
  const functionName = (text: string): boolean => name === '' || text.toLowerCase().includes(name)
  const location = (at: Location | undefined): boolean =>
    (file === '' || (at?.file.toLowerCase().includes(file) ?? false)) && (line === 0 || at?.line === line)
  return { probe: { functionName, location }, activity: file !== '' || line !== 0 ? undefined : functionName }
}

function placeTest({ probe, activity }: PlaceMatcher): TestFactory {
  const matches = (site: Site): boolean => probe.functionName(site.functionName) && probe.location(site.location)
  return track => {
    const bySite = new Map<Site, boolean>()
    const byActivity = new Map<number, boolean>()
    return row => {
      const site = siteOfRow(track, row)
      if (site !== undefined) return cached(bySite, site, () => matches(site))
      const call = track.rows.call[row] ?? -1
      if (call === -1 || activity === undefined) return false
      return cached(byActivity, call, () => activity(nameOfCall(track, call)))
    }
  }
}

/** What was computed for a key, computed once. */
export function cached<K>(map: Map<K, boolean>, key: K, compute: () => boolean): boolean {
  let result = map.get(key)
  if (result === undefined) map.set(key, (result = compute()))
  return result
}

/** Steps, branches and the like have no name of their own: the word for their kind would match all of them. */
function namesOf({ probe, name }: Site): readonly string[] {
  if (probe?.kind === 'locals') return probe.names
  return probe === undefined || probe.kind === 'function' || probe.kind === 'write' ? [name] : []
}

/** Words that values have without a string in the chunk. */
const BARE_WORDS = ['true', 'false', 'undefined', 'null', 'infinity', 'nan', 'invalid date']

/** Whether the strings of a chunk allow a value that contains the text, which is lower case. */
export function wordsTest(track: Track, needle: string): (chunk: number) => boolean {
  // A text made of several strings (class and message) or of no string (numbers) cannot be ruled out by the string table.
  if (/: |^[-+.\de]+$/.test(needle) || BARE_WORDS.some(word => word.includes(needle))) return () => true
  const byChunk = new Map<number, boolean>()
  return chunk => cached(byChunk, chunk, () => track.chunks[chunk]?.strings.some(text => text.toLowerCase().includes(needle)) === true)
}

/** `needle` is lower case. `valuesOf`: for a query that decodes a row's values once for several conditions. */
export function textTest(
  needle: string,
  valuesOf: (track: Track, row: number) => readonly ValueNode[] = (track, row) => track.valuesOf(row),
): TestFactory {
  return track => {
    const bySite = new Map<Site, boolean>()
    const mayHold = wordsTest(track, needle)
    return row => {
      const kind = track.rows.kind[row] ?? 0
      if (kind <= EventKind.write || kind === EventKind.levelChange) {
        const site = siteOfRow(track, row)
        if (site && cached(bySite, site, () => namesOf(site).some(name => name.toLowerCase().includes(needle)))) return true
      } else if (nameOfRow(track, row, valuesOf(track, row)).toLowerCase().includes(needle)) return true
      if (!track.hasValues(row) || !mayHold(track.chunkIndexOf(row))) return false
      return valuesOf(track, row).some(value => valueContains(value, needle))
    }
  }
}
