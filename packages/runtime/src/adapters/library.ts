/**
 * Adapters of libraries: what a program got from a known library (protocol/libraries.ts) is handed to the library's adapter, which observes
 * it by the library's own means where there are such, and otherwise patches its methods. Each is a file of `../libraries` that only programs
 * which use the library load.
 */
import { findHook } from '../hook-object.ts'
import { watchOf } from '../library-watch.ts'
import type { LibraryAdapter } from './library-adapter.ts'

export type { LibraryAdapter } from './library-adapter.ts'

/** Hands a value over by hand, and gives it back: for what the program gets from code that is not instrumented. Never throws. */
export type Observe = <T>(value: T, name?: string) => T

/** Makes the adapter known to the realm's recorder. A second one of the same name is left out: two copies would record everything twice. */
export function registerLibrary(adapter: LibraryAdapter, library: string): Observe {
  const hook = findHook(globalThis)
  if (hook === undefined || hook === 'foreign') return value => value
  watchOf(hook).add(adapter)
  return (value, name = '') => hook.lb(adapter.id, `${library} ${name}`, value)
}
