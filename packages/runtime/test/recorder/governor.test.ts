import { TapeOp, tapeWord } from '@hindscope/protocol'
import { describe, expect, test } from 'vitest'
import { levelsIn } from '../probed.ts'
import { Governor } from '../../src/recorder/governor.ts'
import type { HookModule } from '../../src/hook-module.ts'
import { createRecorder } from '../../src/index.ts'
import { Recorder } from '../../src/recorder/recorder.ts'
import { probed } from '../probed.ts'

const SECOND = 1000

interface Bench {
  readonly governor: Governor
  readonly module: HookModule
  readonly wakes: number[]
  /** Milliseconds; the governor's own. */
  readonly clock: { at: number }
  /** Records with values of the probe, each timed and this long. */
  pay(probe: number, microseconds: number, times: number): void
  apply(): void
  /** A call of the probe was seen to suspend. */
  suspend(probe: number): void
}

/** A governor over real level tables, with a clock of its own. */
function bench(digits: string, percent = 10): Bench {
  const { session, realm } = createRecorder({ sink: 'memory' })
  const limits = {
    redact: [],
    redactOff: [],
    redactPatterns: [],
    taint: [],
    redactWith: undefined,
    ringEvents: 64,
    maxDepth: 4,
    maxWidth: 8,
    maxString: 64,
  }
  const recorder = new Recorder(
    { ...limits, session, realm, level: 'statements', flushMs: 60_000, overhead: 0 },
    { target: { accept: () => {}, takeDropped: () => 0 }, isProxy: () => false, manifestOf: undefined, onFlush: () => {} },
  )
  const module = { key: '00000000000000aa', base: 1, digits, levels: new Int32Array(digits.length) }
  recorder.addModule(module)
  const wakes: number[] = []
  const clock = { at: 0 }
  const made: Bench = {
    governor: new Governor(
      recorder.levels,
      recorder.calls,
      percent,
      ms => void wakes.push(ms),
      () => clock.at,
    ),
    module,
    wakes,
    clock,
    pay(probe, microseconds, times) {
      for (let i = 0; i < times; i++) {
        const from = clock.at
        clock.at += microseconds / 1000
        made.governor.paid(probe, from, 1000, true)
      }
    },
    suspend: probe => {
      recorder.calls.suspending[probe] = 1
    },
    apply: () => {
      if (made.governor.hasPending) made.governor.apply()
    },
  }
  return made
}

describe('what a probe may cost', () => {
  test('a second of the budget may be spent at once, and then the probe that spends loses its values', () => {
    const { governor, module, pay, apply } = bench('33')
    pay(1, 10, 1200)
    apply()
    expect(levelsIn(module.levels)).toEqual([3, 3])
    pay(1, 10, 200)
    expect(governor.hasPending).toBe(true)
    apply()
    expect(levelsIn(module.levels)).toEqual([2, 3])
    expect(governor.ledger()).toMatchObject({ budgetPercent: 10, callsMs: 0, lowered: 1, raised: 0, dearest: [[1, expect.closeTo(112, 5)]] })
  })

  test('calls are booked from the tape, and those that cost most are only counted', () => {
    const rig = bench('222', 1)
    const call = tapeWord(TapeOp.enter, 1)
    const words = Int32Array.from({ length: 20_000 }, (_, i) => (i % 2 === 1 ? TapeOp.exit : i % 1000 === 0 ? tapeWord(TapeOp.enter, 2) : call))
    for (let chunk = 0; chunk < 30; chunk++) rig.governor.sealed(words, words.length, rig.clock.at)
    rig.apply()
    expect(levelsIn(rig.module.levels)).toEqual([2, 2, 2])
    for (let chunk = 0; chunk < 10; chunk++) rig.governor.sealed(words, words.length, rig.clock.at)
    rig.apply()
    expect(levelsIn(rig.module.levels)).toEqual([1, 2, 2])
    // A second's worth is spent, and what comes in is paid back first.
    rig.clock.at += 2 * SECOND
    const counts = Uint32Array.of(0, 1_600_000, 10, 0)
    rig.governor.counted(counts, 4)
    expect(rig.governor.hasPending).toBe(false)
    rig.governor.counted(counts, 4)
    rig.apply()
    expect(levelsIn(rig.module.levels)).toEqual([0, 2, 2])
  })

  test('statements that cost most are left out; the function that they stand in stays', () => {
    const rig = bench('34', 1)
    const words = Int32Array.from({ length: 20_000 }, (_, i) => (i === 0 ? tapeWord(TapeOp.enter, 1) : tapeWord(TapeOp.step, 2)))
    for (let chunk = 0; chunk < 60; chunk++) rig.governor.sealed(words, words.length, rig.clock.at)
    rig.apply()
    expect(levelsIn(rig.module.levels)).toEqual([3, 0])
  })

  test('a function that was seen to suspend keeps its calls, so that what goes on behind it keeps its cause', () => {
    const { module, pay, apply, suspend } = bench('33')
    suspend(1)
    for (let step = 0; step < 3; step++) {
      pay(1, 500, 300)
      pay(2, 500, 300)
      apply()
    }
    expect(levelsIn(module.levels)).toEqual([2, 0])
  })

  test('a record that the system interrupted is not booked in full', () => {
    const { governor, module, pay, apply } = bench('3', 1)
    pay(1, 50_000, 2)
    apply()
    expect(governor.ledger().valuesMs).toBeLessThan(10)
    expect(levelsIn(module.levels)).toEqual([3])
  })

  test('arguments and results of a program that alternates them are timed alike', () => {
    const { governor, clock } = bench('3')
    clock.at = 1
    const timed = [0, 0, 0, 0]
    for (let record = 0; record < 8000; record++) if (governor.start() > 0) timed[record % 4] = (timed[record % 4] as number) + 1 // SAFE: a remainder
    expect(timed.reduce((a, b) => a + b)).toBeCloseTo(1000, -2)
    for (const count of timed) expect(count).toBeGreaterThan(200)
  })

  test('without a budget nothing is timed and nothing is lowered', () => {
    const { governor, module, wakes } = bench('3', 0)
    for (let i = 0; i < 100; i++) expect(governor.start()).toBe(0)
    governor.sealed(new Int32Array(1000).fill(tapeWord(TapeOp.enter, 1)), 1000, 0)
    governor.counted(Uint32Array.of(0, 1e9), 2)
    expect([governor.hasPending, levelsIn(module.levels)[0], wakes.length]).toEqual([false, 3, 0])
  })
})

describe('what was lowered', () => {
  test('is raised after a second, and after twice as long each time that it proves too dear', () => {
    const rig = bench('3')
    const review = (): void => {
      rig.clock.at += SECOND
      rig.governor.review()
    }
    rig.pay(1, 10, 1400)
    rig.apply()
    expect(levelsIn(rig.module.levels)[0]).toBe(2)
    expect(rig.wakes).toEqual([SECOND])
    review()
    expect(levelsIn(rig.module.levels)[0]).toBe(3)
    rig.pay(1, 10, 1400)
    rig.apply()
    review()
    expect(levelsIn(rig.module.levels)[0]).toBe(2)
    review()
    expect(levelsIn(rig.module.levels)[0]).toBe(3)
    for (let seconds = 0; seconds < 10; seconds++) review()
    expect(rig.wakes.length).toBeLessThan(14)
    rig.pay(1, 10, 1400)
    rig.apply()
    review()
    expect(levelsIn(rig.module.levels)[0]).toBe(3)
  })

  test('is raised a step at a time where it was not even counted', () => {
    const rig = bench('3')
    for (let step = 0; step < 3; step++) {
      rig.pay(1, 500, 300)
      rig.apply()
    }
    expect(levelsIn(rig.module.levels)[0]).toBe(0)
    const seen: number[] = []
    for (let seconds = 0; seconds < 5; seconds++) {
      rig.clock.at += SECOND
      rig.governor.review()
      seen.push(levelsIn(rig.module.levels)[0] as number) // SAFE: one probe
    }
    expect(seen).toEqual([0, 1, 2, 3, 3])
  })
})

test('a recorder whose probes fail again and again is silent for ten seconds', () => {
  const rig = bench('324')
  for (let i = 0; i < 99; i++) rig.governor.failed()
  expect(rig.governor.hasPending).toBe(false)
  rig.governor.failed()
  rig.apply()
  expect(levelsIn(rig.module.levels)).toEqual([0, 0, 0])
  rig.clock.at += 5 * SECOND
  rig.governor.review()
  expect(levelsIn(rig.module.levels)).toEqual([0, 0, 0])
  rig.clock.at += 6 * SECOND
  rig.governor.review()
  expect(levelsIn(rig.module.levels)).toEqual([3, 2, 4])
})

test('a program that spends too much loses values where it spends them, and the trace says so', () => {
  const program = probed(['hot', 'rare', 'main'], { overhead: 1, ringEvents: 64, maxBufferedBytes: 1 << 28 })
  const { hook, enter, recorder } = program
  const main = enter('main')
  const value = { a: 1, b: { c: 'text' } }
  for (let i = 0; i < 200_000 && recorder.stats().overhead.lowered === 0; i++) {
    for (let k = 0; k < 100; k++) hook.r(enter('hot', value, [i, k], { ...value, i }), value)
    hook.r(enter('rare', i), i)
  }
  hook.v(main)
  const { overhead, errors } = recorder.stats()
  expect(overhead.lowered).toBeGreaterThan(0)
  expect(overhead.dearest[0]?.[1]).toBeGreaterThan(1)
  expect(errors).toEqual({})
  const lines = program.dump().split('\n')
  expect(lines.find(line => line.startsWith('level-change'))).toMatch(/hot calls → \{by: "governor", reason: "budget"\}/)
})
