/**
 * AsyncResource and AsyncLocalStorage.bind: with these a program says itself to which chain a callback belongs (pools of connections do), so
 * that it holds whoever calls. Programs' own stores are not touched.
 */
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { combine, patchConstructor, patchMethod } from '../adapters/patch.ts'
import { SafeWeakMap, define, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'

interface Context {
  readonly call: number
  readonly root: number
}

const resources = new SafeWeakMap<RecorderAccess, SafeWeakMap<object, Context>>()

/** In which `resource` was made; undefined when no call ran then, or for an object that is no resource. */
export const resourceContext = (recorder: RecorderAccess, resource: object): Context | undefined => resources.get(recorder)?.get(resource)

export const asyncResourcesAdapter: Adapter = {
  id: 'async-resources',
  attach(recorder) {
    const module = process.getBuiltinModule('node:async_hooks')
    const { AsyncResource, AsyncLocalStorage } = module
    const contexts = new SafeWeakMap<object, Context>()
    resources.set(recorder, contexts)
    const detach = combine([
      patchMethod(AsyncResource.prototype, 'runInAsyncScope', (original, state) => {
        const methods = {
          run(this: unknown): unknown {
            const context = state.isActive ? contexts.get(this as object) : undefined // SAFE: a map asked for another value has nothing
            if (context === undefined) return reflectApply(original, this, arguments as never) // SAFE: as given
            return recorder.runIn(context.call, context.root, original, this, arguments)
          },
        }
        return methods.run
      }),
      patchBind(recorder, AsyncResource),
      patchBind(recorder, AsyncLocalStorage),
      patchConstructor([module], 'AsyncResource', resource => {
        const call = recorder.currentCall()
        if (call !== 0) contexts.set(resource, { call, root: recorder.currentRoot() })
      }),
    ])
    const sync = process.getBuiltinModule('node:module').syncBuiltinESMExports
    sync()
    return () => {
      detach?.()
      sync()
    }
  },
}

function patchBind(recorder: RecorderAccess, target: object): Detach | undefined {
  return patchMethod(target, 'bind', (original, state) => {
    const methods = {
      bind(this: unknown, ...args: unknown[]): unknown {
        const [callback] = args
        const call = state.isActive && typeof callback === 'function' ? recorder.currentCall() : 0
        if (call !== 0) {
          const root = recorder.currentRoot()
          const bound = function (this: unknown): unknown {
            return recorder.runIn(call, root, callback as () => unknown, this, arguments) // SAFE: checked above
          }
          // The result takes these from what is bound.
          for (const key of ['name', 'length']) define(bound, key, ownDescriptor(callback as object, key) ?? {}) // SAFE: a function
          args[0] = bound
        }
        return reflectApply(original, this, args as never) // SAFE: what the caller gave, the callback wrapped
      },
    }
    return methods.bind
  })
}
