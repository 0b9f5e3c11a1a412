/** The flight recorder over a real collector, a real server and a real page: what goes wrong in one realm keeps the time around it in all. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as esbuild } from 'esbuild'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { startCollector } from '@hindscope/collector'
import type { Collector } from '@hindscope/collector'
import { API_PATH } from '@hindscope/protocol'
import type { IncidentRow, SessionSummary } from '@hindscope/protocol'
import { readSession, readTraceFile } from '@hindscope/store'
import { createEngine } from '@hindscope/store/model'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import hindscopeEsbuild from 'hindscope/esbuild'

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

let scratch: string
let dataDir: string
let collector: Collector
let browser: Browser
let page: Page
let server: ChildProcess

function project(name: string): string {
  const root = join(scratch, name)
  cpSync(folder('./apps/incidents'), root, { recursive: true })
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(folder('../../packages/plugin'), join(root, 'node_modules/hindscope'))
  return root
}

function node(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): ChildProcess {
  const { NODE_ENV: _mode, ...inherited } = process.env
  const child = spawn(process.execPath, ['--import', 'hindscope/register', ...args], { cwd, env: { ...inherited, ...env, NODE_NO_WARNINGS: '1' } })
  // A process that prints into a full pipe stands still.
  child.stderr.resume()
  return child
}

const firstLine = (child: ChildProcess): Promise<string> => new Promise(resolve => child.stdout?.once('data', part => resolve(String(part).trim())))

beforeAll(async () => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'hindscope-incidents-')))
  const root = project('app')
  dataDir = join(root, '.hindscope')
  collector = await startCollector({ dataDir })
  await esbuild({
    entryPoints: [join(root, 'page.js')],
    outfile: join(root, 'page.out.js'),
    bundle: true,
    format: 'iife',
    platform: 'browser',
    absWorkingDir: root,
    plugins: [hindscopeEsbuild({ dataDir, production: true })],
  })
  server = node(['server.mjs'], root, { HINDSCOPE_DIR: dataDir, PAGE: join(root, 'page.out.js') })
  const address = await firstLine(server)
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
  page = await browser.newPage()
  await page.goto(address)
  await vi.waitFor(async () => expect((await summary()).tracks.filter(track => track.connected)).toHaveLength(2), { timeout: 10_000 })
})
afterAll(async () => {
  await browser.close()
  server.kill()
  await collector.close()
  rmSync(scratch, { recursive: true, force: true })
})

const summary = (): Promise<SessionSummary> => collector.engine.session({ session: collector.session })
const incidents = (): Promise<readonly IncidentRow[]> => collector.engine.incidents({ session: collector.session })
const ask = (path: string): Promise<number> => page.evaluate(`ask('${path}')`)

/** The next incident, once it is closed; its window is over then. */
async function next(happen: () => Promise<unknown>): Promise<IncidentRow> {
  const before = (await incidents()).length
  await happen()
  let row: IncidentRow | undefined
  await vi.waitFor(
    async () => {
      const all = await incidents()
      expect(all).toHaveLength(before + 1)
      row = all[0]
      expect(row?.closed).toBe(true)
    },
    { timeout: 15_000, interval: 100 },
  )
  return row as IncidentRow // SAFE: seen above
}

/** How many calls of this function the window has, and how long before the incident the first of them was. */
async function callsIn(row: IncidentRow, name: string): Promise<{ readonly before: number; readonly after: number }> {
  const window = { session: collector.session, fromUs: row.fromUs, toUs: row.untilUs, function: name, kinds: ['callEnter'] as const, limit: 1000 }
  const { rows } = await collector.engine.events(window)
  return { before: rows.filter(({ timeUs }) => timeUs < row.atUs).length, after: rows.filter(({ timeUs }) => timeUs > row.atUs).length }
}

const states = (row: IncidentRow): readonly string[] => row.realms.map(({ state }) => state)

test('nothing but definitions leaves the realms while all is well', async () => {
  for (let i = 0; i < 5; i++) expect(await ask('/work')).toBe(200)
  await page.waitForTimeout(400)
  const { tracks, events } = await summary()
  expect(tracks.map(track => track.realmKind).sort()).toEqual(['node', 'page'])
  expect(events).toBe(0)
  expect(await incidents()).toEqual([])
})

test("a server's 500 keeps the last seconds of the page too, and the second after", async () => {
  const row = await next(() => ask('/fail'))
  expect(row.causes).toMatchObject([{ cause: 'httpServerError', count: 1, title: expect.stringContaining('500') }])
  expect(states(row)).toEqual(['kept', 'kept'])
  const server = await callsIn(row, 'work')
  expect(server.before).toBeGreaterThanOrEqual(6)
  const glances = await callsIn(row, 'glance')
  expect(glances.before).toBeGreaterThan(10)
  expect(glances.after).toBeGreaterThan(5)
  expect((await summary()).dropped).toBe(0)
})

test('after the window the realms hold again', async () => {
  const before = (await summary()).events
  await page.waitForTimeout(500)
  expect((await summary()).events).toBe(before)
})

test('an assertion that fails and is caught is an incident', async () => {
  const row = await next(() => ask('/assert'))
  expect(row.causes).toMatchObject([{ cause: 'assertion', count: 1, location: { file: 'server.mjs' } }])
  expect(states(row)).toEqual(['kept', 'kept'])
})

test('the program and somebody outside mark a moment', async () => {
  const inside = await next(() => ask('/mark'))
  expect(inside.causes).toMatchObject([{ cause: 'mark', title: expect.stringContaining('from the program') }])
  const outside = await next(async () => {
    const address = `${collector.url}${API_PATH}mark?token=${collector.token}`
    const response = await fetch(address, { method: 'POST', body: JSON.stringify({ session: collector.session, label: 'from outside' }) })
    expect(response.status).toBe(200)
  })
  expect(outside.causes).toMatchObject([{ cause: 'mark', title: 'from outside' }])
  expect([...states(inside), ...states(outside)]).toEqual(['kept', 'kept', 'kept', 'kept'])
})

test('ten thousand of the same are one incident with a count', async () => {
  const row = await next(() => ask('/console'))
  expect(row.causes).toMatchObject([{ cause: 'consoleError', count: 10_000 }])
})

test('a rejection that ends the process is complete, with what the page kept', async () => {
  const ended = new Promise(resolve => server.once('exit', resolve))
  const row = await next(() => ask('/reject').catch(() => 0))
  expect(await ended).toBe(1)
  expect(row.causes.map(({ cause }) => cause)).toContain('unhandledRejection')
  expect(states(row)).toEqual(['kept', 'kept'])
  const last = await collector.engine.events({ session: collector.session, kinds: ['realmEnd', 'unhandledRejection'], limit: 10 })
  expect(last.rows.map(({ kind }) => kind)).toEqual(['unhandledRejection', 'realmEnd'])
  expect((await callsIn(row, 'glance')).before).toBeGreaterThan(5)
})

test('incidents, answers and gaps are in the session folder', async () => {
  const store = await readSession(join(dataDir, 'sessions', collector.session))
  const read = await createEngine([store]).incidents({ session: collector.session })
  expect(read).toEqual(await incidents())
  expect(read.length).toBeGreaterThan(5)
})

async function runAlone(name: string, args: readonly string[]): Promise<{ readonly rows: readonly IncidentRow[]; readonly session: SessionSummary }> {
  const root = project(name)
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const alone = join(root, '.hindscope')
  await new Promise(resolve => node(['script.mjs', ...args], root, { HINDSCOPE_DIR: alone }).once('close', resolve))
  const [file = ''] = readdirSync(join(alone, 'traces'))
  const { stores, damage } = await readTraceFile(join(alone, 'traces', file))
  expect(damage).toEqual([])
  const engine = createEngine(stores)
  const [session] = await engine.sessions()
  if (session === undefined) throw new TypeError('no session')
  return { rows: await engine.incidents(session), session }
}

test.each([
  ['fail', 'consoleError'],
  // Node reports what a module throws as the rejection of its evaluation.
  ['throw', 'unhandledRejection'],
])('without a collector the window is in the trace file: %s', async (argument, cause) => {
  const { rows, session } = await runAlone(argument, [argument])
  expect(rows).toMatchObject([{ closed: true, realms: [{ state: 'kept' }] }])
  expect(rows[0]?.causes.map(each => each.cause)).toContain(cause)
  expect(session.calls).toBe(500)
})

test('without a collector and without an incident the file says what was not kept', async () => {
  const { rows, session } = await runAlone('well', [])
  expect(rows).toEqual([])
  expect(session).toMatchObject({ calls: 0, events: 0, dropped: 0 })
  expect(session.tracks[0]?.gaps).toMatchObject([{ events: expect.any(Number) }])
  expect(session.tracks[0]?.gaps?.[0]?.events).toBeGreaterThan(1000)
})
