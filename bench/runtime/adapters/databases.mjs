// Databases, ORMs and brokers: real servers of the case's own, which end with its process.
import { loadTypescript } from '../../store/load-typescript.mjs'
import { load } from './load.mjs'

const start = async name => (await loadTypescript('packages/testkit/src/servers.ts'))[name]()
const ROWS = 1000
const TABLE = 'CREATE TABLE t (id int PRIMARY KEY, name varchar(20))'
const BY_ID = 'SELECT * FROM t WHERE id = $1'

/** Ids that the table has, in turn. */
function ids() {
  let i = 0
  return () => 1 + (i++ % ROWS)
}

/** The address of a PostgreSQL with the table. */
async function postgres() {
  const { url } = await start('startPostgres')
  const { default: pg } = await load('pg')
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`${TABLE}; INSERT INTO t SELECT i, i FROM generate_series(1, ${ROWS}) i`)
  await client.end()
  return { url, pg }
}

/** An ORM on PostgreSQL. It records nothing by itself: the driver's adapter tells of its queries. */
const orm = open => ({ with: ['pg'], what: "query by primary key, with the driver's adapter", open })

export const DATABASES = {
  pglite: {
    what: 'query by primary key',
    async open(observe) {
      const { PGlite } = await load('@electric-sql/pglite')
      const db = observe(await PGlite.create())
      await db.exec('CREATE TABLE t (id int PRIMARY KEY, name text); INSERT INTO t SELECT i, i FROM generate_series(1, 1000) i')
      let i = 0
      return () => db.query('SELECT * FROM t WHERE id = $1', [1 + (i++ % 1000)])
    },
  },
  pg: {
    what: 'query by primary key, of a pool',
    async open(observe) {
      const { url, pg } = await postgres()
      const pool = observe(new pg.Pool({ connectionString: url, max: 1 }), 'Pool')
      const next = ids()
      return () => pool.query(BY_ID, [next()])
    },
  },
  mysql2: {
    what: 'query by primary key, of a connection',
    async open(observe) {
      const { url } = await start('startMariadb')
      const { default: mysql } = await load('mysql2/promise')
      const connection = observe(await mysql.createConnection(url), 'createConnection')
      await connection.query(TABLE)
      await connection.query('INSERT INTO t VALUES ?', [Array.from({ length: ROWS }, (_, i) => [i + 1, `${i + 1}`])])
      const next = ids()
      return () => connection.query('SELECT * FROM t WHERE id = ?', [next()])
    },
  },
  'node-sqlite': {
    what: 'query by primary key, prepared',
    engines: ['node24'],
    async open(observe) {
      const { DatabaseSync } = await import('node:sqlite')
      const db = observe(new DatabaseSync(':memory:'), 'DatabaseSync')
      db.exec(`${TABLE}; INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS}) SELECT i, i FROM n`)
      const statement = db.prepare('SELECT * FROM t WHERE id = ?')
      const next = ids()
      return () => statement.get(next())
    },
  },
  ioredis: {
    what: 'GET',
    async open(observe) {
      const { url } = await start('startRedis')
      const { default: Redis } = await load('ioredis')
      const client = observe(new Redis(url), 'default')
      await client.set('key', 'value')
      return () => client.get('key')
    },
  },
  redis: {
    what: 'GET',
    async open(observe) {
      const { url } = await start('startRedis')
      const { createClient } = await load('redis')
      const client = observe(createClient({ url }), 'createClient')
      await client.connect()
      await client.set('key', 'value')
      return () => client.get('key')
    },
  },
  drizzle: orm(async observe => {
    const { url, pg } = await postgres()
    const [{ drizzle }, { integer, pgTable, text }, { eq }] = await Promise.all(
      ['drizzle-orm/node-postgres', 'drizzle-orm/pg-core', 'drizzle-orm'].map(name => load(name)),
    )
    const t = pgTable('t', { id: integer('id').primaryKey(), name: text('name') })
    const db = observe(drizzle(new pg.Pool({ connectionString: url, max: 1 })), 'drizzle')
    const next = ids()
    return () => db.select().from(t).where(eq(t.id, next()))
  }),
  kysely: orm(async (observe, observeDriver) => {
    const { url, pg } = await postgres()
    const { Kysely, PostgresDialect } = await load('kysely')
    const pool = observeDriver(new pg.Pool({ connectionString: url, max: 1 }), 'Pool')
    const db = observe(new Kysely({ dialect: new PostgresDialect({ pool }) }), 'Kysely')
    const next = ids()
    return () => db.selectFrom('t').selectAll().where('id', '=', next()).execute()
  }),
  knex: orm(async observe => {
    const { url } = await postgres()
    const { default: knex } = await load('knex')
    const db = observe(knex({ client: 'pg', connection: url, pool: { min: 1, max: 1 } }), 'default')
    const next = ids()
    return () => db('t').where('id', next())
  }),
  typeorm: orm(async observe => {
    const { url } = await postgres()
    const { DataSource, EntitySchema } = await load('typeorm')
    const T = new EntitySchema({ name: 'T', tableName: 't', columns: { id: { type: Number, primary: true }, name: { type: String } } })
    const source = observe(new DataSource({ type: 'postgres', url, entities: [T], poolSize: 1 }), 'DataSource')
    await source.initialize()
    const next = ids()
    return () => source.manager.findOneBy(T, { id: next() })
  }),
  sequelize: orm(async observe => {
    const { url } = await postgres()
    const { DataTypes, Sequelize } = (await load('sequelize')).default
    const sequelize = observe(new Sequelize(url, { logging: false, pool: { max: 1 } }), 'Sequelize')
    const T = sequelize.define(
      'T',
      { id: { type: DataTypes.INTEGER, primaryKey: true }, name: DataTypes.TEXT },
      { tableName: 't', timestamps: false },
    )
    const next = ids()
    return () => T.findByPk(next())
  }),
  nats: {
    what: 'request and answer, both ends in one process',
    async open(observe) {
      const { url } = await start('startNats')
      const { connect } = await load('@nats-io/transport-node')
      const connection = observe(await connect({ servers: url }), 'connect')
      connection.subscribe('echo', { callback: (_, message) => message.respond(message.data) })
      return () => connection.request('echo', 'hello')
    },
  },
  bullmq: {
    what: '`add` of a job, nobody works',
    async open(observe) {
      const { port } = await start('startRedis')
      const { Queue } = await load('bullmq')
      const queue = observe(new Queue('work', { connection: { host: '127.0.0.1', port } }), 'Queue')
      await queue.waitUntilReady()
      return () => queue.add('job', { n: 1 })
    },
  },
  mqtt: {
    what: 'publish at quality of service 1',
    async open(observe) {
      const { url } = await start('startMosquitto')
      const { connectAsync } = await load('mqtt')
      const client = observe(await connectAsync(url, { protocolVersion: 5 }), 'connectAsync')
      return () => client.publishAsync('topic', 'hello', { qos: 1 })
    },
  },
}
