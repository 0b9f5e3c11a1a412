import * as toolkit from '@reduxjs/toolkit'
import * as redux5 from 'redux'
import * as redux4 from 'redux4'
import { afterEach, describe, expect, test } from 'vitest'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { Observe } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { reduxAdapter } from '../../src/libraries/redux.ts'
import { compareMoments, mark, randomOf, record, release, replay, statesOf } from './recorded-states.ts'

type Redux = typeof redux5
// SAFE: what the tests use is the same in both
const VERSIONS: readonly (readonly [string, Redux])[] = [
  ['redux 5', redux5],
  ['redux 4', redux4 as unknown as Redux],
]

const recorders: RecorderHandle[] = []
afterEach(() => recorders.splice(0).forEach(release))
function recording(): { readonly recorder: RecorderHandle; readonly observe: Observe } {
  const recorder = record()
  recorders.push(recorder)
  return { recorder, observe: registerLibrary(reduxAdapter, 'redux') }
}

interface Cart {
  readonly items: readonly { readonly name: string; readonly count: number }[]
  readonly note: string
}
type CartAction = { type: string; [key: string]: unknown }
const EMPTY: Cart = { items: [], note: '' }
function cart(state: Cart = EMPTY, action: CartAction): Cart {
  switch (action.type) {
    case 'add':
      return { ...state, items: [...state.items, { name: String(action['name']), count: 1 }] }
    case 'more':
      return { ...state, items: state.items.map((item, index) => (index === action['index'] ? { ...item, count: item.count + 1 } : item)) }
    case 'note':
      return { ...state, note: String(action['payload']) }
    case 'clear':
      return { ...state, items: [] }
    case 'throw':
      throw action['error']
    default:
      return state
  }
}

const thunk: redux5.Middleware =
  ({ dispatch, getState }) =>
  next =>
  action =>
    typeof action === 'function' ? action(dispatch, getState) : next(action)

const notes = (state: Cart): unknown => [state.items.length, state.note]

/** Everything that the program can see; `observe` gives back what it gets. */
async function program(redux: Redux, observe: Observe): Promise<readonly unknown[]> {
  const log: unknown[] = []
  const error = new RangeError('no')
  const logger: redux5.Middleware = () => next => action => {
    log.push(['before', typeof action === 'function' ? action.name : action])
    const result = next(action)
    log.push(['after', typeof result])
    return result
  }
  const store = observe(redux.legacy_createStore(cart, redux.applyMiddleware(thunk, logger)), 'createStore')
  const again = observe(store, 'createStore')
  log.push(again === store, Object.keys(store), store.dispatch.name, store.dispatch.length)
  const unsubscribe = store.subscribe(() => {
    log.push(['first', notes(store.getState())])
    if (store.getState().note === 'nest') store.dispatch({ type: 'note', payload: 'nested' })
  })
  store.subscribe(() => log.push(['second', notes(store.getState())]))
  const action = { type: 'add', name: 'tea' }
  log.push(store.dispatch(action) === action)
  store.dispatch({ type: 'nothing' })
  store.dispatch({ type: 'note', payload: 'nest' })
  for (const bad of [{ type: 'throw', error }, { type: undefined }, 'text', Object.create({ type: 'add' })]) {
    try {
      store.dispatch(bad as { type: string })
    } catch (caught) {
      log.push(caught === error, String(caught))
    }
  }
  const { dispatch } = store
  dispatch({ type: 'more', index: 0 })
  type Thunk = (dispatch: (action: CartAction) => unknown, getState: () => Cart) => unknown
  const load: Thunk = async (inner, getState) => {
    inner({ type: 'note', payload: 'loading' })
    await Promise.resolve()
    inner({ type: 'note', payload: 'loaded' })
    return notes(getState())
  }
  const promise = store.dispatch(load as unknown as CartAction) as unknown as Promise<unknown>
  log.push(promise instanceof Promise, await promise)
  unsubscribe()
  store.replaceReducer(((state: Cart = EMPTY, given: CartAction) => (given.type === 'swap' ? { ...state, note: 'swapped' } : state)) as never)
  store.dispatch({ type: 'add', name: 'never' })
  store.dispatch({ type: 'swap' })
  log.push(store.getState())
  return log
}

describe.each(VERSIONS)('%s', (_, redux) => {
  test('a program does what it did', async () => {
    const plain = await program(redux, value => value)
    const { recorder, observe } = recording()
    expect(await program(redux, observe)).toEqual(plain)
    expect(recorder.stats().errors).toEqual({})
  })

  test('actions, and what they changed, are recorded', async () => {
    const { recorder, observe } = recording()
    const store = observe(redux.legacy_createStore(cart, redux.applyMiddleware(thunk)), 'createStore')
    store.dispatch({ type: 'add', name: 'tea' })
    store.dispatch({ type: 'note', payload: 'x' })
    expect(() => store.dispatch({ type: 'throw', error: new Error('broken') })).toThrow('broken')
    async function load(inner: (action: CartAction) => unknown): Promise<void> {
      inner({ type: 'note', payload: 'loading' })
      await Promise.resolve()
      inner({ type: 'note', payload: 'loaded' })
    }
    await store.dispatch(load as unknown as CartAction)
    store.dispatch({ type: 'clear' })
    expect(statesOf(recorder)).toEqual([
      'state-snapshot → ["redux", {items: [], note: ""}]',
      'activity-start #1 action → {library: "redux", store: "redux", action: "add", payload: {type: "add", name: "tea"}}',
      'state-change #1 → ["redux", "items[0]", undefined, {name: "tea", count: 1}]',
      'activity-end #1 action → {}',
      'activity-start #2 action → {library: "redux", store: "redux", action: "note", payload: "x"}',
      'state-change #2 → ["redux", "note", "", "x"]',
      'activity-end #2 action → {}',
      'activity-start #3 action → {library: "redux", store: "redux", action: "throw", payload: {type: "throw", error: Error("broken")}}',
      'activity-end #3 action → {error: "broken"}',
      'activity-start #4 action → {library: "redux", store: "redux", action: "thunk load"}',
      'state-change #4 → ["redux", "note", "x", "loading"]',
      'activity-end #4 action → {}',
      'state-change → ["redux", "note", "loading", "loaded"]',
      'activity-start #5 action → {library: "redux", store: "redux", action: "clear"}',
      'state-change #5 → ["redux", "items.length", 1, 0]',
      'activity-end #5 action → {}',
    ])
  })

  test('a change is recorded before listeners of the program run, a nested dispatch inside its own', () => {
    const { recorder, observe } = recording()
    const store = observe(redux.legacy_createStore(cart), 'createStore')
    store.subscribe(() => {
      mark(recorder, store.getState().note)
      if (store.getState().note === 'outer') store.dispatch({ type: 'note', payload: 'inner' })
    })
    store.dispatch({ type: 'note', payload: 'outer' })
    const seen: unknown[] = []
    replay(recorder, (label, stores) => seen.push([label, (stores.get('redux') as Cart).note]))
    expect(seen).toEqual([
      ['outer', 'outer'],
      ['inner', 'inner'],
    ])
    expect(statesOf(recorder).filter(line => line.startsWith('state-change'))).toEqual([
      'state-change #1 → ["redux", "note", "", "outer"]',
      'state-change #2 → ["redux", "note", "outer", "inner"]',
    ])
    expect(statesOf(recorder).find(line => line.startsWith('activity-start #2'))).toContain('activity-start #2 ≪1 action')
  })

  test('the state at any moment is the one that the program was in', () => {
    const { recorder, observe } = recording()
    const store = observe(
      redux.legacy_createStore(redux.combineReducers({ one: cart, two: cart } as never)) as redux5.Store<unknown, CartAction>,
      'createStore',
    )
    const random = randomOf(7)
    const expected: unknown[] = []
    for (let i = 0; i < 1000; i++) {
      const type = ['add', 'more', 'more', 'note', 'more', 'clear', 'nothing'][random(random(8) === 0 ? 7 : 5)] ?? ''
      store.dispatch({ type, name: `n${random(9)}`, index: random(6), payload: `p${random(50)}` })
      expected.push(store.getState())
      mark(recorder, String(i))
    }
    expect(compareMoments(recorder, 'redux', expected)).toEqual({ moments: 1000, first: undefined })
    expect(recorder.stats().truncated).toBe(0)
  })

  test('a detached store is as it was', () => {
    const { recorder, observe } = recording()
    const store = redux.legacy_createStore(cart, redux.applyMiddleware(thunk))
    const before = Object.getOwnPropertyDescriptors(store)
    observe(store, 'createStore')
    const wrapped = store.dispatch
    release(recorder)
    expect(Object.getOwnPropertyDescriptors(store)).toEqual(before)
    const events = recorder.stats().events
    wrapped({ type: 'add', name: 'tea' })
    store.dispatch({ type: 'add', name: 'tea' })
    expect([recorder.stats().events, store.getState().items.length]).toEqual([events, 2])
  })
})

test('what is no store is left alone', () => {
  const { recorder, observe } = recording()
  const values = [{}, Object.freeze({ ...redux5.legacy_createStore(cart) }), new Proxy(redux5.legacy_createStore(cart), {}), () => 1]
  for (const value of values) {
    const before = Object.getOwnPropertyDescriptors(value)
    expect(observe(value, 'createStore') === value).toBe(true)
    expect(Object.getOwnPropertyDescriptors(value)).toEqual(before)
  }
  expect(recorder.stats().errors).toEqual({ 'adapter-unsupported': 4 })
})

test('a store of Redux Toolkit, with slices, immer, async thunks and batched listeners', async () => {
  const run = async (observe: Observe): Promise<unknown> => {
    const log: unknown[] = []
    const slice = toolkit.createSlice({
      name: 'todos',
      initialState: { list: [] as { text: string; done: boolean }[], status: 'idle' },
      reducers: {
        added: (state, { payload }: { payload: string }) => void state.list.push({ text: payload, done: false }),
        quiet: { reducer: state => void (state.status = 'quiet'), prepare: toolkit.prepareAutoBatched<void>() },
      },
      extraReducers: builder => builder.addCase(load.fulfilled, (state, { payload }) => void (state.status = payload)),
    })
    const load = toolkit.createAsyncThunk('todos/load', async (text: string, { rejectWithValue }) => (text === '' ? rejectWithValue('none') : text))
    const store = observe(toolkit.configureStore({ reducer: { todos: slice.reducer } }), 'configureStore')
    store.subscribe(() => log.push(store.getState().todos))
    store.dispatch(slice.actions.added('tea'))
    const result = await store.dispatch(load('loaded'))
    log.push(result.type, result.payload, (await store.dispatch(load(''))).payload)
    store.dispatch(slice.actions.quiet())
    log.push('quiet')
    await new Promise(resolve => setTimeout(resolve, 20))
    return log
  }
  const plain = await run(value => value)
  const { recorder, observe } = recording()
  expect(await run(observe)).toEqual(plain)
  const lines = statesOf(recorder)
  expect(lines.map(line => line.replace(/requestId: "[^"]*"/, ''))).toEqual([
    'state-snapshot → ["redux", {todos: {list: [], status: "idle"}}]',
    'activity-start #1 action → {library: "redux", store: "redux", action: "todos/added", payload: "tea"}',
    'state-change #1 → ["redux", "todos.list[0]", undefined, {text: "tea", done: false}]',
    'activity-end #1 action → {}',
    'activity-start #2 action → {library: "redux", store: "redux", action: "thunk"}',
    'activity-end #2 action → {}',
    'state-change → ["redux", "todos.status", "idle", "loaded"]',
    'activity-start #3 action → {library: "redux", store: "redux", action: "thunk"}',
    'activity-end #3 action → {}',
    'activity-start #4 action → {library: "redux", store: "redux", action: "todos/quiet", payload: undefined}',
    'state-change #4 → ["redux", "todos.status", "loaded", "quiet"]',
    'activity-end #4 action → {}',
  ])
  expect(recorder.stats().errors).toEqual({})
})
