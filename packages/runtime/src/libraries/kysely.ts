/**
 * Kysely: `execute` asks for a connection before anything is awaited, and what uses the connection when it is there runs for whoever asked. The
 * program's function in a transaction does too. The driver is what the program has given to the dialect.
 *
 * @table orms
 * @versions 0.29
 * @told every query of `execute`, BEGIN, functions in transactions; from Node 24 on also COMMIT
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { OrmCalls, isObject } from '../adapters/orm-calls.ts'
import type { Method } from '../adapters/orm-calls.ts'
import { dataOf, prototypeWith } from '../adapters/own-properties.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'
import { reflectApply } from '../recorder/intrinsics.ts'

export const kyselyAdapter: LibraryAdapter = watchingAdapter('kysely', recorder => new KyselyWatch(recorder))

export const observe: Observe = registerLibrary(kyselyAdapter, 'kysely')

const DATABASE_METHODS = ['getExecutor', 'transaction', 'connection'] as const
const EXECUTOR_METHODS = ['provideConnection', 'withConnectionProvider'] as const

class KyselyWatch {
  private readonly orm: OrmCalls

  constructor(recorder: RecorderAccess) {
    this.orm = new OrmCalls(recorder)
  }

  close(): void {
    this.orm.close()
  }

  observe(value: unknown): Detach | undefined {
    const { orm } = this
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
}

/** It is private, and this only gives it. */
function executorOf(database: object, value: object): object | undefined {
  const executor: unknown = reflectApply(dataOf(database, 'getExecutor') as Method, value, []) // SAFE: prototypeWith has found a function
  return isObject(executor) && prototypeWith(executor, EXECUTOR_METHODS) ? executor : undefined
}
