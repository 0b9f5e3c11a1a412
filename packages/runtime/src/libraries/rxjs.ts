/**
 * Subjects of RxJS 7: `next`, `error` and `complete` are actions, told by the call that makes them; what a BehaviorSubject holds is a store of its own,
 * whose `value` is told before any subscriber gets it.
 *
 * The methods lie on the prototypes of the classes, where they are patched with the first subject of each. Classes of the program that extend them are
 * met when something is sent through them.
 *
 * @table state
 * @versions 7, 6
 * @told `next`, `error` and `complete` as actions; what a BehaviorSubject holds
 * @jump no
 */
import { SafeMap, SafeWeakMap, hasOwn, prototypeOf, reflectApply } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { copyState } from '../adapters/state-copy.ts'
import { dataOf, isObject, isProxy } from '../adapters/state-diff.ts'
import { NO_PAYLOAD, StateRecorder } from '../adapters/state-recorder.ts'
import type { RecordedStore } from '../adapters/state-recorder.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import type { ValueWatch } from '../adapters/watching-adapter.ts'

type Method = (this: unknown, ...args: never[]) => unknown

const METHODS = ['next', 'error', 'complete'] as const
type Action = (typeof METHODS)[number]
/** Subjects that are stores. */
const MAX_SUBJECTS = 1000

export const rxjsAdapter: LibraryAdapter = watchingAdapter('rxjs', recorder => new SubjectWatch(recorder))

export const observe: Observe = registerLibrary(rxjsAdapter, 'rxjs')

interface Known {
  readonly name: string
  /** Of those that hold a value. */
  readonly recorded: RecordedStore | undefined
}

const same = (value: unknown): unknown => value

class SubjectWatch implements ValueWatch {
  private readonly states: StateRecorder
  private readonly prototypes = new PatchedPrototypes()
  private readonly known = new SafeWeakMap<object, Known>()
  private readonly counts = new SafeMap<string, number>()
  private stores = 0
  private isActive = true

  constructor(recorder: RecorderAccess) {
    this.states = new StateRecorder(recorder, 'rxjs')
  }

  observe(subject: unknown): Detach | undefined {
    if (!isObject(subject) || isProxy(subject)) return undefined
    if (typeof dataOf(subject, 'isStopped') !== 'boolean' || typeof dataOf(subject, 'closed') !== 'boolean') return undefined
    const holders = holdersOf(subject)
    if (holders.length === 0) return undefined
    const patches = holders.map(holder => this.prototypes.once(holder, () => combine(METHODS.map(method => this.patch(holder, method)))))
    const { recorded } = this.meet(subject)
    return combine([() => recorded?.close(), ...patches])
  }

  close(): void {
    this.isActive = false
    this.prototypes.close()
  }

  private patch(holder: object, method: Action): Detach | undefined {
    const run = (original: Method, thisArg: unknown, args: readonly unknown[]): unknown => this.run(holder, method, original, thisArg, args)
    return patchMethod(
      holder,
      method,
      (original, state) =>
        function (this: unknown, ...args: unknown[]): unknown {
          return state.isActive ? run(original, this, args) : reflectApply(original, this, args as never) // SAFE: what the caller gave
        },
    )
  }

  private run(holder: object, method: Action, original: Method, thisArg: unknown, args: readonly unknown[]): unknown {
    // A class calls the method of the class that it extends: one action.
    if (!this.isActive || !isObject(thisArg) || this.firstOf(thisArg, method) !== holder || dataOf(thisArg, 'isStopped') === true)
      return reflectApply(original, thisArg, args as never) // SAFE: as above
    const known = this.states.guarded(() => this.meet(thisArg))
    if (known === undefined) return reflectApply(original, thisArg, args as never)
    const { name, recorded } = known
    const payload = recorded !== undefined || args.length === 0 ? NO_PAYLOAD : args[0]
    if (recorded === undefined) return this.act(name, method, payload, original, thisArg, args)
    const { states } = this
    const run = function (this: unknown, ...given: unknown[]): unknown {
      if (method === 'next') states.guarded(() => recorded.changed(stateOf(given[0], recorded.last)))
      return reflectApply(original, this, given as never)
    }
    return recorded.run(method, method === 'error' ? args[0] : NO_PAYLOAD, run, thisArg, args)
  }

  /** As RecordedStore.run, of something that holds nothing. */
  private act(name: string, method: Action, payload: unknown, original: Method, thisArg: unknown, args: readonly unknown[]): unknown {
    const { states } = this
    const open = states.guarded(() => states.begin(name, method, payload))
    if (open === undefined) return reflectApply(original, thisArg, args as never)
    try {
      return states.recorder.runIn(open.activity, open.root, original, thisArg, args)
    } finally {
      states.end(open)
    }
  }

  /** The first class on the way up whose method is patched. */
  private firstOf(subject: object, method: Action): object | undefined {
    for (let each = prototypeOf(subject); each !== null && !isProxy(each); each = prototypeOf(each))
      if (hasOwn(each, method) && this.prototypes.has(each)) return each
    return undefined
  }

  private meet(subject: object): Known {
    let known = this.known.get(subject)
    if (known !== undefined) return known
    const name = nameOf(subject)
    const holds = hasOwn(subject, '_value') && !hasOwn(subject, '_hasValue')
    if (holds && this.stores++ < MAX_SUBJECTS) {
      const recorded = this.states.open(name, stateOf(dataOf(subject, '_value'), undefined))
      known = { name: recorded.name, recorded }
    } else {
      const count = (this.counts.get(name) ?? 0) + 1
      this.counts.set(name, count)
      known = { name: count === 1 ? name : `${name}#${count}`, recorded: undefined }
    }
    this.known.set(subject, known)
    return known
  }
}

function stateOf(value: unknown, last: unknown): unknown {
  const copied = copyState(value, dataOf(last, 'value'), same)
  return { value: copied === undefined ? 'too large' : copied.copy }
}

/** Prototypes that have methods of their own, the nearest first: those of RxJS, which alone are on the way of what a program gets from there. */
function holdersOf(subject: object): object[] {
  const holders: object[] = []
  for (let each = prototypeOf(subject); each !== null && !isProxy(each); each = prototypeOf(each))
    if (typeof dataOf(each, 'next') === 'function') holders.push(each)
  return holders
}

function nameOf(subject: object): string {
  const prototype = prototypeOf(subject)
  const name = dataOf(dataOf(prototype, 'constructor'), 'name')
  return typeof name === 'string' && name !== '' ? name : 'Subject'
}
