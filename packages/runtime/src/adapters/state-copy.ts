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

  private object(value: object, before: unknown, level: number): object {
    const old = isContainer(before) && !isArray(before) ? before : undefined
    const copy = {}
    const names = keysOf(value)
    let count = 0
    let isSame = old !== undefined
    this.left -= names.length
    for (let i = 0; i < names.length && this.left >= 0; i++) {
      const key = names[i]
      if (typeof key !== 'string' || isLazyStack(value, key)) continue
      const descriptor = ownDescriptor(value, key)
      if (descriptor === undefined) continue
      count++
      const was = old && ownDescriptor(old, key)
      if (!hasOwn(descriptor, 'value')) {
        this.hasAccessor = true
        // An accessor of the copy is never called: it says that there is one.
        define(copy, key, { ...descriptor, enumerable: true, configurable: true })
        if (was?.get !== descriptor.get || was?.set !== descriptor.set) isSame = false
        continue
      }
      const item = this.copy(descriptor.value, was?.value, level + 1)
      define(copy, key, { value: item, writable: true, enumerable: true, configurable: true })
      if (was === undefined || !hasOwn(was, 'value') || !Object.is(was.value, item)) isSame = false
    }
    return old !== undefined && isSame && keysOf(old).length === count ? old : copy
  }

  private array(value: readonly unknown[], before: unknown, level: number): readonly unknown[] {
    const old: readonly unknown[] | undefined = isContainer(before) && isArray(before) ? before : undefined
    const copy: unknown[] = []
    let isSame = old?.length === value.length
    this.left -= value.length
    for (let i = 0; i < value.length && this.left >= 0; i++) {
      const descriptor = ownDescriptor(value, i)
      const was = old && ownDescriptor(old, i)
      if (descriptor !== undefined && !hasOwn(descriptor, 'value')) this.hasAccessor = true
      else if (descriptor !== undefined) copy[i] = this.copy(descriptor.value, was?.value, level + 1)
      if (hasOwn(copy, i) !== (was !== undefined) || !Object.is(was?.value, copy[i])) isSame = false
    }
    if (copy.length < value.length && this.left >= 0) copy.length = value.length
    return old !== undefined && isSame ? old : copy
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

// Captured when the module loads, as intrinsics.ts does.
const { get: mapGet, has: mapHas, set: mapSet } = Map.prototype
const { add: setAdd, has: setHas } = Set.prototype
/** Copies of collections: nothing of the program is among them. */
const made = new SafeWeakSet<object>()

function madeHere(copy: object): object {
  made.add(copy)
  return copy
}

function slot<T>(read: (target: object) => T, value: object): T | undefined {
  try {
    return read(value)
  } catch {
    return undefined // SAFE: it has no such slot.
  }
}
