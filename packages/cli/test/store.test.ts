/** `hindscope store …` in this process, over sessions that were recorded into a folder. */
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSession } from '@hindscope/store'
import { TraceBuilder } from '@hindscope/testkit'
import { runCli } from '../src/index.ts'
import type { Terminal } from '../src/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'hindscope-store-cli-'))
const sessions = join(cwd, '.hindscope', 'sessions')
const [OLD, NEW] = ['a1'.repeat(16), 'b2'.repeat(16)]
const DAY_MS = 86_400_000

async function record(session: string, ageDays: number): Promise<void> {
  const trace = new TraceBuilder(session, (Date.now() - ageDays * DAY_MS) * 1000)
  const realm = trace.realm('page')
  for (let i = 0; i < 3; i++)
    realm
      .at(i)
      .console('log', [`line ${i}`])
      .seal()
  const { writer } = await openSession(join(sessions, session), { segmentBytes: 100 })
  for (const bytes of trace.chunkBytes()) await writer.append(bytes)
  await writer.close()
}

beforeAll(async () => {
  await record(OLD, 30)
  await record(NEW, 1)
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
    write: () => Promise.resolve(),
  }
  return { exitCode: await runCli(['store', ...args], terminal), out, notes }
}

describe('store', () => {
  it('tells what the sessions hold, and of one by its first digits', async () => {
    const { exitCode, out } = await run('stats', '--json')
    const rows = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
    expect(exitCode).toBe(0)
    expect(rows.map(({ session, events, segments, rawSegments }) => [session, events, segments, rawSegments])).toEqual([
      [OLD, 3, 4, 0],
      [NEW, 3, 4, 0],
    ])
    expect((await run('stats', 'b2')).out).toMatch(/^b2b2b2b2: 3 events, 0 errors, .*\n {2}4 segments, 0 not sealed, 4 blocks/)
    expect(await run('stats', 'c')).toMatchObject({ exitCode: 1, notes: expect.stringContaining('no session c') })
  })

  it('compacts, finds damage, and repairs', async () => {
    expect((await run('compact', NEW)).out).toContain('4 merged')
    const segments = join(sessions, NEW, 'segments')
    expect(await readdir(segments)).toEqual(['000001.sealed.hscope'])
    expect(await run('verify', NEW)).toMatchObject({ exitCode: 0, out: expect.stringContaining('whole, 1 file, 4 chunks, 3 events') })
    const path = join(segments, '000001.sealed.hscope')
    await writeFile(path, (await readFile(path)).subarray(0, -3))
    expect(await run('verify', NEW)).toMatchObject({ exitCode: 1, out: expect.stringContaining('block-truncated') })
    expect((await run('rebuild', NEW)).out).toContain('segments/000001.sealed.hscope, session.json')
    expect((await run('verify', NEW)).exitCode).toBe(0)
  })

  it('prunes by its options and by the config, or only says so', async () => {
    expect(await run('prune', '--max-age', 'soon')).toMatchObject({ exitCode: 2, notes: expect.stringContaining('ages like 7d') })
    expect((await run('prune')).out).toBe('Freed 0 B.\n')
    await writeFile(join(cwd, 'hindscope.config.mjs'), `export default { retention: { maxAge: '7d' } }`)
    expect((await run('prune', '--dry-run')).out).toMatch(/^a1a1a1a1: whole session, .* \(age\)\nWould free /)
    expect(await readdir(sessions)).toHaveLength(2)
    expect((await run('prune', '--json')).out).toContain(`"session":"${OLD}"`)
    expect(await readdir(sessions)).toEqual([NEW])
  })
})
