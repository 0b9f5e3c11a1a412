/**
 * Sequelize 6: what is asked of a Sequelize or a model awaits again and again before it comes to the driver. All of it is run for whoever asked,
 * where the realm has a cheap AsyncLocalStorage: Node from 24 on. Elsewhere only the program's functions in transactions keep their cause. The
 * connections are Sequelize's own: the driver's module is handed to the driver's adapter.
 *
 * @table orms
 * @versions 6
 * @told every query of functions in transactions; from Node 24 on all others
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { OrmCalls, isObject, objectIn } from '../adapters/orm-calls.ts'
import { handToDriver } from '../adapters/orm-drivers.ts'
import { dataOf, prototypeWith } from '../adapters/own-properties.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'

export const sequelizeAdapter: LibraryAdapter = watchingAdapter('sequelize', recorder => new SequelizeWatch(recorder))

export const observe: Observe = registerLibrary(sequelizeAdapter, 'sequelize')

const SEQUELIZE_METHODS = ['query', 'transaction', 'define', 'authenticate'] as const
const SEQUELIZE_ENTRIES = ['query', 'transaction', 'authenticate', 'sync', 'drop', 'truncate'] as const
const MODEL_ENTRIES: readonly string[] = (
  'findAll findOne findByPk findAndCountAll findOrCreate findOrBuild findCreateFind create bulkCreate upsert update destroy ' +
  'restore truncate count aggregate max min sum increment decrement sync drop describe'
).split(' ')
const INSTANCE_ENTRIES = ['save', 'reload', 'update', 'destroy', 'restore', 'increment', 'decrement'] as const
const TRANSACTION_ENTRIES = ['commit', 'rollback'] as const

class SequelizeWatch {
  private readonly orm: OrmCalls

  constructor(recorder: RecorderAccess) {
    this.orm = new OrmCalls(recorder)
  }

  close(): void {
    this.orm.close()
  }

  observe(value: unknown): Detach | undefined {
    const { orm } = this
    const prototype = isObject(value) ? prototypeWith(value, SEQUELIZE_METHODS) : undefined
    const maker = prototype && dataOf(prototype, 'constructor')
    if (!isObject(value) || typeof maker !== 'function') return undefined
    const detach = orm.hold()
    orm.entries(value, SEQUELIZE_ENTRIES)
    const model = dataOf(maker, 'Model')
    if (typeof model === 'function') this.patchModel(model)
    const transaction = dataOf(maker, 'Transaction')
    const begun = typeof transaction === 'function' ? objectIn(transaction, 'prototype') : undefined
    if (begun !== undefined) orm.entries(begun, TRANSACTION_ENTRIES)
    const connections = objectIn(value, 'connectionManager')
    if (connections !== undefined) handToDriver(dataOf(connections, 'lib'))
    return detach
  }

  private patchModel(model: object): void {
    this.orm.entries(model, MODEL_ENTRIES)
    const instance = objectIn(model, 'prototype')
    if (instance !== undefined) this.orm.entries(instance, INSTANCE_ENTRIES)
  }
}
