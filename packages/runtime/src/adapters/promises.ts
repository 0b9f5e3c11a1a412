/**
 * Callbacks given to `then` (and through it to `catch` and `finally`) run with the caller of `then` as their cause. The native `then` is
 * called with wrapped callbacks: no promise, no tick and no handler is added, so unhandled rejections are what they would be without.
 * `await` of a native promise does not come through here; instrumented awaits carry their own context.
 */
import { reflectApply } from '../recorder/intrinsics.ts'
import type { Adapter, RecorderAccess } from './adapter.ts'
import { objectAt, patchMethod } from './patch.ts'

export const promisesAdapter: Adapter = {
  id: 'promises',
  attach(recorder, realm) {
    const constructor = objectAt(realm, 'Promise')
    const prototype = constructor && objectAt(constructor, 'prototype')
    if (prototype === undefined) return undefined
    return patchMethod(prototype, 'then', (original, state) => {
      const methods = {
        then(this: unknown, onFulfilled: unknown, onRejected: unknown): unknown {
          const call = state.isActive ? recorder.currentCall() : 0
          if (call === 0) return reflectApply(original, this, arguments as never) // SAFE: what the caller gave
          const root = recorder.currentRoot()
          return reflectApply(original, this, [carry(recorder, call, root, onFulfilled), carry(recorder, call, root, onRejected)] as never) // SAFE: callables stay callable
        },
      }
      return methods.then
    })
  },
}

function carry(recorder: RecorderAccess, call: number, root: number, callback: unknown): unknown {
  if (typeof callback !== 'function') return callback
  return (value: unknown): unknown => recorder.runReaction(call, root, callback as () => unknown, [value]) // SAFE: typeof says so
}
