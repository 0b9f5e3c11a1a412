/**
 * Writes the chunks of one realm of a generated trace, operation by operation, as the runtime's recorder does (tape.ts): no record is
 * made first. The stack is that of the turn that runs; between turns it is empty.
 */
import {
  ByteWriter,
  EventKind,
  MAX_TAPE_ARGUMENT,
  RecordFlag,
  TAPE_ARGUMENT_SHIFT,
  TapeOp,
  encodeChunk,
  recordWord,
  tapeWord,
  valueWord,
} from '@hindscope/protocol'
import type { RealmId, SessionId } from '@hindscope/protocol'
import { ChunkStrings } from './trace-generator-strings.ts'

/** Words of a full tape: 64 KB. */
const TAPE_WORDS = 16_384
/** Room behind them for what an action and a stack of open calls add. */
const SPARE_WORDS = 1024
/** A chunk is sealed when it is so old, as recorders do that have little to say. */
const MAX_AGE_US = 2_000_000
export const MAX_DEPTH = 200

export class RealmTape {
  readonly realm: RealmId
  readonly values: ByteWriter = new ByteWriter(1 << 16)
  readonly strings: ChunkStrings = new ChunkStrings()
  /** Events by kind. */
  readonly kinds: Uint32Array
  /** Events so far: the sequence number of the next. */
  total = 0
  nextCall = 1
  nowUs: number
  /** Open calls of the turn, outermost first. */
  open = 0
  readonly calls: Int32Array = new Int32Array(MAX_DEPTH + 8)
  readonly sites: Int32Array = new Int32Array(MAX_DEPTH + 8)
  readonly functions: Int32Array = new Int32Array(MAX_DEPTH + 8)
  /** Chunks since the first: values may name others of their chunk only. */
  number = 0
  private readonly session: SessionId
  private readonly sealed: Uint8Array[]
  private readonly words: Int32Array<ArrayBuffer> = new Int32Array(TAPE_WORDS + SPARE_WORDS)
  private used = 0
  private firstSeq = 0
  private firstCall = 1
  private baseUs = 0
  private lastMs = 0
  private counter = 0

  /** Sealed chunks are pushed to `sealed`; `kinds` is counted up. */
  constructor(realm: RealmId, session: SessionId, startUs: number, kinds: Uint32Array, sealed: Uint8Array[]) {
    this.realm = realm
    this.session = session
    this.nowUs = startUs
    this.kinds = kinds
    this.sealed = sealed
  }

  /** A turn of the event loop starts at this time, with no call open. */
  startTurn(atUs: number): void {
    const isEmpty = this.total === this.firstSeq
    if (!isEmpty && atUs - this.baseUs > MAX_AGE_US) this.seal()
    if (this.total === this.firstSeq) {
      this.nowUs = atUs
      this.begin()
    } else this.later(atUs - this.nowUs)
  }

  /** Before an action: makes sure that it fits into the chunk. */
  makeRoom(): void {
    if (this.used < TAPE_WORDS && this.values.length < 1 << 20) return
    this.seal()
    this.begin()
  }

  /** So many microseconds pass. */
  later(microseconds: number): void {
    this.nowUs += microseconds
    this.passing(TapeOp.clock, microseconds)
  }

  /** So many have passed since the last reading of the clock, evenly. */
  elapsed(microseconds: number): void {
    this.nowUs += microseconds
    this.passing(TapeOp.elapsed, microseconds)
  }

  private passing(op: number, microseconds: number): void {
    let left = microseconds
    for (; left > MAX_TAPE_ARGUMENT; left -= MAX_TAPE_ARGUMENT) this.words[this.used++] = tapeWord(op, MAX_TAPE_ARGUMENT)
    if (left > 0) this.words[this.used++] = tapeWord(op, left)
  }

  /** A call of the top. `value`: 1 + offset of its arguments, 0 for none. */
  enter(index: number, site: number, value: number, count: number): void {
    const { words } = this
    words[this.used++] = (site << TAPE_ARGUMENT_SHIFT) | (value === 0 ? TapeOp.enter : TapeOp.enterWith)
    if (value !== 0) words[this.used++] = valueWord(0, value - 1, count)
    this.push(this.nextCall++, site, index)
    this.count(EventKind.callEnter)
  }

  /** A call that something else has caused. */
  enterCaused(index: number, site: number, cause: number, value: number, count: number): void {
    const call = this.nextCall++
    this.record(recordWord(EventKind.callEnter, RecordFlag.asyncParent, count), site, call, cause, value)
    this.push(call, site, index)
    this.count(EventKind.callEnter)
  }

  exit(value: number): void {
    this.words[this.used++] = value === 0 ? TapeOp.exit : tapeWord(TapeOp.exitWith, value)
    this.open--
    this.count(EventKind.callReturn)
  }

  suspend(): void {
    this.words[this.used++] = TapeOp.await
    this.open--
    this.count(EventKind.suspendAwait)
  }

  resume(index: number, site: number, call: number, value: number): void {
    const { words } = this
    words[this.used++] = tapeWord(TapeOp.resume, site)
    words[this.used++] = call
    words[this.used++] = value
    this.push(call, site, index)
    this.count(EventKind.resumeAwait)
  }

  step(site: number): void {
    this.words[this.used++] = tapeWord(TapeOp.step, site)
    this.count(EventKind.step)
  }

  branch(site: number, isTruthy: boolean): void {
    this.words[this.used++] = tapeWord(isTruthy ? TapeOp.truthy : TapeOp.falsy, site)
    this.count(EventKind.branch)
  }

  iteration(site: number, iteration: number): void {
    this.words[this.used++] = tapeWord(TapeOp.iteration, site)
    this.words[this.used++] = iteration
    this.count(EventKind.iteration)
  }

  write(site: number, value: number): void {
    this.words[this.used++] = tapeWord(TapeOp.write, site)
    this.words[this.used++] = value
    this.count(EventKind.write)
  }

  /** The top leaves by an error. */
  fail(site: number, value: number): void {
    this.record(recordWord(EventKind.callThrow, 0, 0), site, this.top(), 0, value)
    this.open--
    this.count(EventKind.callThrow)
  }

  /** An activity starts; returns its id. */
  startActivity(type: number, cause: number, flags: number, value: number): number {
    const id = this.nextCall++
    this.record(recordWord(EventKind.activityStart, flags, type), 0, id, cause, value)
    this.count(EventKind.activityStart)
    return id
  }

  endActivity(type: number, id: number, value: number): void {
    this.record(recordWord(EventKind.activityEnd, 0, type), 0, id, 0, value)
    this.count(EventKind.activityEnd)
  }

  /** An event of the top of any other kind. */
  other(kind: number, extra: number, site: number, value: number): void {
    this.record(recordWord(kind, 0, extra), site, this.top(), 0, value)
    this.count(kind)
  }

  /** Id of the innermost open call, 0 when none is. */
  top(): number {
    return this.open === 0 ? 0 : (this.calls[this.open - 1] as number) // SAFE: below `open`
  }

  /** Closes the chunk that is being written, if it holds anything. */
  seal(): void {
    const recordCount = this.total - this.firstSeq
    if (recordCount === 0) return
    this.sealed.push(
      encodeChunk({
        type: 1,
        session: this.session,
        realm: this.realm,
        number: this.number++,
        firstSeq: this.firstSeq,
        recordCount,
        dropped: 0,
        truncated: 0,
        hlcFirst: this.clock(this.baseUs),
        hlcLast: this.clock(this.nowUs),
        baseTimeUs: this.baseUs,
        nextCall: this.firstCall,
        tape: new Uint8Array(this.words.buffer, 0, this.used * 4),
        values: this.values.written(),
        strings: this.strings.list,
      }),
    )
    this.firstSeq = this.total
    this.values.reset()
    this.strings.clear()
  }

  /** A chunk names the calls that it takes as open. */
  private begin(): void {
    this.used = 0
    this.baseUs = this.nowUs
    this.firstCall = this.nextCall
    for (let i = 0; i < this.open; i++) {
      this.words[this.used++] = tapeWord(TapeOp.top, this.sites[i] as number) // SAFE: below `open`, here and below
      this.words[this.used++] = this.calls[i] as number
    }
  }

  private clock(us: number): { readonly ms: number; readonly counter: number } {
    const ms = Math.floor(us / 1000)
    this.counter = ms > this.lastMs ? 0 : this.counter + 1
    this.lastMs = ms
    return { ms, counter: this.counter }
  }

  private record(head: number, site: number, call: number, link: number, value: number): void {
    const { words, used } = this
    words[used] = head
    words[used + 1] = site
    words[used + 2] = call
    words[used + 3] = link
    words[used + 4] = value
    this.used = used + 5
  }

  private push(call: number, site: number, index: number): void {
    const { open } = this
    this.calls[open] = call
    this.sites[open] = site
    this.functions[open] = index
    this.open = open + 1
  }

  private count(kind: number): void {
    this.total++
    this.kinds[kind] = (this.kinds[kind] as number) + 1 // SAFE: kinds are below its length
  }
}
