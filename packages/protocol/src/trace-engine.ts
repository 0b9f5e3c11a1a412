/** Who answers queries (./query.ts): the collector over HTTP, a store in the process, a worker over a dropped file. */
import type { Absence, AbsenceQuery } from './absence.ts'
import type { ActivityPage, ActivityQuery, FlameAnswer, FlameQuery, SequencePage, SequenceQuery } from './aggregates.ts'
import type { AnnotationRow } from './annotations.ts'
import type { PerformanceQuery, PerformanceReport } from './performance.ts'
import type {
  AtAnswer,
  AtQuery,
  BucketQuery,
  Buckets,
  CallDetail,
  CallRef,
  CallTreePage,
  CallTreeQuery,
  EventDetail,
  EventQuery,
  EventRef,
  EventRow,
  FunctionSummary,
  IncidentRow,
  LevelPage,
  LevelQuery,
  LocalsDetail,
  LocalsQuery,
  Page,
  Problem,
  SessionSummary,
  SourceDetail,
  SourceSummary,
  StackFrame,
  StepDirection,
} from './query.ts'
import type { EvaluateQuery, Evaluation, MomentState, ObjectGraph, ObjectQuery, SightingsQuery, StateQuery } from './replay.ts'
import type { RunDiff, RunDiffQuery } from './run-diff.ts'
import type { AskOptions, SearchAnswer, SearchQuery } from './search.ts'
import type { StateChangePage, StateChangeQuery, StoresAnswer, StoresQuery } from './stores.ts'
import type { SizesQuery, TraceSizes } from './trace-sizes.ts'

/** Every method answers `undefined` fields, not errors, for things that are not there; unknown sessions and refs are `not-found`. */
export interface TraceEngine {
  sessions(): Promise<readonly SessionSummary[]>
  session(query: { readonly session: string }): Promise<SessionSummary>
  events(query: EventQuery): Promise<Page<EventRow>>
  /** Throws `query-syntax` for a text that cannot be read and `query-cancelled`. */
  search(query: SearchQuery, options?: AskOptions): Promise<SearchAnswer>
  event(query: { readonly session: string; readonly ref: EventRef }): Promise<EventDetail>
  call(query: { readonly session: string; readonly ref: CallRef }): Promise<CallDetail>
  /** Values of a call's variables after the event. */
  locals(query: LocalsQuery): Promise<LocalsDetail>
  /** Frames with their variables, stores and module versions after the event. */
  state(query: StateQuery): Promise<MomentState>
  /** What every store of the session held after the event, over all tracks. */
  stores(query: StoresQuery): Promise<StoresAnswer>
  /** Changes of one store, in order. `not-found` for a store that is not there. */
  stateChanges(query: StateChangeQuery): Promise<StateChangePage>
  /** An object and what it refers to after the event. Throws `object-unseen`. */
  object(query: ObjectQuery): Promise<ObjectGraph>
  /** Events that show or name an object, in order. */
  sightings(query: SightingsQuery): Promise<Page<EventRow>>
  /** An expression over recorded values. Throws `expression-syntax`, `expression-unsupported`, `expression-failed`, `expression-budget`. */
  evaluate(query: EvaluateQuery): Promise<Evaluation>
  callTree(query: CallTreeQuery): Promise<CallTreePage>
  /** Calls around the event, innermost first, then causes up to the root, across tracks. */
  stack(query: { readonly session: string; readonly ref: EventRef }): Promise<readonly StackFrame[]>
  step(query: { readonly session: string; readonly ref: EventRef; readonly direction: StepDirection }): Promise<{ readonly ref?: EventRef }>
  at(query: AtQuery): Promise<AtAnswer>
  buckets(query: BucketQuery): Promise<Buckets>
  sources(query: { readonly session: string }): Promise<readonly SourceSummary[]>
  source(query: { readonly session: string; readonly path: string }): Promise<SourceDetail>
  functions(query: { readonly session: string; readonly limit?: number }): Promise<readonly FunctionSummary[]>
  /** Newest first. */
  incidents(query: { readonly session: string }): Promise<readonly IncidentRow[]>
  problems(query: { readonly session: string }): Promise<readonly Problem[]>
  /** Functions of the modules that some realm has loaded, and how much of them is recorded. */
  levels(query: LevelQuery): Promise<LevelPage>
  /** Time by call path and by function. `not-found` for a focus that nothing called. */
  flame(query: FlameQuery): Promise<FlameAnswer>
  /** Requests, queries, messages, timers in threads. */
  activities(query: ActivityQuery): Promise<ActivityPage>
  /** What realms or modules asked of each other, in order. */
  sequence(query: SequenceQuery): Promise<SequencePage>
  /** What people wrote about the session, in their order. */
  annotations(query: { readonly session: string }): Promise<readonly AnnotationRow[]>
  /** What the bytes are made of. */
  sizes(query: SizesQuery): Promise<TraceSizes>
  performance(query: PerformanceQuery): Promise<PerformanceReport>
  diffRuns(query: RunDiffQuery): Promise<RunDiff>
  /** Why there is nothing of a place in the source. */
  absence(query: AbsenceQuery): Promise<Absence>
}

/** HTTP: POST /api/<method> with the query as JSON body; answers {result} or {error: {code, message}} with a 4xx or 5xx status. */
export const ENGINE_METHODS = [
  'sessions',
  'session',
  'events',
  'search',
  'event',
  'call',
  'locals',
  'state',
  'stores',
  'stateChanges',
  'object',
  'sightings',
  'evaluate',
  'callTree',
  'stack',
  'step',
  'at',
  'buckets',
  'sources',
  'source',
  'functions',
  'incidents',
  'problems',
  'levels',
  'flame',
  'activities',
  'sequence',
  'annotations',
  'sizes',
  'performance',
  'diffRuns',
  'absence',
] as const
export type EngineMethod = (typeof ENGINE_METHODS)[number]
