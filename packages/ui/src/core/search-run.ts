/**
 * One question whose answer fills a list while the engine still looks: pages of a tenth of a second, until enough rows are there, then
 * more when the list wants them. A new question gives up the old one; a fault in the text is found here, before anybody is asked.
 */
import { signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import { isQuerySyntaxError, parseQuery } from '@hindscope/protocol'
import type { EventRow, QueryFault, SearchAnswer, SearchCell, SearchColumn, SearchExplanation } from '@hindscope/protocol'
import type { EngineClient } from '../engine/engine-client.ts'
import type { Failure, Result } from '../engine/failure.ts'
import type { TracedObject } from './view-state.ts'

export type SearchSubject = { readonly kind: 'query'; readonly text: string } | { readonly kind: 'object'; readonly of: TracedObject }

/** `paused`: as many rows as were wanted are there, and there may be more. */
export type SearchStatus = 'idle' | 'running' | 'paused' | 'done' | 'cancelled' | 'failed'

export interface SearchFound {
  readonly subject?: SearchSubject
  readonly status: SearchStatus
  readonly rows: readonly EventRow[]
  /** Of a query that selects aggregates. */
  readonly groups?: { readonly columns: readonly SearchColumn[]; readonly rows: readonly (readonly SearchCell[])[] }
  /** 0 to 1; absent while it is not known. */
  readonly searched?: number
  /** Why the answer is not all there is, though the search came to its end. */
  readonly partial?: string
  readonly failure?: Failure
  /** Where the text of the query is wrong. */
  readonly fault?: QueryFault
  /** Over all pages. */
  readonly explain?: SearchExplanation
}

export interface SearchRun {
  readonly found: ReadonlySignal<SearchFound>
  /** Asks, unless this is what was asked last. */
  open(session: string, subject: SearchSubject): void
  /** Goes on behind what is there. */
  more(): void
  /** What was found stays; `more` goes on. */
  cancel(): void
  /** Asks the same again. */
  again(): void
}

interface PageFound {
  readonly rows: readonly EventRow[]
  readonly groups?: SearchFound['groups']
  readonly cursor?: string
  readonly searched?: number
  readonly partial?: string
  readonly explain?: SearchExplanation
}

const PAGE = 200
const BUDGET_MS = 100
const IDLE: SearchFound = { status: 'idle', rows: [] }

/** The place of the fault, undefined for a query that can be read. */
export function faultOf(query: string): QueryFault | undefined {
  try {
    parseQuery(query)
    return undefined
  } catch (error) {
    if (isQuerySyntaxError(error)) return error.details
    throw error
  }
}

/** `wanted` rows are read without anybody asking for more. */
export function createSearchRun(engine: EngineClient, wanted: number): SearchRun {
  const found = signal<SearchFound>(IDLE)
  let controller = new AbortController()
  let asked = ''
  let session = ''
  let cursor: string | undefined
  let enough = wanted

  async function run(): Promise<void> {
    const { signal: mine } = controller
    const { subject, failure: _, ...kept } = found.peek()
    if (subject === undefined) return
    found.value = { ...kept, subject, status: 'running' }
    for (;;) {
      const result = await askPage(engine, session, subject, cursor, mine)
      if (mine.aborted) return
      if (!result.ok) {
        found.value = { ...found.peek(), status: 'failed', failure: result.failure }
        return
      }
      cursor = result.value.cursor
      const next = withPage(found.peek(), result.value)
      const isFull = (next.groups ?? next).rows.length >= enough
      found.value = { ...next, status: cursor === undefined ? 'done' : isFull ? 'paused' : 'running' }
      if (found.peek().status !== 'running') return
    }
  }

  function start(subject: SearchSubject): void {
    controller.abort()
    controller = new AbortController()
    cursor = undefined
    enough = wanted
    const fault = subject.kind === 'query' ? faultOf(subject.text) : undefined
    found.value = fault ? { subject, status: 'failed', rows: [], fault } : { subject, status: 'running', rows: [] }
    if (!fault) void run()
  }

  return {
    found,
    open(of, subject) {
      const key = `${of} ${JSON.stringify(subject)}`
      if (key === asked) return
      asked = key
      session = of
      start(subject)
    },
    more() {
      const { status, rows, groups } = found.peek()
      if (status !== 'paused' && status !== 'cancelled') return
      controller = new AbortController()
      enough = (groups ?? { rows }).rows.length + wanted
      void run()
    },
    cancel() {
      if (found.peek().status !== 'running') return
      controller.abort()
      found.value = { ...found.peek(), status: 'cancelled' }
    },
    again() {
      const { subject } = found.peek()
      if (subject) start(subject)
    },
  }
}

async function askPage(
  engine: EngineClient,
  session: string,
  subject: SearchSubject,
  cursor: string | undefined,
  aborted: AbortSignal,
): Promise<Result<PageFound>> {
  const at = cursor === undefined ? {} : { cursor }
  if (subject.kind === 'object') {
    const result = await engine.ask('sightings', { session, ...subject.of, limit: PAGE, ...at }, aborted)
    if (!result.ok) return result
    const { rows, completeness } = result.value
    return {
      ok: true,
      value: {
        rows,
        ...(result.value.cursor !== undefined && { cursor: result.value.cursor }),
        ...(completeness.kind === 'partial' && { partial: completeness.reason }),
      },
    }
  }
  const result = await engine.ask('search', { session, query: subject.text, limit: PAGE, budgetMs: BUDGET_MS, ...at }, aborted)
  return result.ok ? { ok: true, value: pageOf(result.value) } : result
}

function pageOf(answer: SearchAnswer): PageFound {
  const { cursor, searched, completeness, explain } = answer
  return {
    ...(answer.kind === 'events' ? { rows: answer.rows } : { rows: [], groups: { columns: answer.columns, rows: answer.rows } }),
    ...(cursor !== undefined && { cursor }),
    ...(searched !== undefined && { searched }),
    // While there is a cursor, the reason is that the search goes on.
    ...(completeness.kind === 'partial' && cursor === undefined && { partial: completeness.reason }),
    explain,
  }
}

function withPage(old: SearchFound, page: PageFound): SearchFound {
  const { searched: _, ...kept } = old
  const searched = page.cursor === undefined ? 1 : page.searched
  return {
    ...kept,
    rows: page.rows.length === 0 ? old.rows : [...old.rows, ...page.rows],
    ...(page.groups && { groups: { columns: page.groups.columns, rows: [...(old.groups?.rows ?? []), ...page.groups.rows] } }),
    ...(searched !== undefined && { searched }),
    ...(page.partial !== undefined && { partial: page.partial }),
    ...(page.explain && { explain: old.explain ? joinExplanations(old.explain, page.explain) : page.explain }),
  }
}

function joinExplanations(a: SearchExplanation, b: SearchExplanation): SearchExplanation {
  const steps = new Map(a.steps.map(({ name, ms }) => [name, ms]))
  for (const { name, ms } of b.steps) steps.set(name, (steps.get(name) ?? 0) + ms)
  return {
    query: b.query,
    rows: a.rows + b.rows,
    decoded: a.decoded + b.decoded,
    matched: a.matched + b.matched,
    steps: [...steps].map(([name, ms]) => ({ name, ms })),
  }
}
