/**
 * What the x-axis of the timeline counts: time, or events in the one order of all tracks, each as wide as the next. Times are put on the
 * axis of events by the times that the engine gave for the columns of its last answers: exact where a column is one event, else to the
 * column.
 */
import type { AxisKind } from '../../core/view-choices.ts'
import { spanOf } from './axis-window.ts'
import type { AxisSpan } from './axis-window.ts'

export interface AxisScale {
  readonly kind: AxisKind
  /** Where the first event at or after a time stands. */
  toAxis(timeUs: number): number
  toTimeUs(place: number): number
}

export const TIME_SCALE: AxisScale = { kind: 'time', toAxis: timeUs => timeUs, toTimeUs: place => place }

/** Columns of equal width over the stretch; the time at the start of each and at the end of the last, never falling. */
export interface ColumnTimes {
  readonly span: AxisSpan
  readonly columnUs: readonly number[]
}

/** Of the tables, the first that reaches a place tells; the last one tells what none reaches. */
export function sequenceScale(tables: readonly ColumnTimes[]): AxisScale {
  const pick = (isIn: (table: ColumnTimes) => boolean): ColumnTimes | undefined => tables.find(isIn) ?? tables.at(-1)
  return {
    kind: 'sequence',
    toAxis(timeUs) {
      const table = pick(({ columnUs }) => timeUs > (columnUs[0] ?? 0) && timeUs <= (columnUs.at(-1) ?? 0))
      if (!table) return 0
      const { span, columnUs } = table
      const width = spanOf(span) / (columnUs.length - 1)
      const column = firstAtOrAfter(columnUs, timeUs)
      if (column === 0 || width <= 1 || column === columnUs.length) return span.from + Math.min(column, columnUs.length - 1) * width
      const before = columnUs[column - 1] ?? 0
      return span.from + (column - 1 + (timeUs - before) / ((columnUs[column] ?? 0) - before)) * width
    },
    toTimeUs(place) {
      const table = pick(({ span }) => place >= span.from && place <= span.to)
      if (!table) return 0
      const { span, columnUs } = table
      const column = Math.min(columnUs.length - 1, Math.max(0, ((place - span.from) / spanOf(span)) * (columnUs.length - 1)))
      const before = columnUs[Math.floor(column)] ?? 0
      return before + (column % 1) * ((columnUs[Math.ceil(column)] ?? before) - before)
    },
  }
}

function firstAtOrAfter(times: readonly number[], timeUs: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) >= timeUs) high = middle
    else low = middle + 1
  }
  return low
}
