/**
 * Jotai 2 and 3: one store with the values of its atoms, by their debug labels. Jotai keeps its own hooks to itself, so `get`, `set` and `sub` of
 * the store are patched, which is how programs and Jotai's own components come to atoms; `set` is an action.
 *
 * An atom is known once the program has read it or subscribed to it by the store, or set it to something. Values are read again where that runs no
 * code of the program: those of atoms that are mounted, after Jotai has computed them, and those that are set and not computed. What other atoms
 * compute is recorded as the program gets it.
 *
 * Jotai puts its default store into the global object, but for production: there it is met without being handed over.
 *
 * @table state
 * @versions 3, 2
 * @told `set` as action, atoms that were read or subscribed to, by their debug labels
 * @jump no
 */
import { SafeMap, SafeWeakMap, define, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { shownArguments } from '../adapters/action-arguments.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { dataOf, isObject } from '../adapters/state-diff.ts'
import { NO_PAYLOAD, StateRecorder } from '../adapters/state-recorder.ts'
import type { RecordedStore } from '../adapters/state-recorder.ts'

type Method = (this: unknown, ...args: never[]) => unknown

/** Atoms of one store whose values are recorded. */
const MAX_ATOMS = 500
const DEFAULT_STORE = '__JOTAI_DEFAULT_STORE__'

export const jotaiAdapter: LibraryAdapter = {
  id: 'jotai',
  attach: (recorder, realm) => meetDefault(realm, store => observeStore(recorder, store, 'jotai default')),
  observe: (recorder, { value: store }) => (isObject(store) ? observeStore(recorder, store, 'jotai') : undefined),
}

/** By store and recorder: the default store may be handed over besides. */
const observed = new SafeWeakMap<object, RecorderAccess>()

function observeStore(recorder: RecorderAccess, store: object, name: string): Detach | undefined {
  if (['get', 'set', 'sub'].some(key => typeof dataOf(store, key) !== 'function')) return undefined
  if (observed.get(store) === recorder) return () => {}
  const detach = new AtomWatch(recorder, store, name).attach()
  if (detach === undefined) return undefined
  observed.set(store, recorder)
  return () => {
    observed.delete(store)
    detach()
  }
}

/** Tells of the default store, now or when it is put there: once, by a property that becomes the plain one that Jotai makes. */
function meetDefault(realm: object, met: (store: object) => Detach | undefined): Detach | undefined {
  let detach: Detach | undefined
  const present = ownDescriptor(realm, DEFAULT_STORE)
  if (present !== undefined) return isObject(present.value) ? met(present.value) : undefined
  const place = {
    get: (): undefined => undefined,
    set(store: unknown): void {
      define(realm, DEFAULT_STORE, { value: store, writable: true, enumerable: true, configurable: true })
      if (isObject(store)) detach = met(store)
    },
  }
  if (!define(realm, DEFAULT_STORE, { ...place, enumerable: false, configurable: true })) return undefined
  return () => {
    if (ownDescriptor(realm, DEFAULT_STORE)?.set === place.set) Reflect.deleteProperty(realm, DEFAULT_STORE)
    detach?.()
  }
}

interface KnownAtom {
  readonly label: string
  readonly atom: WeakRef<object>
  /** Set, not computed. */
  readonly isPrimitive: boolean
  /** As Jotai keeps them: it forgets a listener that subscribed twice when one of the two leaves. */
  readonly listeners: Set<unknown>
}

class AtomWatch {
  private readonly states: StateRecorder
  private readonly store: object
  private readonly recorded: RecordedStore
  private readonly read: Method
  private readonly known = new SafeMap<string, KnownAtom>()
  private readonly byAtom = new SafeWeakMap<object, KnownAtom>()
  /** What the program subscribed stands for what is subscribed: the same for the same, as Jotai tells a listener once. */
  private readonly listeners = new SafeWeakMap<object, () => unknown>()
  private isLooking = false

  constructor(recorder: RecorderAccess, store: object, name: string) {
    this.states = new StateRecorder(recorder, 'jotai')
    this.store = store
    this.read = dataOf(store, 'get') as Method // SAFE: checked by the caller
    this.recorded = this.states.open(name, {})
  }

  attach(): Detach | undefined {
    const { store, recorded } = this
    const patches = [
      patchMethod(store, 'get', original => this.get(original)),
      patchMethod(store, 'set', original => this.set(original)),
      patchMethod(store, 'sub', original => this.sub(original)),
    ]
    const detach = combine(patches)
    if (patches.every(patch => patch !== undefined)) return combine([() => recorded.close(), detach])
    detach?.()
    recorded.close()
    return undefined
  }

  private get(original: Method): Method {
    const got = (atom: unknown, value: unknown): void => this.got(atom, value)
    return function get(this: unknown, ...args: unknown[]): unknown {
      const value = reflectApply(original, this, args as never) // SAFE: what the program passed, here and below
      got(args[0], value)
      return value
    }
  }

  private got(atom: unknown, value: unknown): void {
    if (!isObject(atom) || !this.recorded.isRecording || this.isLooking) return
    const known = this.byAtom.get(atom)
    if (known !== undefined && Object.is(this.valueOf(known.label), value)) return
    this.states.guarded(() => this.note(known ?? this.meet(atom), value))
  }

  private set(original: Method): Method {
    const run = (thisArg: unknown, args: readonly unknown[]): unknown => this.runSet(original, thisArg, args)
    return function set(this: unknown, ...args: unknown[]): unknown {
      return run(this, args)
    }
  }

  private runSet(original: Method, thisArg: unknown, args: readonly unknown[]): unknown {
    const { recorded } = this
    const [atom, ...values] = args
    if (!recorded.isRecording || !isObject(atom)) return reflectApply(original, thisArg, args as never)
    const label = this.byAtom.get(atom)?.label ?? labelOf(atom)
    const payload = this.states.guarded(() => {
      const names = values.map(() => label)
      return shownArguments(names, values, this.states.recorder.isRedacted, NO_PAYLOAD)
    })
    return recorded.run(label, payload, original, thisArg, args, () => this.look(atom))
  }

  private sub(original: Method): Method {
    const run = (thisArg: unknown, args: readonly unknown[]): unknown => this.runSub(original, thisArg, args)
    return function sub(this: unknown, ...args: unknown[]): unknown {
      return run(this, args)
    }
  }

  private runSub(original: Method, thisArg: unknown, args: readonly unknown[]): unknown {
    const [atom, listener] = args
    if (!this.recorded.isRecording || !isObject(atom) || typeof listener !== 'function') return reflectApply(original, thisArg, args as never)
    const leave = reflectApply(original, thisArg, [atom, this.listenerFor(listener)] as never)
    const known = this.states.guarded(() => this.byAtom.get(atom) ?? this.meet(atom))
    if (known === undefined || typeof leave !== 'function') return leave
    known.listeners.add(listener)
    this.look()
    return (): unknown => {
      known.listeners.delete(listener)
      return reflectApply(leave as Method, undefined, [])
    }
  }

  private listenerFor(listener: object): () => unknown {
    let told = this.listeners.get(listener)
    if (told !== undefined) return told
    told = () => {
      this.look()
      return reflectApply(listener as Method, undefined, []) // SAFE: the caller looked
    }
    this.listeners.set(listener, told)
    return told
  }

  private meet(atom: object): KnownAtom | undefined {
    if (this.known.size >= MAX_ATOMS || dataOf(atom, 'debugPrivate') === true) return undefined
    const name = labelOf(atom)
    let label = name
    for (let n = 2; this.known.has(label); n++) label = `${name}#${n}`
    const known = { label, atom: new WeakRef(atom), isPrimitive: isPrimitive(atom), listeners: new Set<unknown>() }
    this.known.set(label, known)
    this.byAtom.set(atom, known)
    return known
  }

  private valueOf(label: string): unknown {
    return dataOf(this.recorded.last, label)
  }

  private note(known: KnownAtom | undefined, value: unknown): void {
    if (known !== undefined) this.recorded.changed({ ...(this.recorded.last as object), [known.label]: value }) // SAFE: what is recorded is an object
  }

  /** Reads what can be read and records what is new. `atom`: was set. Never throws. */
  private look(atom?: object): void {
    if (this.isLooking || !this.recorded.isRecording) return
    this.isLooking = true
    this.states.guarded(() => this.lookAtAll(atom))
    this.isLooking = false
  }

  private lookAtAll(written: object | undefined): void {
    if (written !== undefined && !this.byAtom.has(written) && isPrimitive(written)) {
      // What is only ever written has a value that says nothing: null, mostly.
      const value = this.readAtom(written)
      if (value !== undefined && !Object.is(value.value, dataOf(written, 'init'))) this.meet(written)
    }
    const state: Record<string, unknown> = {}
    this.known.forEach((known, label) => {
      const atom = known.atom.deref()
      if (atom === undefined) return void this.known.delete(label)
      const value = known.isPrimitive || known.listeners.size > 0 ? this.readAtom(atom) : undefined
      if (value !== undefined) define(state, label, { value: value.value, writable: true, enumerable: true, configurable: true })
      else if (ownDescriptor(this.recorded.last as object, label)) state[label] = this.valueOf(label) // SAFE: as above
    })
    this.recorded.changed(state)
  }

  /** Undefined for an atom that holds an error, which reading throws. */
  private readAtom(atom: object): { readonly value: unknown } | undefined {
    try {
      return { value: reflectApply(this.read, this.store, [atom] as never) }
    } catch {
      return undefined // SAFE: the program sees it where it reads the atom.
    }
  }
}

/** Atoms that run something when they are first met are left to the program. */
const isPrimitive = (atom: object): boolean => ownDescriptor(atom, 'init') !== undefined && ownDescriptor(atom, 'INTERNAL_onInit') === undefined

function labelOf(atom: object): string {
  const label = dataOf(atom, 'debugLabel')
  return typeof label === 'string' && label !== '' ? label : 'atom'
}

// Behind all that it uses: where somebody records already, the adapter attaches at once.
export const observe: Observe = registerLibrary(jotaiAdapter, 'jotai')
