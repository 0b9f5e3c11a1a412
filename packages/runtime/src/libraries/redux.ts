/**
 * Redux 4 and 5, and stores of Redux Toolkit: an action activity for what is dispatched through the store, and what the state became.
 *
 * `dispatch` is patched on the store object, where the program and its bindings get it from; middleware and thunks have a `dispatch` of their
 * own that leads past the store, so what they dispatch is no activity. What it changes is seen all the same: the first listener is ours, told
 * right after each reducer. Enhancers may delay listeners (RTK's batches), so the state is looked at after each dispatch too.
 *
 * In pages Redux Toolkit asks for an enhancer of DevTools (redux-enhancer.ts): there every action is seen, those of thunks too, and the store
 * itself only tells of the thunks.
 *
 * A store alone does not tell its reducer, so it cannot be put to a recorded state; one with the enhancer can.
 *
 * @table state
 * @versions redux 5, 4; @reduxjs/toolkit 2
 * @told actions, thunks; what asynchronous thunks dispatch belongs to who asked (in pages, for Toolkit)
 * @jump in pages, for Toolkit
 */
import { reflectApply } from '../recorder/intrinsics.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { actionName, actionPayload } from '../adapters/redux-actions.ts'
import { enhancedStore, offerEnhancer } from '../adapters/redux-enhancer.ts'
import { dataOf, isObject } from '../adapters/state-diff.ts'
import { StateRecorder } from '../adapters/state-recorder.ts'

type Method = (...args: unknown[]) => unknown

export const reduxAdapter: LibraryAdapter = {
  id: 'redux',
  attach: offerEnhancer,
  observe(recorder, { value: store }) {
    const getState = dataOf(store, 'getState')
    const subscribe = dataOf(store, 'subscribe')
    const areMethods = [getState, subscribe, dataOf(store, 'dispatch'), dataOf(store, 'replaceReducer')].every(each => typeof each === 'function')
    if (!isObject(store) || !areMethods) return undefined
    // SAFE: checked above, here and below
    const known = enhancedStore(recorder, getState as Method)
    const states = new StateRecorder(recorder, 'redux')
    const current = (): unknown => reflectApply(getState as Method, store, [])
    const recorded = known ?? states.open('redux', current())
    const look = (): void => states.guarded(() => recorded.changed(current()))
    const patch = patchMethod(
      store,
      'dispatch',
      original =>
        function dispatch(this: unknown, ...args: unknown[]): unknown {
          const [action] = args
          if (!recorded.isRecording || (known !== undefined && typeof action !== 'function')) return reflectApply(original, this, args as never) // SAFE: what the program passed
          return recorded.run(actionName(action), actionPayload(action), original, this, args, look)
        },
    )
    if (patch === undefined) {
      if (known === undefined) recorded.close()
      return undefined
    }
    if (known !== undefined) return patch
    const unsubscribe = reflectApply(subscribe as Method, store, [look])
    return combine([
      () => recorded.close(),
      patch,
      typeof unsubscribe === 'function' ? () => void reflectApply(unsubscribe as Method, undefined, []) : undefined,
    ]) // SAFE: typeof says so
  },
}

export const observe: Observe = registerLibrary(reduxAdapter, 'redux')
