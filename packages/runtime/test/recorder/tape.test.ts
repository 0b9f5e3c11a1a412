/** What the tape leaves out: whatever the program does and wherever a chunk ends, readers get the same events. */
import { EventKind, TapeOp, formatHlc, tryParseHlc } from '@hindscope/protocol'
import { decodeEvents, scanOrThrow } from '@hindscope/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { probed } from '../probed.ts'
import type { Probed } from '../probed.ts'

const FUNCTIONS = ['a', 'b', 'c']

/** What a program may do next; `pick` chooses among the frames that there are. */
const actions = fc.array(
  fc.record({
    do: fc.constantFrom(
      'enter',
      'enterWith',
      'return',
      'returnVoid',
      'throw',
      'catch',
      'finally',
      'await',
      'resume',
      'yield',
      'send',
      'task',
      'endTask',
      'activity',
      'console',
    ),
    pick: fc.nat(1000),
    times: fc.integer({ min: 1, max: 12 }),
  }),
  { maxLength: 120, size: 'max' },
)

type Action = { readonly do: string; readonly pick: number; readonly times: number }

/** Plays the actions; frames are chosen alike in every recorder, and not always the ones that a sane program would have. */
function play(program: Probed, script: readonly Action[]): void {
  const { hook, enter, recorder } = program
  const open: number[] = []
  const suspended: number[] = []
  const take = (from: number[], pick: number): number | undefined =>
    from.length === 0 ? undefined : from.splice(from.length - 1 - (pick % Math.min(from.length, 3)), 1)[0]
  let tasks = 0
  const run = (from: number): number => {
    let at = from
    while (at < script.length) {
      const { do: what, pick, times } = script[at++] as Action // SAFE: below the length
      if (what === 'endTask') return at
      if (what === 'task') {
        tasks++
        at = recorder.access.runIn(pick % 5, pick % 5, () => run(at), undefined, [])
        tasks--
      }
      for (let i = 0; i < times; i++) act(what, pick)
    }
    return at
  }
  const act = (what: string, pick: number): void => {
    const name = FUNCTIONS[pick % FUNCTIONS.length] as string // SAFE: a remainder
    const top = open.at(-1) ?? 0
    if (what === 'enter') open.push(enter(name))
    else if (what === 'enterWith') open.push(enter(name, pick, 'text', [pick]))
    else if (what === 'return') hook.r(take(open, pick) ?? 0, pick)
    else if (what === 'returnVoid') hook.v(take(open, pick) ?? 0)
    else if (what === 'throw') hook.t(top, pick)
    else if (what === 'catch') hook.k(open[pick % Math.max(open.length, 1)] ?? 0, pick)
    else if (what === 'finally') hook.l(top)
    else if (what === 'activity') recorder.access.startActivity(6, { pick })
    else if (what === 'console') recorder.access.record(EventKind.console, 2, [[pick]])
    else if (what === 'await' || what === 'yield') {
      const frame = take(open, pick)
      if (frame === undefined) return
      if (what === 'await') hook.a(frame, pick)
      else hook.y(frame, pick)
      suspended.push(frame)
    } else if (what === 'resume' || what === 'send') {
      const frame = take(suspended, pick)
      if (frame === undefined) return
      // Promises go on when nothing else runs.
      if (what === 'resume' && tasks === 0) {
        open.splice(0)
        hook.w(frame, pick)
      } else hook.n(frame, pick)
      open.push(frame)
    }
  }
  run(0)
}

const record = (script: readonly Action[], ringEvents: number, digit: string): Probed => {
  const program = probed(FUNCTIONS, { ringEvents, digit })
  play(program, script)
  return program
}

describe.each(['2', '3'])('level %s', digit => {
  test('chunks of any size hold the same events', () => {
    fc.assert(
      fc.property(actions, script => {
        const [small, large] = [record(script, 64, digit), record(script, 65_536, digit)]
        expect(small.dump()).toBe(large.dump())
        expect(small.recorder.stats().events).toBe(large.recorder.stats().events)
        expect(decodeEvents(small.recorder.chunks()).map(event => event.seq)).toEqual(decodeEvents(large.recorder.chunks()).map(event => event.seq))
      }),
      { numRuns: 100 },
    )
  })
})

/** A program of functions that neither suspend nor catch: each calls others, and some of the calls throw through those above them. */
interface Tree {
  readonly name: string
  readonly calls: readonly Tree[]
  /** The error that the call ends with passes through so many callers. */
  readonly throwsThrough: number
  readonly isTold: boolean
}

const trees: fc.Memo<Tree> = fc.memo(depth =>
  fc.record({
    name: fc.constantFrom(...FUNCTIONS),
    calls: depth > 1 ? fc.array(trees(depth - 1), { maxLength: 4 }) : fc.constant([]),
    throwsThrough: fc.nat({ max: 9 }).map(n => Math.max(0, n - 6)),
    isTold: fc.boolean(),
  }),
)

describe.each(['2', '3'])('level %s', digit => {
  test('frames told by their depth and frames of their own tell the same, whatever else happens between', () => {
    fc.assert(
      fc.property(fc.array(trees(6), { maxLength: 8 }), fc.constantFrom(16, 64, 4096), (roots, ringEvents) => {
        const dumps = (['call', 'enter'] as const).map(form => {
          const program = probed(FUNCTIONS, { ringEvents, digit })
          const { hook, recorder } = program
          let left = 0
          const run = ({ name, calls, throwsThrough, isTold }: Tree): void => {
            const frame = program[form](name, ...(isTold ? [name] : []))
            for (const tree of calls) {
              if (isTold && tree.isTold) recorder.access.record(EventKind.console, 2, [[recorder.access.currentCall() > 0]])
              run(tree)
              // Our own probes say nothing where an error passes.
              if (left > 0 && left-- > 0) return
            }
            left = throwsThrough
            if (left > 0 && isTold) hook.t(frame, name)
            else if (left === 0 && isTold) hook.r(frame, name)
            else if (left === 0) hook.v(frame)
          }
          recorder.access.runIn(
            0,
            0,
            () => {
              for (const root of roots) {
                const main = program.enter('a')
                run(root)
                left = 0
                hook.k(main, 'caught')
                hook.r(main, 1)
              }
            },
            undefined,
            [],
          )
          const { calls, events, errors } = recorder.stats()
          return `${program.dump()}\n${calls} ${events} ${JSON.stringify(errors)}`
        })
        expect(dumps[0]).toBe(dumps[1])
      }),
      { numRuns: 300 },
    )
  })
})

test('deep calls across many chunks keep their parents, and no chunk needs another', () => {
  const program = probed(['down'], { ringEvents: 64, digit: '2' })
  const down = (left: number): void => {
    const frame = program.enter('down')
    if (left > 0) down(left - 1)
    program.hook.v(frame)
  }
  down(2000)
  const chunks = program.recorder.chunks().flatMap(scanOrThrow)
  expect(chunks.length).toBeGreaterThan(10)
  const events = decodeEvents(program.recorder.chunks())
  expect(events).toHaveLength(4002)
  events.slice(0, 2001).forEach((event, index) => expect([event.kind, event.call, event.link]).toEqual(['call-enter', index + 1, index]))
  events.slice(2001).forEach((event, index) => expect([event.kind, event.call]).toEqual(['call-return', 2001 - index]))
})

test('a call of a known caller without values is a word, and so is its return', () => {
  const program = probed(['main', 'f'], { digit: '2' })
  const main = program.enter('main')
  for (let i = 0; i < 1000; i++) program.hook.v(program.enter('f'))
  program.hook.v(main)
  const { tape } = program.recorder
    .chunks()
    .flatMap(scanOrThrow)
    .find(chunk => chunk.recordCount > 0) ?? { tape: new Uint8Array() }
  const words = new Int32Array(tape.slice().buffer)
  // The first is written in full, in five words; how often the clock is read depends on the machine.
  const later = words.subarray(5).filter(word => (word & 15) !== TapeOp.clock && (word & 15) !== TapeOp.elapsed)
  expect(later).toHaveLength(2001)
})

test('time that passes between two events is kept, however long', () => {
  const program = probed(['main', 'f'], { digit: '2' })
  const main = program.enter('main')
  const before = program.enter('f')
  for (let i = 0; i < 80; i++) {
    const { ms } = tryParseHlc(program.recorder.access.clockText()) ?? { ms: 0 }
    program.recorder.access.receive(formatHlc({ ms: ms + 59_000, counter: 0 }))
  }
  program.hook.v(before)
  program.hook.v(main)
  expect(program.recorder.stats().errors).toEqual({})
  const events = decodeEvents(program.recorder.chunks())
  expect(events.map(({ kind, call }) => `${kind} ${call}`)).toEqual(['call-enter 1', 'call-enter 2', 'call-return 2', 'call-return 1'])
  // Longer than the 32 bits of a tick hold.
  expect((events[3]?.timeUs ?? 0) - (events[1]?.timeUs ?? 0)).toBeGreaterThan(80 * 58_000_000)
})

test('a probe without a level records nothing, whoever calls it', () => {
  const { hook, enter, recorder } = probed(['main'], { digit: '2' })
  const main = enter('main')
  for (let i = 0; i < 500; i++) {
    hook.v(enter('main'))
    expect(hook.e(0)).toBe(0)
  }
  hook.v(main)
  expect(recorder.stats()).toMatchObject({ events: 1002, errors: {} })
})
