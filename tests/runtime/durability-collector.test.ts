/** A collector that is killed, away, or slow, with programs that go on recording: real processes, and what the collector's folder holds. */
import { createServer, connect } from 'node:net'
import type { Server, Socket } from 'node:net'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createRequire } from 'node:module'
import { startCollector } from '@hindscope/collector'
import type { CollectorAddress } from '@hindscope/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Grave, distinct, numbersIn } from './mortal-programs.ts'
import type { KeptChunk } from './mortal-programs.ts'

const SESSION = 'cd'.repeat(16)
const collectorUrl = pathToFileURL(createRequire(import.meta.url).resolve('@hindscope/collector')).href

let grave: Grave
const children: ChildProcess[] = []
const servers: Server[] = []
beforeEach(() => {
  grave = new Grave()
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const server of servers.splice(0)) server.close()
  grave.remove()
})

/** Waits for this line of a collector. */
const heard = (child: ChildProcess, line: string): Promise<void> =>
  new Promise(resolve => {
    child.stdout?.on('data', (text: Buffer) => {
      if (text.toString().includes(line)) resolve()
    })
  })

/** A collector in a process of its own, at a port and with a token of its own choice. */
async function spawnCollector(): Promise<ChildProcess> {
  const file = join(grave.dir, 'collector.mjs')
  const program = `import { startCollector } from ${JSON.stringify(collectorUrl)}
    const { engine } = await startCollector({ dataDir: ${JSON.stringify(grave.dataDir)}, session: '${SESSION}' }); console.log('listening')
    const timer = setInterval(async () => {
      const { tracks } = await engine.session({ session: '${SESSION}' })
      if (tracks.some(({ connected }) => connected)) { console.log('connected'); clearInterval(timer) }
    }, 50)`
  writeFileSync(file, program)
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await heard(child, 'listening')
  return child
}

const killed = (child: ChildProcess): Promise<void> =>
  new Promise(resolve => {
    child.once('close', () => resolve())
    child.kill('SIGKILL')
  })

/** Takes what is spooled, and closes: after it the folder says all. */
async function settle(): Promise<void> {
  const last = await startCollector({ dataDir: grave.dataDir, session: SESSION })
  await last.close()
}

/** Event chunks of the program, each once and in order; fails on repeats. */
function kept(): KeptChunk[] {
  const chunks = grave.chunks('sessions').filter(({ chunk }) => chunk.recordCount > 0)
  const once = distinct(chunks)
  expect(chunks).toHaveLength(once.length)
  return once
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/** Calls `f` in bursts until told to end by a file, and says how many calls there were. */
const STEADY = `
import { existsSync } from 'node:fs'
const timer = setInterval(() => {
  calls(200)
  if (existsSync('end')) { clearInterval(timer); say('total', next, JSON.stringify(recorder.stats())) }
}, 10)`

test('a collector that is killed and comes back at another address misses nothing and keeps nothing twice', async () => {
  let collector = await spawnCollector()
  const program = grave.start(STEADY)
  const said = async (lines: number): Promise<void> => {
    while (program.lines.length < lines) await new Promise(resolve => setTimeout(resolve, 10))
  }
  for (let round = 1; round <= 2; round++) {
    await said(round * 200)
    await killed(collector)
    await said(round * 200 + 100)
    collector = await spawnCollector()
    await heard(collector, 'connected')
  }
  writeFileSync(join(grave.dir, 'end'), '')
  const ended = await program.ended
  await killed(collector)
  await settle()
  const total = Number(/^total (\d+)/.exec(ended.words[0] ?? '')?.[1])
  expect(total).toBeGreaterThan(0)
  expect(numbersIn(kept())).toEqual(upTo(total))
  expect(ended.words[0]).toContain('"dropped":0')
  expect(grave.files('spool')).toEqual([])
}, 90_000)

test('a fast program whose collector is away keeps to its bounds, drops the oldest and tells how many', async () => {
  grave.writeDeadAddress()
  const config = { maxBufferedBytes: 262_144, maxSpoolBytes: 262_144, ringEvents: 256 }
  const program = `
    for (let i = 0; i < 120; i++) { calls(500); await new Promise(resolve => setTimeout(resolve)) }
    recorder.flushNow(); const before = recorder.stats(); say('stats', JSON.stringify({ next, dropped: before.dropped, events: before.events }))`
  const ended = await grave.run(program, { config })
  const { dropped, events } = JSON.parse((ended.words[0] ?? '').slice(6)) as { dropped: number; events: number } // SAFE: printed by the program above
  expect(dropped).toBeGreaterThan(0)
  const bytes = grave.chunks('spool').reduce((sum, each) => sum + each.bytes.length, 0)
  // The files and, at the end, what was in memory beside them.
  expect(bytes).toBeLessThan(config.maxSpoolBytes + config.maxBufferedBytes + 65_536)
  await settle()
  const chunks = kept()
  const arrived = chunks.reduce((sum, { chunk }) => sum + chunk.recordCount, 0)
  // The end of the realm was recorded after the figures.
  expect(arrived + dropped).toBe(events + 1)
  expect(chunks.reduce((sum, { chunk }) => sum + chunk.dropped, 0)).toBeGreaterThan(0)
  expect(numbersIn(chunks).at(-1)).toBe(59_999)
}, 60_000)

/** Passes bytes on to `port`, at most so many at a time towards it. */
function throttle(port: number, bytesAtOnce: number, everyMs: number): Promise<number> {
  const server = createServer(client => {
    const upstream = connect(port, '127.0.0.1')
    const end = (): void => [client, upstream].forEach((each: Socket) => each.destroy())
    upstream.pipe(client)
    client.on('readable', () => undefined)
    const timer = setInterval(() => {
      const part = (client.read(Math.min(bytesAtOnce, client.readableLength || 1)) as Buffer | null) ?? undefined // SAFE: no encoding is set
      if (part !== undefined) upstream.write(part)
    }, everyMs)
    for (const each of [client, upstream]) each.on('error', end).on('close', () => (clearInterval(timer), end()))
  })
  servers.push(server)
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)))
}

test('a program does the same work beside a slow collector, which gets everything by file in the end', async () => {
  await spawnCollector()
  const file = join(grave.dataDir, 'collector.json')
  const address = JSON.parse(readFileSync(file, 'utf8')) as CollectorAddress // SAFE: written by the collector
  const port = await throttle(Number(new URL(address.url).port), 2048, 50)
  writeFileSync(file, JSON.stringify({ ...address, url: `ws://127.0.0.1:${port}` }))
  // Work is counted: bytes handed to the socket are what a recorder could burn time on, again and again.
  const program = `
    import { Socket } from 'node:net'
    const { write } = Socket.prototype; let handed = 0
    Socket.prototype.write = function (bytes, ...rest) { handed += bytes.length; return write.call(this, bytes, ...rest) }
    for (let i = 0; i < 150; i++) { calls(200); await new Promise(resolve => setTimeout(resolve, 2)) }
    recorder.flushNow(); const { bytes, dropped } = recorder.stats(); say('work', JSON.stringify({ handed, bytes, dropped }))`
  const ended = await grave.run(program, { config: { maxBufferedBytes: 524_288, ringEvents: 256 } })
  const { handed, bytes, dropped } = JSON.parse((ended.words[0] ?? '').slice(5)) as { handed: number; bytes: number; dropped: number } // SAFE: printed by the program above
  expect(dropped).toBe(0)
  expect(handed).toBeLessThan(bytes * 1.2 + 65_536)
  for (const child of children.splice(0)) await killed(child)
  await settle()
  expect(numbersIn(kept())).toEqual(upTo(30_000))
}, 60_000)
