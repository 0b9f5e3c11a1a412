import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventRef, EventRow } from '@hindscope/protocol'
import { createEngine, createTraceModel } from '@hindscope/store/model'
import { TraceBuilder } from '@hindscope/testkit'
import { createPlayback } from '../../src/core/playback.ts'
import type { Playback, PlaybackClock } from '../../src/core/playback.ts'
import { SPEEDS, advance, startPlayhead } from '../../src/core/playhead.ts'
import { createViewModel } from '../../src/core/view-model.ts'
import type { ViewModel } from '../../src/core/view-model.ts'
import { NO_FILTER } from '../../src/core/view-state.ts'
import type { EngineClient } from '../../src/engine/engine-client.ts'
import { succeed } from '../../src/engine/failure.ts'

const rowsAt = (times: readonly number[]): readonly EventRow[] => times.map((timeUs, seq) => ({ timeUs, ref: { track: 0, seq } }) as EventRow)

describe('the playhead', () => {
  it('passes the same events in many small steps as in few large ones', () => {
    const times = fc.array(fc.nat(3_000_000), { minLength: 1, maxLength: 60 }).map(all => all.toSorted((a, b) => a - b))
    fc.assert(
      fc.property(
        times,
        fc.constantFrom(...SPEEDS),
        fc.constantFrom('events', 'time'),
        fc.array(fc.nat(400), { maxLength: 40 }),
        (at, speed, pace, steps) => {
          const start = { ...startPlayhead(0), ahead: rowsAt(at) }
          const once = advance(
            start,
            steps.reduce((a, b) => a + b, 0),
            speed,
            pace,
          )
          let many = start
          for (const ms of steps) many = advance(many, ms, speed, pace).playhead
          // Fractions of an event may be rounded another way.
          expect(Math.abs(many.ahead.length - once.playhead.ahead.length)).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  it('cuts waits, plays sixteen times as much at speed 16, and saves up nothing at the end', () => {
    const rows = rowsAt([0, 10, 60_000_000])
    expect(advance({ ...startPlayhead(0), ahead: rows }, 1001, 1, 'time').playhead.ahead).toHaveLength(0)
    expect(advance({ ...startPlayhead(0), ahead: rows }, 500, 1, 'time').at?.ref.seq).toBe(1)
    const many = rowsAt(Array.from({ length: 100 }, (_, i) => i))
    expect(advance({ ...startPlayhead(0), ahead: many }, 1000, 0.25, 'events').at?.ref.seq).toBe(0)
    expect(advance({ ...startPlayhead(0), ahead: many }, 1000, 16, 'events').at?.ref.seq).toBe(63)
    expect(advance({ ...startPlayhead(0), ahead: rows }, 9e6, 1, 'events').playhead.credit).toBe(0)
  })
})

/** Time that passes when a test says so. */
class HandClock implements PlaybackClock {
  ms = 0
  calm = false
  intervals: number[] = []
  private run: (() => void) | undefined
  now(): number {
    return this.ms
  }
  every(ms: number, run: () => void): () => void {
    this.intervals.push(ms)
    this.run = run
    return () => (this.run = undefined)
  }
  prefersReducedMotion(): boolean {
    return this.calm
  }
  /** A frame, and what it asks for answered. */
  async frame(ms: number): Promise<void> {
    this.ms += ms
    this.run?.()
    for (let i = 0; i < 20; i++) await Promise.resolve()
    await new Promise(resolve => setTimeout(resolve, 0))
  }
}

function played(events: number): { model: ViewModel; playback: Playback; clock: HandClock; at: () => EventRef | undefined; seen: EventRef[] } {
  const trace = new TraceBuilder()
  const [a, b] = [trace.realm('a'), trace.realm('b', 'node')]
  for (let i = 0; i < events; i++) (i % 2 === 0 ? a : b).at(10 * Math.floor(i / 3)).event({ kind: 'mark', values: [{ label: `m${i}` }] })
  const engine = createEngine(createTraceModel(trace.chunks()).stores)
  const client: EngineClient = {
    // SAFE: the engine's methods take what they are asked.
    ask: async (method, query) => succeed((await (engine[method] as (of: unknown) => Promise<unknown>)(query)) as never),
  }
  const model = createViewModel({ session: trace.session, moment: { ref: { track: 0, seq: 0 } }, filter: NO_FILTER })
  const clock = new HandClock()
  const playback = createPlayback(model, client, clock)
  const seen: EventRef[] = []
  model.moment.subscribe(moment => moment && seen.push(moment.ref))
  return { model, playback, clock, at: () => model.moment.peek()?.ref, seen }
}

describe('playback', () => {
  it('passes every event of all tracks once, in order, over pages, and stops at the end with one more place', async () => {
    const { model, playback, clock, at, seen } = played(900)
    playback.toggle()
    for (let i = 0; i < 4000 && playback.state.value === 'playing'; i++) await clock.frame(250)
    expect(playback.state.value).toBe('paused')
    expect(at()).toEqual({ track: 1, seq: 449 })
    // Twice more at the end: the place where it began, and the new one.
    const walked = seen.slice(0, -2).map(({ track, seq }) => seq * 2 + track)
    expect(new Set(walked).size).toBe(900)
    expect(model.history.value.places).toHaveLength(2)
    model.walk(-1)
    expect(at()).toEqual({ track: 0, seq: 0 })
  })

  it('goes backwards, along one track and within the range', async () => {
    const { model, playback, clock, at } = played(60)
    const first = 1_700_000_000_000_000
    model.commit({ moment: { ref: { track: 0, seq: 20 } }, range: { fromUs: first + 60, toUs: first + 1000 } })
    playback.direction.value = -1
    playback.scope.value = 'track'
    playback.speed.value = 16
    playback.toggle()
    for (let i = 0; i < 100 && playback.state.value === 'playing'; i++) await clock.frame(1000)
    expect(at()).toEqual({ track: 0, seq: 9 })
  })

  it('goes on from where the user went meanwhile, and seeks', async () => {
    const { model, playback, clock, at } = played(300)
    playback.toggle()
    await clock.frame(250)
    await clock.frame(250)
    model.commit({ moment: { ref: { track: 1, seq: 100 } } })
    await clock.frame(250)
    await clock.frame(250)
    expect([at()?.track, (at()?.seq ?? 0) - 100]).toEqual([1, 1])
    playback.pause()
    model.walk(-1)
    expect(at()).toEqual({ track: 1, seq: 100 })
    await playback.seek(1_700_000_000_000_000)
    expect((at()?.seq ?? 9) < 2).toBe(true)
  })

  it('moves rarely for those who asked for less motion, and stops with the session', async () => {
    const { model, playback, clock } = played(10)
    playback.toggle()
    playback.toggle()
    clock.calm = true
    playback.toggle()
    expect(clock.intervals).toEqual([130, 1000])
    model.commit({ session: 'another' })
    expect(playback.state.value).toBe('paused')
  })
})
