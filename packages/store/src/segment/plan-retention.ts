/**
 * Which recorded data goes, by a policy: a pure function of what there is. Whole sessions go before parts of sessions, what has neither
 * errors nor incidents before what has, older before newer, and of sessions that are being recorded only finished segments.
 *
 * A segment is *thinned* (what is important in it stays) or *emptied* (definitions stay, so that names and gaps are known).
 */
import type { RetentionPolicy } from '@hindscope/protocol'

export interface BlockFacts {
  readonly bytes: number
  readonly isDefinitions: boolean
  /** Holds an error, or lies in the window of an incident. */
  readonly isImportant: boolean
}

export interface SegmentFacts {
  readonly number: number
  readonly bytes: number
  readonly toUs: number
  /** Empty for segments that cannot be pruned in part: raw ones. */
  readonly blocks: readonly BlockFacts[]
}

export interface SessionFacts {
  readonly session: string
  /** Something is being recorded into it: it never goes as a whole. */
  readonly isLive: boolean
  /** Of its last event; 0 when it has none. */
  readonly lastUs: number
  readonly bytes: number
  readonly isImportant: boolean
  /** Finished ones, ascending. */
  readonly segments: readonly SegmentFacts[]
}

export type RetentionReason = 'age' | 'bytes' | 'sessions'

export type RetentionStep =
  | { readonly kind: 'session'; readonly session: string; readonly bytes: number; readonly reason: RetentionReason }
  | { readonly kind: 'thin' | 'empty'; readonly session: string; readonly segment: number; readonly bytes: number; readonly reason: RetentionReason }

/** In the order in which they are to be done. `bytes` of a step: what it frees, about. */
export function planRetention(sessions: readonly SessionFacts[], policy: RetentionPolicy, nowMs: number): RetentionStep[] {
  return new Planner(sessions, policy, nowMs).plan()
}

class Planner {
  private readonly sessions: readonly SessionFacts[]
  private readonly policy: RetentionPolicy
  private readonly nowMs: number
  private readonly steps: RetentionStep[] = []
  private readonly gone = new Set<string>()
  /** By session and segment: what was decided, and what of it is left. */
  private readonly pruned = new Map<string, { readonly kind: 'thin' | 'empty'; readonly left: number }>()

  constructor(sessions: readonly SessionFacts[], policy: RetentionPolicy, nowMs: number) {
    // What nobody misses first: unimportant before important, old before new.
    this.sessions = [...sessions].sort((a, b) => Number(a.isImportant) - Number(b.isImportant) || a.lastUs - b.lastUs)
    this.policy = policy
    this.nowMs = nowMs
  }

  plan(): RetentionStep[] {
    this.byAge()
    this.byCount()
    this.byBytes()
    return this.steps
  }

  private byAge(): void {
    const { maxAgeMs, keepErrorsMs = maxAgeMs } = this.policy
    if (maxAgeMs === undefined || keepErrorsMs === undefined) return
    for (const session of this.sessions) {
      const limitMs = session.isImportant ? Math.max(maxAgeMs, keepErrorsMs) : maxAgeMs
      if (!session.isLive && this.isOlder(session.lastUs, limitMs)) this.drop(session, 'age')
      else for (const segment of session.segments) this.segmentByAge(session, segment, maxAgeMs, limitMs)
    }
  }

  private segmentByAge(session: SessionFacts, segment: SegmentFacts, maxAgeMs: number, limitMs: number): void {
    // A closed session is one thing: it goes, or what is important of it stays.
    const atUs = session.isLive ? segment.toUs : session.lastUs
    if (this.isOlder(atUs, limitMs)) this.prune('empty', session, segment, 'age')
    else if (this.isOlder(atUs, maxAgeMs)) this.prune('thin', session, segment, 'age')
  }

  private byCount(): void {
    const { maxSessions } = this.policy
    if (maxSessions === undefined) return
    const closed = this.sessions.filter(session => !session.isLive && !this.gone.has(session.session))
    const live = this.sessions.filter(session => session.isLive).length
    for (const session of closed.slice(0, Math.max(0, closed.length + live - maxSessions))) this.drop(session, 'sessions')
  }

  private byBytes(): void {
    const { maxBytes } = this.policy
    if (maxBytes === undefined) return
    const closed = this.sessions.filter(session => !session.isLive)
    const live = this.sessions.filter(session => session.isLive)
    const segments = (of: readonly SessionFacts[]): (readonly [SessionFacts, SegmentFacts])[] =>
      of.flatMap(session => session.segments.map(segment => [session, segment] as const))
    const rounds: readonly (readonly (() => void)[])[] = [
      closed.filter(session => !session.isImportant).map(session => () => this.drop(session, 'bytes')),
      segments(closed).map(
        ([session, segment]) =>
          () =>
            this.prune('thin', session, segment, 'bytes'),
      ),
      closed.map(session => () => this.drop(session, 'bytes')),
      segments(live).map(
        ([session, segment]) =>
          () =>
            this.prune('thin', session, segment, 'bytes'),
      ),
      segments(live).map(
        ([session, segment]) =>
          () =>
            this.prune('empty', session, segment, 'bytes'),
      ),
    ]
    for (const step of rounds.flat()) {
      if (this.bytesLeft() <= maxBytes) return
      step()
    }
  }

  private isOlder(atUs: number, ageMs: number): boolean {
    return atUs / 1000 < this.nowMs - ageMs
  }

  private bytesLeft(): number {
    const lefts = this.sessions.map(session => (this.gone.has(session.session) ? 0 : this.leftOf(session)))
    return lefts.reduce((sum, bytes) => sum + bytes, 0)
  }

  private leftOf(session: SessionFacts): number {
    const freed = session.segments.reduce((sum, segment) => sum + segment.bytes - this.segmentLeft(session, segment), 0)
    return session.bytes - freed
  }

  private segmentLeft(session: SessionFacts, segment: SegmentFacts): number {
    return this.pruned.get(keyOf(session, segment))?.left ?? segment.bytes
  }

  private drop(session: SessionFacts, reason: RetentionReason): void {
    if (this.gone.has(session.session)) return
    this.gone.add(session.session)
    this.steps.push({ kind: 'session', session: session.session, bytes: this.leftOf(session), reason })
  }

  private prune(kind: 'thin' | 'empty', session: SessionFacts, segment: SegmentFacts, reason: RetentionReason): void {
    const key = keyOf(session, segment)
    if (this.gone.has(session.session) || this.pruned.get(key)?.kind === kind) return
    const stays = ({ isDefinitions, isImportant }: BlockFacts): boolean => isDefinitions || (kind === 'thin' && isImportant)
    const goes = segment.blocks.filter(block => !stays(block)).reduce((sum, { bytes }) => sum + bytes, 0)
    if (goes === 0) return
    const left = segment.bytes - goes
    const bytes = this.segmentLeft(session, segment) - left
    if (bytes <= 0) return
    this.pruned.set(key, { kind, left })
    this.steps.push({ kind, session: session.session, segment: segment.number, bytes, reason })
  }
}

const keyOf = ({ session }: SessionFacts, { number }: SegmentFacts): string => `${session} ${number}`
