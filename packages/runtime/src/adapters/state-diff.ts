/**
 * What changed between two states, as paths that JavaScript would read them by: `items[0].price`, `['a-b'].c`.
 *
 * Only arrays and plain objects are looked into, by own data descriptors; everything else (instances, Map, Set, Date, proxies, functions) is
 * compared by identity. What is the same object in both states is passed over with all that it holds. Symbols are no part of a path, so keys
 * of this kind are passed over too.
 */
import { hasOwn, isArray, isLazyStack, namesOf, ownDescriptor, prototypeOf } from '../recorder/intrinsics.ts'
import { isProxy } from './library-proxies.ts'

export interface Change {
  readonly path: string
  /** Own keys and indexes from the root on. */
  readonly keys: readonly string[]
  readonly before: unknown
  readonly after: unknown
  readonly isRemoved: boolean
}

/** Changes of one step; more of them say less than the state as a whole. */
const MAX_CHANGES = 100
/** Containers inside each other; what is deeper changes as a whole. */
export const MAX_LEVELS = 12
/** Properties and items that one comparison looks at. */
const MAX_COMPARED = 20_000

export { isProxy }

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** An own property that is data, undefined for all else. */
export const dataOf = (value: unknown, key: PropertyKey): unknown =>
  (isObject(value) || typeof value === 'function') && !isProxy(value) && !isLazyStack(value, key) ? ownDescriptor(value, key)?.value : undefined

/** An array or a plain object of any realm. */
export function isContainer(value: unknown): value is object {
  if (!isObject(value) || isProxy(value)) return false
  if (isArray(value)) return true
  const prototype = prototypeOf(value)
  return prototype === null || (!isProxy(prototype) && prototypeOf(prototype) === null)
}

/** The changes that make `before` into `after`, in order; undefined when they are too many, or cannot be told by paths. */
export function changesBetween(before: unknown, after: unknown): readonly Change[] | undefined {
  if (Object.is(before, after)) return []
  if (!areAlike(before, after)) return undefined
  const comparison = new Comparison()
  return comparison.compare(before as object, after as object, 0) ? comparison.changes : undefined // SAFE: `areAlike` says so
}

const areAlike = (before: unknown, after: unknown): boolean => isContainer(before) && isContainer(after) && isArray(before) === isArray(after)

/** What `own` gives for a key that there is not, and for one that holds no data. */
const ABSENT: unique symbol = Symbol('absent')
const UNREADABLE: unique symbol = Symbol('unreadable')

function own(object: object, key: string): unknown {
  if (isLazyStack(object, key)) return UNREADABLE
  const descriptor = ownDescriptor(object, key)
  if (descriptor === undefined) return ABSENT
  return hasOwn(descriptor, 'value') ? descriptor.value : UNREADABLE
}

class Comparison {
  readonly changes: Change[] = []
  private readonly keys: string[] = []
  private compared = 0

  /** False when there is too much to tell. */
  compare(before: object, after: object, level: number): boolean {
    if (isArray(before) && isArray(after)) return this.compareArrays(before, after, level)
    const old = namesOf(before) as string[] // SAFE: names are texts, here and below
    const names = namesOf(after) as string[]
    this.compared += old.length + names.length
    if (this.compared > MAX_COMPARED) return false
    for (let i = 0; i < old.length; i++) {
      const key = old[i] as string // SAFE: i is below the length, here and below
      if (!hasOwn(after, key) && !this.compareKey(before, after, key, level)) return false
    }
    for (let i = 0; i < names.length; i++) if (!this.compareKey(before, after, names[i] as string, level)) return false
    return true
  }

  private compareArrays(before: readonly unknown[], after: readonly unknown[], level: number): boolean {
    this.compared += Math.max(before.length, after.length)
    if (this.compared > MAX_COMPARED) return false
    if (after.length < before.length) this.add('length', before.length, after.length)
    for (let i = 0; i < after.length; i++) if (!this.compareKey(before, after, String(i), level)) return false
    const isHoleLast = after.length > before.length && own(after, String(after.length - 1)) === ABSENT
    if (isHoleLast) this.add('length', before.length, after.length)
    return this.changes.length <= MAX_CHANGES
  }

  private compareKey(before: object, after: object, key: string, level: number): boolean {
    const old = own(before, key)
    const value = own(after, key)
    if (Object.is(old, value)) return true
    if (old === UNREADABLE || value === UNREADABLE) return false
    if (level + 1 < MAX_LEVELS && areAlike(old, value)) {
      this.keys.push(key)
      const isTold = this.compare(old as object, value as object, level + 1) // SAFE: `areAlike` says so
      this.keys.pop()
      return isTold
    }
    this.add(key, old === ABSENT ? undefined : old, value)
    return this.changes.length <= MAX_CHANGES
  }

  private add(key: string, before: unknown, after: unknown): void {
    const keys = [...this.keys, key]
    const isRemoved = after === ABSENT
    this.changes.push({ path: pathOf(keys), keys, before, after: isRemoved ? undefined : after, isRemoved })
  }
}

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u
const INDEX = /^(?:0|[1-9]\d{0,14})$/
const ESCAPED = /[\\'\n\r\u2028\u2029]/g
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\n': '\\n', '\r': '\\r', '\u2028': '\\u2028', '\u2029': '\\u2029' }

/** As JavaScript reads it, without the name of the root. */
export function pathOf(keys: readonly string[]): string {
  let path = ''
  for (const key of keys) {
    if (INDEX.test(key)) path += `[${key}]`
    else if (NAME.test(key)) path += path === '' ? key : `.${key}`
    else path += `['${key.replace(ESCAPED, character => ESCAPES[character] ?? character)}']`
  }
  return path
}
