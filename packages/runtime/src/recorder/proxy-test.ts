/**
 * Tells proxies from other objects without touching them. Node knows; browsers do not, so there the proxies that were made while the
 * registry adapter was attached are remembered, and others (made before, or in another frame) cannot be recognised.
 */
import { SafeWeakSet, nodeBuiltin } from './intrinsics.ts'

/** Proxies that the browser's registry adapter saw being made. */
export const knownProxies: SafeWeakSet<WeakKey> = new SafeWeakSet()

export const isProxy: (value: object) => boolean =
  nodeBuiltin<typeof import('node:util')>('node:util')?.types.isProxy ?? (value => knownProxies.has(value))
