/**
 * Signals of @preact/signals-core 1, which @preact/signals and @preact/signals-react share: each that the program gets is a store of its name whose state
 * is `value`. What is written is told before effects run, within the call that wrote it.
 *
 * The accessor `value` of their class is locked, and subscribing would start what a signal does while it is watched. So each signal gets an accessor of its
 * own in front of it, which nobody lists. What is computed nobody writes; it is left alone.
 *
 * @table state
 * @versions 1
 * @told values of signals by their names, before effects run, and who wrote them; 1000 signals
 * @jump no
 */
import { EventKind } from '@hindscope/protocol'
import { define, hasOwn, ownDescriptor, prototypeOf, reflectApply } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { copyState } from '../adapters/state-copy.ts'
import { dataOf, isObject, isProxy } from '../adapters/state-diff.ts'
import { StateRecorder } from '../adapters/state-recorder.ts'
import type { RecordedStore } from '../adapters/state-recorder.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'
import type { ValueWatch } from '../adapters/watching-adapter.ts'

/** Signals that are stores; of more than these, who writes is not told. */
const MAX_SIGNALS = 1000

export const signalsAdapter: LibraryAdapter = watchingAdapter('signals', recorder => new SignalWatch(recorder))

export const observe: Observe = registerLibrary(signalsAdapter, '@preact/signals-core')

const same = (value: unknown): unknown => value

class SignalWatch implements ValueWatch {
  private readonly states: StateRecorder
  private count = 0
  private isActive = true

  constructor(recorder: RecorderAccess) {
    this.states = new StateRecorder(recorder, 'signals')
  }

  observe(signal: unknown): Detach | undefined {
    const accessor = accessorOf(signal)
    if (accessor === undefined || !isObject(signal) || hasOwn(signal, 'value')) return undefined
    const { get, set, peek } = accessor
    this.count++
    if (this.count === MAX_SIGNALS + 1)
      this.states.recorder.record(EventKind.traceControl, 0, [{ operation: 'adapter-cut', reason: `signals: more than ${MAX_SIGNALS} signals` }])
    if (this.count > MAX_SIGNALS) return () => {}
    const name = dataOf(signal, 'name')
    const recorded = this.states.open(typeof name === 'string' && name !== '' ? name : 'signal', stateOf(reflectApply(peek, signal, []), undefined))
    const note = (value: unknown): void => this.note(recorded, value)
    const own = {
      get(this: unknown): unknown {
        return reflectApply(get, this, [])
      },
      set(this: unknown, value: unknown): void {
        if (this === signal) note(value)
        try {
          reflectApply(set, this, [value])
        } catch (error) {
          // A write that begins a cycle of effects is refused: the value is what it was.
          if (this === signal) note(reflectApply(peek, signal, []))
          throw error
        }
      },
    }
    const place = { get: own.get, set: own.set }
    if (!define(signal, 'value', { ...place, enumerable: false, configurable: true })) return undefined
    return () => {
      recorded.close()
      if (ownDescriptor(signal, 'value')?.set === place.set) Reflect.deleteProperty(signal, 'value')
    }
  }

  close(): void {
    this.isActive = false
  }

  private note(recorded: RecordedStore, value: unknown): void {
    if (this.isActive) this.states.guarded(() => recorded.changed(stateOf(value, recorded.last)))
  }
}

function stateOf(value: unknown, last: unknown): unknown {
  const copied = copyState(value, dataOf(last, 'value'), same)
  const state = copied === undefined ? 'too large' : copied.copy
  return Object.is(dataOf(last, 'value'), state) && last !== undefined ? last : { value: state }
}

type Method = (this: unknown, ...args: never[]) => unknown

interface Accessor {
  readonly get: Method
  readonly set: Method
  /** Reads without being tracked. */
  readonly peek: Method
}

/** Of the class; undefined for what is no signal that can be written. */
function accessorOf(signal: unknown): Accessor | undefined {
  if (!isObject(signal) || isProxy(signal)) return undefined
  for (let each = prototypeOf(signal); each !== null && !isProxy(each); each = prototypeOf(each)) {
    const { get, set } = ownDescriptor(each, 'value') ?? {}
    if (get === undefined) continue
    const peek = dataOf(each, 'peek')
    return set !== undefined && typeof peek === 'function' && hasOwn(each, 'brand') ? { get, set, peek: peek as Method } : undefined // SAFE: typeof says so
  }
  return undefined
}
