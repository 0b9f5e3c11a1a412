import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  EventKind,
  MAX_TAPE_ARGUMENT,
  RECORD_WORDS,
  RecordFlag,
  TapeOp,
  expandTape,
  headExtra,
  headFlags,
  headKind,
  recordWord,
  tapeOf,
  tapeWord,
  valueWord,
} from '../src/index.ts'

const bytesOf = (words: readonly number[]): Uint8Array => new Uint8Array(Int32Array.from(words).buffer)

/** [kind, flags, extra, site, call, link, tick, value] of each event. */
function events(count: number, words: readonly number[], nextCall = 1): number[][] {
  const records = expandTape(bytesOf(words), count, nextCall)
  if (typeof records === 'string') throw new TypeError(records)
  return Array.from({ length: records.length / RECORD_WORDS }, (_, i) => {
    const [head = 0, ...rest] = records.subarray(i * RECORD_WORDS, (i + 1) * RECORD_WORDS)
    return [headKind(head), headFlags(head), headExtra(head), ...rest]
  })
}
const op = (name: keyof typeof TapeOp, argument = 0): number => tapeWord(TapeOp[name], argument)
const inFull = (...words: readonly number[]): readonly number[] => words
const { callEnter, callReturn, step, branch, iteration, write, suspendAwait, resumeAwait, callUnwind } = EventKind

describe('what a tape leaves out', () => {
  test('a call is the child of the top and has the next id; a return is that of the top', () => {
    expect(events(5, [op('top', 7), 3, op('enter', 8), op('enter', 9), op('exit'), op('exit'), op('enter', 9)], 4)).toEqual([
      [callEnter, 0, 0, 8, 4, 3, 0, 0],
      [callEnter, 0, 0, 9, 5, 4, 0, 0],
      [callReturn, 0, 0, 9, 5, 0, 0, 0],
      [callReturn, 0, 0, 8, 4, 0, 0, 0],
      [callEnter, 0, 0, 9, 6, 3, 0, 0],
    ])
  })

  test('values, their count and their flags share a word', () => {
    const tape = [op('top', 7), 3, op('enterWith', 8), valueWord(RecordFlag.truncated, 40, 3), op('exitWith', valueWord(RecordFlag.redacted, 90))]
    expect(events(2, tape)).toEqual([
      [callEnter, RecordFlag.truncated, 3, 8, 1, 3, 0, 41],
      [callReturn, RecordFlag.redacted, 0, 8, 1, 0, 0, 91],
    ])
    expect(valueWord(0, 1 << 22)).toBe(0)
    expect(valueWord(0, 1, 32)).toBe(0)
    expect(events(1, [op('top', 1), 1, op('enterWith', 2), valueWord(31, 0x3f_fffd, 31)])).toEqual([[callEnter, 31, 31, 2, 1, 1, 0, 0x3f_fffe]])
  })

  test('events between two readings of the clock lie evenly between them, unless the later reading was out of turn', () => {
    const calls = [op('top', 7), 3, op('clock', 100), op('enter', 8), op('exit'), op('enter', 8), op('exit')]
    const ticks = (tape: readonly number[]): number[] => events(5, tape).map(event => event[6] as number)
    expect(ticks([...calls, op('elapsed', 10), op('enter', 8)])).toEqual([100, 102, 105, 107, 110])
    expect(ticks([...calls, op('clock', 10), op('enter', 8)])).toEqual([100, 100, 100, 100, 110])
    expect(events(1, [op('top', 7), 3, op('elapsed', 5), op('elapsed', 5), op('step', 1)])[0]?.[6]).toBe(10)
  })

  test('places inside the top', () => {
    const tape = [
      op('top', 7),
      3,
      op('step', 1),
      op('falsy', 2),
      op('truthy', 3),
      op('nullish', 4),
      op('iteration', 5),
      12,
      op('write', 6),
      valueWord(0, 8),
    ]
    expect(events(6, tape)).toEqual([
      [step, 0, 0, 1, 3, 0, 0, 0],
      [branch, 0, 0, 2, 3, 0, 0, 0],
      [branch, 0, 1, 3, 3, 0, 0, 0],
      [branch, 0, 2, 4, 3, 0, 0, 0],
      [iteration, 0, 0, 5, 3, 12, 0, 0],
      [write, 0, 0, 6, 3, 0, 0, 9],
    ])
  })

  test('a suspended call leaves the top and comes back to it', () => {
    expect(events(5, [op('top', 7), 3, op('enter', 8), op('await'), op('resume', 8), 1, valueWord(0, 5), op('exit'), op('exit')])).toEqual([
      [callEnter, 0, 0, 8, 1, 3, 0, 0],
      [suspendAwait, 0, 0, 8, 1, 0, 0, 0],
      [resumeAwait, 0, 0, 8, 1, 0, 0, 6],
      [callReturn, 0, 0, 8, 1, 0, 0, 0],
      [callReturn, 0, 0, 7, 3, 0, 0, 0],
    ])
  })

  test('records change the top as their kind says, and only when they concern it', () => {
    const tape = [
      ...inFull(recordWord(callEnter, RecordFlag.asyncParent, 2), 8, 20, 11, 77),
      op('enter', 9),
      ...inFull(recordWord(callUnwind, 0, 0), 8, 20, 0, 0),
      op('exit'),
      ...inFull(recordWord(callUnwind, 0, 0), 8, 20, 0, 0),
      op('top', 6),
      5,
      op('enter', 9),
    ]
    expect(events(6, tape).map(([kind, flags, extra, site, call, link, , value]) => [kind, flags, extra, site, call, link, value])).toEqual([
      [callEnter, RecordFlag.asyncParent, 2, 8, 20, 11, 77],
      [callEnter, 0, 0, 9, 21, 20, 0],
      [callUnwind, 0, 0, 8, 20, 0, 0],
      [callReturn, 0, 0, 9, 21, 0, 0],
      [callUnwind, 0, 0, 8, 20, 0, 0],
      [callEnter, 0, 0, 9, 22, 5, 0],
    ])
  })

  test('time goes on from event to event, past what one word holds', () => {
    const tape = [
      op('top', 1),
      1,
      op('clock', 5),
      op('step', 1),
      op('step', 2),
      op('clock', MAX_TAPE_ARGUMENT),
      op('clock', MAX_TAPE_ARGUMENT),
      op('step', 3),
    ]
    expect(events(3, tape).map(event => event[6])).toEqual([5, 5, 5 + 2 * MAX_TAPE_ARGUMENT])
  })
})

test('what no writer writes is refused: all words give records or a reason', () => {
  const read = (words: readonly number[], count: number): unknown => expandTape(bytesOf(words), count, 1)
  expect(read([op('exit')], 1)).toBe('no call is open')
  expect(read([op('resume', 1), 2], 1)).toBe('an operation is cut')
  expect(read([op('top', 1), 2, op('step', 1)], 2)).toBe('the number of events is wrong')
  expect(read([op('top', 1), 2, op('step', 1)], 0)).toBe('the number of events is wrong')
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 40 }), fc.nat(40), (words, count) => {
      const outcome = expandTape(bytesOf(words), count, 1)
      if (typeof outcome !== 'string') expect(outcome).toHaveLength(count * RECORD_WORDS)
    }),
  )
})

describe('records written as a tape', () => {
  /** Any operations, with few different calls and sites, so that events meet the calls that are open. */
  const operation = fc.oneof(
    fc.tuple(fc.constantFrom('step', 'falsy', 'truthy', 'nullish', 'enter'), fc.nat(9)).map(([name, site]) => [op(name as 'step', site)]),
    fc.constantFrom('exit' as const, 'await' as const).map(name => [op(name)]),
    fc.tuple(fc.nat(9), fc.nat(40), fc.nat(31), fc.nat(31)).map(([site, at, flags, count]) => [op('enterWith', site), valueWord(flags, at, count)]),
    fc.tuple(fc.nat(40), fc.nat(31)).map(([at, flags]) => [op('exitWith', valueWord(flags, at))]),
    fc.tuple(fc.nat(9), fc.nat(99)).map(([site, turn]) => [op('iteration', site), turn]),
    fc.tuple(fc.nat(9), fc.nat(40)).map(([site, at]) => [op('write', site), valueWord(0, at)]),
    fc.tuple(fc.nat(9), fc.nat(9)).map(([site, call]) => [op('resume', site), call, valueWord(0, 3)]),
    fc
      .tuple(fc.nat(66), fc.nat(31), fc.nat(300), fc.nat(9), fc.nat(9))
      .map(([kind, flags, extra, site, call]) => [recordWord(kind, flags, extra), site, call, site, call]),
    fc.tuple(fc.constantFrom('clock' as const, 'elapsed' as const), fc.nat(1000)).map(([name, us]) => [op(name, us)]),
    fc.tuple(fc.nat(9), fc.nat(9)).map(([site, call]) => [op('top', site), call]),
  )

  test('read back as they were', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), fc.integer({ min: -2, max: 9 }), (operations, nextCall) => {
        const words = [op('top', 3), 1, ...operations.flat()]
        const count = operations.filter(([word = 0]) => (word & 15) < TapeOp.clock).length
        const records = expandTape(bytesOf(words), count, nextCall)
        // A tape whose calls have all ended says nothing of further events.
        fc.pre(typeof records !== 'string')
        const written = tapeOf(records as Int32Array, count)
        expect(expandTape(written.tape, count, written.nextCall)).toEqual(records)
      }),
      { numRuns: 2000 },
    )
  })

  test('take no more words than the runtime writes', () => {
    const words = [
      op('top', 7),
      3,
      op('enter', 8),
      op('enterWith', 9),
      valueWord(0, 4, 2),
      op('step', 2),
      op('exitWith', valueWord(0, 9)),
      op('exit'),
    ]
    const records = expandTape(bytesOf(words), 5, 4) as Int32Array
    const { tape, nextCall } = tapeOf(records, 5, () => 7)
    expect([[...new Int32Array(tape.buffer)], nextCall]).toEqual([words, 4])
  })
})
