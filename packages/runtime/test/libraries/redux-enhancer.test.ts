/** Redux Toolkit in a page: it asks for an enhancer when it is loaded, so the page is made before. */
import { dumpEvents } from '@hindscope/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { reduxAdapter } from '../../src/libraries/redux.ts'
import { record, release } from './recorded-states.ts'

const COMPOSE = '__REDUX_DEVTOOLS_EXTENSION_COMPOSE__'
const page = globalThis as Record<string, unknown>
let recorder: RecorderHandle

beforeEach(() => {
  page['window'] = globalThis
  page['document'] = {}
  recorder = record()
})
afterEach(() => {
  release(recorder)
  delete page['window']
  delete page['document']
})

/** What the program sees; `observe` as instrumented code hands over the store. */
async function program(observe: <T>(store: T) => T): Promise<unknown[]> {
  const { configureStore, createAsyncThunk, createSlice } = await import('@reduxjs/toolkit')
  const log: unknown[] = []
  const load = createAsyncThunk('list/load', async (name: string) => {
    await new Promise(resolve => setTimeout(resolve, 1))
    if (name === '') throw new RangeError('no name')
    return [name]
  })
  const slice = createSlice({
    name: 'list',
    initialState: { names: [] as string[], waiting: 0, error: '' },
    reducers: { clear: state => void (state.names = []) },
    extraReducers: builder =>
      builder
        .addCase(load.pending, state => void state.waiting++)
        .addCase(load.fulfilled, (state, { payload }) => ({ ...state, names: [...state.names, ...payload], waiting: 0 }))
        .addCase(load.rejected, (state, { error }) => ({ ...state, waiting: 0, error: error.message ?? '' })),
  })
  const store = observe(configureStore({ reducer: { list: slice.reducer } }))
  store.subscribe(() => log.push(JSON.stringify(store.getState())))
  log.push(Object.keys(store), store.dispatch.name, store.dispatch.length)
  const { clear } = slice.actions
  const action = clear()
  log.push(store.dispatch(action) === action)
  const loaded = await store.dispatch(load('tea'))
  log.push(loaded.type, loaded.payload)
  log.push((await store.dispatch(load(''))).type)
  try {
    store.dispatch(undefined as never)
  } catch (error) {
    log.push((error as Error).message)
  }
  store.replaceReducer(((state: unknown) => state) as never)
  store.dispatch(clear())
  log.push(JSON.stringify(store.getState()))
  return log
}

test('a store of Redux Toolkit does in a page what it does without a recorder', async () => {
  registerLibrary(reduxAdapter, 'redux')
  expect(page[COMPOSE]).toBeTypeOf('function')
  expect(Object.keys(globalThis)).not.toContain(COMPOSE)
  const observe = registerLibrary(reduxAdapter, 'redux')
  const recorded = await program(store => observe(store, 'configureStore'))
  expect(recorder.stats().errors).toEqual({})
  release(recorder)
  expect(page[COMPOSE]).toBeUndefined()
  const plain = await program(store => store)
  expect(recorded).toEqual(plain)
})

test('actions of asynchronous thunks are seen, and their answers belong to who asked', async () => {
  const observe = registerLibrary(reduxAdapter, 'redux')
  const { access } = recorder
  const click = access.startActivity(6, { name: 'click' })
  // The program's own part of the thunk runs as an uninstrumented await leaves it: without a cause.
  await access.runIn(click, click, () => program(store => observe(store, 'configureStore')), undefined, [])
  const lines = dumpEvents(recorder.chunks()).split('\n')
  const starts = lines.filter(line => /^activity-start .* action /.test(line))
  const told = starts.map(line => line.replace(/^activity-start #(\d+) (?:≪(\d+) )?.* action: "([^"]*)".*/, '$1 $3 by $2').trim())
  expect(told).toEqual([
    '2 list/clear by',
    '3 thunk by',
    '4 list/load/pending by 3',
    '5 list/load/fulfilled by 3',
    '6 thunk by',
    '7 list/load/pending by 6',
    '8 list/load/rejected by 6',
    '9 action by',
    '10 list/clear by',
  ])
  expect(lines.filter(line => line.startsWith('state-change')).join('\n')).toContain('list.names[0]')
})

test('DevTools that are there are left alone', async () => {
  const own = (): unknown => undefined
  page[COMPOSE] = own
  try {
    registerLibrary(reduxAdapter, 'redux')
    expect(page[COMPOSE]).toBe(own)
  } finally {
    delete page[COMPOSE]
  }
})
