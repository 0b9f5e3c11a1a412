/** Archives: read by DuckDB as the cold tier, by another Parquet reader, and opened as what they came from. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { HindscopeError } from '@hindscope/protocol'
import { TraceBuilder } from '@hindscope/testkit'
import { readTraceFile } from '../../src/index.ts'
import { createEngine } from '../../src/model.ts'
import type { TraceStore } from '../../src/model.ts'
import { archiveSession } from '../../src/tiers/cold-tier.ts'
import { writeParquet } from '../../src/tiers/parquet-files.ts'
import { sessionsOf } from '../../src/tiers/tier-sessions.ts'
import { Tiers } from '../../src/tiers/tiers.ts'
import { STORED_VIEWS, VIEWS, VIEW_NAMES } from '../../src/tiers/view-schema.ts'
import { sessionNumber, shop, storeOf, temporaryFolder, writeSession } from './tier-traces.ts'

const root = temporaryFolder()
const open: Tiers[] = []
function tiersOf(dataDir: string, stores: readonly TraceStore[] = []): Tiers {
  const tiers = new Tiers({ dataDir, sessions: { ...sessionsOf(dataDir), inMemory: async () => stores }, closed: true })
  open.push(tiers)
  return tiers
}
afterEach(async () => {
  for (const tiers of open.splice(0)) await tiers.close()
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const DAY_US = 86_400_000_000
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: HindscopeError) => error.code,
  )

async function readBack(file: string): Promise<readonly Record<string, unknown>[]> {
  const bytes = readFileSync(file)
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  return parquetReadObjects({ file: buffer, compressors })
}

describe('an archive', () => {
  it('lies by day and session, and says what the session itself says', async () => {
    const dataDir = join(root, 'days')
    const stores = [0, 1].map(number => storeOf(shop(sessionNumber(number), 1_700_000_000_000_000 + number * DAY_US)))
    for (const store of stores) await archiveSession(store, join(dataDir, 'cold'))
    expect(readdirSync(join(dataDir, 'cold')).toSorted()).toEqual(['day=2023-11-14', 'day=2023-11-15'])
    const [session] = readdirSync(join(dataDir, 'cold', 'day=2023-11-14'))
    expect(session).toBe(`session=${sessionNumber(0)}`)
    const cold = tiersOf(dataDir)
    const warm = tiersOf(join(root, 'same'), stores)
    for (const view of VIEW_NAMES) {
      const statement = `select * from ${view} order by all`
      const found = await cold.sql({ statement, tier: 'cold' })
      const wanted = await warm.sql({ statement, tier: 'warm' })
      expect(found.columns, view).toEqual(wanted.columns)
      expect(found.rows, view).toEqual(wanted.rows)
    }
    const { rows } = await cold.searchAll({ query: 'args.user.id = 4711' })
    expect(rows).toHaveLength(4)
  })

  it('opens as the session that it is', async () => {
    const store = storeOf(shop())
    const { place } = await archiveSession(store, join(root, 'opened'))
    const { stores, damage } = await readTraceFile(join(place, 'trace.hscope'))
    expect(damage).toEqual([])
    const all = { session: store.session, limit: 1000 }
    expect((await createEngine(stores).events(all)).rows).toEqual((await createEngine([store]).events(all)).rows)
  })

  it('replaces the one before, and leaves nothing else behind', async () => {
    const place = join(root, 'again')
    await archiveSession(storeOf(shop()), place)
    const longer = shop()
    longer.realms[0]?.at(900).console('log', ['later'])
    await archiveSession(storeOf(longer), place)
    expect(
      readdirSync(place, { recursive: true })
        .map(String)
        .filter(name => /draft|scratch|tmp/.test(name)),
    ).toEqual([])
    const { stores } = await readTraceFile(join(place, 'day=2023-11-14', `session=${sessionNumber(0)}`, 'trace.hscope'))
    expect(stores[0]?.tracks[0]?.rows.length).toBe(storeOf(longer).tracks[0]?.rows.length)
  })

  it('is refused without events, and where nothing can be written', async () => {
    expect(await codeOf(archiveSession(storeOf(emptyTrace()), join(root, 'empty')))).toBe('export-empty')
    writeFileSync(join(root, 'a-file'), '')
    expect(await codeOf(archiveSession(storeOf(shop()), join(root, 'a-file')))).toBe('archive-failed')
  })

  it('needs httpfs for addresses, and says so', async () => {
    const tiers = new Tiers({ dataDir: join(root, 'address'), sessions: sessionsOf(root), cold: 's3://nowhere/traces' })
    open.push(tiers)
    const code = await codeOf(tiers.sql({ statement: 'select 1', tier: 'cold' }))
    // Where the extension is installed, the address is asked and is not there.
    expect(['sql-httpfs-missing', 'no failure']).toContain(code)
    const { completeness, tiers: reports } = await tiers.searchAll({})
    expect(completeness).toMatchObject({ kind: 'partial' })
    expect(reports.map(({ tier }) => tier)).toContain('cold')
  })
})

describe('both tiers', () => {
  it('show a session that is in both once', async () => {
    const dataDir = join(root, 'both')
    writeSession(dataDir, shop(sessionNumber(0)))
    for (const number of [0, 1]) await archiveSession(storeOf(shop(sessionNumber(number))), join(dataDir, 'cold'))
    const tiers = tiersOf(dataDir)
    const { rows, tiers: reports } = await tiers.sql({ statement: 'select session, count(*) from events group by session order by session' })
    expect(rows.map(([session]) => session)).toEqual([sessionNumber(0), sessionNumber(1)])
    expect(rows[0]?.[1]).toBe(rows[1]?.[1])
    expect(reports.map(({ tier, sessions }) => [tier, sessions])).toEqual([
      ['warm', 1],
      ['cold', 2],
    ])
    const found = await tiers.sql({ statement: `select (select count(*) from warm.sessions), (select count(*) from cold.sessions)` })
    expect(found.rows).toEqual([[1, 2]])
  })

  it('are partial where the archive cannot be read', async () => {
    const dataDir = join(root, 'unreadable')
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(join(dataDir, 'cold'), 'no folder')
    const { tiers: reports } = await tiersOf(dataDir).sql({ statement: 'select 1' })
    expect(reports).toMatchObject([{ tier: 'warm' }, { tier: 'cold', completeness: { kind: 'partial' } }])
    const answer = await tiersOf(dataDir, [storeOf(shop())]).searchAll({})
    expect(answer.completeness).toMatchObject({ kind: 'partial', reason: expect.stringMatching(/^cold: /) })
    expect(answer.rows.length).toBeGreaterThan(10)
  })

  it('answer filters over all sessions, and know sessions that are nowhere', async () => {
    const dataDir = join(root, 'filters')
    writeSession(dataDir, shop(sessionNumber(0)))
    await archiveSession(storeOf(shop(sessionNumber(1))), join(dataDir, 'cold'))
    const tiers = tiersOf(dataDir, [storeOf(shop(sessionNumber(2)))])
    const { rows } = await tiers.searchAll({ filter: { kinds: ['callThrow'], function: 'CHECK' } })
    expect(rows.map(row => ('session' in row ? row.session : ''))).toEqual([0, 1, 2].map(sessionNumber))
    expect((await tiers.searchAll({ filter: { errors: true }, sessions: [sessionNumber(1)] })).rows).toHaveLength(4)
    expect(await codeOf(tiers.searchAll({ sessions: [sessionNumber(9)] }))).toBe('not-found')
    expect(await codeOf(tiers.searchAll({ filter: { chain: { track: 0, seq: 1 } } }))).toBe('query-bad')
    expect(await codeOf(tiers.searchAll({ query: 'knd = 1' }))).toBe('query-syntax')
  })
})

describe('Parquet', () => {
  it('is read by another reader as the model has it', async () => {
    const store = storeOf(shop())
    const folder = join(root, 'parquet')
    const files = await writeParquet(store, folder)
    expect(files.map(({ file }) => file)).toEqual(STORED_VIEWS.map(view => join(folder, `${view}.parquet`)))
    for (const view of STORED_VIEWS) {
      const [row] = await readBack(join(folder, `${view}.parquet`))
      if (row !== undefined) expect(Object.keys(row), view).toEqual(VIEWS[view].map(({ name }) => name))
    }
    const { rows: wanted } = await createEngine([store]).events({ session: store.session, limit: 1000 })
    const events = await readBack(join(folder, 'events.parquet'))
    expect(
      events.map(row => [
        row['track'],
        row['seq'],
        row['time_us'],
        row['kind'],
        row['name'],
        row['preview'],
        row['duration_us'] ?? undefined,
        row['error'],
      ]),
    ).toEqual(wanted.map(row => [row.ref.track, row.ref.seq, row.timeUs, row.kind, row.name, row.preview, row.durationUs, row.error]))
    expect(events.map(row => (row['time'] as Date).getTime())).toEqual(wanted.map(row => Math.floor(row.timeUs / 1000)))
    const values = await readBack(join(folder, 'values.parquet'))
    expect(values.find(row => row['path'] === 'args.user.id')).toMatchObject({ number: 4711, text: '4711', type: 'number' })
    const calls = await readBack(join(folder, 'calls.parquet'))
    expect(calls.filter(row => row['name'] === 'checkout').map(row => row['args'])).toMatchObject([{ user: { id: 4711 } }])
  })
})

describe('the document', () => {
  it('says of the views what DuckDB says', async () => {
    const text = readFileSync(join(import.meta.dirname, '../../../../docs/sql.md'), 'utf8')
    const written = [...text.matchAll(/^### (\w+)\n([\s\S]*?)(?=\n#|$(?![\s\S]))/gm)].map(([, view, body = '']) => [
      view,
      [...body.matchAll(/^\| `(\w+)` \| (\w+) \| (.*) \|$/gm)].map(([, name, type, meaning]) => ({ name, type, meaning })),
    ])
    expect(written).toEqual(VIEW_NAMES.map(view => [view, VIEWS[view]]))
    const tiers = tiersOf(join(root, 'document'))
    for (const view of VIEW_NAMES) {
      const described = await tiers.sql({ statement: `describe ${view}` })
      expect(
        described.rows.map(([name, type]) => [name, type]),
        view,
      ).toEqual(VIEWS[view].map(({ name, type }) => [name, type]))
    }
  })

  it('has examples that run', async () => {
    const text = readFileSync(join(import.meta.dirname, '../../../../docs/sql.md'), 'utf8')
    const examples = [...text.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, statement = '']) => statement)
    expect(examples.length).toBeGreaterThan(4)
    const tiers = tiersOf(join(root, 'examples'), [storeOf(shop())])
    for (const statement of examples) expect((await tiers.sql({ statement })).columns.length).toBeGreaterThan(0)
  })
})

function emptyTrace(): TraceBuilder {
  const trace = new TraceBuilder(sessionNumber(5))
  trace.realm('nothing')
  return trace
}
