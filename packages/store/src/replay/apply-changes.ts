/**
 * A state as a snapshot told it, with changes applied by path. What the snapshot left out (depth, width, redaction) stays marked: a change
 * within such a part is not shown, and counted.
 */
import type { ValueNode } from '@hindscope/protocol'
import { isIndex } from './state-path.ts'

export interface AppliedChange {
  /** Empty: the whole state. */
  readonly keys: readonly string[]
  readonly before?: ValueNode | undefined
  /** Undefined: the path was removed. */
  readonly after: ValueNode | undefined
}

type Container = Extract<ValueNode, { readonly kind: 'object' | 'array' }>
interface OwnObject {
  kind: 'object'
  /** Which object it is now was not recorded. */
  id: 0
  className: string
  size: number
  entries: (readonly [string, ValueNode])[]
}
interface OwnArray {
  kind: 'array'
  id: 0
  size: number
  items: ValueNode[]
}
type Own = OwnObject | OwnArray

const CUT: ValueNode = { kind: 'cut', reason: 'not recorded' }
const HOLE: ValueNode = { kind: 'hole' }
const UNDEFINED: ValueNode = { kind: 'undefined' }
/** Elements that are made up between the end of an array and one that was written behind it. */
const MAX_FILLED = 2000

/** The state after the changes, in their order. `snapshot` is not touched. */
export function applyChanges(
  snapshot: ValueNode | undefined,
  changes: Iterable<AppliedChange>,
): { readonly value: ValueNode; readonly leftOut: number } {
  const fold = new StateFold(snapshot)
  for (const change of changes) fold.apply(change)
  return { value: fold.value, leftOut: fold.leftOut }
}

/** As `applyChanges`, step by step. Nodes that it gave change with the next step. */
export class StateFold {
  leftOut = 0
  private root: ValueNode | undefined
  /** Copies of its own, which are changed in place. */
  private readonly own = new WeakMap<ValueNode, Own>()
  /** Made from what changed alone: there may be more in it. */
  private readonly guessed = new WeakSet<Own>()

  constructor(snapshot: ValueNode | undefined) {
    this.root = snapshot
  }

  get value(): ValueNode {
    return this.root ?? { kind: 'object', id: 0, className: 'Object', size: 0, entries: [] }
  }

  apply({ keys, before, after }: AppliedChange): void {
    const last = keys.at(-1)
    if (last === undefined) {
      this.root = after ?? UNDEFINED
      return
    }
    const container = this.containerOf(keys)
    if (container === 'masked') return
    if (container === undefined || !this.write(container, last, before, after)) this.leftOut++
  }

  /** The container of the last key, ready to be changed. `masked`: whatever changes there is masked too. */
  private containerOf(keys: readonly string[]): Own | 'masked' | undefined {
    this.root ??= this.guess(keys[0] ?? '')
    if (this.root.kind === 'redacted') return 'masked'
    let at = this.owned(this.root)
    if (at !== undefined) this.root = at
    for (let i = 0; i < keys.length - 1 && at !== undefined; i++) {
      const key = keys[i] ?? ''
      const child: ValueNode | undefined = childOf(at, key)
      if (child?.kind === 'redacted') return 'masked'
      const mayBeThere: boolean = child === undefined && (this.guessed.has(at) || isPartial(at))
      const next: Own | undefined = mayBeThere ? this.guess(keys[i + 1] ?? '') : child && this.owned(child)
      if (next !== undefined && next !== child && !this.write(at, key, CUT, next)) return undefined
      at = next
    }
    return at
  }

  private owned(node: ValueNode): Own | undefined {
    const known = this.own.get(node)
    if (known !== undefined) return known
    if (node.kind === 'object') {
      return this.keep({ kind: 'object', id: 0, className: node.className, size: node.size, entries: [...node.entries] })
    }
    return node.kind === 'array' ? this.keep({ kind: 'array', id: 0, size: node.size, items: [...node.items] }) : undefined
  }

  private guess(key: string): Own {
    const made = this.keep(
      isIndex(key) ? { kind: 'array', id: 0, size: 0, items: [] } : { kind: 'object', id: 0, className: 'Object', size: 0, entries: [] },
    )
    this.guessed.add(made)
    return made
  }

  private keep(made: Own): Own {
    this.own.set(made, made)
    return made
  }

  /** False where the state cannot show it. */
  private write(at: Own, key: string, before: ValueNode | undefined, after: ValueNode | undefined): boolean {
    if (at.kind === 'object') {
      writeEntry(at, key, before, after)
      return true
    }
    if (key === 'length') return after?.kind === 'number' && resize(at, Number(after.text))
    if (!isIndex(key)) return false
    return after === undefined ? removeItem(at, Number(key)) : writeItem(at, Number(key), after, this.guessed.has(at))
  }
}

const isPartial = (node: Container): boolean => node.size > (node.kind === 'object' ? node.entries : node.items).length

function childOf(node: ValueNode, key: string): ValueNode | undefined {
  if (node.kind === 'object' || node.kind === 'error') return node.entries.find(([name]) => name === key)?.[1]
  if (node.kind !== 'array') return undefined
  if (key === 'length') return { kind: 'number', text: String(node.size) }
  if (!isIndex(key)) return undefined
  return node.items[Number(key)] ?? (Number(key) < node.size ? CUT : undefined)
}

/** What stands at a path; the mark of what was left out where the path leads into that; undefined when nothing is there. */
export function valueAtPath(state: ValueNode, keys: readonly string[]): ValueNode | undefined {
  let at: ValueNode | undefined = state
  for (const key of keys) {
    if (at === undefined || at.kind === 'cut' || at.kind === 'redacted') return at
    const child = childOf(at, key)
    at = child ?? (at.kind === 'object' && isPartial(at) ? CUT : undefined)
  }
  return at
}

function writeEntry(at: OwnObject, key: string, before: ValueNode | undefined, after: ValueNode | undefined): void {
  const { entries } = at
  const place = entries.findIndex(([name]) => name === key)
  if (after === undefined) {
    if (place !== -1) entries.splice(place, 1)
    // Where the snapshot left entries out, this was one of them.
    if (place !== -1 || at.size > entries.length) at.size--
  } else if (place !== -1) entries[place] = [key, after]
  else {
    const wasLeftOut = isPartial(at) && before !== undefined && before.kind !== 'undefined'
    entries.push([key, after])
    if (!wasLeftOut) at.size++
  }
}

function resize(at: OwnArray, length: number): boolean {
  if (!Number.isInteger(length) || length < 0) return false
  const { items } = at
  const isWhole = items.length === at.size
  if (items.length > length) items.length = length
  if (isWhole && length - items.length <= MAX_FILLED) while (items.length < length) items.push(HOLE)
  at.size = length
  return true
}

function removeItem({ items }: OwnArray, index: number): boolean {
  if (index >= items.length) return false
  items[index] = HOLE
  return true
}

function writeItem(at: OwnArray, index: number, after: ValueNode, isGuessed: boolean): boolean {
  const { items } = at
  const isShown = index - items.length <= MAX_FILLED
  if (isShown) {
    while (items.length < index) items.push(isGuessed || items.length < at.size ? CUT : HOLE)
    items[index] = after
  }
  at.size = Math.max(at.size, index + 1)
  return isShown
}

/** Parts that are copied for objects that stand in a record more than once. */
const MAX_COPIED = 20_000

/**
 * `value` with what it refers to in its place: an object that stands in a record twice is written once, and paths lead to both places. Only
 * references to what they are inside of stay.
 */
export function withoutRefs(value: ValueNode, record: readonly ValueNode[]): ValueNode {
  const known = new Map<number, ValueNode>()
  if (!record.reduce((found, node) => collect(node, known) || found, false)) return value
  let left = MAX_COPIED
  const above = new Set<number>()
  const copy = (node: ValueNode): ValueNode => {
    if (left <= 0) return node
    left--
    if (node.kind === 'ref') {
      const meant = above.has(node.id) ? undefined : known.get(node.id)
      return meant === undefined ? node : copy(meant)
    }
    const id = 'id' in node ? node.id : 0
    if (id > 0) above.add(id)
    const made = mapParts(node, copy)
    if (id > 0) above.delete(id)
    return made
  }
  return copy(value)
}

/** Whether there is a reference anywhere. */
function collect(node: ValueNode, known: Map<number, ValueNode>): boolean {
  if (node.kind === 'ref') return true
  if ('id' in node && node.id > 0) known.set(node.id, node)
  return partsOf(node).reduce((found, part) => collect(part, known) || found, false)
}

function partsOf(node: ValueNode): readonly ValueNode[] {
  if ('items' in node) return node.items
  if ('entries' in node) return node.entries.map(([, value]) => value)
  return node.kind === 'map' ? node.pairs.flat() : []
}

function mapParts(node: ValueNode, map: (part: ValueNode) => ValueNode): ValueNode {
  if ('items' in node) return { ...node, items: node.items.map(map) }
  if ('entries' in node) return { ...node, entries: node.entries.map(([key, value]) => [key, map(value)] as const) }
  return node.kind === 'map' ? { ...node, pairs: node.pairs.map(([key, value]) => [map(key), map(value)] as const) } : node
}

/** A copy of at most so many parts; containers keep their sizes, so that it shows that there is more. */
export function shortened(node: ValueNode, parts: number): ValueNode {
  let left = parts
  const copy = (each: ValueNode): ValueNode => {
    if ('items' in each) return { ...each, items: some(each.items).map(copy) }
    if ('entries' in each) return { ...each, entries: some(each.entries).map(([key, value]) => [key, copy(value)] as const) }
    if (each.kind === 'map') return { ...each, pairs: some(each.pairs).map(([key, value]) => [copy(key), copy(value)] as const) }
    if (each.kind === 'binary') return { ...each, bytes: some(each.bytes) }
    return each
  }
  const some = <T>(list: readonly T[]): readonly T[] => {
    const taken = list.slice(0, Math.max(0, left))
    left -= taken.length
    return taken
  }
  return copy(node)
}

/** Whether two values hold the same, as far as both were recorded. Which objects they are does not count. */
export function isSameContent(a: ValueNode, b: ValueNode): boolean {
  if (a === b || a.kind === 'cut' || b.kind === 'cut' || a.kind === 'ref' || b.kind === 'ref') return true
  if (a.kind === 'object' && b.kind === 'object') return a.className === b.className && isSameObject(a, b)
  if (a.kind === 'array' && b.kind === 'array') return a.size === b.size && areSame(a.items, b.items)
  if (a.kind === 'set' && b.kind === 'set') return a.size === b.size && areSame(a.items, b.items)
  if (a.kind === 'map' && b.kind === 'map') return a.size === b.size && areSame(a.pairs.flat(), b.pairs.flat())
  if (a.kind === 'error' && b.kind === 'error') return a.className === b.className && a.message === b.message
  return a.kind === b.kind && JSON.stringify({ ...a, id: 0 }) === JSON.stringify({ ...b, id: 0 })
}

const areSame = (a: readonly ValueNode[], b: readonly ValueNode[]): boolean =>
  a.slice(0, b.length).every((node, i) => isSameContent(node, b[i] ?? UNDEFINED))

function isSameObject(a: Extract<ValueNode, { kind: 'object' }>, b: Extract<ValueNode, { kind: 'object' }>): boolean {
  const others = new Map(b.entries)
  const [isWhole, isOtherWhole] = [!isPartial(a), !isPartial(b)]
  if (isWhole && isOtherWhole && a.size !== b.size) return false
  return a.entries.every(([key, value]) => {
    const other = others.get(key)
    return other === undefined ? !isOtherWhole : isSameContent(value, other)
  })
}
