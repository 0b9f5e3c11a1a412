/**
 * Kysely: `execute` asks for a connection before anything is awaited, and what uses the connection when it is there runs for whoever asked. The
 * program's function in a transaction does too. The driver is what the program has given to the dialect.
 *
 * @table orms
 * @versions 0.29
 * @told every query of `execute`, BEGIN, functions in transactions; from Node 24 on also COMMIT
 */
import type { Detach } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { isObject, ormAdapter } from '../adapters/orm-calls.ts'
import type { Method, OrmCalls } from '../adapters/orm-calls.ts'
import { dataOf, prototypeWith } from '../adapters/own-properties.ts'
import { reflectApply } from '../recorder/intrinsics.ts'

export const kyselyAdapter: LibraryAdapter = ormAdapter('kysely', observeKysely)

export const observe: Observe = registerLibrary(kyselyAdapter, 'kysely')

const DATABASE_METHODS = ['getExecutor', 'transaction', 'connection'] as const
const EXECUTOR_METHODS = ['provideConnection', 'withConnectionProvider'] as const

function observeKysely(orm: OrmCalls, value: unknown): Detach | undefined {
  if (!isObject(value)) return undefined
  const database = prototypeWith(value, DATABASE_METHODS)
  const executor = database && executorOf(database, value)
  if (database === undefined || executor === undefined) return undefined
  const detach = orm.hold()
  orm.entries(executor, ['provideConnection'])
  for (const key of ['transaction', 'startTransaction']) {
    orm.making(database, key, builder => {
      if (isObject(builder)) orm.entries(builder, ['execute'])
    })
  }
  return detach
}

/** It is private, and this only gives it. */
function executorOf(database: object, value: object): object | undefined {
  const executor: unknown = reflectApply(dataOf(database, 'getExecutor') as Method, value, []) // SAFE: prototypeWith has found a function
  return isObject(executor) && prototypeWith(executor, EXECUTOR_METHODS) ? executor : undefined
}
