/**
 * A disk that is slow: the system's own `fdatasync` is held up, everything else is as it is. Acknowledgements wait for it, reading stops
 * before too much waits, and many recorders share what it does.
 */
import { mkdtemp, open, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSession } from '@hindscope/store'
import { TraceBuilder } from '@hindscope/testkit'
import { startCollector } from '../src/index.ts'
import type { Collector } from '../src/index.ts'
import { RecorderSocket } from './collector-child.ts'

let folder: string
let collector: Collector
const held: (() => void)[] = []
let isHeld = false
let slowMs = 0
let restore: () => void

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-slow-'))
  const file = await open(join(folder, 'any'), 'w')
  const prototype = Object.getPrototypeOf(file) as { datasync: FileHandle['datasync'] } // SAFE: the class of every file handle
  await file.close()
  const original = prototype.datasync
  prototype.datasync = async function (this: FileHandle) {
    if (isHeld) await new Promise<void>(resolve => held.push(resolve))
    if (slowMs > 0) await new Promise(resolve => setTimeout(resolve, slowMs))
    return original.call(this)
  }
  restore = () => (prototype.datasync = original)
  collector = await startCollector({ dataDir: folder, token: 't' })
})
afterEach(async () => {
  release()
  await collector.close()
  restore()
  await rm(folder, { recursive: true, force: true })
})

const hold = (): void => void (isHeld = true)
function release(): void {
  isHeld = false
  slowMs = 0
  for (const go of held.splice(0)) go()
}

test('nothing is acknowledged before it is durable, and one connection does not fill the memory', async () => {
  const realm = new TraceBuilder(collector.session).realm('page')
  // Each of about 4 MB; eight of them are the bound of a connection.
  for (let i = 0; i < 10; i++)
    realm
      .at(i)
      .console('log', [String(i).padEnd(4_000_000, 'y')])
      .seal()
  hold()
  const recorder = await RecorderSocket.connect(collector.ingestUrl, collector.session, 1)
  const chunks = realm.eventBytes()
  for (const bytes of chunks) recorder.say(bytes)
  await expect.poll(async () => (await collector.health()).heldConnections, { timeout: 10_000 }).toBe(1)
  const { waitingBytes } = await collector.health()
  expect(waitingBytes).toBeGreaterThan(32 * 1024 * 1024)
  expect(waitingBytes).toBeLessThan(10 * 4_000_100)
  expect(recorder.acknowledged).toEqual([])
  // Others are served as far as the disk goes.
  const other = await RecorderSocket.connect(collector.ingestUrl, collector.session, 2)
  expect(other.isOpen).toBe(true)
  release()
  await recorder.until(() => recorder.acknowledged.length === chunks.length)
  expect(await collector.health()).toMatchObject({ waitingBytes: 0, heldConnections: 0, chunks: chunks.length })
}, 60_000)

test('fifty recorders at once share the disk: all is stored, and nobody starves', async () => {
  const trace = new TraceBuilder(collector.session)
  const realms = Array.from({ length: 50 }, (_, index) => trace.realm(`worker ${index}`, 'node'))
  const chunks = realms.map(realm => {
    for (let i = 0; i < 20; i++)
      realm
        .at(i)
        .console('log', [`${i} `.padEnd(20_000, 'z')])
        .seal()
    return [realm.definitionsBytes(), ...realm.eventBytes()]
  })
  const recorders = await Promise.all(realms.map(({ realm }) => RecorderSocket.connect(collector.ingestUrl, collector.session, realm)))
  slowMs = 15
  let leastAtFirstEnd = Infinity
  let mostWaiting = 0
  await Promise.all(
    recorders.map(async (recorder, index) => {
      const own = chunks[index] ?? []
      // Four under way, as a recorder with a window has.
      for (let next = 0; next < own.length + 4; next++) {
        if (next >= 4) await recorder.until(() => recorder.acknowledged.length > next - 4)
        if (next < own.length) recorder.say(own[next] as Uint8Array)
        if (next === 8) mostWaiting = Math.max(mostWaiting, (await collector.health()).waitingBytes)
      }
      if (leastAtFirstEnd === Infinity) leastAtFirstEnd = Math.min(...recorders.map(each => each.acknowledged.length))
    }),
  )
  expect(leastAtFirstEnd).toBeGreaterThan(0)
  expect(mostWaiting).toBeLessThan(50 * 5 * 25_000)
  expect(await collector.health()).toMatchObject({ waitingBytes: 0, chunks: 50 * 21, duplicates: 0 })
  const { realms: rates } = await collector.health()
  expect(rates.filter(rate => rate.events === 20 && rate.connected)).toHaveLength(50)
  await collector.close()
  const store = await readSession(join(folder, 'sessions', collector.session))
  expect(store.tracks.map(track => track.rows.length)).toEqual(Array(50).fill(20))
  expect(store.damage).toEqual([])
}, 60_000)
