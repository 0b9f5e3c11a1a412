/**
 * The enhancer that stores of Redux Toolkit get in a page: `configureStore` asks for `window.__REDUX_DEVTOOLS_EXTENSION_COMPOSE__` and puts what
 * it gives innermost, right around the store, where every action passes. Ours changes nothing but `dispatch` of that store, which middleware
 * gets, and notes what its `replaceReducer` is given.
 *
 * Where the DevTools extension is there, it is left alone: it runs old actions anew, and they would be recorded anew.
 *
 * The answer of an asynchronous thunk is dispatched by code of Redux Toolkit behind an `await` of its own. By its request id it is joined to the
 * action that the thunk began with.
 */
import { SafeMap, SafeWeakMap, define, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from './adapter.ts'
import { patchMethod } from './patch.ts'
import { actionName, actionPayload, requestOf } from './redux-actions.ts'
import { dataOf, isObject } from './state-diff.ts'
import { StateRecorder } from './state-recorder.ts'
import type { Cause, RecordedStore } from './state-recorder.ts'
import type { JumpWay } from './store-jumps.ts'

const COMPOSE = '__REDUX_DEVTOOLS_EXTENSION_COMPOSE__'
/** Thunks under way whose beginning is kept; the oldest is forgotten. */
const MAX_REQUESTS = 1000

type Method = (...args: unknown[]) => unknown
type Enhancer = (createStore: Method) => Method

/** By `getState`, which a store and the stores around it have in common. */
const stores = new SafeWeakMap<RecorderAccess, SafeWeakMap<object, RecordedStore>>()

/** The store around which `getState` was enhanced. */
export const enhancedStore = (recorder: RecorderAccess, getState: object): RecordedStore | undefined => stores.get(recorder)?.get(getState)

/** Whose enhancer stores get at present. Redux Toolkit keeps what it found when it was loaded, longer than a recorder may live. */
let active: StateRecorder | undefined

const enhancer: Enhancer = createStore =>
  function enhanced(this: unknown, ...args: unknown[]): unknown {
    const store = reflectApply(createStore, this, args)
    const states = active
    if (states !== undefined) states.guarded(() => watch(states, store, args[0]))
    return store
  }

/** As Redux Toolkit's own stand-in for the extension. */
function composeWithOurs(...args: unknown[]): unknown {
  if (args.length === 0) return enhancer
  return typeof args[0] === 'object' ? (...enhancers: Enhancer[]) => compose([...enhancers, enhancer]) : compose([...(args as Enhancer[]), enhancer]) // SAFE: what composes is given functions
}

/** From right to left. */
function compose(enhancers: readonly Enhancer[]): Enhancer {
  return createStore => enhancers.reduceRight((inner, each) => each(inner), createStore)
}

/** Puts `__REDUX_DEVTOOLS_EXTENSION_COMPOSE__` into a page that has none. */
export function offerEnhancer(recorder: RecorderAccess, realm: object): Detach | undefined {
  if (typeof document !== 'object' || COMPOSE in realm) return undefined
  if (!define(realm, COMPOSE, { value: composeWithOurs, configurable: true, writable: true, enumerable: false })) return undefined
  active = new StateRecorder(recorder, 'redux')
  return () => {
    active = undefined
    for (const store of opened.splice(0)) store.deref()?.close()
    if (ownDescriptor(realm, COMPOSE)?.value === composeWithOurs) Reflect.deleteProperty(realm, COMPOSE)
  }
}

const opened: WeakRef<RecordedStore>[] = []

function watch(states: StateRecorder, store: unknown, reducer: unknown): void {
  const getState = dataOf(store, 'getState')
  if (!isObject(store) || typeof getState !== 'function') return
  const { recorder } = states
  const current = (): unknown => reflectApply(getState as Method, store, []) // SAFE: typeof says so
  const recorded = states.open('redux', current())
  const look = (): void => states.guarded(() => recorded.changed(current()))
  const requests = new Requests(recorder)
  patchMethod(
    store,
    'dispatch',
    original =>
      function dispatch(this: unknown, ...args: unknown[]): unknown {
        if (!recorded.isRecording) return reflectApply(original, this, args as never) // SAFE: what the program passed
        const [action] = args
        const cause = states.guarded(() => requests.causeOf(action))
        return recorded.run(actionName(action), actionPayload(action), original, this, args, look, cause)
      },
  )
  opened.push(new WeakRef(recorded))
  allowJump(recorded, store, reducer)
  let known = stores.get(recorder)
  if (known === undefined) stores.set(recorder, (known = new SafeWeakMap()))
  known.set(getState, recorded)
}

interface Reduced {
  /** `replaceReducer` of the store, as Redux made it. */
  readonly replace: Method
  reducer: unknown
}
/** By `getState`, which lives as long as the store does, also where stores around it are what the program has. */
const reduced = new SafeWeakMap<object, Reduced>()

/**
 * The enhancer knows what no store tells: its reducer. So a state is put there by public means, twice `replaceReducer`: by one that gives the
 * state, and by the program's own again, which is asked with Redux's action of that name and gives back what it does not know.
 */
const way: JumpWay = {
  read: getState => reflectApply(getState as Method, undefined, []), // SAFE: what `allowJump` gives, here and below
  write(getState, state) {
    const { replace, reducer } = reduced.get(getState) as Reduced
    try {
      reflectApply(replace, undefined, [() => state])
    } finally {
      reflectApply(replace, undefined, [reducer])
    }
  },
  unwrap: value => value,
}

function allowJump(recorded: RecordedStore, store: object, reducer: unknown): void {
  const [getState, replace] = [dataOf(store, 'getState'), dataOf(store, 'replaceReducer')]
  if (typeof getState !== 'function' || typeof replace !== 'function' || typeof reducer !== 'function') return
  const known: Reduced = { replace: replace as Method, reducer } // SAFE: typeof says so
  patchMethod(
    store,
    'replaceReducer',
    original =>
      function replaceReducer(this: unknown, ...args: unknown[]): unknown {
        const result = reflectApply(original, this, args as never) // SAFE: what the program passed
        known.reducer = args[0]
        return result
      },
  )
  reduced.set(getState, known)
  recorded.allowJump(getState, way)
}

/** Where the asynchronous thunks began that are under way. */
class Requests {
  private readonly recorder: RecorderAccess
  private readonly begun = new SafeMap<string, Cause>()

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
  }

  /** For an action that comes out of nowhere and has been begun before. */
  causeOf(action: unknown): Cause | undefined {
    const { recorder, begun } = this
    const id = requestOf(action)
    if (id === undefined) return undefined
    const known = begun.get(id)
    const root = recorder.currentRoot()
    if (known !== undefined) {
      begun.delete(id)
      return root === 0 ? known : undefined
    }
    if (begun.size >= MAX_REQUESTS) {
      const oldest = begun.keys().next()
      if (!oldest.done) begun.delete(oldest.value)
    }
    begun.set(id, { call: recorder.currentCall(), root })
    return undefined
  }
}
