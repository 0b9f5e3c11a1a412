/**
 * A disk that takes nothing more: really full (a tmpfs of its own), a limit of the system on file sizes, a folder that cannot be made.
 * Recording pauses and says so, what is stored stays whole, and it goes on by itself.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ChunkType, createSessionId } from '@hindscope/protocol'
import type { SessionSummary } from '@hindscope/protocol'
import { readSession } from '@hindscope/store'
import { TraceBuilder } from '@hindscope/testkit'
import { RecorderSocket, buildProgram, startChild, storedChunks } from './collector-child.ts'
import type { CollectorChild } from './collector-child.ts'

let folder: string
let program: string
let collector: CollectorChild | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-full-'))
  program = await buildProgram(folder, 'collector-process')
})
afterAll(async () => {
  await collector?.kill()
  await rm(folder, { recursive: true, force: true })
  await rm(MOUNT, { recursive: true, force: true })
})

const CHUNKS = 40
const freshSession = (): string => createSessionId(bytes => crypto.getRandomValues(bytes))

/** Definitions and CHUNKS chunks of about 30 KB. */
function makeChunks(session: string, realmNumber = 1): readonly Uint8Array[] {
  const trace = new TraceBuilder(session)
  for (let i = 1; i < realmNumber; i++) trace.realm('other')
  const realm = trace.realm('server', 'node')
  for (let i = 0; i < CHUNKS; i++)
    realm
      .at(i)
      .console('log', [`${i} ${String.fromCharCode(65 + (i % 26)).repeat(30_000)}`])
      .seal()
  return [realm.definitionsBytes(), ...realm.eventBytes()]
}

interface FullDisk {
  readonly name: string
  /** Why it cannot be had here; empty when it can. */
  readonly missing: string
  command(session: string): readonly [string, ...string[]]
  /** The data folder as this process sees it. */
  dataDir(pid: number): string
  makeRoom(pid: number): Promise<void>
}

const MOUNT = join(tmpdir(), 'hindscope-full-mount')
const run = (file: string, ...args: string[]): string => {
  const { status, stderr, error } = spawnSync(file, args, { encoding: 'utf8' })
  return status === 0 ? '' : (error?.message ?? (stderr || `${file} ends with ${status}`)).trim()
}
const namespaced = (script: string, ...args: string[]): readonly [string, ...string[]] => ['unshare', '-Urm', 'sh', '-c', script, ...args]

const disks: readonly FullDisk[] = [
  {
    name: 'a full file system',
    missing: run('unshare', '-Urm', 'sh', '-c', 'mkdir -p "$0" && mount -t tmpfs -o size=2m none "$0"', MOUNT),
    command: session =>
      [
        ...namespaced(
          'mkdir -p "$0" && mount -t tmpfs -o size=2m none "$0" && dd if=/dev/zero of="$0/ballast" bs=1024 count=1500 2>/dev/null && exec "$1" "$2" "$0/data" "$3"',
          MOUNT,
          process.execPath,
          program,
          session,
        ),
      ] as const,
    dataDir: pid => `/proc/${pid}/root${MOUNT}/data`,
    makeRoom: pid => rm(`/proc/${pid}/root${MOUNT}/ballast`),
  },
  {
    name: 'a limit on file sizes',
    missing: run('prlimit', '--fsize=600000:', 'true'),
    command: session => ['prlimit', '--fsize=600000:', process.execPath, program, join(folder, 'limited'), session],
    dataDir: () => join(folder, 'limited'),
    makeRoom: async pid => expect(run('prlimit', '--pid', String(pid), '--fsize=unlimited:')).toBe(''),
  },
]

for (const disk of disks) {
  if (disk.missing !== '') console.warn(`not tested here: ${disk.name} (${disk.missing})`)
  test.skipIf(disk.missing !== '')(
    `${disk.name}: recording pauses with a message, nothing stored is harmed, and it goes on when there is room`,
    async () => {
      const session = freshSession()
      const chunks = makeChunks(session)
      collector = await startChild(disk.command(session))
      const pid = collector.child.pid as number
      const dir = join(disk.dataDir(pid), 'sessions', session)
      const recorder = await RecorderSocket.connect(collector.url, session, 1, { control: true })
      const told = (): unknown[] => recorder.heard.filter(message => message.topic === 'ingest').map(message => message.body)
      for (const bytes of chunks) recorder.say(bytes)
      await recorder.until(() => told().length > 0)
      expect(told()).toEqual([{ state: 'paused', reason: 'disk-full' }])
      await expect.poll(collector.health, { timeout: 10_000 }).toMatchObject({
        disk: { paused: [{ session, reason: 'disk-full', message: expect.stringMatching(/ENOSPC|EFBIG/) }] },
      })
      // What fits is taken; then it is tried again, and again in vain.
      const attempts = async (): Promise<number> => (await (collector as CollectorChild).health()).disk.paused[0]?.attempts ?? 0
      await expect.poll(attempts, { timeout: 10_000 }).toBeGreaterThan(1)
      // It shows while it lasts.
      const summary = (): Promise<SessionSummary> => (collector as CollectorChild).ask('session', { session })
      expect((await summary()).notes).toEqual([{ code: 'ingest-paused', message: expect.stringMatching(/ENOSPC|EFBIG/), fromMs: expect.any(Number) }])
      await expect.poll(collector.warnings, { timeout: 10_000 }).toContain(`Recording of session ${session} is paused`)
      const acknowledged = recorder.acknowledged.length
      expect(acknowledged).toBeGreaterThan(5)
      expect(acknowledged).toBeLessThan(CHUNKS)
      expect(recorder.isOpen).toBe(true)
      // Nothing but whole chunks lies there, and all that was acknowledged.
      const { chunks: stored, damage } = await storedChunks(dir)
      expect(damage).toEqual([])
      expect(stored.length).toBeGreaterThanOrEqual(acknowledged)
      await disk.makeRoom(pid)
      await recorder.until(() => recorder.acknowledged.length === CHUNKS + 1)
      await recorder.until(() => told().length >= 2)
      expect(told().at(-1)).toEqual({ state: 'taking' })
      await expect.poll(async () => (await summary()).notes?.at(-1)?.toMs, { timeout: 10_000 }).toEqual(expect.any(Number))
      expect((await collector.health()).disk.paused).toEqual([])
      const all = await storedChunks(dir)
      const numbers = all.chunks.filter(chunk => chunk.type === ChunkType.events).map(chunk => chunk.number)
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: CHUNKS }, (_, i) => i))
      expect(all.damage).toEqual([])
      const store = await readSession(dir)
      expect([store.damage, store.notes.size > 0]).toEqual([[], true])
      await collector.kill()
    },
    30_000,
  )
}

test('a session whose folder cannot be made waits for it; the others go on', async () => {
  const [own, other] = [freshSession(), freshSession()]
  const dataDir = join(folder, 'blocked')
  await mkdir(join(dataDir, 'sessions'), { recursive: true })
  await writeFile(join(dataDir, 'sessions', other), 'a file where the folder should be')
  collector = await startChild([process.execPath, program, dataDir, own])
  const blocked = await RecorderSocket.connect(collector.url, other, 1, { control: true })
  const free = await RecorderSocket.connect(collector.url, own, 1)
  for (const bytes of makeChunks(other).slice(0, 3)) blocked.say(bytes)
  for (const bytes of makeChunks(own).slice(0, 3)) free.say(bytes)
  await free.until(() => free.acknowledged.length === 3)
  await expect
    .poll(collector.health, { timeout: 10_000 })
    .toMatchObject({ disk: { paused: [{ session: other, reason: 'disk-failed', attempts: 2 }] } })
  expect(await collector.ask<SessionSummary[]>('sessions', {})).toMatchObject([{ session: own, events: 2 }])
  expect(blocked.acknowledged).toEqual([])
  await rm(join(dataDir, 'sessions', other))
  await blocked.until(() => blocked.acknowledged.length === 3)
  const told = (): unknown[] => blocked.heard.filter(message => message.topic === 'ingest').map(message => message.body)
  await blocked.until(() => told().length > 1)
  expect(told()).toEqual([{ state: 'paused', reason: 'disk-failed' }, { state: 'taking' }])
  await collector.kill()
  expect((await readSession(join(dataDir, 'sessions', other))).tracks[0]?.rows.length).toBe(2)
}, 30_000)

test('a collector that closes while the disk is full ends, and acknowledges nothing that is not stored', async () => {
  const disk = disks.find(each => each.missing === '' && each.name.includes('limit'))
  if (disk === undefined) return
  const session = freshSession()
  const dataDir = join(folder, 'closing')
  collector = await startChild(['prlimit', '--fsize=600000:', process.execPath, program, dataDir, session])
  const recorder = await RecorderSocket.connect(collector.url, session, 1)
  for (const bytes of makeChunks(session)) recorder.say(bytes)
  await expect.poll(collector.health, { timeout: 10_000 }).toMatchObject({ disk: { paused: [{ session }] } })
  const exited = new Promise(resolve => (collector as CollectorChild).child.once('exit', resolve))
  collector.child.kill('SIGTERM')
  expect(await exited).toBe(0)
  await recorder.closed
  const store = await readSession(join(dataDir, 'sessions', session))
  expect(store.damage).toEqual([])
  expect(recorder.acknowledged.filter(number => number < CHUNKS && !store.hasChunk(1, number))).toEqual([])
}, 30_000)
