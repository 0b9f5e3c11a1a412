/** Two sessions side by side, aligned by which function called which. */
import type { Completeness, EventRef, Location } from './query.ts'

export const RUN_CHANGES = ['new', 'missing', 'count', 'result', 'time'] as const
/**
 * new: only the other session has it. missing: only this one. count: another number of calls, or of errors. result: calls with the same place
 * in order gave something else. time: the mean took at least half as long again, or was as much quicker.
 */
export type RunChange = (typeof RUN_CHANGES)[number]

export interface RunDiffQuery {
  readonly session: string
  /** The session that it is compared with. */
  readonly other: string
  readonly changes?: readonly RunChange[]
  /** 1 to 1000; 200 when absent. */
  readonly limit?: number
}

/** One number or thing of each session. */
export interface RunPair<T> {
  readonly session: T
  readonly other: T
}

export interface RunTotals {
  readonly calls: number
  readonly activities: number
  readonly errors: number
  readonly durationUs: number
}

/** What two calls gave: that of the same place in the order of calls of the path. */
export interface ResultDifference {
  /** Of so many pairs of calls the results were compared, and so many differed. */
  readonly compared: number
  readonly different: number
  /** The first that differed: its place among the calls, from 0. */
  readonly index: number
  readonly example: RunPair<{ readonly text: string; readonly ref: EventRef }>
}

/** A place in the tree of calls. A function that is called again below itself has one place. */
export interface RunDiffRow {
  /** From the realm's kind down to the function itself. */
  readonly path: readonly string[]
  readonly kind: 'call' | 'activity'
  readonly location?: Location
  /** At least one. */
  readonly changes: readonly RunChange[]
  readonly calls: RunPair<number>
  readonly errors: RunPair<number>
  /** Of calls that ended; absent where there are none. */
  readonly meanUs: Partial<RunPair<number>>
  /** `meanUs` of the other by that of the session. */
  readonly ratio?: number
  /** The first call. */
  readonly first: Partial<RunPair<EventRef>>
  readonly result?: ResultDifference
  /** Of new and missing ones: calls below, which have no rows of their own. */
  readonly below?: number
}

/** What a store held at the end. */
export interface StateDifference {
  readonly store: string
  readonly text: Partial<RunPair<string>>
  /** The event that told it last. */
  readonly ref: Partial<RunPair<EventRef>>
}

export interface RunDiff {
  readonly totals: RunPair<RunTotals>
  /** Places that both have and that are the same. */
  readonly same: number
  /** New and missing ones first, then those with most calls. */
  readonly rows: readonly RunDiffRow[]
  readonly total: number
  readonly state: readonly StateDifference[]
  readonly completeness: Completeness
}
