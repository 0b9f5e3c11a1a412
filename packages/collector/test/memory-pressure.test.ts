/** When which step is entered and left, and a collector with little memory that goes up and down all of them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSessionId, levelDigit } from '@hindscope/protocol'
import type { SessionSummary } from '@hindscope/protocol'
import { readSession } from '@hindscope/store'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import { nextStep } from '../src/memory-pressure.ts'
import type { MemoryStep } from '../src/memory-pressure.ts'
import { RecorderSocket, buildProgram, startChild } from './collector-child.ts'

test.each([
  [0, 79.9, 0],
  [0, 80, 1],
  [0, 99, 4],
  [1, 90, 2],
  [2, 95, 3],
  [3, 98, 4],
  [1, 75, 1],
  [1, 74.9, 0],
  [2, 85, 2],
  [2, 84.9, 1],
  [3, 90, 3],
  [3, 89.9, 2],
  [4, 90, 4],
  [4, 89.9, 2],
  [4, 40, 0],
] as const)('step %i at %d percent becomes %i', (now, percent, step) => {
  expect(nextStep(now, percent)).toBe(step)
})

test('a use that trembles by less than four points does not make a step flicker', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.array(fc.double({ min: -2, max: 1.9, noNaN: true }), { minLength: 2 }), (middle, trembles) => {
      const steps: MemoryStep[] = [nextStep(0, middle)]
      for (const tremble of trembles) steps.push(nextStep(steps.at(-1) ?? 0, middle + tremble))
      // It may go up while it trembles, never down again.
      expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    }),
  )
})

let folder: string
let program: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-memory-'))
  program = await buildProgram(folder, 'collector-process')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const LIMIT = 72 * 1024 * 1024
const CHUNKS = 200
/** Several looks at the memory. */
const STAYS_MS = 2_000

test('little memory: it records less, then takes nothing, loses nothing, and comes back when a session can go', async () => {
  const session = createSessionId(bytes => crypto.getRandomValues(bytes))
  const dataDir = join(folder, 'data')
  const collector = await startChild([process.execPath, program, dataDir, session, String(LIMIT)])
  try {
    const manifest = manifestOf('ab'.repeat(8), 'src/app.ts', [functionProbe('add', { line: 3 })], 'code')
    const realm = new TraceBuilder(session).realm('server', 'node').module(manifest)
    const recorder = await RecorderSocket.connect(collector.url, session, 1, { control: true })
    const told = (topic: string): unknown[] => recorder.heard.filter(message => message.topic === topic).map(message => message.body)
    recorder.say(realm.definitionsBytes())
    const paused = { state: 'paused', reason: 'memory' }
    // What is under way takes memory too, and is soon gone: it has come to the end only when it stays there.
    const isPaused = (): boolean => JSON.stringify(told('ingest').at(-1)) === JSON.stringify(paused)
    const stays = async (): Promise<boolean> => {
      if (isPaused()) await new Promise(resolve => setTimeout(resolve, STAYS_MS))
      return isPaused()
    }
    let sent = 0
    while (sent < CHUNKS && !(await stays())) {
      // Texts of their own, so that they are kept apart.
      realm.at(sent).console('log', [String(sent++).padEnd(1_000_000, String.fromCharCode(33 + (sent % 90)))])
      recorder.say(realm.eventBytes().at(-1) as Uint8Array)
      const wanted = sent - 3
      await recorder.until(() => recorder.acknowledged.length > wanted || isPaused())
    }
    const given = recorder.acknowledged.length
    expect(told('ingest').at(-1)).toEqual(paused)
    expect(given).toBeLessThan(CHUNKS)
    const { memory } = await collector.health()
    expect(memory).toMatchObject({ step: 4, limitBytes: LIMIT })
    expect(memory.entered.every(count => count >= 1)).toBe(true)
    const calls = [0, 1, levelDigit('calls')]
    expect(told('levels')).toContainEqual({ revision: 0, modules: { [manifest.module]: calls } })
    const summary = await collector.ask<SessionSummary>('session', { session })
    expect(summary.notes?.at(-1)).toMatchObject({ code: 'memory-pressure', message: expect.stringContaining('%') })
    expect(summary.notes?.at(-1)?.toMs).toBeUndefined()
    expect(collector.warnings()).toContain('memory-pressure')
    // Somebody else's chunks are not read; they come when there is room: the first session is not being recorded any more and goes.
    const later = createSessionId(bytes => crypto.getRandomValues(bytes))
    const other = RecorderSocket.connect(collector.url, later, 1)
    await expect.poll(async () => (await collector.health()).heldConnections, { timeout: 10_000 }).toBe(2)
    recorder.socket.terminate()
    const second = await other
    const small = new TraceBuilder(later).realm('server', 'node').at(1).console('log', ['small'])
    for (const bytes of [small.definitionsBytes(), ...small.eventBytes()]) second.say(bytes)
    await second.until(() => second.acknowledged.length === 2)
    // The session goes once it is idle, and its memory is seen to be free at the look after that.
    await expect.poll(async () => (await collector.health()).memory.step, { timeout: 20_000 }).toBeLessThan(4)
    expect((await collector.health()).memory.sessionsUnloaded).toBeGreaterThanOrEqual(1)
    // What was acknowledged is there, and can be asked for.
    expect((await collector.ask<SessionSummary>('session', { session })).events).toBeGreaterThanOrEqual(recorder.acknowledged.length - 1)
    await collector.kill()
    const store = await readSession(join(dataDir, 'sessions', session))
    const numbers = recorder.acknowledged.filter(number => number < CHUNKS)
    expect(numbers.filter(number => !store.hasChunk(1, number))).toEqual([])
    expect(store.notes.rows().every(note => note.code === 'memory-pressure')).toBe(true)
    expect(store.notes.size).toBeGreaterThan(0)
  } finally {
    await collector.kill()
  }
}, 60_000)
