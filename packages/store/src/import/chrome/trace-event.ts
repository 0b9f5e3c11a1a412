/**
 * One event of Chrome's Trace Event Format, checked. Format:
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 */
import { isObject, numberOf, objectOf, textOf } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'

export interface TraceEvent {
  readonly name: string
  readonly category: string
  readonly phase: string
  /** Microseconds of the trace's own clock. */
  readonly ts: number
  /** Of `X`; undefined where it is missing. */
  readonly duration: number | undefined
  readonly pid: string
  readonly tid: string
  readonly args: JsonObject
  /** Place in the file, which decides between events of the same time. */
  readonly order: number
  /** What joins the events of an async operation or a flow: category, scope and id; with the process where the id is its own. */
  readonly id: string | undefined
  /** Of flows: `e` binds to the slice around the event, otherwise the next one. */
  readonly bindsToEnclosing: boolean
  /** Flows of the newer form, which slices carry themselves. */
  readonly flowOut: string | undefined
  readonly flowIn: string | undefined
}

/** Beyond it microseconds are no longer exact, or no date is. */
export const MAX_TIME_US: number = 2 ** 52

const NO_ARGS: JsonObject = {}

/** The event, or what is wrong with it. */
export function readTraceEvent(value: unknown, order: number): TraceEvent | string {
  if (!isObject(value)) return 'event that is no object'
  const phase = textOf(value['ph'])
  if (phase === undefined || phase.length !== 1) return 'event without phase'
  const ts = numberOf(value['ts']) ?? (phase === 'M' ? 0 : undefined)
  if (ts === undefined || Math.abs(ts) > MAX_TIME_US) return 'event without a time'
  const duration = numberOf(value['dur'])
  if (duration !== undefined && (duration < 0 || duration > MAX_TIME_US)) return 'event with an impossible duration'
  const pid = idText(value['pid']) ?? '0'
  const category = textOf(value['cat']) ?? ''
  const bind = idText(value['bind_id'])
  return {
    name: textOf(value['name']) ?? '',
    category,
    phase,
    ts,
    duration,
    pid,
    tid: idText(value['tid']) ?? '0',
    args: objectOf(value['args']) ?? NO_ARGS,
    order,
    id: joinId(value, category, pid),
    bindsToEnclosing: value['bp'] === 'e',
    flowOut: bind !== undefined && value['flow_out'] === true ? `bind ${bind}` : undefined,
    flowIn: bind !== undefined && value['flow_in'] === true ? `bind ${bind}` : undefined,
  }
}

function joinId(value: JsonObject, category: string, pid: string): string | undefined {
  const own = objectOf(value['id2'])
  const local = idText(own?.['local'])
  const id = idText(value['id']) ?? idText(own?.['global'])
  const scope = textOf(value['scope']) ?? ''
  if (local !== undefined) return `${category}\n${scope}\n${pid}:${local}`
  return id === undefined ? undefined : `${category}\n${scope}\n${id}`
}

const idText = (value: unknown): string | undefined => (typeof value === 'string' ? value : numberOf(value)?.toString())

/** By time, then by place in the file; of slices with known ends that follow each other in it at the same time, the longer one first. */
export function inOrder(events: TraceEvent[]): TraceEvent[] {
  events.sort((a, b) => a.ts - b.ts || a.order - b.order)
  for (let from = 0; from < events.length;) {
    const first = events[from] as TraceEvent // SAFE: from < length
    let to = from + 1
    if (first.phase === 'X') while (events[to]?.phase === 'X' && events[to]?.ts === first.ts) to++
    if (to > from + 1) {
      const run = events.slice(from, to).sort((a, b) => (b.duration ?? Infinity) - (a.duration ?? Infinity) || a.order - b.order)
      run.forEach((event, i) => (events[from + i] = event))
    }
    from = to
  }
  return events
}

/** Arguments of Chrome's own events lie below `data` or `beginData`. */
export const dataOf = ({ args }: TraceEvent): JsonObject => objectOf(args['data']) ?? objectOf(args['beginData']) ?? args

export const dataText = (event: TraceEvent, field: string): string | undefined => textOf(dataOf(event)[field])
