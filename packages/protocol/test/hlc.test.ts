/**
 * The clock against the published algorithm (Kulkarni et al. 2014, figure 5), written here as the paper writes it, and against the
 * guarantees that the paper proves: monotonic per node, causality over messages, drift bounded by the largest wall clock seen.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareHlc, formatHlc, HLC_MAX_COUNTER, HLC_MAX_MS, HybridLogicalClock, packHlc, tryParseHlc, unpackHlc } from '../src/index.ts'
import type { Hlc } from '../src/index.ts'

/** Figure 5: l.j is the largest physical time known, c.j counts events within it. */
class PublishedClock {
  l = 0
  c = 0
  send(pt: number): Hlc {
    const before = this.l
    this.l = Math.max(before, pt)
    this.c = this.l === before ? this.c + 1 : 0
    return { ms: this.l, counter: this.c }
  }
  receive(m: Hlc, pt: number): Hlc {
    const before = this.l
    this.l = Math.max(before, m.ms, pt)
    if (this.l === before && this.l === m.ms) this.c = Math.max(this.c, m.counter) + 1
    else if (this.l === before) this.c = this.c + 1
    else if (this.l === m.ms) this.c = m.counter + 1
    else this.c = 0
    return { ms: this.l, counter: this.c }
  }
}

const hlcs = fc.record({ ms: fc.integer({ min: 0, max: HLC_MAX_MS }), counter: fc.integer({ min: 0, max: HLC_MAX_COUNTER }) })
/** Wall clocks that jump to and fro. */
const walls = fc.integer({ min: 1000, max: 1040 })
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('tick' as const), node: fc.nat(2), wall: walls }),
    fc.record({ kind: fc.constant('message' as const), node: fc.nat(2), to: fc.nat(2), wall: walls, wallThere: walls }),
  ),
  { maxLength: 60 },
)

describe('against the published algorithm', () => {
  test('every tick and receive gives the value of figure 5, and keeps its guarantees', () => {
    fc.assert(
      fc.property(steps, run => {
        const wall = [0, 0, 0]
        const ours = wall.map((_, node) => new HybridLogicalClock(() => wall[node] ?? 0))
        const published = wall.map(() => new PublishedClock())
        let maxWall = 0
        for (const step of run) {
          const clock = ours[step.node] as HybridLogicalClock
          const paper = published[step.node] as PublishedClock
          const before = clock.last()
          wall[step.node] = step.wall
          maxWall = Math.max(maxWall, step.wall)
          const sent = clock.tick()
          expect(sent).toEqual(paper.send(step.wall))
          expect(compareHlc(sent, before)).toBeGreaterThan(0)
          if (step.kind === 'message') {
            const there = ours[step.to] as HybridLogicalClock
            const thereBefore = there.last()
            wall[step.to] = step.wallThere
            maxWall = Math.max(maxWall, step.wallThere)
            const received = there.receive(sent)
            expect(received).toEqual((published[step.to] as PublishedClock).receive(sent, step.wallThere))
            expect(compareHlc(received, sent)).toBeGreaterThan(0)
            expect(compareHlc(received, thereBefore)).toBeGreaterThan(0)
          }
          for (const each of ours) expect(each.last().ms).toBeLessThanOrEqual(maxWall)
        }
      }),
    )
  })
})

test('a wall clock that runs backwards never takes the clock with it', () => {
  let wall = 5000
  const clock = new HybridLogicalClock(() => wall)
  const first = clock.tick()
  wall = 1
  const second = clock.tick()
  expect(second).toEqual({ ms: 5000, counter: first.counter + 1 })
})

test('fractions of a millisecond are cut', () => {
  expect(new HybridLogicalClock(() => 1234.9).tick()).toEqual({ ms: 1234, counter: 0 })
})

test('a counter that overflows carries one millisecond and stays monotonic', () => {
  const clock = new HybridLogicalClock(() => 1000)
  let last = clock.tick()
  for (let i = 0; i <= HLC_MAX_COUNTER; i++) {
    const next = clock.tick()
    if (compareHlc(next, last) <= 0) expect.fail(`tick ${i} does not grow`)
    last = next
  }
  expect(last).toEqual({ ms: 1001, counter: 0 })
  expect(clock.receive({ ms: 1001, counter: HLC_MAX_COUNTER })).toEqual({ ms: 1002, counter: 0 })
})

test('a remote clock too far ahead is refused and leaves the clock unchanged', () => {
  const clock = new HybridLogicalClock(() => 1000, 50)
  const before = clock.tick()
  expect(() => clock.receive({ ms: 1051, counter: 0 })).toThrow(/^\[hindscope:hlc-drift\].* 51 ms/)
  expect(clock.last()).toEqual(before)
  expect(clock.receive({ ms: 1050, counter: 3 })).toEqual({ ms: 1050, counter: 4 })
})

describe('as bits and text', () => {
  test('pack and text round trip', () => {
    fc.assert(
      fc.property(hlcs, hlc => {
        expect(unpackHlc(packHlc(hlc))).toEqual(hlc)
        expect(tryParseHlc(formatHlc(hlc))).toEqual(hlc)
      }),
    )
  })

  test('packed and text order are the clock order', () => {
    fc.assert(
      fc.property(hlcs, hlcs, (a, b) => {
        const order = Math.sign(compareHlc(a, b))
        expect(Math.sign(Number(packHlc(a) - packHlc(b)))).toBe(order)
        expect(formatHlc(a) < formatHlc(b) ? -1 : formatHlc(a) > formatHlc(b) ? 1 : 0).toBe(order)
      }),
    )
  })

  test('a text that is no clock value is undefined', () => {
    for (const bad of ['', '00', 'g'.repeat(16), 'A'.repeat(16), '0'.repeat(17)]) expect(tryParseHlc(bad)).toBeUndefined()
  })
})
