import { hasSubscribers } from 'node:diagnostics_channel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { koaAdapter } from '../../src/libraries/koa.ts'
import { probed } from '../probed.ts'
import { courseOf, createServed, crowdOf, nodesOf, treesOf } from './served-programs.ts'
import type { Ask, Served } from './served-programs.ts'

const VERSIONS = [
  { version: 2, framework: import.meta.resolve('koa2') },
  { version: 3, framework: import.meta.resolve('koa') },
]

const NEWEST = 3

const APP = `
import http from 'node:http'
import { Readable } from 'node:stream'
import Koa from FRAMEWORK
const app = observe(new Koa(), 'default')
const say = (name, ctx) => effects.push(name + ' ' + ctx.method + ' ' + ctx.url)
const wait = () => new Promise(resolve => setTimeout(resolve, 1))
process.on('unhandledRejection', error => effects.push('unhandled ' + error.message))
process.on('rejectionHandled', () => effects.push('handled late'))
app.on('newListener', () => effects.push('listeners see ' + Array.isArray(app.middleware) + app.middleware.length))
app.on('error', (error, ctx) => effects.push('error ' + error.message + ' ' + (ctx?.url ?? '')))
const cached = Promise.resolve('cached')
app.use(async function first(ctx, next) {
  say('first', ctx)
  effects.push([typeof this, next.name, next.length, arguments.length].join())
  ctx.res.on('close', () => effects.push('closed ' + ctx.res.writableFinished))
  const ticks = []
  let isDone = false
  const count = () => { if (!isDone && ticks.length < 100) { ticks.push(0); queueMicrotask(count) } }
  if (ctx.query.ticks) count()
  const below = next()
  effects.push(below instanceof Promise ? 'promise' + (below === cached) : typeof below)
  const value = await below
  isDone = true
  effects.push('first after ' + value + ' ' + ticks.length)
})
app.use(function plain(ctx, next) { say('plain', ctx); if (ctx.path === '/cached') return cached; return next() })
app.use(function floats(ctx, next) { say('floats', ctx); if (ctx.path === '/float') { void next(); ctx.body = 'floating'; return } return next() })
app.use(async (ctx, next) => {
  try { return await next() } catch (error) { say('caught ' + error.message, ctx); if (ctx.query.mend) { ctx.body = 'mended'; return 'mended' } throw error }
})
app.use(async function twice(ctx, next) { if (ctx.path === '/twice') { await next(); await next() } else return next() })
app.use(async function routes(ctx, next) {
  const { path } = ctx
  if (path === '/json') ctx.body = { path, query: ctx.query }
  else if (path === '/throw') throw new TypeError('thrown')
  else if (path === '/float') throw new TypeError('floated')
  else if (path === '/rejects') { await wait(); throw Object.assign(new Error('rejected'), { status: 409, expose: true }) }
  else if (path === '/asserts') ctx.assert(ctx.query.user, 401, 'who')
  else if (path === '/stream') ctx.body = Readable.from(['one ', 'two ', 'three'])
  else if (path === '/broken-stream') { ctx.type = 'text'; ctx.body = Readable.from((async function* () { yield 'one '; throw new Error('broken') })()) }
  else if (path === '/empty') ctx.status = 204
  else if (path === '/raw') { ctx.respond = false; ctx.res.end('raw') }
  else if (path === '/later') { await wait(); ctx.body = 'later' }
  else if (path === '/waits') { ctx.req.on('close', () => effects.push('left')); effects.push('waiting'); await new Promise(() => {}) }
  else if (path === '/text') throw 'text'
  else { await wait(); return next() }
  return 'routed'
})
app.use(function broken(ctx, next) { if (ctx.path === '/sync') throw new RangeError('sync'); return next() })
export const serve = async () => {
  const before = [...app.middleware]
  const server = http.createServer(app.callback())
  effects.push(String(before.every((fn, i) => app.middleware[i] === fn)), JSON.stringify(Object.keys(app)), app.middleware.map(fn => fn.name + fn.length).join())
  return listen(server)
}
`

const ASKS: readonly Ask[] = [
  { send: 'GET /json?a=1' },
  { send: 'GET /json?ticks=1' },
  { send: 'HEAD /json' },
  { send: 'OPTIONS /json' },
  { send: 'POST /nowhere', body: 'x' },
  { send: 'GET /nowhere?ticks=1' },
  { send: 'GET /cached?ticks=1' },
  { send: 'GET /float' },
  { send: 'GET /throw' },
  { send: 'GET /throw?mend=1&ticks=1' },
  { send: 'GET /rejects' },
  { send: 'GET /rejects?mend=1' },
  { send: 'GET /asserts' },
  { send: 'GET /sync' },
  { send: 'GET /sync?mend=1' },
  { send: 'GET /text' },
  { send: 'GET /twice' },
  { send: 'GET /stream' },
  { send: 'GET /broken-stream' },
  { send: 'GET /empty' },
  { send: 'GET /raw' },
  { send: 'GET /later' },
  { send: 'GET /waits', abort: true },
]

const CHAINS = `
import http from 'node:http'
import Koa from FRAMEWORK
const app = observe(new Koa(), 'default')
const wait = () => new Promise(resolve => setTimeout(resolve, 1))
app.silent = true
app.use(async function log(ctx, next) { await wait(); await next() })
app.use(new Function('return async function lost(ctx, next) { await null; await next() }')())
app.use((ctx, next) => next())
app.use(function sync(ctx, next) { if (ctx.path === '/sync') throw new RangeError('sync'); if (ctx.path === '/done') { ctx.body = 'done'; return } return next() })
app.use(async function show(ctx) { await wait(); if (ctx.path === '/broken') throw new TypeError('no'); ctx.body = answer() })
const answer = () => 'shown'
export const serve = () => listen(http.createServer(app.callback()))
`

const CROWD = `
import http from 'node:http'
import Koa from FRAMEWORK
export const requests = Array.from({ length: 1000 }, (_, i) => ({ send: 'GET /task/' + i }))
const other = http.createServer((request, response) => setTimeout(() => response.end('other'), 1))
const step = (id, name) => id + name
const app = observe(new Koa(), 'default')
app.use(function timed() { const next = arguments[1]; return new Promise((resolve, reject) => setTimeout(() => next().then(resolve, reject), Math.random() * 50)) })
app.use(new Function('return async function lost(ctx, next) { await null; await next() }')())
const queue = []
app.use(new Function('queue', 'const flush = () => { for (const each of queue.splice(0).reverse()) each() }; return function pooled(ctx, next) { return new Promise(resolve => { if (queue.push(() => resolve(next())) === 1) setTimeout(flush, 5) }) }')(queue))
app.use(async function asked() {
  const [ctx, next] = arguments
  const id = ctx.path.split('/')[2]
  step(id, 'before')
  const answer = id % 10 === 0 ? await fetch('http://127.0.0.1:' + other.address().port + '/' + id) : await null
  step(id, 'fetched')
  await answer?.text()
  await new Promise(resolve => setTimeout(() => { step(id, 'nested'); setImmediate(() => { step(id, 'deeper'); resolve() }) }, Math.random() * 5))
  await next()
})
app.use(async function done() { const [ctx] = arguments; const id = ctx.path.split('/')[2]; step(id, 'done'); ctx.body = id })
export const serve = async () => {
  await new Promise(resolve => other.listen(0, '127.0.0.1', resolve))
  const served = await listen(http.createServer(app.callback()))
  return { ...served, close: async () => { await served.close(); other.close(); other.closeAllConnections() } }
}
`

describe.each(VERSIONS)('koa $version', ({ version, framework }) => {
  let served: Served
  beforeAll(async () => {
    served = await createServed('koa', framework)
  })
  afterAll(() => served.remove())

  test('answers, errors, ticks and the order of effects are what they are without a recorder', async () => {
    // Koa 2 never ends an answer whose stream broke.
    const asks = ASKS.filter(({ send }) => version === NEWEST || send !== 'GET /broken-stream')
    const [plain, recorded] = [await served.plain(APP, asks), await served.recorded(APP, asks)]
    expect(recorded.errors).toEqual({})
    expect(recorded.answers).toEqual(plain.answers)
    expect(recorded.effects).toEqual(plain.effects)
    expect(recorded.answers).toHaveLength(asks.length)
    const nodes = nodesOf(recorded.events)
    const open = [...nodes.values()].filter(({ type, end }) => type === 'handler' && end === undefined)
    expect(new Set(open.map(({ label }) => label)).size).toBe(6)
    expect(open).toHaveLength(6)
  })

  test('a request is a chain of its middleware, with errors where they are seen', async () => {
    const asks = ['/shown', '/broken', '/sync', '/done'].map(path => ({ send: `GET ${path}` }))
    const { events, answers, errors } = await served.recorded(CHAINS, asks)
    expect(errors).toEqual({})
    expect(answers.map(answer => answer.slice(9, 12))).toEqual(['200', '500', '500', '200'])
    expect(treesOf(events, ({ type }) => type === 'request' || type === 'handler')).toEqual([
      'GET /shown → 200',
      '  [middleware log] → ended',
      '    [middleware lost] → ended',
      '      [middleware <anonymous>] → ended',
      '        [middleware sync] → ended',
      '          [middleware show] → ended',
      'GET /broken → 500',
      '  [middleware log] → TypeError: no',
      '    [middleware lost] → ended',
      '      [middleware <anonymous>] → ended',
      '        [middleware sync] → ended',
      '          [middleware show] → ended',
      'GET /sync → 500',
      '  [middleware log] → RangeError: sync',
      '    [middleware lost] → ended',
      '      [middleware <anonymous>] → ended',
      '        [middleware sync] → RangeError: sync',
      'GET /done → 200',
      '  [middleware log] → ended',
      '    [middleware lost] → ended',
      '      [middleware <anonymous>] → ended',
      '        [middleware sync] → ended',
    ])
    expect(courseOf(events).slice(0, 12)).toEqual([
      '+ GET /shown',
      '+ [middleware log]',
      '+ [middleware lost]',
      '+ [middleware <anonymous>]',
      '+ [middleware sync]',
      '+ [middleware show]',
      '- [middleware show] → ended',
      '- [middleware sync] → ended',
      '- [middleware <anonymous>] → ended',
      '- [middleware lost] → ended',
      '- [middleware log] → ended',
      '- GET /shown → 200',
    ])
    const nodes = nodesOf(events)
    const answer = [...nodes.values()].find(({ label }) => label.startsWith('answer('))
    expect(answer && nodes.get(nodes.get(answer.parent)?.parent ?? 0)?.label).toBe('[middleware show]')
  })

  test.runIf(version === NEWEST)('1000 requests at once do not mix', { timeout: 120_000 }, async () => {
    const { events, answers, errors } = await served.recorded(CROWD, [])
    expect(errors).toEqual({})
    expect(answers.map(answer => /^HTTP\/1.1 200 .*\r\n\r\n(\d+)$/s.exec(answer)?.[1])).toEqual(answers.map((_, i) => String(i)))
    expect(crowdOf(events, ({ label }) => /^step\((\d+), /.exec(label)?.[1])).toEqual({ requests: 1000, handlers: 5000, calls: 5000, astray: [] })
  })
})

interface App {
  readonly middleware: unknown[]
  use(middleware: (context: object, next: () => Promise<void>) => unknown): void
  callback(): unknown
}

const placesOf = (app: App): unknown[] =>
  [app, Object.getPrototypeOf(app), app.middleware].flatMap((at: unknown) => [at, Object.getOwnPropertyDescriptors(at)])

describe.each(VERSIONS)('in one realm, koa $version', ({ framework }) => {
  const load = async (): Promise<new () => App> => ((await import(framework)) as { default: new () => App }).default // SAFE: the package

  test('detaching leaves nothing behind, observing again changes nothing', async () => {
    const Koa = await load()
    const program = probed([])
    const app = new Koa()
    app.use((_context, next) => next())
    app.callback()
    const before = placesOf(app)
    const observe = (value: unknown): (() => void) | undefined =>
      koaAdapter.observe?.(program.recorder.access, { library: 'koa', name: 'default', value })
    const detachers = [observe(app), observe(app), observe(new Koa())]
    expect(placesOf(app)).not.toEqual(before)
    app.callback()
    for (const detach of detachers.toReversed()) detach?.()
    expect(placesOf(app)).toEqual(before)
    expect(hasSubscribers('http.server.response.finish')).toBe(false)
    program.close()
  })
})

test('what only looks like an app is left alone', () => {
  const program = probed([])
  const untouched = { get: () => expect.unreachable(), getOwnPropertyDescriptor: () => expect.unreachable() }
  const methods = { callback: () => {}, handleRequest: () => {}, createContext: () => {}, use: () => {} }
  const looks = [
    undefined,
    {},
    { middleware: [], context: {}, callback: () => {} },
    { ...methods, middleware: {}, context: {} },
    Object.defineProperty({ ...methods, context: {} }, 'middleware', { get: () => expect.unreachable() }),
    new Proxy({}, untouched),
  ]
  for (const value of looks) {
    const isPlain = typeof value === 'object' && !Object.is(value, looks.at(-1))
    const before = isPlain ? Object.getOwnPropertyDescriptors(value) : undefined
    expect(koaAdapter.observe?.(program.recorder.access, { library: 'koa', name: 'default', value })).toBeUndefined()
    if (before !== undefined) expect(Object.getOwnPropertyDescriptors(value)).toEqual(before)
  }
  expect(hasSubscribers('http.server.response.finish')).toBe(false)
  program.close()
})
