import { hasSubscribers } from 'node:diagnostics_channel'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expressAdapter } from '../../src/libraries/express.ts'
import { probed } from '../probed.ts'
import { courseOf, createServed, crowdOf, nodesOf, treesOf } from './served-programs.ts'
import type { Ask, Served } from './served-programs.ts'

const VERSIONS = [
  { version: 4, framework: import.meta.resolve('express4') },
  { version: 5, framework: import.meta.resolve('express') },
]

const NEWEST = 5

const APP = `
import http from 'node:http'
import express from FRAMEWORK
const app = observe(express(), 'express')
const say = (name, request) => effects.push(name + ' ' + request.method + ' ' + request.baseUrl + ' ' + request.url)
app.use(function first(request, response, next) {
  say('first', request)
  const before = [typeof this, next.name, next.length, arguments.length, request.next === next]
  effects.push(JSON.stringify(before))
  response.on('close', () => effects.push('closed ' + response.writableFinished))
  const result = next()
  effects.push('first after ' + result)
})
app.use(function deferred(request, response, next) { setTimeout(() => { say('deferred', request); next() }, 1) })
app.use('/api', function gate(request, response, next) { say('gate', request); if (request.query.deny) return response.status(403).send('denied'); next() })
app.use(express.json())
const load = (request, response, next) => { say('load', request); request.user = request.params.id; next() }
app.get('/users/:id', load, function show(request, response) { say('show', request); response.json({ id: request.user, params: request.params }) })
app.get('/skip', (request, response, next) => { say('skip', request); next('route') }, (request, response) => response.send('never'))
app.get('/skip', (request, response) => response.send('second route'))
app.post('/echo', (request, response) => response.json(request.body))
app.get('/throw', function broken() { throw new TypeError('thrown') })
app.get('/next', (request, response, next) => next(new Error('passed')))
app.get('/text', (request, response, next) => next('text'))
app.get('/stream', (request, response) => {
  response.write('one ')
  setTimeout(() => { response.write('two '); setTimeout(() => response.end('three'), 1) }, 1)
})
app.get('/later', async (request, response) => { await new Promise(resolve => setTimeout(resolve, 1)); response.send('later') })
process.on('unhandledRejection', error => effects.push('unhandled ' + error.message))
app.get('/rejects', async (request, response) => { response.send('sent'); throw new Error('rejected') })
app.get('/waits', (request, response) => { request.on('close', () => effects.push('left')); effects.push('waiting') })
app.all('/any', (request, response) => response.set('X-Any', request.method).send(request.method))
app.get('/file', (request, response) => response.sendFile('/no/such/file'))
app.get('/params/:a/:b', (request, response) => response.send(Object.entries(request.params).join(';')))
const router = observe(express.Router({ mergeParams: true }), 'Router')
router.use(function inner(request, response, next) { say('inner', request); next() })
router.get('/items/:item', (request, response) => { say('item', request); response.json(request.params) })
router.get('/fail', () => { throw new Error('inner failure') })
router.get('/leave', (request, response, next) => next('router'))
router.use(function mend(error, request, response, next) { say('mend', request); if (request.query.mend) response.send('mended'); else next(error) })
app.use('/orgs/:org', router)
app.use('/orgs', (request, response) => response.send('left the router'))
const sub = observe(express(), 'express')
sub.get('/hello', (request, response) => { say('sub', request); response.send(request.baseUrl) })
app.use('/sub', sub)
app.use(function failed(error, request, response, next) {
  effects.push('failed ' + (error.message ?? error) + ' ' + next.length)
  if (request.query.again) return next(error)
  response.status(error.status ?? 500).send('handled ' + (error.message ?? error))
})
export const stack = () => (app._router ?? app.router).stack.map(layer => [layer.name, layer.handle.name, layer.handle.length, Object.keys(layer).join()])
export const serve = async () => {
  const served = await listen(http.createServer(app))
  return { ...served, close: async () => { effects.push(JSON.stringify(stack()), JSON.stringify(Object.keys(app))); await served.close() } }
}
`

const ASKS: readonly Ask[] = [
  { send: 'GET /users/7' },
  { send: 'HEAD /users/7' },
  { send: 'OPTIONS /users/7' },
  { send: 'OPTIONS /any' },
  { send: 'DELETE /any' },
  { send: 'GET /nowhere' },
  { send: 'POST /users/7' },
  { send: 'GET /skip' },
  { send: 'POST /echo', headers: ['Content-Type: application/json'], body: '{"a":[1]}' },
  { send: 'POST /echo', headers: ['Content-Type: application/json'], body: '{"a":' },
  { send: 'GET /throw' },
  { send: 'GET /throw?again=1' },
  { send: 'GET /next' },
  { send: 'GET /text' },
  { send: 'GET /stream' },
  { send: 'GET /later' },
  { send: 'GET /rejects' },
  { send: 'GET /file' },
  { send: 'GET /waits', abort: true },
  { send: 'GET /params/%20x/%E0%A4%A' },
  { send: 'GET /params/%20x/y' },
  { send: 'GET /api/x?deny=1' },
  { send: 'GET /orgs/acme/items/5' },
  { send: 'GET /orgs/acme/fail' },
  { send: 'GET /orgs/acme/fail?mend=1' },
  { send: 'GET /orgs/acme/leave' },
  { send: 'GET /sub/hello' },
]

const CHAINS = `
import http from 'node:http'
import express from FRAMEWORK
const app = observe(express(), 'express')
const wait = () => new Promise(resolve => setTimeout(resolve, 1))
app.use(function log(request, response, next) { next() })
const router = observe(express.Router(), 'Router')
// Nothing of this is instrumented: the chain is lost in the timer's callback but for the request.
router.use(new Function('request', 'response', 'next', 'Promise.resolve().then(() => 1).then(() => next())'))
router.get('/users/:id', async function load(request, response, next) { await wait(); next() }, function show(request, response) { reply(response) })
router.get('/reset/:token', function reset(request, response) { setTimeout(function late() { response.send('reset') }, 1) })
router.get('/broken', function broken() { throw new RangeError('no') })
function reply(response) { response.send('shown') }
app.use('/api', router)
app.use(function first(error, request, response, next) { next(error) })
app.use(function last(error, request, response, next) { if (request.query.pass) next(error); else response.status(500).send('failed') })
export const serve = () => listen(http.createServer(app))
`

/**
 * Each request meets timers, promises and a request of its own in code that is and that is not instrumented. No parameters are declared where
 * they would be recorded: copies of a thousand requests take their time.
 */
const CROWD = `
import http from 'node:http'
import express from FRAMEWORK
export const requests = Array.from({ length: 1000 }, (_, i) => ({ send: 'GET /task/' + i }))
const other = http.createServer((request, response) => setTimeout(() => response.end('other'), 1))
const step = (id, name) => id + name
const app = observe(express(), 'express')
app.use(function timed() { setTimeout(arguments[2], Math.random() * 50) })
app.use(new Function('request', 'response', 'next', 'Promise.resolve().then(() => next())'))
const queue = []
app.use(new Function('queue', 'const flush = () => { for (const each of queue.splice(0).reverse()) each() }; return function pooled(request, response, next) { if (queue.push(next) === 1) setTimeout(flush, 5) }')(queue))
const router = observe(express.Router({ mergeParams: true }), 'Router')
router.use(async function asked() {
  const [request, , next] = arguments
  const { id } = request.params
  step(id, 'before')
  const answer = id % 10 === 0 ? await fetch('http://127.0.0.1:' + other.address().port + '/' + id) : await null
  step(id, 'fetched')
  await answer?.text()
  setTimeout(() => { step(id, 'nested'); setImmediate(() => { step(id, 'deeper'); next() }) }, Math.random() * 5)
})
router.get('/', function done() { const [request, response] = arguments; step(request.params.id, 'done'); response.send(request.params.id) })
app.use('/task/:id', router)
export const serve = async () => {
  await new Promise(resolve => other.listen(0, '127.0.0.1', resolve))
  const served = await listen(http.createServer(app))
  return { ...served, close: async () => { await served.close(); other.close(); other.closeAllConnections() } }
}
`

describe.each(VERSIONS)('express $version', ({ version, framework }) => {
  let served: Served
  beforeAll(async () => {
    served = await createServed('express', framework)
  })
  afterAll(() => served.remove())

  test('answers, errors and the order of effects are what they are without a recorder', async () => {
    const [plain, recorded] = [await served.plain(APP, ASKS), await served.recorded(APP, ASKS)]
    expect(recorded.errors).toEqual({})
    expect(recorded.answers).toEqual(plain.answers)
    expect(recorded.effects).toEqual(plain.effects)
    expect(recorded.answers).toHaveLength(ASKS.length)
    const nodes = [...nodesOf(recorded.events).values()]
    expect(nodes.filter(({ type, end }) => type === 'handler' && end === undefined).map(({ label }) => label)).toEqual(['[route <anonymous> /waits]'])
  })

  test('a request is a chain of its handlers, each with its route, parameters and error', async () => {
    const asks = ['/api/users/7', '/api/reset/abcdefgh12345', '/api/broken', '/api/broken?pass=1', '/none'].map(path => ({ send: `GET ${path}` }))
    const { events, answers, errors } = await served.recorded(CHAINS, asks)
    expect(errors).toEqual({})
    expect(answers.map(answer => answer.slice(9, 12))).toEqual(['200', '200', '500', '500', '404'])
    expect(treesOf(events, ({ type }) => type === 'request' || type === 'handler')).toEqual([
      'GET /api/users/7 → 200',
      '  [middleware log] → ended',
      '    [middleware router /api] → ended',
      '      [middleware anonymous /api] → ended',
      '        [route load /api/users/:id {"id":"7"}] → ended',
      '          [route show /api/users/:id {"id":"7"}] → ended',
      'GET /api/reset/▒parameter token▒ → 200',
      '  [middleware log] → ended',
      '    [middleware router /api] → ended',
      '      [middleware anonymous /api] → ended',
      '        [route reset /api/reset/:token {"token":"▒"}] → ended',
      'GET /api/broken → 500',
      '  [middleware log] → ended',
      '    [middleware router /api] → RangeError: no',
      '      [middleware anonymous /api] → ended',
      '        [route broken /api/broken] → RangeError: no',
      '          [handler first] → RangeError: no',
      '            [handler last] → ended',
      'GET /api/broken?pass=1 → 500',
      '  [middleware log] → ended',
      '    [middleware router /api] → RangeError: no',
      '      [middleware anonymous /api] → ended',
      '        [route broken /api/broken] → RangeError: no',
      '          [handler first] → RangeError: no',
      '            [handler last] → RangeError: no',
      'GET /none → 404',
      '  [middleware log] → ended',
    ])
    expect(courseOf(events).slice(0, 12)).toEqual([
      '+ GET /api/users/7',
      '+ [middleware log]',
      '- [middleware log] → ended',
      '+ [middleware router /api]',
      '+ [middleware anonymous /api]',
      '- [middleware anonymous /api] → ended',
      '+ [route load /api/users/:id {"id":"7"}]',
      '- [route load /api/users/:id {"id":"7"}] → ended',
      '+ [route show /api/users/:id {"id":"7"}]',
      '- [route show /api/users/:id {"id":"7"}] → ended',
      '- [middleware router /api] → ended',
      '- GET /api/users/7 → 200',
    ])
    const nodes = nodesOf(events)
    const reply = [...nodes.values()].find(({ label }) => label.startsWith('reply('))
    expect(reply && nodes.get(nodes.get(reply.parent)?.parent ?? 0)?.label).toBe('[route show /api/users/:id {"id":"7"}]')
  })

  test.runIf(version === NEWEST)('1000 requests at once do not mix', { timeout: 120_000 }, async () => {
    const { events, answers, errors } = await served.recorded(CROWD, [])
    expect(errors).toEqual({})
    expect(answers.map(answer => /^HTTP\/1.1 200 .*\r\n\r\n(\d+)$/s.exec(answer)?.[1])).toEqual(answers.map((_, i) => String(i)))
    expect(crowdOf(events, ({ label }) => /^step\((\d+), /.exec(label)?.[1])).toEqual({ requests: 1000, handlers: 6000, calls: 5000, astray: [] })
  })
})

interface Layer {
  readonly handle: unknown
}
interface App {
  (request: object, response: object): void
  readonly _router?: { readonly stack: readonly Layer[] }
  readonly router?: { readonly stack: readonly Layer[] }
  get(path: string, handler: (request: object, response: { send(text: string): void }) => void): void
}
type Express = (() => App) & { Router(): object }

/** The app and all that is reached from it, with their descriptors. */
function placesOf(app: App): unknown[] {
  const { stack } = app._router ?? app.router ?? { stack: [] }
  const seen: unknown[] = []
  for (const start of [app, app._router ?? app.router, stack.at(-1)])
    for (let at: unknown = start; at !== null && at !== undefined && at !== Object.prototype; at = Object.getPrototypeOf(at))
      seen.push(at, Object.getOwnPropertyDescriptors(at))
  return seen
}

const request = (app: App): Promise<number | undefined> =>
  new Promise(resolve => {
    const server = createServer((ask, answer) => app(ask, answer)).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // SAFE: it listens
      get({ port, host: '127.0.0.1', agent: false }, response => response.resume().on('end', () => server.close(() => resolve(response.statusCode))))
    })
  })

describe.each(VERSIONS)('in one realm, express $version', ({ framework }) => {
  const load = async (): Promise<Express> => ((await import(framework)) as { default: Express }).default // SAFE: the package

  test('detaching leaves nothing behind, observing again changes nothing', async () => {
    const express = await load()
    const program = probed([])
    const app = express()
    app.get('/', (_request, response) => response.send('ok'))
    await request(app)
    const before = placesOf(app)
    const count = (): number => program.dump().match(/activity-start .* handler/g)?.length ?? 0
    const observe = (value: unknown): (() => void) | undefined =>
      expressAdapter.observe?.(program.recorder.access, { library: 'express', name: 'default', value })
    const detachers = [observe(app), observe(app), observe(express()), observe(express.Router())]
    expect(await request(app)).toBe(200)
    expect([count(), placesOf(app)]).toEqual([1, expect.not.arrayContaining(before)])
    expect(hasSubscribers('http.server.response.finish')).toBe(true)
    for (const detach of detachers.toReversed()) detach?.()
    expect(placesOf(app)).toEqual(before)
    expect(hasSubscribers('http.server.response.finish')).toBe(false)
    expect([await request(app), count(), program.recorder.stats().errors]).toEqual([200, 1, {}])
    program.close()
  })
})

test('what only looks like an app is left alone', () => {
  const program = probed([])
  const untouched = { get: () => expect.unreachable(), getOwnPropertyDescriptor: () => expect.unreachable() }
  const looks = [
    undefined,
    {},
    () => {},
    Object.assign(() => {}, { handle: () => {}, settings: {}, request: {} }),
    Object.assign(() => {}, { stack: [], handle: () => {}, use: () => {} }),
    Object.assign(() => {}, { handle: () => {}, use: () => {}, route: () => {}, param: () => {} }),
    Object.defineProperty(() => {}, 'handle', { get: () => expect.unreachable() }),
    new Proxy(() => {}, untouched),
  ]
  for (const value of looks) {
    const before = typeof value === 'function' && !Object.is(value, looks.at(-1)) ? Object.getOwnPropertyDescriptors(value) : undefined
    expect(expressAdapter.observe?.(program.recorder.access, { library: 'express', name: 'default', value })).toBeUndefined()
    if (before !== undefined) expect(Object.getOwnPropertyDescriptors(value)).toEqual(before)
  }
  expect(hasSubscribers('http.server.response.finish')).toBe(false)
  program.close()
})
