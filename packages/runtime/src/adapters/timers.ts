/** Callbacks of timers and queues run with the call that set them as their cause. `this`, arguments and handles are untouched. */
import { reflectApply } from '../recorder/intrinsics.ts'
import type { Adapter, Detach, RecorderAccess } from './adapter.ts'
import { combine, objectAt, patchMethod } from './patch.ts'

const GLOBALS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame', 'requestIdleCallback'] as const

export const timersAdapter: Adapter = {
  id: 'timers',
  attach(recorder, realm) {
    const process = objectAt(realm, 'process')
    const detachers = GLOBALS.map(name => patchScheduler(recorder, realm, name))
    if (process !== undefined) detachers.push(patchScheduler(recorder, process, 'nextTick'))
    return combine(detachers)
  },
}

function patchScheduler(recorder: RecorderAccess, target: object, name: string): Detach | undefined {
  return patchMethod(target, name, (original, state) => {
    const methods = {
      schedule(this: unknown, ...args: unknown[]): unknown {
        const call = state.isActive && typeof args[0] === 'function' ? recorder.currentCall() : 0
        if (call !== 0) {
          const callback = args[0] as () => unknown // SAFE: checked above
          const root = recorder.currentRoot()
          args[0] = function (this: unknown): unknown {
            return recorder.runIn(call, root, callback, this, arguments)
          }
        }
        return reflectApply(original, this, args as never) // SAFE: what the caller gave, the callback wrapped
      },
    }
    return methods.schedule
  })
}
