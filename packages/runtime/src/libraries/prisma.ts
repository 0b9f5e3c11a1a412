/**
 * Prisma 7 and 6 with a driver adapter (`@prisma/adapter-pg`), whose pool is handed to the driver's adapter when Prisma connects. What is asked of a client
 * awaits again and again before it comes to the driver, and begins only when its promise is awaited, in a job of its own: the call that made the promise counts.
 * It is run for that call where the realm has a cheap AsyncLocalStorage: Node from 24 on. Elsewhere only the program's functions in transactions keep
 * their cause.
 *
 * A client is a Proxy, of which nothing is read. What is known is its class: exported, or made by `getPrismaClient` in generated code. Promises are made by a function
 * that each client has of its own, which is met when a model of the client is asked for the first time. Clients in transactions are Proxies all through: what they are
 * asked belongs to the call that began the transaction.
 *
 * @table orms
 * @versions @prisma/client 7, 6; @prisma/adapter-pg 7, 6
 * @told on Node 20 functions in transactions; on Node 24 all others too: those of a transaction belong to the call that began it; not the first of a client, nor what was promised before it
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { OrmCalls, isObject } from '../adapters/orm-calls.ts'
import { handToDriver } from '../adapters/orm-drivers.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { QueryRecorder } from '../adapters/query-recorder.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'
import { reflectApply } from '../recorder/intrinsics.ts'

export const prismaAdapter: LibraryAdapter = watchingAdapter('prisma', recorder => new PrismaWatch(recorder))

export const observe: Observe = registerLibrary(prismaAdapter, '@prisma/client')

const FACTORY_METHODS = ['connect', 'connectToShadowDb'] as const
const CLIENT_METHODS = ['$connect', '$disconnect', '$transaction', '_request'] as const

class PrismaWatch {
  private readonly orm: OrmCalls
  private readonly queries: QueryRecorder

  constructor(recorder: RecorderAccess) {
    this.orm = new OrmCalls(recorder)
    this.queries = new QueryRecorder(recorder, 'postgresql')
  }

  close(): void {
    this.orm.close()
  }

  observe(value: unknown): Detach | undefined {
    if (isObject(value)) return this.observeFactory(value)
    const prototype = typeof value === 'function' && !isProxy(value) ? dataOf(value, 'prototype') : undefined
    if (!isObject(prototype) || prototypeWith(prototype, CLIENT_METHODS) !== prototype) return undefined
    const { orm } = this
    const detach = orm.hold()
    orm.intercept(prototype, '_request', (original, self, args) => {
      orm.guarded(() => orm.entries(self, ['_createPrismaPromise']))
      return reflectApply(original, self, args as never) // SAFE: as given
    })
    orm.entries(prototype, ['$transaction', '$connect', '$disconnect'])
    return detach
  }

  /** `connect` gives what has the pool; Prisma awaits it before it asks. */
  private observeFactory(factory: object): Detach | undefined {
    const { orm } = this
    if (prototypeWith(factory, FACTORY_METHODS) === undefined || typeof dataOf(factory, 'adapterName') !== 'string') return undefined
    const detach = orm.hold()
    orm.intercept(factory, 'connect', (original, self, args) => {
      const connected = reflectApply(original, self, args as never) // SAFE: as given
      const meet = (adapter: unknown): void => handToDriver(isObject(adapter) ? dataOf(adapter, 'client') : undefined)
      this.queries.react(connected, meet, () => {})
      return connected
    })
    return detach
  }
}
