/**
 * What the recorder knows of an emitter, kept on the emitter itself in a private field: no reflection, copy or Proxy trap can see it, and it
 * goes when the emitter goes.
 *
 * PERF: a WeakMap says the same, but is asked at every emission, and emitters live as short as a request: garbage collection and the gaps
 * that it leaves in the table cost more than the whole request did – bench/runtime/server.bench.mjs
 */
import type { AmbientContext, Context, ContextSource, RecorderAccess } from '../adapters/adapter.ts'
import { SafeMap, SafeWeakMap, nodeBuiltin, ownDescriptor, prototypeOf } from '../recorder/intrinsics.ts'

/** Takes over one emission; `run` does what would have been done. */
export type EmissionHook = (args: ArrayLike<unknown>, run: () => unknown) => unknown

/** Who added a listener. */
export interface ListenerEntry {
  readonly type: PropertyKey
  readonly listener: unknown
  readonly call: number
  readonly root: number
}

/** Entries beyond this are looked through for listeners that are gone. */
const FIRST_LIMIT = 8
/** Contexts of node:vm load this too, some of them without Node. */
export const isProxy: (value: unknown) => boolean = nodeBuiltin<typeof import('node:util')>('node:util')?.types.isProxy ?? (() => false)

export class EmitterFacts {
  readonly recorder: RecorderAccess
  readonly isProxy: boolean
  /** A connection, which many chains use. */
  readonly isShared: boolean
  entries: ListenerEntry[] = []
  limit: number = FIRST_LIMIT
  /** Context of listeners without one of their own; 0 for none. */
  call = 0
  root = 0
  /** Activity of the request that the emitter is; 0 for others. */
  activity = 0
  /** What it was answered with, as far as that is kept here. */
  status = 0
  /** Told `context` while listeners run, where that is cheap; see ./served-requests.ts. */
  ambient: { readonly storage: AmbientContext; readonly context: Context } | undefined = undefined
  hook: EmissionHook | undefined = undefined
  /** The emitter's `_events` when they were last found to be no Proxy. */
  private events: object | undefined = undefined

  constructor(recorder: RecorderAccess, emitter: object) {
    this.recorder = recorder
    this.isProxy = isProxy(emitter)
    this.isShared = kindOf(emitter) === 'socket'
  }

  /** `listenersOf` gives those that the emitter has for an event. */
  add(entry: ListenerEntry, listenersOf: (type: PropertyKey) => readonly unknown[]): void {
    if (this.entries.length >= this.limit) this.prune(listenersOf)
    this.entries.push(entry)
  }

  /** Of a listener that comes and goes again and again, only who added it last counts. */
  private prune(listenersOf: (type: PropertyKey) => readonly unknown[]): void {
    const untold = new SafeMap<PropertyKey, SafeMap<unknown, true>>()
    this.entries = this.entries
      .toReversed()
      .filter(({ type, listener }) => {
        let listeners = untold.get(type)
        if (listeners === undefined) untold.set(type, (listeners = new SafeMap(listenersOf(type).map(each => [each, true]))))
        return listeners.delete(listener)
      })
      .toReversed()
    this.limit = Math.max(FIRST_LIMIT, this.entries.length * 2)
  }

  has(type: unknown): boolean {
    const { entries } = this
    for (let i = 0; i < entries.length; i++) if (entries[i]?.type === type) return true
    return false
  }

  find(type: unknown, listener: unknown): ListenerEntry | undefined {
    const { entries } = this
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i] as ListenerEntry // SAFE: i is below the length
      if (entry.listener === listener && entry.type === type) return entry
    }
    return undefined
  }

  /** Whether `events` may be read without running code of the program's. */
  canRead(events: object): boolean {
    if (events === this.events) return true
    if (isProxy(events)) return false
    this.events = events
    return true
  }
}

/** What Node made, by the prototype that it comes from; the objects of the program are of none. */
export type NodeKind = 'socket' | 'request' | Http2Kind | 'none'
type Http2Kind = 'http2-request' | 'http2-client-session' | 'http2-client-stream' | 'http2-server-stream'

/** Of prototypes, of which there are few. */
let kinds: SafeWeakMap<object, NodeKind> | undefined

const seededKinds = (): SafeWeakMap<object, NodeKind> =>
  (kinds ??= new SafeWeakMap<object, NodeKind>([
    [process.getBuiltinModule('node:net').Socket.prototype, 'socket'],
    [process.getBuiltinModule('node:http').IncomingMessage.prototype, 'request'],
  ]))

/** Classes that nothing exports, or only a module that programs seldom load. */
const http2Kinds = new SafeMap<unknown, Http2Kind>([
  ['Http2ServerRequest', 'http2-request'],
  ['ClientHttp2Session', 'http2-client-session'],
  ['ClientHttp2Stream', 'http2-client-stream'],
  ['ServerHttp2Stream', 'http2-server-stream'],
])

export function kindOf(object: object): NodeKind {
  if (isProxy(object)) return 'none'
  const prototype = prototypeOf(object)
  return prototype === null ? 'none' : kindOfPrototype(prototype)
}

function kindOfPrototype(prototype: object): NodeKind {
  const known = seededKinds().get(prototype)
  if (known !== undefined) return known
  const kind = http2Kinds.get(ownName(prototype)) ?? kindOf(prototype)
  seededKinds().set(prototype, kind)
  return kind
}

function ownName(prototype: object): unknown {
  const made: unknown = isProxy(prototype) ? undefined : ownDescriptor(prototype, 'constructor')?.value
  return typeof made === 'function' && !isProxy(made) ? ownDescriptor(made, 'name')?.value : undefined
}

/** A constructor that gives what it gets, so that the fields of a class that extends it are put onto that object. */
const Given = function (object: object): object {
  return object
} as unknown as new (object: object) => object // SAFE: called with `new`, by `super` alone

class Noted extends Given {
  #facts: EmitterFacts

  constructor(emitter: object, facts: EmitterFacts) {
    super(emitter)
    this.#facts = facts
  }

  static read(emitter: object): EmitterFacts | undefined {
    return #facts in emitter ? emitter.#facts : undefined
  }

  /** The emitter has facts of another recorder. */
  static replace(emitter: object, facts: EmitterFacts): void {
    if (#facts in emitter) emitter.#facts = facts
  }
}

/** What `recorder` knows of `emitter`, which may be anything that was called as one. */
export function knownFacts(recorder: RecorderAccess, emitter: unknown): EmitterFacts | undefined {
  if (typeof emitter !== 'object' || emitter === null) return undefined
  const facts = Noted.read(emitter)
  return facts?.recorder === recorder ? facts : undefined
}

/** The same, from now on if it was nothing so far. */
export function factsOf(recorder: RecorderAccess, emitter: object): EmitterFacts {
  const before = Noted.read(emitter)
  if (before?.recorder === recorder) return before
  const facts = new EmitterFacts(recorder, emitter)
  if (before === undefined) new Noted(emitter, facts)
  else Noted.replace(emitter, facts)
  return facts
}

/** By event type; the adapters that know more about some emitters put theirs in (adapters/emission-sources.ts). */
export const contextSources = (recorder: RecorderAccess): SafeMap<unknown, ContextSource> => (recorder.emissions ??= new SafeMap())
