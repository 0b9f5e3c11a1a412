/**
 * A piece of the event list around an anchor time, growing at both ends by pages. The list never needs to know how many events there
 * are, and a jump anywhere costs two pages.
 */
import { signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import { formatRef } from '@hindscope/protocol'
import type { EventFilter, EventRow, Page } from '@hindscope/protocol'
import type { EngineClient } from '../engine/engine-client.ts'
import type { Failure, Result } from '../engine/failure.ts'

export interface EventList {
  readonly rows: readonly EventRow[]
  /** Rows put in front of the anchor so far: the scroll position moves by as many rows. */
  readonly prepended: number
  readonly atStart: boolean
  readonly atEnd: boolean
  readonly loading: boolean
  readonly failure?: Failure
  /** Why the answer is not all there is. */
  readonly partial?: string
}

export interface EventWindow {
  readonly list: ReadonlySignal<EventList>
  /** Starts again around this time with this filter. */
  open(session: string, filter: EventFilter, anchorUs: number): void
  growBefore(): void
  growAfter(): void
  /** Asks for what came after the last row, when the end had been reached. */
  catchUp(): void
}

const PAGE = 200
const EMPTY: EventList = { rows: [], prepended: 0, atStart: true, atEnd: true, loading: false }

type Side = 'before' | 'after'

export function createEventWindow(engine: EngineClient): EventWindow {
  const list = signal<EventList>(EMPTY)
  let controller = new AbortController()
  let query: { readonly session: string; readonly filter: EventFilter; readonly anchorUs: number } | undefined
  const cursors: { before?: string; after?: string } = {}
  const busy = new Set<Side>()

  const ask = (side: Side, extra: EventFilter & { cursor?: string }): Promise<Result<Page<EventRow>>> | undefined =>
    query &&
    engine.ask(
      'events',
      { ...query.filter, ...extra, session: query.session, limit: PAGE, order: side === 'before' ? 'desc' : 'asc' },
      controller.signal,
    )

  /** The half of the filter's range that lies on this side of the anchor. */
  const half = (side: Side): EventFilter => {
    const anchorUs = query?.anchorUs ?? 0
    const { fromUs, toUs } = query?.filter ?? {}
    if (side === 'after') return { fromUs: Math.max(anchorUs, fromUs ?? anchorUs) }
    return { toUs: Math.min(anchorUs, toUs ?? anchorUs) }
  }

  async function grow(side: Side, first: boolean): Promise<void> {
    const { signal: mine } = controller
    const cursor = cursors[side]
    if (busy.has(side) || (!first && cursor === undefined)) return
    busy.add(side)
    list.value = { ...list.peek(), loading: true }
    const result = await ask(side, { ...half(side), ...(cursor === undefined ? {} : { cursor }) })
    if (!result || mine.aborted) return
    busy.delete(side)
    accept(side, result)
  }

  function accept(side: Side, result: Result<Page<EventRow>>): void {
    const { failure: _, ...old } = list.peek()
    if (!result.ok) {
      list.value = { ...old, loading: busy.size > 0, failure: result.failure }
      return
    }
    const { rows, cursor, completeness } = result.value
    if (cursor === undefined) delete cursors[side]
    else cursors[side] = cursor
    list.value = {
      ...old,
      rows: side === 'before' ? [...rows.toReversed(), ...old.rows] : [...old.rows, ...fresh(old.rows, rows)],
      prepended: old.prepended + (side === 'before' ? rows.length : 0),
      ...(side === 'before' ? { atStart: cursor === undefined } : { atEnd: cursor === undefined }),
      loading: busy.size > 0,
      ...(completeness.kind === 'partial' && { partial: completeness.reason }),
    }
  }

  return {
    list,
    open(session, filter, anchorUs) {
      controller.abort()
      controller = new AbortController()
      busy.clear()
      delete cursors.before
      delete cursors.after
      query = { session, filter, anchorUs }
      list.value = { ...EMPTY, atStart: false, atEnd: false, loading: true }
      void grow('after', true)
      void grow('before', true)
    },
    growBefore: () => void (list.peek().atStart || grow('before', false)),
    growAfter: () => void (list.peek().atEnd || grow('after', false)),
    catchUp() {
      const { rows, atEnd } = list.peek()
      const last = rows.at(-1)
      if (!query || !atEnd) return
      if (last) query = { ...query, anchorUs: last.timeUs }
      void grow('after', true)
    },
  }
}

/** Without the rows that the list already ends with (those of the same microsecond as its last). */
function fresh(old: readonly EventRow[], rows: readonly EventRow[]): readonly EventRow[] {
  const last = old.at(-1)
  if (!last || rows[0] === undefined || rows[0].timeUs > last.timeUs) return rows
  const known = new Set(old.slice(-PAGE).map(row => formatRef(row.ref)))
  return rows.filter(row => !known.has(formatRef(row.ref)))
}
