/**
 * Libraries that the recorder knows: `instrument` hands over what a program gets from them (`H.lb("redux","redux createStore",createStore(…))`), and
 * imports the adapter that knows what to do with it. A module that mentions none of them carries nothing of this.
 */

export interface KnownLibrary {
  /** Name of the adapter: a file of `@hindscope/runtime/libraries`. */
  readonly adapter: string
  /** Exports, or their members as `PGlite.create`, whose results (of a call, or of `new`; what a promise gives where it is awaited) are handed over; `default` is the module itself where it is called or constructed. */
  readonly exports: readonly string[]
  /** Exports that are handed over as they are, by modules that import the library: what an adapter needs and no call gives. */
  readonly values?: readonly string[]
  /** The adapter works as soon as it is loaded: a module that only imports the library loads it too. */
  readonly onImport?: true
}

const react: KnownLibrary = { adapter: 'react', exports: [], onImport: true }
const hono: KnownLibrary = { adapter: 'hono', exports: ['Hono'] }
const mysql2: KnownLibrary = { adapter: 'mysql2', exports: ['createConnection', 'createPool'] }
const prismaClass: KnownLibrary = { adapter: 'prisma', exports: ['getPrismaClient'] }
const drizzle: KnownLibrary = { adapter: 'drizzle', exports: ['drizzle'] }
const zustand: KnownLibrary = { adapter: 'zustand', exports: ['create', 'createStore'] }
const spans = (...exports: readonly string[]): KnownLibrary => ({ adapter: 'opentelemetry', exports })
const jotai: KnownLibrary = { adapter: 'jotai', exports: ['createStore', 'getDefaultStore'], onImport: true }

const valtio: KnownLibrary = { adapter: 'valtio', exports: ['proxy'], values: ['subscribe', 'getVersion'] }
const signals: KnownLibrary = { adapter: 'signals', exports: ['signal', 'useSignal'] }

/** By the specifier that programs import. */
export const LIBRARIES: Readonly<Record<string, KnownLibrary>> = {
  // State
  '@reduxjs/toolkit': { adapter: 'redux', exports: ['configureStore'] },
  redux: { adapter: 'redux', exports: ['createStore', 'legacy_createStore'] },
  zustand,
  'zustand/vanilla': zustand,
  jotai,
  'jotai/vanilla': jotai,
  mobx: { adapter: 'mobx', exports: ['observable', 'makeObservable', 'makeAutoObservable'], onImport: true },
  pinia: { adapter: 'pinia', exports: ['createPinia'] },
  xstate: { adapter: 'xstate', exports: ['createActor', 'interpret'] },
  '@tanstack/react-query': { adapter: 'tanstack-query', exports: ['QueryClient'] },
  '@tanstack/query-core': { adapter: 'tanstack-query', exports: ['QueryClient'] },
  '@tanstack/vue-query': { adapter: 'tanstack-query', exports: ['QueryClient'] },
  '@preact/signals-core': signals,
  '@preact/signals': signals,
  '@preact/signals-react': signals,
  valtio,
  'valtio/vanilla': valtio,
  rxjs: { adapter: 'rxjs', exports: ['Subject', 'BehaviorSubject', 'ReplaySubject', 'AsyncSubject'] },
  // What the compiler writes for `$state` in development.
  'svelte/internal/client': { adapter: 'svelte', exports: ['tag'] },
  'svelte/store': { adapter: 'svelte-store', exports: ['writable'] },
  // User interface
  react,
  'react-dom': react,
  'react-dom/client': react,
  'react-dom/profiling': react,
  'react/jsx-runtime': react,
  'react/jsx-dev-runtime': react,
  preact: { adapter: 'preact', exports: [], values: ['options'] },
  'solid-js': { adapter: 'solid', exports: [], values: ['DEV'] },
  'solid-js/store': { adapter: 'solid', exports: [], values: ['DEV'] },
  vue: { adapter: 'vue', exports: ['createApp', 'createSSRApp'], onImport: true },
  // Servers
  express: { adapter: 'express', exports: ['default', 'express', 'Router'] },
  fastify: { adapter: 'fastify', exports: ['default', 'fastify'] },
  koa: { adapter: 'koa', exports: ['default'] },
  '@koa/router': { adapter: 'koa', exports: ['default', 'Router'] },
  hono,
  'hono/tiny': hono,
  'hono/quick': hono,
  '@nestjs/core': { adapter: 'nest', exports: [], values: ['NestFactory'] },
  '@trpc/server': { adapter: 'trpc', exports: ['initTRPC.create', 'initTRPC.context', 'initTRPC.meta'] },
  graphql: { adapter: 'graphql', exports: ['GraphQLSchema'] },
  '@graphql-tools/schema': { adapter: 'graphql', exports: ['makeExecutableSchema'] },
  h3: { adapter: 'h3', exports: ['H3', 'createApp', 'createRouter'] },
  // Databases
  pg: { adapter: 'pg', exports: ['Client', 'Pool'] },
  'better-sqlite3': { adapter: 'better-sqlite3', exports: ['default'] },
  'node:sqlite': { adapter: 'node-sqlite', exports: ['DatabaseSync'] },
  '@electric-sql/pglite': { adapter: 'pglite', exports: ['PGlite', 'PGlite.create'] },
  ioredis: { adapter: 'ioredis', exports: ['default', 'Redis', 'Cluster', 'Redis.Cluster'] },
  redis: { adapter: 'redis', exports: ['createClient', 'createClientPool'] },
  mysql2,
  'mysql2/promise': mysql2,
  // Tracing
  '@opentelemetry/api': { ...spans('trace.getTracer'), onImport: true },
  '@opentelemetry/sdk-trace': spans('TracerProvider'),
  '@opentelemetry/sdk-trace-base': spans('BasicTracerProvider'),
  '@opentelemetry/sdk-trace-node': spans('NodeTracerProvider', 'BasicTracerProvider'),
  '@opentelemetry/sdk-trace-web': spans('WebTracerProvider', 'BasicTracerProvider'),
  '@opentelemetry/sdk-node': spans('NodeSDK'),
  '@opentelemetry/instrumentation': spans('registerInstrumentations'),
  // ORMs
  'drizzle-orm/mysql2': drizzle,
  'drizzle-orm/node-postgres': drizzle,
  'drizzle-orm/pglite': drizzle,
  '@prisma/client': { adapter: 'prisma', exports: [], values: ['PrismaClient'] },
  // What Prisma generates calls these.
  '@prisma/client/runtime/client': prismaClass,
  '@prisma/client/runtime/library': prismaClass,
  '@prisma/adapter-pg': { adapter: 'prisma', exports: ['PrismaPg'] },
  kysely: { adapter: 'kysely', exports: ['Kysely'] },
  knex: { adapter: 'knex', exports: ['default', 'knex'] },
  typeorm: { adapter: 'typeorm', exports: ['DataSource'] },
  sequelize: { adapter: 'sequelize', exports: ['default', 'Sequelize'] },
  // Lines
  pino: { adapter: 'pino', exports: ['default', 'pino'] },
  winston: { adapter: 'winston', exports: ['createLogger'] },
  debug: { adapter: 'debug', exports: [], values: ['default'] },
  // Messages
  nats: { adapter: 'nats', exports: ['connect'] },
  '@nats-io/transport-node': { adapter: 'nats', exports: ['connect'] },
  amqplib: { adapter: 'amqplib', exports: ['connect'] },
  bullmq: { adapter: 'bullmq', exports: ['Queue', 'Worker'] },
  mqtt: { adapter: 'mqtt', exports: ['connect', 'connectAsync'] },
}

/** A value that a program got. */
export interface LibraryResult {
  /** Key of LIBRARIES. */
  readonly library: string
  /** The export that gave the value. */
  readonly name: string
  readonly value: unknown
}
