/**
 * The last records of a Node process or worker thread. `exit` runs for a normal end, process.exit and an uncaught error, and allows
 * synchronous work only. No signal listener is added: one would suppress the default termination. What a signal, the end of a worker by
 * terminate(), or running out of memory takes away is what was not sealed yet (docs/durability.md).
 */
import { EndReason, EventKind } from '@hindscope/protocol'
import type { RecorderHandle } from '../install.ts'
import { originalQueueMicrotask } from '../recorder/intrinsics.ts'

/** Marks listeners that want to be last: recorders of several contexts in one process leave each other's places alone. */
const LAST = Symbol.for('hindscope.last')

/** Returns the function that takes the listeners off again. */
export function flushOnExit(recorder: RecorderHandle): () => void {
  let hasCrashed = false
  const onCrash = (): void => {
    hasCrashed = true
  }
  // The first listener: one of the program's may throw, and those behind it are not called then.
  const onExit = (code: number): void => {
    recorder.access.record(EventKind.realmEnd, hasCrashed ? EndReason.crash : EndReason.exit, [{ code }])
    recorder.flushNow()
  }
  // The last one: what the program's listeners did is worth keeping too.
  const onLast = (): void => recorder.flushNow()
  Reflect.defineProperty(onLast, LAST, { value: true })
  const onNewListener = (event: string | symbol, listener: unknown): void => {
    if (event === 'exit' && !(typeof listener === 'function' && Object.hasOwn(listener, LAST))) originalQueueMicrotask(moveLast)
  }
  const moveLast = (): void => {
    process.off('exit', onLast)
    process.on('exit', onLast)
  }
  process.on('exit', onExit)
  process.on('uncaughtExceptionMonitor', onCrash)
  process.on('newListener', onNewListener)
  return () => {
    process.off('newListener', onNewListener)
    process.off('exit', onExit)
    process.off('exit', onLast)
    process.off('uncaughtExceptionMonitor', onCrash)
  }
}
