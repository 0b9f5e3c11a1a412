/** Callbacks of observers, and of the few other platform functions that take one, run with the call that handed them over as their cause. */
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { combine, objectAt, patchConstructor, patchMethod } from '../adapters/patch.ts'
import { reflectApply } from '../recorder/intrinsics.ts'

const OBSERVERS = ['MutationObserver', 'IntersectionObserver', 'ResizeObserver', 'PerformanceObserver', 'ReportingObserver'] as const
const TAKERS = [
  ['Scheduler', 'postTask'],
  ['LockManager', 'request'],
  ['HTMLVideoElement', 'requestVideoFrameCallback'],
] as const

export const observersAdapter: Adapter = {
  id: 'observers',
  attach: (recorder, realm) =>
    combine([
      ...OBSERVERS.map(name =>
        patchConstructor(
          [realm],
          name,
          () => {},
          args => carryFunctions(recorder, args),
        ),
      ),
      ...TAKERS.map(([className, method]) => patchTaker(recorder, objectAt(objectAt(realm, className) ?? {}, 'prototype'), method)),
    ]),
}

function patchTaker(recorder: RecorderAccess, prototype: object | undefined, method: string): Detach | undefined {
  return (
    prototype &&
    patchMethod(prototype, method, (original, state) => {
      const methods = {
        take(this: unknown, ...args: unknown[]): unknown {
          if (state.isActive) carryFunctions(recorder, args)
          return reflectApply(original, this, args as never) // SAFE: what the caller gave, the callback wrapped
        },
      }
      return methods.take
    })
  )
}

function carryFunctions(recorder: RecorderAccess, args: unknown[]): void {
  const call = recorder.currentCall()
  if (call === 0) return
  const root = recorder.currentRoot()
  for (let i = 0; i < args.length; i++) {
    const callback = args[i]
    if (typeof callback !== 'function') continue
    args[i] = function (this: unknown): unknown {
      return recorder.runIn(call, root, callback as () => unknown, this, arguments) // SAFE: typeof says so
    }
  }
}
