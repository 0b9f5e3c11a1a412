/**
 * The last records of a Node process. `exit` runs for a normal end, process.exit and an uncaught error, and allows synchronous work only.
 * No signal listener is added: one would suppress the default termination. A process that a signal kills loses at most the last flush
 * interval; SIGKILL and the end of a worker by terminate() can not be seen at all.
 */
import { EndReason, EventKind } from '@hindscope/protocol'
import type { RecorderHandle } from '../install.ts'

/** Returns the function that takes the listeners off again. */
export function flushOnExit(recorder: RecorderHandle): () => void {
  let hasCrashed = false
  const onCrash = (): void => {
    hasCrashed = true
  }
  const onExit = (code: number): void => {
    recorder.access.record(EventKind.realmEnd, hasCrashed ? EndReason.crash : EndReason.exit, [{ code }])
    recorder.flushNow()
  }
  process.on('exit', onExit)
  process.on('uncaughtExceptionMonitor', onCrash)
  return () => {
    process.off('exit', onExit)
    process.off('uncaughtExceptionMonitor', onCrash)
  }
}
