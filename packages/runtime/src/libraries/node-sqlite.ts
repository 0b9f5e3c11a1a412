/**
 * `node:sqlite` (Node 22.5 and newer): DatabaseSync and its statements, whose classes the module has.
 *
 * @table databases
 * @versions Node 22.13 and later
 * @told statement, parameters, rows, error
 * @not-told the end of `iterate`; statements prepared earlier
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { combine } from '../adapters/patch.ts'
import { prototypeWith } from '../adapters/own-properties.ts'
import { STATEMENT_METHODS, SqliteQueries } from '../adapters/sqlite-queries.ts'
import type { Prepared } from '../adapters/sqlite-queries.ts'
import { SafeWeakMap, nodeBuiltin } from '../recorder/intrinsics.ts'

export const nodeSqliteAdapter: LibraryAdapter = watchingAdapter('node-sqlite', recorder => new NodeSqliteWatch(recorder))

export const observe: Observe = registerLibrary(nodeSqliteAdapter, 'node:sqlite')

/** The part of the module that is used; the types of the oldest Node that is supported have none. */
interface Sqlite {
  readonly DatabaseSync: { readonly prototype: object }
  readonly StatementSync: { readonly prototype: object }
}

const DATABASE_METHODS = ['exec', 'prepare'] as const

class NodeSqliteWatch {
  private readonly queries: SqliteQueries
  private readonly patches = new PatchedPrototypes()
  /** A statement does not say what it was made of. */
  private readonly prepared = new SafeWeakMap<object, Prepared>()

  constructor(recorder: RecorderAccess) {
    this.queries = new SqliteQueries(recorder)
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    const module = nodeBuiltin<Sqlite>('node:sqlite')
    if (module === undefined || typeof value !== 'object' || value === null) return undefined
    const database = module.DatabaseSync.prototype
    const statement = module.StatementSync.prototype
    if (prototypeWith(value, DATABASE_METHODS) !== database || prototypeWith(statement, STATEMENT_METHODS) !== statement) return undefined
    return this.patches.once(database, () =>
      combine([
        this.queries.patchExec(database),
        this.queries.patchPrepare(database, (made, prepared) => void this.prepared.set(made, prepared)),
        ...this.queries.patchStatement(statement, made => this.prepared.get(made)),
      ]),
    )
  }
}
