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
import { RECORD_WORDS, Word, recordHead } from './record-layout.ts'

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

/**
 * The tape's events as records, RECORD_WORDS words each. `tape` is whole words; `nextCall` is the id of the first `enter`. `memory` gives so
 * many words, whatever is in them: whoever reads many tapes need not touch fresh memory for each.
 */
export function expandTape(
  tape: Uint8Array,
  events: number,
  nextCall: number,
  memory: (words: number) => Int32Array<ArrayBuffer> = words => new Int32Array(words),
): Int32Array<ArrayBuffer> | TapeProblem {
  // Words of a view may lie at odd offsets.
  const words = new Int32Array(tape.length / 4)
  new Uint8Array(words.buffer).set(tape)
  return read(words, nextCall, memory(events * RECORD_WORDS).fill(0))
}

/** Open calls as a reader of a tape knows them: growing typed arrays, since a tape may open one an operation. */
class OpenCalls {
  depth = 0
  calls = new Int32Array(64)
  sites = new Int32Array(64)

  push(call: number, site: number): void {
    if (this.depth === this.calls.length) {
      this.calls = widened(this.calls)
      this.sites = widened(this.sites)
    }
    this.calls[this.depth] = call
    this.sites[this.depth++] = site
  }
}

function widened(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(array.length * 2)
  wider.set(array)
  return wider
}

/** One loop for all operations: traces of ten million events are read with it. */
function read(tape: Int32Array, firstCall: number, records: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> | TapeProblem {
  const open = new OpenCalls()
  let nextCall = firstCall
  let tick = 0
  // Offset of the record to write, and of the first one behind the last reading of the clock.
  let to = 0
  let sinceReading = 0
  for (let at = 0; at < tape.length;) {
    const word = tape[at] as number // SAFE: at < length
    const op = word & TAPE_OP_MASK
    const end = at + (TAPE_OP_WORDS[op] as number) // SAFE: every op has its number of words
    if (end > tape.length) return 'an operation is cut'
    const argument = word >>> TAPE_ARGUMENT_SHIFT
    if (op >= TapeOp.clock) {
      if (op === TapeOp.top) open.push(tape[at + 1] as number, argument) // SAFE: the operation is whole, here and below
      else {
        if (op === TapeOp.elapsed) spread(records, sinceReading, to, tick, argument)
        tick = (tick + argument) | 0
        sinceReading = to
      }
      at = end
      continue
    }
    if (to === records.length) return 'the number of events is wrong'
    records[to + Word.tick] = tick
    if (op < TapeOp.resume) {
      const top = open.depth - 1
      if (top < 0) return 'no call is open'
      const call = open.calls[top] as number // SAFE: top < depth
      const second = op === TapeOp.enterWith || op === TapeOp.iteration || op === TapeOp.write ? (tape[at + 1] as number) : 0
      records[to + Word.call] = call
      records[to + Word.site] = argument
      switch (op) {
        case TapeOp.enter:
        case TapeOp.enterWith:
          records[to] = recordHead(EventKind.callEnter, flagsOf(second), second >>> COUNT_SHIFT)
          records[to + Word.call] = nextCall
          records[to + Word.link] = call
          records[to + Word.value] = offsetOf(second)
          open.push(nextCall, argument)
          nextCall = (nextCall + 1) | 0
          break
        case TapeOp.exit:
        case TapeOp.exitWith:
          records[to] = recordHead(EventKind.callReturn, op === TapeOp.exit ? 0 : flagsOf(argument), 0)
          records[to + Word.site] = open.sites[top] as number // SAFE: top < depth
          if (op === TapeOp.exitWith) records[to + Word.value] = offsetOf(argument)
          open.depth = top
          break
        case TapeOp.await:
          records[to] = EventKind.suspendAwait
          records[to + Word.site] = open.sites[top] as number // SAFE: top < depth
          open.depth = top
          break
        case TapeOp.write:
          records[to] = recordHead(EventKind.write, flagsOf(second), 0)
          records[to + Word.value] = offsetOf(second)
          break
        case TapeOp.iteration:
          records[to] = EventKind.iteration
          records[to + Word.link] = second
          break
        default:
          records[to] = op === TapeOp.step ? EventKind.step : recordHead(EventKind.branch, 0, BRANCH_BITS[op - TapeOp.falsy] as number) // SAFE: one of three
      }
    } else {
      const kind = readNamed(tape, at, records, to)
      const call = records[to + Word.call] as number // SAFE: just written, as below
      const effect = EFFECTS[kind] as number // SAFE: kinds have seven bits
      if (effect === OPENS) open.push(call, records[to + Word.site] as number)
      else if (effect === CLOSES && open.depth > 0 && open.calls[open.depth - 1] === call) open.depth--
      if (kind === EventKind.callEnter || kind === EventKind.activityStart) nextCall = (call + 1) | 0
    }
    to += RECORD_WORDS
    at = end
  }
  return to === records.length ? records : 'the number of events is wrong'
}

/** `resume` and `record`, which name their call; returns the kind. The operation is whole. */
function readNamed(tape: Int32Array, at: number, records: Int32Array, to: number): number {
  const word = tape[at] as number // SAFE: the operation is whole, here and below
  if ((word & TAPE_OP_MASK) === TapeOp.resume) {
    const value = tape[at + 2] as number
    records[to] = recordHead(EventKind.resumeAwait, flagsOf(value), 0)
    records[to + Word.site] = word >>> TAPE_ARGUMENT_SHIFT
    records[to + Word.call] = tape[at + 1] as number
    records[to + Word.value] = offsetOf(value)
    return EventKind.resumeAwait
  }
  records[to] = recordWordHead(word)
  records[to + Word.site] = tape[at + 1] as number
  records[to + Word.call] = tape[at + 2] as number
  records[to + Word.link] = tape[at + 3] as number
  records[to + Word.value] = tape[at + 4] as number
  return (word >>> TAPE_ARGUMENT_SHIFT) & 0x7f
}

/** The events since the last reading came one after another, in equal steps as far as is known. */
function spread(records: Int32Array, from: number, to: number, tick: number, microseconds: number): void {
  for (let at = from; at < to; at += RECORD_WORDS) records[at + Word.tick] = tick + Math.floor((microseconds * (at - from)) / (to - from))
}

const BRANCH_BITS = [0, BranchBit.truthy, BranchBit.nullish]

const OPENS = 1
const CLOSES = 2
/** By kind: what an event does to the open calls. */
const EFFECTS: Uint8Array = /*#__PURE__*/ effectTable()

function effectTable(): Uint8Array {
  const table = new Uint8Array(128)
  for (const kind of [EventKind.callEnter, EventKind.resumeAwait, EventKind.resumeYield]) table[kind] = OPENS
  for (const kind of [EventKind.callReturn, EventKind.callThrow, EventKind.callUnwind, EventKind.suspendAwait, EventKind.suspendYield])
    table[kind] = CLOSES
  return table
}

/** Whether an event of this kind puts its call on top of the open ones, or takes it off if it is the top. */
export function effectOn(kind: number): 'opens' | 'closes' | undefined {
  const effect = EFFECTS[kind]
  return effect === OPENS ? 'opens' : effect === CLOSES ? 'closes' : undefined
}
