/** Properties of the program's objects, read without running anything of the program's. */
import { nodeBuiltin, ownDescriptor, prototypeOf } from '../recorder/intrinsics.ts'

/** By realm of this module; nothing is asked where there is no Node. */
export const isProxy: (value: unknown) => boolean = nodeBuiltin<typeof import('node:util')>('node:util')?.types.isProxy ?? (() => false)

/** An own property that is data, undefined for others. */
export const dataOf = (object: object, key: PropertyKey): unknown => (isProxy(object) ? undefined : ownDescriptor(object, key)?.value)

/** The nearest of `object` and its prototypes that has all these methods itself; undefined when there is none, or a Proxy is in the way. */
export function prototypeWith(object: object, methods: readonly string[]): object | undefined {
  for (let at: object | null = object; at !== null && !isProxy(at); at = prototypeOf(at)) {
    let found = 0
    while (found < methods.length && typeof ownDescriptor(at, methods[found] as string)?.value === 'function') found++ // SAFE: below the length
    if (found === methods.length) return at
  }
  return undefined
}

/** Whether the object or one of its prototypes is what `test` looks for. */
export function isFound(object: object, test: (at: object) => boolean): boolean {
  for (let at: object | null = object; at !== null && !isProxy(at); at = prototypeOf(at)) if (test(at)) return true
  return false
}
