/**
 * Whatever happens on the way – repeats, wrong order, cut connections, files beside sockets, a collector that is killed – every acknowledged
 * chunk is stored, and none twice.
 */
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ChunkType, createSessionId, decodeChunk } from '@hindscope/protocol'
import { readSession } from '@hindscope/store'
import { TraceBuilder } from '@hindscope/testkit'
import { RecorderSocket, buildProgram, startChild, storedChunks } from './collector-child.ts'
import type { CollectorChild } from './collector-child.ts'

let folder: string
let program: string
let collector: CollectorChild | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-once-'))
  program = await buildProgram(folder, 'collector-process')
})
afterAll(async () => {
  await collector?.kill()
  await rm(folder, { recursive: true, force: true })
})

const REALMS = 3
const CHUNKS = 12

const freshSession = (): string => createSessionId(bytes => crypto.getRandomValues(bytes))

/** Definitions first, then CHUNKS chunks of three events, by realm. */
function makeTrace(session: string): readonly (readonly Uint8Array[])[] {
  const trace = new TraceBuilder(session)
  return Array.from({ length: REALMS }, (_, index) => {
    const realm = trace.realm(`realm ${index}`)
    for (let i = 0; i < CHUNKS; i++) {
      for (let k = 0; k < 3; k++) realm.at(i * 10 + k).console('log', [`${index} ${i} ${k} ${'x'.repeat(i * 900)}`])
      realm.seal()
    }
    return [realm.definitionsBytes(), ...realm.eventBytes()]
  })
}

const arbitraryChunk = fc.record({ realm: fc.nat(REALMS - 1), chunk: fc.nat(CHUNKS) })
const arbitraryStep = fc.oneof(
  { weight: 12, arbitrary: arbitraryChunk.map(place => ({ kind: 'send', ...place }) as const) },
  { weight: 2, arbitrary: arbitraryChunk.map(place => ({ kind: 'cut', ...place }) as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('file' as const),
      chunks: fc.array(arbitraryChunk, { minLength: 1, maxLength: 6 }),
      isCut: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.array(arbitraryChunk, { minLength: 1, maxLength: 4 }).map(chunks => ({ kind: 'beacon', chunks }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' } as const) },
)

test('every acknowledged chunk is there once, whatever the way and whenever the collector dies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryStep, { minLength: 30, maxLength: 60, size: 'max' }), async steps => {
      const session = freshSession()
      const dataDir = join(folder, session.slice(0, 8))
      const chunks = makeTrace(session)
      const bytesOf = ({ realm, chunk }: { realm: number; chunk: number }): Uint8Array => chunks[realm]?.[chunk] as Uint8Array
      const sockets = new Map<number, RecorderSocket>()
      const acknowledged = new Set<string>()
      const spool = join(dataDir, 'spool')
      await mkdir(spool, { recursive: true })
      let files = 0
      collector = await startChild([process.execPath, program, dataDir, session])
      const socketOf = async (realm: number): Promise<RecorderSocket> => {
        const known = sockets.get(realm)
        if (known?.isOpen === true) return known
        if (known !== undefined) gather(realm, known)
        const socket = await RecorderSocket.connect((collector as CollectorChild).url, session, realm + 1)
        sockets.set(realm, socket)
        // As a recorder does after each connection.
        socket.say(bytesOf({ realm, chunk: 0 }))
        return socket
      }
      const gather = (realm: number, { acknowledged: numbers }: RecorderSocket): void => {
        for (const number of numbers) if (number < CHUNKS) acknowledged.add(`${realm + 1} ${number}`)
      }
      const drop = (): void => {
        for (const [realm, socket] of sockets) gather(realm, socket)
        sockets.clear()
      }
      for (const step of steps) {
        if (step.kind === 'send') (await socketOf(step.realm)).say(bytesOf(step))
        else if (step.kind === 'cut') {
          const socket = await socketOf(step.realm)
          socket.cutWithin(bytesOf(step))
          await socket.closed
        } else if (step.kind === 'file') {
          const whole = Buffer.concat(step.chunks.map(bytesOf))
          const draft = join(dataDir, 'draft')
          await writeFile(draft, step.isCut ? whole.subarray(0, whole.length - 7) : whole)
          await rename(draft, join(spool, `${session}-${files++}.hscope`))
        } else if (step.kind === 'beacon') {
          const body = Buffer.concat(step.chunks.map(bytesOf))
          const answer = await fetch(`${collector.url.replace('ws:', 'http:')}/ingest-beacon?token=t`, { method: 'POST', body })
          expect(await answer.json()).toEqual({ result: { stored: step.chunks.length, damaged: 0 } })
          for (const { realm, chunk } of step.chunks) if (chunk > 0) acknowledged.add(`${realm + 1} ${chunk - 1}`)
        } else {
          await collector.kill()
          await Promise.all([...sockets.values()].map(socket => socket.closed))
          drop()
          const store = await readSession(join(dataDir, 'sessions', session))
          expect([...acknowledged].filter(key => !store.hasChunk(...(key.split(' ').map(Number) as [number, number])))).toEqual([])
          collector = await startChild([process.execPath, program, dataDir, session])
        }
      }
      // In the end each realm gets everything acknowledged, as its recorder would insist.
      for (let realm = 0; realm < REALMS; realm++) {
        const socket = await socketOf(realm)
        const before = socket.acknowledged.length
        for (const bytes of chunks[realm] ?? []) socket.say(bytes)
        expect(await socket.until(() => socket.acknowledged.length >= before + CHUNKS + 1)).toBe(true)
      }
      await collector.kill()
      drop()
      const dir = join(dataDir, 'sessions', session)
      const { chunks: stored } = await storedChunks(dir)
      const keys = stored.map(chunk => `${chunk.type} ${chunk.realm} ${chunk.number}`)
      expect(new Set(keys).size).toBe(keys.length)
      expect(stored.filter(chunk => chunk.type === ChunkType.definitions)).toHaveLength(REALMS)
      const store = await readSession(dir)
      expect(store.duplicates).toBe(0)
      expect(store.tracks.map(track => [track.rows.length, track.dropped])).toEqual(Array(REALMS).fill([CHUNKS * 3, 0]))
      for (const track of store.tracks) expect(track.seqOf(track.rows.length - 1)).toBe(CHUNKS * 3 - 1)
    }),
    { numRuns: 3, endOnFailure: true },
  )
}, 60_000)

test('two realms of one number: the second is refused and told of, nothing is replaced', async () => {
  const session = freshSession()
  const dataDir = join(folder, 'conflict')
  const first = makeTrace(session)[0] as readonly [Uint8Array, Uint8Array, Uint8Array]
  const impostor = new TraceBuilder(session).realm('impostor').at(5).console('log', ['someone else']).eventBytes()[0] as Uint8Array
  expect(decodeChunk(impostor).number).toBe(0)
  collector = await startChild([process.execPath, program, dataDir, session])
  const [one, other] = [await RecorderSocket.connect(collector.url, session, 1), await RecorderSocket.connect(collector.url, session, 1)]
  for (const bytes of first.slice(0, 3)) one.say(bytes)
  await one.until(() => one.acknowledged.length === 3)
  other.say(impostor)
  await other.until(() => other.heard.some(message => message.kind === 'refused'))
  expect(other.heard.at(-1)).toMatchObject({ kind: 'refused', code: 'chunk-conflict' })
  // A repeat of the first is none.
  one.say(first[1])
  await one.until(() => one.acknowledged.length === 4)
  const { health } = collector
  const conflict = { code: 'chunk-conflict', message: expect.stringContaining('chunk 0 of realm 00000001') }
  await expect.poll(health, { timeout: 10_000 }).toMatchObject({ conflicts: 1, duplicates: 1 })
  const summary = async (): Promise<unknown> => (collector as CollectorChild).ask('session', { session })
  await expect.poll(summary, { timeout: 10_000 }).toMatchObject({ events: 6, damage: [conflict], notes: [conflict] })
  // In a file it stays beside the others.
  await mkdir(join(dataDir, 'spool'), { recursive: true })
  await writeFile(join(dataDir, 'spool', `${session}-x.hscope`), impostor)
  await expect.poll(() => readdir(join(dataDir, 'spool')), { timeout: 10_000 }).toEqual([expect.stringMatching(/\.damaged-/)])
  const [kept = ''] = await readdir(join(dataDir, 'spool'))
  expect(await readFile(join(dataDir, 'spool', kept))).toEqual(Buffer.from(impostor))
  await collector.kill()
  const store = await readSession(join(dataDir, 'sessions', session))
  expect(store.damage).toMatchObject([conflict])
  expect(store.tracks[0]?.rows.length).toBe(6)
}, 30_000)
