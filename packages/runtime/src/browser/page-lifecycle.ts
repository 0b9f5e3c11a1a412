/**
 * The last records of a page. `pagehide` is the last event that is sure to come, `visibilitychange` the last on mobiles; both seal and
 * hand on what is there. A page that is kept in the back/forward cache gives its connection up, since an open one would keep it out of the
 * cache, and records on when it comes back.
 */
import { EndReason, EventKind } from '@hindscope/protocol'
import type { RecorderHandle } from '../install.ts'

/** Returns the function that takes the listeners off again. */
export function flushOnPageHide(recorder: RecorderHandle, connection?: { pause(): void; resume(): void }): () => void {
  const tell = (name: string): void => recorder.access.record(EventKind.lifecycle, 0, [{ name }])
  const onPageHide = (event: Event): void => {
    const isKept = event instanceof PageTransitionEvent && event.persisted
    if (isKept) tell('pagehide')
    else recorder.access.record(EventKind.realmEnd, EndReason.pageHide, [{ reason: 'pagehide' }])
    recorder.flushNow()
    if (isKept) connection?.pause()
  }
  const onPageShow = (event: Event): void => {
    if (!(event instanceof PageTransitionEvent && event.persisted)) return
    tell('pageshow')
    connection?.resume()
  }
  const onVisibility = (): void => {
    tell(document.visibilityState)
    if (document.visibilityState === 'hidden') recorder.flushNow()
  }
  const onFreeze = (): void => {
    tell('freeze')
    recorder.flushNow()
  }
  addEventListener('pagehide', onPageHide, true)
  addEventListener('pageshow', onPageShow, true)
  document.addEventListener('visibilitychange', onVisibility, true)
  document.addEventListener('freeze', onFreeze, true)
  return () => {
    removeEventListener('pagehide', onPageHide, true)
    removeEventListener('pageshow', onPageShow, true)
    document.removeEventListener('visibilitychange', onVisibility, true)
    document.removeEventListener('freeze', onFreeze, true)
  }
}
