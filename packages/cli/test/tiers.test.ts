/** `sql`, `archive`, `query --all-sessions` and `export --format parquet` in this process: over a data folder, and through a collector. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startCollector } from '@hindscope/collector'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import { runCli } from '../src/index.ts'
import type { Terminal } from '../src/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'hindscope-sql-'))
const dataDir = join(cwd, '.hindscope')
const idOf = (digit: string): string => digit.repeat(32)
const manifest = manifestOf('0c'.repeat(8), 'src/a.ts', [functionProbe('f', { line: 1, params: ['user'] })])

function record(session: string, ids: readonly number[]): void {
  const trace = new TraceBuilder(session)
  const realm = trace.realm('a').module(manifest)
  ids.forEach((id, at) => realm.at(at * 10 + 5).returns(realm.at(at * 10).enter('f', [{ id }]), 'f', id * 2))
  const segments = join(dataDir, 'sessions', session, 'segments')
  mkdirSync(segments, { recursive: true })
  writeFileSync(join(segments, '000001.hscope'), trace.bytes())
}

beforeAll(() => {
  record(idOf('a'), [1, 2])
  record(idOf('b'), [2, 3])
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

interface Run {
  readonly exitCode: number
  readonly out: string
  readonly notes: string
}
async function run(...args: readonly string[]): Promise<Run> {
  let [out, notes] = ['', '']
  const terminal: Terminal = {
    cwd,
    env: {},
    isInteractive: false,
    print: text => (out += `${text}\n`),
    // Progress depends on the machine.
    note: text => (notes += /^(Reading|Archiving) /.test(text) ? '' : `${text}\n`),
    write: () => Promise.resolve(),
  }
  const exitCode = await runCli(args, terminal)
  return { exitCode, out, notes }
}

const COUNTS = 'select session, count(*) as events from events group by session order by session'

describe('sql', () => {
  it('prints tables, CSV, JSON and JSON lines', async () => {
    const table = await run('sql', COUNTS)
    expect(table.out).toBe(`session                           events\n${idOf('a')}       4\n${idOf('b')}       4\n`)
    expect(table.notes).toMatch(/^warm: 2 sessions, \d+ ms\n$/)
    expect((await run('sql', `select 'a,"b"' as x, 1 as y`, '--format', 'csv')).out).toBe('x,y\n"a,""b""",1\n')
    expect(JSON.parse((await run('sql', `select args, null as x, 2 as x from calls limit 1`, '--json')).out)).toEqual([
      { args: { user: { id: 1 } }, x: null, x_2: 2 },
    ])
    expect((await run('sql', 'from range(2)', '--format', 'ndjson')).out).toBe('{"range":0}\n{"range":1}\n')
  })

  it('takes a statement from a file, and says what was left out', async () => {
    writeFileSync(join(cwd, 'count.sql'), `-- how many\n${COUNTS}`)
    const { out, notes } = await run('sql', '--file', 'count.sql', '--limit', '1', '--format', 'csv')
    expect(out.trimEnd().split('\n')).toHaveLength(2)
    expect(notes).toContain('Only the first 1 rows')
  })

  it('prints the views', async () => {
    const { out, notes } = await run('sql', '--schema')
    expect(out).toMatch(/^events +duration_us +DOUBLE +of the call/m)
    expect(notes).toBe('')
  })

  it('refuses what it cannot do', async () => {
    const failed = await run('sql', 'select nmae from events')
    expect([failed.exitCode, failed.out]).toEqual([2, ''])
    expect(failed.notes).toContain('[hindscope:sql-failed]')
    expect(failed.notes).toContain('LINE 1: select nmae from events\n               ^')
    for (const args of [
      ['sql'],
      ['sql', 'select 1', '--tier', 'hot'],
      ['sql', 'select 1', '--limit', '0'],
      ['sql', 'select 1', '--format', 'xml'],
      ['sql', 'drop view events'],
    ]) {
      expect((await run(...args)).exitCode, args.join(' ')).toBe(2)
    }
  })
})

describe('archive and all sessions', () => {
  it('answers from every tier, and says which', async () => {
    const archived = JSON.parse((await run('archive', idOf('a'), '--json')).out) as { place: string }
    expect(readdirSync(archived.place)).toContain('events.parquet')
    rmSync(join(dataDir, 'sessions', idOf('a')), { recursive: true })
    const { out, notes } = await run('query', '--all-sessions', '--where', 'kind = callEnter and args.user.id = 2')
    expect(
      out
        .trimEnd()
        .split('\n')
        .map(line => line.slice(0, 8)),
    ).toEqual(['b'.repeat(8), 'a'.repeat(8)])
    expect(notes).toMatch(/^warm: 1 session,.* 1 row, .*\ncold: 1 session,.* 1 row, .*\n$/)
    const filtered = await run('query', '--all-sessions', '--kind', 'callReturn', '--json', '--limit', '3')
    expect(
      filtered.out
        .trimEnd()
        .split('\n')
        .map(line => (JSON.parse(line) as { session: string }).session),
    ).toEqual([idOf('a'), idOf('b'), idOf('a')])
    expect(filtered.notes).toContain('Only the first 3 rows')
    const groups = await run('query', '--all-sessions', '--where', 'kind = callEnter select count(), max(result) group by function', '--json')
    expect(JSON.parse(groups.out)).toEqual({ function: 'f', 'count()': 4, 'max(result)': 6 })
    expect((await run('sql', COUNTS)).out).toContain(idOf('a'))
    expect((await run('sql', COUNTS, '--tier', 'cold')).out).not.toContain(idOf('b'))
  })

  it('refuses what only one session can be asked', async () => {
    for (const args of [['--chain', '0.1'], ['--all'], ['--from', '+1'], ['--where', 'error', '--errors']]) {
      expect((await run('query', '--all-sessions', ...args)).exitCode, args.join(' ')).toBe(2)
    }
    expect((await run('query', idOf('b'), '--all-sessions')).exitCode).toBe(2)
    expect((await run('query', '--cold', 'x')).exitCode).toBe(2)
  })

  it('goes through the collector while one runs', async () => {
    const collector = await startCollector({ dataDir })
    onTestFinished(() => collector.close())
    const { out, notes } = await run('sql', COUNTS, '--format', 'csv')
    expect(out.trimEnd().split('\n')).toHaveLength(3)
    expect(notes).toBe('')
    const failed = await run('sql', 'select nmae from events')
    expect(failed.notes).toMatch(/^\[hindscope:sql-failed\] /)
    expect((await run('sql', `select * from read_text('count.sql')`)).notes).toContain('Permission Error')
    const { notes: tiers } = await run('query', '--all-sessions', '--where', 'kind = callEnter')
    expect(tiers).toMatch(/hot: .*\n(warm: .*\n)?cold: 1 session/)
    expect((await run('sql', 'select 1', '--cold', 'elsewhere')).exitCode).toBe(2)
    expect((await run('sql', 'select count(*) from events', '--tier', 'cold', '--cold', 'elsewhere')).exitCode).toBe(0)
    const refused = await fetch(`${collector.url}/api/sql`, { method: 'POST', body: '{"statement":"select 1"}' })
    expect(refused.status).toBe(401)
  })
})

it('exports a folder of Parquet files', async () => {
  const { exitCode, out } = await run('export', idOf('b'), '--format', 'parquet', '-o', 'files')
  expect([exitCode, existsSync(join(cwd, 'files', 'values.parquet'))]).toEqual([0, true])
  expect(out).toContain('events.parquet')
  for (const args of [
    ['-o', '-'],
    ['-o', 'x', '--track', '0'],
    ['-o', 'x', '--kind', 'calls'],
  ]) {
    expect((await run('export', idOf('b'), '--format', 'parquet', ...args)).exitCode, args.join(' ')).toBe(2)
  }
})
