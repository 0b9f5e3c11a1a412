/**
 * Logpoints: expressions over every recorded execution of a line, without running anything again. Executions come in pages, each is
 * evaluated where it stands, and the hits of all logpoints make one list in the order of events.
 */
import { signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import type { AbsenceReason, EventRow, ValueNode } from '@hindscope/protocol'
import type { EngineClient } from '../engine/engine-client.ts'
import type { Failure, Result } from '../engine/failure.ts'
import { compareEvents } from './event-order.ts'
import { executionsFilter, isExecution } from './line-executions.ts'
import type { LinePlace } from './line-executions.ts'
import type { Logpoint } from './view-state.ts'

export type LogOutcome =
  | { readonly kind: 'value'; readonly value: ValueNode; readonly doubts: readonly string[] }
  | { readonly kind: 'missing'; readonly path: string; readonly reason: string }
  | { readonly kind: 'failed'; readonly failure: Failure }

export interface LogHit {
  readonly logpoint: Logpoint
  readonly row: EventRow
  readonly outcome: LogOutcome
}

export interface LogpointCount {
  readonly logpoint: Logpoint
  /** Executions that were evaluated. */
  readonly hits: number
  readonly atEnd: boolean
  /** Parts of the expression that the trace does not hold, with the reason and how often. */
  readonly missing: readonly { readonly path: string; readonly reason: string; readonly count: number }[]
  /** Why this logpoint gives nothing at all: it cannot be read, or the engine failed. */
  readonly failure?: Failure
  /** Why the line has no recorded execution. */
  readonly absent?: readonly AbsenceReason[]
}

export interface LogFound {
  readonly running: boolean
  /** In the order of events, as far as all logpoints have come. */
  readonly hits: readonly LogHit[]
  readonly counts: readonly LogpointCount[]
}

export interface LogpointRun {
  readonly found: ReadonlySignal<LogFound>
  /** Logpoints that were there before keep their hits. */
  open(session: string, logpoints: readonly Logpoint[]): void
  /** The next page. */
  more(): void
  /** What was found stays. */
  cancel(): void
}

const PAGE = 100
/** Evaluations under way at once: a browser has six connections to a collector. */
const AT_ONCE = 4
/** With these the next execution would fail the same way. */
const FATAL: readonly string[] = ['expression-syntax', 'expression-unsupported']

interface Stream {
  readonly logpoint: Logpoint
  place?: LinePlace
  cursor?: string
  readonly hits: LogHit[]
  atEnd: boolean
  failure?: Failure
  absent?: readonly AbsenceReason[]
}

const keyOf = ({ path, line, expression }: Logpoint): string => JSON.stringify([path, line, expression])

export function createLogpointRun(engine: EngineClient): LogpointRun {
  const found = signal<LogFound>({ running: false, hits: [], counts: [] })
  let controller = new AbortController()
  let session = ''
  let asked = ''
  let streams = new Map<string, Stream>()

  const publish = (running: boolean): void => {
    const all = [...streams.values()]
    found.value = { running, hits: mergedHits(all), counts: all.map(countOf) }
  }

  /** Until every logpoint has a page, or `least` more hits can be shown. */
  async function run(least: number): Promise<void> {
    const { signal: mine } = controller
    const target = found.peek().hits.length + least
    publish(true)
    for (;;) {
      const next = hindmost([...streams.values()])
      if (next === undefined || (found.peek().hits.length >= target && next.hits.length > 0)) break
      await growStream(engine, session, next, mine)
      if (mine.aborted) return
      publish(true)
    }
    publish(false)
  }

  return {
    found,
    open(of, logpoints) {
      const key = `${of} ${logpoints.map(keyOf).join()}`
      if (key === asked) return
      const old = of === session ? streams : new Map<string, Stream>()
      asked = key
      session = of
      controller.abort()
      controller = new AbortController()
      streams = new Map(logpoints.map(logpoint => [keyOf(logpoint), old.get(keyOf(logpoint)) ?? { logpoint, hits: [], atEnd: false }] as const))
      void run(1)
    },
    more() {
      if (found.peek().running || hindmost([...streams.values()]) === undefined) return
      controller = new AbortController()
      void run(1)
    },
    cancel() {
      controller.abort()
      publish(false)
    },
  }
}

/** The stream that keeps the list from growing: the one that has come least far. */
function hindmost(streams: readonly Stream[]): Stream | undefined {
  const open = streams.filter(({ atEnd }) => !atEnd)
  return (
    open.find(({ hits }) => hits.length === 0) ??
    open.toSorted((a, b) => {
      const [last, other] = [a.hits.at(-1), b.hits.at(-1)]
      return last && other ? compareEvents(last.row, other.row) : 0
    })[0]
  )
}

/** Hits behind the last one of a stream that goes on could still get others before them. */
function mergedHits(streams: readonly Stream[]): readonly LogHit[] {
  const ends = streams.flatMap(({ atEnd, hits }) => (atEnd ? [] : [hits.at(-1)?.row]))
  if (ends.includes(undefined)) return []
  return streams
    .flatMap(({ hits }) => hits.filter(({ row }) => ends.every(end => end === undefined || compareEvents(row, end) <= 0)))
    .toSorted((a, b) => compareEvents(a.row, b.row))
}

function countOf({ logpoint, hits, atEnd, failure, absent }: Stream): LogpointCount {
  const missing = new Map<string, { path: string; reason: string; count: number }>()
  for (const { outcome } of hits) {
    if (outcome.kind !== 'missing') continue
    const key = `${outcome.path} ${outcome.reason}`
    missing.set(key, { path: outcome.path, reason: outcome.reason, count: (missing.get(key)?.count ?? 0) + 1 })
  }
  return { logpoint, hits: hits.length, atEnd, missing: [...missing.values()], ...(failure && { failure }), ...(absent && { absent }) }
}

async function growStream(engine: EngineClient, session: string, stream: Stream, aborted: AbortSignal): Promise<void> {
  const { path, line, expression } = stream.logpoint
  const stop = (failure: Failure): void => {
    stream.failure = failure
    stream.atEnd = true
  }
  if (!stream.place) {
    const source = await engine.ask('source', { session, path }, aborted)
    if (!source.ok) return stop(source.failure)
    stream.place = { path, line, column: source.value.hits.find(hits => hits.line === line)?.column }
  }
  const place = stream.place
  const cursor = stream.cursor === undefined ? {} : { cursor: stream.cursor }
  const page = await engine.ask('events', { session, ...executionsFilter(place), limit: PAGE, ...cursor }, aborted)
  if (!page.ok) return stop(page.failure)
  const rows = page.value.rows.filter(row => isExecution(row, place))
  const hits = await evaluateRows(engine, session, rows, expression, aborted)
  if (aborted.aborted) return
  if (!hits.ok) return stop(hits.failure)
  stream.hits.push(...hits.value.map(({ row, outcome }) => ({ logpoint: stream.logpoint, row, outcome })))
  if (page.value.cursor !== undefined) {
    stream.cursor = page.value.cursor
    return
  }
  stream.atEnd = true
  if (stream.hits.length > 0) return
  const absence = await engine.ask('absence', { session, file: path, line }, aborted)
  stream.absent = absence.ok ? absence.value.reasons : []
}

type Evaluated = Pick<LogHit, 'row' | 'outcome'>

/** The first row alone, so that an expression that cannot be read costs one question. */
async function evaluateRows(
  engine: EngineClient,
  session: string,
  rows: readonly EventRow[],
  expression: string,
  aborted: AbortSignal,
): Promise<Result<readonly Evaluated[]>> {
  const done: Evaluated[] = []
  for (let at = 0; at < rows.length && !aborted.aborted;) {
    const part = rows.slice(at, at + (at === 0 ? 1 : AT_ONCE))
    at += part.length
    const outcomes = await Promise.all(part.map(row => outcomeAt(engine, session, row, expression, aborted)))
    const fatal = outcomes.find(outcome => outcome.kind === 'failed' && FATAL.includes(outcome.failure.code))
    if (fatal?.kind === 'failed') return { ok: false, failure: fatal.failure }
    part.forEach((row, i) => {
      const outcome = outcomes[i]
      if (outcome) done.push({ row, outcome })
    })
  }
  return { ok: true, value: done }
}

async function outcomeAt(engine: EngineClient, session: string, row: EventRow, expression: string, aborted: AbortSignal): Promise<LogOutcome> {
  const result = await engine.ask('evaluate', { session, ref: row.ref, expression }, aborted)
  if (!result.ok) return { kind: 'failed', failure: result.failure }
  const { value } = result
  if (value.kind === 'missing') return { kind: 'missing', path: value.path, reason: value.reason }
  return { kind: 'value', value: value.value, doubts: value.doubts }
}
