/**
 * TanStack Query 4 and 5: the state of every query of a client by its hash, told by the query cache's subscription, and what each query was told to
 * do (`fetch`, `success`, `error`, `invalidate` …) as actions.
 *
 * @table state
 * @versions 5
 * @told states of queries
 * @jump no
 */
import { define, isArray, keysOf, prototypeOf, reflectApply } from '../recorder/intrinsics.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { dataOf, isObject, isProxy } from '../adapters/state-diff.ts'
import { StateRecorder } from '../adapters/state-recorder.ts'
import type { RecordedStore } from '../adapters/state-recorder.ts'

type Method = (this: unknown, ...args: never[]) => unknown

/** Queries of one client whose states are recorded. */
const MAX_QUERIES = 500

export const tanstackQueryAdapter: LibraryAdapter = {
  id: 'tanstack-query',
  observe(recorder, { value: client }) {
    if (!isObject(client) || isProxy(client)) return undefined
    const cache = callOf(client, 'getQueryCache')
    const subscribe = dataOf(cache, 'subscribe')
    const queries = isObject(cache) ? callOf(cache, 'getAll') : undefined
    if (typeof subscribe !== 'function' || !isArray(queries)) return undefined
    const states = new StateRecorder(recorder, 'tanstack-query')
    const state: Record<string, unknown> = {}
    for (const query of queries.slice(0, MAX_QUERIES)) put(state, query)
    const recorded = states.open('tanstack-query', state)
    const told = (event: unknown): void => void states.guarded(() => tell(recorded, event))
    const leave = reflectApply(subscribe as Method, cache, [told] as never) // SAFE: typeof says so
    return () => {
      recorded.close()
      if (typeof leave === 'function') reflectApply(leave as Method, undefined, []) // SAFE: as above
    }
  },
}

export const observe: Observe = registerLibrary(tanstackQueryAdapter, 'tanstack-query')

/** Calls a method that only gives back what the library holds. */
function callOf(target: object, method: string): unknown {
  for (let at: object | null = target; at !== null && !isProxy(at); at = prototypeOf(at)) {
    const found = dataOf(at, method)
    if (typeof found === 'function') return reflectApply(found as Method, target, []) // SAFE: typeof says so
  }
  return undefined
}

function put(state: object, query: unknown): void {
  const hash = dataOf(query, 'queryHash')
  if (typeof hash === 'string') define(state, hash, { value: dataOf(query, 'state'), writable: true, enumerable: true, configurable: true })
}

function tell(recorded: RecordedStore, event: unknown): void {
  const type = dataOf(event, 'type')
  if (type !== 'added' && type !== 'removed' && type !== 'updated') return
  const query = dataOf(event, 'query')
  const hash = dataOf(query, 'queryHash')
  const last = recorded.last
  if (typeof hash !== 'string' || !isObject(last)) return
  const state: Record<string, unknown> = { ...last }
  if (type === 'removed') delete state[hash]
  else if (Object.hasOwn(state, hash) || keysOf(state).length < MAX_QUERIES) put(state, query)
  const action = dataOf(dataOf(event, 'action'), 'type')
  const open = recorded.begin(typeof action === 'string' ? action : type, { queryKey: dataOf(query, 'queryKey') })
  recorded.within(open, () => recorded.changed(state))
  if (open !== undefined) recorded.end(open)
}
