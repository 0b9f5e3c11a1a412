/**
 * Records errors that nobody caught, without changing what happens next. Node: `uncaughtExceptionMonitor` is told about both kinds and has
 * no influence; a listener for `unhandledRejection` would keep the process alive. Browser: listeners that prevent nothing.
 */
import { EventKind } from '@hindscope/protocol'
import { isNode } from '../realm.ts'
import { reflectApply } from '../recorder/intrinsics.ts'
import type { Adapter, Detach, RecorderAccess } from './adapter.ts'
import { combine, objectAt } from './patch.ts'

export const uncaughtAdapter: Adapter = {
  id: 'uncaught',
  attach: (recorder, realm) => (isNode() ? watchProcess(recorder) : watchWindow(recorder, realm)),
}

function watchProcess(recorder: RecorderAccess): Detach {
  const onUncaught = (error: unknown, origin: string): void => {
    recorder.record(origin === 'unhandledRejection' ? EventKind.unhandledRejection : EventKind.uncaughtError, 0, [error])
  }
  process.on('uncaughtExceptionMonitor', onUncaught)
  return () => void process.off('uncaughtExceptionMonitor', onUncaught)
}

function watchWindow(recorder: RecorderAccess, realm: object): Detach | undefined {
  return combine([
    listen(realm, 'error', 'ErrorEvent', 'error', error => recorder.record(EventKind.uncaughtError, 0, [error])),
    listen(realm, 'unhandledrejection', 'PromiseRejectionEvent', 'reason', reason => recorder.record(EventKind.unhandledRejection, 0, [reason])),
  ])
}

/** Reads the field through the platform's own getter: the event may be one that the program made and dispatched itself. */
function listen(realm: object, type: string, eventClass: string, field: string, tell: (value: unknown) => void): Detach | undefined {
  const add = Reflect.get(realm, 'addEventListener')
  const remove = Reflect.get(realm, 'removeEventListener')
  const constructor = objectAt(realm, eventClass)
  const prototype = constructor && objectAt(constructor, 'prototype')
  const read = prototype && Reflect.getOwnPropertyDescriptor(prototype, field)?.get
  if (typeof add !== 'function' || typeof remove !== 'function' || read === undefined) return undefined
  const listener = (event: unknown): void => {
    try {
      tell(reflectApply(read, event, []))
    } catch {
      // SAFE: an Event of another class under this name carries no error.
    }
  }
  reflectApply(add, realm, [type, listener, true])
  return () => reflectApply(remove, realm, [type, listener, true])
}
