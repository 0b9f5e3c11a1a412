/**
 * EventTarget in Node: as for emitters (./emitters.ts), listeners of an event run in the context in which they were added, unless a recorded
 * call dispatches it.
 */
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { SafeMap, SafeWeakMap, reflectApply } from '../recorder/intrinsics.ts'
import type { EmissionHook } from './emitter-facts.ts'

type Method = (...args: never[]) => unknown
interface TargetContext {
  readonly call: number
  readonly root: number
}

const HYBRID_DISPATCH = Symbol.for('nodejs.internal.kHybridDispatch')

const known = new SafeWeakMap<RecorderAccess, TargetContexts>()

function contextsOf(recorder: RecorderAccess): TargetContexts {
  let contexts = known.get(recorder)
  if (contexts === undefined) known.set(recorder, (contexts = new TargetContexts(recorder)))
  return contexts
}

/** From now on `hook` takes over what is dispatched at `target`. */
export const hookTarget = (recorder: RecorderAccess, target: object, hook: EmissionHook): void => contextsOf(recorder).hook(target, hook)

export const eventTargetsAdapter: Adapter = {
  id: 'event-targets',
  attach: recorder => contextsOf(recorder).attach(EventTarget.prototype),
}

class TargetContexts {
  private readonly recorder: RecorderAccess
  private readonly targets = new SafeWeakMap<object, SafeMap<string, TargetContext>>()
  private readonly hooks = new SafeWeakMap<object, EmissionHook>()

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
  }

  hook(target: object, hook: EmissionHook): void {
    this.hooks.set(target, hook)
  }

  attach(prototype: object): Detach | undefined {
    const { recorder } = this
    const note = (target: unknown, type: unknown): void => this.added(target, type)
    const dispatch = (target: object, original: Method, args: ArrayLike<unknown>): unknown => this.dispatch(target, original, args)
    return combine([
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
    ])
  }

  /** Where the listeners of one type come from different chains, they have none. */
  private added(target: unknown, type: unknown): void {
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
    const hook = this.hooks.get(target)
    if (hook !== undefined) return hook(args, run)
    const context = this.targets.get(target)?.get(args[1] as string) // SAFE: the type of the event
    return context === undefined || context.call === 0 ? run() : this.recorder.runIn(context.call, context.root, run, undefined, [])
  }
}
