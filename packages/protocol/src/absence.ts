/** Why a trace shows nothing of a place in the source. */
import type { MessageCode } from './messages.ts'
import type { EventRef } from './query.ts'

export interface AbsenceQuery {
  readonly session: string
  /** Path as people write it; the end of it is enough where it is the only one. */
  readonly file: string
  readonly line?: number
}

export interface AbsenceReason {
  readonly code: MessageCode
  readonly message: string
  /** What to do about it. */
  readonly fix: string
}

export interface Absence {
  /** The file that is meant; absent when the trace knows none of that name. */
  readonly file?: string
  /** Files that it could be as well. */
  readonly others: readonly string[]
  /** The innermost function around the line. */
  readonly function?: string
  /** Recorded executions of the line, without a line calls in the file. */
  readonly executions: number
  /** The first of them. */
  readonly ref?: EventRef
  /** The most likely first; none when something is there. */
  readonly reasons: readonly AbsenceReason[]
}
