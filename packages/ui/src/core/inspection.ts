/** What is measured at the moment beside what was recorded there: searches, logpoints, pinned expressions, and the diff with another moment. */
import { signal } from '@preact/signals-core'
import type { ReadonlySignal, Signal } from '@preact/signals-core'
import type { CallRef, EventDetail, EventRef, Evaluation, LocalsDetail, StackFrame } from '@hindscope/protocol'
import type { EngineClient } from '../engine/engine-client.ts'
import { succeed } from '../engine/failure.ts'
import type { Result } from '../engine/failure.ts'
import { createResource, valueOf } from '../engine/resource.ts'
import type { Resource } from '../engine/resource.ts'
import { compareEvents } from './event-order.ts'
import { createLogpointRun } from './logpoint-run.ts'
import type { LogpointRun } from './logpoint-run.ts'
import { sameRef } from './moment.ts'
import { createSearchRun } from './search-run.ts'
import type { SearchRun } from './search-run.ts'
import { diffNamed } from './value-diff.ts'
import type { DiffNode } from './value-diff.ts'
import type { DiffBase, DiffView } from './view-state.ts'
import type { ViewModel } from './view-model.ts'

export interface PinAnswer {
  readonly expression: string
  readonly answer: Result<Evaluation>
}

/** `none`: there is nothing to compare with, and why. */
export type MomentDiff =
  | { readonly kind: 'none'; readonly why: string }
  | {
      readonly kind: 'diff'
      readonly base: EventRef
      /** The other moment lies in another call: variables are compared by name. */
      readonly isOtherCall: boolean
      readonly nodes: readonly DiffNode[]
      readonly partial?: string
    }

export interface Inspection {
  readonly search: SearchRun
  readonly logpoints: LogpointRun
  readonly pins: Resource<readonly PinAnswer[]>
  /** Asked for while it is on screen. */
  readonly diff: Resource<MomentDiff>
  /** The row of values that is given the focus when it is drawn again: a jump into another call takes it away for a moment. */
  readonly walkedRow: Signal<string | undefined>
}

export const DEFAULT_DIFF: DiffView = { base: 'visited', all: false }
/** Rows that are read before the list is scrolled. */
const SEARCH_ROWS = 1000

/** What the workbench knows of the moment. */
interface Moments {
  readonly event: Resource<EventDetail>
  readonly frame: ReadonlySignal<StackFrame | undefined>
}

export function createInspection(model: ViewModel, engine: EngineClient, moments: Moments): Inspection {
  const pins = createResource(
    () => {
      const { session, moment, pins: expressions, right } = model.view.value
      if (session === undefined || !moment || !expressions || (right ?? 'values') !== 'values') return undefined
      return { session, ref: moment.ref, frame: moment.frame ?? 0, expressions }
    },
    async ({ expressions, ...at }, aborted) => {
      const answers = await Promise.all(expressions.map(expression => engine.ask('evaluate', { ...at, expression }, aborted)))
      return succeed(answers.map((answer, i): PinAnswer => ({ expression: expressions[i] ?? '', answer })))
    },
    { keep: (a, b) => a.session === b.session },
  )
  const diff = createResource(
    () => diffKey(model, moments),
    (key, aborted) => askDiff(engine, key, aborted),
    { keep: (a, b) => a.session === b.session },
  )
  return {
    search: createSearchRun(engine, SEARCH_ROWS),
    logpoints: createLogpointRun(engine),
    pins,
    diff,
    walkedRow: signal<string | undefined>(undefined),
  }
}

interface DiffKey {
  readonly session: string
  readonly ref: EventRef
  readonly timeUs: number
  readonly call: CallRef | undefined
  readonly enter: EventRef | undefined
  readonly base: DiffBase
  readonly visited: EventRef | undefined
}

function diffKey(model: ViewModel, { event, frame }: Moments): DiffKey | undefined {
  const { session, moment, right, diff = DEFAULT_DIFF } = model.view.value
  const row = valueOf(event.state.value)?.row
  if (right !== 'diff' || session === undefined || !moment || !row || !sameRef(row.ref, moment.ref)) return undefined
  const node = frame.value?.node
  const isKnown = node?.kind === 'call' && node.ref.track === moment.ref.track
  const { base } = diff
  return {
    session,
    ref: moment.ref,
    timeUs: row.timeUs,
    call: isKnown ? node.ref : undefined,
    enter: isKnown ? node.enter : undefined,
    base,
    visited: base === 'visited' ? lastVisited(model, moment.ref) : undefined,
  }
}

/** The moment that the view was at before it came to this one. */
function lastVisited(model: ViewModel, here: EventRef): EventRef | undefined {
  const { places, index } = model.history.value
  const session = places[index]?.session
  return places.slice(0, index).findLast(place => place.session === session && place.moment && !sameRef(place.moment.ref, here))?.moment?.ref
}

const none = (why: string): Result<MomentDiff> => succeed({ kind: 'none', why })

async function askDiff(engine: EngineClient, key: DiffKey, aborted: AbortSignal): Promise<Result<MomentDiff>> {
  const { session, ref, call, enter } = key
  if (!call || !enter) return none('This frame has no variables of its own: it is an activity, lies between calls, or ran in another realm.')
  const found = await baseOf(engine, key, call, enter, aborted)
  if (!found.ok) return found
  if ('why' in found.value) return succeed({ kind: 'none', why: found.value.why })
  const { base } = found.value
  if (sameRef(base, ref)) return none('This is the moment to compare with. Step to another one.')
  // A base within the call, or of a caller further in, shows the same variables; one from before the call began is of another call.
  const isInside = base.track === enter.track && base.seq >= enter.seq
  const [now, before] = await Promise.all([
    engine.ask('locals', { session, ref, call }, aborted),
    engine.ask('locals', { session, ref: base, ...(isInside && { call }) }, aborted),
  ])
  if (!now.ok) return now
  if (!before.ok) return before
  const otherCall = before.value.call
  const partial = partialOf(now.value) ?? partialOf(before.value)
  return succeed({
    kind: 'diff',
    base,
    isOtherCall: otherCall?.call !== call.call || otherCall.track !== call.track,
    nodes: diffNamed(before.value.locals, now.value.locals),
    ...(partial !== undefined && { partial }),
  })
}

const partialOf = ({ completeness }: LocalsDetail): string | undefined => (completeness.kind === 'partial' ? completeness.reason : undefined)

type Base = { readonly base: EventRef } | { readonly why: string }

async function baseOf(
  engine: EngineClient,
  { session, ref, timeUs, base, visited }: DiffKey,
  call: CallRef,
  enter: EventRef,
  aborted: AbortSignal,
): Promise<Result<Base>> {
  if (typeof base === 'object') return succeed({ base })
  if (base === 'call') return succeed({ base: enter })
  if (base === 'visited')
    return succeed(visited ? { base: visited } : { why: 'No other moment was visited before this one. Step, or choose another comparison.' })
  const writes = await engine.ask(
    'events',
    { session, call, kinds: ['write', 'propertyWrite'], toUs: timeUs + 1, order: 'desc', limit: 100 },
    aborted,
  )
  if (!writes.ok) return writes
  const last = writes.value.rows.find(row => compareEvents(row, { ref, timeUs }) < 0)
  return succeed(last ? { base: last.ref } : { why: 'This call has written nothing before this moment.' })
}
