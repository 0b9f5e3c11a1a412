/**
 * One realm's events, indexed. Chunks are appended in the order of their numbers; a chunk that arrives late makes TraceStore build
 * the track anew, so that this file only ever sees growing sequence numbers.
 */
import { ActivityType, ConsoleLevel, EventKind, RECORD_WORDS, RecordFlag, Word, headExtra, headFlags, headKind } from '@hindscope/protocol'
import type { Chunk, RealmDefinition, RealmId, ValueNode } from '@hindscope/protocol'
import { CallMark, CallTable, OutcomeCode } from './call-table.ts'
import { GapList } from './gap-list.ts'
import { IndexList, lowerBound } from './columns.ts'
import { IntMap } from './int-map.ts'
import { fieldOf, numberField, readRecordValues, textField } from './record-values.ts'
import { Mark, RowTable } from './row-table.ts'
import { SiteTable } from './site-table.ts'
import type { ManifestTable } from './site-table.ts'

/** What a track tells the store while it reads a chunk. */
export interface TrackEvents {
  /** A server activity carries the traceparent of another realm's client activity. */
  remoteParent(track: Track, call: number, traceparent: string): void
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
  readonly chunks: Chunk[] = []
  /** Calls without a parent in this track. */
  readonly roots: IndexList = new IndexList()
  readonly errorRows: IndexList = new IndexList()
  /** Level changes, and metrics of probes. */
  readonly levelRows: IndexList = new IndexList()
  readonly metricRows: IndexList = new IndexList()
  /** Hits and throws per probe id: slot = siteSlots.get(id). */
  readonly siteSlots: IntMap = new IntMap()
  readonly siteIds: number[] = []
  readonly siteHits: number[] = []
  readonly siteThrows: number[] = []
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
  private readonly firstRows: number[] = []
  private readonly callById = new IntMap()
  private nextSeq = 0

  /** `before`: what is known of the realm besides its events. */
  constructor(number: number, realm: RealmId, manifests: ManifestTable, before?: Pick<Track, 'sites' | 'gaps'>) {
    this.number = number
    this.realm = realm
    this.sites = before?.sites ?? new SiteTable(manifests)
    this.gaps = before?.gaps ?? new GapList()
  }

  callIndex(id: number): number {
    return id === 0 ? -1 : (this.callById.get(id) ?? -1)
  }

  /** Id of the call that the row belongs to, as recorded; 0 = none. */
  callIdOf(row: number): number {
    return this.rows.callId[row] ?? 0
  }

  /** Probe id of a call's function, 0 for activities. */
  siteOfCall(call: number): number {
    return this.calls.site[call] ?? 0
  }

  /** The call at the top of the parents within the track; itself when it has none. */
  rootOfCall(call: number): number {
    return this.calls.root[call] ?? call
  }

  childCountOf(call: number): number {
    return this.calls.childCount[call] ?? 0
  }

  chunkIndexOf(row: number): number {
    return lowerBound(0, this.firstRows.length, i => (this.firstRows[i] ?? 0) > row) - 1
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
    const times = this.rows.timeUs
    return lowerBound(0, this.rows.length, row => (times[row] as number) >= timeUs) // SAFE: row < length
  }

  valuesOf(row: number): ValueNode[] {
    const { rows } = this
    const chunk = this.chunks[this.chunkIndexOf(row)]
    if (chunk === undefined) return []
    return readRecordValues(chunk, rows.kind[row] ?? 0, rows.extra[row] ?? 0, rows.value[row] ?? 0)
  }

  /** The record's link word: no column, because only few kinds have one that is no parent. */
  linkOf(row: number): number {
    const index = this.chunkIndexOf(row)
    const at = (row - (this.firstRows[index] ?? 0)) * RECORD_WORDS + Word.link
    return (this.chunks[index]?.records[at] ?? 0) >>> 0
  }

  time(row: number): number {
    return this.rows.timeUs[row] ?? 0
  }

  get firstUs(): number {
    return this.time(0)
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

  /** False when the chunk's sequence numbers overlap earlier ones: it is left out. */
  append(chunk: Chunk, events: TrackEvents): boolean {
    this.truncated += chunk.truncated
    if (chunk.recordCount === 0) {
      this.loose += chunk.dropped
      return true
    }
    if (chunk.firstSeq < this.nextSeq) return false
    if (chunk.dropped > 0 || chunk.firstSeq > this.nextSeq) this.holes.push({ from: this.nextSeq, to: chunk.firstSeq, told: chunk.dropped })
    this.nextSeq = chunk.firstSeq + chunk.recordCount
    this.chunks.push(chunk)
    this.firstRows.push(this.rows.length)
    this.appendRows(chunk, events)
    return true
  }

  private appendRows(chunk: Chunk, events: TrackEvents): void {
    const { rows } = this
    const { records } = chunk
    const baseUs = Number.isFinite(chunk.baseTimeUs) ? chunk.baseTimeUs : 0
    let lastUs = rows.length === 0 ? -Infinity : this.lastUs
    rows.reserve(chunk.recordCount)
    for (let at = 0; at < chunk.recordCount * RECORD_WORDS; at += RECORD_WORDS) {
      const row = rows.length++
      const head = records[at + Word.head] as number // SAFE: decodeChunk checked the section's length, here and below
      const timeUs = baseUs + ((records[at + Word.tick] as number) >>> 0)
      if (timeUs > lastUs) lastUs = timeUs
      rows.timeUs[row] = lastUs
      rows.kind[row] = headKind(head)
      rows.flags[row] = headFlags(head)
      rows.extra[row] = headExtra(head)
      rows.site[row] = records[at + Word.site] as number
      rows.callId[row] = records[at + Word.call] as number
      rows.value[row] = records[at + Word.value] as number
      this.indexRow(row, (records[at + Word.link] as number) >>> 0, events)
    }
  }

  private indexRow(row: number, link: number, events: TrackEvents): void {
    const { rows } = this
    const kind = rows.kind[row] as number // SAFE: row < length, here and below
    if (kind === EventKind.callEnter || kind === EventKind.activityStart) return this.enter(row, kind, link, events)
    const call = this.callIndex(rows.callId[row] as number)
    rows.call[row] = call
    const isExit = isEnd(kind)
    rows.marks[row] = isExit ? Mark.exit : 0
    rows.depth[row] = call === -1 ? 0 : Math.min((this.calls.depth[call] as number) + (isExit ? 0 : 1), 0xffff)
    if (isExit) this.exit(row, kind, call)
    if (isHit(kind)) this.hit(rows.site[row] as number)
    if (kind === EventKind.levelChange) this.levelRows.push(row)
    if (kind === EventKind.metric && rows.site[row] !== 0) this.metricRows.push(row)
    if (kind === EventKind.messageSend && call !== -1) {
      const message = this.messageAt(row)
      if (message !== undefined) events.messageSent(this, call, message)
    }
    if (kind === EventKind.realmStart) this.realmKind = rows.extra[row] as number
    if (this.isError(row, kind, call)) this.markError(row, kind, call, events)
  }

  private enter(row: number, kind: number, link: number, events: TrackEvents): void {
    const { rows, calls } = this
    const id = rows.callId[row] as number // SAFE: row < length, here and below
    const call = calls.add(id, rows.site[row] as number, row)
    const parent = this.callIndex(link)
    const isAsync = ((rows.flags[row] as number) & RecordFlag.asyncParent) !== 0
    if (isAsync) calls.marks[call] = CallMark.asyncParent
    if (parent === -1) this.roots.push(call)
    else {
      calls.attach(call, parent)
      if (!isAsync) calls.depth[call] = Math.min((calls.depth[parent] as number) + 1, 0xffff)
    }
    if (id !== 0) this.callById.set(id, call)
    rows.call[row] = call
    rows.marks[row] = Mark.enter
    rows.depth[row] = calls.depth[call] as number
    if (kind === EventKind.callEnter) {
      this.userCalls++
      this.hit(rows.site[row] as number)
      return
    }
    const type = rows.extra[row] as number
    calls.activity[call] = type === 0 || type > 0xff ? ActivityType.custom : type
    const traceparent = type === ActivityType.httpServer ? textField(this.valuesOf(row)[0], 'traceparent') : undefined
    if (traceparent !== undefined) events.remoteParent(this, call, traceparent)
    const message = type === ActivityType.message ? this.messageAt(row) : undefined
    if (message !== undefined) events.messageReceived(this, call, message)
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

  private hit(site: number): void {
    const slot = this.slotOf(site)
    this.siteHits[slot] = (this.siteHits[slot] ?? 0) + 1
  }

  private slotOf(site: number): number {
    const known = this.siteSlots.get(site)
    if (known !== undefined) return known
    const slot = this.siteIds.length
    this.siteSlots.set(site, slot)
    this.siteIds.push(site)
    this.siteHits.push(0)
    this.siteThrows.push(0)
    return slot
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
        return this.rows.value[row] !== 0 && isFailure(this.valuesOf(row)[0], call === -1 ? 0 : (this.calls.activity[call] as number)) // SAFE: call < length
      default:
        return false
    }
  }

  private markError(row: number, kind: number, call: number, events: TrackEvents): void {
    const { calls } = this
    this.rows.marks[row] = (this.rows.marks[row] as number) | Mark.error // SAFE: row < length
    this.errorRows.push(row)
    if (kind === EventKind.callThrow) {
      const slot = this.slotOf(this.rows.site[row] as number) // SAFE: row < length
      this.siteThrows[slot] = (this.siteThrows[slot] ?? 0) + 1
    }
    if (call === -1) return
    calls.marks[call] = (calls.marks[call] as number) | CallMark.error // SAFE: call < length
    if (kind === EventKind.activityEnd) calls.outcome[call] = OutcomeCode.threw
    const isOwn = kind === EventKind.callThrow || kind === EventKind.throwStatement || kind === EventKind.activityEnd
    if (!isOwn) calls.marks[call] = (calls.marks[call] as number) | CallMark.errorBelow // SAFE: call < length
    events.errorAbove(this, call)
  }
}

/** Besides the enters of calls. */
const isHit = (kind: number): boolean => kind === EventKind.step || kind === EventKind.write || kind === EventKind.propertyWrite

const isEnd = (kind: number): boolean =>
  kind === EventKind.callReturn || kind === EventKind.callThrow || kind === EventKind.callUnwind || kind === EventKind.activityEnd

/** An `error` field, a status of 400 and more for the asking side, of 500 and more for the answering side. */
function isFailure(result: ValueNode | undefined, activity: number): boolean {
  const error = fieldOf(result, 'error')
  if (error !== undefined && error.kind !== 'undefined' && error.kind !== 'null') return true
  const status = numberField(result, 'status')
  return status !== undefined && (activity === ActivityType.httpServer ? status >= 500 : activity === ActivityType.httpClient && status >= 400)
}
