/** Replaces methods so that programs do not notice, and puts them back. */
import { SafeWeakMap, define, keysOf, ownDescriptor, prototypeOf, reflectApply, reflectConstruct, setPrototype } from '../recorder/intrinsics.ts'
import type { Detach } from './adapter.ts'

type AnyFunction = (this: unknown, ...args: never[]) => unknown

const originals = new SafeWeakMap<WeakKey, AnyFunction>()

/** What a wrapper made by `patchMethod` stands for. */
export const originalOf = (value: unknown): AnyFunction | undefined => (typeof value === 'function' ? originals.get(value) : undefined)

/** Whether the patch still does anything: code may hold the wrapper longer than the adapter is attached. */
export interface PatchState {
  isActive: boolean
}

/**
 * Replaces the own method `key` of `target` by what `wrap` makes of it. Name, length and every other own property of the original are on
 * the wrapper too (util.promisify.custom). Detaching puts the descriptor back, unless someone else has patched over it: then the wrapper
 * stays in their chain and passes through. Undefined when there is no such method or it is locked.
 */
export function patchMethod(target: object, key: PropertyKey, wrap: (original: AnyFunction, state: PatchState) => AnyFunction): Detach | undefined {
  const descriptor = ownDescriptor(target, key)
  const original: unknown = descriptor?.value
  if (descriptor === undefined || typeof original !== 'function' || (descriptor.configurable !== true && descriptor.writable !== true))
    return undefined
  const state: PatchState = { isActive: true }
  const wrapper = wrap(original as AnyFunction, state) // SAFE: typeof says so
  copyOwn(original, wrapper)
  originals.set(wrapper, original as AnyFunction) // SAFE: as above
  if (!define(target, key, { ...descriptor, value: wrapper })) return undefined
  return () => {
    state.isActive = false
    if (ownDescriptor(target, key)?.value === wrapper) define(target, key, descriptor)
  }
}

/**
 * Replaces the class `key` of every target by one that tells of each object it makes. The class keeps name, length, statics and its
 * prototype object, whose `constructor` is the stand-in meanwhile; subclasses construct what they would. `prepare` may change arguments.
 * Undefined when it is locked.
 */
export function patchConstructor(
  targets: readonly object[],
  key: string,
  made: (instance: object, args: readonly unknown[]) => void,
  prepare?: (args: unknown[]) => void,
): Detach | undefined {
  const original: unknown = targets[0] && ownDescriptor(targets[0], key)?.value
  if (typeof original !== 'function') return undefined
  const native = original as new (...args: unknown[]) => object // SAFE: callers name classes
  const state: PatchState = { isActive: true }
  function Class(...args: unknown[]): object {
    // Called as a function: the class's own error.
    if (new.target === undefined) return reflectApply(original as () => object, undefined, args as never) // SAFE: typeof says so
    if (state.isActive) prepare?.(args)
    const instance = reflectConstruct(native, args, new.target === Class ? native : new.target) as object // SAFE: constructors give objects
    if (state.isActive) made(instance, args)
    return instance
  }
  copyOwn(original, Class)
  const prototype = native.prototype as object // SAFE: a class has one
  define(Class, 'prototype', { value: prototype, writable: false })
  setPrototype(Class, prototypeOf(original))
  originals.set(Class, original as AnyFunction) // SAFE: as above
  const places = [...targets.map(target => [target, key] as const), [prototype, 'constructor'] as const]
  return combine(
    places.map(([target, name]) => {
      const descriptor = ownDescriptor(target, name)
      if (descriptor?.value !== original || !define(target, name, { ...descriptor, value: Class })) return undefined
      return () => {
        state.isActive = false
        if (ownDescriptor(target, name)?.value === Class) define(target, name, descriptor)
      }
    }),
  )
}

function copyOwn(from: object, to: object): void {
  for (const name of keysOf(from)) {
    const own = ownDescriptor(from, name)
    if (own !== undefined && name !== 'prototype') define(to, name, own)
  }
}

/** As `patchMethod` for an accessor: what is set goes through `toStored`, what is read through `toShown`. */
export function patchAccessor(
  target: object,
  key: string,
  toStored: (holder: unknown, value: unknown) => unknown,
  toShown: (value: unknown) => unknown,
): Detach | undefined {
  const descriptor = ownDescriptor(target, key)
  const { get, set } = descriptor ?? {}
  if (descriptor?.configurable !== true || get === undefined || set === undefined) return undefined
  const state: PatchState = { isActive: true }
  const methods = {
    get(this: unknown): unknown {
      return toShown(reflectApply(get, this, []))
    },
    set(this: unknown, value: unknown): void {
      reflectApply(set, this, [state.isActive ? toStored(this, value) : value])
    },
  }
  copyOwn(get, methods.get)
  copyOwn(set, methods.set)
  originals.set(methods.get, get)
  originals.set(methods.set, set)
  if (!define(target, key, { ...descriptor, get: methods.get, set: methods.set })) return undefined
  return () => {
    state.isActive = false
    if (ownDescriptor(target, key)?.set === methods.set) define(target, key, descriptor)
  }
}

/** Detaches all, in reverse order; undefined when there is nothing to detach. */
export function combine(detachers: readonly (Detach | undefined)[]): Detach | undefined {
  const present = detachers.filter(detach => detach !== undefined)
  if (present.length === 0) return undefined
  return () => {
    for (const detach of present.toReversed()) detach()
  }
}

/** An own data property that is an object or a function. */
export function objectAt(target: object, key: string): object | undefined {
  const value: unknown = Reflect.get(target, key)
  return (typeof value === 'object' && value !== null) || typeof value === 'function' ? value : undefined
}
