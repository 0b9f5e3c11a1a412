/** What an adapter of a library is; see library.ts. */
import type { LibraryResult } from '@hindscope/protocol'
import type { Detach, RecorderAccess } from './adapter.ts'

export interface LibraryAdapter {
  /** Name of its file; see KnownLibrary. */
  readonly id: string
  /** Every value is needed: one that is undefined (an export that builds for production do not fill, or that could not be read) is told as `adapter-unsupported`. */
  readonly needsValues?: true
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
