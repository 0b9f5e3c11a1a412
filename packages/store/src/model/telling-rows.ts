/**
 * Which rows must be folded to know a call's variables. `tellingRows` gives few: of each variable the rows that say its last value, that
 * make it doubtful, and that told it first (which decides its place in the answer). Found by leaping between the rows of a probe and the rows of
 * the call, so a loop of a million rounds costs no more than its variables; no keyframes are needed.
 */
import { EventKind } from '@hindscope/protocol'
import type { Probe } from '@hindscope/protocol'
import { bindingSitesOf } from './binding-sites.ts'
import { claimOf } from './call-owner.ts'
import type { Claim, Owner } from './call-owner.ts'
import type { CallRows } from './call-rows.ts'
import type { ListPool } from './list-pool.ts'
import { siteRowsOf } from './site-rows.ts'
import type { Track } from './track.ts'

/** Calls with fewer rows of their own are folded whole. */
const FOLDED_WHOLE = 128

const inOrder = (rows: Iterable<number>): Uint32Array => new Uint32Array(new Set(rows)).sort()

export const bindingsOf = (probe: Probe | undefined): readonly number[] =>
  probe?.kind === 'write' ? [probe.binding] : probe?.kind === 'locals' ? probe.bindings : []

const isVariableRow = (track: Track, row: number): boolean => {
  const kind = track.rows.kind[row]
  return kind === EventKind.write || kind === EventKind.locals
}

/** Rows of the call itself in (…, lastRow]. */
const ownRows = ({ lists }: CallRows, track: Track, call: number, lastRow: number): Uint32Array =>
  lists.slice(call, 0, lists.upperBound(call, lastRow)).filter(row => isVariableRow(track, row))

/** Every row that may tell of a variable of the call, in order. */
export function everyRow(callRows: CallRows, track: Track, call: number, owner: Owner | undefined, lastRow: number): Uint32Array {
  const own = ownRows(callRows, track, call, lastRow)
  if (owner === undefined) return own
  const spans = new OwnSpans(owner)
  for (const row of own) spans.add(row)
  const siteRows = siteRowsOf(track)
  const lists = new Set<number>()
  for (const { list } of foreignLists(owner, spans)) lists.add(list)
  const enterRow = track.calls.enterRow[call] ?? 0
  const rows = [own]
  for (const list of lists) rows.push(siteRows.lists.slice(list, siteRows.lists.upperBound(list, enterRow), siteRows.lists.upperBound(list, lastRow)))
  if (rows.length === 1) return own
  const all = new Set<number>()
  for (const part of rows) for (const row of part) all.add(row)
  return inOrder(all)
}

export interface Asked {
  readonly lastRow: number
  /** Bindings that were arguments: their place in the answer is known. */
  readonly given: ReadonlySet<number>
}

export function tellingRows(callRows: CallRows, track: Track, call: number, owner: Owner | undefined, asked: Asked): Uint32Array {
  const { lists } = callRows
  const isLong = lists.upperBound(call, asked.lastRow) > FOLDED_WHOLE
  if (owner === undefined || !isLong) {
    const own = ownRows(callRows, track, call, asked.lastRow)
    return owner === undefined ? own : withForeign(owner, own, asked)
  }
  return withForeign(owner, inOrder(edgesOf(owner, lists, asked.lastRow)), asked)
}

/** Of each probe of the function: its first and its last row in the call, and the last that has a value. */
function* edgesOf(owner: Owner, callLists: ListPool, lastRow: number): Generator<number> {
  const { track, call, base, manifest } = owner
  const sites = bindingSitesOf(manifest)
  const inModule = owner.probe === sites.moduleProbe ? (sites.inFunction.get(-1) ?? []) : []
  const siteRows = siteRowsOf(track)
  for (const index of [...(sites.inFunction.get(owner.probe) ?? []), ...inModule]) {
    const list = siteRows.listOf(base + index)
    if (list === -1) continue
    const meeting = new Meeting(siteRows.lists, list, callLists, call)
    const first = meeting.after(track.calls.enterRow[call] ?? 0)
    if (first === -1 || first > lastRow) continue
    yield first
    for (let row = meeting.atOrBefore(lastRow); row !== -1; row = meeting.atOrBefore(row - 1)) {
      yield row
      if (hasValue(track, row)) break
    }
  }
}

const hasValue = (track: Track, row: number): boolean => track.hasValues(row)

/** Rows that are in two lists. */
export class Meeting {
  private readonly a: ListPool
  private readonly listA: number
  private readonly b: ListPool
  private readonly listB: number

  constructor(a: ListPool, listA: number, b: ListPool, listB: number) {
    this.a = a
    this.listA = listA
    this.b = b
    this.listB = listB
  }

  /** The last row that is at most `row`, -1 when there is none. */
  atOrBefore(row: number): number {
    let at = row
    for (;;) {
      const [inA, inB] = [this.a.atOrBefore(this.listA, at), this.b.atOrBefore(this.listB, at)]
      if (inA === -1 || inB === -1) return -1
      if (inA === inB) return inA
      at = Math.min(inA, inB)
    }
  }

  /** The first row behind `row`. */
  after(row: number): number {
    let at = row
    for (;;) {
      const [inA, inB] = [this.a.after(this.listA, at), this.b.after(this.listB, at)]
      if (inA === -1 || inB === -1) return -1
      if (inA === inB) return inA
      at = Math.max(inA, inB) - 1
    }
  }
}

/** First row and last row with a value, of each variable that the call itself tells of. */
class OwnSpans {
  readonly first = new Map<number, number>()
  readonly last = new Map<number, number>()
  private readonly owner: Owner

  constructor(owner: Owner) {
    this.owner = owner
  }

  add(row: number): void {
    const { track, manifest, base } = this.owner
    for (const binding of bindingsOf(manifest.probes[(track.rows.site[row] ?? 0) - base])) {
      if (!this.first.has(binding)) this.first.set(binding, row)
      if (hasValue(track, row)) this.last.set(binding, row)
    }
  }
}

interface ForeignList {
  readonly binding: number
  readonly home: number | undefined
  readonly list: number
}

/** Rows by probes of other functions that write variables of this one; by all probes for outer variables that the call has written. */
function* foreignLists(owner: Owner, { first }: OwnSpans): Generator<ForeignList> {
  const { track, manifest, base } = owner
  const sites = bindingSitesOf(manifest)
  const siteRows = siteRowsOf(track)
  const own = sites.ofFunction.get(owner.probe) ?? []
  const outer = [...first.keys()].filter(binding => binding >= 0 && manifest.bindings?.[binding]?.parent !== owner.probe)
  for (const binding of [...own, ...outer]) {
    const home = manifest.bindings?.[binding]?.parent
    for (const index of sites.ofBinding.get(binding) ?? []) {
      if (home === owner.probe && manifest.probes[index]?.parent === owner.probe) continue
      const list = siteRows.listOf(base + index)
      if (list !== -1) yield { binding, home, list }
    }
  }
}

function withForeign(owner: Owner, own: Uint32Array, asked: Asked): Uint32Array {
  const spans = new OwnSpans(owner)
  for (const row of own) spans.add(row)
  const found: number[] = []
  for (const foreign of foreignLists(owner, spans)) addForeign(owner, foreign, spans, asked, found)
  return found.length === 0 ? own : inOrder([...own, ...found])
}

function addForeign(owner: Owner, { binding, home, list }: ForeignList, spans: OwnSpans, asked: Asked, found: number[]): void {
  const { track, call } = owner
  const { lists } = siteRowsOf(track)
  const enterRow = track.calls.enterRow[call] ?? 0
  const from = spans.last.get(binding) ?? (home === owner.probe ? enterRow : (spans.first.get(binding) ?? enterRow))
  const tells = (row: number): Claim | undefined => (track.rows.call[row] === call ? undefined : claimOf(owner, row, home))
  let isDoubtful = false
  let last = -1
  for (let index = lists.upperBound(list, asked.lastRow) - 1; index >= 0 && last === -1; index--) {
    const row = lists.at(list, index)
    if (row <= from) break
    const claim = tells(row)
    if (claim === undefined) continue
    if (claim !== 'possible' && hasValue(track, row)) last = row
    else if (!isDoubtful) {
      isDoubtful = true
      found.push(row)
    }
    // Whose variable of an outer function it is cannot be told of any row.
    if (claim === 'possible' && home !== owner.probe) break
  }
  if (last !== -1) found.push(last)
  if (home !== owner.probe || asked.given.has(binding)) return
  const end = Math.min(spans.first.get(binding) ?? Infinity, asked.lastRow + 1)
  if (last === -1 && end > asked.lastRow) return
  for (let index = lists.upperBound(list, enterRow); index < lists.length(list); index++) {
    const row = lists.at(list, index)
    if (row >= end) break
    const claim = tells(row)
    if (claim === undefined || claim === 'possible' || !hasValue(track, row)) continue
    found.push(row)
    break
  }
}
