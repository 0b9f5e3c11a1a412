/**
 * Adapters of libraries: what a program got from a known library (protocol/libraries.ts) is handed to the library's adapter, which observes
 * it by the library's own means where there are such, and otherwise patches its methods. Each is a file of `../libraries` that only programs
 * which use the library load.
 */
import type { LibraryResult } from '@hindscope/protocol'
import { findHook } from '../hook-object.ts'
import { watchOf } from '../library-watch.ts'
import type { Detach, RecorderAccess } from './adapter.ts'

export interface LibraryAdapter {
  /** Name of its file; see KnownLibrary. */
  readonly id: string
  /** Called once a recorder, as soon as the adapter is loaded: the library itself may not be there yet. */
  readonly attach?: (recorder: RecorderAccess, realm: object) => Detach | undefined
  /** Called before each value that the program gets from any library: what the adapter waits for may have come. */
  readonly look?: (recorder: RecorderAccess) => void
  /**
   * Called once a value. Gives undefined, and changes nothing, where the value is not what the adapter knows of the versions that it is made
   * for: told as `adapter-unsupported`.
   */
  readonly observe?: (recorder: RecorderAccess, result: LibraryResult) => Detach | undefined
}

/** Hands a value over by hand, and gives it back: for what the program gets from code that is not instrumented. Never throws. */
export type Observe = <T>(value: T, name?: string) => T

/** Makes the adapter known to the realm's recorder. A second one of the same name is left out: two copies would record everything twice. */
export function registerLibrary(adapter: LibraryAdapter, library: string): Observe {
  const hook = findHook(globalThis)
  if (hook === undefined || hook === 'foreign') return value => value
  watchOf(hook).add(adapter)
  return (value, name = '') => hook.lb(adapter.id, `${library} ${name}`, value)
}
