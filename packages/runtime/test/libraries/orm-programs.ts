/**
 * The same program with several ORMs. Each opens `orm` and says how to ask it: `find`, `add` and `both` (in a transaction) take the number of a
 * request, and put ten times that number and a digit into their queries.
 */

/** What is `watched` has the methods that may be patched. */
export const ORMS = {
  drizzle: `
const { drizzle } = await import(DRIZZLE_PG)
const { integer, pgTable, text } = await import(DRIZZLE_CORE)
const { eq, sql } = await import(DRIZZLE)
const people = pgTable('drizzle_people', { id: integer('id').primaryKey(), name: text('name'), password: text('password') })
const watched = [drizzle.mock(), drizzle.mock().select().from(people)].map(Object.getPrototypeOf)
const orm = observe(drizzle({ connection: { connectionString: PG_URL, max: 4 }, schema: { people } }), 'drizzle')
const run = text => orm.execute(sql.raw(text))
const find = i => orm.select().from(people).where(eq(people.id, i * 10 + 1))
const add = i => orm.insert(people).values({ id: i * 10 + 2, name: 'n' + i, password: 'hunter' + i }).returning()
const both = i => orm.transaction(async tx => {
  await f('in both ' + i, () => tx.select().from(people).where(eq(people.id, i * 10 + 3)))
  await f('again both ' + i, () => tx.execute(sql\`SELECT \${i * 10 + 4}::int AS n\`))
  return i
})
const fails = () => orm.select({ no: sql\`nope\` }).from(people)
const more = async () => {
  await outcome('relations', f('relations', () => orm.query.people.findFirst({ where: eq(people.id, 12) })))
  await outcome('count', f('count', () => orm.$count(people, eq(people.id, 12))))
  await outcome('with', f('with', () => { const some = orm.$with('some').as(orm.select().from(people).where(eq(people.id, 12))); return orm.with(some).select().from(some) }))
  await outcome('update', f('update', () => orm.update(people).set({ name: 'x' }).where(eq(people.id, 12))).then(r => [r.command, r.rowCount]))
  await outcome('delete', f('delete', () => orm.delete(people).where(eq(people.id, 13)).catch(() => {})).then(r => r.rowCount))
  await outcome('prepared', f('prepared', () => orm.select().from(people).where(eq(people.id, sql.placeholder('id'))).prepare('by_id').execute({ id: 12 })))
  await outcome('rolled back', f('rolled back', () => orm.transaction(async tx => { await tx.delete(people).where(eq(people.id, 12)); tx.rollback() })))
  await outcome('nested', orm.transaction(tx => tx.transaction(inner => f('nested', () => inner.select().from(people).where(eq(people.id, 12))))))
  log('shape', Object.keys(orm.select().from(people)).length, orm.select.name, orm.select.length, orm.transaction.length)
}
const close = () => orm.$client.end()
`,
  kysely: `
const { Kysely, PostgresDialect, sql } = await import(KYSELY)
const { default: pg } = await import(PG_MODULE)
const watched = [Kysely.prototype]
const pool = observeDriver(new pg.Pool({ connectionString: PG_URL, max: 4 }), 'Pool')
const orm = observe(new Kysely({ dialect: new PostgresDialect({ pool }) }), 'Kysely')
const run = text => sql.raw(text).execute(orm)
const find = i => orm.selectFrom('kysely_people').selectAll().where('id', '=', i * 10 + 1).execute()
const add = i => orm.insertInto('kysely_people').values({ id: i * 10 + 2, name: 'n' + i, password: 'hunter' + i }).returningAll().executeTakeFirst()
const both = i => orm.transaction().execute(async trx => {
  await f('in both ' + i, () => trx.selectFrom('kysely_people').selectAll().where('id', '=', i * 10 + 3).execute())
  await f('again both ' + i, () => sql\`SELECT \${i * 10 + 4}::int AS n\`.execute(trx))
  return i
})
const fails = () => orm.selectFrom('kysely_people').select('nope').execute()
const more = async () => {
  await outcome('update', f('update', () => orm.updateTable('kysely_people').set({ name: 'x' }).where('id', '=', 12).executeTakeFirst()))
  await outcome('connection', f('connection', () => orm.connection().execute(db => db.selectFrom('kysely_people').selectAll().where('id', '=', 12).execute())))
  await outcome('rolled back', f('rolled back', () => orm.transaction().execute(async trx => { await trx.deleteFrom('kysely_people').where('id', '=', 12).execute(); throw new RangeError('mine') })))
  const held = await f('held', () => orm.startTransaction().execute())
  await outcome('held', f('in held', () => held.selectFrom('kysely_people').selectAll().where('id', '=', 12).execute()))
  await f('end held', () => held.commit().execute())
  await outcome('missing', f('missing', () => orm.selectFrom('kysely_people').selectAll().where('id', '=', 0).executeTakeFirstOrThrow()))
  log('shape', Object.keys(orm), orm.transaction().execute.length)
}
const close = () => orm.destroy()
`,
  knex: `
const { default: knex } = await import(KNEX)
const orm = observe(knex({ client: 'pg', connection: PG_URL, pool: { min: 0, max: 4 } }), 'default')
const watched = [Object.getPrototypeOf(Object.getPrototypeOf(orm.client)), Object.getPrototypeOf(orm.client)]
const run = text => orm.raw(text)
const find = i => orm('knex_people').where('id', i * 10 + 1)
const add = i => orm('knex_people').insert({ id: i * 10 + 2, name: 'n' + i, password: 'hunter' + i }).returning('*')
const both = i => orm.transaction(async trx => {
  await f('in both ' + i, () => trx('knex_people').where('id', i * 10 + 3))
  await f('again both ' + i, () => trx.raw('SELECT ?::int AS n', [i * 10 + 4]))
  return i
})
const fails = () => orm('knex_people').select('nope')
const more = async () => {
  await outcome('first', f('first', () => orm.first('*').from('knex_people').where({ id: 12 })))
  await outcome('clone', f('clone', () => orm('knex_people').where('id', 12).clone().select('name')))
  await outcome('update', f('update', () => orm('knex_people').where('id', 12).update({ name: 'x' })))
  await outcome('schema', f('schema', () => orm.schema.hasTable('knex_people')))
  await outcome('rolled back', f('rolled back', () => orm.transaction(async trx => { await trx('knex_people').where('id', 12).delete(); throw new RangeError('mine') })))
  await outcome('nested', orm.transaction(trx => trx.transaction(inner => f('nested', () => inner('knex_people').where('id', 12)))))
  const trx = await f('held', () => orm.transaction())
  await outcome('held', f('in held', () => trx('knex_people').where('id', 12)))
  await f('end held', () => trx.commit())
  await new Promise(done => f('callback', () => orm('knex_people').where('id', 12).asCallback((error, rows) => { log('callback', error, rows); done() })))
}
const close = () => orm.destroy()
`,
  typeorm: `
const { DataSource, EntitySchema, EntityManager } = (await import(TYPEORM)).default ?? await import(TYPEORM)
const Person = new EntitySchema({ name: 'Person', tableName: 'typeorm_people', columns: { id: { type: Number, primary: true }, name: { type: String, nullable: true }, password: { type: String, nullable: true } } })
const orm = observe(new DataSource({ type: 'postgres', url: PG_URL, entities: [Person], poolSize: 4 }), 'DataSource')
const watched = [DataSource.prototype, EntityManager.prototype]
await orm.initialize()
const people = orm.getRepository('Person')
const run = text => orm.query(text)
const find = i => people.findOneBy({ id: i * 10 + 1 })
const add = i => people.save({ id: i * 10 + 2, name: 'n' + i, password: 'hunter' + i })
const both = i => orm.transaction(async manager => {
  await f('in both ' + i, () => manager.findBy('Person', { id: i * 10 + 3 }))
  await f('again both ' + i, () => manager.query('SELECT $1::int AS n', [i * 10 + 4]))
  return i
})
const fails = () => orm.query('SELECT nope')
const more = async () => {
  await outcome('builder', f('builder', () => people.createQueryBuilder('p').where('p.id = :id', { id: 12 }).getMany()))
  await outcome('update', f('update', () => orm.createQueryBuilder().update('Person').set({ name: 'x' }).where('id = :id', { id: 12 }).execute()))
  await outcome('rolled back', f('rolled back', () => orm.transaction(async manager => { await manager.delete('Person', { id: 12 }); throw new RangeError('mine') })))
  const runner = orm.createQueryRunner()
  await f('connect', () => runner.connect())
  await f('begin', () => runner.startTransaction())
  await outcome('runner', f('runner', () => runner.query('SELECT 1 AS n')))
  await f('commit', () => runner.commitTransaction())
  await f('release', () => runner.release())
  await outcome('count', f('count', () => people.count()))
}
const close = () => orm.destroy()
`,
  prisma: `
const { readFileSync } = await import('node:fs')
const { PrismaPg } = await import(PRISMA_PG)
const { getPrismaClient } = await import(PRISMA_RUNTIME)
const compilerWasm = {
  getRuntime: () => import(PRISMA_COMPILER),
  getQueryCompilerWasmModule: async () => new WebAssembly.Module(Buffer.from((await import(PRISMA_WASM)).wasm, 'base64')),
  importName: PRISMA_IMPORT,
}
const config = JSON.parse(readFileSync(new URL(PRISMA_CONFIG), 'utf8'))[PRISMA_MAJOR]
const PrismaClient = observe(getPrismaClient({ ...config, compilerWasm }), 'getPrismaClient')
const watched = [PrismaClient.prototype, PrismaPg.prototype]
const orm = new PrismaClient({ adapter: observe(new PrismaPg({ connectionString: PG_URL, max: 4 }), 'PrismaPg'), errorFormat: 'minimal' })
// A client is met by what it is first asked.
await orm.prisma_people.count().catch(() => {})
const run = text => orm.$executeRawUnsafe(text)
const find = i => orm.prisma_people.findMany({ where: { id: i * 10 + 1 } })
const add = i => orm.prisma_people.create({ data: { id: i * 10 + 2, name: 'n' + i, password: 'hunter' + i } })
const both = i => orm.$transaction(async tx => {
  await f('in both ' + i, () => tx.prisma_people.findMany({ where: { id: i * 10 + 3 } }))
  await f('again both ' + i, () => tx.$queryRawUnsafe('SELECT $1::int AS n', i * 10 + 4))
  return i
}, { maxWait: 60000, timeout: 60000 })
const fails = () => orm.$queryRawUnsafe('SELECT nope')
const more = async () => {
  await outcome('unique', f('unique', () => orm.prisma_people.findUnique({ where: { id: 12 } })))
  await outcome('several', Promise.all([2, 12, 22].map(id => f('unique ' + id, () => orm.prisma_people.findUnique({ where: { id } })))))
  await outcome('count', f('count', () => orm.prisma_people.count()))
  await outcome('template', f('template', () => orm.$queryRaw\`SELECT \${12}::int AS n\`))
  await outcome('update', f('update', () => orm.prisma_people.updateMany({ where: { id: 12 }, data: { name: 'x' } })))
  await outcome('batch', f('batch', () => orm.$transaction([orm.prisma_people.count(), orm.prisma_people.deleteMany({ where: { id: 13 } })])))
  await outcome('rolled back', f('rolled back', () => orm.$transaction(async tx => { await tx.prisma_people.delete({ where: { id: 12 } }); throw new RangeError('mine') })))
  await outcome('missing', f('missing', () => orm.prisma_people.update({ where: { id: 0 }, data: { name: 'x' } })))
  const shouting = orm.$extends({ query: { $allModels: { findFirst: ({ args, query }) => (f('extension'), query(args)) } }, result: { prisma_people: { loud: { needs: { name: true }, compute: one => one.name + '!' } } } })
  await outcome('extended', f('extended', () => shouting.prisma_people.findFirst({ where: { id: 12 } })).then(one => one.loud))
  const lazy = orm.prisma_people.count()
  log('shape', Object.keys(lazy), lazy[Symbol.toStringTag], Object.keys(orm).length, orm.$transaction.length, orm.$transaction.name)
}
const close = () => orm.$disconnect()
`,
  sequelize: `
const { default: sequelize } = await import(SEQUELIZE)
const { DataTypes, Model, Sequelize } = sequelize
const orm = observe(new Sequelize(PG_URL, { logging: false, pool: { max: 4 } }), 'Sequelize')
const watched = [Sequelize.prototype, Model, Model.prototype]
class Person extends Model {}
Person.init({ id: { type: DataTypes.INTEGER, primaryKey: true }, name: DataTypes.TEXT, password: DataTypes.TEXT }, { sequelize: orm, tableName: 'sequelize_people', timestamps: false })
const run = text => orm.query(text)
const plain = rows => Array.isArray(rows) ? rows.map(plain) : rows?.get ? rows.get({ plain: true }) : rows
const find = i => Person.findAll({ where: { id: { [sequelize.Op.eq]: i * 10 + 1 } } }).then(plain)
const add = i => Person.create({ id: i * 10 + 2, name: 'n' + i, password: 'hunter' + i }).then(plain)
const both = i => orm.transaction(async transaction => {
  await f('in both ' + i, () => orm.query('SELECT * FROM sequelize_people WHERE id = $1', { bind: [i * 10 + 3], transaction }))
  await f('again both ' + i, () => orm.query('SELECT $1::int AS n', { bind: [i * 10 + 4], transaction }))
  return i
})
const fails = () => orm.query('SELECT nope')
const more = async () => {
  await outcome('count', f('count', () => Person.count({ where: { id: 12 } })))
  await outcome('update', f('update', () => Person.update({ name: 'x' }, { where: { id: 12 } })))
  const one = await f('by key', () => Person.findByPk(12))
  one.name = 'y'
  await f('save', () => one.save())
  await outcome('rolled back', f('rolled back', () => orm.transaction(async transaction => { await Person.destroy({ where: { id: 12 }, transaction }); throw new RangeError('mine') })))
  const held = await f('held', () => orm.transaction())
  await outcome('held', f('in held', () => Person.count({ transaction: held })))
  await f('end held', () => held.commit())
}
const close = () => orm.close()
`,
} as const

export const PROGRAM = `
const methods = () => watched.flatMap(each => Object.entries(Object.getOwnPropertyDescriptors(each)).map(([key, { value, enumerable }]) => [key, value, enumerable]))
await run('DROP TABLE IF EXISTS NAME_people')
await run('CREATE TABLE NAME_people (id int primary key, name text, password text)')
const order = []
const request = async i => {
  await f('find ' + i, () => find(i))
  const added = await f('add ' + i, () => add(i))
  order.push(added.id ?? added[0].id)
  await f('both ' + i, () => both(i))
}
await Promise.all(Array.from({ length: COUNT }, (_, i) => request(i)))
log('order', order.sort((a, b) => a - b))
await outcome('found', find(1))
await outcome('duplicate', f('duplicate', () => add(1)).then(r => r))
await outcome('fails', f('fails', () => fails()).then(r => r))
const ticks = []
await Promise.all([run('SELECT 1').then(() => ticks.push('raw')), find(1).then(() => ticks.push('find'))])
log('ticks', ticks.length)
await more()
const patched = methods()
for (const each of [orm, {}, 5]) observe(each)
log('twice', methods().every(([key, value], i) => patched[i][0] === key && patched[i][1] === value))
recorder?.uninstall()
log('after', await find(1))
await close()
`
