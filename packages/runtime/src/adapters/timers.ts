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
      schedule(this: unknown): unknown {
        const callback: unknown = arguments[0]
        const call = state.isActive && typeof callback === 'function' ? recorder.currentCall() : 0
        if (call !== 0) {
          const root = recorder.currentRoot()
          arguments[0] = function (this: unknown): unknown {
            return recorder.runIn(call, root, callback as () => unknown, this, arguments) // SAFE: checked above
          }
        }
        return reflectApply(original, this, arguments as never) // SAFE: what the caller gave, the callback wrapped
      },
    }
    return methods.schedule
  })
}
