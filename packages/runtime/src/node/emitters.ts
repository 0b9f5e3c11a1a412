/**
 * EventEmitter and EventTarget in Node: a listener runs in the context in which it was added, unless a recorded call emits the event and so
 * is its caller. Listeners are never wrapped (`rawListeners` and `getEventListeners` show them): who added which is kept beside the emitter,
 * and `emit` looks it up where nothing else says the cause, that is, where Node itself emits.
 *
 * Connections are shared between chains: of their lasting events only listeners that are recorded themselves (they carry probes) get a
 * context, not those of a driver, which goes on to call whoever waited for the answer. No cause is better than the wrong one.
 */
import { SPAN_DELIMITERS } from '@hindscope/protocol'
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { SafeMap, SafeWeakMap, define, functionText, ownDescriptor, prototypeOf, reflectApply, stringIncludes } from '../recorder/intrinsics.ts'

type Method = (...args: never[]) => unknown
/** Takes over one emission; `run` does what would have been done. */
export type EmissionHook = (args: ArrayLike<unknown>, run: () => unknown) => unknown

interface Entry {
  readonly type: PropertyKey
  readonly listener: unknown
  readonly call: number
  readonly root: number
}
interface EmitterFacts {
  entries: Entry[]
  /** Entries beyond this are looked through for listeners that are gone. */
  limit: number
  /** Context of listeners without one of their own; 0 for none. */
  call: number
  root: number
  hook: EmissionHook | undefined
}
interface TargetContext {
  readonly call: number
  readonly root: number
}

const FIRST_LIMIT = 8
/** Events of a connection that happen once, to the one who opened it. */
const OPENING: ReadonlySet<unknown> = new Set(['connect', 'secureConnect', 'ready', 'lookup', 'session'])
const HYBRID_DISPATCH = Symbol.for('nodejs.internal.kHybridDispatch')

const known = new SafeWeakMap<RecorderAccess, EmitterContexts>()

/** The one of a recorder, shared by the adapters that know more about some emitters. */
export function contextsOf(recorder: RecorderAccess): EmitterContexts {
  let contexts = known.get(recorder)
  if (contexts === undefined) known.set(recorder, (contexts = new EmitterContexts(recorder)))
  return contexts
}

export const emittersAdapter: Adapter = {
  id: 'emitters',
  attach: recorder => contextsOf(recorder).attach(),
}

export class EmitterContexts {
  private readonly recorder: RecorderAccess
  private readonly facts = new SafeWeakMap<object, EmitterFacts>()
  private readonly targets = new SafeWeakMap<object, SafeMap<string, TargetContext>>()
  private readonly targetHooks = new SafeWeakMap<object, EmissionHook>()
  private readonly isProxy = process.getBuiltinModule('node:util').types.isProxy
  private readonly socketPrototype = process.getBuiltinModule('node:net').Socket.prototype
  private readonly captureKey: symbol | undefined

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    const { EventEmitter } = process.getBuiltinModule('node:events')
    this.captureKey = Object.getOwnPropertySymbols(new EventEmitter()).find(key => key.description === 'kCapture')
  }

  /** Listeners of `emitter` that have no context of their own, those it has now among them when `isFirm`, run in this one. */
  bind(emitter: object, call: number, root: number, isFirm: boolean): void {
    const facts = this.factsOf(emitter)
    if (isFirm) facts.entries = []
    facts.call = call
    facts.root = root
  }

  hookEmitter(emitter: object, hook: EmissionHook): void {
    this.factsOf(emitter).hook = hook
  }

  hookTarget(target: object, hook: EmissionHook): void {
    this.targetHooks.set(target, hook)
  }

  attach(): Detach | undefined {
    const { EventEmitter } = process.getBuiltinModule('node:events')
    const prototype = EventEmitter.prototype as object // SAFE: an object
    return combine([
      this.patchAdd(prototype, 'addListener', 'on'),
      this.patchAdd(prototype, 'prependListener'),
      this.patchEmit(prototype),
      ...this.attachTargets(EventTarget.prototype),
    ])
  }

  /** `alias` is the same function under another name, and stays so. */
  private patchAdd(prototype: object, key: string, alias?: string): Detach | undefined {
    const { recorder } = this
    const note = (emitter: unknown, args: ArrayLike<unknown>): void => this.added(emitter, args[0] as PropertyKey, args[1]) // SAFE: the original took it as a key
    const before = alias === undefined ? undefined : ownDescriptor(prototype, alias)
    const isSame = before?.value !== undefined && before.value === ownDescriptor(prototype, key)?.value
    const detach = patchMethod(prototype, key, (original, state) => {
      const methods = {
        add(this: unknown): unknown {
          const result = reflectApply(original, this, arguments as never) // SAFE: as given
          if (state.isActive && recorder.currentCall() !== 0) note(this, arguments)
          return result
        },
      }
      return methods.add
    })
    if (!isSame || detach === undefined || alias === undefined || before === undefined) return detach
    const wrapper: unknown = ownDescriptor(prototype, key)?.value
    define(prototype, alias, { ...before, value: wrapper })
    return () => {
      if (ownDescriptor(prototype, alias)?.value === wrapper) define(prototype, alias, before)
      detach()
    }
  }

  private patchEmit(prototype: object): Detach | undefined {
    const { recorder, facts } = this
    const emitKnown = (emitter: object, found: EmitterFacts, original: Method, args: ArrayLike<unknown>): unknown =>
      this.emit(emitter, found, original, args)
    return patchMethod(prototype, 'emit', (original, state) => {
      const methods = {
        emit(this: unknown): unknown {
          const emitter = this as object // SAFE: a map asked for another value has nothing
          const found = state.isActive ? facts.get(emitter) : undefined
          if (found === undefined || (found.hook === undefined && recorder.isInCall())) return reflectApply(original, this, arguments as never) // SAFE: as given
          return emitKnown(emitter, found, original, arguments)
        },
      }
      return methods.emit
    })
  }

  private emit(emitter: object, facts: EmitterFacts, original: Method, args: ArrayLike<unknown>): unknown {
    const run = (): unknown => reflectApply(original, emitter, args as never) // SAFE: as given
    if (facts.hook !== undefined) return facts.hook(args, run)
    const { recorder } = this
    const handlers = this.handlersOf(emitter, args[0] as PropertyKey) // SAFE: as given; a key or nothing
    if (typeof handlers === 'function') return this.runFor(this.find(facts, args[0], handlers), facts, run)
    if (handlers === undefined) return facts.call === 0 ? run() : recorder.runIn(facts.call, facts.root, run, undefined, [])
    const entries: (Entry | undefined)[] = []
    let isMixed = false
    for (let i = 0; i < handlers.length; i++) {
      entries[i] = this.find(facts, args[0], handlers[i])
      if (entries[i]?.root !== entries[0]?.root) isMixed = true
    }
    if (!isMixed) return this.runFor(entries[0], facts, run)
    return this.canSplit(emitter, args[0]) ? this.emitEach(emitter, facts, handlers, entries, args) : run()
  }

  private runFor(entry: Entry | undefined, facts: EmitterFacts, run: () => unknown): unknown {
    const { call, root } = entry ?? facts
    return call === 0 ? run() : this.recorder.runIn(call, root, run, undefined, [])
  }

  /** As EventEmitter calls several listeners: those that there were at the start, in order, whatever they return. */
  private emitEach(
    emitter: object,
    facts: EmitterFacts,
    handlers: readonly unknown[],
    entries: readonly (Entry | undefined)[],
    args: ArrayLike<unknown>,
  ): true {
    const rest: unknown[] = []
    for (let i = 1; i < args.length; i++) rest[i - 1] = args[i]
    const listeners: Method[] = []
    for (let i = 0; i < handlers.length; i++) listeners[i] = handlers[i] as Method // SAFE: what `emit` calls
    for (let i = 0; i < listeners.length; i++) this.runFor(entries[i], facts, () => reflectApply(listeners[i] as Method, emitter, rest as never)) // SAFE: below the length, as given
    return true
  }

  /** Errors without listeners, captured rejections and domains have rules of their own. */
  private canSplit(emitter: object, type: unknown): boolean {
    const { captureKey } = this
    return type !== 'error' && captureKey !== undefined && Reflect.get(emitter, captureKey) === false && !ownDescriptor(emitter, 'domain')?.value
  }

  /** The listeners as `emit` reads them; undefined for an emitter that is not to be looked into. */
  private handlersOf(emitter: object, type: PropertyKey): Method | readonly unknown[] | undefined {
    if (this.isProxy(emitter)) return undefined
    const events: unknown = ownDescriptor(emitter, '_events')?.value
    if (typeof events !== 'object' || events === null || this.isProxy(events)) return undefined
    const found: unknown = ownDescriptor(events, type)?.value
    if (typeof found === 'function') return found as Method // SAFE: as tested
    return Array.isArray(found) ? (found as unknown[]) : undefined // SAFE: as tested
  }

  private find({ entries }: EmitterFacts, type: unknown, listener: unknown): Entry | undefined {
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i] as Entry // SAFE: i is below the length
      if (entry.listener === listener && entry.type === type) return entry
    }
    return undefined
  }

  private factsOf(emitter: object): EmitterFacts {
    let facts = this.facts.get(emitter)
    if (facts === undefined) {
      facts = { entries: [], limit: FIRST_LIMIT, call: 0, root: 0, hook: undefined }
      this.facts.set(emitter, facts)
    }
    return facts
  }

  private added(emitter: unknown, type: PropertyKey, listener: unknown): void {
    const { recorder } = this
    if (typeof emitter !== 'object' || emitter === null || typeof listener !== 'function') return
    try {
      if (this.isShared(emitter, type) && !isProbed(listener)) return
      const facts = this.factsOf(emitter)
      if (facts.entries.length >= facts.limit) this.prune(emitter, facts)
      facts.entries.push({ type, listener, call: recorder.currentCall(), root: recorder.currentRoot() })
    } catch {
      recorder.fail('adapter-failed') // SAFE: the listener runs without a cause; counted.
    }
  }

  private prune(emitter: object, facts: EmitterFacts): void {
    facts.entries = facts.entries.filter(({ type, listener }) => {
      const handlers = this.handlersOf(emitter, type)
      return handlers === listener || (Array.isArray(handlers) && handlers.includes(listener))
    })
    facts.limit = Math.max(FIRST_LIMIT, facts.entries.length * 2)
  }

  private isShared(emitter: object, type: PropertyKey): boolean {
    if (OPENING.has(type) || this.isProxy(emitter)) return false
    for (let at: object | null = emitter; at !== null; at = prototypeOf(at)) if (at === this.socketPrototype) return true
    return false
  }

  private attachTargets(prototype: object): (Detach | undefined)[] {
    const { recorder } = this
    const note = (target: unknown, type: unknown): void => this.addedToTarget(target, type)
    const dispatch = (target: object, original: Method, args: ArrayLike<unknown>): unknown => this.dispatch(target, original, args)
    return [
      patchMethod(prototype, 'addEventListener', (original, state) => {
        const methods = {
          add(this: unknown): unknown {
            const result = reflectApply(original, this, arguments as never) // SAFE: as given
            if (state.isActive) note(this, arguments[0])
            return result
          },
        }
        return methods.add
      }),
      patchMethod(prototype, HYBRID_DISPATCH, (original, state) => {
        const methods = {
          dispatch(this: unknown): unknown {
            const isCause = state.isActive && !recorder.isInCall()
            return isCause ? dispatch(this as object, original, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given; an EventTarget's method
          },
        }
        return methods.dispatch
      }),
    ]
  }

  /** Where the listeners of one type come from different chains, they have none. */
  private addedToTarget(target: unknown, type: unknown): void {
    if (typeof target !== 'object' || target === null || typeof type !== 'string') return
    let contexts = this.targets.get(target)
    if (contexts === undefined) this.targets.set(target, (contexts = new SafeMap()))
    const [call, root] = [this.recorder.currentCall(), this.recorder.currentRoot()]
    const before = contexts.get(type)
    if (before === undefined || before.root === root) contexts.set(type, { call, root })
    else contexts.set(type, { call: 0, root: -1 })
  }

  private dispatch(target: object, original: Method, args: ArrayLike<unknown>): unknown {
    const run = (): unknown => reflectApply(original, target, args as never) // SAFE: as given
    const hook = this.targetHooks.get(target)
    if (hook !== undefined) return hook(args, run)
    const context = this.targets.get(target)?.get(args[1] as string) // SAFE: the type of the event
    return context === undefined || context.call === 0 ? run() : this.recorder.runIn(context.call, context.root, run, undefined, [])
  }
}

/** The function is one of the instrumented program's: its own call is recorded. `once` puts its own function around the listener. */
function isProbed(listener: object): boolean {
  const inner: unknown = ownDescriptor(listener, 'listener')?.value
  const text = functionText(typeof inner === 'function' ? inner : listener)
  for (let i = 0; i < SPAN_DELIMITERS.length; i++) if (stringIncludes(text, SPAN_DELIMITERS[i] as string)) return true // SAFE: below the length
  return false
}
