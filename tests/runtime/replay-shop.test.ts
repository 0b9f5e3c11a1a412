/**
 * The shop's server, recorded statement by statement: where a call returns, the program itself reads its variables (the `locals` event). What
 * replay says of the moment before, without that event, is the same.
 */
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import { build } from 'esbuild'
import { instrument } from '@hindscope/instrument'
import { decodeChunk } from '@hindscope/protocol'
import type { EventRow, LocalValue, TraceEngine, ValueNode } from '@hindscope/protocol'
import { createRecorder } from '@hindscope/runtime'
import { createEngine, createTraceModel } from '@hindscope/store/model'
import { expect, test } from 'vitest'

const shop = fileURLToPath(new URL('../../playground/shop/', import.meta.url))

interface App {
  request(path: string, init?: RequestInit): Promise<Response>
}
interface Server {
  createApp(): App
  openDatabase(): Promise<void>
  closeDatabase(): Promise<void>
  seedWhenEmpty(): Promise<void>
}

/** One file of the server's own modules; libraries stay outside, unrecorded. */
async function serverText(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: "export * from './app.ts'; export * from './db.ts'; export * from './seed.ts'", resolveDir: `${shop}src/api`, loader: 'ts' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    packages: 'external',
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}

async function record(use: (app: App) => Promise<void>): Promise<{ readonly engine: TraceEngine; readonly session: string }> {
  const text = await serverText()
  const { code, manifest } = instrument(text, {
    id: 'shop.js',
    sourceType: 'commonjs',
    plan: { level: 'statements' },
    hook: 'global',
    hookModule: 'unused',
  })
  const recorder = createRecorder({ sink: 'memory', flushMs: 60_000 })
  // In this realm: its libraries tell errors by their class.
  recorder.install(globalThis)
  const module = { exports: {} }
  const run = vm.compileFunction(code, ['module', 'exports', 'require']) as (...args: readonly unknown[]) => void // SAFE: the function just made
  run(module, module.exports, createRequire(`${shop}package.json`))
  const server = module.exports as Server // SAFE: what its modules export
  await server.openDatabase()
  await server.seedWhenEmpty()
  await use(server.createApp())
  await server.closeDatabase()
  const chunks = recorder.chunks().map(bytes => decodeChunk(bytes))
  recorder.uninstall()
  const { stores } = createTraceModel(chunks)
  stores[0]?.addManifest(manifest)
  return { engine: createEngine(stores), session: stores[0]?.session ?? '' }
}

async function everyEvent(engine: TraceEngine, session: string): Promise<EventRow[]> {
  const rows: EventRow[] = []
  let cursor: string | undefined
  do {
    const page = await engine.events(
      cursor === undefined ? { session, kinds: ['locals'], limit: 1000 } : { session, kinds: ['locals'], limit: 1000, cursor },
    )
    rows.push(...page.rows)
    cursor = page.cursor
  } while (cursor !== undefined)
  return rows
}

/** Objects by identity, anything else by value. */
const sameAs = (node: ValueNode): unknown => ('id' in node && node.id > 0 ? `#${node.id}` : node)

test('every variable that a call of the shop reads where it returns was known by replay', { timeout: 60_000 }, async () => {
  const shopper = { 'x-shopper': 'anna' }
  const { engine, session } = await record(async app => {
    const post = (path: string, body: object): Promise<Response> =>
      app.request(path, { method: 'POST', headers: { ...shopper, 'content-type': 'application/json' }, body: JSON.stringify(body) })
    await app.request('/api/products?q=tea', { headers: shopper })
    for (const productId of [1, 2, 3]) await post('/api/cart/lines', { productId, change: 2 })
    await Promise.all([post('/api/cart/lines', { productId: 1, change: 1 }), post('/api/cart/coupon', { code: 'tea10' })])
    await app.request('/api/cart', { headers: shopper })
    await post('/api/orders', { fullName: 'Anna', email: 'anna@example.com', cardNumber: '4242 4242 4242 4242' })
  })
  let known = 0
  for (const row of await everyEvent(engine, session)) {
    const { values } = await engine.event({ session, ref: row.ref })
    const { locals } = await engine.locals({ session, ref: { ...row.ref, seq: row.ref.seq - 1 }, call: { track: row.ref.track, call: row.call } })
    for (const { name, value } of values) {
      const told = locals
        .filter(local => local.name === name)
        .reduce<LocalValue | undefined>((last, local) => (last && last.ref.seq > local.ref.seq ? last : local), undefined)
      if (told?.uncertain === true) continue
      known++
      expect([row.ref.seq, name, told && sameAs(told.value)]).toEqual([row.ref.seq, name, sameAs(value)])
    }
  }
  expect(known).toBeGreaterThan(300)
})
