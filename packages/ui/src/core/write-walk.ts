/** The next or previous write of one variable or property, from any moment. */
import type { EventRow, WriteTarget } from '@hindscope/protocol'
import type { EngineClient } from '../engine/engine-client.ts'
import { succeed } from '../engine/failure.ts'
import type { Result } from '../engine/failure.ts'
import { compareEvents } from './event-order.ts'
import type { EventPlace } from './event-order.ts'

export type WriteDirection = 'next' | 'previous'

/** Writes within the microsecond of the moment, before the page that holds the one beyond it. */
const PAGE = 50

/** Undefined when there is none in that direction. */
export async function walkWrites(
  engine: EngineClient,
  session: string,
  writes: WriteTarget,
  from: EventPlace,
  direction: WriteDirection,
): Promise<Result<EventRow | undefined>> {
  const isNext = direction === 'next'
  const range = isNext ? { fromUs: from.timeUs, order: 'asc' as const } : { toUs: from.timeUs + 1, order: 'desc' as const }
  let cursor: string | undefined
  do {
    const page = await engine.ask('events', { session, writes, limit: PAGE, ...range, ...(cursor !== undefined && { cursor }) })
    if (!page.ok) return page
    const found = page.value.rows.find(row => (isNext ? compareEvents(row, from) > 0 : compareEvents(row, from) < 0))
    if (found) return succeed(found)
    cursor = page.value.cursor
  } while (cursor !== undefined)
  return succeed(undefined)
}
