/**
 * `better-sqlite3` 12 and 13: databases and their statements, which say what they were made of. The class of statements is nowhere to be had, so one is made
 * of the first database, which asks nothing of the file. BEGIN and COMMIT of `transaction` and what `pragma` asks are such statements too.
 *
 * Parameters that `bind` gave a statement for good are its own from then on; it takes no others.
 *
 * @table databases
 * @versions 13, 12
 * @told statement, parameters (those of `bind` too), rows, error; BEGIN, COMMIT and savepoints of `transaction`; what `pragma` asks
 * @not-told the end of `iterate`; `backup`, `serialize`
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { combine } from '../adapters/patch.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { STATEMENT_METHODS, SqliteQueries } from '../adapters/sqlite-queries.ts'
import type { Method, Prepared } from '../adapters/sqlite-queries.ts'
import { SafeWeakMap, define, isArray, isView, keysOf, reflectApply } from '../recorder/intrinsics.ts'

export const betterSqlite3Adapter: LibraryAdapter = watchingAdapter('better-sqlite3', recorder => new BetterSqlite3Watch(recorder))

export const observe: Observe = registerLibrary(betterSqlite3Adapter, 'better-sqlite3')

const DATABASE_METHODS = ['prepare', 'exec', 'transaction', 'pragma', 'defaultSafeIntegers'] as const

class BetterSqlite3Watch {
  private readonly queries: SqliteQueries
  private readonly patches = new PatchedPrototypes()
  private readonly bound = new SafeWeakMap<object, ArrayLike<unknown>>()

  constructor(recorder: RecorderAccess) {
    this.queries = new SqliteQueries(recorder)
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (typeof value !== 'object' || value === null) return undefined
    const database = prototypeWith(value, DATABASE_METHODS)
    if (database === undefined || database === value) return undefined
    return this.patches.once(database, () => {
      const statement = statementPrototype(database, value)
      if (statement === undefined) return undefined
      return combine([
        this.queries.patchExec(database),
        this.queries.patchPrepare(database, () => {}),
        ...this.queries.patchStatement(
          statement,
          made => this.preparedOf(made),
          made => this.bound.get(made),
        ),
        this.queries.patch(statement, 'bind', (original, self, args) => {
          const result = reflectApply(original, self, args as never) // SAFE: as given
          this.queries.guarded(() => this.bound.set(self, asBound(args)))
          return result
        }),
      ])
    })
  }

  private preparedOf(statement: object): Prepared | undefined {
    const database = dataOf(statement, 'database')
    return typeof database === 'object' && database !== null ? this.queries.preparedFor(database, dataOf(statement, 'source')) : undefined
  }
}

/** What is bound stays as it is, whatever becomes of lists and objects that it came in. */
function asBound(args: ArrayLike<unknown>): unknown[] {
  const bound: unknown[] = []
  for (let i = 0; i < args.length; i++) {
    const given = args[i]
    if (isArray(given)) bound[i] = isProxy(given) ? undefined : valuesOf(given)
    else bound[i] = typeof given === 'object' && given !== null && !isView(given) ? namedOf(given) : given
  }
  return bound
}

function valuesOf(list: readonly unknown[]): unknown[] {
  const values: unknown[] = []
  for (let i = 0; i < list.length; i++) values[i] = dataOf(list, i)
  return values
}

function namedOf(given: object): object {
  const named: object = {}
  if (!isProxy(given))
    for (const key of keysOf(given)) define(named, key, { value: dataOf(given, key), writable: true, enumerable: true, configurable: true })
  return named
}

/** Undefined where the database is closed, or the class is not what is known. */
function statementPrototype(database: object, opened: object): object | undefined {
  let statement: unknown
  try {
    statement = reflectApply(dataOf(database, 'prepare') as Method, opened, ['SELECT 1'] as never) // SAFE: prototypeWith says that it is one
  } catch {
    return undefined // SAFE: told as unsupported
  }
  return typeof statement === 'object' && statement !== null && !isProxy(statement)
    ? prototypeWith(statement, [...STATEMENT_METHODS, 'bind'])
    : undefined
}
