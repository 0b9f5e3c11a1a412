/**
 * Sequelize 6: what is asked of a Sequelize or a model awaits again and again before it comes to the driver. All of it is run for whoever asked,
 * where the realm has a cheap AsyncLocalStorage: Node from 24 on. Elsewhere only the program's functions in transactions keep their cause. The
 * connections are Sequelize's own: the driver's module is handed to the driver's adapter.
 *
 * @table orms
 * @versions 6
 * @told every query of functions in transactions; from Node 24 on all others
 */
import type { Detach } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { isObject, objectIn, ormAdapter } from '../adapters/orm-calls.ts'
import type { OrmCalls } from '../adapters/orm-calls.ts'
import { handToDriver } from '../adapters/orm-drivers.ts'
import { dataOf, prototypeWith } from '../adapters/own-properties.ts'

export const sequelizeAdapter: LibraryAdapter = ormAdapter('sequelize', observeSequelize)

export const observe: Observe = registerLibrary(sequelizeAdapter, 'sequelize')

const SEQUELIZE_METHODS = ['query', 'transaction', 'define', 'authenticate'] as const
const SEQUELIZE_ENTRIES = ['query', 'transaction', 'authenticate', 'sync', 'drop', 'truncate'] as const
const MODEL_ENTRIES: readonly string[] = (
  'findAll findOne findByPk findAndCountAll findOrCreate findOrBuild findCreateFind create bulkCreate upsert update destroy ' +
  'restore truncate count aggregate max min sum increment decrement sync drop describe'
).split(' ')
const INSTANCE_ENTRIES = ['save', 'reload', 'update', 'destroy', 'restore', 'increment', 'decrement'] as const
const TRANSACTION_ENTRIES = ['commit', 'rollback'] as const

function observeSequelize(orm: OrmCalls, value: unknown): Detach | undefined {
  const prototype = isObject(value) ? prototypeWith(value, SEQUELIZE_METHODS) : undefined
  const maker = prototype && dataOf(prototype, 'constructor')
  if (!isObject(value) || typeof maker !== 'function') return undefined
  const detach = orm.hold()
  orm.entries(value, SEQUELIZE_ENTRIES)
  const model = dataOf(maker, 'Model')
  if (typeof model === 'function') patchModel(orm, model)
  const transaction = dataOf(maker, 'Transaction')
  const begun = typeof transaction === 'function' ? objectIn(transaction, 'prototype') : undefined
  if (begun !== undefined) orm.entries(begun, TRANSACTION_ENTRIES)
  const connections = objectIn(value, 'connectionManager')
  if (connections !== undefined) handToDriver(dataOf(connections, 'lib'))
  return detach
}

function patchModel(orm: OrmCalls, model: object): void {
  orm.entries(model, MODEL_ENTRIES)
  const instance = objectIn(model, 'prototype')
  if (instance !== undefined) orm.entries(instance, INSTANCE_ENTRIES)
}
