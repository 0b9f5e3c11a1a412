/**
 * graphql-js 17 and 16: resolvers that the program gave, of every schema that it makes. Stand-ins take their places in the fields of the schema, and
 * give them back. Which field asked for which shows in the paths that graphql-js hands to resolvers: a path leads to the one that it began with.
 *
 * graphql-js handles the promise of a resolver in the same tick. Fields without a resolver of their own are told of by nobody but their values.
 *
 * @table requests
 * @versions graphql 17, 16
 * @told resolvers that were given: field, operation, error, each below the one that asked; 200 below one field of an operation, and that there were more
 * @not-told fields without a resolver, `rootValue`, what a subscription yields; whose request, as for tRPC (`context.req`)
 */
import { EventKind } from '@hindscope/protocol'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { HandlerRecorder, dressAs, fieldsOf, isFunction, isObject, requestIn } from '../adapters/request-chain.ts'
import type { AnyFunction, HandlerRun, RunEnd } from '../adapters/request-chain.ts'
import { SharedPatches } from '../adapters/shared-patches.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'
import type { PatchState } from '../adapters/patch.ts'
import { SafeWeakMap, keysOf, reflectApply } from '../recorder/intrinsics.ts'

export const graphqlAdapter: LibraryAdapter = watchingAdapter('graphql', recorder => new GraphqlWatch(recorder))

export const observe: Observe = registerLibrary(graphqlAdapter, 'graphql')

const SCHEMA_METHODS = ['getTypeMap', 'getQueryType', 'getDirectives'] as const
const AWAITED: RunEnd = { awaits: true, isDone: () => true }
/** Resolvers below one field of an operation: a list of a thousand users asks a thousand times for each of their fields. */
const MAX_RESOLVERS = 200

/** What is under way below one field of an operation. */
interface Operation {
  resolvers: number
}

class GraphqlWatch {
  private readonly recorder: RecorderAccess
  private readonly handlers: HandlerRecorder
  private readonly patches: SharedPatches
  private readonly standIns = new SafeWeakMap<object, true>()
  /** By the path of a field. */
  private readonly runs = new SafeWeakMap<object, { readonly run: HandlerRun | undefined; readonly operation: Operation }>()

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    this.handlers = new HandlerRecorder(recorder)
    this.patches = new SharedPatches(() => this.handlers.attach())
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    const types = isObject(value) && !isProxy(value) ? dataOf(value, '_typeMap') : undefined
    if (!isObject(value) || !isObject(types) || isProxy(types) || prototypeWith(value, SCHEMA_METHODS) === undefined) return undefined
    const release = this.patches.hold()
    const detachers: (Detach | undefined)[] = [release]
    for (const name of keysOf(types)) {
      const type = dataOf(types, name)
      const fields = isObject(type) && typeof name === 'string' && !name.startsWith('__') ? dataOf(type, '_fields') : undefined
      if (!isObject(fields) || isProxy(fields)) continue
      for (const key of keysOf(fields)) {
        const field = dataOf(fields, key)
        const resolve = isObject(field) ? dataOf(field, 'resolve') : undefined
        if (!isObject(field) || !isFunction(resolve) || isProxy(resolve) || this.standIns.has(resolve)) continue
        detachers.push(patchMethod(field, 'resolve', (original, state) => this.standIn(original, `${String(name)}.${String(key)}`, state)))
      }
    }
    return combine(detachers)
  }

  /** `resolve(source, args, context, info)` */
  private standIn(given: AnyFunction, name: string, state: PatchState): AnyFunction {
    const call = (self: unknown, args: IArguments): unknown => this.call(given, name, self, args)
    const methods = {
      resolve(this: unknown): unknown {
        return state.isActive ? call(this, arguments) : reflectApply(given, this, arguments as never) // SAFE: as given
      },
    }
    const made = dressAs(methods.resolve, given)
    this.standIns.set(made, true)
    return made
  }

  private call(given: AnyFunction, name: string, self: unknown, args: IArguments): unknown {
    const { handlers } = this
    const [, , context, info] = args
    const run = handlers.guarded(() => (isObject(info) && !isProxy(info) ? this.begin(name, context, info) : undefined))
    if (run === undefined) return reflectApply(given, self, args as never) // SAFE: as given
    return handlers.call(run, given, self, args, AWAITED)
  }

  private begin(name: string, context: unknown, info: object): HandlerRun | undefined {
    const { handlers, runs } = this
    const path = dataOf(info, 'path')
    if (!isObject(path) || isProxy(path)) return undefined
    let around: unknown = dataOf(path, 'prev')
    while (isObject(around) && !runs.has(around)) around = dataOf(around, 'prev')
    const above = isObject(around) ? runs.get(around) : undefined
    const operation = above?.operation ?? { resolvers: 0 }
    if (++operation.resolvers > MAX_RESOLVERS) {
      if (operation.resolvers === MAX_RESOLVERS + 1)
        this.recorder.record(EventKind.traceControl, 0, [
          { operation: 'adapter-cut', reason: `graphql: more than ${MAX_RESOLVERS} resolvers below one field` },
        ])
      return undefined
    }
    const chain = handlers.chainOf(path)
    chain.last = above?.run
    chain.origin = requestIn(context)
    const run = handlers.begin(path, fieldsOf('graphql', 'route', name, operationName(info), undefined))
    runs.set(path, { run, operation })
    return run
  }
}

/** `query Name` */
function operationName(info: object): string | undefined {
  const operation = dataOf(info, 'operation')
  if (!isObject(operation)) return undefined
  const name = dataOf(operation, 'name')
  const [kind, text] = [dataOf(operation, 'operation'), isObject(name) ? dataOf(name, 'value') : undefined]
  return typeof kind !== 'string' ? undefined : typeof text === 'string' ? `${kind} ${text}` : kind
}
