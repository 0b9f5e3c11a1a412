/**
 * Flows: arrows from one slice to another, of any thread. Each end takes the latest start of its id that is not later. The slice at the end
 * then follows from that at the start, unless something called it: a link of a call is its caller or its cause, never both. What tasks
 * run (span.ts) is called by nobody in this sense.
 */
import type { Tally } from '../tally.ts'
import type { FlowStart, Span } from './span.ts'

interface FlowEnd {
  readonly timeUs: number
  readonly order: number
  readonly target: Span
}

export class FlowTable {
  private readonly tally: Tally
  private readonly starts = new Map<string, FlowStart[]>()
  private readonly ends = new Map<string, FlowEnd[]>()
  private messages = 0
  /** Spans whose cause is known otherwise. */
  private readonly settled = new Set<Span>()

  constructor(tally: Tally) {
    this.tally = tally
  }

  addStart(id: string, start: FlowStart): void {
    push(this.starts, id, start)
  }

  addEnd(id: string, end: FlowEnd): void {
    push(this.ends, id, end)
  }

  /** Sets the causes of spans, once all threads are read. */
  bind(): void {
    for (const [id, ends] of this.ends) {
      const starts = (this.starts.get(id) ?? []).sort(byTime)
      let next = 0
      for (const end of ends.sort(byTime)) {
        while (next < starts.length && byTime(starts[next] as FlowStart, end) < 0) next++ // SAFE: next < length
        const start = starts[next - 1]
        if (this.settled.has(end.target)) continue
        if (start === undefined) this.tally.ignore('flow that ends and does not start')
        else this.join(start, end.target)
      }
    }
  }

  /** Makes the target follow from the start, whatever arrows say. */
  settle(start: FlowStart, target: Span): void {
    this.join(start, target)
    this.settled.add(target)
  }

  private join(start: FlowStart, target: Span): void {
    if (start.source === target || isWithin(start.source, target)) return
    if (target.cause !== undefined) return this.tally.ignore('flow into a slice that has a cause already')
    if (!takesCause(target)) return this.tally.ignore('flow into a slice that has a caller')
    target.cause = start.source
    if (start.source.thread === target.thread) return
    target.message = ++this.messages
    start.messages.push(target.message)
  }
}

/** True when nothing but tasks is around it. */
export function takesCause(span: Span): boolean {
  for (let at = span.parent; at !== undefined; at = at.parent) if (at.meaning.kind === 'call' || at.meaning.isTask !== true) return false
  return true
}

/** A cause that is inside its effect would close a ring. */
function isWithin(span: Span, outer: Span): boolean {
  for (let at: Span | undefined = span; at !== undefined; at = at.parent) if (at === outer) return true
  return false
}

const byTime = (a: Pick<FlowEnd, 'timeUs' | 'order'>, b: Pick<FlowEnd, 'timeUs' | 'order'>): number => a.timeUs - b.timeUs || a.order - b.order

function push<T>(lists: Map<string, T[]>, id: string, entry: T): void {
  const list = lists.get(id)
  if (list === undefined) lists.set(id, [entry])
  else list.push(entry)
}
