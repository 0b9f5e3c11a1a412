import { QueryClient, QueryObserver } from '@tanstack/query-core'
import { afterEach, expect, test, vi } from 'vitest'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { Observe } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { tanstackQueryAdapter } from '../../src/libraries/tanstack-query.ts'
import { record, release, replay, statesOf } from './recorded-states.ts'

const recorders: RecorderHandle[] = []
afterEach(() => {
  recorders.splice(0).forEach(release)
  vi.useRealTimers()
})
function recording(): { readonly recorder: RecorderHandle; readonly observe: Observe } {
  const recorder = record()
  recorders.push(recorder)
  return { recorder, observe: registerLibrary(tanstackQueryAdapter, 'tanstack-query') }
}

/** Everything that the program can see; `observe` gives back what it gets. */
async function program(observe: Observe): Promise<readonly unknown[]> {
  vi.useFakeTimers({ now: 0 })
  const log: unknown[] = []
  const client = observe(new QueryClient({ defaultOptions: { queries: { retry: 1, retryDelay: 5, gcTime: 50 } } }), 'QueryClient')
  log.push(observe(client, 'QueryClient') === client, Object.keys(client))
  client.getQueryCache().subscribe(({ type, query }) => log.push([type, query.queryHash, query.state.status, query.state.fetchStatus]))
  let calls = 0
  const failure = new Error('no')
  const observer = new QueryObserver(client, {
    queryKey: ['todos', { page: 1 }],
    queryFn: () => (log.push(['call', ++calls]), Promise.resolve([{ id: calls }])),
    select: list => (log.push(['select', list.length]), list.length),
  })
  const leave = observer.subscribe(({ data, status, fetchStatus }) => log.push(['result', data, status, fetchStatus]))
  await vi.advanceTimersByTimeAsync(1)
  await client.invalidateQueries({ queryKey: ['todos'] })
  client.setQueryData(['todos', { page: 1 }], (list: { id: number }[] | undefined) => [...(list ?? []), { id: 9 }])
  const promise = client
    .fetchQuery({ queryKey: ['bad'], queryFn: () => Promise.reject(failure) })
    .catch((error: unknown) => log.push(error === failure))
  await vi.advanceTimersByTimeAsync(20)
  await promise
  leave()
  await vi.advanceTimersByTimeAsync(100)
  log.push(client.getQueryCache().getAll().length)
  client.clear()
  vi.useRealTimers()
  return log
}

test('a program does what it did', async () => {
  const plain = await program(value => value)
  const { recorder, observe } = recording()
  expect(await program(observe)).toEqual(plain)
  expect(recorder.stats().errors).toEqual({})
})

test('states of queries, and what happened to them, are recorded', async () => {
  const { recorder, observe } = recording()
  const client = observe(new QueryClient({ defaultOptions: { queries: { retry: false } } }), 'QueryClient')
  await client.fetchQuery({ queryKey: ['a'], queryFn: () => Promise.resolve({ n: 1 }) })
  client.setQueryData(['a'], { n: 2 })
  await client.invalidateQueries({ queryKey: ['a'] })
  await client.fetchQuery({ queryKey: ['b'], queryFn: () => Promise.reject(new Error('broken')) }).catch(() => {})
  const lines = statesOf(recorder)
  expect(
    lines.filter(line => line.startsWith('activity-start')).map(line => /action: ("[^"]*"), payload: (.*)\}$/.exec(line)?.slice(1).join(' ')),
  ).toEqual([
    '"added" {queryKey: ["a"]}',
    '"fetch" {queryKey: ["a"]}',
    '"success" {queryKey: ["a"]}',
    '"success" {queryKey: ["a"]}',
    '"invalidate" {queryKey: ["a"]}',
    '"added" {queryKey: ["b"]}',
    '"fetch" {queryKey: ["b"]}',
    '"error" {queryKey: ["b"]}',
  ])
  expect(lines).toContain(`state-change #4 → ["tanstack-query", "['[\\"a\\"]'].data.n", 1, 2]`)
  expect(lines).toContain(`state-change #5 → ["tanstack-query", "['[\\"a\\"]'].isInvalidated", false, true]`)
  const state = replay(recorder, () => {}).get('tanstack-query') as Record<string, { data: unknown; status: string }>
  expect([Object.keys(state), state['["a"]']?.data, state['["b"]']?.status]).toEqual([['["a"]', '["b"]'], { n: 2 }, 'error'])
  client.clear()
  expect(replay(recorder, () => {}).get('tanstack-query')).toEqual({})
  expect(recorder.stats().errors).toEqual({})
})

test('a detached client is told no more, and what is no client is left alone', () => {
  const { recorder, observe } = recording()
  observe({}, 'QueryClient')
  observe(new Proxy(new QueryClient(), {}), 'QueryClient')
  expect(recorder.stats().errors).toEqual({ 'adapter-unsupported': 2 })
  const client = observe(new QueryClient(), 'QueryClient')
  expect(client.getQueryCache().hasListeners()).toBe(true)
  release(recorder)
  const events = recorder.stats().events
  client.setQueryData(['a'], 1)
  expect([client.getQueryCache().hasListeners(), recorder.stats().events]).toEqual([false, events])
})
