/**
 * Adapters of libraries: what a program got from a known library (protocol/libraries.ts) is handed to the library's adapter, which observes
 * it by the library's own means where there are such, and otherwise patches its methods. Each is a file of `../libraries` that only programs
 * which use the library load.
 */
import type { LibraryResult } from '@hindscope/protocol'
import { findHook } from '../hook-object.ts'
import type { Detach, RecorderAccess } from './adapter.ts'

export interface LibraryAdapter {
  /** Name of its file; see KnownLibrary. */
  readonly id: string
  /** Called once a recorder, as soon as the adapter is loaded: the library itself may not be there yet. */
  readonly attach?: (recorder: RecorderAccess, realm: object) => Detach | undefined
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
  const registry = hook === undefined || hook === 'foreign' ? undefined : hook.registry
  if (registry !== undefined && registry.libraries[adapter.id] === undefined) {
    registry.libraries[adapter.id] = adapter
    registry.onLibrary?.(adapter)
  }
  return (value, name = '') => (hook === undefined || hook === 'foreign' ? value : hook.lb(adapter.id, `${library} ${name}`, value))
}
