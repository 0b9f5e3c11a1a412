/**
 * What adapters of state libraries share: named stores, a snapshot of each at first and now and then after, in between what changed, and what
 * a store was asked to do as action activities.
 *
 * `changed` is told of states that do not change in place; where a library's do, the adapter gives copies (state-copy.ts).
 */
import { ActivityType, EventKind } from '@hindscope/protocol'
import { SafeMap, reflectApply } from '../recorder/intrinsics.ts'
import { REDACTED_VALUE } from '../recorder/value-snapshot.ts'
import type { RecorderAccess } from './adapter.ts'
import { changesBetween } from './state-diff.ts'
import type { Change } from './state-diff.ts'
import { StoreJumps, errorText } from './store-jumps.ts'
import type { JumpWay } from './store-jumps.ts'

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
export const NO_PAYLOAD: unique symbol = Symbol('no payload')

/** Stores of one recorder. Kept with its access object, so that every copy of this file finds them. */
interface RealmStores {
  /** How many stores have had the name. */
  readonly names: SafeMap<string, number>
  readonly jumps: StoreJumps
}
const STORES = Symbol.for('hindscope.stores')

function storesOf(recorder: RecorderAccess & { [STORES]?: RealmStores }): RealmStores {
  return (recorder[STORES] ??= { names: new SafeMap(), jumps: new StoreJumps(recorder) })
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
  private told = 0
  private isOpen = true
  /** The next call of a method of the store is none of the program's. */
  private isOwnCall = false

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

  /** State events that were recorded of it. */
  get events(): number {
    return this.told
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
    if (this.isOwnCall) return this.calledOwn(callback, thisArg, args, look)
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

  /**
   * Runs `work`, which is not the program's, as an action of its own. False when nothing records: then it has not run. `callsMethod`: it begins
   * with a method of the store that records an action when the program calls it.
   */
  runOwn(action: string, payload: unknown, work: () => void, callsMethod: boolean): boolean {
    const open = this.states.guarded(() => this.begin(action, payload))
    if (open === undefined) return false
    this.isOwnCall = callsMethod
    try {
      this.within(open, work)
    } catch (error) {
      this.fail(open, error)
      throw error
    } finally {
      this.isOwnCall = false
    }
    this.end(open)
    return true
  }

  /** What the program does because of it is the program's again. */
  private calledOwn(callback: Callback, thisArg: unknown, args: ArrayLike<unknown>, look: (() => void) | undefined): unknown {
    this.isOwnCall = false
    const result: unknown = reflectApply(callback, thisArg, args as never) // SAFE: what `runOwn` passed
    look?.()
    return result
  }

  /** Lets the running program's store be put to recorded states. */
  allowJump(target: object, way: JumpWay): void {
    storesOf(this.states.recorder).jumps.allow(this, target, way)
  }

  /** Nothing is recorded any more. */
  close(): void {
    this.isOpen = false
    this.state = undefined
    storesOf(this.states.recorder).jumps.forget(this.name)
  }

  private snapshot(): void {
    this.changes = 0
    this.told++
    this.states.recorder.record(EventKind.stateSnapshot, 0, [[this.name, this.state]])
  }

  private record({ path, keys, before, after, isRemoved }: Change): void {
    const { recorder } = this.states
    const isMasked = keys.some(key => recorder.isRedacted(key))
    const shown = (value: unknown): unknown => (isMasked && value !== undefined ? REDACTED_VALUE : value)
    const change = [this.name, path, shown(before)]
    this.told++
    recorder.record(EventKind.stateChange, 0, [isRemoved ? change : [...change, shown(after)]])
  }
}
