/** Programs whose clocks are apart, each with the real recorder: how far is found out, shown, and there after reading back. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TrackSummary } from '@hindscope/protocol'
import { readSession } from '@hindscope/store'
import { summarize } from '@hindscope/store/model'
import { startCollector } from '../src/index.ts'
import type { Collector } from '../src/index.ts'
import { RecorderSocket, buildProgram } from './collector-child.ts'

let folder: string
let collector: Collector

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-clocks-'))
  collector = await startCollector({ dataDir: join(folder, 'data'), token: 't' })
})
afterEach(async () => {
  await collector.close()
  await rm(folder, { recursive: true, force: true })
})

const AHEAD_US = 5_000_000

test('a clock that is ahead by five seconds is found out, another one is not taken for it', async () => {
  const program = await buildProgram(folder, 'recorded-process')
  const run = (name: string, ...args: string[]): (() => Promise<void>) => {
    const { HINDSCOPE_DIR: _none, ...env } = process.env
    const child = spawn(process.execPath, [program, collector.ingestUrl, collector.session, name, ...args], {
      stdio: ['pipe', 'ignore', 'inherit'],
      cwd: folder,
      env,
    })
    return () => new Promise(resolve => child.once('exit', () => resolve()).stdin.end())
  }
  const ends = [run('ahead', String(AHEAD_US / 1000)), run('plain')]
  const clocks = (tracks: readonly TrackSummary[]): Record<string, TrackSummary['clock']> =>
    Object.fromEntries(tracks.map(track => [track.name, track.clock]))
  const shown = async (): Promise<ReturnType<typeof clocks>> => clocks((await collector.engine.session({ session: collector.session })).tracks)
  await expect.poll(async () => Object.values(await shown()).filter(clock => clock !== undefined).length, { timeout: 15_000 }).toBe(2)
  const { ahead, plain } = await shown()
  expect(Math.abs((ahead?.offsetUs ?? NaN) - AHEAD_US)).toBeLessThanOrEqual((ahead?.errorUs ?? NaN) + 2000)
  expect(Math.abs(plain?.offsetUs ?? NaN)).toBeLessThanOrEqual((plain?.errorUs ?? NaN) + 2000)
  expect(ahead?.errorUs).toBeLessThan(1_000_000)
  expect((await collector.health()).realms.filter(realm => realm.clock !== undefined)).toHaveLength(2)
  for (const end of ends) await end()
  await collector.close()
  const again = summarize(await readSession(join(folder, 'data', 'sessions', collector.session)))
  expect(Object.keys(clocks(again.tracks)).sort()).toEqual(['ahead', 'plain'])
  expect(Math.abs((clocks(again.tracks)['ahead']?.offsetUs ?? NaN) - AHEAD_US)).toBeLessThan(1_000_000)
  // Events keep the times that their own clock gave them.
  const track = again.tracks.find(each => each.name === 'ahead')
  expect((track?.firstUs ?? 0) - Date.now() * 1000).toBeGreaterThan(AHEAD_US - 60_000_000)
}, 40_000)

test('answers that are none are ignored, and nobody is asked who takes no messages', async () => {
  const silent = await RecorderSocket.connect(collector.ingestUrl, collector.session, 1)
  const odd = await RecorderSocket.connect(collector.ingestUrl, collector.session, 2, { control: true })
  await odd.until(() => odd.heard.some(message => message.topic === 'levels'))
  const [{ revision = 0 } = {}] = odd.heard.filter(message => message.topic === 'levels').map(message => message.body as { revision: number })
  expect(revision).toBeLessThan(0)
  for (const body of [null, { revision, changed: 0 }, { revision, changed: 0, atUs: 'soon' }, { revision: revision - 7, changed: 0, atUs: 1 }])
    odd.say({ kind: 'report', topic: 'levels', body })
  odd.say({ kind: 'of-a-later-version' })
  await expect.poll(() => collector.stats.ignored, { timeout: 10_000 }).toBe(2)
  expect(silent.heard.map(message => message.kind)).toEqual(['hello-ok'])
  expect(odd.heard.filter(message => message.topic === 'levels')).toHaveLength(1)
})
