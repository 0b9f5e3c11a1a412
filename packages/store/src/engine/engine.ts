/** The TraceEngine over stores in this process; every query is synchronous work behind a promise, but `search`, which pauses. */
import { ENGINE_METHODS, HindscopeError } from '@hindscope/protocol'
import type { AskOptions, EngineMethod, SessionSummary, TraceEngine } from '@hindscope/protocol'
import type { TraceStore } from '../model/trace-store.ts'
import { querySearch } from '../query/search.ts'
import { queryEvaluate } from '../replay/evaluate.ts'
import { queryObject } from '../replay/object-graph.ts'
import { querySightings } from '../replay/sightings.ts'
import { queryState } from '../replay/state.ts'
import { queryStateChanges, queryStores } from '../replay/stores.ts'
import { queryAbsence } from './absence.ts'
import { queryAnnotations } from './annotations.ts'
import { queryActivities } from './activities.ts'
import { queryBuckets } from './buckets.ts'
import { queryCall, queryCallTree, queryStack } from './calls.ts'
import { queryRunDiff } from './run-diff.ts'
import { queryEvent, queryEvents } from './events.ts'
import { queryFlame } from './flame.ts'
import { queryIncidents } from './incidents.ts'
import { queryLevels } from './levels.ts'
import { queryLocals } from './locals.ts'
import { queryPerformance } from './performance.ts'
import { queryProblems } from './problems.ts'
import { querySizes } from './sizes.ts'
import { querySequence } from './sequence.ts'
import { queryFunctions, querySource, querySources } from './sources.ts'
import { queryAt, queryStep } from './stepping.ts'
import { summarize } from './summaries.ts'
import { refuse } from './validate.ts'

/** Where an engine finds its sessions; the collector's opens them from disk when they are first asked for. */
export interface SessionCatalog {
  /** Newest first. */
  list(): Promise<readonly SessionSummary[]>
  open(session: string): Promise<TraceStore | undefined>
}

/** An engine over a catalog or over stores in memory; an iterable is read again at every query, so stores may be added to it. */
export function createEngine(source: Iterable<TraceStore> | SessionCatalog): TraceEngine {
  const catalog = Symbol.iterator in source ? catalogOf(source) : source
  const open = async (method: string, query: { readonly session: string } | undefined): Promise<TraceStore> => {
    const session = query?.session
    if (typeof session !== 'string') return refuse(method, 'session', session, 'a session id')
    const store = await catalog.open(session)
    if (store === undefined) throw new HindscopeError('not-found', { what: 'session', id: session })
    return store
  }
  return {
    sessions: () => catalog.list(),
    session: async query => summarize(await open('session', query)),
    events: async query => queryEvents(await open('events', query), query),
    search: async (query, options) => querySearch(await open('search', query), query, options),
    event: async query => queryEvent(await open('event', query), query.ref),
    call: async query => queryCall(await open('call', query), query.ref),
    locals: async query => queryLocals(await open('locals', query), query),
    state: async query => queryState(await open('state', query), query),
    stores: async query => queryStores(await open('stores', query), query),
    stateChanges: async query => queryStateChanges(await open('stateChanges', query), query),
    object: async query => queryObject(await open('object', query), query),
    sightings: async query => querySightings(await open('sightings', query), query),
    evaluate: async query => queryEvaluate(await open('evaluate', query), query),
    callTree: async query => queryCallTree(await open('callTree', query), query),
    stack: async query => queryStack(await open('stack', query), query.ref),
    step: async query => queryStep(await open('step', query), query.ref, query.direction),
    at: async query => queryAt(await open('at', query), query),
    buckets: async query => queryBuckets(await open('buckets', query), query),
    sources: async query => querySources(await open('sources', query)),
    source: async query => querySource(await open('source', query), query.path),
    functions: async query => queryFunctions(await open('functions', query), query.limit),
    incidents: async query => queryIncidents(await open('incidents', query)),
    problems: async query => queryProblems(await open('problems', query)),
    levels: async query => queryLevels(await open('levels', query), query),
    flame: async query => queryFlame(await open('flame', query), query),
    activities: async query => queryActivities(await open('activities', query), query),
    sequence: async query => querySequence(await open('sequence', query), query),
    annotations: async query => queryAnnotations(await open('annotations', query)),
    sizes: async query => querySizes(await open('sizes', query), query),
    performance: async query => queryPerformance(await open('performance', query), query),
    diffRuns: async query => queryRunDiff(await open('diffRuns', query), await open('diffRuns', { session: query.other }), query),
    absence: async query => queryAbsence(await open('absence', query), query),
  }
}

function catalogOf(stores: Iterable<TraceStore>): SessionCatalog {
  return {
    list: async () => [...stores].map(summarize).sort((a, b) => b.startedMs - a.startedMs),
    open: async session => [...stores].find(store => store.session === session),
  }
}

export const isEngineMethod = (name: string): name is EngineMethod => (ENGINE_METHODS as readonly string[]).includes(name)

/** Asks an engine by method name with a query from outside; the engine checks the query itself. */
export function askEngine(engine: TraceEngine, method: EngineMethod, query: unknown, options?: AskOptions): Promise<unknown> {
  if (typeof query !== 'object' || query === null || Array.isArray(query)) {
    return Promise.reject(
      new HindscopeError('query-bad', { method, field: 'the query', value: JSON.stringify(query) ?? 'undefined', allowed: 'a JSON object' }),
    )
  }
  const ask = engine[method] as (query: object, options?: AskOptions) => Promise<unknown> // SAFE: every method takes one object and checks its fields
  return ask(query, options)
}
