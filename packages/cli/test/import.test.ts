/** `hindscope import` in this process: what it writes, what it says, what it refuses. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listSessions, readTraceFile } from '@hindscope/store'
import { runCli } from '../src/index.ts'
import type { Terminal } from '../src/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'hindscope-import-'))

const APPMAP = {
  version: '1.12',
  metadata: { name: 'checkout 2026-11-30T10:00:00.000Z', client: { name: 'test', url: 'x' } },
  weather: 'fine',
  classMap: [],
  events: [
    { id: 1, event: 'call', thread_id: 0, defined_class: 'Cart', method_id: 'total', path: 'src/cart.js', lineno: 3, static: true, parameters: [] },
    { id: 2, event: 'return', thread_id: 0, parent_id: 1, elapsed: 0.002 },
  ],
}
const CHROME = {
  traceEvents: [
    { name: 'main', ph: 'X', ts: 10, dur: 5, pid: 1, tid: 1 },
    { name: 'odd', ph: 'N', ts: 11, pid: 1, tid: 1, id: 1 },
  ],
}

beforeAll(() => {
  writeFileSync(join(cwd, 'cart.appmap.json'), JSON.stringify(APPMAP))
  writeFileSync(join(cwd, 'trace.json.gz'), gzipSync(JSON.stringify(CHROME)))
  writeFileSync(join(cwd, 'cut.json'), JSON.stringify(CHROME).slice(0, -8))
  writeFileSync(join(cwd, 'broken.json'), '{\n  "traceEvents": [\n    {"ph": "X", "ts" 1}]}')
  writeFileSync(join(cwd, 'other.json'), '{"lockfileVersion": 3}')
  writeFileSync(join(cwd, 'nothing.json'), '[]')
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

async function run(...args: readonly string[]): Promise<{ readonly exitCode: number; readonly out: string; readonly notes: string }> {
  let [out, notes] = ['', '']
  const terminal: Terminal = {
    cwd,
    env: {},
    isInteractive: false,
    print: text => (out += `${text}\n`),
    note: text => (notes += `${text}\n`),
    write: piece => {
      out += String(piece)
      return Promise.resolve()
    },
  }
  return { exitCode: await runCli(args, terminal), out, notes }
}

describe('import', () => {
  it('writes one trace file with a session for each file', async () => {
    const { exitCode, out, notes } = await run('import', 'cart.appmap.json', 'trace.json.gz', '-o', 'both.hscope')
    expect(exitCode, notes).toBe(0)
    expect(out).toMatch(/^[0-9a-f]{32} {2}appmap {2}3 events {2}checkout .*\n[0-9a-f]{32} {2}chrome {2}2 events {2}trace\.json\.gz\n$/)
    expect(notes).toContain('cart.appmap.json: times from the date of the recording.')
    expect(notes).toContain('  1 × member weather')
    expect(notes).toContain('  1 × phase N')
    const { stores, damage } = await readTraceFile(join(cwd, 'both.hscope'))
    expect(damage).toEqual([])
    expect(stores.map(store => store.tracks.filter(track => track.rows.length > 0).map(track => track.userCalls))).toEqual([[1], [1]])
    const query = await run('query', 'both.hscope')
    expect(query.exitCode, query.notes).toBe(0)
  })

  it('makes sessions of the project, which the other commands find', async () => {
    const { exitCode, out, notes } = await run('import', 'cart.appmap.json', '--name', 'before the fix', '--json')
    expect(exitCode, notes).toBe(0)
    const { session, place } = JSON.parse(out) as { session: string; place: string }
    expect(place).toBe(join(cwd, '.hindscope/sessions', session))
    expect(await listSessions(join(cwd, '.hindscope'))).toContain(session)
    expect(readdirSync(join(cwd, '.hindscope/importing'))).toEqual([])
    const query = await run('query', session, '--json')
    expect(query.out).toContain('"name":"Cart.total"')
    expect((await run('info', session)).out).toContain('before the fix')
  })

  it('imports what stands before a break, and says where it is', async () => {
    const { exitCode, notes } = await run('import', 'cut.json', '-o', 'cut.hscope')
    expect(exitCode).toBe(0)
    expect(notes).toMatch(
      /cut\.json warning \[hindscope:import-json\] The JSON breaks at byte \d+ \(line 1, column \d+\): .* What stands before is imported\./,
    )
  })

  it.each([
    [['broken.json'], 'import-json', 'line 3, column 22'],
    [['other.json'], 'import-format', 'it has the members lockfileVersion'],
    [['cart.appmap.json', 'other.json'], 'import-format', 'lockfileVersion'],
    [['nothing.json'], 'import-empty', 'chrome trace holds no event'],
    [['cart.appmap.json', '--format', 'chrome'], 'import-empty', 'member events'],
    [['cart.appmap.json', '--format', 'app'], 'cli-bad-option', 'Did you mean "appmap"?'],
    [['absent.json'], 'trace-unreadable', 'ENOENT'],
  ] as const)('%j is refused with %s', async (args, code, text) => {
    const { exitCode, out, notes } = await run('import', ...args, '-o', 'never.hscope')
    expect(exitCode).not.toBe(0)
    expect(out).toBe('')
    expect(notes).toContain(`[hindscope:${code}]`)
    expect(notes).toContain(text)
    expect(existsSync(join(cwd, 'never.hscope'))).toBe(false)
  })
})
