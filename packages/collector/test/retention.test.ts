/** Retention in a collector that records and answers meanwhile. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readSession } from '@hindscope/store'
import { startCollector } from '../src/index.ts'
import { killChunk } from './fixtures/kill-chunks.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hindscope-retention-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const idOf = (digit: string): string => digit.repeat(32)
type Running = Awaited<ReturnType<typeof startCollector>>

async function send({ url, token, session }: Running, from: number, to: number): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i)
  const body = Buffer.concat(numbers.map(number => killChunk(session, number)))
  const response = await fetch(`${url}/ingest-beacon?token=${token}`, { method: 'POST', body })
  expect(response.status).toBe(200)
}

it('removes old sessions while it records and answers, and nothing of what it records', async () => {
  for (const digit of ['a', 'b', 'c']) {
    const old = await startCollector({ dataDir, session: idOf(digit) })
    await send(old, 0, 5)
    await old.close()
  }
  const collector = await startCollector({ dataDir, session: idOf('d'), retention: { maxSessions: 2 }, retentionMs: 20 })
  for (let part = 0; part < 10; part++) {
    await send(collector, part * 10, part * 10 + 10)
    const page = await collector.engine.events({ session: idOf('d'), limit: 10 })
    expect(page.rows).toHaveLength(10)
    await collector.engine.sessions()
  }
  await vi.waitFor(async () => expect((await readdir(join(dataDir, 'sessions'))).filter(name => !name.startsWith('.'))).toHaveLength(2), {
    timeout: 10_000,
  })
  await collector.close()
  expect(collector.stats.failed).toBe(0)
  const store = await readSession(join(dataDir, 'sessions', idOf('d')))
  expect(store.tracks[0]?.rows.length).toBe(1200)
})
