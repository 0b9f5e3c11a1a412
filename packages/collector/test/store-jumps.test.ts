/** What a collector says to realms about jumps, and what it makes of their answers: of those that answer oddly, late, or not at all too. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JumpControl } from '@hindscope/protocol'
import { TraceBuilder } from '@hindscope/testkit'
import { startCollector } from '../src/index.ts'
import type { Collector } from '../src/index.ts'
import { RecorderSocket } from './collector-child.ts'

let folder: string
let collector: Collector
let trace: TraceBuilder
const sockets: RecorderSocket[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-jumps-'))
  collector = await startCollector({ dataDir: join(folder, 'data'), token: 't' })
  trace = new TraceBuilder(collector.session)
})
afterAll(async () => {
  for (const { socket } of sockets) socket.terminate()
  await collector.close()
  await rm(folder, { recursive: true, force: true })
})

interface Realm {
  readonly asked: JumpControl[]
  readonly socket: RecorderSocket
  readonly cart: { readonly session: string; readonly track: number; readonly store: string }
  jump(): Promise<unknown>
}

const LIST = { stores: [{ store: 'cart', isAway: true }] }

/** A realm that has recorded a cart, and answers what is asked of it; undefined says nothing. */
async function realm(answer: (question: JumpControl, asked: number) => object | undefined): Promise<Realm> {
  const builder = trace.realm(`realm ${sockets.length}`)
  builder.at(1).event({ kind: 'stateSnapshot', values: [['cart', { n: 0 }]] })
  builder.at(2).event({ kind: 'stateChange', values: [['cart', 'n', 0, 1]] })
  const socket = await RecorderSocket.connect(collector.ingestUrl, collector.session, builder.realm, { control: true })
  sockets.push(socket)
  const asked: JumpControl[] = []
  socket.socket.on('message', data => {
    const { topic, body } = JSON.parse(String(data)) as { topic?: string; body: JumpControl } // SAFE: what the collector sends
    if (topic !== 'jump') return
    if (body.ask !== 'stores') asked.push(body)
    const found = answer(body, asked.length)
    if (found !== undefined) socket.say({ kind: 'report', topic: 'jump', body: { id: body.id, ...found } })
  })
  const chunks = [builder.definitionsBytes(), ...builder.eventBytes()]
  for (const bytes of chunks) socket.say(bytes)
  await socket.until(() => socket.acknowledged.length === chunks.length)
  const { tracks } = await collector.engine.session({ session: collector.session })
  const track = tracks.find(each => each.realm === builder.realm)?.track ?? -1
  const cart = { session: collector.session, track, store: 'cart' }
  return { asked, socket, cart, jump: () => collector.control.jumpStore({ ...cart, ref: { track, seq: 0 } }) }
}

const refusal = (jump: Promise<unknown>): Promise<string> =>
  jump.then(
    () => 'done',
    (error: Error) => error.message,
  )

test('a state is sent with its moment and with what is known, and again once more is known', async () => {
  const { asked, cart, jump } = await realm((question, count) =>
    question.ask === 'stores' ? LIST : count === 1 ? { outcome: 'refused', why: 'behind' } : { outcome: 'done' },
  )
  expect(await jump()).toEqual({ done: true })
  expect(asked).toEqual([1, 2].map(() => ({ id: expect.any(Number), ask: 'jump', store: 'cart', to: `${cart.track}.0`, known: 2, state: expect.objectContaining({ kind: 'object' }) }))) // prettier-ignore
  expect(await collector.control.jumpableStores(cart)).toEqual(LIST)
  expect(await collector.control.jumpBack(cart)).toEqual({ done: true })
})

test('what a realm answers is told to who asked', async () => {
  const answers: Record<string, object> = {
    incomplete: { outcome: 'refused', why: 'incomplete', path: 'items[0]', reason: 'is another one' },
    failed: { outcome: 'refused', why: 'failed', reason: 'no render' },
    off: { outcome: 'refused', why: 'off' },
    gone: { outcome: 'refused', why: 'gone' },
    later: { outcome: 'refused', why: 'of a later version' },
  }
  const told: Record<string, string> = {}
  let answer: object | undefined
  const { cart, jump } = await realm(question => (question.ask === 'stores' ? LIST : answer))
  for (const name of Object.keys(answers)) {
    answer = answers[name]
    told[name] = (await refusal(jump())).slice(0, 130)
  }
  expect(told).toEqual({
    incomplete: expect.stringMatching(/jump-incomplete\] The state of cart .*: items\[0\] is another one/),
    failed: expect.stringMatching(/jump-failed\].*: no render/),
    off: expect.stringMatching(/jump-not-allowed\].*nothing is recorded/),
    gone: expect.stringMatching(/jump-not-allowed\].*it is gone/),
    later: expect.stringMatching(/jump-failed\]/),
  })
  answer = answers['gone']
  expect(await refusal(collector.control.jumpBack(cart))).toMatch(/jump-not-allowed\].*never put anywhere/)
})

test('realms that do not answer, cannot, or are gone', async () => {
  const [silent, deaf, none] = await Promise.all([
    realm(question => (question.ask === 'stores' ? LIST : undefined)),
    realm(() => undefined),
    realm(question => (question.ask === 'stores' ? { stores: [] } : undefined)),
  ])
  const [first, second, third, list] = await Promise.all([
    refusal(silent.jump()),
    refusal(deaf.jump()),
    refusal(none.jump()),
    collector.control.jumpableStores(deaf.cart),
  ])
  expect([first, second, third, list]).toEqual([
    expect.stringContaining('jump-silent'),
    expect.stringMatching(/jump-not-allowed\].*stands still/),
    expect.stringMatching(/jump-not-allowed\].*no public way/),
    { stores: [] },
  ])
  none.socket.socket.terminate()
  await none.socket.closed
  await expect.poll(() => refusal(none.jump())).toMatch(/jump-not-running\].*track \d/)
  expect(await collector.control.jumpableStores(none.cart)).toEqual({ stores: [] })
})

test('orders and reports that are none are refused', async () => {
  const { socket, cart } = await realm(() => LIST)
  const order = { ...cart, ref: { track: cart.track, seq: 0 } }
  expect(await refusal(collector.control.jumpStore({ ...order, session: '0'.repeat(32) }))).toContain('collector-not-live')
  expect(await refusal(collector.control.jumpStore({ ...order, store: 'basket' }))).toContain('not-found')
  expect(await refusal(collector.control.jumpStore({ ...order, ref: undefined as never }))).toContain('query-bad')
  const { ignored } = collector.stats
  for (const body of [null, { id: 1 }, { id: 1, stores: 'all' }, { id: 1, outcome: 5 }]) socket.say({ kind: 'report', topic: 'jump', body })
  await expect.poll(() => collector.stats.ignored).toBe(ignored + 4)
})
