/** What a trace that nobody records any more has instead of a live client: it is never connected and nothing grows. */
import { signal } from '@preact/signals-core'
import type { LiveClient } from './live-client.ts'

export const createNoLive = (): LiveClient => ({
  connection: signal('closed' as const),
  growth: signal(undefined),
  subscribe: () => () => undefined,
  retry: () => undefined,
  close: () => undefined,
})
