import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ListPool } from '../../src/model/list-pool.ts'
import { PairMap } from '../../src/model/pair-map.ts'

test('many growing lists are what plain arrays are', () => {
  const pushes = fc.array(fc.tuple(fc.nat(12), fc.nat(3), fc.constantFrom(1, 1, 1, 3000)), { maxLength: 60 })
  fc.assert(
    fc.property(pushes, fc.array(fc.nat(20_000), { minLength: 5, maxLength: 5 }), (steps, asked) => {
      const pool = new ListPool()
      const plain: number[][] = []
      for (const [list, gap, times] of steps) {
        const items = (plain[list] ??= [])
        for (let i = 0; i < times; i++) {
          items.push((items.at(-1) ?? 0) + gap)
          pool.push(list, items.at(-1) ?? 0)
        }
      }
      for (let list = 0; list < 14; list++) {
        const items = plain[list] ?? []
        expect(pool.length(list)).toBe(items.length)
        expect(Array.from(pool.slice(list))).toEqual(items)
        expect([pool.first(list), pool.last(list)]).toEqual([items[0] ?? -1, items.at(-1) ?? -1])
        for (const value of asked) {
          expect(pool.upperBound(list, value)).toBe(items.filter(item => item <= value).length)
          expect(pool.atOrBefore(list, value)).toBe(items.findLast(item => item <= value) ?? -1)
          expect(pool.after(list, value)).toBe(items.find(item => item > value) ?? -1)
          const [from, to] = [value % 50, value % 5000]
          expect(Array.from(pool.slice(list, from, to))).toEqual(items.slice(from, Math.max(from, to)))
        }
      }
    }),
    { numRuns: 40 },
  )
})

test('lists outgrow pages', () => {
  const pool = new ListPool()
  for (let i = 0; i < 300_000; i++) pool.push(i % 3, i)
  expect(pool.at(1, 99_999)).toBe(299_998)
  expect(pool.at(2, 0)).toBe(2)
  expect(pool.bytes).toBeLessThan(300_000 * 4 * 1.5)
})

test('pairs have one number each', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 400 }), pairs => {
      const map = new PairMap()
      const plain = new Map<string, number>()
      for (const [a, b] of pairs) {
        const key = `${a} ${b}`
        expect(map.get(a, b)).toBe(plain.get(key) ?? -1)
        if (!plain.has(key)) plain.set(key, plain.size)
        expect(map.add(a, b)).toBe(plain.get(key))
      }
      expect(map.size).toBe(plain.size)
    }),
  )
})
