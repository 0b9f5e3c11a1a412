/**
 * Zustand 4 and 5: what the state of a store became, told by its own subscription; our listener is the first. `setState` of the store is
 * an action; the `set` that a store's own actions use never leaves the store, so what it changes belongs to whatever calls it.
 *
 * Middleware (persist, immer, devtools, subscribeWithSelector) has put its methods onto the store before the program gets it.
 *
 * @table state
 * @versions 5, 4
 * @told every state; `setState` from outside as action
 * @jump yes
 */
import { reflectApply } from '../recorder/intrinsics.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { dataOf, isObject } from '../adapters/state-diff.ts'
import { NO_PAYLOAD, StateRecorder } from '../adapters/state-recorder.ts'
import type { JumpWay } from '../adapters/store-jumps.ts'

type Method = (...args: unknown[]) => unknown

export const zustandAdapter: LibraryAdapter = {
  id: 'zustand',
  observe(recorder, { value: store }) {
    const isStore = ['getState', 'setState', 'subscribe'].every(name => typeof dataOf(store, name) === 'function')
    if (!isStore || (!isObject(store) && typeof store !== 'function')) return undefined
    const states = new StateRecorder(recorder, 'zustand')
    const current = (): unknown => stateOf(store)
    const recorded = states.open(storeName(store), current())
    const look = (): void => states.guarded(() => recorded.changed(current()))
    const patch = patchMethod(
      store,
      'setState',
      original =>
        function setState(this: unknown, ...args: unknown[]): unknown {
          if (!recorded.isRecording) return reflectApply(original, this, args as never) // SAFE: what the program passed
          const [partial, , action] = args
          const payload = typeof partial === 'function' ? NO_PAYLOAD : partial
          return recorded.run(actionName(action) ?? 'setState', payload, original, this, args, look)
        },
    )
    if (patch === undefined) {
      recorded.close()
      return undefined
    }
    const unsubscribe = reflectApply(dataOf(store, 'subscribe') as Method, store, [look]) // SAFE: checked above
    recorded.allowJump(store, way)
    const leave = typeof unsubscribe === 'function' ? (): void => void reflectApply(unsubscribe as Method, undefined, []) : undefined // SAFE: typeof says so
    return combine([() => recorded.close(), patch, leave])
  },
}

export const observe: Observe = registerLibrary(zustandAdapter, 'zustand')

const stateOf = (store: object): unknown => reflectApply(dataOf(store, 'getState') as Method, store, []) // SAFE: checked when it was observed

const way: JumpWay = {
  read: stateOf,
  write: (store, state) => void reflectApply(dataOf(store, 'setState') as Method, store, [state, true]), // SAFE: as above
  callsMethod: true,
  unwrap: value => value,
}

/** Of the devtools middleware: a text, or an object with a type. */
function actionName(action: unknown): string | undefined {
  const name = typeof action === 'string' ? action : dataOf(action, 'type')
  return typeof name === 'string' ? name : undefined
}

/** Stores have no name but the one that they are persisted under. */
function storeName(store: object): string {
  const getOptions = dataOf(dataOf(store, 'persist'), 'getOptions')
  const options = typeof getOptions === 'function' ? reflectApply(getOptions as Method, undefined, []) : undefined // SAFE: typeof says so
  const name = dataOf(options, 'name')
  return typeof name === 'string' && name !== '' ? name : 'zustand'
}
