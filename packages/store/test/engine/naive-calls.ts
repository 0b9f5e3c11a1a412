/** The calls and activities of a session as plain objects, from the `events` query alone: what the aggregating queries are compared with. */
import type { EventRow, TraceEngine } from '@hindscope/protocol'
import { GeneratedTrace } from '@hindscope/testkit'
import { decodeChunk } from '@hindscope/protocol'
import { createEngine, createTraceModel } from '../../src/model.ts'

export interface NaiveCall {
  readonly key: string
  readonly track: number
  readonly enter: EventRow
  readonly parent: NaiveCall | undefined
  /** Called by the parent, in its own track. */
  readonly isCalled: boolean
  exit: EventRow | undefined
  last: EventRow
}

export interface NaiveTrace {
  readonly engine: TraceEngine
  readonly session: string
  /** By time. */
  readonly rows: readonly EventRow[]
  readonly calls: readonly NaiveCall[]
}

export const isActivity = (call: NaiveCall): boolean => call.enter.kind === 'activityStart'
export const startUs = (call: NaiveCall): number => call.enter.timeUs
export const endUs = (call: NaiveCall): number => call.exit?.timeUs ?? Infinity
export const lastUsOf = ({ rows }: NaiveTrace, track: number): number => rows.findLast(row => row.ref.track === track)?.timeUs ?? 0
/** A function, the same in all realms. */
export const functionOf = ({ enter }: NaiveCall): string => `${enter.name} ${enter.location?.file}:${enter.location?.line}:${enter.location?.column}`

export async function generated(seed: number, events = 3000): Promise<NaiveTrace> {
  const trace = new GeneratedTrace({ events, seed, functions: 40, modules: 6 })
  const chunks = [...trace.chunks()].map(bytes => decodeChunk(bytes))
  return naiveTrace(createEngine(createTraceModel(chunks).stores))
}

export async function naiveTrace(engine: TraceEngine): Promise<NaiveTrace> {
  const session = (await engine.sessions())[0]?.session ?? ''
  const rows: EventRow[] = []
  let cursor: string | undefined
  do {
    const page = await engine.events({ session, limit: 1000, ...(cursor === undefined ? {} : { cursor }) })
    rows.push(...page.rows)
    cursor = page.cursor
  } while (cursor !== undefined)
  const byKey = new Map<string, NaiveCall>()
  // Clocks of realms differ: a cause in another track may come later.
  const enters = rows.filter(row => row.kind === 'callEnter' || row.kind === 'activityStart')
  const parents = new Map(enters.map(row => [`${row.ref.track}.${row.call}`, row]))
  const callOf = (key: string): NaiveCall | undefined => {
    const known = byKey.get(key)
    const enter = parents.get(key)
    if (known !== undefined || enter === undefined) return known
    const parent = enter.parent && callOf(`${enter.parent.track}.${enter.parent.call}`)
    const isCalled = parent !== undefined && !enter.asyncParent && parent.track === enter.ref.track
    const call: NaiveCall = { key, track: enter.ref.track, enter, parent, isCalled, exit: undefined, last: enter }
    byKey.set(key, call)
    return call
  }
  const calls = enters.map(row => callOf(`${row.ref.track}.${row.call}`) as NaiveCall)
  for (const row of rows) {
    const call = byKey.get(`${row.ref.track}.${row.call}`)
    if (call === undefined) continue
    call.last = row
    if (['callReturn', 'callThrow', 'callUnwind', 'activityEnd'].includes(row.kind)) call.exit ??= row
  }
  return { engine, session, rows, calls }
}
