/**
 * What adapters of state libraries share: named stores, a snapshot of each at first and now and then after, in between what changed, and what
 * a store was asked to do as action activities.
 *
 * `changed` is told of states that do not change in place; where a library's do, the adapter gives copies (state-copy.ts).
 */
import { ActivityType, EventKind } from '@hindscope/protocol'
import { SafeMap, define, isArray, keysOf, mapEntries, mapIteratorNext, reflectApply } from '../recorder/intrinsics.ts'
import { REDACTED_VALUE } from '../recorder/value-snapshot.ts'
import type { RecorderAccess } from './adapter.ts'
import { changesBetween, dataOf, isContainer } from './state-diff.ts'
import type { Change } from './state-diff.ts'

/** Puts a state of plain data, as it was recorded, into the store. False where it cannot. Must not keep the store alive. */
export type Jump = (target: object, state: unknown) => boolean

/** Who asked for an action, where that is not the call that runs. */
export interface Cause {
  readonly call: number
  readonly root: number
}

export interface OpenAction {
  readonly activity: number
  readonly root: number
}

type Callback = (...args: never[]) => unknown

/** Changes after which a snapshot saves readers the way back. */
const KEYFRAME_CHANGES = 200
/** More stores than this are looked through for those that are gone. */
const FIRST_LIMIT = 64
export const NO_PAYLOAD: unique symbol = Symbol('no payload')

/** Stores of one recorder. Kept with its access object, so that every copy of this file finds them. */
interface RealmStores {
  /** How many stores have had the name. */
  readonly names: SafeMap<string, number>
  readonly jumps: SafeMap<string, { readonly target: WeakRef<object>; readonly jump: Jump; readonly store: RecordedStore }>
  limit: number
}
const STORES = Symbol.for('hindscope.stores')

function storesOf(recorder: RecorderAccess & { [STORES]?: RealmStores }): RealmStores {
  return (recorder[STORES] ??= { names: new SafeMap(), jumps: new SafeMap(), limit: FIRST_LIMIT })
}

export class StateRecorder {
  readonly recorder: RecorderAccess
  readonly library: string

  constructor(recorder: RecorderAccess, library: string) {
    this.recorder = recorder
    this.library = library
  }

  /** Records the first snapshot. A second store of the name is `name#2`. */
  open(name: string, state: unknown): RecordedStore {
    const { names } = storesOf(this.recorder)
    const count = (names.get(name) ?? 0) + 1
    names.set(name, count)
    // Somebody may have named a store `cart#2`.
    if (count > 1 && names.has(`${name}#${count}`)) return this.open(name, state)
    const unique = count === 1 ? name : `${name}#${count}`
    if (count > 1) names.set(unique, 1)
    return new RecordedStore(this, unique, state)
  }

  /** Of the store of this name; '' for an action of none. Undefined when nothing records. `NO_PAYLOAD` for actions that have none. */
  begin(store: string, action: string, payload: unknown, cause?: Cause): OpenAction | undefined {
    const { recorder, library } = this
    const root = cause?.root ?? recorder.currentRoot()
    const fields = { library, store, action }
    const activity = recorder.startActivity(ActivityType.action, payload === NO_PAYLOAD ? fields : { ...fields, payload }, cause?.call)
    return activity === 0 ? undefined : { activity, root: root === 0 ? activity : root }
  }

  end({ activity }: OpenAction): void {
    this.recorder.endActivity(activity, ActivityType.action, {})
  }

  /** For what runs inside calls of the library: nothing of it may reach the program. */
  guarded<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the program goes on unrecorded; counted.
      return undefined
    }
  }
}

export class RecordedStore {
  readonly name: string
  private readonly states: StateRecorder
  private state: unknown
  private changes = 0
  private isOpen = true

  constructor(states: StateRecorder, name: string, state: unknown) {
    this.states = states
    this.name = name
    this.state = state
    this.snapshot()
  }

  /** The state as it was last told. */
  get last(): unknown {
    return this.state
  }

  get isRecording(): boolean {
    return this.isOpen
  }

  /** Records what is new in `state`. */
  changed(state: unknown): void {
    if (!this.isOpen || Object.is(state, this.state)) return
    const changes = changesBetween(this.state, state)
    this.state = state
    if (changes === undefined) return this.snapshot()
    for (const change of changes) this.record(change)
    this.changes += changes.length
    if (this.changes >= KEYFRAME_CHANGES) this.snapshot()
  }

  /** Records a state that is too large to be compared. */
  snapshotOf(state: unknown): void {
    if (!this.isOpen) return
    this.state = state
    this.snapshot()
    this.state = undefined
  }

  /**
   * Runs `callback` as an action of the store; what it returns and throws passes through. `look` is called before the action ends, for states
   * that the library does not tell of at once; it does not throw.
   */
  run(action: string, payload: unknown, callback: Callback, thisArg: unknown, args: ArrayLike<unknown>, look?: () => void, cause?: Cause): unknown {
    const open = this.states.guarded(() => this.begin(action, payload, cause))
    // SAFE: the arguments that the program gave for this callback
    if (open === undefined) return reflectApply(callback, thisArg, args as never)
    let result: unknown
    try {
      result = this.states.recorder.runIn(open.activity, open.root, callback, thisArg, args)
    } catch (error) {
      this.fail(open, error)
      throw error
    }
    if (look !== undefined) this.within(open, look)
    this.end(open)
    return result
  }

  /** Undefined when nothing records, or nothing any more. */
  begin(action: string, payload: unknown, cause?: Cause): OpenAction | undefined {
    return this.isOpen ? this.states.begin(this.name, action, payload, cause) : undefined
  }

  /** Does `work` of the recorder's own as part of the action. */
  within(open: OpenAction | undefined, work: () => void): void {
    if (open === undefined) work()
    else this.states.recorder.runIn(open.activity, open.root, work, undefined, [])
  }

  end(open: OpenAction): void {
    this.states.end(open)
  }

  fail({ activity }: OpenAction, error: unknown): void {
    this.states.recorder.endActivity(activity, ActivityType.action, { error: errorText(error) })
  }

  /** Lets the recorded program be put back to a recorded state. */
  allowJump(target: object, jump: Jump): void {
    const stores = storesOf(this.states.recorder)
    if (stores.jumps.size >= stores.limit) {
      const gone: string[] = []
      const iterator = mapEntries(stores.jumps)
      for (let next = mapIteratorNext(iterator); !next.done; next = mapIteratorNext(iterator)) {
        const [name, entry] = next.value as [string, { readonly target: WeakRef<object> }] // SAFE: what is put there below
        if (entry.target.deref() === undefined) gone.push(name)
      }
      for (const name of gone) stores.jumps.delete(name)
      stores.limit = Math.max(FIRST_LIMIT, stores.jumps.size * 2)
    }
    stores.jumps.set(this.name, { target: new WeakRef(target), jump, store: this })
  }

  /** Nothing is recorded any more. */
  close(): void {
    this.isOpen = false
    this.state = undefined
    storesOf(this.states.recorder).jumps.delete(this.name)
  }

  private snapshot(): void {
    this.changes = 0
    this.states.recorder.record(EventKind.stateSnapshot, 0, [[this.name, this.state]])
  }

  private record({ path, keys, before, after, isRemoved }: Change): void {
    const { recorder } = this.states
    const isMasked = keys.some(key => recorder.isRedacted(key))
    const shown = (value: unknown): unknown => (isMasked && value !== undefined ? REDACTED_VALUE : value)
    const change = [this.name, path, shown(before)]
    recorder.record(EventKind.stateChange, 0, [isRemoved ? change : [...change, shown(after)]])
  }
}

/**
 * Puts the running program's store to a state that was recorded: plain data, without what a recording cannot hold (functions, instances).
 * False where there is no such store, or its library has no public way to do it.
 */
export function jumpStore(recorder: RecorderAccess, store: string, state: unknown): boolean {
  const entry = storesOf(recorder).jumps.get(store)
  const target = entry?.target.deref()
  if (entry === undefined || target === undefined) return false
  try {
    return entry.store.run('jump', NO_PAYLOAD, () => entry.jump(target, state), undefined, []) === true
  } catch {
    recorder.fail('adapter-failed') // SAFE: what the program does about the state may throw; nobody waits for it. Counted.
    return false
  }
}

/** `state` with the functions that `current` has where it has none: a recording has no functions, and stores keep their actions beside their data. */
export function withFunctions(current: unknown, state: unknown): unknown {
  if (!isContainer(current) || !isContainer(state) || isArray(current) || isArray(state)) return state
  const merged = { ...state }
  for (const key of keysOf(current)) {
    const own: unknown = dataOf(current, key)
    const given = dataOf(merged, key)
    const value = typeof own === 'function' ? own : withFunctions(own, given)
    if (value !== given) define(merged, key, { value, writable: true, enumerable: true, configurable: true })
  }
  return merged
}

/** The error is the program's: its own `message` is read where it is data. */
function errorText(error: unknown): string {
  if (typeof error === 'string') return error
  const message = dataOf(error, 'message')
  return typeof message === 'string' && message !== '' ? message : 'failed'
}
