/**
 * Events as the runtime writes them and as chunks carry them: a tape of 32-bit words, little-endian, one operation after another. Most
 * events say what is known anyway (the caller of a call is the call that is open, a return is that of the open call), so most take a word
 * or two. Reading a tape gives the full records of record-layout.ts.
 *
 *   word  31                            4 3        0
 *        | argument                      | TapeOp   |   further words as the table says
 *
 * | op         | argument          | further words             | event                                                     | open calls   |
 * |------------|-------------------|---------------------------|-----------------------------------------------------------|--------------|
 * | enter      | site              | –                         | call-enter, the top's child, no values                    | + next call  |
 * | enterWith  | site              | count << 27, value word   | call-enter, the top's child, with arguments               | + next call  |
 * | exit       | 0                 | –                         | call-return of the top, no value                          | − top        |
 * | exitWith   | value word        | –                         | call-return of the top                                    | − top        |
 * | step       | site              | –                         | step of the top                                           |              |
 * | falsy, truthy, nullish | site  | –                         | branch of the top                                         |              |
 * | iteration  | site              | iteration                 | iteration of the top                                      |              |
 * | write      | site              | value word                | write of the top                                          |              |
 * | await      | 0                 | –                         | suspend-await of the top                                  | − top        |
 * | resume     | site              | call, value word          | resume-await                                              | + call       |
 * | record     | kind, flags, extra| site, call, link, value   | any                                                       | as its kind  |
 * | clock      | microseconds      | –                         | none: so much later; ticks count from the chunk's base    |              |
 * | elapsed    | microseconds      | –                         | none: as clock; the events since the last lie in between  |              |
 * | top        | site              | call                      | none: this call is open, above what else is known         | + call       |
 *
 * A value word is flags << 22 | (1 + offset into the chunk's values), 0 for none. `record` packs kind (7 bits), flags (5), extra (16), and its
 * last word is 1 + offset, 0 for none. The open calls of a reader start empty with each chunk, so that chunks stay self-contained: a
 * writer names what it takes for granted with `top` first. A kind that enters or resumes a call puts it on top; one that ends or
 * suspends the top takes it off, and says nothing about the open calls when it concerns another.
 */
import { BranchBit, EventKind } from './events.ts'
import { RECORD_WORDS, headExtra, headFlags, headKind, recordHead } from './record-layout.ts'

export const TapeOp = {
  enter: 0,
  enterWith: 1,
  exit: 2,
  exitWith: 3,
  step: 4,
  falsy: 5,
  truthy: 6,
  nullish: 7,
  iteration: 8,
  write: 9,
  await: 10,
  resume: 11,
  record: 12,
  clock: 13,
  top: 14,
  elapsed: 15,
} as const

/** Words of each operation, by its number: all that four bits can say. */
export const TAPE_OP_WORDS: readonly number[] = [1, 2, 1, 1, 1, 1, 1, 1, 2, 2, 1, 3, 5, 1, 2, 1]
/** The longest operation. */
export const MAX_OP_WORDS = 5
/** Greatest argument: 28 bits. */
export const MAX_TAPE_ARGUMENT = 0x0fff_ffff
export const TAPE_ARGUMENT_SHIFT = 4
export const TAPE_OP_MASK = 15
const FLAGS_SHIFT = 22
const COUNT_SHIFT = 27
const OFFSET_MASK = 0x3f_ffff

export const tapeWord = (op: number, argument: number): number => (argument << TAPE_ARGUMENT_SHIFT) | op

/** 0 stands for a value word that has no room for its parts; such an event is written as `record`. */
export const valueWord = (flags: number, offset: number, count = 0): number =>
  offset < OFFSET_MASK && count < 32 ? (count << COUNT_SHIFT) | (flags << FLAGS_SHIFT) | (offset + 1) : 0

/** First word of `record`. */
export const recordWord = (kind: number, flags: number, extra: number): number =>
  (extra << 16) | (flags << 11) | (kind << TAPE_ARGUMENT_SHIFT) | TapeOp.record

const recordWordHead = (word: number): number => recordHead((word >>> TAPE_ARGUMENT_SHIFT) & 0x7f, (word >>> 11) & 0x1f, word >>> 16)
const flagsOf = (word: number): number => (word >>> FLAGS_SHIFT) & 0x1f
const offsetOf = (word: number): number => word & OFFSET_MASK

/** Why a tape cannot be read. */
export type TapeProblem = 'an operation is cut' | 'no call is open' | 'the number of events is wrong'

/** The tape's events as records, RECORD_WORDS words each. `tape` is whole words; `nextCall` is the id of the first `enter`. */
export function expandTape(tape: Uint8Array, events: number, nextCall: number): Int32Array<ArrayBuffer> | TapeProblem {
  // Words of a view may lie at odd offsets.
  const words = new Int32Array(tape.length / 4)
  new Uint8Array(words.buffer).set(tape)
  return new TapeReader(words, events, nextCall).read()
}

class TapeReader {
  private readonly tape: Int32Array
  private readonly records: Int32Array<ArrayBuffer>
  private readonly calls: number[] = []
  private readonly sites: number[] = []
  private nextCall: number
  private tick = 0
  /** Offset of the record being written, and of the first one behind the last reading of the clock. */
  private to = 0
  private sinceReading = 0

  constructor(tape: Int32Array, events: number, nextCall: number) {
    this.tape = tape
    this.records = new Int32Array(events * RECORD_WORDS)
    this.nextCall = nextCall
  }

  read(): Int32Array<ArrayBuffer> | TapeProblem {
    const { tape, records } = this
    let at = 0
    while (at < tape.length) {
      const word = tape[at] as number // SAFE: at < length
      const op = word & TAPE_OP_MASK
      const end = at + (TAPE_OP_WORDS[op] as number) // SAFE: every op has its number of words
      if (end > tape.length) return 'an operation is cut'
      const isEvent = op < TapeOp.clock
      if (isEvent && this.to === records.length) return 'the number of events is wrong'
      if (NEEDS_TOP[op] === true && this.calls.length === 0) return 'no call is open'
      this.operation(op, word, at)
      if (isEvent) this.to += RECORD_WORDS
      at = end
    }
    return this.to === records.length ? records : 'the number of events is wrong'
  }

  private operation(op: number, word: number, at: number): void {
    const argument = word >>> TAPE_ARGUMENT_SHIFT
    const second = (this.tape[at + 1] ?? 0) | 0
    const third = (this.tape[at + 2] ?? 0) | 0
    switch (op) {
      case TapeOp.enter:
        return this.enter(argument, 0)
      case TapeOp.enterWith:
        return this.enter(argument, second)
      case TapeOp.exit:
        return this.ofTop(EventKind.callReturn, 0, this.topSite(), 0, 0).leave()
      case TapeOp.exitWith:
        return this.ofTop(EventKind.callReturn, 0, this.topSite(), 0, argument).leave()
      case TapeOp.step:
        return void this.ofTop(EventKind.step, 0, argument, 0, 0)
      case TapeOp.falsy:
        return void this.ofTop(EventKind.branch, 0, argument, 0, 0)
      case TapeOp.truthy:
        return void this.ofTop(EventKind.branch, BranchBit.truthy, argument, 0, 0)
      case TapeOp.nullish:
        return void this.ofTop(EventKind.branch, BranchBit.nullish, argument, 0, 0)
      case TapeOp.iteration:
        return void this.ofTop(EventKind.iteration, 0, argument, second, 0)
      case TapeOp.write:
        return void this.ofTop(EventKind.write, 0, argument, 0, second)
      case TapeOp.await:
        return this.ofTop(EventKind.suspendAwait, 0, this.topSite(), 0, 0).leave()
      case TapeOp.resume:
        this.put(recordHead(EventKind.resumeAwait, flagsOf(third), 0), argument, second, 0, offsetOf(third))
        return this.open(second, argument)
      case TapeOp.record:
        return this.record(word, at)
      case TapeOp.clock:
        return this.passed(argument)
      case TapeOp.elapsed:
        this.spread(argument)
        return this.passed(argument)
      case TapeOp.top:
        return this.open(second, argument)
    }
  }

  private passed(microseconds: number): void {
    this.tick = (this.tick + microseconds) | 0
    this.sinceReading = this.to
  }

  /** The events since the last reading came one after another, in equal steps as far as is known. */
  private spread(microseconds: number): void {
    const { records, sinceReading, to } = this
    for (let at = sinceReading; at < to; at += RECORD_WORDS)
      records[at + 4] = this.tick + Math.floor((microseconds * (at - sinceReading)) / (to - sinceReading))
  }

  private enter(site: number, value: number): void {
    const call = this.nextCall
    this.nextCall = (call + 1) | 0
    const parent = this.calls[this.calls.length - 1] as number // SAFE: NEEDS_TOP
    this.put(recordHead(EventKind.callEnter, flagsOf(value), value >>> COUNT_SHIFT), site, call, parent, offsetOf(value))
    this.open(call, site)
  }

  private record(word: number, at: number): void {
    const { tape } = this
    const head = recordWordHead(word)
    const [site, call] = [tape[at + 1] as number, tape[at + 2] as number] // SAFE: the operation is whole
    this.put(head, site, call, tape[at + 3] as number, tape[at + 4] as number) // SAFE: as above
    const effect = EFFECT.get(headKind(head))
    if (effect === 'opens') this.open(call, site)
    else if (effect === 'closes' && this.calls[this.calls.length - 1] === call) this.leave()
    if (headKind(head) === EventKind.callEnter || headKind(head) === EventKind.activityStart) this.nextCall = (call + 1) | 0
  }

  private ofTop(kind: number, extra: number, site: number, link: number, value: number): this {
    const call = this.calls[this.calls.length - 1] as number // SAFE: NEEDS_TOP
    this.put(recordHead(kind, flagsOf(value), extra), site, call, link, offsetOf(value))
    return this
  }

  private topSite(): number {
    return this.sites[this.sites.length - 1] as number // SAFE: NEEDS_TOP
  }

  private open(call: number, site: number): void {
    this.calls.push(call)
    this.sites.push(site)
  }

  private leave(): void {
    this.calls.pop()
    this.sites.pop()
  }

  private put(head: number, site: number, call: number, link: number, value: number): void {
    const { records, to } = this
    records[to] = head
    records[to + 1] = site
    records[to + 2] = call
    records[to + 3] = link
    records[to + 4] = this.tick
    records[to + 5] = value
  }
}

const NEEDS_TOP: readonly boolean[] = TAPE_OP_WORDS.map((_, op) => op < TapeOp.resume)

const EFFECT: ReadonlyMap<number, 'opens' | 'closes'> = new Map([
  [EventKind.callEnter, 'opens'],
  [EventKind.resumeAwait, 'opens'],
  [EventKind.resumeYield, 'opens'],
  [EventKind.callReturn, 'closes'],
  [EventKind.callThrow, 'closes'],
  [EventKind.callUnwind, 'closes'],
  [EventKind.suspendAwait, 'closes'],
  [EventKind.suspendYield, 'closes'],
])

/** Records as a tape of `record` and `clock` operations: what a writer without open calls says. */
export function tapeOfRecords(records: Int32Array, count: number): Uint8Array<ArrayBuffer> {
  const tape: number[] = []
  let tick = 0
  for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS) {
    const [head, site, call, link, time, value] = records.subarray(at, at + RECORD_WORDS) as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
    ] // SAFE: RECORD_WORDS words
    for (let late = ((time - tick) | 0) >>> 0; late > 0;) {
      const part = Math.min(late, MAX_TAPE_ARGUMENT)
      tape.push(tapeWord(TapeOp.clock, part))
      late -= part
    }
    tick = time
    tape.push(recordWord(headKind(head), headFlags(head), headExtra(head)), site, call, link, value)
  }
  return new Uint8Array(Int32Array.from(tape).buffer)
}
