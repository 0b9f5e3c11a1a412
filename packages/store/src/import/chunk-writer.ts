/**
 * Writes the events of one realm as sealed chunks, as a recorder would have: calls and activities with their parents, values, times. For
 * events that come from elsewhere and are in order already.
 *
 * Times are microseconds since 1970. They are rounded to whole ones, since ticks are, and never run backwards: an event that is earlier
 * than the one before it gets that one's time. A chunk is sealed when it has MAX_RECORDS events or a megabyte of values or strings, so that
 * value words always have room for their offsets (tape.ts), and before its ticks would leave 31 bits.
 */
import { ActivityType, ChunkType, EventKind, HLC_MAX_MS, RECORD_WORDS, RecordFlag, encodeChunk, recordHead, tapeOf } from '@hindscope/protocol'
import type { ActivityTypeName, EventKindName, RealmId, SessionId } from '@hindscope/protocol'
import type { PlainValue } from './plain-value.ts'
import { ValueWriter } from './value-writer.ts'

export const MAX_RECORDS = 65_536
const FIRST_RECORDS = 256
const MAX_SECTION_BYTES = 1 << 20
/** 35 minutes: half of what a tick can say. */
const MAX_TICKS = 2 ** 31 - 1

export interface ParentOptions {
  /** The call or activity that called this one, or its cause; none when absent or 0. */
  readonly parent?: number
  /** The parent is a cause and not the caller. */
  readonly asyncParent?: boolean
}

export interface WrittenEvent {
  readonly kind: EventKindName
  readonly timeUs: number
  readonly site?: number
  readonly call?: number
  readonly link?: number
  readonly extra?: number
  readonly flags?: number
  readonly values?: readonly PlainValue[]
}

export type Outcome =
  | { readonly kind: 'returned'; readonly value?: PlainValue }
  | { readonly kind: 'threw'; readonly error?: PlainValue }
  | { readonly kind: 'unwound' }

export class RealmWriter {
  readonly realm: RealmId
  /** All that was written so far, open chunk included. */
  events = 0
  private readonly session: SessionId
  private readonly seal: (chunk: Uint8Array<ArrayBuffer>) => void
  /** Grows up to MAX_RECORDS: a trace may have hundreds of threads with a few events each. */
  private records = new Int32Array(FIRST_RECORDS * RECORD_WORDS)
  private values = new ValueWriter()
  private count = 0
  private number = 0
  private nextCall = 1
  private baseUs = 0
  private lastUs = -Infinity
  /** Probe of each call, until the chunk is sealed in which it ends: a tape may have to name it. */
  private readonly sites = new Map<number, number>()
  private ended: number[] = []

  /** `seal` gets the bytes of each chunk and owns them. */
  constructor(session: SessionId, realm: RealmId, seal: (chunk: Uint8Array<ArrayBuffer>) => void) {
    this.session = session
    this.realm = realm
    this.seal = seal
  }

  /** Enters a call; gives its id. `args` are in the order of the probe's params. */
  enter(site: number, timeUs: number, args: readonly PlainValue[] = [], options: ParentOptions = {}): number {
    const call = this.nextCall++
    this.sites.set(call, site)
    this.event({ kind: 'callEnter', timeUs, site, call, extra: args.length, values: args, ...linkOf(options) })
    return call
  }

  exit(call: number, timeUs: number, outcome: Outcome): void {
    const site = this.sites.get(call) ?? 0
    const values = outcome.kind === 'returned' ? listed(outcome.value) : outcome.kind === 'threw' ? listed(outcome.error) : []
    const kind = outcome.kind === 'returned' ? 'callReturn' : outcome.kind === 'threw' ? 'callThrow' : 'callUnwind'
    this.event({ kind, timeUs, site, call, values })
    this.ended.push(call)
  }

  /** The call leaves the stack until it is resumed. */
  suspend(call: number, timeUs: number): void {
    this.event({ kind: 'suspendAwait', timeUs, site: this.sites.get(call) ?? 0, call })
  }

  resume(call: number, timeUs: number): void {
    this.event({ kind: 'resumeAwait', timeUs, site: this.sites.get(call) ?? 0, call })
  }

  /** Starts an activity; gives its id. `fields` as ActivityType says. */
  start(type: ActivityTypeName, timeUs: number, fields: PlainValue, options: ParentOptions = {}): number {
    const call = this.nextCall++
    this.event({ kind: 'activityStart', timeUs, call, extra: ActivityType[type], values: [fields], ...linkOf(options) })
    return call
  }

  end(call: number, type: ActivityTypeName, timeUs: number, result?: PlainValue): void {
    this.event({ kind: 'activityEnd', timeUs, call, extra: ActivityType[type], values: listed(result) })
  }

  event(event: WrittenEvent): void {
    const timeUs = Math.max(Math.round(event.timeUs), this.lastUs)
    if (this.count > 0 && this.isFull(timeUs)) this.flush()
    if (this.count === 0) this.baseUs = timeUs
    this.lastUs = timeUs
    const { word, isCut } = this.values.write(event.values ?? [])
    const flags = (event.flags ?? 0) | (isCut ? RecordFlag.truncated : 0)
    const at = this.count * RECORD_WORDS
    if (at === this.records.length) this.grow()
    this.records[at] = recordHead(EventKind[event.kind], flags, event.extra ?? 0)
    this.records[at + 1] = event.site ?? 0
    this.records[at + 2] = event.call ?? 0
    this.records[at + 3] = event.link ?? 0
    this.records[at + 4] = timeUs - this.baseUs
    this.records[at + 5] = word
    this.count++
    this.events++
  }

  /** Seals what is open. Nothing may be written afterwards but a new chunk. */
  flush(): void {
    if (this.count === 0) return
    const { values, count } = this
    const lastTick = this.records[(count - 1) * RECORD_WORDS + 4] ?? 0
    const { tape, nextCall } = tapeOf(this.records.subarray(0, count * RECORD_WORDS), count, call => this.sites.get(call) ?? 0)
    const chunk = encodeChunk({
      type: ChunkType.events,
      session: this.session,
      realm: this.realm,
      number: this.number++,
      firstSeq: this.events - count,
      recordCount: count,
      dropped: 0,
      truncated: values.truncated,
      hlcFirst: { ms: clockMs(this.baseUs), counter: 0 },
      hlcLast: { ms: clockMs(this.baseUs + lastTick), counter: 0 },
      baseTimeUs: this.baseUs,
      tape,
      nextCall,
      values: values.bytes.written(),
      strings: values.texts(),
    })
    for (const call of this.ended) this.sites.delete(call)
    this.ended = []
    this.values = new ValueWriter()
    this.count = 0
    this.seal(chunk)
  }

  private grow(): void {
    const grown = new Int32Array(this.records.length * 2)
    grown.set(this.records)
    this.records = grown
  }

  private isFull(timeUs: number): boolean {
    const { bytes, stringLength } = this.values
    return this.count === MAX_RECORDS || bytes.length > MAX_SECTION_BYTES || stringLength > MAX_SECTION_BYTES || timeUs - this.baseUs > MAX_TICKS
  }
}

/** What a hybrid logical clock reads at a time. */
export const clockMs = (timeUs: number): number => Math.min(Math.max(Math.floor(timeUs / 1000), 0), HLC_MAX_MS)

const listed = (value: PlainValue | undefined): readonly PlainValue[] => (value === undefined ? [] : [value])

const linkOf = ({ parent = 0, asyncParent = false }: ParentOptions): { readonly link: number; readonly flags: number } => ({
  link: parent,
  flags: asyncParent ? RecordFlag.asyncParent : 0,
})
