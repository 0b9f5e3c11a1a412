/** Calls by function, each to be opened to what it called, from the same sums as the flame. */
import type { FlameAnswer, FlameFunction } from '@hindscope/protocol'
import type { Failure } from '../engine/failure.ts'
import { flameRows } from './flame-rows.ts'
import type { FlameRow } from './flame-rows.ts'
import type { Measure } from './view-choices.ts'

/** What a function called, as far as it is known. */
export type Callees = FlameAnswer | Failure | undefined

export type MergedRow =
  | { readonly kind: 'function'; readonly key: string; readonly fn: FlameFunction; readonly depth: 0; readonly expanded: boolean }
  | {
      readonly kind: 'callee'
      readonly key: string
      readonly fn: FlameFunction
      readonly row: Extract<FlameRow, { kind: 'path' }>
      readonly depth: number
      readonly expanded: boolean
    }
  | { readonly kind: 'note'; readonly key: string; readonly text: string; readonly depth: number }

const numberOf = (fn: FlameFunction, measure: Measure): number => (measure === 'calls' ? fn.calls : measure === 'self' ? fn.selfUs : fn.totalUs)

export const sortedFunctions = ({ functions }: FlameAnswer, measure: Measure): readonly FlameFunction[] =>
  functions.toSorted((a, b) => numberOf(b, measure) - numberOf(a, measure) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))

export interface MergedState {
  readonly functions: readonly FlameFunction[]
  /** Functions that are in no row. */
  readonly left: number
  readonly calleesOf: (fn: FlameFunction) => Callees
  readonly isOpen: (key: string) => boolean
  readonly noteOf: (paths: number, us: number) => string
}

export function mergedRows({ functions, left, calleesOf, isOpen, noteOf }: MergedState): readonly MergedRow[] {
  const rows: MergedRow[] = []
  for (const fn of functions) {
    const expanded = isOpen(fn.key)
    rows.push({ kind: 'function', key: fn.key, fn, depth: 0, expanded })
    if (!expanded) continue
    const callees = calleesOf(fn)
    if (callees === undefined) rows.push({ kind: 'note', key: `${fn.key} …`, text: 'Loading…', depth: 1 })
    else if ('code' in callees) rows.push({ kind: 'note', key: `${fn.key} ✕`, text: `Could not load: ${callees.code}`, depth: 1 })
    else addCallees(rows, fn, callees, isOpen, noteOf)
  }
  if (left > 0) rows.push({ kind: 'note', key: '…', text: `${left} more functions with less time`, depth: 0 })
  return rows
}

function addCallees(rows: MergedRow[], fn: FlameFunction, answer: FlameAnswer, isOpen: MergedState['isOpen'], noteOf: MergedState['noteOf']): void {
  // The first path is the function itself.
  const found = flameRows(answer, 0, index => index === 0 || isOpen(`${fn.key} ${index}`)).slice(1)
  if (found.length === 0) rows.push({ kind: 'note', key: `${fn.key} -`, text: 'Called nothing that is recorded', depth: 1 })
  for (const row of found) {
    if (row.kind === 'folded') rows.push({ kind: 'note', key: `${fn.key} ${row.parent}+`, text: noteOf(row.paths, row.us), depth: row.depth })
    else {
      const callee = answer.functions[row.node.function]
      if (callee) rows.push({ kind: 'callee', key: `${fn.key} ${row.index}`, fn: callee, row, depth: row.depth, expanded: row.expanded })
    }
  }
}

export function parentOfRow(rows: readonly MergedRow[], index: number): number {
  const depth = rows[index]?.depth ?? 0
  for (let i = index - 1; i >= 0; i--) if ((rows[i]?.depth ?? 0) < depth) return i
  return -1
}
