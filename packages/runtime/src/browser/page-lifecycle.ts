/**
 * The last records of a page. `pagehide` is the last event that is sure to come, `visibilitychange` the last on mobiles; both seal and
 * hand on what is there. A page that comes back from the back/forward cache records on.
 */
import { EndReason, EventKind } from '@hindscope/protocol'
import type { RecorderHandle } from '../install.ts'

/** Returns the function that takes the listeners off again. */
export function flushOnPageHide(recorder: RecorderHandle): () => void {
  const onPageHide = (event: Event): void => {
    const isKept = event instanceof PageTransitionEvent && event.persisted
    if (isKept) recorder.access.record(EventKind.lifecycle, 0, [{ name: 'pagehide' }])
    else recorder.access.record(EventKind.realmEnd, EndReason.pageHide, [{ reason: 'pagehide' }])
    recorder.flushNow()
  }
  const onVisibility = (): void => {
    recorder.access.record(EventKind.lifecycle, 0, [{ name: document.visibilityState }])
    if (document.visibilityState === 'hidden') void recorder.flush()
  }
  addEventListener('pagehide', onPageHide, true)
  document.addEventListener('visibilitychange', onVisibility, true)
  return () => {
    removeEventListener('pagehide', onPageHide, true)
    document.removeEventListener('visibilitychange', onVisibility, true)
  }
}
