/** The program's stores (Redux, Pinia, signals) over time: what each held at a moment, and every change of it. */
import type { CallRef, Completeness, EventRef, Location } from './query.ts'
import type { ValueNode } from './value-codec.ts'

/** A store by its name, which is its own within a realm. */
export interface StoreRef {
  readonly track: number
  readonly store: string
}

export interface StoresQuery {
  readonly session: string
  /** The moment. */
  readonly ref: EventRef
  /** Only these, 100 at most; all that the session knows when absent. */
  readonly only?: readonly StoreRef[]
  /** False leaves out what they held. */
  readonly states?: boolean
}

/** What a store was asked to do: an action activity. */
export interface StateAction {
  readonly ref: CallRef
  readonly enter: EventRef
  readonly name: string
}

export interface StateChangePlace {
  readonly ref: EventRef
  readonly timeUs: number
  /**
   * `snapshot`: the state was recorded as a whole, because it was the first time or too much of it was new. Snapshots that only spare
   * readers the way back are no changes.
   */
  readonly kind: 'change' | 'snapshot'
  /** As JavaScript reads it: `items[0].price`, `['a-b'].c`; '' is the whole state. */
  readonly path: string
  /** The keys and indexes of the path. */
  readonly keys: readonly string[]
  /** The path is no longer there. */
  readonly removed: boolean
}

export interface StateChangeRow extends StateChangePlace {
  /**
   * What stood at the path and what stands there now; absent where it is not known, of snapshots and of what was removed. Values of many
   * parts are shortened: `event` has them as they were recorded.
   */
  readonly before?: ValueNode
  readonly after?: ValueNode
  /** What the path that was asked for holds after this change, shortened likewise. Absent without such a path, and when nothing is there. */
  readonly value?: ValueNode
  readonly action?: StateAction
  /** The call of the program's own code that it happened in, or that asked for the action. */
  readonly call?: { readonly ref: CallRef; readonly enter: EventRef; readonly name: string; readonly location?: Location }
}

/** What a store held after the moment. */
export interface HeldState {
  /** The last snapshot, with the changes since, in order. What the recorder left out of it is `cut` there. */
  readonly value: ValueNode
  /** Absent when none was recorded by then: only what changed since is in `value`. */
  readonly snapshot?: EventRef
  /** Changes that the value does not show, because they lie in a part that was left out, or are too many. */
  readonly leftOut: number
}

export interface StoreMoment extends StoreRef {
  /** As its adapter says, once an action has told: `redux`. */
  readonly library?: string
  /** The first event of the session that tells of it. */
  readonly since: EventRef
  /** Changes up to the moment, and after it. */
  readonly before: number
  readonly after: number
  /** The last one up to the moment. */
  readonly last?: StateChangeRow
  /** What the moment's own event changed, and what was changed in the same step just before it; empty where the event is none of the store's. */
  readonly now: readonly StateChangeRow[]
  /** Absent when nothing was known of the store by then, or states were not asked for. */
  readonly state?: HeldState
}

export interface StoresAnswer {
  /** Those of the moment's realm first, then by track and name. */
  readonly stores: readonly StoreMoment[]
  readonly completeness: Completeness
}

export interface StateChangeQuery extends StoreRef {
  readonly session: string
  /** Only changes of this path, of what is below it, and of what holds it, as far as the path then holds something else. */
  readonly path?: string
  /** A moment of any track: what `at`, `previous` and `next` are about, and the middle of the page when `offset` is absent. */
  readonly around?: EventRef
  /** Of the first row; changes that come later never shift it. */
  readonly offset?: number
  /** 1 to 1000; 100 when absent. */
  readonly limit?: number
}

export interface StateChangePage {
  /** In order. */
  readonly rows: readonly StateChangeRow[]
  /** Index of the first row among all. */
  readonly offset: number
  readonly total: number
  /** With `around`: the index of the last change up to that moment, -1 when there is none. */
  readonly at?: number
  /** With `around`: the nearest changes before and after that moment. */
  readonly previous?: EventRef
  readonly next?: EventRef
  /** With `around` and a path: what the path holds at that moment, shortened as in the rows; absent when nothing is there. */
  readonly value?: ValueNode
  readonly completeness: Completeness
}
