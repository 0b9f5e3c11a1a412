/**
 * Locals by index against the fold over every row, over traces in which anything happens in any order: a function with a closure, an outer
 * function, the module; loops long enough for the index to leap; writes without values; calls that nobody knows.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TraceBuilder, functionProbe, localsProbe, manifestOf, writeProbe } from '@hindscope/testkit'
import { createTraceModel } from '../../src/model.ts'
import { changesOf, localsAt } from '../../src/model/locals.ts'
import type { Track } from '../../src/model/track.ts'
import { naiveChanges, naiveLocals } from './naive-locals.ts'

const [P, X, Y, O, SHARED] = [0, 1, 2, 3, 4]
const FUNCTIONS = ['f', 'set', 'outer', '(module)']
const manifest = manifestOf(
  'cd'.repeat(8),
  'src/g.ts',
  [
    functionProbe('f', { params: ['p'], parent: 2 }),
    functionProbe('set', { line: 10, parent: 0 }),
    functionProbe('outer', { line: 20 }),
    { ...functionProbe('(module)', {}), functionKind: 'module' },
    writeProbe('x', 2, 0, X),
    writeProbe('x', 3, 0, X),
    writeProbe('y', 4, 0, Y),
    writeProbe('o', 5, 0, O),
    writeProbe('shared', 6, 0, SHARED),
    localsProbe('return', 7, { p: P ?? 0, x: X ?? 0, y: Y ?? 0 }, { parent: 0 }),
    writeProbe('x', 11, 1, X),
    writeProbe('p', 12, 1, P),
    writeProbe('o', 13, 1, O),
    writeProbe('shared', 14, 1, SHARED),
    localsProbe('end', 15, { y: Y ?? 0, shared: SHARED ?? 0 }, { parent: 1 }),
    writeProbe('o', 21, 2, O),
    writeProbe('shared', 31, 3, SHARED),
  ],
  undefined,
  [
    { name: 'p', kind: 'param', parent: 0 },
    { name: 'x', kind: 'lexical', parent: 0 },
    { name: 'y', kind: 'lexical', parent: 0 },
    { name: 'o', kind: 'lexical', parent: 2 },
    { name: 'shared', kind: 'lexical', parent: 3 },
  ],
)
const WRITES = ['x 2', 'x 3', 'y 4', 'o 5', 'shared 6', 'x 11', 'p 12', 'o 13', 'shared 14', 'o 21', 'shared 31'] as const

type Op =
  | { readonly kind: 'enter'; readonly name: string; readonly args: number; readonly of: number }
  | { readonly kind: 'write'; readonly name: (typeof WRITES)[number]; readonly of: number; readonly times: number; readonly hasValue: boolean }
  | { readonly kind: 'locals'; readonly closure: boolean; readonly of: number }
  | { readonly kind: 'seal' }

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('enter' as const), name: fc.constantFrom(...FUNCTIONS), args: fc.nat(1), of: fc.nat(9) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      name: fc.constantFrom(...WRITES),
      of: fc.nat(9),
      times: fc.constantFrom(1, 1, 1, 160),
      hasValue: fc.constantFrom(true, true, true, false),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('locals' as const), closure: fc.boolean(), of: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'seal' as const }) },
)

/** Lines of the functions' probes. */
const functionAt = (line: number): string => FUNCTIONS[line < 10 ? 0 : Math.min(3, Math.floor(line / 10))] ?? ''

function trackOf(ops: readonly Op[]): Track {
  const trace = new TraceBuilder()
  const realm = trace.realm('page').module(manifest)
  const calls: number[] = []
  const byFunction: Record<string, number[]> = {}
  let value = 0
  // Call 999 was never entered as far as the trace knows.
  const callOf = (place: string, of: number): number => byFunction[functionAt(Number(place.split(' ')[1]))]?.at(-1 - of) ?? 999
  const apply = (step: Op): void => {
    if (step.kind === 'seal') realm.seal()
    else if (step.kind === 'enter') {
      const parent = calls[calls.length - 1 - step.of]
      const args = Array.from({ length: step.name === 'f' ? step.args : 0 }, () => value++)
      const call = realm.enter(step.name, args, parent === undefined ? {} : { parent })
      calls.push(call)
      ;(byFunction[step.name] ??= []).push(call)
    } else if (step.kind === 'locals') {
      const [name, count] = step.closure ? (['locals 15', 2] as const) : (['locals 7', 3] as const)
      realm.locals(
        callOf(name, step.of),
        name,
        Array.from({ length: count }, () => value++),
      )
    } else
      for (let i = 0; i < step.times; i++) {
        if (step.hasValue || i % 7 > 0) realm.writes(callOf(step.name, step.of), step.name, value++)
        else realm.event({ kind: 'write', site: realm.site(step.name), call: callOf(step.name, step.of) })
      }
  }
  ops.forEach(apply)
  const [track] = createTraceModel(trace.chunks()).stores[0]?.tracks ?? []
  if (track === undefined) throw new TypeError('the trace is empty')
  return track
}

test('variables and their history are those of the fold over every row', () => {
  let long = 0
  fc.assert(
    fc.property(
      fc.array(op, { minLength: 12, maxLength: 40 }),
      fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 6, maxLength: 6 }),
      (ops, asked) => {
        const track = trackOf([{ kind: 'enter', name: 'outer', args: 0, of: 0 }, ...ops])
        if (track.rows.length > 300) long++
        for (const [callPart, rowPart] of asked) {
          const call = callPart % track.calls.length
          const enterRow = track.calls.enterRow[call] ?? 0
          const row = enterRow + (rowPart % (track.rows.length - enterRow))
          expect(localsAt(track, call, row)).toEqual(naiveLocals(track, call, row))
          expect([...changesOf(track, call, row)]).toEqual(naiveChanges(track, call, row))
        }
      },
    ),
    { numRuns: 150 },
  )
  expect(long).toBeGreaterThan(50)
})
