/** Many events told together: time by call path, activities in threads, what realms or modules asked of each other. */
import type { ActivityTypeName } from './events.ts'
import type { CallRef, Completeness, EventRef, Location, Outcome } from './query.ts'

interface AggregateScope {
  readonly session: string
  readonly tracks?: readonly number[]
  readonly fromUs?: number
  /** Exclusive. */
  readonly toUs?: number
}

export const FLAME_ORDERS = ['left-heavy', 'time'] as const
/** Siblings: most time first, or in the order of their first calls. */
export type FlameOrder = (typeof FLAME_ORDERS)[number]
export const FLAME_SIDES = ['callees', 'callers'] as const
/** What a function called, merged over all paths that lead to it; or these paths, turned over: its callers below it. */
export type FlameSide = (typeof FLAME_SIDES)[number]

export interface FlameQuery extends AggregateScope {
  /** `left-heavy` when absent. */
  readonly order?: FlameOrder
  /** Paths, 1 to 10000; 2000 when absent: those with the most time. Functions as many again. */
  readonly limit?: number
  /** Only around this function, by its key. */
  readonly focus?: { readonly function: string; readonly side: FlameSide }
}

/**
 * Time of a call is the time in which it was on the stack: waiting at `await` and `yield` is none. `selfUs` is that at the top of the stack,
 * `totalUs` that of the path and of all paths below it, so that children never have more than their parent. Only what lies in the range
 * counts. `elapsedUs` is the time from start to end within the range, waiting included, summed over calls that may overlap.
 */
export interface FlameMeasures {
  /** Open at some time of the range. */
  readonly calls: number
  readonly totalUs: number
  readonly selfUs: number
  readonly elapsedUs: number
  /** Start of the longest call, from start to end, of equals the first; and how long it was, 0 where all are outside the range. */
  readonly longest: EventRef
  readonly longestUs: number
}

export interface FlameFunction extends FlameMeasures {
  /** The same in every realm: what `focus` names. */
  readonly key: string
  readonly name: string
  readonly location?: Location
}

/**
 * A call path. Of `callers` it is the path upwards from the function, and its measures are those of the function's calls on it. A node is
 * known by its longest call and its depth: no other has both.
 */
export interface FlameNode extends FlameMeasures {
  /** Index into `functions`. */
  readonly function: number
  /** Index into `nodes`; -1 at the top. Parents come before their children, and siblings in the order asked for. */
  readonly parent: number
  /** Paths one call longer, folded ones included. */
  readonly children: number
  /** Those of them that are in no node, and the time that they and all below them have. */
  readonly folded: number
  readonly foldedUs: number
}

export interface FlameAnswer extends Pick<FlameMeasures, 'calls' | 'totalUs'> {
  /** Most time in all first: those of `nodes`, and as many more as `limit` allows. Time within itself counts once. */
  readonly functions: readonly FlameFunction[]
  readonly nodes: readonly FlameNode[]
  /** Paths of one call that are in no node, as in FlameNode. */
  readonly folded: number
  readonly foldedUs: number
  /** All that there are. */
  readonly functionCount: number
  readonly pathCount: number
  readonly completeness: Completeness
}

export const ACTIVITY_ORDERS = ['time', 'duration'] as const
export type ActivityOrder = (typeof ACTIVITY_ORDERS)[number]

export interface ActivityQuery extends AggregateScope {
  /** Every type when absent. */
  readonly types?: readonly ActivityTypeName[]
  /** Only of the causal tree of this event. */
  readonly chain?: EventRef
  /** Only threads in which something failed. */
  readonly errors?: boolean
  /** Only threads in which a name contains this, case-insensitive. */
  readonly text?: string
  /** Of threads, by what they begin with; `time` when absent. `duration`: longest first, unended ones before all. */
  readonly order?: ActivityOrder
  /** Neighbours that repeat the row before them, and what they caused, are left out. */
  readonly foldRepeats?: boolean
  readonly offset?: number
  /** 1 to 1000; 200 when absent. */
  readonly limit?: number
}

export interface ActivityRow {
  readonly ref: CallRef
  readonly enter: EventRef
  readonly type: ActivityTypeName
  readonly name: string
  /** ` → 200`, ` ✗ Error: refused`, or empty. */
  readonly result: string
  readonly status?: number
  readonly startUs: number
  readonly durationUs?: number
  readonly outcome: Outcome
  /**
   * Of a message that was received: since it was sent, less what is known of how far the two clocks are apart; absent where its sender is not
   * in the trace.
   */
  readonly queueUs?: number
  /** The call that began it, with the place of its function. */
  readonly caller?: { readonly ref: CallRef; readonly name: string; readonly location?: Location }
  /** Steps from the row that the thread begins with; 30 stands for more. */
  readonly depth: number
  /**
   * Of the first of several neighbours alike, how many they are; else 1. Alike: same thread, cause, realm and type, both failed or neither,
   * and names that differ in numbers and quoted texts only.
   */
  readonly repeats: number
  /** From the start of this one to the end of the last of them; absent while one has not ended. */
  readonly repeatsUs?: number
}

/**
 * Threads, one after the other: an activity, then what it caused, in order of time, over all tracks. What makes a thread are requests,
 * messages, processes and an application's own activities that are among the types asked for; timers, page events and promises do not.
 */
export interface ActivityPage {
  readonly rows: readonly ActivityRow[]
  readonly total: number
  /** All activities of the answer's threads. */
  readonly activities: number
  /** From the first start to the last end. */
  readonly fromUs: number
  readonly toUs: number
  readonly completeness: Completeness
}

export const LIFELINE_KINDS = ['track', 'module'] as const
export type LifelineKind = (typeof LIFELINE_KINDS)[number]

export interface SequenceQuery extends AggregateScope {
  readonly by: LifelineKind
  /** Only of the causal tree of this event. */
  readonly chain?: EventRef
  /** 2 to 200; 30 when absent. Beyond them lifelines are put together. */
  readonly lifelines?: number
  readonly offset?: number
  /** Arrows, 1 to 5000; 1000 when absent. */
  readonly limit?: number
}

export interface Lifeline {
  /** Name of the realm, path of the module, of the folder of several, or `outside`. */
  readonly name: string
  /** Absent where it stands for several. */
  readonly track?: number
  /** `outside`: no recorded call. `group`: several lifelines; `of` says how many. */
  readonly kind: LifelineKind | 'outside' | 'group'
  readonly of: number
  /** Arrows that begin or end here, loops counted in full. */
  readonly arrows: number
}

export interface SequenceArrow {
  /** Indices into `lifelines`. */
  readonly from: number
  readonly to: number
  /** `answer`: the end of what a request asked for, back to who asked. */
  readonly kind: 'call' | 'cause' | 'request' | 'message' | 'answer'
  readonly name: string
  /** What a click leads to. */
  readonly ref: EventRef
  readonly timeUs: number
  readonly failed: boolean
}

/** Arrows that come several times, one after the other; `arrows` has them once. */
export interface SequenceLoop {
  /** Index of its first arrow, counted over all pages. */
  readonly at: number
  readonly arrows: number
  readonly times: number
}

export interface SequencePage {
  /** The same on every page, in order of appearance. */
  readonly lifelines: readonly Lifeline[]
  readonly arrows: readonly SequenceArrow[]
  /** Those that touch the page. */
  readonly loops: readonly SequenceLoop[]
  /** Arrows with loops folded, and in full. */
  readonly total: number
  readonly unfolded: number
  readonly completeness: Completeness
}
