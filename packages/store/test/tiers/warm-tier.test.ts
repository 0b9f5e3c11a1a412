/** The warm tier against the model: what the views say, what a second load adds, and what statements may do. */
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { HindscopeError, decodeChunk } from '@hindscope/protocol'
import { TraceBuilder, functionProbe, generateTrace, manifestOf } from '@hindscope/testkit'
import { createEngine, createTraceModel, EXPORT_FORMATS } from '../../src/model.ts'
import type { TraceStore } from '../../src/model.ts'
import { Database, loadDuckdb } from '../../src/tiers/duckdb.ts'
import type { TableWriters } from '../../src/tiers/duckdb.ts'
import type { SqlCell, SqlQuery } from '../../src/tiers/sql-answer.ts'
import { sessionsOf } from '../../src/tiers/tier-sessions.ts'
import { Tiers } from '../../src/tiers/tiers.ts'
import { warmPath } from '../../src/tiers/warm-tier.ts'
import { sessionNumber, shop, storeOf, temporaryFolder, writeSession } from './tier-traces.ts'

const root = temporaryFolder()
let count = 0
const open: Tiers[] = []
function tiersOver(stores: readonly TraceStore[], dataDir: string = join(root, String(count++))): Tiers {
  const tiers = new Tiers({ dataDir, sessions: { ...sessionsOf(dataDir), inMemory: async () => stores }, closed: true })
  open.push(tiers)
  return tiers
}
afterEach(async () => {
  for (const tiers of open.splice(0)) await tiers.close()
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const rows = async (tiers: Tiers, statement: string, query: Omit<SqlQuery, 'statement'> = {}): Promise<readonly (readonly SqlCell[])[]> =>
  (await tiers.sql({ statement, ...query })).rows
const failure = (work: Promise<unknown>): Promise<HindscopeError> =>
  work.then(
    () => Promise.reject(new Error('no failure')),
    (error: HindscopeError) => error,
  )

describe('views', () => {
  it('say of every event what the query API says', async () => {
    const dataDir = join(root, 'every-event')
    writeSession(dataDir, shop())
    const store = storeOf(shop())
    const { rows: wanted } = await createEngine([store]).events({ session: store.session, limit: 1000 })
    const tiers = tiersOver([], dataDir)
    await tiers.sync()
    const answer = await tiers.searchAll({ limit: 1000 })
    expect(answer.rows).toEqual(wanted.map(row => ({ session: store.session, ...row })))
    // In SQL: nothing was opened.
    expect(answer.tiers).toMatchObject([{ tier: 'warm', sessions: 1, rows: wanted.length, completeness: { kind: 'complete' } }])
    expect(answer.tiers[0]).not.toHaveProperty('opened')
  })

  it('show times as times', async () => {
    expect(await rows(tiersOver([storeOf(shop())]), 'select time from events order by time limit 1')).toEqual([['2023-11-14 22:13:20.0001']])
  })

  it('show calls with arguments and results as JSON', async () => {
    const tiers = tiersOver([storeOf(shop())])
    const statement = `select name, args, result, outcome, duration_us, parent_call, root_call, root_track from calls where name = 'checkout'`
    expect(await rows(tiers, statement)).toEqual([
      [
        'checkout',
        { user: { id: 4711, name: "O'Neil", tags: ['a', 'b'], password: '▒▒' }, options: { deep: '…' } },
        { name: 'TypeError', message: 'null\0byte' },
        'threw',
        200,
        1,
        1,
        0,
      ],
    ])
    expect(await rows(tiers, `select args->>'$.user.name' from calls where args->'user'->>'id' = '4711'`)).toEqual([["O'Neil"]])
    expect(await rows(tiers, `select outcome, count(*) from calls group by 1 order by 1`)).toEqual([
      ['open', 2],
      ['returned', 1],
      ['threw', 3],
    ])
  })

  it('show every leaf of every value', async () => {
    const found = await rows(
      tiersOver([storeOf(shop())]),
      `select path, type, number, text from values where kind = 'callEnter' or path like 'value[%' order by seq, path`,
    )
    expect(found).toEqual(
      expect.arrayContaining([
        ['args.user.id', 'number', 4711, '4711'],
        ['args.user.name', 'string', null, "O'Neil"],
        ['args.user.tags[1]', 'string', null, 'b'],
        ['args.user.password', 'redacted', null, null],
        ['args.options.deep', 'cut', null, null],
        ['args.amount', 'number', 1, '1'],
        ['value[1]', 'number', null, 'NaN'],
        ['value[3]', 'null', null, 'null'],
        ['value[5]', 'boolean', 1, 'true'],
      ]),
    )
  })

  it('show functions, sources, errors, writes, tracks and sessions', async () => {
    const store = storeOf(shop())
    const tiers = tiersOver([store])
    expect(await rows(tiers, 'select function, file, line, calls, threw, total_us from functions order by line')).toEqual([
      ['checkout', 'src/cart.ts', 3, 1, 1, 200],
      ['tax', 'src/cart.ts', 9, 1, 0, null],
      ['say "ü" \ud83e\udd8a', 'src/cart.ts', 20, 1, 0, null],
    ])
    expect(await rows(tiers, 'select file, functions, content from sources')).toEqual([['src/cart.ts', 3, null]])
    expect(await rows(tiers, 'select kind, class, message from errors order by time_us')).toEqual([
      ['console', 'RangeError', 'out of stock'],
      ['activityEnd', null, '{status: 500}'],
      ['activityEnd', 'Error', 'refused'],
      ['callThrow', 'TypeError', 'null\ufffdbyte'],
    ])
    expect(await rows(tiers, 'select kind, function, target, number, text from writes order by time_us')).toEqual([
      ['write', 'checkout', 'total', 14.5, '14.5'],
      ['propertyWrite', 'checkout', 'items', 3, '3'],
    ])
    expect(await rows(tiers, 'select track, name, kind, events from tracks order by track')).toEqual([
      [0, 'page', 'page', store.tracks[0]?.rows.length],
      [1, 'server', 'node', store.tracks[1]?.rows.length],
    ])
    expect(await rows(tiers, 'select session, events from sessions')).toEqual([
      [store.session, store.tracks.reduce((sum, track) => sum + track.rows.length, 0)],
    ])
  })
})

describe('loading', () => {
  const manifest = manifestOf('0b'.repeat(8), 'src/a.ts', [functionProbe('f', { line: 1 })])
  /** One call after the other within a call that ends at last. */
  function growing(): { readonly store: TraceStore; grow(): void } {
    const trace = new TraceBuilder(sessionNumber(7))
    const realm = trace.realm('a').module(manifest)
    const outer = realm.at(0).enter('f')
    realm.seal()
    const store = createTraceModel(trace.chunks()).stores[0] as TraceStore
    let time = 0
    return {
      store,
      grow: () => {
        const inner = realm.at(++time).enter('f', [time], { parent: outer })
        realm.at(++time).returns(inner, 'f', time)
        if (time === 6) realm.at(++time).returns(outer, 'f')
        realm.seal()
        for (const chunk of trace.chunks()) store.addChunk(chunk)
      },
    }
  }
  const TABLES = ['events', 'calls', 'values', 'errors', 'writes', 'tracks', 'sessions', 'sources']
  const contents = async (tiers: Tiers): Promise<unknown> => {
    const all: unknown[] = []
    for (const table of TABLES) all.push((await rows(tiers, `select * from ${table} order by all`)).map(row => JSON.stringify(row)))
    return all
  }

  it('adds what a session got since, and ends calls that were open', async () => {
    const { store, grow } = growing()
    const tiers = tiersOver([store])
    expect((await tiers.sync()).events).toBe(1)
    for (const events of [2, 2, 3]) {
      grow()
      expect((await tiers.sync()).events).toBe(events)
    }
    expect(await contents(tiers)).toEqual(await contents(tiersOver([store])))
    expect((await tiers.sync()).events).toBe(0)
    expect(await rows(tiers, 'select duration_us from events where seq = 0')).toEqual([[7]])
  })

  it('begins again when a late chunk comes before what was loaded', async () => {
    const trace = new TraceBuilder(sessionNumber(6))
    const realm = trace.realm('a').module(manifest)
    realm.at(1).returns(realm.enter('f', ['first']), 'f')
    realm.seal()
    realm.at(3).returns(realm.enter('f', ['second']), 'f')
    const [definitions, late, early] = trace.chunks()
    const store = createTraceModel([definitions, early].filter(chunk => chunk !== undefined)).stores[0] as TraceStore
    const tiers = tiersOver([store])
    expect((await tiers.sync()).events).toBe(2)
    if (late !== undefined) store.addChunk(late)
    // As many rows as before, and other ones.
    expect((await tiers.sync()).events).toBe(4)
    expect(await contents(tiers)).toEqual(await contents(tiersOver([storeOf(trace)])))
  })

  it('begins again when names come later', async () => {
    const trace = new TraceBuilder(sessionNumber(8))
    const realm = trace.realm('a').module(manifest, false)
    realm.at(1).returns(realm.enter('f'), 'f')
    const store = storeOf(trace)
    const tiers = tiersOver([store])
    await tiers.sync()
    expect(await rows(tiers, 'select distinct function from events')).toEqual([[`probe ${'0b'.repeat(8)}:0`]])
    store.addManifest(manifest)
    expect(await rows(tiers, 'select distinct function from events')).toEqual([['f']])
  })

  it('takes nothing back and nothing twice when it is given up', async () => {
    const library = createTraceModel(Array.from(generateTrace({ events: 30_000 }), bytes => decodeChunk(bytes)))
    const store = library.stores[0] as TraceStore
    const tiers = tiersOver([store])
    let looks = 0
    const signal = {
      get aborted() {
        return ++looks > 2
      },
    }
    expect((await failure(tiers.sql({ statement: 'select 1' }, signal))).code).toBe('query-cancelled')
    const sums = 'select (select count(*) from events), (select sum(seq) from events), (select count(*) from calls), (select count(*) from "values")'
    expect(await rows(tiers, sums)).toEqual(await rows(tiersOver([store]), sums))
  })

  it('leaves nothing of a transaction that fails', async () => {
    const database = await Database.open(':memory:')
    await database.run('CREATE TABLE numbers (number UINTEGER NOT NULL)')
    const write = async (writers: TableWriters): Promise<void> => {
      const table = await writers.table('numbers', { number: 'UINTEGER' })
      for (let number = 0; number < 5000; number++) table.number(number).end()
      writers.flush()
    }
    const failed = database.transaction(async writers => {
      await write(writers)
      throw new HindscopeError('query-cancelled', { rows: 'some' })
    })
    await expect(failed).rejects.toThrow('query-cancelled')
    await database.transaction(write)
    expect(await database.rows('SELECT count(*) AS count, sum(number) AS sum FROM numbers')).toEqual([{ count: '5000', sum: '12497500' }])
    database.close()
  })

  it('reads sessions on disk once, and forgets those that are gone', async () => {
    const dataDir = join(root, 'disk')
    writeSession(dataDir, shop(sessionNumber(1)))
    writeSession(dataDir, shop(sessionNumber(2)))
    const tiers = tiersOver([], dataDir)
    expect(await tiers.sync()).toMatchObject({ sessions: 2, removed: 0, unreadable: [] })
    expect(await tiers.sync()).toMatchObject({ sessions: 0, removed: 0 })
    rmSync(join(dataDir, 'sessions', sessionNumber(1)), { recursive: true })
    expect(await tiers.sync()).toMatchObject({ sessions: 0, removed: 1 })
    expect(await rows(tiers, 'select distinct session from events')).toEqual([[sessionNumber(2)]])
    expect(await tiers.sync({ anew: true })).toMatchObject({ sessions: 1 })
  })

  it('makes a file anew that is none', async () => {
    const dataDir = join(root, 'broken')
    writeSession(dataDir, shop())
    writeFileSync(warmPath(dataDir), 'no database')
    expect(await rows(tiersOver([], dataDir), 'select count(*) from sessions')).toEqual([[1]])
  })

  it('says who has the file', async () => {
    const dataDir = join(root, 'locked')
    await tiersOver([], dataDir).sync()
    const script = `require('@duckdb/node-api').DuckDBInstance.create(${JSON.stringify(warmPath(dataDir))}).then(() => console.log('opened'), error => console.log(error.message))`
    expect(spawnSync(process.execPath, ['-e', script], { cwd: import.meta.dirname, encoding: 'utf8' }).stdout).toMatch(/lock/)
  })
})

describe('statements', () => {
  it('read only, and nothing but the tiers', async () => {
    const tiers = tiersOver([storeOf(shop())])
    const codes: string[] = []
    for (const statement of [
      'create table x (i int)',
      'select 1; select 2',
      '',
      "copy (select 1) to '/x.csv'",
      'set threads = 1',
      'drop view events',
      'delete from events',
    ]) {
      codes.push((await failure(tiers.sql({ statement }))).code)
    }
    expect(codes).toEqual(['sql-not-allowed', 'sql-not-allowed', 'sql-not-allowed', 'sql-failed', 'sql-not-allowed', 'sql-not-allowed', 'sql-failed'])
    const outside = await failure(tiers.sql({ statement: `select * from read_text('${join(import.meta.dirname, 'tier-traces.ts')}')` }))
    expect(outside.message).toMatch(/Permission Error/)
    expect((await failure(tiers.sql({ statement: 'explain analyze delete from tables.session_rows' }))).message).toMatch(/read-only/)
    expect(await rows(tiers, 'explain select 1')).not.toEqual([])
    expect((await rows(tiers, 'describe events'))[0]?.[0]).toBe('session')
  })

  it('fail with the place that is wrong', async () => {
    const { code, message } = await failure(tiersOver([]).sql({ statement: 'select nmae\nfrom events' }))
    expect(code).toBe('sql-failed')
    expect(message).toContain('LINE 1: select nmae\n               ^')
    expect(message).toContain('name')
  })

  it('end at their limits', async () => {
    const tiers = tiersOver([storeOf(shop())])
    expect(await tiers.sql({ statement: 'from range(10)', limit: 3 })).toMatchObject({ rows: [[0], [1], [2]], more: true })
    expect(await tiers.sql({ statement: 'from range(3)', limit: 3 })).toMatchObject({ more: false })
    const endless = 'select count(*) from range(100000000) a, range(100000000) b'
    expect((await failure(tiers.sql({ statement: endless, timeoutSeconds: 1 }))).code).toBe('sql-stopped')
    const gone = new AbortController()
    setTimeout(() => gone.abort(), 100)
    expect((await failure(tiers.sql({ statement: endless }, gone.signal))).code).toBe('query-cancelled')
    expect(await rows(tiers, 'select 1')).toEqual([[1]])
  })

  it('give numbers that JavaScript has, and texts where it has none', async () => {
    const found = await rows(tiersOver([]), `select 1::bigint, 9007199254740993::bigint, 1.5::decimal(4,1), true, null, [1, 2], '{"a": 1}'::json`)
    expect(found).toEqual([[1, '9007199254740993', 1.5, true, null, [1, 2], { a: 1 }]])
  })
})

it('without DuckDB it says what to install, and nothing else needs it', async () => {
  const missing = await failure(loadDuckdb(() => Promise.reject(new Error('Cannot find package'))))
  expect(missing.code).toBe('sql-missing')
  expect(missing.message).toContain('@duckdb/node-api')
  expect(EXPORT_FORMATS.csv.pieces(storeOf(shop()), {})).toBeDefined()
})
