/** ORMs ask their driver behind awaits of their own: every query still leads to the call that asked the ORM, and nothing else changes. */
import { newestNode, startPostgres } from '@hindscope/testkit'
import type { DatabaseServer } from '@hindscope/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { causesOf, createDatabaseSandbox, queriesOf } from './database-programs.ts'
import type { DatabaseSandbox, ToldQuery } from './database-programs.ts'
import { ORMS, PROGRAM } from './orm-programs.ts'

const PACKAGES = {
  DRIZZLE_PG: 'drizzle-orm/node-postgres',
  DRIZZLE_CORE: 'drizzle-orm/pg-core',
  DRIZZLE: 'drizzle-orm',
  KYSELY: 'kysely',
  KNEX: 'knex',
  SEQUELIZE: 'sequelize',
  TYPEORM: 'typeorm',
  PG_MODULE: 'pg',
}
/** What Prisma has generated, without what is found next to it: `prisma generate` wants to download an engine that it does not use. */
const PRISMA = {
  PRISMA_CONFIG: new URL('apps/prisma-people.json', import.meta.url).href,
  ...prismaOf('7', '@prisma/client', '@prisma/adapter-pg', 'query_compiler_fast_bg'),
}
const PRISMA_6 = { ...PRISMA, ...prismaOf('6', 'prisma-client-6', 'prisma-adapter-pg-6', 'query_compiler_bg') }
const NODES = [
  ['this Node', process.execPath],
  ['Node 24', newestNode()],
] as const
/** How many numbered queries a request has; whose BEGIN and COMMIT, and whose queries at all, have a cause before Node 24. */
const EXPECTED = {
  drizzle: { requests: 80, queries: 4, since20: 'queries' },
  kysely: { requests: 80, queries: 4, since20: 'queries' },
  knex: { requests: 80, queries: 4, since20: 'transactions' },
  prisma: { requests: 40, queries: 4, since20: 'functions' },
  'prisma 6': { requests: 40, queries: 4, since20: 'functions' },
  sequelize: { requests: 80, queries: 4, since20: 'functions' },
  typeorm: { requests: 80, queries: 5, since20: 'functions' },
} as const
const CALLS = ['', 'find', 'add', 'in both', 'again both']
/** Clients in transactions are Proxies: what they are asked belongs to the call that began the transaction. */
const IN_TRANSACTIONS_OF_PRISMA = ['', 'find', 'add', 'both', 'both']

let server: DatabaseServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

describe.each(Object.keys(EXPECTED) as (keyof typeof EXPECTED)[])('%s', name => {
  const { requests, queries: perRequest, since20 } = EXPECTED[name]
  const adapter = name === 'prisma 6' ? 'prisma' : name
  const program = (ORMS[adapter] + PROGRAM).replaceAll('NAME', adapter)
  const variables = (): Record<string, string | number> => ({
    PG_URL: server.url,
    COUNT: requests,
    ...(name === 'prisma 6' ? PRISMA_6 : PRISMA),
    ...Object.fromEntries(Object.entries(PACKAGES).map(([key, specifier]) => [key, import.meta.resolve(specifier)])),
  })
  let box: DatabaseSandbox
  let plain: unknown[] = []
  beforeAll(async () => {
    box = await createDatabaseSandbox(adapter, variables, 'pg')
    plain = await box.plain(program)
  })
  afterAll(() => box?.remove())

  test.each(NODES.filter(([, node]) => node !== ''))(
    '%s: results are those of a plain run, and each request has its queries',
    async (label, node) => {
      // A client of Prisma is a Proxy.
      const { log, lines } = await box.recorded(program, { 'adapter-unsupported': adapter === 'prisma' ? 2 : 1 }, node)
      expect(log).toEqual(plain)
      expect(log.flat()).not.toContain(false)
      const queries = queriesOf(lines)
      expect(queries.filter(({ end }) => end === 'open' || end === 'twice')).toEqual([])
      const numbers = Array.from({ length: requests }, (_, i) => i)
      const causes = causesOf(lines)
      expect(numbers.filter(i => causes.get(`in both ${i}`) !== `both ${i}` || causes.get(`again both ${i}`) === undefined)).toEqual([])
      expect(misplaced(queries, adapter === 'prisma' ? IN_TRANSACTIONS_OF_PRISMA : CALLS)).toEqual([])
      const isNewest = label === 'Node 24'
      if (isNewest || since20 !== 'functions') expect(queries.filter(isOfRequest)).toHaveLength(perRequest * requests)
      if (isNewest || since20 === 'transactions') expect(queries.filter(isBound)).toHaveLength(2 * requests)
      expect(lines.join('\n')).not.toMatch(/hunter\d/)
    },
  )
})

/** The number that `find`, `add` and `both` have put into their queries. */
const numberOf = ({ start }: ToldQuery): number => Number(/(?:parameters: \["?|\.\\"id\\" = )(\d+)/.exec(start)?.[1])

const isOfRequest = (query: ToldQuery): boolean => /^(?:find|add|in both|again both|both) \d/.test(query.by) && !Number.isNaN(numberOf(query))

/** Queries of requests that belong to the call of another one. */
function misplaced(queries: readonly ToldQuery[], calls: readonly string[]): ToldQuery[] {
  return queries.filter(query => {
    const n = numberOf(query)
    return isOfRequest(query) && query.by !== `${calls[n % 10]} ${Math.floor(n / 10)}`
  })
}

/** BEGIN and COMMIT that belong to the call that began their transaction. */
const isBound = ({ by, start }: ToldQuery): boolean => /^both \d/.test(by) && /statement: "(?:begin|commit|start transaction);?"/i.test(start)

function prismaOf(major: string, client: string, adapter: string, compiler: string): Record<string, string> {
  const file = (name: string): string => import.meta.resolve(`${client}/runtime/${name}`)
  return {
    PRISMA_MAJOR: major,
    PRISMA_IMPORT: `./${compiler}.js`,
    PRISMA_PG: import.meta.resolve(adapter),
    PRISMA_RUNTIME: file('client'),
    PRISMA_COMPILER: file(`${compiler}.postgresql.mjs`),
    PRISMA_WASM: file(`${compiler}.postgresql.wasm-base64.mjs`),
  }
}
