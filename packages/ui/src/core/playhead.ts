/**
 * Which events a playback has passed after some time: at the pace of events, so many a second, or by time, as they happened. Waits between
 * events are cut, so that a program that waited for its user does not have to be waited for again. Pure; playback.ts moves the moment by it.
 */
import type { EventRow } from '@hindscope/protocol'

export const PACES = ['events', 'time'] as const
export type Pace = (typeof PACES)[number]
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const

/** At speed 1. */
const EVENTS_PER_SECOND = 4
/** The longest wait for the next event by time, at speed 1. */
const LONGEST_WAIT_US = 1_000_000

export interface Playhead {
  /** Rows that are still ahead, nearest first. */
  readonly ahead: readonly EventRow[]
  /** Of the event where it stands. */
  readonly timeUs: number
  /** What was played and not yet used up: events, or microseconds. */
  readonly credit: number
}

export interface Stride {
  readonly playhead: Playhead
  /** The last event that was passed; absent when there was none. */
  readonly at?: EventRow
}

export const startPlayhead = (timeUs: number): Playhead => ({ ahead: [], timeUs, credit: 0 })

/** What `ms` more of playing pass. It never runs ahead of the rows that it has: credit for rows that are still to come is not saved up. */
export function advance(playhead: Playhead, ms: number, speed: number, pace: Pace): Stride {
  const { ahead } = playhead
  let { timeUs } = playhead
  let credit = playhead.credit + (pace === 'events' ? (ms * speed * EVENTS_PER_SECOND) / 1000 : ms * 1000 * speed)
  let passed = 0
  for (let next = ahead[passed]; next !== undefined; next = ahead[passed]) {
    const price = pace === 'events' ? 1 : Math.min(Math.abs(next.timeUs - timeUs), LONGEST_WAIT_US * speed)
    if (credit < price) break
    credit -= price
    timeUs = next.timeUs
    passed++
  }
  const at = ahead[passed - 1]
  const rest = ahead.slice(passed)
  return { playhead: { ahead: rest, timeUs, credit: rest.length === 0 ? 0 : credit }, ...(at === undefined ? {} : { at }) }
}
