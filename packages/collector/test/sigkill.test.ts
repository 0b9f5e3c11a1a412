/** A collector that is killed while it writes: whatever it acknowledged is there when its folder is opened again. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import WebSocket from 'ws'
import { TRANSPORT_VERSION, decodeChunk } from '@hindscope/protocol'
import { readSession } from '@hindscope/store'
import { TraceBuilder } from '@hindscope/testkit'
import { alias } from '../../../alias.ts'

let folder: string
let program: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-sigkill-'))
  program = join(folder, 'collector.cjs')
  const entry = fileURLToPath(new URL('fixtures/collector-process.ts', import.meta.url))
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    alias: { ...alias },
    external: ['@duckdb/*'],
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const trace = new TraceBuilder()

async function startChild(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [program, join(folder, 'data'), trace.session], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return { child, url: String(line).trim() }
}

/** Sends chunks as fast as they are taken until the collector dies; returns the numbers it acknowledged. */
function sendUntilKilled(url: string, chunks: ReadonlyMap<number, Uint8Array>, from: number, child: ChildProcess): Promise<number[]> {
  return new Promise(resolve => {
    const acknowledged: number[] = []
    const socket = new WebSocket(`${url}/ingest?token=t`)
    let next = from
    const sendSome = (): void => {
      for (let i = 0; i < 8 && socket.readyState === socket.OPEN; i++) {
        const bytes = chunks.get(next++)
        if (bytes) socket.send(bytes)
      }
    }
    socket.on('open', () => socket.send(JSON.stringify({ kind: 'hello', version: TRANSPORT_VERSION, session: trace.session, realm: 1 })))
    socket.on('message', data => {
      const message = JSON.parse(String(data)) as { kind: string; number: number }
      if (message.kind === 'ack') acknowledged.push(message.number)
      // Killed in the middle of the stream, with chunks on their way in and appends under way.
      if (acknowledged.length === 20) child.kill('SIGKILL')
      sendSome()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(acknowledged))
  })
}

it('keeps every acknowledged chunk over several kills', async () => {
  const realm = trace.realm('page')
  for (let i = 0; i < 600; i++)
    realm
      .at(i)
      .console('log', [`${i} ${'x'.repeat((i % 50) * 4000)}`])
      .seal()
  const bytes = trace.chunkBytes().slice(1)
  const chunks = new Map(bytes.map(chunk => [decodeChunk(chunk).number, chunk]))
  const kept = new Set<number>()
  for (let round = 0; round < 5; round++) {
    const { child, url } = await startChild()
    const acknowledged = await sendUntilKilled(url, chunks, round * 100, child)
    child.kill('SIGKILL')
    expect(acknowledged.length).toBeGreaterThanOrEqual(20)
    for (const number of acknowledged) kept.add(number)
    const store = await readSession(join(folder, 'data', 'sessions', trace.session))
    expect([...kept].filter(number => !store.hasChunk(realm.realm, number))).toEqual([])
  }
  // The next start repairs what the last kill left, and takes the rest.
  const { child } = await startChild()
  child.kill('SIGKILL')
  const store = await readSession(join(folder, 'data', 'sessions', trace.session))
  expect([...kept].filter(number => !store.hasChunk(realm.realm, number))).toEqual([])
  expect(store.damage).toEqual([])
}, 60_000)
