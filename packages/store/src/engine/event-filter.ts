/**
 * EventFilter → one test per track. Names, files and lines are decided once per probe, chains once per root call, and text first by
 * the string tables of chunks, so that a scan over a million rows decodes only rows that can match.
 */
import { EventKind } from '@hindscope/protocol'
import type { EventFilter, ValueNode, WriteTarget } from '@hindscope/protocol'
import { nameOfCall, nameOfRow, siteOfRow } from '../model/describe.ts'
import { valueContains } from '../model/format-value.ts'
import { Mark } from '../model/row-table.ts'
import type { Site } from '../model/site-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { writeIndexOf } from '../model/write-index.ts'
import { findCall, findEvent, optionalFlag, optionalText, optionalTime, refuse, selectTracks, wholeNumber } from './validate.ts'

export type RowTest = (row: number) => boolean

export interface CompiledFilter {
  readonly tracks: readonly Track[]
  readonly fromUs: number
  readonly toUs: number
  /** Everything but track and time; undefined = every row matches. */
  testOf(track: Track): RowTest | undefined
}

type TestFactory = (track: Track) => RowTest

const KIND_NUMBERS: Readonly<Record<string, number>> = EventKind

/** Checks and compiles a filter against what the store knows now; compile again after it changed. */
export function compileFilter(method: string, store: TraceStore, filter: EventFilter): CompiledFilter {
  const factories: TestFactory[] = []
  const kinds = kindTable(method, filter.kinds)
  if (kinds) factories.push(track => row => kinds[track.rows.kind[row] ?? 0] === 1)
  if (optionalFlag(method, 'errors', filter.errors)) factories.push(track => row => ((track.rows.marks[row] ?? 0) & Mark.error) !== 0)
  if (filter.call !== undefined) factories.push(callTest(method, store, filter))
  if (filter.chain !== undefined) factories.push(chainTest(method, store, filter))
  if (filter.writes !== undefined) factories.push(writesTest(method, filter.writes))
  const place = placeTest(method, filter)
  if (place) factories.push(place)
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

function callTest(method: string, store: TraceStore, filter: EventFilter): TestFactory {
  const wanted = findCall(method, store, filter.call, 'call')
  return track => (track === wanted.track ? row => track.rows.call[row] === wanted.call : () => false)
}

function chainTest(method: string, store: TraceStore, filter: EventFilter): TestFactory {
  const start = findEvent(method, store, filter.chain, 'chain')
  const call = start.track.rows.call[start.row] ?? -1
  if (call === -1) return track => (track === start.track ? row => row === start.row : () => false)
  const wanted = store.rootOf({ track: start.track.number, call })
  return track => {
    const isWanted = new Map<number, boolean>()
    return row => {
      const index = track.rows.call[row] ?? -1
      if (index === -1) return false
      const local = track.rootOfCall(index)
      let result = isWanted.get(local)
      if (result === undefined) {
        const root = store.rootOf({ track: track.number, call: local })
        isWanted.set(local, (result = root.track === wanted.track && root.call === wanted.call))
      }
      return result
    }
  }
}

function writesTest(method: string, value: unknown): TestFactory {
  const target = checkTarget(method, value)
  return track => {
    const rows = new Set(writeIndexOf(track).rowsOf(target))
    return row => rows.has(row)
  }
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

/** Function, file and line together: all are properties of the probe. */
function placeTest(method: string, filter: EventFilter): TestFactory | undefined {
  const name = optionalText(method, 'function', filter.function)?.toLowerCase() ?? ''
  const file = optionalText(method, 'file', filter.file)?.toLowerCase() ?? ''
  const line = wholeNumber(method, 'line', filter.line, { min: 1, max: 0x7fffffff, fallback: 0 })
  if (name === '' && file === '' && line === 0) return undefined
  const matches = (site: Site): boolean =>
    (name === '' || site.functionName.toLowerCase().includes(name)) &&
    (file === '' || (site.location?.file.toLowerCase().includes(file) ?? false)) &&
    (line === 0 || site.location?.line === line)
  return track => {
    const bySite = new Map<Site, boolean>()
    const byActivity = new Map<number, boolean>()
    return row => {
      const site = siteOfRow(track, row)
      if (site !== undefined) return cached(bySite, site, () => matches(site))
      const call = track.rows.call[row] ?? -1
      if (call === -1 || file !== '' || line !== 0) return false
      return cached(byActivity, call, () => nameOfCall(track, call).toLowerCase().includes(name))
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
      if (track.rows.value[row] === 0 || !mayHold(track.chunkIndexOf(row))) return false
      return valuesOf(track, row).some(value => valueContains(value, needle))
    }
  }
}
