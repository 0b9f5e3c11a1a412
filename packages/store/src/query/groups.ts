/** Aggregates: one small accumulator a group, rows looked at once. */
import { fieldKey, termKey } from '@hindscope/protocol'
import type { Aggregate, AggregateName, Field, QueryTree, SearchCell } from '@hindscope/protocol'
import { never, sourceOf } from './condition.ts'
import { firstFrom } from './event-rows.ts'
import type { CompiledCondition } from './condition.ts'
import { cellReader } from './field-reader.ts'
import { compareCells } from './literal-test.ts'
import type { Cell } from './literal-test.ts'
import { NumberSummary, SampleBudget } from './number-summary.ts'
import type { Scan, Steps } from './scan.ts'
import { rangeOf } from './time-range.ts'

/** More groups than anybody reads; beyond them memory would grow with the trace. */
const MAX_GROUPS = 100_000

export interface GroupTable {
  /** In the order that was asked for, else in that of the groups' own fields. */
  readonly rows: readonly (readonly SearchCell[])[]
  /** Why not everything is in it. */
  readonly reasons: readonly string[]
}

export interface GroupLimits {
  readonly groups: number
  readonly samples: number
}
export const GROUP_LIMITS: GroupLimits = { groups: MAX_GROUPS, samples: 2_000_000 }

/** `cells`: what its events have in common. */
export interface Group {
  readonly cells: readonly (Cell | undefined)[]
  /** One for each field that some aggregate is of. */
  readonly summaries: readonly NumberSummary[]
  count: number
}

const PERCENTILES: Readonly<Partial<Record<AggregateName, number>>> = { p50: 0.5, p95: 0.95, p99: 0.99 }

export function* groupRows(scan: Scan, tree: QueryTree, condition: CompiledCondition, limits: GroupLimits = GROUP_LIMITS): Steps<GroupTable> {
  const { select = [], groupBy = [] } = tree
  const measured = measuredFields(select)
  const budget = new SampleBudget(limits.samples)
  const groups = new GroupIndex(limits.groups, cells => ({
    cells,
    summaries: measured.map(({ keeps }) => new NumberSummary(keeps ? budget : undefined)),
    count: 0,
  }))
  // Without groups there is one row, of nothing when nothing matches.
  if (groupBy.length === 0) groups.of([])
  for (const track of scan.tracks) {
    const test = condition.testOf(track)
    if (test === never) continue
    const keys = groupBy.map(field => cellReader(scan, field, track))
    const numbers = measured.map(({ field }) => cellReader(scan, field, track))
    const { from, to } = rangeOf(scan, tree.where, track)
    const source = sourceOf(condition, track)
    for (let row = firstFrom(source, from); row !== -1 && row < to; row = firstFrom(source, row + 1)) {
      if (scan.passes()) yield
      if (!test(row)) continue
      scan.matched++
      const group = groups.of(keys.map(read => read(row)))
      if (group === undefined) continue
      group.count++
      for (let i = 0; i < numbers.length; i++) {
        const value = numbers[i]?.(row)
        if (typeof value === 'number') group.summaries[i]?.add(value)
      }
    }
  }
  return groupTable(groups, budget, tree, limits)
}

/** Groups that are complete, as an answer. */
export function groupTable(groups: GroupIndex, budget: SampleBudget, tree: QueryTree, limits: GroupLimits): GroupTable {
  const { select = [] } = tree
  const measured = measuredFields(select)
  return {
    rows: sortedRows(groups.all, tree).map(group => [
      ...group.cells.map(cell => cell ?? null),
      ...select.map(each => resultOf(group, each, measured)),
    ]),
    reasons: [
      ...(groups.leftOut === 0 ? [] : [`${groups.leftOut} events belong to groups beyond the first ${limits.groups}`]),
      ...(budget.leftOut === 0 ? [] : [`percentiles are of the first ${limits.samples} values read, ${budget.leftOut} more were left out`]),
    ],
  }
}

export interface Measured {
  readonly field: Field
  /** A percentile wants every value. */
  readonly keeps: boolean
}

/** What aggregates are of, each field once. */
export function measuredFields(select: readonly Aggregate[]): readonly Measured[] {
  const byKey = new Map<string, Measured>()
  for (const { name, of } of select) {
    if (of === undefined) continue
    const key = fieldKey(of)
    byKey.set(key, { field: of, keeps: name in PERCENTILES || byKey.get(key)?.keeps === true })
  }
  return [...byKey.values()]
}

/** Groups by their cells: a tree of maps, a level for each field, so that no key is put together for a row. */
export class GroupIndex {
  readonly all: Group[] = []
  leftOut = 0
  private readonly limit: number
  private readonly create: (cells: Group['cells']) => Group
  private readonly root: GroupNode = { children: new Map() }

  constructor(limit: number, create: (cells: Group['cells']) => Group) {
    this.limit = limit
    this.create = create
  }

  of(cells: Group['cells']): Group | undefined {
    let node = this.root
    for (const cell of cells) {
      let child = node.children.get(cell)
      if (child === undefined) {
        if (this.all.length >= this.limit) {
          this.leftOut++
          return undefined
        }
        node.children.set(cell, (child = { children: new Map() }))
      }
      node = child
    }
    if (node.group === undefined) this.all.push((node.group = this.create(cells)))
    return node.group
  }
}
interface GroupNode {
  readonly children: Map<Cell | undefined, GroupNode>
  group?: Group
}

function resultOf(group: Group, { name, of }: Aggregate, measured: readonly Measured[]): number | null {
  const summary = of === undefined ? undefined : group.summaries[measured.findIndex(({ field }) => fieldKey(field) === fieldKey(of))]
  if (summary === undefined) return group.count
  if (summary.count === 0) return null
  switch (name) {
    case 'min':
      return summary.min
    case 'max':
      return summary.max
    case 'sum':
      return summary.sum
    case 'avg':
      return summary.sum / summary.count
    default:
      return summary.percentile(PERCENTILES[name] ?? 0)
  }
}

/** Total: no two groups have the same cells. */
function sortedRows(groups: readonly Group[], { select = [], groupBy = [], orderBy = [] }: QueryTree): readonly Group[] {
  const measured = measuredFields(select)
  const terms = orderBy.map(({ by, direction }) => ({ by, direction, column: groupBy.findIndex(field => termKey(field) === termKey(by)) }))
  const keyed = groups.map(group => ({
    group,
    keys: terms.map(({ by, column }) => (by.kind === 'aggregate' ? (resultOf(group, by, measured) ?? undefined) : group.cells[column])),
  }))
  keyed.sort((a, b) => {
    for (let i = 0; i < terms.length; i++) {
      const order = compareCells(a.keys[i], b.keys[i], terms[i]?.direction ?? 'asc')
      if (order !== 0) return order
    }
    for (let i = 0; i < groupBy.length; i++) {
      const order = compareCells(a.group.cells[i], b.group.cells[i], 'asc')
      if (order !== 0) return order
    }
    return 0
  })
  return keyed.map(({ group }) => group)
}
