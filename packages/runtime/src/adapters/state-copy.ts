/**
 * Copies of states that the program changes in place. Parts that have not changed since the copy before are the same objects in both, so the
 * comparison passes them over. Read as recorded values are: own data descriptors, nothing of a proxy, Map, Set and Date by their slots.
 */
import {
  SafeWeakSet,
  dateTime,
  define,
  hasOwn,
  isArray,
  isLazyStack,
  keysOf,
  mapEntries,
  mapIteratorNext,
  mapSize,
  ownDescriptor,
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
   * PERF: most states are as they were but for one place, so nothing is made before something differs. The copy before is ours: its values are read
   * as they are, unless it has accessors – bench/runtime/adapters.bench.mjs
   */
  private object(value: object, before: unknown, level: number): object {
    const old = isContainer(before) && !isArray(before) ? (before as Record<string, unknown>) : undefined // SAFE: an earlier copy
    const names = keysOf(value)
    this.left -= names.length
    let copy: Record<string, unknown> | undefined = old === undefined ? {} : undefined
    let count = 0
    for (let i = 0; i < names.length && this.left >= 0; i++) {
      const key = names[i]
      if (typeof key !== 'string' || isLazyStack(value, key)) continue
      const descriptor = ownDescriptor(value, key)
      if (descriptor === undefined) continue
      const was = old && ownDescriptor(old, key)
      const isData = hasOwn(descriptor, 'value')
      if (!isData) this.hasAccessor = true
      const item = isData ? this.copy(descriptor.value, was?.value, level + 1) : undefined
      const isSame =
        was !== undefined && (isData ? hasOwn(was, 'value') && Object.is(was.value, item) : was.get === descriptor.get && was.set === descriptor.set)
      if (!isSame && copy === undefined) copy = this.firstOf(old as object, names, i) // SAFE: without an old one there is a copy
      count++
      // An accessor of the copy is never called: it says that there is one.
      if (copy !== undefined) put(copy, key, isData ? item : undefined, isData ? undefined : descriptor)
    }
    if (old === undefined || copy !== undefined || keysOf(old).length === count) return copy ?? old ?? {}
    return this.firstOf(old, names, names.length)
  }

  /** A new object with what `old` has for the first of these names. */
  private firstOf(old: object, names: readonly PropertyKey[], end: number): Record<string, unknown> {
    const copy: Record<string, unknown> = {}
    for (let i = 0; i < end; i++) {
      const key = names[i]
      const was = typeof key === 'string' ? ownDescriptor(old, key) : undefined
      if (was !== undefined) put(copy, key as string, was.value, hasOwn(was, 'value') ? undefined : was) // SAFE: tested in the line above
    }
    return copy
  }

  private array(value: readonly unknown[], before: unknown, level: number): readonly unknown[] {
    const old: readonly unknown[] | undefined = isContainer(before) && isArray(before) ? before : undefined
    this.left -= value.length
    let copy: unknown[] | undefined = old === undefined || old.length !== value.length ? [] : undefined
    for (let i = 0; i < value.length && this.left >= 0; i++) {
      const descriptor = ownDescriptor(value, i)
      const isThere = descriptor !== undefined && hasOwn(descriptor, 'value')
      if (descriptor !== undefined && !isThere) this.hasAccessor = true
      const wasThere = old !== undefined && hasOwn(old, i)
      const item = isThere ? this.copy(descriptor.value, wasThere ? old[i] : undefined, level + 1) : undefined
      if (copy === undefined && (isThere !== wasThere || (isThere && !Object.is((old as readonly unknown[])[i], item)))) copy = firstItems(old, i) // SAFE: without an old one there is a copy
      if (copy !== undefined && isThere) copy[i] = item
    }
    if (copy !== undefined && copy.length < value.length && this.left >= 0) copy.length = value.length
    return copy ?? old ?? []
  }

  /** Maps, sets and dates; everything else stands for itself. */
  private collection(value: object, before: unknown, level: number): unknown {
    const old = typeof before === 'object' && before !== null && made.has(before) ? before : undefined
    const size = slot(mapSize, value)
    if (size !== undefined) return this.map(value, size, old, level)
    const count = slot(setSize, value)
    if (count !== undefined) return this.set(value, count, old)
    const time = slot(dateTime, value)
    if (time === undefined) return value
    return old && Object.is(slot(dateTime, old), time) ? old : madeHere(new Date(time))
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
    return isSame ? old : madeHere(copy)
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
    return isSame ? old : madeHere(copy)
  }
}

function firstItems(old: readonly unknown[] | undefined, end: number): unknown[] {
  const copy: unknown[] = []
  for (let i = 0; i < end; i++) if (old !== undefined && hasOwn(old, i)) copy[i] = old[i]
  return copy
}

/** What `key` would mean to an object that has not got it (`__proto__`) does not matter. */
function put(copy: Record<string, unknown>, key: string, value: unknown, accessor?: PropertyDescriptor): void {
  if (accessor !== undefined) define(copy, key, { ...accessor, enumerable: true, configurable: true })
  else if (key in copy) define(copy, key, { value, writable: true, enumerable: true, configurable: true })
  else copy[key] = value
}

// Captured when the module loads, as intrinsics.ts does.
const { get: mapGet, has: mapHas, set: mapSet } = Map.prototype
const { add: setAdd, has: setHas } = Set.prototype
/** Copies of collections: nothing of the program is among them. */
const made = new SafeWeakSet<object>()

function madeHere(copy: object): object {
  made.add(copy)
  return copy
}

/** What an internal slot of the value holds; undefined when it has none. */
export function slot<T>(read: (target: object) => T, value: object): T | undefined {
  try {
    return read(value)
  } catch {
    return undefined // SAFE: it has no such slot.
  }
}
