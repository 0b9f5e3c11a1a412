/**
 * One realm's events, indexed. Chunks are appended in the order of their numbers; a chunk that arrives late makes TraceStore build
 * the track anew, so that this file only ever sees growing sequence numbers.
 */
import {
  ActivityType,
  ConsoleLevel,
  EventKind,
  RECORD_WORDS,
  RecordFlag,
  Word,
  headExtra,
  headFlags,
  headKind,
  valueCount,
} from '@hindscope/protocol'
import type { Chunk, RealmDefinition, RealmId, ValueNode } from '@hindscope/protocol'
import { CallIds } from './call-ids.ts'
import { CallMark, CallTable, OutcomeCode } from './call-table.ts'
import { GapList } from './gap-list.ts'
import { IndexList, lowerBound } from './columns.ts'
import { keep, ownRecords } from './kept-chunk.ts'
import type { KeptChunk } from './kept-chunk.ts'
import { fieldOf, numberField, readRecordValues, textField } from './record-values.ts'
import type { ValuePlace } from './record-values.ts'
import { Mark, RowTable, linksToParent } from './row-table.ts'
import { SiteTable } from './site-table.ts'
import type { ManifestTable } from './site-table.ts'
import { NO_TREE, TreeRuns } from './tree-runs.ts'

/** What a track tells the store while it reads a chunk. */
export interface TrackEvents {
  /** What was asked or received carries the traceparent of what asked or sent it. */
  remoteParent(track: Track, call: number, traceparent: string): void
  /** `call` is a span of another tracer: requests that carry its id have it as their cause. */
  spanStarted(track: Track, call: number, spanId: string): void
  /** `call` sent the message that is called so, over all tracks. */
  messageSent(track: Track, call: number, message: string): void
  messageReceived(track: Track, call: number, message: string): void
  /** An error belongs to `call`: its causes have an error below them. */
  errorAbove(track: Track, call: number): void
}

export class Track {
  readonly number: number
  readonly realm: RealmId
  readonly rows: RowTable = new RowTable()
  readonly calls: CallTable = new CallTable()
  readonly sites: SiteTable
  readonly chunks: KeptChunk[] = []
  /** Chunks that are no rows: without events, or with sequence numbers that are there already. */
  readonly others: Chunk[] = []
  /** Calls without a parent in this track. */
  readonly roots: IndexList = new IndexList()
  readonly errorRows: IndexList = new IndexList()
  /** Level changes, and metrics of probes. */
  readonly levelRows: IndexList = new IndexList()
  readonly metricRows: IndexList = new IndexList()
  userCalls = 0
  /** What the realm gave up on purpose. */
  readonly gaps: GapList
  /** Told by chunks without events. */
  private loose = 0
  /** Sequence numbers that no chunk has, and how many drops the chunk after them told of. */
  private readonly holes: { readonly from: number; readonly to: number; readonly told: number }[] = []
  truncated = 0
  /** RealmKind of the realm-start event, 0 = not seen. */
  realmKind = 0
  definition: RealmDefinition | undefined
  /** Runs of rows by causal tree. */
  readonly trees: TreeRuns = new TreeRuns()
  private readonly firstRows: number[] = []
  private readonly callIds = new CallIds()
  private nextSeq = 0
  /** The chunk that chunkIndexOf found last. */
  private lastChunk = 0
  /** Roots of calls that were asked for last, by the low bits of their index. */
  private readonly knownCalls = new Int32Array(ROOTS_KNOWN).fill(-1)
  private readonly knownRoots = new Int32Array(ROOTS_KNOWN)

  /** `before`: what is known of the realm besides its events. */
  constructor(number: number, realm: RealmId, manifests: ManifestTable, before?: Pick<Track, 'sites' | 'gaps'>) {
    this.number = number
    this.realm = realm
    this.sites = before?.sites ?? new SiteTable(manifests)
    this.gaps = before?.gaps ?? new GapList()
  }

  callIndex(id: number): number {
    return this.callIds.indexOf(id, this.calls.id, this.calls.length)
  }

  /** Id of the call that the row belongs to, as recorded; 0 = none. */
  callIdOf(row: number): number {
    const call = this.rows.call[row] ?? -1
    return call === -1 ? this.rows.strangers.at(row) : (this.calls.id[call] as number) // SAFE: rows hold indices of the table
  }

  /** Probe id of a call's function, 0 for activities. */
  siteOfCall(call: number): number {
    return this.rows.site[this.calls.enterRow[call] ?? -1] ?? 0
  }

  depthOfCall(call: number): number {
    return this.rows.depth[this.calls.enterRow[call] ?? -1] ?? 0
  }

  /** The call at the top of the parents within the track; itself when it has none. */
  rootOfCall(call: number): number {
    const slot = call & (ROOTS_KNOWN - 1)
    if (this.knownCalls[slot] === call) return this.knownRoots[slot] as number // SAFE: same length
    const root = this.trees.rootOf(this.calls.enterRow[call] ?? 0)
    this.knownCalls[slot] = call
    return (this.knownRoots[slot] = root === NO_TREE ? call : root)
  }

  /** Counts them: linear in the result. */
  childCountOf(call: number): number {
    const { firstChild, nextSibling } = this.calls
    let count = 0
    for (let child = firstChild[call] ?? -1; child !== -1; child = nextSibling[child] as number) count++ // SAFE: child < length
    return count
  }

  firstRowOf(chunk: number): number {
    return this.firstRows[chunk] ?? 0
  }

  chunkIndexOf(row: number): number {
    const { firstRows } = this
    const last = this.lastChunk
    // Mostly asked for neighbours.
    if (row >= (firstRows[last] ?? Infinity) && row < (firstRows[last + 1] ?? Infinity)) return last
    return (this.lastChunk = lowerBound(0, firstRows.length, i => (firstRows[i] as number) > row) - 1) // SAFE: i < length
  }

  seqOf(row: number): number {
    const index = this.chunkIndexOf(row)
    return (this.chunks[index]?.firstSeq ?? 0) + row - (this.firstRows[index] ?? 0)
  }

  /** The row with this sequence number, -1 when it was never recorded or got lost. */
  rowOf(seq: number): number {
    const index = lowerBound(0, this.chunks.length, i => (this.chunks[i]?.firstSeq ?? 0) > seq) - 1
    const chunk = this.chunks[index]
    if (chunk === undefined || seq >= chunk.firstSeq + chunk.recordCount) return -1
    return (this.firstRows[index] ?? 0) + seq - chunk.firstSeq
  }

  /** The first row with a greater sequence number. */
  rowAfter(seq: number): number {
    const index = lowerBound(0, this.chunks.length, i => (this.chunks[i]?.firstSeq ?? 0) > seq) - 1
    const chunk = this.chunks[index]
    if (chunk === undefined) return 0
    return (this.firstRows[index] ?? 0) + Math.min(chunk.recordCount, seq - chunk.firstSeq + 1)
  }

  /** The first row at or after a time. */
  rowAtTime(timeUs: number): number {
    const { time, length } = this.rows
    return lowerBound(0, length, row => time.at(row) >= timeUs)
  }

  hasValues(row: number): boolean {
    return ((this.rows.marks[row] ?? 0) & Mark.values) !== 0
  }

  valuesOf(row: number): ValueNode[] {
    if (!this.hasValues(row)) return []
    const { rows } = this
    const chunk = this.chunks[this.chunkIndexOf(row)]
    if (chunk === undefined) return []
    return readRecordValues(chunk, rows.kind[row] ?? 0, rows.extra[row] ?? 0, rows.values.at(row))
  }

  /** For readers that do not want values as nodes; undefined when the row has none. */
  placeOfValues(row: number): ValuePlace | undefined {
    const { rows } = this
    const value = rows.values.at(row)
    const chunk = value === 0 ? undefined : this.chunks[this.chunkIndexOf(row)]
    if (chunk === undefined) return undefined
    return { bytes: chunk.values, strings: chunk.strings, offset: value - 1, count: valueCount(rows.kind[row] ?? 0, rows.extra[row] ?? 0) }
  }

  /** The record's link word: of calls the id of the parent, else what the kind says. */
  linkOf(row: number): number {
    const { rows, calls } = this
    if (!linksToParent(rows.kind[row] ?? 0)) return rows.links.at(row)
    const parent = calls.parent[rows.call[row] ?? -1] ?? -1
    return parent === -1 ? rows.links.at(row) : (calls.id[parent] as number) // SAFE: parents are calls of the table
  }

  /** `row` is one of the track's. */
  time(row: number): number {
    return this.rows.time.at(row)
  }

  get firstUs(): number {
    return this.rows.length === 0 ? 0 : this.time(0)
  }

  get lastUs(): number {
    return this.rows.length === 0 ? 0 : this.time(this.rows.length - 1)
  }

  /** Events that should be there and are not: what was given up on purpose is not counted. */
  get dropped(): number {
    return this.holes.reduce((sum, { from, to, told }) => sum + Math.max(told, to - from - this.gaps.within(from, to)), this.loose)
  }

  /** True when the chunk can be appended without building the track anew. */
  follows(chunk: Chunk): boolean {
    const last = this.chunks.at(-1)
    return last === undefined || chunk.number > last.number
  }

  /** So many rows are to come, for whoever knows: growing takes longer than filling. */
  expect(rows: number): void {
    const capacity = this.rows.length + rows
    this.rows.reserve(capacity)
    this.calls.expect(capacity)
  }

  /** Gives back memory that was held for rows to come. */
  trim(): void {
    this.rows.trim()
    this.calls.trim()
  }

  /** False when the chunk's sequence numbers overlap earlier ones: it is left out. */
  append(chunk: Chunk, events: TrackEvents): boolean {
    this.truncated += chunk.truncated
    const repeats = chunk.recordCount > 0 && chunk.firstSeq < this.nextSeq
    if (repeats || chunk.recordCount === 0) this.others.push(ownRecords(chunk))
    if (chunk.recordCount === 0) this.loose += chunk.dropped
    if (repeats) return false
    if (chunk.recordCount === 0) return true
    if (chunk.dropped > 0 || chunk.firstSeq > this.nextSeq) this.holes.push({ from: this.nextSeq, to: chunk.firstSeq, told: chunk.dropped })
    this.nextSeq = chunk.firstSeq + chunk.recordCount
    this.chunks.push(keep(chunk))
    this.firstRows.push(this.rows.length)
    this.appendRows(chunk, events)
    return true
  }

  /** Traces of ten million events pass through here: columns are looked up once, and most events touch nothing else. */
  private appendRows({ records, recordCount, baseTimeUs }: Chunk, events: TrackEvents): void {
    const { rows, calls, trees } = this
    rows.reserveMore(recordCount)
    const { time, kind: kinds, flags, extra, site: sites, values, call: callOfRow, marks, depth } = rows
    const baseUs = Number.isFinite(baseTimeUs) ? baseTimeUs : 0
    let row = rows.length
    for (let at = 0; at < recordCount * RECORD_WORDS; at += RECORD_WORDS, row++) {
      const head = records[at] as number // SAFE: expandTape made so many records, here and below
      const kind = headKind(head)
      const link = (records[at + Word.link] as number) >>> 0
      const callId = (records[at + Word.call] as number) >>> 0
      time.push(row, baseUs + ((records[at + Word.tick] as number) >>> 0))
      kinds[row] = kind
      flags[row] = headFlags(head)
      extra[row] = headExtra(head)
      sites[row] = records[at + Word.site] as number
      const value = (records[at + Word.value] as number) >>> 0
      if (value !== 0) values.push(row, value)
      let mark: number = value === 0 ? 0 : Mark.values
      rows.length = row + 1
      let call: number
      if (linksToParent(kind)) {
        const isAsync = (headFlags(head) & RecordFlag.asyncParent) !== 0
        call = this.enter(row, callId, link, isAsync)
        callOfRow[row] = call
        marks[row] = mark | Mark.enter
        if (kind === EventKind.callEnter) this.userCalls++
        else this.startActivity(row, call, events)
      } else {
        call = this.callIndex(callId)
        callOfRow[row] = call
        const isExit = isEnd(kind)
        if (call !== -1) {
          const own = depth[calls.enterRow[call] as number] as number // SAFE: calls of the table have entered
          depth[row] = isExit ? own : Math.min(own + 1, 0xffff)
        } else if (callId !== 0) rows.strangers.push(row, callId)
        if (link !== 0) rows.links.push(row, link)
        if (isExit) mark |= Mark.exit
        marks[row] = mark
        if (isExit) this.exit(row, kind, call)
        else if (kind >= EventKind.console) this.note(row, kind, call, events)
        if (mayBeError(kind) && this.isError(row, kind, call)) this.markError(row, kind, call, events)
      }
      trees.push(row, call === -1 ? NO_TREE : this.rootOfCall(call))
    }
  }

  private enter(row: number, id: number, link: number, isAsync: boolean): number {
    const { rows, calls } = this
    const parent = this.callIndex(link)
    const call = calls.add(id, row)
    this.callIds.add(id, call, calls.id)
    if (isAsync) calls.marks[call] = CallMark.asyncParent
    let root = call
    if (parent === -1) {
      this.roots.push(call)
      if (link !== 0) rows.links.push(row, link)
    } else {
      calls.attach(call, parent)
      if (!isAsync) rows.depth[row] = Math.min(this.depthOfCall(parent) + 1, 0xffff)
      root = this.rootOfCall(parent)
    }
    const slot = call & (ROOTS_KNOWN - 1)
    this.knownRoots[slot] = root
    this.knownCalls[slot] = call
    return call
  }

  /** Kinds that are neither calls nor statements. */
  private note(row: number, kind: number, call: number, events: TrackEvents): void {
    const { rows } = this
    if (kind === EventKind.levelChange) this.levelRows.push(row)
    else if (kind === EventKind.metric && rows.site[row] !== 0) this.metricRows.push(row)
    else if (kind === EventKind.realmStart) this.realmKind = rows.extra[row] as number // SAFE: row < length
    else if (kind === EventKind.messageSend && call !== -1) {
      const message = this.messageAt(row)
      if (message !== undefined) events.messageSent(this, call, message)
    }
  }

  private startActivity(row: number, call: number, events: TrackEvents): void {
    const type = this.rows.extra[row] as number // SAFE: row < length
    this.calls.activity[call] = type === 0 || type > 0xff ? ActivityType.custom : type
    if (type === ActivityType.span) this.startSpan(row, call, events)
    if (type !== ActivityType.httpServer && type !== ActivityType.message) return
    const traceparent = textField(this.valuesOf(row)[0], 'traceparent')
    if (traceparent !== undefined) events.remoteParent(this, call, traceparent)
    const message = type === ActivityType.message ? this.messageAt(row) : undefined
    if (message !== undefined) events.messageReceived(this, call, message)
  }

  /** A span that nothing recorded here has started may continue one of another realm: a message that a queue brought. */
  private startSpan(row: number, call: number, events: TrackEvents): void {
    const [fields] = this.valuesOf(row)
    const spanId = textField(fields, 'spanId')
    if (spanId !== undefined) events.spanStarted(this, call, spanId)
    const parentSpanId = textField(fields, 'parentSpanId')
    if (this.calls.parent[call] === -1 && parentSpanId !== undefined)
      events.remoteParent(this, call, `00-${textField(fields, 'traceId') ?? ''}-${parentSpanId}-01`)
  }

  /** Channel and number, which are the same at both ends. */
  private messageAt(row: number): string | undefined {
    const [fields] = this.valuesOf(row)
    const channel = textField(fields, 'channel')
    const number = numberField(fields, 'number')
    return channel === undefined || number === undefined ? undefined : `${channel}${number}`
  }

  private exit(row: number, kind: number, call: number): void {
    const { calls } = this
    if (call === -1 || calls.exitRow[call] !== -1) return
    calls.exitRow[call] = row
    const outcome = kind === EventKind.callThrow ? OutcomeCode.threw : kind === EventKind.callUnwind ? OutcomeCode.unwound : OutcomeCode.returned
    calls.outcome[call] = outcome
  }

  private isError(row: number, kind: number, call: number): boolean {
    switch (kind) {
      case EventKind.callThrow:
      case EventKind.throwStatement:
      case EventKind.uncaughtError:
      case EventKind.unhandledRejection:
        return true
      case EventKind.console:
        return this.rows.extra[row] === ConsoleLevel.error || this.rows.extra[row] === ConsoleLevel.assert
      case EventKind.activityEnd:
        return this.hasValues(row) && isFailure(this.valuesOf(row)[0], call === -1 ? 0 : (this.calls.activity[call] as number)) // SAFE: call < length
      default:
        return false
    }
  }

  private markError(row: number, kind: number, call: number, events: TrackEvents): void {
    const { calls } = this
    this.rows.marks[row] = (this.rows.marks[row] as number) | Mark.error // SAFE: row < length
    this.errorRows.push(row)
    if (call === -1) return
    calls.marks[call] = (calls.marks[call] as number) | CallMark.error // SAFE: call < length
    if (kind === EventKind.activityEnd) calls.outcome[call] = OutcomeCode.threw
    const isOwn = kind === EventKind.callThrow || kind === EventKind.throwStatement || kind === EventKind.activityEnd
    if (!isOwn) calls.marks[call] = (calls.marks[call] as number) | CallMark.errorBelow // SAFE: call < length
    events.errorAbove(this, call)
  }
}

/** A power of two. */
const ROOTS_KNOWN = 1024

/** Kinds that isError looks at: most events are none of these. */
const mayBeError = (kind: number): boolean =>
  kind === EventKind.callThrow || kind === EventKind.throwStatement || (kind >= EventKind.console && kind <= EventKind.activityEnd)

const isEnd = (kind: number): boolean =>
  kind === EventKind.callReturn || kind === EventKind.callThrow || kind === EventKind.callUnwind || kind === EventKind.activityEnd

/** An `error` field, a status of 400 and more for the asking side, of 500 and more for the answering side. */
function isFailure(result: ValueNode | undefined, activity: number): boolean {
  const error = fieldOf(result, 'error')
  if (error !== undefined && error.kind !== 'undefined' && error.kind !== 'null') return true
  const status = numberField(result, 'status')
  return status !== undefined && (activity === ActivityType.httpServer ? status >= 500 : activity === ActivityType.httpClient && status >= 400)
}
