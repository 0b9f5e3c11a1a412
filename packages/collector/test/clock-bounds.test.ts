import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ClockSamples, UNBOUNDED, boundByCauses, common, estimate, fromAnswer, fromArrival, isNews } from '../src/clock-bounds.ts'

const delayUs = fc.integer({ min: 0, max: 50_000 })
/** Delays of a question and of its answer. */
const rounds = fc.array(fc.record({ thereUs: delayUs, backUs: delayUs }), { minLength: 1, maxLength: 40 })
const offset = fc.integer({ min: -10_000_000, max: 10_000_000 })

function asked(offsetUs: number, delays: readonly { thereUs: number; backUs: number }[]): ClockSamples {
  const samples = new ClockSamples()
  delays.forEach(({ thereUs, backUs }, i) => {
    const sentUs = 1_000_000 * i
    samples.add(fromAnswer(sentUs, sentUs + thereUs + offsetUs, sentUs + thereUs + backUs))
  })
  return samples
}

test('the true offset is within the error, which is no worse than that of the quickest answer of the last sixteen', () => {
  fc.assert(
    fc.property(offset, rounds, (offsetUs, delays) => {
      const found = estimate(asked(offsetUs, delays).bounds)
      expect(Math.abs((found?.offsetUs ?? NaN) - offsetUs)).toBeLessThanOrEqual((found?.errorUs ?? NaN) + 1)
      const quickest = Math.min(...delays.slice(-16).map(({ thereUs, backUs }) => thereUs + backUs))
      expect(found?.errorUs).toBeLessThanOrEqual(Math.ceil(quickest / 2))
    }),
  )
})

test('a clock that was set is followed: answers that contradict the last one count no more', () => {
  fc.assert(
    fc.property(offset, offset, rounds, rounds, (before, after, first, second) => {
      fc.pre(Math.abs(after - before) > 200_000)
      const samples = asked(before, first)
      second.forEach(({ thereUs, backUs }, i) => samples.add(fromAnswer(i, i + thereUs + after, i + thereUs + backUs)))
      const found = estimate(samples.bounds)
      expect(Math.abs((found?.offsetUs ?? NaN) - after)).toBeLessThanOrEqual((found?.errorUs ?? NaN) + 1)
    }),
  )
})

test('what arrived bounds one side, causes and effects the other', () => {
  const arrived = fromArrival(5_000, 7_000)
  expect(arrived).toEqual({ leastUs: -2_000, mostUs: Infinity })
  expect(estimate(arrived)).toBeUndefined()
  const sure = { bounds: { leastUs: -100, mostUs: 100 }, hereAfterUs: 300, thereAfterUs: Infinity }
  expect(boundByCauses(arrived, [sure])).toEqual({ leastUs: -2_000, mostUs: 400 })
  // Effects both ways bound both sides, without any question.
  expect(boundByCauses(UNBOUNDED, [{ ...sure, thereAfterUs: 50 }])).toEqual({ leastUs: -150, mostUs: 400 })
  // A neighbour that contradicts says nothing.
  expect(boundByCauses({ leastUs: 900, mostUs: 1000 }, [sure])).toEqual({ leastUs: 900, mostUs: 1000 })
  expect(common({ leastUs: 0, mostUs: 1 }, { leastUs: 2, mostUs: 3 })).toBeUndefined()
})

test('an estimate is kept when it says something else or much more', () => {
  const before = { offsetUs: 10_000, errorUs: 4_000 }
  expect(isNews(undefined, before)).toBe(true)
  expect(isNews(before, { offsetUs: 12_000, errorUs: 3_000 })).toBe(false)
  expect(isNews(before, { offsetUs: 15_000, errorUs: 3_000 })).toBe(true)
  expect(isNews(before, { offsetUs: 10_000, errorUs: 1_000 })).toBe(true)
  expect(isNews({ offsetUs: 0, errorUs: 300 }, { offsetUs: 100, errorUs: 20 })).toBe(false)
})
