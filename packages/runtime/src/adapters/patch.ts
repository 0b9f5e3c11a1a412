/** Replaces methods so that programs do not notice, and puts them back. */
import { SafeWeakMap, define, keysOf, ownDescriptor } from '../recorder/intrinsics.ts'
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
export function patchMethod(target: object, key: string, wrap: (original: AnyFunction, state: PatchState) => AnyFunction): Detach | undefined {
  const descriptor = ownDescriptor(target, key)
  const original: unknown = descriptor?.value
  if (descriptor === undefined || typeof original !== 'function' || (descriptor.configurable !== true && descriptor.writable !== true))
    return undefined
  const state: PatchState = { isActive: true }
  const wrapper = wrap(original as AnyFunction, state) // SAFE: typeof says so
  for (const name of keysOf(original)) {
    const own = ownDescriptor(original, name)
    if (own !== undefined && name !== 'prototype') define(wrapper, name, own)
  }
  originals.set(wrapper, original as AnyFunction) // SAFE: as above
  if (!define(target, key, { ...descriptor, value: wrapper })) return undefined
  return () => {
    state.isActive = false
    if (ownDescriptor(target, key)?.value === wrapper) define(target, key, descriptor)
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
