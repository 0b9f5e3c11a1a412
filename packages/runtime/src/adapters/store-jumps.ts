/**
 * Puts stores of the running program to recorded states, on request of the collector (protocol/control.ts, `jump`). What a store does about it
 * is in the trace as an action of the name `jump by Hindscope`, which no program has asked for.
 *
 * The state that a store leaves for the first recorded one is kept until it goes back: the very values, whatever they are.
 */
import type { JumpControl, JumpReport, JumpableStore } from '@hindscope/protocol'
import { SafeMap, SafeWeakMap, mapEntries, mapIteratorNext } from '../recorder/intrinsics.ts'
import type { RecorderAccess } from './adapter.ts'
import { reviveState } from './revive-state.ts'
import type { LiveValues } from './revive-state.ts'
import { dataOf, isObject } from './state-diff.ts'

/** How a library's stores are read and set. Must not keep the store alive. */
export interface JumpWay extends LiveValues {
  /** What the store holds, as `write` takes it: the state itself where it does not change in place, else a copy of its outermost object. */
  read(target: object): unknown
  /** Makes it the state; `current` is what `read` gave. What the program does about it may throw. */
  write(target: object, state: unknown, current: unknown): void
  /** `write` begins with a method that is an action where the program calls it. */
  readonly callsMethod?: true
}

/** A store as its recorder knows it. */
export interface JumpingStore {
  readonly name: string
  /** State events that were recorded of it. */
  readonly events: number
  /** Runs `work` as an action that is not the program's. False when nothing records: then nothing has run. */
  runOwn(action: string, payload: unknown, work: () => void, callsMethod: boolean): boolean
}

export const JUMP_ACTION = 'jump by Hindscope'

interface Entry {
  readonly store: JumpingStore
  readonly target: WeakRef<object>
  readonly way: JumpWay
}
type Answer = JumpReport extends infer Report ? (Report extends { readonly outcome: string } ? Omit<Report, 'id'> : never) : never

/** More stores than this are looked through for those that are gone. */
const FIRST_LIMIT = 64
const GONE: Answer = { outcome: 'refused', why: 'gone' }
const DONE: Answer = { outcome: 'done' }

export class StoreJumps {
  private readonly recorder: RecorderAccess
  private readonly entries = new SafeMap<string, Entry>()
  private readonly left = new SafeWeakMap<object, { readonly state: unknown }>()
  private limit = FIRST_LIMIT

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    recorder.onControl('jump', body => this.hear(body as JumpControl)) // SAFE: checked there; null throws, which the topics count
  }

  allow(store: JumpingStore, target: object, way: JumpWay): void {
    if (this.entries.size >= this.limit) {
      for (const [name, { target: known }] of this.all()) if (known.deref() === undefined) this.entries.delete(name)
      this.limit = Math.max(FIRST_LIMIT, this.entries.size * 2)
    }
    this.entries.set(store.name, { store, target: new WeakRef(target), way })
  }

  forget(name: string): void {
    this.entries.delete(name)
  }

  private all(): [string, Entry][] {
    const all: [string, Entry][] = []
    const iterator = mapEntries(this.entries)
    for (let next = mapIteratorNext(iterator); !next.done; next = mapIteratorNext(iterator)) all.push(next.value as [string, Entry]) // SAFE: what `allow` put there
    return all
  }

  private hear(body: JumpControl): boolean {
    const { recorder } = this
    const { id, ask } = body
    if (typeof id !== 'number') return false
    if (ask === 'stores') recorder.report('jump', { id, stores: this.list() })
    else if (typeof body.store !== 'string') return false
    else if (ask === 'back') recorder.report('jump', { id, ...this.back(body.store) })
    else if (ask === 'jump' && isObject(body.state) && typeof body.known === 'number') recorder.report('jump', { id, ...this.jump(body) })
    else return false
    return true
  }

  private list(): JumpableStore[] {
    return this.all().flatMap(([store, { target }]) => {
      const live = target.deref()
      return live === undefined ? [] : [{ store, isAway: this.left.has(live) }]
    })
  }

  private jump({ store: name, state, known, to }: Extract<JumpControl, { readonly ask: 'jump' }>): Answer {
    const entry = this.entries.get(name)
    const target = entry?.target.deref()
    if (entry === undefined || target === undefined) return GONE
    return this.attempt(() => {
      const { way, store } = entry
      const current = way.read(target)
      const revived = reviveState(state, current, way)
      if (!('state' in revived)) return { outcome: 'refused', why: 'incomplete', ...revived }
      if (revived.hasKept && store.events !== known) return { outcome: 'refused', why: 'behind' }
      const left = this.left.get(target) ?? { state: current }
      return this.write(entry, target, { state: revived.state, current, to: String(to) }, () => this.left.set(target, left))
    })
  }

  private back(name: string): Answer {
    const entry = this.entries.get(name)
    const target = entry?.target.deref()
    const left = target && this.left.get(target)
    if (entry === undefined || target === undefined || left === undefined) return GONE
    return this.attempt(() => {
      const current = entry.way.read(target)
      return this.write(entry, target, { state: left.state, current, to: 'live' }, () => this.left.delete(target))
    })
  }

  private write(
    { store, way }: Entry,
    target: object,
    { state, current, to }: { readonly state: unknown; readonly current: unknown; readonly to: string },
    begun: () => void,
  ): Answer {
    const jump = (): void => {
      begun()
      way.write(target, state, current)
    }
    const hasRun = store.runOwn(JUMP_ACTION, { to }, jump, way.callsMethod === true)
    return hasRun ? DONE : { outcome: 'refused', why: 'off' }
  }

  private attempt(work: () => Answer): Answer {
    try {
      return work()
    } catch (error) {
      // SAFE: what the program does about a state may throw; whoever asked is told.
      return { outcome: 'refused', why: 'failed', reason: errorText(error) }
    }
  }
}

/** The error is the program's: its own `message` is read where it is data. */
export function errorText(error: unknown): string {
  if (typeof error === 'string') return error
  const message = dataOf(error, 'message')
  return typeof message === 'string' && message !== '' ? message : 'failed'
}
