/**
 * MobX 6 and 7, as built for development: what `spy` tells, without the library at hand – its listeners lie in MobX's global state. Builds for
 * production tell nothing.
 *
 * Every observable that the program makes by name is a store: instances of classes, `observable(…)`. What lies inside one is read where MobX keeps
 * values, so nobody observes anything by it. Another store inside a store is told by its name, and of the instances of one class only so many are
 * stores; the others are parts of what holds them.
 *
 * A change is recorded with the next thing that MobX tells: that a reaction starts or that the change is done. So it comes before reactions.
 *
 * @table state
 * @versions 7, 6
 * @told actions, changes; development builds only
 * @jump no
 */
import {
  SafeMap,
  SafeWeakMap,
  isArray,
  mapEntries,
  mapIteratorNext,
  ownDescriptor,
  prototypeOf,
  symbolDescription,
  symbolsOf,
} from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { namesOfMethod, shownArguments } from '../adapters/action-arguments.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { copyState } from '../adapters/state-copy.ts'
import { dataOf, isObject, isProxy } from '../adapters/state-diff.ts'
import { NO_PAYLOAD, StateRecorder } from '../adapters/state-recorder.ts'
import type { OpenAction, RecordedStore } from '../adapters/state-recorder.ts'

/** MobX's global state, as far as it is used. */
interface Globals {
  spyListeners: ((event: object) => void)[]
  trackingDerivation: unknown
  allowStateReads: boolean
}

/** Instances of one class that are stores. */
const MAX_INSTANCES = 100
const SYMBOL = 'mobx administration'
const CHANGES: readonly unknown[] = ['update', 'splice', 'add', 'remove', 'delete']

const watches = new SafeWeakMap<RecorderAccess, MobxWatch>()

export const mobxAdapter: LibraryAdapter = {
  id: 'mobx',
  attach(recorder, realm) {
    const watch = new MobxWatch(new StateRecorder(recorder, 'mobx'), realm)
    watches.set(recorder, watch)
    return () => watch.detach()
  },
  observe: (recorder, { value }) => (isObject(value) ? watches.get(recorder)?.observe(value) : undefined),
}

function globalsOf(realm: object): Globals | undefined {
  const globals = dataOf(realm, '__mobxGlobals')
  return isArray(dataOf(globals, 'spyListeners')) && isArray(dataOf(globals, 'pendingReactions')) ? (globals as Globals) : undefined // SAFE: it has what is used
}

interface Store {
  readonly root: object
  readonly recorded: RecordedStore
}

/** Something that MobX has told the begin of. */
interface Begun {
  /** Its end says how long it took. */
  readonly isTimed: boolean
  readonly open?: OpenAction | undefined
}

class MobxWatch {
  private readonly states: StateRecorder
  private readonly realm: object
  private globals: Globals | undefined
  private symbol: symbol | undefined
  /** By what MobX names in events: the proxy, or the object itself where there is none. */
  private readonly roots = new SafeWeakMap<object, Store>()
  private readonly owners = new SafeWeakMap<object, Store>()
  private readonly instances = new SafeMap<string, number>()
  private due: Store[] = []
  private begun: Begun[] = []

  constructor(states: StateRecorder, realm: object) {
    this.states = states
    this.realm = realm
  }

  observe(value: object): Detach | undefined {
    const globals = (this.globals ??= this.listen())
    if (globals === undefined) return undefined
    this.symbol ??= findSymbol(value, globals)
    const administration = this.administrationOf(value)
    if (administration === undefined) return undefined
    // Nothing is told of production builds, which have no such table.
    if (dataOf(administration, 'values_') instanceof Map && !isObject(dataOf(administration, 'appliedAnnotations_'))) return undefined
    const root = toldObject(value, administration)
    if (this.roots.has(root)) return () => {}
    const name = nameOf(administration, value)
    const count = (this.instances.get(name) ?? 0) + 1
    this.instances.set(name, count)
    if (count > MAX_INSTANCES) return () => {}
    const state = this.read(root, undefined, undefined)
    const store = { root, recorded: this.states.open(name, state?.copy) }
    this.roots.set(root, store)
    // Once more, so that changes of what is inside find their store.
    this.read(root, state?.copy, store)
    return () => store.recorded.close()
  }

  private listen(): Globals | undefined {
    const globals = globalsOf(this.realm)
    globals?.spyListeners.push(this.told)
    return globals
  }

  detach(): void {
    const { globals, told } = this
    // As MobX itself does it: a list that is being told is left as it is.
    if (globals !== undefined) globals.spyListeners = globals.spyListeners.filter(each => each !== told)
    this.globals = undefined
  }

  private readonly told = (event: object): void => {
    this.states.guarded(() => {
      this.lookAtDue()
      const type = dataOf(event, 'type')
      if (dataOf(event, 'spyReportEnd') === true) return this.ended(dataOf(event, 'time') !== undefined)
      if (dataOf(event, 'spyReportStart') !== true) return
      const object = dataOf(event, 'object')
      if (type === 'action') this.begun.push({ isTimed: true, open: this.begin(event, object) })
      else this.begun.push({ isTimed: type === 'reaction' })
      const store = isObject(object) && CHANGES.includes(type) ? this.owners.get(object) : undefined
      if (store !== undefined && !this.due.includes(store)) this.due.push(store)
    })
  }

  private begin(event: object, scope: unknown): OpenAction | undefined {
    const name = dataOf(event, 'name')
    const args = dataOf(event, 'arguments')
    const store = isObject(scope) ? this.roots.get(scope)?.recorded.name : undefined
    const action = typeof name === 'string' ? name : 'action'
    const names = isObject(scope) && !isProxy(scope) ? namesOfMethod(dataOf(prototypeOf(scope), 'constructor'), action) : []
    const payload = isArray(args) ? shownArguments(names, args, this.states.recorder.isRedacted, NO_PAYLOAD) : NO_PAYLOAD
    return this.states.begin(store ?? '', action, payload)
  }

  /** What threw has no end: it is over when what it was part of is. */
  private ended(isTimed: boolean): void {
    const { begun } = this
    if (!isTimed) {
      if (begun.at(-1)?.isTimed === false) begun.pop()
      return
    }
    for (let last = begun.pop(); last !== undefined; last = begun.pop()) {
      if (last.open !== undefined) this.states.end(last.open)
      if (last.isTimed) return
    }
  }

  private lookAtDue(): void {
    if (this.due.length === 0) return
    const open = this.begun.findLast(each => each.open !== undefined)?.open
    for (const store of this.due.splice(0)) {
      store.recorded.within(open, () => {
        const state = this.read(store.root, store.recorded.last, store)
        if (state === undefined) store.recorded.snapshotOf('too large')
        else store.recorded.changed(state.copy)
      })
    }
  }

  private read(root: object, before: unknown, owner: Store | undefined): { readonly copy: unknown } | undefined {
    return copyState(root, before, value => this.plain(value, root, owner))
  }

  /** The values of an observable as MobX holds them, which are observables again. */
  private plain(value: unknown, root: object, owner: Store | undefined): unknown {
    if (!isObject(value)) return value
    const administration = this.administrationOf(value)
    if (administration === undefined) return value
    const told = toldObject(value, administration)
    if (told !== root) {
      const store = this.roots.get(told)
      if (store !== undefined) return { store: store.recorded.name }
    }
    if (owner !== undefined) this.owners.set(told, owner)
    const values = dataOf(administration, 'values_') ?? dataOf(value, 'data_')
    if (values instanceof Map) return values === dataOf(value, 'data_') ? heldValues(values, new Map<unknown, unknown>()) : heldValues(values, {})
    if (isArray(values) || values instanceof Set) return values
    return ownDescriptor(administration, 'value_') === undefined ? value : this.plain(dataOf(administration, 'value_'), root, owner)
  }

  /** MobX asks everything that is put into an observable for this symbol. Boxes are their own administration. */
  private administrationOf(value: object): object | undefined {
    const { symbol } = this
    const isHidden = isProxy(value)
    const found: unknown = symbol === undefined ? undefined : isHidden ? Reflect.get(value, symbol) : dataOf(value, symbol)
    if (isObject(found)) return found
    if (isHidden) return undefined
    const isBox = ownDescriptor(value, 'value_') !== undefined && ownDescriptor(value, 'hasUnreportedChange_') !== undefined
    return isBox ? value : undefined
  }
}

/** As MobX names it in events. */
function toldObject(value: object, administration: object): object {
  const proxy = dataOf(administration, 'proxy_')
  const target = dataOf(administration, 'target_')
  return isObject(proxy) ? proxy : isObject(target) ? target : value
}

/** `CartStore@3` is an instance of CartStore; what has been given a name keeps it. */
function nameOf(administration: object, value: object): string {
  const name = dataOf(administration, 'name_') ?? dataOf(value, 'name_')
  return typeof name === 'string' && name !== '' ? name.replace(/@\d+$/, '') : 'observable'
}

/** Without those that are computed. */
function heldValues(values: Map<unknown, unknown>, into: object): object {
  const iterator = mapEntries(values)
  for (let next = mapIteratorNext(iterator); !next.done; next = mapIteratorNext(iterator)) {
    const [key, observable] = next.value
    if (!isObject(observable) || ownDescriptor(observable, 'value_') === undefined || ownDescriptor(observable, 'derivation') !== undefined) continue
    const value = dataOf(observable, 'value_')
    if (into instanceof Map) into.set(key, value)
    else if (typeof key === 'string') Object.defineProperty(into, key, { value, writable: true, enumerable: true, configurable: true })
  }
  return into
}

/** Listing the keys of an observable observes it: it is done as `untracked` does it, with reads allowed. */
function findSymbol(value: object, globals: Globals): symbol | undefined {
  const { trackingDerivation, allowStateReads } = globals
  globals.trackingDerivation = null
  globals.allowStateReads = true
  try {
    return symbolsOf(value).find(symbol => symbolDescription(symbol) === SYMBOL)
  } finally {
    globals.trackingDerivation = trackingDerivation
    globals.allowStateReads = allowStateReads
  }
}

// Behind all that it uses: where somebody records already, the adapter attaches at once.
export const observe: Observe = registerLibrary(mobxAdapter, 'mobx')
