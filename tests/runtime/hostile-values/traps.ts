/** Every way in which a hostile value notices that it was read. */
let calls = 0

export const trap = (): never => {
  calls++
  // Not an Error: what a program throws can be anything.
  throw { hostile: true }
}

/** How often a trap ran since it was asked last. */
export function takeCalls(): number {
  const before = calls
  calls = 0
  return before
}

/** A noisy part of a value that does no harm when it runs. */
export function notice<T>(value: T): T {
  calls++
  return value
}

export type Row = readonly [label: string, make: () => unknown, shown?: RegExp]

export const TRAP_NAMES = [
  'apply',
  'construct',
  'defineProperty',
  'deleteProperty',
  'get',
  'getOwnPropertyDescriptor',
  'getPrototypeOf',
  'has',
  'isExtensible',
  'ownKeys',
  'preventExtensions',
  'set',
  'setPrototypeOf',
] as const

/** Calls `trap` whatever is done to the proxy. */
export const noisyProxy = (target: object): object => new Proxy(target, Object.fromEntries(TRAP_NAMES.map(name => [name, trap])))

export const accessor = (target: object, key: PropertyKey): object =>
  Object.defineProperty(target, key, { get: trap, set: trap, enumerable: true, configurable: true })
