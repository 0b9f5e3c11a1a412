/** Redux Toolkit in a page: it asks for an enhancer when it is loaded, so the page is made before. */
import type { EventRef } from '@hindscope/protocol'
import { dumpEvents } from '@hindscope/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { reduxAdapter } from '../../src/libraries/redux.ts'
import { RecordedProgram } from './recorded-program.ts'
import { randomOf, record, release } from './recorded-states.ts'

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

test('a store is put to recorded states and back, and its reducer goes on', async () => {
  release(recorder)
  const program = new RecordedProgram()
  recorder = program.recorder
  const observe = registerLibrary(reduxAdapter, 'redux')
  const { combineReducers, configureStore, createSlice } = await import('@reduxjs/toolkit')
  const slice = createSlice({
    name: 'list',
    initialState: { names: [] as { n: number }[], note: '' },
    reducers: {
      add: (state, { payload }: { payload: number }) => void state.names.push({ n: payload }),
      drop: state => void state.names.shift(),
      say: (state, { payload }: { payload: string }) => void (state.note = payload),
    },
  })
  const { add, drop, say } = slice.actions
  const store = observe(configureStore({ reducer: { list: slice.reducer } }), 'configureStore()')
  let told = 0
  store.subscribe(() => told++)
  const random = randomOf(3)
  const moments: { readonly ref: EventRef; readonly state: unknown }[] = []
  const step = (): void => {
    store.dispatch([add(random(9)), drop(), say(`s${random(4)}`), add(random(9))][random(4)] ?? drop())
    moments.push({ ref: program.here(), state: store.getState() })
  }
  for (let i = 0; i < 60; i++) step()
  for (let i = 0; i < 100; i++) {
    const { ref, state } = moments[random(moments.length)] as (typeof moments)[number] // SAFE: below the length
    const [live, before] = [store.getState(), told]
    expect([i, program.jump('redux', ref)]).toEqual([i, 'done'])
    expect(store.getState()).toEqual(state)
    expect(told).toBeGreaterThan(before)
    if (i % 4 === 0) {
      expect(program.back('redux')).toBe('done')
      if (i === 0) expect(store.getState()).toBe(live)
    }
    if (i % 7 === 0) step()
  }
  program.back('redux')
  store.replaceReducer(combineReducers({ list: (state = { names: [], note: '' }) => ({ ...state, note: 'replaced' }) }) as never)
  expect(program.jump('redux', moments[0]?.ref as EventRef)).toBe('done')
  store.dispatch(add(1))
  expect(store.getState().list.note).toBe('replaced')
  expect(recorder.stats().errors).toEqual({})
})

test('a store without the enhancer says that it has no way', async () => {
  release(recorder)
  delete page['document']
  const program = new RecordedProgram()
  recorder = program.recorder
  const observe = registerLibrary(reduxAdapter, 'redux')
  const { createStore } = await import('redux')
  observe(
    createStore((n: number = 0) => n + 1),
    'createStore()',
  )
  expect(program.stores()).toEqual([])
  expect(program.ask({ ask: 'back', store: 'redux' })).toMatchObject({ outcome: 'refused', why: 'gone' })
  expect(recorder.stats().errors).toEqual({})
})
