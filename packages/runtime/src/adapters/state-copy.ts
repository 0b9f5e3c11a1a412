/**
 * Copies of states that the program changes in place. Parts that have not changed since the copy before are the same objects in both, so the
 * comparison passes them over. Read as recorded values are: own data descriptors, nothing of a proxy, Map, Set and Date by their slots.
 */
import {
  arrayPrototype,
  dateTime,
  define,
  getterOf,
  hasOwn,
  isArray,
  isLazyStack,
  mapEntries,
  mapIteratorNext,
  mapSize,
  namesOf,
  objectPrototype,
  ownDescriptor,
  prototypeOf,
  reflectApply,
  setIteratorNext,
  setSize,
  setValues,
} from '../recorder/intrinsics.ts'
import { MAX_LEVELS, isContainer } from './state-diff.ts'

/** What stands for a value: the state behind an observable or a ref; the value itself where it is none. Must run no code of the program. */
export type Unwrap = (value: unknown) => unknown

/** Properties and items of one copy. */
const MAX_COPIED = 20_000

export interface StateCopy {
  readonly copy: unknown
  /** Properties and items that were read. */
  readonly entries: number
  /** Something in it is not data: the copy has the accessor, which nobody calls. */
  readonly hasAccessor: boolean
}

/** The copy; undefined for a state that is too large. `before`: an earlier copy of it, or undefined. */
export function copyState(state: unknown, before: unknown, unwrap: Unwrap): StateCopy | undefined {
  const copier = new Copier(unwrap)
  const copy = copier.copy(state, before, 0)
  return copier.left < 0 ? undefined : { copy, entries: MAX_COPIED - copier.left, hasAccessor: copier.hasAccessor }
}

class Copier {
  left = MAX_COPIED
  hasAccessor = false
  private readonly unwrap: Unwrap

  constructor(unwrap: Unwrap) {
    this.unwrap = unwrap
  }

  copy(value: unknown, before: unknown, level: number): unknown {
    const plain = this.unwrap(value)
    if (typeof plain !== 'object' || plain === null || level >= MAX_LEVELS || this.left < 0) return plain
    if (isContainer(plain)) return isArray(plain) ? this.array(plain, before, level) : this.object(plain, before, level)
    return this.collection(plain, before, level)
  }

  /**
   * PERF: most states are as they were but for one place, so nothing is made before something differs, and values that hold nothing are compared
   * here. `getOwnPropertyNames` has the names at hand where all are enumerable, `ownKeys` never – bench/runtime/adapters.bench.mjs
   */
  private object(value: object, before: unknown, level: number): object {
    const old = Copied.is(before) && !isArray(before) ? (before as Record<string, unknown>) : undefined // SAFE: a copy that is no array
    const hadAccessor = old !== undefined && Copied.hasAccessor(old)
    const names = namesOf(value) as string[] // SAFE: names are texts
    this.left -= names.length
    let copy: Record<string, unknown> | undefined = old === undefined ? {} : undefined
    let count = 0
    let hasAccessor = false
    for (let i = 0; i < names.length && this.left >= 0; i++) {
      const key = names[i] as string // SAFE: i is below the length
      if (key === 'stack' && isLazyStack(value, key)) continue
      const descriptor = ownDescriptor(value, key)
      if (descriptor === undefined) continue
      count++
      const accessorBefore = hadAccessor ? accessorOf(old, key) : undefined
      const was = accessorBefore === undefined ? old?.[key] : undefined
      if (!hasOwn(descriptor, 'value')) {
        hasAccessor = true
        const isSame = accessorBefore?.get === descriptor.get && accessorBefore?.set === descriptor.set
        if (!isSame) copy ??= firstOf(old, names, i)
        if (copy !== undefined) putAccessor(copy, key, descriptor)
        continue
      }
      const item = isOpaque(descriptor.value) ? descriptor.value : this.copy(descriptor.value, was, level + 1)
      const isSame = Object.is(was, item) && accessorBefore === undefined && (was !== undefined || (old !== undefined && hasOwn(old, key)))
      if (!isSame) copy ??= firstOf(old, names, i)
      if (copy !== undefined) put(copy, key, item)
    }
    if (old !== undefined && copy === undefined && Copied.sizeOf(old) !== count) copy = firstOf(old, names, names.length)
    if (hasAccessor) this.hasAccessor = true
    return copy === undefined ? (old as object) : Copied.mark(copy, count, hasAccessor) // SAFE: without an old one there is a copy
  }

  private array(value: readonly unknown[], before: unknown, level: number): readonly unknown[] {
    const old: readonly unknown[] | undefined = Copied.is(before) && isArray(before) ? before : undefined
    this.left -= value.length
    let copy: unknown[] | undefined = old === undefined || old.length !== value.length ? [] : undefined
    const isPlain = prototypeOf(value) === arrayPrototype && prototypeOf(arrayPrototype) === objectPrototype
    for (let i = 0; i < value.length && this.left >= 0; i++) {
      // PERF: cheaper than a descriptor – bench/runtime/adapters.bench.mjs
      const isReadable = isPlain && getterOf(value, i) === undefined
      const descriptor = isReadable ? undefined : ownDescriptor(value, i)
      const isThere = isReadable ? hasOwn(value, i) : descriptor !== undefined && hasOwn(descriptor, 'value')
      if (descriptor !== undefined && !isThere) this.hasAccessor = true
      const was = old?.[i]
      const wasThere = was !== undefined || (old !== undefined && hasOwn(old, i))
      const found: unknown = isThere ? (isReadable ? value[i] : descriptor?.value) : undefined
      const item = isOpaque(found) ? found : this.copy(found, was, level + 1)
      if (copy === undefined && (isThere !== wasThere || (isThere && !Object.is(was, item)))) copy = firstItems(old, i)
      if (copy !== undefined && isThere) copy[i] = item
    }
    if (copy !== undefined && copy.length < value.length && this.left >= 0) copy.length = value.length
    return copy === undefined ? (old as readonly unknown[]) : Copied.mark(copy, value.length) // SAFE: without an old one there is a copy
  }

  /** Maps, sets and dates; everything else stands for itself. */
  private collection(value: object, before: unknown, level: number): unknown {
    const old = Copied.is(before) ? before : undefined
    const size = slot(mapSize, value)
    if (size !== undefined) return this.map(value, size, old, level)
    const count = slot(setSize, value)
    if (count !== undefined) return this.set(value, count, old)
    const time = slot(dateTime, value)
    if (time === undefined) return value
    return old && Object.is(slot(dateTime, old), time) ? old : Copied.mark(new Date(time), 0)
  }

  private map(value: object, size: number, before: object | undefined, level: number): unknown {
    const old = before && slot(mapSize, before) !== undefined ? before : undefined
    const copy = new Map<unknown, unknown>()
    let isSame = old !== undefined && mapSize(old) === size
    this.left -= size
    const entries = mapEntries(value)
    for (let next = mapIteratorNext(entries); !next.done && this.left >= 0; next = mapIteratorNext(entries)) {
      const [key, item] = next.value
      const was: unknown = old && reflectApply(mapGet, old, [key])
      const copied = this.copy(item, was, level + 1)
      reflectApply(mapSet, copy, [key, copied])
      if (!Object.is(was, copied) || (was === undefined && old && !reflectApply(mapHas, old, [key]))) isSame = false
    }
    return isSame ? old : Copied.mark(copy, size)
  }

  private set(value: object, size: number, before: object | undefined): unknown {
    const old = before && slot(setSize, before) !== undefined ? before : undefined
    const copy = new Set<unknown>()
    let isSame = old !== undefined && setSize(old) === size
    this.left -= size
    const values = setValues(value)
    for (let next = setIteratorNext(values); !next.done && this.left >= 0; next = setIteratorNext(values)) {
      reflectApply(setAdd, copy, [next.value])
      if (old && !reflectApply(setHas, old, [next.value])) isSame = false
    }
    return isSame ? old : Copied.mark(copy, size)
  }
}

/** A new object with what `old` has for the first of these names. */
function firstOf(old: object | undefined, names: readonly string[], end: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (let i = 0; i < end; i++) {
    const key = names[i] as string // SAFE: the caller's index is below the length
    const was = old && ownDescriptor(old, key)
    if (was === undefined) continue
    if (hasOwn(was, 'value')) put(copy, key, was.value)
    else putAccessor(copy, key, was)
  }
  return copy
}

function firstItems(old: readonly unknown[] | undefined, end: number): unknown[] {
  const copy: unknown[] = []
  for (let i = 0; i < end; i++) if (old !== undefined && hasOwn(old, i)) copy[i] = old[i]
  return copy
}

/** Of a copy that has some. */
function accessorOf(copy: object | undefined, key: string): PropertyDescriptor | undefined {
  const descriptor = copy && ownDescriptor(copy, key)
  return descriptor === undefined || hasOwn(descriptor, 'value') ? undefined : descriptor
}

/** It is never called: it says that there is one. */
function putAccessor(copy: object, key: string, accessor: PropertyDescriptor): void {
  define(copy, key, { ...accessor, enumerable: true, configurable: true })
}

/** Nothing lies in it, and nothing stands for it. */
const isOpaque = (value: unknown): boolean => (typeof value !== 'object' && typeof value !== 'function') || value === null

/** What `key` would mean to an object that has not got it (`__proto__`) does not matter. */
function put(copy: Record<string, unknown>, key: string, value: unknown): void {
  if (key in copy) define(copy, key, { value, writable: true, enumerable: true, configurable: true })
  else copy[key] = value
}

// Captured when the module loads, as intrinsics.ts does.
const { get: mapGet, has: mapHas, set: mapSet } = Map.prototype
const { add: setAdd, has: setHas } = Set.prototype

/**
 * What is a copy of ours, by a private field: asked of a proxy it runs no trap, and no copy of the file takes another's for its own. Nothing of the
 * program is among them, so the values of one are read as they are, unless it has accessors.
 */
class Copied extends (function (this: unknown, copy: object) {
  return copy
} as unknown as new (copy: object) => object) {
  /** Properties or items. Counted here: V8 has the names of an object with a private field no longer at hand. */
  readonly #size: number
  readonly #hasAccessor: boolean

  private constructor(copy: object, size: number, hasAccessor: boolean) {
    super(copy)
    this.#size = size
    this.#hasAccessor = hasAccessor
  }

  static mark<T extends object>(copy: T, size: number, hasAccessor = false): T {
    new Copied(copy, size, hasAccessor)
    return copy
  }

  static is(value: unknown): value is object {
    return typeof value === 'object' && value !== null && #size in value
  }

  static sizeOf(copy: object): number {
    return (copy as Copied).#size // SAFE: `is` says so, here and below
  }

  static hasAccessor(copy: object): boolean {
    return (copy as Copied).#hasAccessor
  }
}

/** What an internal slot of the value holds; undefined when it has none. */
export function slot<T>(read: (target: object) => T, value: object): T | undefined {
  try {
    return read(value)
  } catch {
    return undefined // SAFE: it has no such slot.
  }
}
