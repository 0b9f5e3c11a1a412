/**
 * Subscriptions over the live WebSocket (LIVE_PATH): events that match a condition, as they arrive. What is promised stands in
 * docs/streaming.md. Text frames of JSON, both ways; a socket holds several subscriptions, told apart by ids that the client chooses.
 *
 * The server keeps a position for each subscription and no rows: everything is in the store. So a subscriber may be as far behind as
 * it likes, and comes back after a broken connection with the position that its last message carried.
 */
import type { EventRef, EventRow } from './query.ts'

export const SUBSCRIPTION_VERSION = 1

/** What a server takes. Credits that add up to more are refused, not cut. */
export const SUBSCRIPTION_LIMITS = {
  idLength: 64,
  perSocket: 64,
  credit: 1_000_000,
  /** Of the policy `newest`. */
  newestRows: 100_000,
  /** Of a position, by track: of more missing stretches the oldest are given up. */
  holes: 32,
} as const

/** What happens with rows that come faster than they are taken. */
export type StreamPolicy =
  /** They wait in the store; nothing is left out. */
  | { readonly kind: 'wait' }
  /**
   * Once more than `rows` of them wait (1000 when absent), or the first that waits happened more than `ms` before the session's newest
   * event, all that is beyond is left out, and `dropped` tells which.
   */
  | { readonly kind: 'newest'; readonly rows?: number; readonly ms?: number }

/** Sequence numbers [from, to) that were not there when the stream passed them. */
export type StreamHole = readonly [from: number, to: number]

/** Of a track, everything below `next` but the holes is done. */
export interface TrackPosition {
  readonly track: number
  readonly next: number
  /** Ascending. */
  readonly holes?: readonly StreamHole[]
}

/** How far a subscriber has come. Plain JSON, good for as long as the session exists. Tracks that are not named are at their beginning. */
export interface StreamPosition {
  readonly tracks: readonly TrackPosition[]
  /** What lies before this place in the one order of events does not belong to the stream. */
  readonly origin?: { readonly timeUs: number; readonly track: number }
}

export type StreamStart =
  /** After what the server has when it takes the message. */
  | { readonly kind: 'now' }
  /** Everything. */
  | { readonly kind: 'start' }
  /** Events at or after a time: microseconds since 1970. It may lie in the future. */
  | { readonly kind: 'time'; readonly timeUs: number }
  /** The event, and everything behind it in the one order of events. `not-found` when there is no such event. */
  | { readonly kind: 'event'; readonly ref: EventRef }
  /** Where an earlier subscription stopped. */
  | { readonly kind: 'position'; readonly position: StreamPosition }

export type SubscriptionClientMessage =
  | {
      readonly kind: 'subscribe'
      readonly version: number
      /** 1 to 64 characters, of no other subscription of this socket. */
      readonly id: string
      readonly session: string
      /** A condition of the query language; empty for every event. `parseStreamQuery` says what is refused. */
      readonly query: string
      readonly from: StreamStart
      /** Rows that may be sent. */
      readonly credit: number
      /** `wait` when absent. */
      readonly policy?: StreamPolicy
    }
  /** So many more rows may be sent. */
  | { readonly kind: 'credit'; readonly id: string; readonly rows: number }
  /** Nothing is sent until `resume`; credit stays. */
  | { readonly kind: 'pause' | 'resume' | 'unsubscribe'; readonly id: string }

/** Rows of one track that were left out: every match from `from` to `to`, both of which are matches. */
export interface DroppedRange {
  readonly from: EventRef
  readonly to: EventRef
  readonly fromUs: number
  readonly toUs: number
  readonly count: number
}

/** `unsubscribed`: as asked. `complete`: nothing is recorded into the session any more. `closing`: the server stops. */
export type StreamEnd = 'unsubscribed' | 'complete' | 'closing'

/** Every position is the one after the message that carries it. */
export type SubscriptionServerMessage =
  /** The query as it was understood. */
  | { readonly kind: 'subscribed'; readonly id: string; readonly query: string; readonly position: StreamPosition }
  | { readonly kind: 'rows'; readonly id: string; readonly rows: readonly EventRow[]; readonly position: StreamPosition }
  /** By policy; `reason` is the bound that was passed. */
  | {
      readonly kind: 'dropped'
      readonly id: string
      readonly count: number
      readonly ranges: readonly DroppedRange[]
      readonly reason: 'rows' | 'ms'
      readonly position: StreamPosition
    }
  /** Everything that was there has been sent: at first, and whenever the stream had to wait in between. */
  | { readonly kind: 'caughtUp'; readonly id: string; readonly position: StreamPosition }
  /** Without an id when the message had none that could be read. The connection and every other subscription live on. */
  | { readonly kind: 'error'; readonly id?: string; readonly code: string; readonly message: string }
  | { readonly kind: 'ended'; readonly id: string; readonly reason: StreamEnd }
