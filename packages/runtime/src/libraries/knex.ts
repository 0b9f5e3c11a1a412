/**
 * Knex 3: a query belongs to whoever awaits its builder. `await builder` calls `then` in a job of its own, where nothing runs any more, so that
 * builders are noted when they are made; their runner, which asks the driver behind several awaits, is run for them. The connections are
 * Knex's own: the driver's module is handed to the driver's adapter.
 *
 * @table orms
 * @versions 3
 * @told every query of builders, `raw`, `schema`, transactions with BEGIN and COMMIT
 */
import type { Detach } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { isObject, objectIn, ormAdapter } from '../adapters/orm-calls.ts'
import type { OrmCalls } from '../adapters/orm-calls.ts'
import { handToDriver } from '../adapters/orm-drivers.ts'
import { isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { dataOf } from '../adapters/own-properties.ts'
import { reflectApply } from '../recorder/intrinsics.ts'

export const knexAdapter: LibraryAdapter = ormAdapter('knex', observeKnex)

export const observe: Observe = registerLibrary(knexAdapter, 'knex')

const CLIENT_METHODS = ['queryBuilder', 'schemaBuilder', 'raw', 'runner', 'transaction'] as const
/** What a call on `knex` or a transaction makes. */
const MAKERS = ['queryBuilder', 'schemaBuilder', 'raw'] as const

function observeKnex(orm: OrmCalls, value: unknown): Detach | undefined {
  if (typeof value !== 'function' || isProxy(value)) return undefined
  const context = objectIn(value, 'context')
  const client = context && objectIn(context, 'client')
  if (client === undefined || CLIENT_METHODS.some(key => prototypeWith(client, [key]) === undefined)) return undefined
  const detach = orm.hold()
  for (const key of MAKERS) orm.making(client, key, builder => made(orm, builder))
  patchRunner(orm, client)
  patchTransaction(orm, client)
  handToDriver(dataOf(client, 'driver'))
  return detach
}

function made(orm: OrmCalls, builder: unknown): void {
  if (isObject(builder)) orm.making(builder, 'clone')
}

/** It has one builder, and asks the driver for it once it has a connection. */
function patchRunner(orm: OrmCalls, client: object): void {
  orm.intercept(client, 'runner', (original, self, args) => {
    const runner = reflectApply(original, self, args as never) // SAFE: as given
    orm.guarded(() => {
      const [builder] = [args[0]]
      if (!isObject(runner) || !isObject(builder)) return
      orm.note(runner, orm.userOf(builder))
      orm.intercept(runner, 'query', (query, of, given) => orm.run(orm.notedFor(of), query, of, given))
      orm.intercept(runner, 'ensureConnection', (ensure, of, given) => {
        const issuer = orm.notedFor(of)
        return reflectApply(ensure, of, (issuer === undefined ? given : orm.carrying(issuer, given)) as never) // SAFE: as given, the callback wrapped
      })
    })
    return runner
  })
}

/** BEGIN, the program's function and COMMIT hang on promises that are made where the connection arrives. */
function patchTransaction(orm: OrmCalls, client: object): void {
  orm.making(client, 'transaction', transaction => {
    if (!isObject(transaction)) return
    orm.intercept(transaction, 'acquireConnection', (acquire, of, given) => {
      const issuer = orm.notedFor(of)
      return reflectApply(acquire, of, (issuer === undefined ? given : orm.carrying(issuer, given)) as never) // SAFE: as given, the callback wrapped
    })
  })
}
