/**
 * The events of an AppMap as calls: a call event, its return, and what was called in between on the same thread. Calls are in the order of
 * the file, parents before their children.
 */
import { isObject, listOf, numberOf } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'
import type { Tally } from '../tally.ts'

export interface AppMapCall {
  /** Places in the list of events; `endIndex` is -1 for a call without return. */
  readonly index: number
  endIndex: number
  readonly thread: AppMapThread
  event: JsonObject
  returned: JsonObject | undefined
  readonly parent: AppMapCall | undefined
  readonly children: AppMapCall[]
  /** Set by appmap-time.ts, in whole microseconds: when it starts and how long it takes. */
  startUs: number
  spanUs: number
  /** How much of its caller's time passes until the caller goes on: less than `spanUs` for calls that go on by themselves. */
  advanceUs: number
}

export interface AppMapThread {
  readonly id: string
  readonly roots: AppMapCall[]
  /** Open calls, outermost first. */
  readonly stack: AppMapCall[]
}

export class AppMapCalls {
  readonly threads: Map<string, AppMapThread> = new Map()
  /** All roots in the order of the file. */
  readonly roots: AppMapCall[] = []
  private readonly tally: Tally
  private readonly byId = new Map<string, AppMapCall>()
  private readonly byReturnId = new Map<string, AppMapCall>()
  private index = 0

  constructor(tally: Tally) {
    this.tally = tally
  }

  get seen(): number {
    return this.index
  }

  add(event: unknown): void {
    const index = this.index++
    if (!isObject(event)) return this.tally.ignore('event that is no object')
    if (event['event'] === 'call') this.call(event, index)
    else if (event['event'] === 'return') this.return(event, index)
    else this.tally.ignore('event that is neither call nor return')
  }

  /** `eventUpdates`: an event that stands for the one with this id. */
  update(id: string, event: unknown): void {
    const call = this.byId.get(id)
    const returned = this.byReturnId.get(id)
    if (!isObject(event)) this.tally.ignore('eventUpdate that is no object')
    else if (call !== undefined && event['event'] === 'call') call.event = event
    else if (returned !== undefined && event['event'] === 'return') returned.returned = event
    else this.tally.ignore('eventUpdate of an unknown event')
  }

  private call(event: JsonObject, index: number): void {
    const thread = this.threadOf(idText(event['thread_id']) ?? '0')
    const parent = thread.stack.at(-1)
    const call: AppMapCall = {
      index,
      endIndex: -1,
      thread,
      event,
      returned: undefined,
      parent,
      children: [],
      startUs: 0,
      spanUs: 0,
      advanceUs: 0,
    }
    thread.stack.push(call)
    if (parent !== undefined) parent.children.push(call)
    else {
      thread.roots.push(call)
      this.roots.push(call)
    }
    const id = idText(event['id'])
    if (id === undefined) this.tally.ignore('call without id, which no return can name')
    else this.byId.set(id, call)
  }

  private return(event: JsonObject, index: number): void {
    const parentId = idText(event['parent_id'])
    const call = parentId === undefined ? undefined : this.byId.get(parentId)
    if (call === undefined) return this.tally.ignore('return without call')
    if (call.endIndex !== -1) return this.tally.ignore('second return of a call')
    const { stack } = call.thread
    const at = stack.lastIndexOf(call)
    // Calls above it have no return of their own: they stay open. One that is not on the stack was left by its caller's return.
    if (at !== -1) stack.length = at
    call.returned = event
    call.endIndex = index
    const id = idText(event['id'])
    if (id !== undefined) this.byReturnId.set(id, call)
  }

  private threadOf(id: string): AppMapThread {
    let thread = this.threads.get(id)
    if (thread === undefined) this.threads.set(id, (thread = { id, roots: [], stack: [] }))
    return thread
  }
}

const idText = (value: unknown): string | undefined => (typeof value === 'string' ? value : numberOf(value)?.toString())

/** An agent that instruments promises gives a return the time at which its promise was settled. */
export function returnsPromise(call: AppMapCall): boolean {
  const value = call.returned?.['return_value']
  return isObject(value) && typeof value['class'] === 'string' && value['class'].startsWith('Promise')
}

/** Calls that `call` made, in order, and theirs, each once before (`enter`) and once after its children, without recursion. */
export function walkCalls(root: AppMapCall, enter: (call: AppMapCall) => void, leave: (call: AppMapCall) => void): void {
  const open: { readonly call: AppMapCall; next: number }[] = [{ call: root, next: 0 }]
  enter(root)
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const child = top.call.children[top.next++]
    if (child !== undefined) {
      enter(child)
      open.push({ call: child, next: 0 })
    } else {
      leave(top.call)
      open.pop()
    }
  }
}

/** What the return says, or else the timestamps of both. */
export const elapsedUs = (call: AppMapCall): number | undefined => {
  const seconds = numberOf(call.returned?.['elapsed'])
  if (seconds !== undefined && seconds >= 0 && seconds <= MAX_SECONDS) return Math.round(seconds * 1e6)
  const [from, to] = [timestampUs(call.event), timestampUs(call.returned)]
  return from === undefined || to === undefined || to < from ? undefined : to - from
}

/** A timestamp of an event, in microseconds since 1970. */
export const timestampUs = (event: JsonObject | undefined): number | undefined => {
  const seconds = numberOf(event?.['timestamp'])
  return seconds === undefined || seconds <= 0 || seconds > MAX_SECONDS ? undefined : Math.round(seconds * 1e6)
}

/** The year 2255, beyond which microseconds are no longer exact. */
const MAX_SECONDS = 9e9

export const fieldList = (event: JsonObject | undefined, name: string): readonly unknown[] => listOf(event?.[name])
