/**
 * EventEmitter: a listener runs in the context in which it was added, unless a recorded call emits the event and so is its caller, or an
 * adapter knows the cause of the emission. Listeners are never wrapped (`rawListeners` shows them): who added which is kept on the emitter
 * (emitter-facts.ts), and `emit` looks it up where nothing else says the cause, that is, where Node itself emits.
 *
 * Connections are shared between chains: of their lasting events only listeners that are recorded themselves (they carry probes) get a
 * context, not those of a driver, which goes on to call whoever waited for the answer. No cause is better than the wrong one.
 */
import { SPAN_DELIMITERS } from '@hindscope/protocol'
import type { Adapter, ContextSource, Detach, EmissionContext, RecorderAccess } from '../adapters/adapter.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { define, functionText, ownDescriptor, reflectApply, stringIncludes } from '../recorder/intrinsics.ts'
import { contextSources, factsOf, knownFacts } from './emitter-facts.ts'
import type { EmitterFacts, ListenerEntry } from './emitter-facts.ts'

type Method = (...args: never[]) => unknown

/** Events of a connection that happen once, to the one who opened it. */
const OPENING: ReadonlySet<unknown> = new Set(['connect', 'secureConnect', 'ready', 'lookup', 'session'])

export const emittersAdapter: Adapter = {
  id: 'emitters',
  attach: recorder => new EmitterContexts(recorder).attach(),
}

class EmitterContexts {
  private readonly recorder: RecorderAccess
  private readonly captureKey: symbol | undefined

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    const { EventEmitter } = process.getBuiltinModule('node:events')
    this.captureKey = Object.getOwnPropertySymbols(new EventEmitter()).find(key => key.description === 'kCapture')
  }

  attach(): Detach | undefined {
    const { EventEmitter } = process.getBuiltinModule('node:events')
    const prototype = EventEmitter.prototype as object // SAFE: an object
    return combine([this.patchAdd(prototype, 'addListener', 'on'), this.patchAdd(prototype, 'prependListener'), this.patchEmit(prototype)])
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
    const { recorder } = this
    const sources = contextSources(recorder)
    const emitIn = (context: EmissionContext, emitter: object, original: Method, args: ArrayLike<unknown>): unknown =>
      this.runIn(context, context, original, emitter, args)
    const contextBy = (source: ContextSource, emitter: unknown, args: ArrayLike<unknown>): EmissionContext | undefined => {
      try {
        return typeof emitter === 'object' && emitter !== null ? source(emitter, args) : undefined
      } catch {
        recorder.fail('adapter-failed') // SAFE: the listeners run without this context; counted.
        return undefined
      }
    }
    const isMessage = (): boolean => recorder.received?.has(recorder.currentCall()) === true
    const emitKnown = (emitter: object, facts: EmitterFacts, original: Method, args: ArrayLike<unknown>): unknown =>
      this.emit(emitter, facts, original, args)
    return patchMethod(prototype, 'emit', (original, state) => {
      const methods = {
        emit(this: unknown): unknown {
          const source = state.isActive ? sources.get(arguments[0]) : undefined
          const context = source === undefined ? undefined : contextBy(source, this, arguments)
          if (context !== undefined) return emitIn(context, this as object, original, arguments) // SAFE: only objects have contexts
          const facts = state.isActive ? knownFacts(recorder, this) : undefined
          if (facts === undefined || (facts.hook === undefined && (recorder.isInCall() || isMessage())))
            return reflectApply(original, this, arguments as never) // SAFE: as given
          return emitKnown(this as object, facts, original, arguments) // SAFE: only objects have facts
        },
      }
      return methods.emit
    })
  }

  private emit(emitter: object, facts: EmitterFacts, original: Method, args: ArrayLike<unknown>): unknown {
    const { hook } = facts
    if (hook !== undefined) return hook(args, () => reflectApply(original, emitter, args as never)) // SAFE: as given
    const type = args[0] as PropertyKey // SAFE: as given; a key or nothing
    const handlers = facts.has(type) ? handlersOf(emitter, facts, type) : undefined
    if (handlers === undefined) return this.runIn(facts, facts, original, emitter, args)
    if (typeof handlers === 'function') return this.runIn(facts, facts.find(type, handlers) ?? facts, original, emitter, args)
    const entries: (ListenerEntry | undefined)[] = []
    let isMixed = false
    for (let i = 0; i < handlers.length; i++) {
      entries[i] = facts.find(type, handlers[i])
      if (entries[i]?.root !== entries[0]?.root) isMixed = true
    }
    if (!isMixed) return this.runIn(facts, entries[0] ?? facts, original, emitter, args)
    if (this.canSplit(emitter, facts, type)) return this.emitEach(emitter, facts, handlers, entries, args)
    return reflectApply(original, emitter, args as never) // SAFE: as given
  }

  /** Calls `listener`, or what emits to all of them, in the context of `by`. */
  private runIn(
    { ambient }: EmissionContext,
    by: ListenerEntry | EmissionContext,
    listener: Method,
    emitter: object,
    args: ArrayLike<unknown>,
  ): unknown {
    const { recorder } = this
    const { call, root } = by
    if (call === 0) return reflectApply(listener, emitter, args as never) // SAFE: as given
    if (ambient === undefined) return recorder.runIn(call, root, listener, emitter, args)
    return ambient.storage.run(ambient.context, () => recorder.runIn(call, root, listener, emitter, args))
  }

  /** As EventEmitter calls several listeners: those that there were at the start, in order, whatever they return. */
  private emitEach(
    emitter: object,
    facts: EmitterFacts,
    handlers: readonly unknown[],
    entries: readonly (ListenerEntry | undefined)[],
    args: ArrayLike<unknown>,
  ): true {
    const rest: unknown[] = []
    for (let i = 1; i < args.length; i++) rest[i - 1] = args[i]
    const listeners: Method[] = []
    for (let i = 0; i < handlers.length; i++) listeners[i] = handlers[i] as Method // SAFE: what `emit` calls
    for (let i = 0; i < listeners.length; i++) this.runIn(facts, entries[i] ?? facts, listeners[i] as Method, emitter, rest) // SAFE: below the length
    return true
  }

  /** Errors without listeners, captured rejections and domains have rules of their own. */
  private canSplit(emitter: object, facts: EmitterFacts, type: unknown): boolean {
    const { captureKey } = this
    if (type === 'error' || captureKey === undefined || facts.isProxy) return false
    return Reflect.get(emitter, captureKey) === false && !ownDescriptor(emitter, 'domain')?.value
  }

  private added(emitter: unknown, type: PropertyKey, listener: unknown): void {
    const { recorder } = this
    if (typeof emitter !== 'object' || emitter === null || typeof listener !== 'function') return
    try {
      const facts = factsOf(recorder, emitter)
      if (facts.isShared && !OPENING.has(type) && !isProbed(listener)) return
      const entry = { type, listener, call: recorder.currentCall(), root: recorder.currentRoot() }
      facts.add(entry, of => [handlersOf(emitter, facts, of) ?? []].flat())
    } catch {
      recorder.fail('adapter-failed') // SAFE: the listener runs without a cause; counted.
    }
  }
}

/** The listeners as `emit` reads them; undefined for an emitter that is not to be looked into. */
function handlersOf(emitter: object, facts: EmitterFacts, type: PropertyKey): Method | readonly unknown[] | undefined {
  if (facts.isProxy) return undefined
  const events: unknown = ownDescriptor(emitter, '_events')?.value
  if (typeof events !== 'object' || events === null || !facts.canRead(events)) return undefined
  const found: unknown = ownDescriptor(events, type)?.value
  if (typeof found === 'function') return found as Method // SAFE: as tested
  return Array.isArray(found) ? (found as unknown[]) : undefined // SAFE: as tested
}

/** The function is one of the instrumented program's: its own call is recorded. `once` puts its own function around the listener. */
function isProbed(listener: object): boolean {
  const inner: unknown = ownDescriptor(listener, 'listener')?.value
  const text = functionText(typeof inner === 'function' ? inner : listener)
  for (let i = 0; i < SPAN_DELIMITERS.length; i++) if (stringIncludes(text, SPAN_DELIMITERS[i] as string)) return true // SAFE: below the length
  return false
}
