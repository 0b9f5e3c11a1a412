/** Any plain state, put over any other: what comes out is the recorded one, made of the running one where they are equal. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jumpState } from '@hindscope/store/model'
import type { ValueNode } from '@hindscope/protocol'
import { reviveState } from '../../src/adapters/revive-state.ts'
import { StateRecorder } from '../../src/adapters/state-recorder.ts'
import { RecordedProgram } from '../libraries/recorded-program.ts'
import { release } from '../libraries/recorded-states.ts'

const key = fc.oneof(fc.constantFrom('a', 'b', 'items', 'a-b', '0', '', "it's", '__proto__', 'length', 'constructor'), fc.string({ maxLength: 4 }))
const { value: states } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<unknown>(null, undefined, true, 0, -0, Number.NaN, 2n, 'text'),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.sparseArray(tie('value'), { maxLength: 4, maxNumElements: 3 }),
  ),
}))

const unwrap = (value: unknown): unknown => value

/** Whether everything of `made` that equals what `current` has at the same path is that very thing. */
function shares(made: unknown, current: unknown): boolean {
  if (typeof made !== 'object' || made === null || typeof current !== 'object' || current === null) return true
  if (isDeepStrictEqual(made, current)) return made === current
  return Reflect.ownKeys(made).every(each => shares(Reflect.get(made, each), Reflect.get(current, each)))
}

test('a state is what it was, and shares with the running one what is equal', () => {
  const program = new RecordedProgram()
  const recorder = new StateRecorder(program.recorder.access, 'test')
  let count = 0
  const nodeOf = (state: unknown): ValueNode => {
    const store = `s${count++}`
    recorder.open(store, { state })
    const found = jumpState(program.trace, { track: 0, store, ref: program.here() })
    if ('path' in found) throw new RangeError(`${found.path} ${found.reason}`)
    return found.state
  }
  fc.assert(
    fc.property(states, states, fc.boolean(), (then, now, isNear) => {
      const current = { state: isNear ? structuredCloneOf(then, now) : now }
      const revived = reviveState(nodeOf(then), current, { unwrap })
      if (!('state' in revived)) {
        // An object without a prototype is told from one without a name by the running one alone.
        expect(revived.reason).toContain('cannot')
        return
      }
      expect(isDeepStrictEqual(revived.state, { state: then })).toBe(true)
      expect(shares(revived.state, current)).toBe(true)
      expect(revived.hasKept).toBe(false)
    }),
    { numRuns: 400 },
  )
  release(program.recorder)
})

/** A copy of `value` in which some parts are `other`. */
function structuredCloneOf(value: unknown, other: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const copy = (Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value) as object | null)) as object // SAFE: either is an object
  for (const [index, each] of Reflect.ownKeys(value).entries()) {
    const own = Object.getOwnPropertyDescriptor(value, each)
    if (own !== undefined)
      Object.defineProperty(copy, each, { ...own, value: index === 2 && each !== 'length' ? other : structuredCloneOf(own.value, other) })
  }
  return copy
}
