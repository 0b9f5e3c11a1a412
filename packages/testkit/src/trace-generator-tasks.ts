/** What a generated trace will go on with: turns of event loops by time, and the requests that they belong to. */

/** A call that was suspended. */
export interface Suspended {
  readonly call: number
  /** Its function. */
  readonly index: number
  readonly depth: number
}

/** A turn of a realm that becomes ready at a time. */
export type Task = { readonly atUs: number } & (
  | { readonly what: 'arrival' }
  | { readonly what: 'begin'; readonly request: Request }
  | { readonly what: 'resume'; readonly request: Request; readonly suspended: Suspended }
  /** Another realm has answered the activity, for which some call may have waited. */
  | { readonly what: 'answer'; readonly request: Request; readonly activity: number; readonly suspended: Suspended | undefined }
  | { readonly what: 'timer'; readonly request: Request; readonly setBy: number }
)

/** A causal tree, or the part of it that another realm asked this one for. */
export interface Request {
  readonly number: number
  readonly realm: number
  readonly activityType: number
  readonly user: number
  /** The request that the tree began with; undefined when it is this one. */
  readonly root: Request | undefined
  /** Who asked for it. */
  readonly client: Client | undefined
  /** Events that it may still cause, and turns that it waits for. */
  left: number
  waits: number
  /** Once it has begun: its activity, the call that handles it, and the sequence number of its first event. */
  activity: number
  handler: number
  seq: number
  /** Events of the tree so far; of a tree's first request. */
  events: number
}

export interface Client {
  readonly request: Request
  readonly activity: number
  readonly suspended: Suspended | undefined
  readonly traceparent: string
}

/** A binary heap: the earliest task first, and of equal times always the same one. */
export class TaskQueue {
  private readonly heap: Task[] = []

  add(task: Task): void {
    const { heap } = this
    let at = heap.push(task) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above] as Task // SAFE: above < at
      if (parent.atUs <= task.atUs) break
      heap[at] = parent
      at = above
    }
    heap[at] = task
  }

  take(): Task | undefined {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if ((heap[below + 1]?.atUs ?? Infinity) < (heap[below] as Task).atUs) below++ // SAFE: below < length, here and below
      if ((heap[below] as Task).atUs >= last.atUs) break
      heap[at] = heap[below] as Task
      at = below
    }
    heap[at] = last
    return first
  }
}
