/** A store's state as rows of the value tree: which of them changed, where they are, and which path of the state they stand for. */
import type { StateChangeRow, ValueNode } from '@hindscope/protocol'
import { PATH_SEPARATOR, RANGE, childrenOf, joinPath, rangeLabel } from './value-rows.ts'
import type { RowNote } from './value-rows.ts'
import { previewValue } from './value-text.ts'

/** Group of the tree: the first part of its paths. */
export const STATE_GROUP = 'State'
const MAX_WAS = 60

export interface StateMarks {
  readonly notes: ReadonlyMap<string, readonly RowNote[]>
  /** Rows around those with notes. */
  readonly open: ReadonlySet<string>
}

/** Notes at the rows that the changes touched. What is not there any more is told at the nearest row around it. */
export function markChanges(store: string, state: ValueNode, changes: readonly StateChangeRow[]): StateMarks {
  const notes = new Map<string, readonly RowNote[]>()
  const open = new Set<string>()
  for (const change of changes) {
    const { row, around, left } = findRow(store, state, change.keys)
    for (const path of around) open.add(path)
    notes.set(row, [...(notes.get(row) ?? []), noteOf(change, left)])
  }
  return { notes, open }
}

function noteOf({ kind, before, removed }: StateChangeRow, left: readonly string[]): RowNote {
  if (kind === 'snapshot') return { sign: '~', text: 'recorded as a whole: much of it is new' }
  const isNew = !removed && before?.kind === 'undefined'
  const what = before === undefined || isNew ? '' : `was ${previewValue(before, MAX_WAS)}`
  const words = [formatStatePath(left), isNew ? 'is new' : removed ? `removed, ${what}` : what || 'changed'].filter(text => text !== '')
  return { sign: isNew ? '+' : removed ? '−' : '~', text: words.join(' ') }
}

/** The row of a path, rows to be open so that it is there, and the keys that lead on from it to where no row is. */
function findRow(
  store: string,
  state: ValueNode,
  keys: readonly string[],
): { readonly row: string; readonly around: readonly string[]; readonly left: readonly string[] } {
  let row = joinPath(STATE_GROUP, store)
  let node = state
  const around: string[] = []
  for (const [depth, key] of keys.entries()) {
    const children = isContainer(node) ? childrenOf(node) : []
    const index = children.findIndex(child => child.key === key)
    const child = children[index]
    if (child === undefined) return { row, around, left: keys.slice(depth) }
    around.push(row)
    if (children.length > RANGE) {
      const from = index - (index % RANGE)
      around.push(joinPath(row, rangeLabel(from, Math.min(RANGE, children.length - from))))
    }
    row = joinPath(row, key)
    node = child.node
  }
  return { row, around, left: [] }
}

const isContainer = (node: ValueNode): boolean => node.kind === 'object' || node.kind === 'array'

/** The path of the state that a row stands for; undefined for parts that no path leads to, as those of a Map. */
export function keysOfRow(state: ValueNode, rowPath: string): readonly string[] | undefined {
  const [, , ...keys] = rowPath.split(PATH_SEPARATOR)
  let node: ValueNode | undefined = state
  for (const key of keys) {
    if (node === undefined || !isContainer(node)) return undefined
    node = childrenOf(node).find(child => child.key === key)?.node
  }
  return node === undefined ? undefined : keys
}

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u
const INDEX = /^(?:0|[1-9]\d{0,14})$/
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\n': '\\n', '\r': '\\r', '\u2028': '\\u2028', '\u2029': '\\u2029' }

/** As recorders write it. */
export function formatStatePath(keys: readonly string[]): string {
  let path = ''
  for (const key of keys) {
    if (INDEX.test(key)) path += `[${key}]`
    else if (NAME.test(key)) path += path === '' ? key : `.${key}`
    else path += `['${key.replace(/[\\'\n\r\u2028\u2029]/g, character => ESCAPES[character] ?? character)}']`
  }
  return path
}

/** `1 → 2` in one line; what is not there any more, and what was recorded as a whole, in words. */
export function changeText({ kind, removed, before, after }: StateChangeRow): string {
  if (kind === 'snapshot') return 'recorded as a whole'
  const old = before === undefined ? '?' : before.kind === 'undefined' ? '' : previewValue(before, MAX_WAS)
  const now = removed ? 'removed' : after === undefined ? '?' : previewValue(after, MAX_WAS)
  return old === '' ? now : `${old} → ${now}`
}
