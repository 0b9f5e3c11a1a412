/** What the aggregated views show, asked for while they are on screen. */
import type { ReadonlySignal } from '@preact/signals-core'
import type {
  ActivityPage,
  ActivityQuery,
  ActivityRow,
  ActivityTypeName,
  FlameAnswer,
  FlameQuery,
  SequenceArrow,
  SequencePage,
  SequenceQuery,
} from '@hindscope/protocol'
import type { EngineClient } from '../engine/engine-client.ts'
import type { Result } from '../engine/failure.ts'
import { createResource } from '../engine/resource.ts'
import type { Resource } from '../engine/resource.ts'
import { createPagedList } from './paged-list.ts'
import type { PagedList } from './paged-list.ts'
import type { ViewModel } from './view-model.ts'
import type { ViewState } from './view-state.ts'

/** What the network view shows unless something else is chosen. */
export const NETWORK_TYPES: readonly ActivityTypeName[] = ['httpClient', 'httpServer', 'message', 'query', 'custom']
const FLAME_PATHS = 4000
const MOST_LIFELINES = 30

export interface Aggregates {
  readonly flame: Resource<FlameAnswer>
  /** Functions of the whole scope, for the merged calls. */
  readonly functions: Resource<FlameAnswer>
  readonly network: PagedList<ActivityPage, ActivityRow>
  readonly sequence: PagedList<SequencePage, SequenceArrow>
}

const rangeOf = ({ range }: ViewState): { readonly fromUs?: number; readonly toUs?: number } =>
  range === undefined ? {} : { fromUs: range.fromUs, toUs: range.toUs }

function flameQuery(view: ViewState, session: string): FlameQuery {
  const { flameOrder, focus } = view.choices ?? {}
  return { session, ...rangeOf(view), limit: FLAME_PATHS, ...(flameOrder && { order: flameOrder }), ...(focus && { focus }) }
}

function activityQuery(view: ViewState, session: string): ActivityQuery {
  const { types = NETWORK_TYPES, activityOrder, unfolded } = view.choices ?? {}
  const { text, errors, chain } = view.filter
  return {
    session,
    types,
    ...rangeOf(view),
    ...(text && { text }),
    ...(errors && { errors }),
    ...(chain && { chain }),
    ...(activityOrder && { order: activityOrder }),
    foldRepeats: unfolded !== true,
  }
}

export function sequenceQuery(view: ViewState, session: string): SequenceQuery {
  const { chain } = view.filter
  return { session, by: view.choices?.lifelines ?? 'track', ...rangeOf(view), ...(chain && { chain }), lifelines: MOST_LIFELINES }
}

interface Asked<Q> {
  readonly query: Q
  readonly tick: number
}

export function createAggregates(model: ViewModel, engine: EngineClient, tick: ReadonlySignal<number>): Aggregates {
  /** The query while the list is open, and the count of changes: it is asked again as the session grows. */
  const keyOn = <Q>(isOpen: (view: ViewState) => boolean, query: (view: ViewState, session: string) => Q): Asked<Q> | undefined => {
    const view = model.view.value
    return isOpen(view) && view.session !== undefined ? { query: query(view, view.session), tick: tick.value } : undefined
  }
  const askFlame = ({ query }: Asked<FlameQuery>, aborted: AbortSignal): Promise<Result<FlameAnswer>> => engine.ask('flame', query, aborted)
  const sameSession = { keep: (a: Asked<FlameQuery>, b: Asked<FlameQuery>) => a.query.session === b.query.session }
  const isSame = (a: Asked<object>, b: Asked<object>): boolean => JSON.stringify(a.query) === JSON.stringify(b.query)
  return {
    flame: createResource(() => keyOn(view => view.left === 'flame', flameQuery), askFlame, sameSession),
    functions: createResource(() => keyOn(isMerged, functionQuery), askFlame, sameSession),
    network: createPagedList<Asked<ActivityQuery>, ActivityPage, ActivityRow>({
      key: () => keyOn(view => view.left === 'network', activityQuery),
      load: ({ query }, page, aborted) => engine.ask('activities', { ...query, ...page }, aborted),
      rowsOf: ({ rows }) => rows,
      totalOf: ({ total }) => total,
      pageRows: 200,
      keep: isSame,
    }),
    sequence: createPagedList<Asked<SequenceQuery>, SequencePage, SequenceArrow>({
      key: () => keyOn(view => view.left === 'sequence', sequenceQuery),
      load: ({ query }, page, aborted) => engine.ask('sequence', { ...query, ...page }, aborted),
      rowsOf: ({ arrows }) => arrows,
      totalOf: ({ total }) => total,
      pageRows: 500,
      keep: isSame,
    }),
  }
}

const isMerged = ({ left, choices }: ViewState): boolean => (left === 'calls' || left === undefined) && choices?.merged !== undefined
const functionQuery = (view: ViewState, session: string): FlameQuery => ({ session, ...rangeOf(view), limit: FLAME_PATHS })
