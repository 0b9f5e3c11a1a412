/**
 * Condition → a test of each track's rows. Names, files and lines are decided once per probe; texts and string values first by the
 * string tables of chunks, so that only rows that can match are decoded; of several conditions the cheaper are asked first.
 */
import type { Condition, EventField, Field, Literal, PathField } from '@hindscope/protocol'
import { activityTypeName, typeOf } from '@hindscope/protocol'
import { cached, textTest, wordsTest } from '../engine/event-filter.ts'
import type { RowTest } from '../engine/event-filter.ts'
import { siteSource } from '../engine/row-source.ts'
import type { RowSource, SiteMatch } from '../engine/row-source.ts'
import { kindNameOf, siteOfRow } from '../model/describe.ts'
import type { Site } from '../model/site-table.ts'
import type { Track } from '../model/track.ts'
import { cellReader } from './field-reader.ts'
import { cellTest, nodeTest } from './literal-test.ts'
import type { Cell } from './literal-test.ts'
import { holderSource } from './holder-source.ts'
import { relationTest } from './relations.ts'
import type { Scan, Steps } from './scan.ts'
import { numberPatterns, textPatterns } from './value-bytes.ts'
import type { Patterns } from './value-bytes.ts'
import { holderOf, nodeAt } from './value-path.ts'

/** No row of the track can match, or every row does: told apart from other tests, so that whole tracks are left out. */
export const never: RowTest = () => false
const always: RowTest = () => true

export interface CompiledCondition {
  /** What a row costs: columns 0, probes 1, names 2, values 3, all texts 4, relations 5. */
  readonly cost: number
  readonly testOf: (track: Track) => RowTest
  /** What holds for every match: a table of kinds, and what its probe is. Both together let rows be looked up. */
  readonly kinds?: Uint8Array
  readonly site?: SiteMatch
  /** Rows whose values may match, where these are few. */
  readonly holders?: (track: Track) => RowSource | undefined
}

/** Where to look for the matches; undefined = at every row. For one pass in one direction. */
export const sourceOf = ({ kinds, site, holders }: CompiledCondition, track: Track): RowSource | undefined =>
  holders?.(track) ?? (kinds === undefined || site === undefined ? undefined : siteSource(track, kinds, site))

/** Without a condition every event matches. */
export function* compileWhere(scan: Scan, condition: Condition | undefined): Steps<CompiledCondition> {
  return condition === undefined ? { cost: 0, testOf: () => always } : yield* compile(scan, condition)
}

/** Relations look at every event once, here. */
function* compile(scan: Scan, condition: Condition): Steps<CompiledCondition> {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const parts: CompiledCondition[] = []
      for (const each of condition.conditions) parts.push(yield* compile(scan, each))
      return joined(condition.kind, parts)
    }
    case 'not': {
      const { cost, testOf } = yield* compile(scan, condition.condition)
      return { cost, testOf: track => negated(testOf(track)) }
    }
    case 'compare': {
      const { field, operator, value } = condition
      if (field.kind === 'path') return pathTest(scan, field, [condition])
      const compiled = fieldTest(scan, field, cellTest(operator, value, scan.startUs), value)
      const isName = field.name === 'function' && operator === '=' && value.type === 'text'
      return isName ? { ...compiled, site: { ...compiled.site, exactName: value.value } } : compiled
    }
    case 'in': {
      const { field, values } = condition
      if (field.kind === 'path')
        return pathTest(
          scan,
          field,
          values.map(value => ({ operator: '=', value })),
        )
      const tests = values.map(value => cellTest('=', value, scan.startUs))
      return fieldTest(scan, field, cell => tests.some(test => test(cell)))
    }
    case 'exists':
      return existsTest(scan, condition.field)
    default: {
      const inner = yield* compile(scan, condition.condition)
      return { cost: 5, testOf: yield* scan.timed(condition.kind, relationTest(scan, condition, inner.testOf)) }
    }
  }
}

const negated = (test: RowTest): RowTest => (test === never ? always : test === always ? never : row => !test(row))

function joined(kind: 'and' | 'or', parts: readonly CompiledCondition[]): CompiledCondition {
  const sorted = parts.toSorted((a, b) => a.cost - b.cost)
  const [decides, idle] = kind === 'and' ? [never, always] : [always, never]
  return {
    cost: sorted.at(-1)?.cost ?? 0,
    ...(kind === 'and' ? commonOf(parts) : {}),
    testOf: track => {
      const tests = sorted.map(part => part.testOf(track)).filter(test => test !== idle)
      if (tests.includes(decides)) return decides
      if (tests.length === 0) return idle
      return kind === 'and' ? row => tests.every(test => test(row)) : row => tests.some(test => test(row))
    },
  }
}

/** What all parts together demand. */
function commonOf(parts: readonly CompiledCondition[]): Pick<CompiledCondition, 'kinds' | 'site' | 'holders'> {
  const tables = parts.flatMap(({ kinds }) => (kinds === undefined ? [] : [kinds]))
  const matchers = parts.flatMap(({ site }) => (site === undefined ? [] : [site]))
  const holders = parts.flatMap(part => (part.holders === undefined ? [] : [part.holders]))
  return {
    ...(tables.length === 0 ? {} : { kinds: tables.length === 1 ? tables[0] : kindTable(kind => tables.every(table => table[kind] === 1)) }),
    ...(matchers.length === 0 ? {} : { site: bothOf(matchers) }),
    ...(holders.length === 0 ? {} : { holders: track => firstSource(holders, track) }),
  }
}

/** 1 for every kind that is wanted. */
function kindTable(isWanted: (kind: number) => boolean): Uint8Array {
  const table = new Uint8Array(256)
  for (let kind = 0; kind < table.length; kind++) table[kind] = isWanted(kind) ? 1 : 0
  return table
}

function bothOf(matchers: readonly SiteMatch[]): SiteMatch {
  const [only] = matchers
  if (matchers.length === 1 && only !== undefined) return only
  const exactName = matchers.find(each => each.exactName !== undefined)?.exactName
  return {
    ...(exactName === undefined ? {} : { exactName }),
    functionName: name => matchers.every(({ functionName }) => functionName?.(name) !== false),
    location: location => matchers.every(each => each.location?.(location) !== false),
  }
}

function firstSource(factories: readonly ((track: Track) => RowSource | undefined)[], track: Track): RowSource | undefined {
  for (const factory of factories) {
    const source = factory(track)
    if (source !== undefined) return source
  }
  return undefined
}

type CellTest = (cell: Cell | undefined) => boolean

function fieldTest(scan: Scan, field: EventField, test: CellTest, value?: Literal): CompiledCondition {
  switch (field.name) {
    case 'kind': {
      const table = kindTable(kind => test(kindNameOf(kind)))
      return { cost: 0, kinds: table, testOf: track => row => table[track.rows.kind[row] ?? 0] === 1 }
    }
    case 'track':
      return { cost: 0, testOf: track => (test(track.number) ? always : never) }
    case 'activity':
      return { cost: 0, testOf: activityTest(scan, field, test) }
    case 'function':
      return { cost: 1, site: { functionName: test }, testOf: probeTest(scan, field, test) }
    case 'file':
    case 'line': {
      const { name } = field
      return { cost: 1, site: { location: location => test(location?.[name]) }, testOf: probeTest(scan, field, test) }
    }
    case 'name':
      return { cost: 2, testOf: columnTest(scan, field, test) }
    case 'text':
      return { cost: 4, testOf: textTest(value?.type === 'text' ? value.value.toLowerCase() : '', (track, row) => scan.valuesOf(track, row)) }
    default:
      return { cost: 0, testOf: columnTest(scan, field, test) }
  }
}

const columnTest =
  (scan: Scan, field: Field, test: CellTest) =>
  (track: Track): RowTest => {
    const read = cellReader(scan, field, track)
    return row => test(read(row))
  }

/** An activity has a type whatever its values are. */
function activityTest(scan: Scan, field: EventField, test: CellTest): (track: Track) => RowTest {
  const isPossible = Array.from({ length: 256 }, (_, type) => activityTypeName(type)).some(name => name !== undefined && test(name))
  return isPossible ? columnTest(scan, field, test) : () => never
}

/** What a probe decides is decided once; activities have names of their own, each decided once too. */
function probeTest(scan: Scan, field: EventField, test: CellTest): (track: Track) => RowTest {
  return track => {
    const read = cellReader(scan, field, track)
    const bySite = new Map<Site, boolean>()
    const byCall = new Map<number, boolean>()
    return row => {
      const site = siteOfRow(track, row)
      if (site !== undefined) return cached(bySite, site, () => test(read(row)))
      return field.name === 'function' && cached(byCall, track.rows.call[row] ?? -1, () => test(read(row)))
    }
  }
}

type Comparison = Pick<Extract<Condition, { kind: 'compare' }>, 'operator' | 'value'>

/** Any of the comparisons holds for the value at the path. */
function pathTest(scan: Scan, field: PathField, comparisons: readonly Comparison[]): CompiledCondition {
  const tests = comparisons.map(({ operator, value }) => nodeTest(operator, value))
  return {
    cost: 3,
    holders: track => holderSource(track, patternsOf(track, field, comparisons)),
    testOf: track => {
      const patterns = patternsOf(track, field, comparisons)
      const byChunk = new Map<number, boolean>()
      return row => {
        const holder = holderOf(track, field.root, row)
        if (holder === -1) return false
        const chunk = track.chunkIndexOf(holder)
        if (!cached(byChunk, chunk, () => patterns(chunk)?.length !== 0)) return false
        const node = nodeAt(scan, track, holder, field)
        return node !== undefined && tests.some(test => test(node))
      }
    },
  }
}

/** What of a chunk's values may meet any of the comparisons; an empty list is nothing. */
function patternsOf(track: Track, field: PathField, comparisons: readonly Comparison[]): (chunk: number) => Patterns {
  const parts = comparisons.map(({ operator, value }): ((index: number) => Patterns) => {
    if (operator === '~' && value.type === 'text') {
      const mayHold = wordsTest(track, value.value.toLowerCase())
      return index => (mayHold(index) ? undefined : [])
    }
    const ofChunk =
      operator !== '='
        ? undefined
        : value.type === 'number'
          ? numberPatterns(field, value.value)
          : value.type === 'text'
            ? textPatterns(value.value)
            : undefined
    return index => {
      const chunk = track.chunks[index]
      return chunk === undefined ? [] : ofChunk?.(chunk)
    }
  })
  return index => {
    const patterns: Uint8Array[] = []
    for (const part of parts) {
      const more = part(index)
      if (more === undefined) return undefined
      patterns.push(...more)
    }
    return patterns
  }
}

/** That something was there is known of masked values too. */
function existsTest(scan: Scan, field: Field): CompiledCondition {
  if (field.kind === 'field') {
    if (typeOf(field) === 'contains') return { cost: 0, testOf: () => always }
    return fieldTest(scan, field, cell => cell !== undefined)
  }
  return {
    cost: 3,
    testOf: track => row => {
      const holder = holderOf(track, field.root, row)
      const node = holder === -1 ? undefined : nodeAt(scan, track, holder, field)
      return node !== undefined && node.kind !== 'cut' && node.kind !== 'hole'
    },
  }
}
