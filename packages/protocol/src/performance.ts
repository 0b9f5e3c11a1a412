/** How a session ran over its time: how much happened, how long activities took, what recording itself cost. */
import type { ActivityTypeName } from './events.ts'
import type { Completeness, EventRef } from './query.ts'

export interface PerformanceQuery {
  readonly session: string
  /** 1 to 1000; 120 when absent. */
  readonly columns?: number
  /** Activities and metrics, 1 to 1000; 50 when absent. */
  readonly limit?: number
}

/** Activities of one type and name, of which the parts that differ each time (numbers, queries of addresses) are left out. */
export interface ActivityLatency {
  readonly type: ActivityTypeName
  readonly name: string
  readonly count: number
  readonly errors: number
  /** Not ended where the trace ends: no part of the percentiles. */
  readonly open: number
  /** Of those that ended, by nearest rank; absent when none has. */
  readonly p50Us?: number
  readonly p95Us?: number
  readonly p99Us?: number
  readonly maxUs?: number
  readonly slowest?: EventRef
}

/** What metric events of one name told in one realm. */
export interface MetricSeries {
  readonly track: number
  readonly name: string
  readonly unit: string
  readonly count: number
  readonly last: number
  readonly max: number
  /** Mean of each column in which there was one. */
  readonly points: readonly (readonly [column: number, value: number])[]
  readonly lastRef: EventRef
}

export interface PerformanceReport {
  readonly fromUs: number
  readonly toUs: number
  /** One number a column. */
  readonly events: readonly number[]
  readonly errors: readonly number[]
  /** In the column in which they were told. */
  readonly dropped: readonly number[]
  /** Most time in all first. */
  readonly activities: readonly ActivityLatency[]
  readonly activityNames: number
  readonly metrics: readonly MetricSeries[]
  readonly completeness: Completeness
}
