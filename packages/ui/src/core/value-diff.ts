/** What differs between two states of named values, as a tree. Arrays are aligned, so that one item put in front is one item added. */
import type { NamedValue, ValueNode } from '@hindscope/protocol'
import { joinPath } from './value-rows.ts'
import { identityOf, previewValue } from './value-text.ts'

/** `unknown`: one of the two was not recorded. */
export type DiffSign = 'added' | 'removed' | 'changed' | 'unknown' | 'same'

export interface DiffNode {
  readonly name: string
  readonly sign: DiffSign
  readonly before?: ValueNode
  readonly after?: ValueNode
  /** Both sides are the same kind of object, with another identity. */
  readonly replaced: boolean
  readonly children: readonly DiffNode[]
}

export interface DiffRow {
  readonly path: string
  readonly depth: number
  readonly node: DiffNode
  readonly expandable: boolean
  readonly expanded: boolean
}

type Child = readonly [name: string, value: ValueNode]
/** Beyond this many cells items are paired by place. */
const MAX_ALIGN_CELLS = 40_000

export function diffNamed(before: readonly NamedValue[], after: readonly NamedValue[]): readonly DiffNode[] {
  return diffKeyed(
    before.map(({ name, value }) => [name, value] as const),
    after.map(({ name, value }) => [name, value] as const),
  )
}

/** In the order of the later state; what is gone stands where it stood. */
function diffKeyed(before: readonly Child[], after: readonly Child[]): readonly DiffNode[] {
  const old = new Map(before)
  const now = new Map(after)
  const nodes = [...now].map(([name, value]) => diffNode(name, old.get(name), value))
  ;[...old].forEach(([name, value], i) => {
    if (!now.has(name)) nodes.splice(Math.min(i, nodes.length), 0, diffNode(name, value, undefined))
  })
  return nodes
}

function diffNode(name: string, before: ValueNode | undefined, after: ValueNode | undefined): DiffNode {
  const sides = { ...(before && { before }), ...(after && { after }) }
  if (!before || !after) return { name, sign: before ? 'removed' : 'added', ...sides, replaced: false, children: [] }
  if (before.kind === 'cut' || after.kind === 'cut') {
    return { name, sign: before.kind === after.kind ? 'same' : 'unknown', ...sides, replaced: false, children: [] }
  }
  const [oldId, newId] = [identityOf(before), identityOf(after)]
  // A reference names an object whose content stands elsewhere in the same record.
  if ((before.kind === 'ref' || after.kind === 'ref') && oldId === newId) return { name, sign: 'same', ...sides, replaced: false, children: [] }
  const children = childrenOf(before, after)
  if (!children) return { name, sign: isEqualLeaf(before, after) ? 'same' : 'changed', ...sides, replaced: false, children: [] }
  const replaced = oldId !== newId && oldId > 0 && newId > 0
  return { name, sign: signOf(children, replaced || sizeOf(before) !== sizeOf(after)), ...sides, replaced, children }
}

function signOf(children: readonly DiffNode[], isChanged: boolean): DiffSign {
  if (isChanged || children.some(({ sign }) => sign === 'added' || sign === 'removed' || sign === 'changed')) return 'changed'
  return children.some(({ sign }) => sign === 'unknown') ? 'unknown' : 'same'
}

const sizeOf = (node: ValueNode): number => ('size' in node ? node.size : 0)

/** Undefined where the two have no parts that could be compared. */
function childrenOf(before: ValueNode, after: ValueNode): readonly DiffNode[] | undefined {
  if (before.kind === 'object' && after.kind === 'object' && before.className === after.className) return diffKeyed(before.entries, after.entries)
  if (before.kind === 'error' && after.kind === 'error' && before.message === after.message) return diffKeyed(before.entries, after.entries)
  if (before.kind === 'array' && after.kind === 'array') return diffItems(before.items, after.items)
  if (before.kind === 'map' && after.kind === 'map') return diffKeyed(before.pairs.map(pairChild), after.pairs.map(pairChild))
  if (before.kind === 'set' && after.kind === 'set') return diffKeyed(before.items.map(memberChild), after.items.map(memberChild))
  return undefined
}

const keyText = (node: ValueNode): string => (identityOf(node) > 0 ? `#${identityOf(node)}` : previewValue(node))
const pairChild = ([key, value]: readonly [ValueNode, ValueNode]): Child => [keyText(key), value]
const memberChild = (member: ValueNode): Child => [keyText(member), member]

function isEqualLeaf(a: ValueNode, b: ValueNode): boolean {
  const ids = [identityOf(a), identityOf(b)] as const
  if (ids[0] > 0 && ids[1] > 0) return ids[0] === ids[1] && a.kind === b.kind
  return JSON.stringify(a) === JSON.stringify(b)
}

/** The same object, or equal values without identity. */
const isSameItem = (a: ValueNode, b: ValueNode): boolean =>
  identityOf(a) > 0 || identityOf(b) > 0 ? identityOf(a) === identityOf(b) : JSON.stringify(a) === JSON.stringify(b)

function diffItems(before: readonly ValueNode[], after: readonly ValueNode[]): readonly DiffNode[] {
  let start = 0
  let [oldEnd, newEnd] = [before.length, after.length]
  const same = (i: number, j: number): boolean => {
    const [a, b] = [before[i], after[j]]
    return a !== undefined && b !== undefined && isSameItem(a, b)
  }
  while (start < Math.min(oldEnd, newEnd) && same(start, start)) start++
  while (oldEnd > start && newEnd > start && same(oldEnd - 1, newEnd - 1)) [oldEnd, newEnd] = [oldEnd - 1, newEnd - 1]
  const cells = (oldEnd - start) * (newEnd - start)
  const isAligned = cells > 0 && cells <= MAX_ALIGN_CELLS && oldEnd - start !== newEnd - start
  const anchors = [
    ...Array.from({ length: start }, (_, i) => [i, i] as const),
    ...(isAligned ? longestCommon(start, oldEnd, newEnd, same) : []),
    ...Array.from({ length: before.length - oldEnd }, (_, i) => [oldEnd + i, newEnd + i] as const),
  ]
  const nodes: DiffNode[] = []
  let [i, j] = [0, 0]
  for (const [oldAt, newAt] of [...anchors, [before.length, after.length] as const]) {
    // Between two items that stayed, the others are paired by place: an item that was replaced is one change.
    while (i < oldAt && j < newAt) nodes.push(diffNode(String(j), before[i++], after[j++]))
    while (i < oldAt) nodes.push(diffNode(String(i), before[i++], undefined))
    while (j < newAt) nodes.push(diffNode(String(j), undefined, after[j++]))
    if (i < before.length && j < after.length) nodes.push(diffNode(String(j), before[i++], after[j++]))
  }
  return nodes
}

/** Pairs of places of the longest common subsequence of the middles. */
function longestCommon(
  start: number,
  oldEnd: number,
  newEnd: number,
  same: (i: number, j: number) => boolean,
): readonly (readonly [number, number])[] {
  const width = newEnd - start + 1
  const lengths = new Uint32Array((oldEnd - start + 1) * width)
  const at = (i: number, j: number): number => lengths[(i - start) * width + (j - start)] ?? 0
  for (let i = oldEnd - 1; i >= start; i--) {
    for (let j = newEnd - 1; j >= start; j--) {
      lengths[(i - start) * width + (j - start)] = same(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: (readonly [number, number])[] = []
  for (let [i, j] = [start, start]; i < oldEnd && j < newEnd;) {
    if (same(i, j)) pairs.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return pairs
}

/** Rows of what is open. What changed is open unless it was closed; `all` shows what is the same too, closed. */
export function flattenDiff(nodes: readonly DiffNode[], toggled: ReadonlyMap<string, boolean>, all: boolean): readonly DiffRow[] {
  const rows: DiffRow[] = []
  const walk = (node: DiffNode, parent: string, depth: number): void => {
    if (!all && node.sign === 'same') return
    const path = joinPath(parent, `${node.sign === 'removed' ? '-' : ''}${node.name}`)
    const expandable = node.children.some(child => all || child.sign !== 'same')
    const expanded = expandable && (toggled.get(path) ?? node.sign !== 'same')
    rows.push({ path, depth, node, expandable, expanded })
    if (expanded) for (const child of node.children) walk(child, path, depth + 1)
  }
  for (const node of nodes) walk(node, '', 0)
  return rows
}

export type DiffCounts = Readonly<Record<'added' | 'removed' | 'changed' | 'unknown', number>>

/** Innermost differences: an object is not counted beside what changed in it. */
export function countDiff(nodes: readonly DiffNode[]): DiffCounts {
  const counts = { added: 0, removed: 0, changed: 0, unknown: 0 }
  const walk = (node: DiffNode): void => {
    if (node.sign === 'same') return
    const inner = node.children.filter(({ sign }) => sign !== 'same')
    if (inner.length === 0) counts[node.sign]++
    for (const child of inner) walk(child)
  }
  for (const node of nodes) walk(node)
  return counts
}
