/**
 * What happens while a session's folder cannot be written to: everything for it waits, and one chunk is tried again at growing intervals.
 * When that one is durable two follow, then four, so that a disk with a little room takes what fits; when nothing has waited for a while the
 * pause is over. Nothing is acknowledged meanwhile that is not durable, and nothing is given up.
 *
 *   taking ── a write fails ──→ paused ── the interval is over ──→ one try ──→ two ──→ four ── nothing waits, for a while ──→ taking
 *                                  └───────────── one fails: a longer interval ──┴───────┘
 */
import { HindscopeError } from '@hindscope/protocol'
import type { PauseReason } from '@hindscope/protocol'

const FIRST_RETRY_MS = 250
const MAX_RETRY_MS = 10_000
const MOST_TOGETHER = 64

/** `wait`: tried again until it succeeds or the collector closes. `once`: whoever asks keeps it and asks again. */
export type Patience = 'wait' | 'once'

export interface DiskState {
  readonly session: string
  readonly reason: PauseReason
  /** The system's own words. */
  readonly message: string
  readonly sinceMs: number
  /** Attempts that failed since. */
  readonly attempts: number
  /** Chunks that wait. */
  readonly waiting: number
}

export interface DiskListener {
  paused(state: DiskState): void
  resumed(state: DiskState): void
}

interface Pause {
  readonly sinceMs: number
  failure: HindscopeError
  reason: PauseReason
  attempts: number
  delayMs: number
  /** Runs until the next try. */
  timer: NodeJS.Timeout | undefined
  /** Runs when nothing waits any more: whoever comes meanwhile may still fail. */
  settling: NodeJS.Timeout | undefined
  /** Tries that may begin, tries under way, and how many there may be together. */
  allowed: number
  tries: number
  together: number
  readonly waiters: (() => void)[]
}

export class DiskPause {
  private readonly listener: DiskListener
  private readonly paused = new Map<string, Pause>()
  private isClosed = false

  constructor(listener: DiskListener) {
    this.listener = listener
  }

  /**
   * Does `write`, which tells whether it wrote anything, until it succeeds. Rejects with its error when that is none of the disk's, with
   * `segment-io` when `once` was asked for or the collector closes.
   */
  async run(session: string, patience: Patience, write: () => Promise<boolean>): Promise<void> {
    for (;;) {
      const pause = this.paused.get(session)
      if (pause !== undefined && pause.allowed === 0) {
        if (patience === 'once' || this.isClosed) throw pause.failure
        await new Promise<void>(resolve => pause.waiters.push(resolve))
        continue
      }
      if (pause !== undefined) {
        pause.allowed--
        pause.tries++
      }
      try {
        const hasWritten = await write()
        if (pause !== undefined) this.worked(session, pause, hasWritten)
        return
      } catch (error) {
        const reason = reasonOf(error)
        if (reason === undefined) {
          if (pause !== undefined) this.worked(session, pause, false)
          throw error
        }
        const failure = asSegmentError(session, error)
        if (pause !== undefined) pause.tries--
        this.fail(session, reason, failure)
        if (patience === 'once' || this.isClosed) throw failure
      }
    }
  }

  /** Whether a write would be turned away now. */
  isPaused(session: string): boolean {
    const pause = this.paused.get(session)
    return pause !== undefined && pause.allowed === 0
  }

  states(): readonly DiskState[] {
    return [...this.paused].map(([session, pause]) => stateOf(session, pause))
  }

  /** Nobody waits any longer: what could not be stored stays with the recorders. */
  close(): void {
    this.isClosed = true
    for (const pause of this.paused.values()) {
      clearTimeout(pause.timer)
      clearTimeout(pause.settling)
      for (const wake of pause.waiters.splice(0)) wake()
    }
  }

  private fail(session: string, reason: PauseReason, failure: HindscopeError): void {
    let pause = this.paused.get(session)
    const isNew = pause === undefined
    if (pause === undefined) {
      pause = {
        sinceMs: Date.now(),
        failure,
        reason,
        attempts: 0,
        delayMs: FIRST_RETRY_MS / 2,
        timer: undefined,
        settling: undefined,
        allowed: 0,
        tries: 0,
        together: 1,
        waiters: [],
      }
      this.paused.set(session, pause)
    }
    // Writes that were under way together fail together: one attempt.
    if (pause.timer !== undefined) return
    clearTimeout(pause.settling)
    pause.settling = undefined
    pause.allowed = 0
    pause.together = 1
    pause.failure = failure
    pause.reason = reason
    pause.attempts++
    pause.delayMs = Math.min(MAX_RETRY_MS, pause.delayMs * 2)
    if (!this.isClosed) pause.timer = setTimeout(allow, pause.delayMs, pause).unref()
    if (isNew) this.listener.paused(stateOf(session, pause))
  }

  /** A try has ended without a failure of the disk; one that had nothing to write proves nothing. */
  private worked(session: string, pause: Pause, hasWritten: boolean): void {
    pause.tries--
    // Another one has failed meanwhile.
    if (pause.timer !== undefined || this.paused.get(session) !== pause) return
    if (hasWritten) pause.together = Math.min(MOST_TOGETHER, pause.together * 2)
    if (hasWritten && pause.waiters.length === 0 && pause.tries === 0 && !this.isClosed)
      pause.settling ??= setTimeout(() => this.resume(session, pause), pause.delayMs).unref()
    allow(pause)
  }

  private resume(session: string, pause: Pause): void {
    this.paused.delete(session)
    this.listener.resumed(stateOf(session, pause))
    for (const wake of pause.waiters.splice(0)) wake()
  }
}

function allow(pause: Pause): void {
  pause.timer = undefined
  pause.allowed = Math.max(0, pause.together - pause.tries)
  for (const wake of pause.waiters.splice(0, pause.allowed)) wake()
}

const stateOf = (session: string, { sinceMs, reason, failure, attempts, waiters }: Pause): DiskState => ({
  session,
  reason,
  message: wordsOf(failure),
  sinceMs,
  attempts,
  waiting: waiters.length,
})

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** undefined when the system did not refuse anything: trying again would change nothing. */
function reasonOf(error: unknown): PauseReason | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (typeof code === 'string' && /^E[A-Z]/.test(code)) return FULL.has(code) ? 'disk-full' : 'disk-failed'
  }
  return undefined
}

const wordsOf = (error: Error): string => (error.cause instanceof Error ? wordsOf(error.cause) : error.message)

const asSegmentError = (session: string, error: unknown): HindscopeError =>
  error instanceof HindscopeError && error.code === 'segment-io'
    ? error
    : new HindscopeError('segment-io', { path: session, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
