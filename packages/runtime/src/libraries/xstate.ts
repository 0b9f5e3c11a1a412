/**
 * XState 4 (interpreters) and 5 (actors): for every machine its value, context and status, and the events that it gets as actions. The machines
 * that a machine invokes or spawns are stores of their own, `parent.child`; other actors show by the events that they send.
 *
 * Version 5: events and new actors are told by inspection of the system. Inspection tells of a snapshot when all observers have had it, so ours is
 * one of the actor's observers too: the first. Version 4: the first listener to events, which are told right after the transition.
 *
 * `send` of the actor is patched, so that what runs for an event has it as its cause. A snapshot can be given to new actors only: nothing can jump.
 *
 * @table state
 * @versions 5, 4
 * @told events, states, child machines
 * @jump no public way
 */
import { SafeWeakMap, isArray, keysOf, mapEntries, mapIteratorNext, reflectApply } from '../recorder/intrinsics.ts'
import type { Detach } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { copyState } from '../adapters/state-copy.ts'
import { dataOf, isObject, isProxy } from '../adapters/state-diff.ts'
import { NO_PAYLOAD, StateRecorder } from '../adapters/state-recorder.ts'
import type { OpenAction, RecordedStore } from '../adapters/state-recorder.ts'

type Method = (this: unknown, ...args: never[]) => unknown

export const xstateAdapter: LibraryAdapter = {
  id: 'xstate',
  observe(recorder, { value }) {
    if (!isObject(value) || typeof dataOf(value, 'send') !== 'function') return undefined
    const states = new StateRecorder(recorder, 'xstate')
    if (isInterpreter(value)) return new InterpreterWatch(states, value, '').attach()
    const system = dataOf(value, 'system')
    return typeof dataOf(system, 'inspect') === 'function' && isMachine(value) ? new SystemWatch(states, value).attach(system as object) : undefined // SAFE: it has a method
  },
}

export const observe: Observe = registerLibrary(xstateAdapter, 'xstate')

/** Of version 4. */
const isInterpreter = (value: unknown): value is object =>
  isObject(dataOf(value, 'machine')) && isObject(dataOf(value, 'eventListeners')) && typeof dataOf(value, 'sendTo') === 'function'

/** Of version 5: of all logic, only that of machines has states. */
const isMachine = (actor: object): boolean => isObject(dataOf(dataOf(actor, 'logic'), 'root'))

interface ToldEvent {
  readonly name: string
  readonly payload: unknown
}
const UNKNOWN: ToldEvent = { name: 'event', payload: NO_PAYLOAD }

/** Events may be texts, of version 4 also wrapped. */
function eventOf(event: unknown): ToldEvent {
  const inner = dataOf(event, '$$type') === 'scxml' ? dataOf(event, 'data') : event
  if (isArray(inner)) return { name: 'batch', payload: inner }
  const name = typeof inner === 'string' ? inner : dataOf(inner, 'type')
  const hasMore = isObject(inner) && !isProxy(inner) && keysOf(inner).some(key => key !== 'type')
  return { name: typeof name === 'string' ? name : 'event', payload: hasMore ? inner : NO_PAYLOAD }
}

/** Actors in the context are told by their ids: what they hold is the state of another store. */
function shownActor(value: unknown): unknown {
  if (!isObject(value) || isProxy(value) || typeof dataOf(value, 'sessionId') !== 'string') return value
  const id = dataOf(value, 'id')
  return typeof id === 'string' ? { actor: id } : value
}

/** The parts of a snapshot that are the machine's state. */
const PARTS = ['value', 'context', 'status', 'output', 'error', 'done'] as const

/** One machine: its store, from the first state on. */
class MachineStates {
  readonly states: StateRecorder
  private readonly name: string
  private readonly current: () => unknown
  private store: RecordedStore | undefined
  private isClosed = false

  constructor(states: StateRecorder, name: string, current: () => unknown) {
    this.states = states
    this.name = name
    this.current = current
  }

  /** Undefined as long as there is no state. */
  get recorded(): RecordedStore | undefined {
    if (this.store === undefined && !this.isClosed && isObject(this.current())) this.look()
    return this.store
  }

  /** Never throws. */
  readonly look = (): void => {
    this.states.guarded(() => {
      const snapshot = this.current()
      if (this.isClosed || !isObject(snapshot)) return
      const state: Record<string, unknown> = {}
      for (const part of PARTS) {
        const value = dataOf(snapshot, part)
        if (value !== undefined) state[part] = value
      }
      const copied = copyState(state, this.store?.last, shownActor)
      if (this.store === undefined) this.store = this.states.open(this.name, copied?.copy)
      else if (copied === undefined) this.store.snapshotOf(state)
      else this.store.changed(copied.copy)
    })
  }

  begin(event: unknown): OpenAction | undefined {
    return this.states.guarded(() => {
      const { name, payload } = eventOf(event)
      return this.recorded?.begin(name, payload)
    })
  }

  close(): void {
    this.isClosed = true
    this.store?.close()
  }
}

/** The actors of one system of version 5. */
class SystemWatch {
  readonly states: StateRecorder
  private readonly root: object
  private readonly actors = new SafeWeakMap<object, ActorWatch>()
  private readonly attached: WeakRef<ActorWatch>[] = []

  constructor(states: StateRecorder, root: object) {
    this.states = states
    this.root = root
  }

  attach(system: object): Detach | undefined {
    if (!this.watch(this.root)) return undefined
    this.watchChildren(this.root)
    const told = (event: unknown): void => void this.states.guarded(() => this.inspected(event))
    const subscription = reflectApply(dataOf(system, 'inspect') as Method, system, [told] as never) // SAFE: checked by the caller
    return () => {
      const leave = dataOf(subscription, 'unsubscribe')
      if (typeof leave === 'function') reflectApply(leave as Method, subscription, []) // SAFE: typeof says so
      for (const each of this.attached.splice(0)) each.deref()?.detach()
    }
  }

  private watch(actor: object): boolean {
    const parent = dataOf(actor, '_parent')
    const above = isObject(parent) ? this.actors.get(parent)?.name : undefined
    const own = nameOf(actor)
    const watch = new ActorWatch(this.states, actor, above === undefined ? own : `${above}.${own}`)
    if (!watch.attach()) return false
    this.actors.set(actor, watch)
    this.attached.push(new WeakRef(watch))
    return true
  }

  /** Those of the first state were there before anybody could be told. */
  private watchChildren(actor: object): void {
    const children = dataOf(dataOf(actor, '_snapshot'), 'children')
    if (!isObject(children) || isProxy(children)) return
    for (const key of keysOf(children)) {
      const child = dataOf(children, key)
      if (!isObject(child) || this.actors.has(child)) continue
      if (isMachine(child) && this.watch(child)) this.watchChildren(child)
    }
  }

  private inspected(event: unknown): void {
    const actor = dataOf(event, 'actorRef')
    if (!isObject(actor)) return
    switch (dataOf(event, 'type')) {
      case '@xstate.actor':
        if (isMachine(actor)) this.watch(actor)
        return
      case '@xstate.event':
        this.actors.get(actor)?.sent(dataOf(event, 'event'))
        return
      case '@xstate.snapshot':
        this.actors.get(actor)?.processed(dataOf(event, 'event'))
    }
  }
}

/** What the program called the actor, else the machine. */
function nameOf(actor: object): string {
  const id = dataOf(dataOf(actor, 'options'), 'id')
  const machine = dataOf(dataOf(actor, 'logic'), 'id')
  if (typeof id === 'string') return id
  return typeof machine === 'string' && machine !== '(machine)' ? machine : 'machine'
}

interface SentEvent {
  readonly event: unknown
  readonly open: OpenAction
}

const STOPPED = 2

class ActorWatch {
  readonly name: string
  private readonly actor: object
  private readonly machine: MachineStates
  /** Events that the actor has not processed yet, in order. */
  private readonly waiting: SentEvent[] = []
  /** What the patched `send` has begun and the system has not told of yet. */
  private sending: SentEvent | undefined
  private leave: Detach | undefined

  constructor(states: StateRecorder, actor: object, name: string) {
    this.actor = actor
    this.name = name
    this.machine = new MachineStates(states, name, () => dataOf(actor, '_snapshot'))
  }

  attach(): boolean {
    const { actor } = this
    const observers = dataOf(actor, 'observers')
    const run = (original: Method, thisArg: unknown, args: readonly unknown[]): unknown => this.send(original, thisArg, args)
    const patch = patchMethod(
      actor,
      'send',
      original =>
        function send(this: unknown, ...args: unknown[]): unknown {
          return run(original, this, args)
        },
    )
    if (!(observers instanceof Set) || patch === undefined) {
      patch?.()
      return false
    }
    const observer = this.observer(observers)
    observers.add(observer)
    this.leave = combine([() => this.machine.close(), patch, () => observers.delete(observer)])
    void this.machine.recorded
    return true
  }

  detach(): void {
    this.leave?.()
  }

  /**
   * One that is put among the observers itself, as `subscribe` would make what it answers to errors the same for ever: without other observers an
   * actor at the top reports what nobody listens to, and another does not.
   */
  private observer(observers: Set<unknown>): object {
    const isTop = dataOf(this.actor, '_parent') === undefined
    const look = (): void => this.look()
    const failed = (): void => this.failed()
    return {
      next: look,
      get error(): (() => void) | undefined {
        failed()
        return observers.size === 1 && isTop ? undefined : (): void => {}
      },
      complete: look,
    }
  }

  /** The actor has stopped for an error: what waits is not processed any more. */
  private failed(): void {
    this.look()
    const error = dataOf(dataOf(this.actor, '_snapshot'), 'error')
    const { recorded } = this.machine
    this.waiting.splice(0).forEach(({ open }, index) => (index === 0 ? recorded?.fail(open, error) : recorded?.end(open)))
  }

  private look(): void {
    const { recorded } = this.machine
    if (recorded !== undefined) recorded.within(this.waiting[0]?.open, this.machine.look)
  }

  private send(original: Method, thisArg: unknown, args: readonly unknown[]): unknown {
    const [event] = args
    const open = this.isStopped ? undefined : this.machine.begin(event)
    if (open === undefined) return reflectApply(original, thisArg, args as never) // SAFE: what the program passed
    const sent = { event, open }
    const outer = this.sending
    this.sending = sent
    let result: unknown
    try {
      result = this.machine.states.recorder.runIn(open.activity, open.root, original, thisArg, args)
    } catch (error) {
      if (this.sending === sent) this.machine.recorded?.fail(open, error)
      this.sending = outer
      throw error
    }
    if (this.sending === sent) this.machine.recorded?.end(open)
    this.sending = outer
    return result
  }

  private get isStopped(): boolean {
    return dataOf(this.actor, '_processingStatus') === STOPPED
  }

  /** An event is on its way to the actor. */
  sent(event: unknown): void {
    const { sending } = this
    if (this.isStopped) return
    if (sending !== undefined && sending.event === event) {
      this.sending = undefined
      this.waiting.push(sending)
      return
    }
    const open = this.machine.begin(event)
    if (open !== undefined) this.waiting.push({ event, open })
  }

  /** The actor is done with an event, and with all that it got before it. */
  processed(event: unknown): void {
    const { recorded } = this.machine
    this.look()
    const index = this.waiting.findIndex(each => each.event === event)
    if (recorded === undefined || index < 0) return
    for (const { open } of this.waiting.splice(0, index + 1)) recorded.end(open)
    if (this.isStopped) for (const { open } of this.waiting.splice(0)) recorded.end(open)
  }
}

/** An interpreter of version 4. */
class InterpreterWatch {
  private readonly service: object
  private readonly name: string
  private readonly machine: MachineStates
  private readonly children = new SafeWeakMap<object, InterpreterWatch>()
  private readonly attached: WeakRef<InterpreterWatch>[] = []
  private leave: Detach | undefined

  constructor(states: StateRecorder, service: object, above: string) {
    this.service = service
    const id = dataOf(service, 'id')
    const own = typeof id === 'string' && id !== '(machine)' ? id : 'machine'
    this.name = above === '' ? own : `${above}.${own}`
    this.machine = new MachineStates(states, this.name, () => dataOf(service, '_state'))
  }

  attach(): Detach | undefined {
    const { service, machine } = this
    const listeners = dataOf(service, 'eventListeners')
    if (!(listeners instanceof Set)) return undefined
    const patch = patchMethod(
      service,
      'send',
      original =>
        function send(this: unknown, ...args: unknown[]): unknown {
          const { recorded } = machine
          if (recorded === undefined || !recorded.isRecording) return reflectApply(original, this, args as never) // SAFE: what the program passed
          const { name, payload } = machine.states.guarded(() => eventOf(args[0])) ?? UNKNOWN
          return recorded.run(name, payload === NO_PAYLOAD && args.length > 1 ? args[1] : payload, original, this, args, machine.look)
        },
    )
    if (patch === undefined) return undefined
    const told = (): void => this.look()
    // What `onEvent` does.
    listeners.add(told)
    this.look()
    this.leave = combine([
      () => machine.close(),
      patch,
      () => listeners.delete(told),
      () => {
        for (const each of this.attached.splice(0)) each.deref()?.leave?.()
      },
    ])
    return this.leave
  }

  private look(): void {
    this.machine.look()
    this.machine.states.guarded(() => this.lookForChildren())
  }

  private lookForChildren(): void {
    const children = dataOf(this.service, 'children')
    if (!(children instanceof Map)) return
    const iterator = mapEntries(children)
    for (let next = mapIteratorNext(iterator); !next.done; next = mapIteratorNext(iterator)) {
      const child = next.value[1]
      if (!isInterpreter(child) || this.children.has(child)) continue
      const watch = new InterpreterWatch(this.machine.states, child, this.name)
      this.children.set(child, watch)
      if (watch.attach() !== undefined) this.attached.push(new WeakRef(watch))
    }
  }
}
