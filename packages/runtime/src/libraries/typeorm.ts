/**
 * TypeORM 1 and 0.3: what is asked of a DataSource, an EntityManager (and by it of repositories), a QueryBuilder or a QueryRunner awaits again and
 * again before it comes to the driver. All of it is run for whoever asked, where the realm has a cheap AsyncLocalStorage: Node from 24 on.
 * Elsewhere only the program's functions in transactions keep their cause. The pool is TypeORM's own: the driver's module is handed to the
 * driver's adapter.
 *
 * @table orms
 * @versions 1
 * @told every query of functions in transactions; from Node 24 on all others
 */
import type { Detach } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { isObject, objectIn, ormAdapter } from '../adapters/orm-calls.ts'
import type { OrmCalls } from '../adapters/orm-calls.ts'
import { handToDriver } from '../adapters/orm-drivers.ts'
import { dataOf, prototypeWith } from '../adapters/own-properties.ts'

export const typeormAdapter: LibraryAdapter = ormAdapter('typeorm', observeTypeorm)

export const observe: Observe = registerLibrary(typeormAdapter, 'typeorm')

const SOURCE_METHODS = ['initialize', 'createQueryBuilder', 'createQueryRunner', 'createEntityManager'] as const
const SOURCE_ENTRIES = ['initialize', 'destroy', 'synchronize', 'dropDatabase', 'runMigrations', 'undoLastMigration', 'query', 'transaction'] as const
const MANAGER_ENTRIES: readonly string[] = (
  'transaction query save remove softRemove recover insert upsert update updateAll delete deleteAll softDelete restore ' +
  'exists existsBy count countBy sum average minimum maximum find findBy findAndCount findAndCountBy findOne findOneBy ' +
  'findOneOrFail findOneByOrFail clear increment decrement preload'
).split(' ')
const BUILDER_ENTRIES: readonly string[] = (
  'execute getMany getOne getOneOrFail getRawMany getRawOne getCount getExists getManyAndCount getRawAndEntities stream ' +
  'loadMany loadOne add remove set'
).split(' ')
/** A builder becomes one of another class. */
const BUILDER_MAKERS = ['select', 'insert', 'update', 'delete', 'softDelete', 'restore', 'relation'] as const
const RUNNER_ENTRIES = ['connect', 'query', 'stream', 'startTransaction', 'commitTransaction', 'rollbackTransaction'] as const

function observeTypeorm(orm: OrmCalls, value: unknown): Detach | undefined {
  const manager = isObject(value) ? objectIn(value, 'manager') : undefined
  if (!isObject(value) || manager === undefined || prototypeWith(value, SOURCE_METHODS) === undefined) return undefined
  const detach = orm.hold()
  orm.entries(value, SOURCE_ENTRIES)
  orm.entries(manager, MANAGER_ENTRIES)
  orm.making(value, 'createQueryBuilder', builder => patchBuilder(orm, builder))
  orm.making(value, 'createQueryRunner', runner => {
    if (isObject(runner)) orm.entries(runner, RUNNER_ENTRIES)
  })
  const driver = objectIn(value, 'driver')
  for (const name of ['postgres', 'mysql']) if (driver !== undefined) handToDriver(dataOf(driver, name))
  return detach
}

function patchBuilder(orm: OrmCalls, builder: unknown): void {
  if (!isObject(builder)) return
  orm.entries(builder, BUILDER_ENTRIES)
  for (const key of BUILDER_MAKERS) orm.making(builder, key, other => patchBuilder(orm, other))
}
