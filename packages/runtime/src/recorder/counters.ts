/** Counters of one recorder. Failures are counted per code and never thrown or printed: the program runs on. */
import { SafeMap } from './intrinsics.ts'

import type { OverheadLedger } from './overhead.ts'

export interface RecorderStats {
  readonly events: number
  readonly calls: number
  readonly dropped: number
  readonly truncated: number
  /** Bytes of sealed chunks, definitions included. */
  readonly bytes: number
  readonly redacted: number
  /** What was masked, by the rule that said so. */
  readonly redactions: Readonly<Record<string, number>>
  readonly overhead: OverheadLedger
  /** Internal failures and refusals by code. */
  readonly errors: Readonly<Record<string, number>>
}

/** Codes under which a recorder counts what it could not do. */
export type FailureCode =
  | 'snapshot-failed'
  | 'probe-failed'
  | 'reentrant-probe'
  | 'stale-frame'
  | 'revived-frame'
  | 'suspended-evicted'
  | 'frames-evicted'
  | 'seal-failed'
  | 'sink-failed'
  | 'probes-exhausted'
  | 'frames-exhausted'
  | 'clock-drift'
  | 'clock-malformed'
  | 'hook-occupied'
  | 'hook-version'
  | 'hook-undefinable'
  | 'adapter-failed'
  | 'adapter-unsupported'
  | 'manifest-failed'
  | 'socket-failed'
  | 'socket-refused'
  | 'file-failed'
  | 'spool-failed'
  | 'control-bad'
  | 'control-unknown'
  | 'collector-paused'
  | 'report-dropped'
  | 'redact-pattern'
  | 'redact-failed'
  | 'taint-failed'
  | 'taint-evicted'

/** Rules may be called as names of the program's are. */
const MAX_RULES = 1024

export class Counters {
  truncated = 0
  bytes = 0
  redacted = 0
  readonly redactions: SafeMap<string, number> = new SafeMap()
  /** Without a prototype, so that nothing of the program is asked. */
  readonly failures: Partial<Record<FailureCode, number>> = { __proto__: null } as object // SAFE: filled by `fail`

  redact(rule: string): void {
    this.redacted++
    const known = this.redactions.get(rule)
    if (known !== undefined || this.redactions.size < MAX_RULES) this.redactions.set(rule, (known ?? 0) + 1)
  }

  fail(code: FailureCode): void {
    this.failures[code] = (this.failures[code] ?? 0) + 1
  }
}
