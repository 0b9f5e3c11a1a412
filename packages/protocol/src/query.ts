/**
 * The query API: one interface that the UI, the CLI, tests and agents ask, whoever answers (collector over HTTP, store in process,
 * worker over a dropped file). Everything is plain JSON. Times are microseconds since 1970 in `…Us` fields.
 *
 * Order: (timeUs, track, seq), total and stable. A timestamp alone is never a key. Limits apply after ordering.
 */
import type { ActivityTypeName, EventKindName, RealmKindName } from './events.ts'
import type { Damage } from './chunk.ts'
import type { IncidentCause, IncidentRealmState } from './incidents.ts'
import type { Level, LevelAuthor } from './plan.ts'
import type { FunctionKind, SourceRange } from './probe-manifest.ts'
import type { ClockOffset, ClockViolations, RecordingNote } from './recording-notes.ts'
import type { ValueNode } from './value-codec.ts'

/** `track` numbers a realm within its session by order of appearance, so links stay short: "0.1234". */
export interface EventRef {
  readonly track: number
  readonly seq: number
}
export interface CallRef {
  readonly track: number
  readonly call: number
}

export const formatRef = (ref: EventRef): string => `${ref.track}.${ref.seq}`
export function tryParseRef(text: string): EventRef | undefined {
  const match = /^(\d{1,9})\.(\d{1,10})$/.exec(text)
  return match ? { track: Number(match[1]), seq: Number(match[2]) } : undefined
}

/** An answer says whether it is all there is. */
export type Completeness = { readonly kind: 'complete' } | { readonly kind: 'partial'; readonly reason: string }

/** Events that a ring let go (docs/incidents.md). */
export interface GapRow {
  readonly fromUs: number
  readonly toUs: number
  readonly events: number
}

export interface TrackSummary {
  readonly track: number
  readonly realm: number
  readonly realmKind: RealmKindName
  readonly name: string
  readonly url: string
  readonly platform: string
  readonly pid: number
  readonly startedMs: number
  readonly firstUs: number
  readonly lastUs: number
  readonly events: number
  readonly calls: number
  readonly errors: number
  readonly dropped: number
  readonly truncated: number
  /** What was recorded and given up on purpose; absent when nothing was. */
  readonly gaps?: readonly GapRow[]
  /** Of the realm's clock against the collector's; absent where it is not known. Times of events are not corrected by it. */
  readonly clock?: ClockOffset
  readonly connected: boolean
}

export interface SessionSummary {
  readonly session: string
  readonly name: string
  readonly startedMs: number
  readonly firstUs: number
  readonly lastUs: number
  readonly events: number
  readonly calls: number
  /** Functions with at least one recorded call. */
  readonly functions: number
  readonly errors: number
  readonly dropped: number
  readonly bytes: number
  readonly live: boolean
  readonly tracks: readonly TrackSummary[]
  /** How many incidents; absent when there are none. */
  readonly incidents?: number
  /** What kept the collector from recording all; absent when nothing did. */
  readonly notes?: readonly RecordingNote[]
  /** Pairs of tracks whose clocks contradict what caused what; absent when there are none. */
  readonly clockViolations?: readonly ClockViolations[]
  readonly damage: readonly Damage[]
}

export interface Location {
  /** Project-relative path as in the manifest. */
  readonly file: string
  readonly line: number
  readonly column: number
}

/** What is written: a variable, or properties of one object. */
export type WriteTarget =
  /** Index into `bindings` of the module's manifest. Every call of the function that declares it has a variable of its own; all are meant. */
  | { readonly kind: 'binding'; readonly module: string; readonly binding: number }
  /** `object` is the id that values on this track have. Every property when `key` is absent; a symbol's key is `@@description`. */
  | { readonly kind: 'property'; readonly track: number; readonly object: number; readonly key?: string }

export interface EventFilter {
  readonly fromUs?: number
  /** Exclusive. */
  readonly toUs?: number
  readonly tracks?: readonly number[]
  readonly kinds?: readonly EventKindName[]
  /** Substring of the function name, case-insensitive. */
  readonly function?: string
  /** Substring of the file path, case-insensitive. */
  readonly file?: string
  readonly line?: number
  /** Events of this call only. */
  readonly call?: CallRef
  /** Events of the whole causal tree that this event belongs to, over all tracks. */
  readonly chain?: EventRef
  /** Only writes of this variable or property. */
  readonly writes?: WriteTarget
  /** Only throws, uncaught errors, rejections, console.error and failed activities. */
  readonly errors?: boolean
  /** Substring of any recorded value, name or console text, case-insensitive. */
  readonly text?: string
}

export interface EventQuery extends EventFilter {
  readonly session: string
  /** 1 to 1000; 100 when absent. */
  readonly limit?: number
  /** From a previous page; goes with the same filter and order. */
  readonly cursor?: string
  readonly order?: 'asc' | 'desc'
}

export interface EventRow {
  readonly ref: EventRef
  readonly timeUs: number
  readonly kind: EventKindName
  readonly activity?: ActivityTypeName
  /** 0 when the event belongs to no call. */
  readonly call: number
  readonly parent?: CallRef
  /** The parent is a cause, not the caller. */
  readonly asyncParent: boolean
  /** Function, activity or event name. */
  readonly name: string
  readonly location?: Location
  /** One line of text: arguments, result, error, console text. */
  readonly preview: string
  /** Of calls and activities, once they have ended. */
  readonly durationUs?: number
  readonly error: boolean
  /** Nesting in the track's synchronous stack. */
  readonly depth: number
}

export interface Page<T> {
  readonly rows: readonly T[]
  /** Absent on the last page. */
  readonly cursor?: string
  readonly completeness: Completeness
}

export interface NamedValue {
  readonly name: string
  readonly value: ValueNode
}

export interface EventDetail {
  readonly row: EventRow
  readonly values: readonly NamedValue[]
  /** Of writes: what was written, for the filter `writes`. Absent where the manifest does not say. */
  readonly target?: WriteTarget
  readonly flags: { readonly truncated: boolean; readonly redacted: boolean; readonly inferred: boolean; readonly valuesSkipped: boolean }
  /** Events of all tracks before it, in the one order (time, track, sequence number). Of a live session it grows when older events come late. */
  readonly position: number
}

/** How a call or activity ended; `open` = not ended where the trace ends, `unwound` = left by an error that was not seen. */
export type Outcome = 'returned' | 'threw' | 'unwound' | 'open'

export interface CallNode {
  readonly ref: CallRef
  readonly enter: EventRef
  readonly exit?: EventRef
  readonly kind: 'call' | 'activity'
  readonly activity?: ActivityTypeName
  readonly name: string
  readonly location?: Location
  readonly preview: string
  readonly startUs: number
  readonly durationUs?: number
  /** Duration less that of the synchronous children. */
  readonly selfUs?: number
  readonly outcome: Outcome
  readonly childCount: number
  readonly asyncParent: boolean
  readonly hasErrorBelow: boolean
}

/** A value that came up during one call, for inline display: a write (`total`, `.items` of an object, `[0]`), `await`, `return`, `throw`. */
export interface LineValue {
  readonly ref: EventRef
  readonly line: number
  readonly name: string
  readonly preview: string
  readonly value: ValueNode
  /** A closure wrote it, and it may have been the variable of another call of the same function. */
  readonly uncertain?: true
}

export interface LocalsQuery {
  readonly session: string
  readonly ref: EventRef
  /** A call of the same track; that of the event when absent. */
  readonly call?: CallRef
}
/** What a variable held at a moment. */
export interface LocalValue {
  readonly name: string
  readonly value: ValueNode
  /** The event that told it. */
  readonly ref: EventRef
  readonly from: 'argument' | 'write' | 'closure' | 'locals'
  /** A closure wrote the variable of some call of this function, and which one cannot be told. */
  readonly uncertain?: true
  /** For the filter `writes`; absent for arguments that are no variable. */
  readonly target?: WriteTarget
}
export interface LocalsDetail {
  /** Absent when the event belongs to no call. */
  readonly call?: CallRef
  /** Arguments first, then in the order in which they got a value. Variables of outer functions count once the call has written them. */
  readonly locals: readonly LocalValue[]
  readonly completeness: Completeness
}

export interface CallDetail {
  readonly node: CallNode
  readonly functionKind?: FunctionKind
  readonly async: boolean
  readonly generator: boolean
  readonly range?: SourceRange
  readonly args: readonly NamedValue[]
  readonly result?: ValueNode
  readonly error?: ValueNode
  /** Arguments at the first line, writes, awaited values, result at its return: in order of time. */
  readonly lineValues: readonly LineValue[]
  readonly parent?: CallNode
}

export interface CallTreeQuery {
  readonly session: string
  /** Children of this call, or the roots of the session when absent. */
  readonly parent?: CallRef
  readonly tracks?: readonly number[]
  readonly fromUs?: number
  readonly toUs?: number
  readonly offset?: number
  readonly limit?: number
}
export interface CallTreePage {
  readonly nodes: readonly CallNode[]
  readonly total: number
}

export interface StackFrame {
  readonly node: CallNode
  /** How this frame came to be: called by the next one, or caused by it (await, timer, message, HTTP). */
  readonly via: 'call' | 'cause' | 'remote'
}

export const STEP_DIRECTIONS = [
  'next',
  'previous',
  'into',
  'out',
  'over',
  'back',
  'next-error',
  'previous-error',
  'next-hit',
  'previous-hit',
  'next-line',
  'previous-line',
  'next-write',
  'previous-write',
  'first',
  'last',
] as const
/**
 * next/previous: neighbouring event of any track. into: first event inside the call. out: end of the enclosing call.
 * over/back: next/previous event at the same depth of the same track. …-hit: next/previous call of the same function.
 * …-line: next/previous execution of the event's line, counted as SourceDetail counts it. …-write: next/previous write of the same
 * variable, or of the same property of the same object; nothing from events that write nothing.
 */
export type StepDirection = (typeof STEP_DIRECTIONS)[number]

/** The last event at or before a time or a position in the one order, any track or one. */
export type AtQuery = { readonly session: string; readonly track?: number } & ({ readonly timeUs: number } | { readonly position: number })
/** Both absent where nothing lies before. */
export interface AtAnswer {
  readonly ref?: EventRef
  /** EventDetail.position of it. */
  readonly position?: number
}

/** A stretch of time, or of positions in the one order of events (whole numbers, `toPosition` exclusive). */
export type BucketStretch = { readonly fromUs: number; readonly toUs: number } | { readonly fromPosition: number; readonly toPosition: number }
export type BucketQuery = BucketStretch & {
  readonly session: string
  /** 1 to 4096; of positions not more than there are in the stretch. */
  readonly columns: number
  /** Lanes per track; deeper spans are folded into the last lane. Default 8. */
  readonly maxDepth?: number
}
/**
 * Parallel arrays, one entry per occupied (track, depth, column) cell: never more than columns × lanes. Which span of a cell is the
 * longest is decided by time, or by events of its own track where positions were asked.
 */
export interface Buckets {
  readonly track: readonly number[]
  readonly depth: readonly number[]
  readonly column: readonly number[]
  /** Columns covered by the longest span of the cell. */
  readonly span: readonly number[]
  /** Spans that start in the cell. */
  readonly count: readonly number[]
  /** Event that entered the longest span. */
  readonly seq: readonly number[]
  /** Bit 0: an error in the cell. Bit 1: the longest span is an activity. Bit 2: it has not ended. */
  readonly flags: readonly number[]
  /** Of positions: the time of each column's first event, and of the first after the last column; the last time again where there is none. */
  readonly columnUs?: readonly number[]
}

export interface SourceSummary {
  readonly path: string
  readonly calls: number
  readonly functions: number
  readonly errors: number
}
export interface LineHits {
  readonly line: number
  /**
   * Executions. Where steps were recorded: those of the statement of the line that ran most often, else calls at the function's first
   * line and writes at theirs.
   */
  readonly count: number
  readonly errors: number
  /** Column of the statement that was counted. */
  readonly column?: number
}
export interface SourceDetail {
  readonly path: string
  /** Absent when no manifest carried the text. */
  readonly content?: string
  readonly hits: readonly LineHits[]
  /** Lines with statements of which none was reached, in functions that recorded steps. */
  readonly unreached: readonly number[]
  readonly functions: readonly SourceFunction[]
}
export interface SourceFunction {
  readonly name: string
  readonly range: SourceRange
  readonly calls: number
  /** Built in, and at the end of what was recorded; the lowest where realms differ. */
  readonly built: Level
  readonly level: Level
  /** Times that the level was changed while it was recorded, in all realms: what is not there may have run all the same. */
  readonly changes: number
}

export interface LevelQuery {
  readonly session: string
  /** Substrings, case-insensitive. */
  readonly file?: string
  readonly function?: string
  /** 1 to 100000; 1000 when absent. */
  readonly limit?: number
}
/** The level of a function at the end of what was recorded of a realm. */
export interface TrackLevel {
  readonly track: number
  readonly level: Level
  /** Times that it was changed; where it was below `calls` meanwhile, calls are missing. */
  readonly changes: number
  /** The last change: absent as long as the function has the level that was built in. */
  readonly by?: LevelAuthor
  readonly reason?: string
  readonly ref?: EventRef
}
export interface FunctionLevel {
  readonly name: string
  readonly location: Location
  /** What its plan built in: no level above it can be had without a new build. */
  readonly built: Level
  /** Realms that have loaded the function. */
  readonly tracks: readonly TrackLevel[]
  /** Recorded calls, and those that were only counted. */
  readonly calls: number
  readonly counted: number
}
export interface LevelPage {
  /** By file and line. */
  readonly functions: readonly FunctionLevel[]
  readonly total: number
}

export interface FunctionSummary {
  readonly name: string
  readonly location?: Location
  readonly calls: number
  readonly errors: number
  readonly totalUs: number
  readonly selfUs: number
}

export type ProblemRule =
  | 'uncaught-error'
  | 'unhandled-rejection'
  | 'thrown'
  | 'console-error'
  | 'http-failed'
  | 'slow-call'
  | 'overlapping-writers'
  | 'dropped'
  | 'damage'

/** One failure, however many places told of it. */
export interface Problem {
  /** Of failures the most serious of all their places. */
  readonly rule: ProblemRule
  /** Of failures what happened first: the cause. */
  readonly title: string
  readonly evidence: string
  /** Failures alike, each with its own places. */
  readonly count: number
  /** Where to jump; absent when the problem is of the recording itself. */
  readonly ref?: EventRef
  /** Where the first of the failures was seen, from the cause to its last effect; absent when there is only one. 20 at most. */
  readonly places?: readonly ProblemPlace[]
}
export interface ProblemPlace {
  readonly rule: ProblemRule
  readonly title: string
  readonly evidence: string
  /** Times that it was seen here. */
  readonly count: number
  readonly ref: EventRef
}

export interface IncidentCauseRow {
  readonly cause: IncidentCause
  readonly count: number
  readonly atUs: number
  /** The error, the console text, the label; empty when its event is not in the trace. */
  readonly title: string
  readonly track?: number
  readonly ref?: EventRef
  readonly name?: string
  readonly location?: Location
}
export interface IncidentRealmRow {
  readonly realm: number
  /** Absent when the trace has nothing of this realm. */
  readonly track?: number
  readonly state: IncidentRealmState
  /** Events in the window. */
  readonly events: number
  /** What it says that it kept. */
  readonly fromUs?: number
  readonly untilUs?: number
}
/** Something that went wrong, with everything else that did within its window. */
export interface IncidentRow {
  readonly id: string
  readonly atUs: number
  /** The window. */
  readonly fromUs: number
  readonly untilUs: number
  /** In order of time; the first opened the window. */
  readonly causes: readonly IncidentCauseRow[]
  /** How often, all causes together. */
  readonly count: number
  /** Further things that were not reported because there were too many. */
  readonly suppressed: number
  /** Every realm has answered, or was given up. */
  readonly closed: boolean
  readonly realms: readonly IncidentRealmRow[]
}
