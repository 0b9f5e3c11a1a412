/**
 * Drizzle: a query belongs to whoever awaits its builder. `await builder` calls `then` in a job of its own, where nothing runs any more, so that
 * builders are noted when they are made, and `then` is run for them; from there to the driver nothing is awaited. `execute()` needs no help.
 * The program's function in a transaction runs for whoever began it. A driver that Drizzle has opened itself is handed to its adapter.
 *
 * @table orms
 * @versions 0.45
 * @told every query of builders, `execute`, `db.query`, `$count`, functions in transactions; from Node 24 on also BEGIN, COMMIT, builders of `with`
 */
import type { Detach } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { isObject, objectIn, ormAdapter } from '../adapters/orm-calls.ts'
import type { Method, OrmCalls } from '../adapters/orm-calls.ts'
import { handToDriver } from '../adapters/orm-drivers.ts'
import { dataOf, prototypeWith } from '../adapters/own-properties.ts'
import { keysOf, reflectApply } from '../recorder/intrinsics.ts'

export const drizzleAdapter: LibraryAdapter = ormAdapter('drizzle', observeDrizzle)

export const observe: Observe = registerLibrary(drizzleAdapter, 'drizzle-orm')

const DATABASE_METHODS = ['select', 'insert', 'update', 'delete', 'transaction'] as const
/** Of a database: each gives a builder. */
const MAKERS = ['select', 'selectDistinct', 'selectDistinctOn', 'insert', 'update', 'delete', 'execute', '$count', 'refreshMaterializedView'] as const
/** Of builders that are no queries yet. */
const FURTHER = ['from', 'values', 'select', 'set', 'findMany', 'findFirst'] as const
const QUERY_METHODS = ['then', 'catch', 'finally'] as const

function observeDrizzle(orm: OrmCalls, value: unknown): Detach | undefined {
  if (!isObject(value) || prototypeWith(value, DATABASE_METHODS) === undefined || objectIn(value, 'session') === undefined) return undefined
  const detach = orm.hold()
  patchDatabase(orm, value)
  lookAtBuilders(orm, value)
  handToDriver(dataOf(value, '$client'))
  return detach
}

/** A transaction's class inherits from the database's, and has some methods of its own. */
function patchDatabase(orm: OrmCalls, database: object): void {
  for (const key of MAKERS) orm.making(database, key, builder => made(orm, builder))
  orm.entries(database, ['transaction'], transaction => {
    if (isObject(transaction)) patchDatabase(orm, transaction)
  })
  const tables = objectIn(database, 'query')
  const first = tables && keysOf(tables)[0]
  const queries: unknown = tables === undefined || first === undefined ? undefined : dataOf(tables, first)
  if (isObject(queries)) made(orm, queries)
}

/** What `with` gives makes the same builders: they are known before. Making one does nothing else, whatever its table is. */
function lookAtBuilders(orm: OrmCalls, database: object): void {
  for (const key of ['select', 'insert', 'update']) {
    const holder = prototypeWith(database, [key])
    const make = holder && dataOf(holder, key)
    if (typeof make === 'function') orm.guarded(() => reflectApply(make as Method, database, [key === 'select' ? undefined : {}] as never)) // SAFE: typeof says so
  }
}

function made(orm: OrmCalls, builder: unknown): void {
  if (!isObject(builder)) return
  const isQuery = prototypeWith(builder, QUERY_METHODS) !== undefined
  if (isQuery) orm.intercept(builder, 'then', (then, self, args) => orm.run(orm.userOf(self), then, self, args))
  else for (const key of FURTHER) orm.making(builder, key, further => made(orm, further))
}
