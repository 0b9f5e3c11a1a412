/** A stream's condition, compiled for what a store knows now. Relations keep what they found from one compilation to the next. */
import type { Condition } from '@hindscope/protocol'
import type { RowTest } from '../engine/event-filter.ts'
import type { Track } from '../model/track.ts'
import { compileWhere } from '../query/condition.ts'
import type { Scan } from '../query/scan.ts'
import { asOfRow } from './as-of-row.ts'
import { CausedByIndex, FollowsIndex } from './relation-index.ts'
import type { RelationIndex } from './relation-index.ts'
import type { TurnBudget } from './turn-budget.ts'

type TestFactory = (track: Track) => RowTest

export interface CompiledStream {
  readonly testOf: TestFactory
  /** Relations look at what is new; false when the turn is over before they have. Rows may be asked about once it is true. */
  prepare(budget: TurnBudget): boolean
}

export class StreamCondition {
  private readonly condition: Condition | undefined
  private readonly indexes = new Map<Condition, RelationIndex>()

  /** As `parseStreamQuery` gives it. */
  constructor(condition: Condition | undefined) {
    this.condition = condition === undefined ? undefined : asOfRow(condition)
  }

  /** Holds until the store changes. */
  compile(scan: Scan): CompiledStream {
    const relations: { readonly index: RelationIndex; readonly inner: TestFactory }[] = []
    /** Inner relations come before those that ask them. */
    const compile = (condition: Condition): TestFactory => {
      if (!hasRelation(condition)) return simple(scan, condition)
      switch (condition.kind) {
        case 'and':
        case 'or': {
          const parts = condition.conditions.map(compile)
          const isAnd = condition.kind === 'and'
          return track => {
            const tests = parts.map(part => part(track))
            return row => (isAnd ? tests.every(test => test(row)) : tests.some(test => test(row)))
          }
        }
        case 'not': {
          const inner = compile(condition.condition)
          return track => {
            const test = inner(track)
            return row => !test(row)
          }
        }
        case 'follows':
        case 'causedBy': {
          const inner = compile(condition.condition)
          const index = this.indexOf(condition)
          relations.push({ index, inner })
          return index.testOf(scan.store)
        }
        default:
          return simple(scan, condition)
      }
    }
    const testOf = this.condition === undefined ? simple(scan, undefined) : compile(this.condition)
    return { testOf, prepare: budget => relations.every(({ index, inner }) => index.extend(scan.store, inner, budget)) }
  }

  /** Tracks were built anew. */
  forget(): void {
    for (const index of this.indexes.values()) index.forget()
  }

  /** `follows` or `causedBy`. */
  private indexOf(condition: Condition): RelationIndex {
    let index = this.indexes.get(condition)
    if (index === undefined) {
      index = condition.kind === 'follows' ? new FollowsIndex(condition.withinUs ?? Infinity) : new CausedByIndex()
      this.indexes.set(condition, index)
    }
    return index
  }
}

function hasRelation(condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.conditions.some(hasRelation)
    case 'not':
      return hasRelation(condition.condition)
    default:
      return condition.kind === 'follows' || condition.kind === 'causedBy' || condition.kind === 'causes'
  }
}

/** Without relations nothing is looked at before rows are asked about. */
function simple(scan: Scan, condition: Condition | undefined): TestFactory {
  const work = compileWhere(scan, condition)
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value.testOf
  }
}
