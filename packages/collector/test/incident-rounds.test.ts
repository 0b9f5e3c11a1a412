/** Recorders here are sockets that say what is written for them: whoever keeps silent does so for certain. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { CONTROL_VERSION, TRANSPORT_VERSION, encodeDefinitions, realmId, sessionId } from '@hindscope/protocol'
import type { Definition, IncidentDefinition, IncidentRow } from '@hindscope/protocol'
import { startCollector } from '../src/index.ts'
import type { Collector } from '../src/index.ts'

let folder: string
let collector: Collector
const peers: Peer[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-rounds-'))
  collector = await startCollector({ dataDir: folder })
})
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.socket.close()
  await collector.close()
  await rm(folder, { recursive: true, force: true })
})

class Peer {
  readonly socket: WebSocket
  readonly realm: number
  readonly asked: unknown[] = []
  private number = 0

  constructor(realm: number) {
    this.realm = realm
    this.socket = new WebSocket(`${collector.ingestUrl}/ingest?token=${collector.token}`)
    this.socket.on('message', data => {
      const message = JSON.parse(String(data)) as { kind: string; topic?: string; body?: unknown }
      if (message.kind === 'control' && message.topic === 'keep') this.asked.push(message.body)
    })
    peers.push(this)
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message))
  }

  define(...definitions: readonly Definition[]): void {
    const nowMs = Date.now()
    const place = { session: sessionId(collector.session), realm: realmId(this.realm), number: this.number++, firstSeq: 0 }
    this.socket.send(encodeDefinitions({ ...place, hlcFirst: { ms: nowMs, counter: 0 }, baseTimeUs: nowMs * 1000 }, definitions))
  }
}

async function connect(realm: number, keepSeconds?: number): Promise<Peer> {
  const peer = new Peer(realm)
  await new Promise(resolve => peer.socket.once('open', resolve))
  peer.say({ kind: 'hello', version: TRANSPORT_VERSION, session: collector.session, realm, control: CONTROL_VERSION })
  peer.define({
    kind: 'realm',
    session: sessionId(collector.session),
    realm: realmId(realm),
    realmKind: 'node',
    name: `realm ${realm}`,
    url: '',
    pid: 0,
    platform: 'test',
    startedMs: Date.now(),
    ...(keepSeconds === undefined ? {} : { keepSeconds }),
  })
  await vi.waitFor(async () => expect((await collector.engine.session(collector)).tracks.map(track => track.realm)).toContain(realm))
  return peer
}

const report = (realm: number, id: string, more: Partial<IncidentDefinition> = {}): IncidentDefinition => {
  const atUs = Date.now() * 1000
  return { kind: 'incident', id, realm, cause: 'throw', seq: 0, atUs, fromUs: atUs - 1e6, untilUs: atUs + 50_000, count: 1, suppressed: 0, ...more }
}
const kept = (realm: number, id: string): Definition => ({ kind: 'kept', incidents: [id], realm, fromUs: 1, untilUs: 2 })
const incidents = (): Promise<readonly IncidentRow[]> => collector.engine.incidents(collector)
const closed = (): Promise<IncidentRow> =>
  vi.waitFor(
    async () => {
      const [row] = await incidents()
      expect(row?.closed).toBe(true)
      return row as IncidentRow // SAFE: seen in the line before
    },
    { timeout: 9000 },
  )

test('the other realms with a ring are asked once, and an incident is closed when all have answered', async () => {
  const [origin, other, all] = [await connect(1, 15), await connect(2, 15), await connect(3)]
  const first = report(1, 'a')
  origin.define(first)
  await vi.waitFor(() => expect(other.asked).toEqual([{ incident: 'a', afterMs: 50 }]))
  // The same again, a repeat after a reconnect, and another one in the window: nobody is asked anew.
  origin.define({ ...first, count: 2 })
  origin.define(first)
  other.define(report(2, 'b', { atUs: first.atUs + 10 }))
  expect((await incidents())[0]).toMatchObject({ id: 'a', closed: false })
  other.define(kept(2, 'a'))
  origin.define(kept(1, 'a'))
  const row = await closed()
  expect(row.realms.map(({ realm, state }) => [realm, state])).toEqual([
    [1, 'kept'],
    [2, 'kept'],
    [3, 'all'],
  ])
  expect(row).toMatchObject({ count: 3, causes: [{ count: 2 }, { count: 1 }] })
  expect([origin.asked, other.asked.length, all.asked]).toEqual([[], 1, []])
})

test('a realm that keeps silent is named, as is one that went away', async () => {
  const [origin, silent, gone] = [await connect(1, 15), await connect(2, 15), await connect(3, 15)]
  origin.define(report(1, 'a'))
  await vi.waitFor(() => expect([...silent.asked, ...gone.asked]).toHaveLength(2))
  gone.socket.close()
  origin.define(kept(1, 'a'))
  const row = await closed()
  expect(row.realms.map(({ state }) => state)).toEqual(['kept', 'silent', 'gone'])
  silent.define(kept(2, 'a'))
  await vi.waitFor(async () => expect((await incidents())[0]?.realms[1]?.state).toBe('kept'))
}, 20_000)

test('a report that comes too late asks nobody', async () => {
  const [origin, other] = [await connect(1, 15), await connect(2, 15)]
  const atUs = Date.now() * 1000 - 60e6
  origin.define(report(1, 'old', { atUs, untilUs: atUs + 1 }))
  await vi.waitFor(async () => expect(await incidents()).toHaveLength(1))
  expect(other.asked).toEqual([])
})

test('a mark from outside asks every realm, and bad ones are refused', async () => {
  const peer = await connect(1, 15)
  const { incident } = await collector.control.mark({ session: collector.session, label: 'x'.repeat(999) })
  await vi.waitFor(() => expect(peer.asked).toEqual([{ incident, afterMs: 2000 }]))
  expect((await incidents())[0]).toMatchObject({ id: incident, causes: [{ cause: 'mark', title: 'x'.repeat(200) }] })
  await expect(collector.control.mark({ session: 'none' })).rejects.toMatchObject({ code: 'query-bad' })
  await expect(collector.control.mark({ session: collector.session, label: 1 as never })).rejects.toMatchObject({ code: 'query-bad' })
})

test('what a realm held that is gone without a word is a gap', async () => {
  const peer = await connect(1, 15)
  const body = { fromSeq: 100, toSeq: 150, bytes: 9, fromUs: 2000, toUs: 3000, gapSeq: 40, gapUs: 1000 }
  peer.say({ kind: 'report', topic: 'holding', body: { ...body, toSeq: 'many' } })
  peer.say({ kind: 'report', topic: 'holding', body })
  peer.socket.close()
  await vi.waitFor(() => expect(collector.stats.ignored).toBe(1))
  await collector.close()
  const again = await startCollector({ dataDir: folder, session: collector.session })
  expect((await again.engine.session(collector)).tracks[0]?.gaps).toEqual([{ fromUs: 1000, toUs: 3000, events: 110 }])
  await again.close()
})
