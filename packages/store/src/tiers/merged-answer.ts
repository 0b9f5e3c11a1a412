/** Rows and groups of all tiers, put together: one order, the limit after it. */
import type { Field, OrderTerm, QueryTree } from '@hindscope/protocol'
import { compareCells } from '../query/literal-test.ts'
import type { Cell } from '../query/literal-test.ts'
import { GROUP_LIMITS, GroupIndex, measuredFields } from '../query/groups.ts'
import type { Measured } from '../query/groups.ts'
import { NumberSummary, SampleBudget } from '../query/number-summary.ts'
import { TopRows } from '../query/top-rows.ts'
import type { SessionRow } from './sql-answer.ts'

export interface FoundRow {
  readonly row: SessionRow
  /** One for each term of the order; none for `time`, which the row itself has. */
  readonly cells: readonly (Cell | undefined)[]
}

export const isTime = (by: OrderTerm['by']): boolean => by.kind === 'field' && by.name === 'time'

/** The one order over sessions: time, session, track, sequence number. */
const comparePlaces = (a: SessionRow, b: SessionRow): number =>
  a.timeUs - b.timeUs || (a.session < b.session ? -1 : a.session > b.session ? 1 : 0) || a.ref.track - b.ref.track || a.ref.seq - b.ref.seq

export class MergedRows {
  /** Rows that came, the limit not counted. */
  count = 0
  private readonly top: TopRows<FoundRow>

  /** Keeps one row more than `limit`, which tells that there is more. */
  constructor(terms: readonly OrderTerm[], limit: number) {
    const compare = (a: FoundRow, b: FoundRow): number => {
      for (let i = 0; i < terms.length; i++) {
        const { by, direction } = terms[i] as OrderTerm // SAFE: i < length
        const order = isTime(by) ? comparePlaces(a.row, b.row) * (direction === 'asc' ? 1 : -1) : compareCells(a.cells[i], b.cells[i], direction)
        if (order !== 0) return order
      }
      return comparePlaces(a.row, b.row)
    }
    this.top = new TopRows(limit + 1, compare)
  }

  add(found: FoundRow): void {
    this.count++
    this.top.add(found)
  }

  sorted(): readonly SessionRow[] {
    return this.top.sorted().map(({ row }) => row)
  }
}

export class MergedGroups {
  readonly budget: SampleBudget = new SampleBudget(GROUP_LIMITS.samples)
  readonly index: GroupIndex
  readonly keys: readonly Field[]
  readonly measured: readonly Measured[]

  constructor({ select = [], groupBy = [] }: QueryTree) {
    this.keys = groupBy
    this.measured = measuredFields(select)
    this.index = new GroupIndex(GROUP_LIMITS.groups, cells => ({
      cells,
      summaries: this.measured.map(({ keeps }) => new NumberSummary(keeps ? this.budget : undefined)),
      count: 0,
    }))
    // Without groups there is one row, of nothing when nothing matches.
    if (groupBy.length === 0) this.index.of([])
  }
}
