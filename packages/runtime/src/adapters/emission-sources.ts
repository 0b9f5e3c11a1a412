/** What emitters of a library tell their listeners, with the cause that the library's adapter knows: in Node, whoever added the listeners. */
import { SafeMap } from '../recorder/intrinsics.ts'
import type { ContextSource, Detach, RecorderAccess } from './adapter.ts'

/** Several may look at the same event: `source` is asked first, and gives undefined for emitters of others. */
export function addSource(recorder: RecorderAccess, event: string, source: ContextSource): Detach {
  const sources = (recorder.emissions ??= new SafeMap())
  const before = sources.get(event)
  let isActive = true
  const combined: ContextSource = (emitter, args) => (isActive ? source(emitter, args) : undefined) ?? before?.(emitter, args)
  sources.set(event, combined)
  return () => {
    isActive = false
    if (sources.get(event) !== combined) return
    if (before === undefined) sources.delete(event)
    else sources.set(event, before)
  }
}
