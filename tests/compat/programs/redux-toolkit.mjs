import * as toolkit from '@reduxjs/toolkit'

export const modules = { toolkit }

export async function run(log) {
  const {
    configureStore,
    createSlice,
    createAsyncThunk,
    createEntityAdapter,
    createSelector,
    createListenerMiddleware,
    createAction,
    createReducer,
    combineSlices,
    isAnyOf,
    unwrapResult,
    createDraftSafeSelector,
  } = toolkit
  const load = createAsyncThunk(
    'items/load',
    async (id, { rejectWithValue, signal, getState, requestId }) => {
      await null
      if (id === 'reject') return rejectWithValue({ why: 'asked' })
      if (id === 'throw') throw new RangeError('thrown')
      return { id, aborted: signal.aborted, known: Object.keys(getState()), length: requestId.length }
    },
    { condition: id => id !== 'skip', idGenerator: id => `request ${id}` },
  )
  const adapter = createEntityAdapter({ sortComparer: (a, b) => a.id - b.id })
  const items = createSlice({
    name: 'items',
    initialState: adapter.getInitialState({ status: 'idle', log: [] }),
    reducers: {
      added: adapter.addOne,
      upserted: adapter.upsertMany,
      removed: adapter.removeOne,
      renamed: {
        reducer: (state, { payload, meta }) => void (state.entities[payload.id].name = payload.name + meta.at),
        prepare: (id, name) => ({ payload: { id, name }, meta: { at: 1 } }),
      },
      broken: () => {
        throw new TypeError('in a reducer')
      },
    },
    extraReducers: builder =>
      builder
        .addCase(load.pending, state => void (state.status = 'pending'))
        .addMatcher(isAnyOf(load.fulfilled, load.rejected), (state, action) => void state.log.push([action.type, action.payload ?? action.error]))
        .addDefaultCase(() => undefined),
    selectors: { status: state => state.status },
  })
  const counter = createReducer(0, builder => builder.addCase(createAction('count/add'), (state, { payload = 1 }) => state + payload))
  const listener = createListenerMiddleware({ onError: error => log('listener failed', error.message) })
  const heard = []
  listener.startListening({
    matcher: isAnyOf(items.actions.added),
    effect: async (action, api) => {
      heard.push(action.type)
      await api.delay(1)
      api.dispatch({ type: 'count/add', payload: 10 })
      heard.push(await api.condition(() => true, 5))
      if (action.payload.id === 3) throw new Error('in an effect')
    },
  })
  const store = configureStore({
    reducer: { items: items.reducer, counter, more: combineSlices({ x: (s = 1) => s }) },
    middleware: get => get({ serializableCheck: { warnAfter: 1e6 }, immutableCheck: { warnAfter: 1e6 } }).prepend(listener.middleware),
    enhancers: get =>
      get().concat(
        next =>
          (...values) =>
            next(...values),
      ),
  })
  const states = []
  store.subscribe(() => states.push(JSON.stringify(store.getState())))
  const { added, upserted, removed, renamed, broken } = items.actions
  for (const action of [
    added({ id: 2, name: 'b' }),
    added({ id: 1, name: 'a' }),
    added({ id: 3, name: 'c' }),
    renamed(1, 'z'),
    upserted([{ id: 1, x: 1 }, { id: 9 }]),
    removed(2),
    { type: 'count/add' },
  ])
    log.attempt('dispatch', () => store.dispatch(action))
  for (const wrong of [
    broken(),
    undefined,
    {},
    { type: 1 },
    () => {
      throw new Error('in a thunk')
    },
  ])
    log.attempt('wrong', () => store.dispatch(wrong))
  for (const id of ['x', 'reject', 'throw', 'skip']) {
    await log.attempt('thunk', () => store.dispatch(load(id)))
    await log.attempt('unwrapped', () => store.dispatch(load(id)).unwrap())
  }
  const running = store.dispatch(load('aborted'))
  running.abort('enough')
  await log.attempt('aborted', () => running.then(unwrapResult))
  await new Promise(resolve => setTimeout(resolve, 150))
  const all = createSelector([state => state.items, state => state.counter], (a, b) => [adapter.getSelectors().selectAll(a), b])
  log(
    all(store.getState()),
    all(store.getState()) === all(store.getState()),
    all.recomputations(),
    states,
    heard,
    items.selectors.status(store.getState()),
  )
  log.attempt('frozen', () => (store.getState().items.ids.length = 0))
  log.attempt('reducer', () => configureStore({ reducer: undefined }))
  log.attempt('slice', () => createSlice({ initialState: 1 }))
  log(
    createDraftSafeSelector(
      x => x,
      x => x,
    )(1),
    toolkit.isPlain({}),
    toolkit.findNonSerializableValue({ a: { b: () => 1 } })?.keyPath,
  )
}
