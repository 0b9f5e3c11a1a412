/**
 * When the calls of an AppMap were. The format has no clock but `elapsed` of returns and, since 1.13, an optional `timestamp`; so time is
 * made, in whole microseconds:
 *
 * - A call takes exactly its `elapsed`. One without takes as long as the calls inside it.
 * - The calls that a call makes follow one after another, the first at its beginning; what is left of its time lies at its end.
 * - Where they need more time than there is, calls that gave a promise run on while their caller does, and after it if they must: an agent
 *   measures those until the promise is settled. Where that is not enough, the caller is made longer, which is counted.
 * - A call with a `timestamp` starts there, unless its caller or the call before it says otherwise.
 * - Calls of no caller follow one another in their thread, and come after whatever the file has before them in other threads.
 */
import { elapsedUs, returnsPromise, timestampUs, walkCalls } from './appmap-calls.ts'
import type { AppMapCall, AppMapCalls, AppMapThread } from './appmap-calls.ts'

export interface AppMapTimes {
  /** Calls that were made longer than their `elapsed`. */
  readonly lengthened: number
}

/** Sets start and length of every call. `baseUs` is where calls without a timestamp begin. */
export function layOutCalls(calls: AppMapCalls, baseUs: number): AppMapTimes {
  let lengthened = 0
  const cursors = new Map<AppMapThread, ThreadTimes>()
  for (const root of calls.roots) {
    walkCalls(
      root,
      () => undefined,
      call => {
        if (measure(call)) lengthened++
      },
    )
    let earliestUs = baseUs
    for (const [thread, times] of cursors) {
      const untilUs = thread === root.thread ? times.endUs : times.before(root.index)
      earliestUs = Math.max(earliestUs, untilUs)
    }
    root.startUs = Math.max(earliestUs, timestampUs(root.event) ?? earliestUs)
    const times = cursors.get(root.thread) ?? new ThreadTimes()
    cursors.set(root.thread, times)
    walkCalls(
      root,
      call => {
        placeChildren(call)
        times.note(call.index, call.startUs)
      },
      call => times.note(call.endIndex, call.startUs + call.spanUs),
    )
    times.endUs = root.startUs + root.spanUs
  }
  return { lengthened }
}

/** How long the call takes, its children being measured; true when that is longer than it says. */
function measure(call: AppMapCall): boolean {
  const elapsed = elapsedUs(call)
  const { children } = call
  let needUs = 0
  for (const child of children) needUs += child.spanUs
  if (elapsed !== undefined && needUs > elapsed) {
    for (const child of children) if (returnsPromise(child)) child.advanceUs = innerUs(child)
    needUs = 0
    for (const child of children) needUs += child.advanceUs
  }
  call.spanUs = Math.max(elapsed ?? 0, needUs)
  call.advanceUs = call.spanUs
  // Rounding may make the children of a call a microsecond longer each.
  return elapsed !== undefined && call.spanUs > elapsed + children.length
}

/** Time that surely passed inside the call itself: that of the calls it made. */
const innerUs = (call: AppMapCall): number =>
  Math.min(
    call.spanUs,
    call.children.reduce((sum, child) => sum + child.advanceUs, 0),
  )

function placeChildren(call: AppMapCall): void {
  const { children, startUs, spanUs } = call
  // What this child and the later ones still need decides how late it may start.
  let leftUs = 0
  const reserved = new Float64Array(children.length)
  for (let i = children.length - 1; i >= 0; i--) {
    const child = children[i] as AppMapCall // SAFE: i < length
    leftUs = Math.max(child.spanUs, child.advanceUs + leftUs)
    reserved[i] = leftUs
  }
  let cursor = startUs
  children.forEach((child, i) => {
    const latestUs = startUs + spanUs - (reserved[i] as number) // SAFE: i < length
    const wishedUs = timestampUs(child.event) ?? cursor
    child.startUs = Math.max(cursor, Math.min(wishedUs, latestUs))
    cursor = child.startUs + child.advanceUs
  })
}

/** The times of one thread's events by their place in the file, which grows; asked for growing places too. */
class ThreadTimes {
  endUs = -Infinity
  private readonly indices: number[] = []
  private readonly times: number[] = []
  private asked = 0
  private latestUs = -Infinity

  note(index: number, timeUs: number): void {
    if (index === -1) return
    this.indices.push(index)
    this.times.push(timeUs)
  }

  /** Time of the latest event that stands before `index`. */
  before(index: number): number {
    for (; this.asked < this.indices.length && (this.indices[this.asked] as number) < index; this.asked++)
      this.latestUs = Math.max(this.latestUs, this.times[this.asked] as number) // SAFE: asked < length, both grow together
    return this.latestUs
  }
}
