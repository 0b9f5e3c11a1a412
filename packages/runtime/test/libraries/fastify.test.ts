import { hasSubscribers } from 'node:diagnostics_channel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fastifyAdapter } from '../../src/libraries/fastify.ts'
import { probed } from '../probed.ts'
import { courseOf, createServed, crowdOf, nodesOf, treesOf } from './served-programs.ts'
import type { Ask, Served } from './served-programs.ts'

const VERSIONS = [
  { version: 4, framework: import.meta.resolve('fastify4') },
  { version: 5, framework: import.meta.resolve('fastify') },
]

const NEWEST = 5

const SERVE = `
const open = async app => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: app.server.address().port, close: () => app.close() }
}
const wait = () => new Promise(resolve => setTimeout(resolve, 1))
`

const APP = `
import fastify from FRAMEWORK
${SERVE}
const app = observe(fastify({ forceCloseConnections: true, exposeHeadRoutes: true }), 'fastify')
const say = (name, request) => effects.push(name + ' ' + request.method + ' ' + request.url)
const refused = make => { try { make(); effects.push('taken') } catch (error) { effects.push('refused ' + error.code) } }
app.addHook('onRoute', function (options) { effects.push(['route', options.method, options.url, options.handler === show, options.handler.name, typeof this.addHook].join(' ')) })
app.addHook('onRequest', function first(request, reply, done) { say('first', request); effects.push([this === app, done.name, done.length, arguments.length].join()); const result = done(); effects.push('first after ' + result) })
app.addHook('onRequest', async function second(request) { say('second', request); await wait(); if (request.query.deny) throw Object.assign(new Error('denied'), { statusCode: 403 }) })
app.addHook('preParsing', (request, reply, payload, done) => { effects.push('parsing ' + done.length); done(null, payload) })
app.addHook('preValidation', async request => say('preValidation', request))
app.addHook('preHandler', function (request, reply, done) { say('preHandler', request); if (request.query.early) reply.send('early'); else if (request.query.bad) done(new Error('bad')); else setTimeout(done, 1) })
app.addHook('preSerialization', async (request, reply, payload) => ({ ...payload, serialized: true }))
app.addHook('onSend', function (request, reply, payload, done) { effects.push('send ' + done.length + ' ' + typeof payload); done(null, payload) })
app.addHook('onError', async (request, reply, error) => void effects.push('onError ' + error.message))
app.addHook('onResponse', async request => say('response', request))
app.addHook('onRequestAbort', async request => { effects.push('left') })
refused(() => app.addHook('onRequest', async (request, reply, done) => {}))
refused(() => app.get('/never', { preHandler: [async (request, reply, done) => {}] }, () => {}))
refused(() => app.setErrorHandler('text'))
function show(request, reply) { say('show', request); reply.send({ id: request.params.id, own: this === app }) }
app.get('/users/:id', { preHandler: [function local(request, reply, done) { say('local', request); done() }] }, show)
app.post('/echo', async request => request.body)
app.get('/returns', () => 'returned')
app.get('/throw', function broken() { throw new TypeError('thrown') })
app.get('/rejects', async () => { await wait(); throw new RangeError('rejected') })
app.get('/nothing', async (request, reply) => { reply.code(204) })
app.get('/later', (request, reply) => { setTimeout(() => reply.send('later'), 1) })
app.get('/stream', async (request, reply) => {
  const { Readable } = await import('node:stream')
  return reply.type('text/plain').send(Readable.from(['one ', 'two ', 'three']))
})
app.get('/waits', (request, reply) => { effects.push('waiting') })
app.get('/own', { errorHandler: function ownError(error, request, reply) { reply.code(418).send('own ' + error.message) } }, () => { throw new Error('teapot') })
app.options('/any', async () => 'options')
app.register(async function plugin(scope) {
  scope.addHook('preHandler', async function inner(request) { say('inner', request) })
  scope.setErrorHandler(async (error, request, reply) => { say('scope error', request); if (request.query.again) throw error; reply.code(409); return { scope: error.message } })
  scope.setNotFoundHandler({ preHandler: (request, reply, done) => { say('looked', request); done() } }, function missing(request, reply) { reply.code(404).send('not in scope') })
  scope.get('/items/:item', async request => request.params)
  scope.get('/fail', async () => { throw new Error('inner failure') })
}, { prefix: '/scope' })
app.setErrorHandler(function failed(error, request, reply) { effects.push('failed ' + error.message + ' ' + (this === app)); if (request.query.plain) throw error; reply.code(error.statusCode ?? 500).send('handled ' + error.message) })
export const serve = async () => {
  const served = await open(app)
  effects.push(app.printRoutes({ includeHooks: true, commonPrefix: false }), JSON.stringify(Object.keys(app)), app.errorHandler.name)
  effects.push((await app.inject('/users/1')).body)
  return served
}
`

const ASKS: readonly Ask[] = [
  { send: 'GET /users/7' },
  { send: 'HEAD /users/7' },
  { send: 'OPTIONS /any' },
  { send: 'OPTIONS /users/7' },
  { send: 'GET /nowhere' },
  { send: 'POST /echo', headers: ['Content-Type: application/json'], body: '{"a":[1]}' },
  { send: 'POST /echo', headers: ['Content-Type: application/json'], body: '{"a":' },
  { send: 'POST /echo', headers: ['Content-Type: text/odd'], body: 'x' },
  { send: 'GET /returns' },
  { send: 'GET /throw' },
  { send: 'GET /throw?plain=1' },
  { send: 'GET /rejects' },
  { send: 'GET /nothing' },
  { send: 'GET /later' },
  { send: 'GET /stream' },
  { send: 'GET /waits', abort: true },
  { send: 'GET /own' },
  { send: 'GET /users/7?deny=1' },
  { send: 'GET /users/7?bad=1' },
  { send: 'GET /users/7?early=1' },
  { send: 'GET /scope/items/5' },
  { send: 'GET /scope/fail' },
  { send: 'GET /scope/fail?again=1' },
  { send: 'GET /scope/none' },
  { send: 'GET /%E0%A4%A' },
]

const CHAINS = `
import fastify from FRAMEWORK
${SERVE}
const app = observe(fastify({ forceCloseConnections: true }), 'fastify')
app.addHook('onRequest', function log(request, reply, done) { done() })
app.addHook('onRequest', new Function('return async function lost() { await null }')())
app.addHook('preHandler', async () => { await wait() })
app.register(async scope => {
  scope.get('/users/:id', { preHandler: function local(request, reply, done) { setTimeout(done, 1, request.query.bad ? new TypeError('bad') : undefined) } }, async function show() { await wait(); return answer() })
  scope.get('/broken', async function broken() { await wait(); throw new RangeError('no') })
  scope.get('/sends/:token', function sends(request, reply) { setTimeout(function late() { reply.send('late') }, 1) })
}, { prefix: '/api' })
const answer = () => 'shown'
app.addHook('onSend', async function sent(request, reply, payload) { return payload })
app.setErrorHandler(function failed(error, request, reply) { reply.code(500).send('failed') })
app.setNotFoundHandler(function missing(request, reply) { reply.code(404).send('none') })
export const serve = () => open(app)
`

const CROWD = `
import http from 'node:http'
import fastify from FRAMEWORK
${SERVE}
export const requests = Array.from({ length: 1000 }, (_, i) => ({ send: 'GET /task/' + i }))
const other = http.createServer((request, response) => setTimeout(() => response.end('other'), 1))
const step = (id, name) => id + name
const app = observe(fastify({ forceCloseConnections: true }), 'fastify')
app.addHook('onRequest', function timed() { setTimeout(arguments[2], Math.random() * 50) })
app.addHook('onRequest', new Function('return async function lost() { await null }')())
const queue = []
app.addHook('preHandler', new Function('queue', 'const flush = () => { for (const each of queue.splice(0).reverse()) each() }; return function pooled(request, reply, next) { if (queue.push(next) === 1) setTimeout(flush, 5) }')(queue))
app.register(async scope => {
  scope.get('/:id', { preHandler: async function asked() {
    const { id } = arguments[0].params
    step(id, 'before')
    const answer = id % 10 === 0 ? await fetch('http://127.0.0.1:' + other.address().port + '/' + id) : await null
    step(id, 'fetched')
    await answer?.text()
    await new Promise(resolve => setTimeout(() => { step(id, 'nested'); setImmediate(() => { step(id, 'deeper'); resolve() }) }, Math.random() * 5))
  } }, function done() { const [request, reply] = arguments; step(request.params.id, 'done'); reply.send(request.params.id) })
}, { prefix: '/task' })
export const serve = async () => {
  await new Promise(resolve => other.listen(0, '127.0.0.1', resolve))
  const served = await open(app)
  return { ...served, close: async () => { await served.close(); other.close(); other.closeAllConnections() } }
}
`

describe.each(VERSIONS)('fastify $version', ({ version, framework }) => {
  let served: Served
  beforeAll(async () => {
    served = await createServed('fastify', framework)
  })
  afterAll(() => served.remove())

  test('answers, errors and the order of effects are what they are without a recorder', async () => {
    const [plain, recorded] = [await served.plain(APP, ASKS), await served.recorded(APP, ASKS)]
    expect(recorded.errors).toEqual({})
    expect(recorded.answers).toEqual(plain.answers)
    expect(recorded.effects).toEqual(plain.effects)
    expect(recorded.answers).toHaveLength(ASKS.length)
    const open = [...nodesOf(recorded.events).values()].filter(({ type, end }) => type === 'handler' && end === undefined)
    expect(open.map(({ label }) => label)).toEqual(['[route handler /waits]'])
  })

  test('a request is a chain of its hooks and its handler, each with its route, parameters and error', async () => {
    const asks = ['/api/users/7', '/api/broken', '/api/sends/abcdefgh12345', '/api/users/8?bad=1', '/none'].map(path => ({ send: `GET ${path}` }))
    const { events, answers, errors } = await served.recorded(CHAINS, asks)
    expect(errors).toEqual({})
    expect(answers.map(answer => answer.slice(9, 12))).toEqual(['200', '500', '200', '500', '404'])
    expect(treesOf(events, ({ type }) => type === 'request' || type === 'handler')).toEqual([
      'GET /api/users/7 → 200',
      '  [middleware log /api/users/:id {"id":"7"}] → ended',
      '    [middleware lost /api/users/:id {"id":"7"}] → ended',
      '      [middleware preHandler /api/users/:id {"id":"7"}] → ended',
      '        [middleware local /api/users/:id {"id":"7"}] → ended',
      '          [route show /api/users/:id {"id":"7"}] → ended',
      '            [middleware sent /api/users/:id {"id":"7"}] → ended',
      'GET /api/broken → 500',
      '  [middleware log /api/broken] → ended',
      '    [middleware lost /api/broken] → ended',
      '      [middleware preHandler /api/broken] → ended',
      '        [route broken /api/broken] → RangeError: no',
      '          [handler failed /api/broken] → ended',
      '            [middleware sent /api/broken] → ended',
      'GET /api/sends/▒parameter token▒ → 200',
      '  [middleware log /api/sends/:token {"token":"▒"}] → ended',
      '    [middleware lost /api/sends/:token {"token":"▒"}] → ended',
      '      [middleware preHandler /api/sends/:token {"token":"▒"}] → ended',
      '        [route sends /api/sends/:token {"token":"▒"}] → ended',
      '          [middleware sent /api/sends/:token {"token":"▒"}] → ended',
      'GET /api/users/8?bad=1 → 500',
      '  [middleware log /api/users/:id {"id":"8"}] → ended',
      '    [middleware lost /api/users/:id {"id":"8"}] → ended',
      '      [middleware preHandler /api/users/:id {"id":"8"}] → ended',
      '        [middleware local /api/users/:id {"id":"8"}] → TypeError: bad',
      '          [handler failed /api/users/:id {"id":"8"}] → ended',
      '            [middleware sent /api/users/:id {"id":"8"}] → ended',
      'GET /none → 404',
      '  [middleware log {"*":"none"}] → ended',
      '    [middleware lost {"*":"none"}] → ended',
      '      [middleware preHandler {"*":"none"}] → ended',
      '        [handler missing {"*":"none"}] → ended',
      '          [middleware sent {"*":"none"}] → ended',
    ])
    expect(courseOf(events).slice(0, 14)).toEqual([
      '+ GET /api/users/7',
      '+ [middleware log /api/users/:id {"id":"7"}]',
      '- [middleware log /api/users/:id {"id":"7"}] → ended',
      '+ [middleware lost /api/users/:id {"id":"7"}]',
      '- [middleware lost /api/users/:id {"id":"7"}] → ended',
      '+ [middleware preHandler /api/users/:id {"id":"7"}]',
      '- [middleware preHandler /api/users/:id {"id":"7"}] → ended',
      '+ [middleware local /api/users/:id {"id":"7"}]',
      '- [middleware local /api/users/:id {"id":"7"}] → ended',
      '+ [route show /api/users/:id {"id":"7"}]',
      '- [route show /api/users/:id {"id":"7"}] → ended',
      '+ [middleware sent /api/users/:id {"id":"7"}]',
      '- [middleware sent /api/users/:id {"id":"7"}] → ended',
      '- GET /api/users/7 → 200',
    ])
  })

  test.runIf(version === NEWEST)('1000 requests at once do not mix', { timeout: 120_000 }, async () => {
    const { events, answers, errors } = await served.recorded(CROWD, [])
    expect(errors).toEqual({})
    expect(answers.map(answer => /^HTTP\/1.1 200 .*\r\n\r\n(\d+)$/s.exec(answer)?.[1])).toEqual(answers.map((_, i) => String(i)))
    expect(crowdOf(events, ({ label }) => /^step\((\d+), /.exec(label)?.[1])).toEqual({ requests: 1000, handlers: 5000, calls: 5000, astray: [] })
  })
})

interface Instance {
  addHook(name: string, hook: (...args: never[]) => void): void
  get(path: string, handler: (...args: never[]) => unknown): void
  inject(path: string): Promise<{ readonly statusCode: number; readonly body: string }>
}

/** The instance, its hooks and what they come from, with their descriptors. */
function placesOf(app: Instance): unknown[] {
  const key = Object.getOwnPropertySymbols(app).find(({ description }) => description === 'fastify.hooks')
  const hooks: unknown = Reflect.get(app, key ?? '')
  return [app, hooks, Object.getPrototypeOf(hooks)].flatMap(at => [at, Object.getOwnPropertyDescriptors(at)])
}

describe.each(VERSIONS)('in one realm, fastify $version', ({ framework }) => {
  const load = async (): Promise<() => Instance> => ((await import(framework)) as { default: () => Instance }).default // SAFE: the package

  test('detaching leaves nothing behind, observing again changes nothing', async () => {
    const fastify = await load()
    const program = probed([])
    const observe = (value: unknown): (() => void) | undefined =>
      fastifyAdapter.observe?.(program.recorder.access, { library: 'fastify', name: 'fastify', value })
    const count = (): number => program.dump().match(/activity-start .* handler/g)?.length ?? 0
    const [app, other] = [fastify(), fastify()]
    const before = structuredClonePlaces(other)
    const detachers = [observe(app), observe(app), observe(other)]
    app.addHook('onRequest', (_request: object, _reply: object, done: () => void) => done())
    app.get('/', () => 'ok')
    expect(structuredClonePlaces(other)).not.toEqual(before)
    expect(hasSubscribers('http.server.response.finish')).toBe(true)
    expect([(await app.inject('/')).body, count()]).toEqual(['ok', 2])
    for (const detach of detachers.toReversed()) detach?.()
    expect(structuredClonePlaces(other)).toEqual(before)
    expect(hasSubscribers('http.server.response.finish')).toBe(false)
    expect([(await app.inject('/')).body, count(), program.recorder.stats().errors]).toEqual(['ok', 2, {}])
    program.close()
  })
})

/** The lists are changed in place: a copy of each is kept. */
const structuredClonePlaces = (app: Instance): unknown[] =>
  placesOf(app).map(place =>
    typeof place === 'object' && place !== null ? Object.entries(place).map(([key, value]) => [key, copyOf(value)]) : place,
  )
const copyOf = (value: unknown): unknown => {
  const held: unknown = typeof value === 'object' && value !== null && 'value' in value ? value.value : value
  return Array.isArray(held) ? [held, ...(held as unknown[])] : held // SAFE: as tested
}

test('what only looks like an instance is left alone', () => {
  const program = probed([])
  const untouched = { get: () => expect.unreachable(), getOwnPropertyDescriptor: () => expect.unreachable(), ownKeys: () => expect.unreachable() }
  const key = Symbol('fastify.hooks')
  const looks = [
    undefined,
    {},
    { addHook: () => {}, setErrorHandler: () => {} },
    { setErrorHandler: () => {}, [key]: { onRoute: [] } },
    Object.defineProperty({ setErrorHandler: () => {} }, key, { get: () => expect.unreachable() }),
    { [key]: Object.create({ add: () => {}, validate: () => {} }, { onRoute: { value: [] } }) as object },
    new Proxy({}, untouched),
  ]
  for (const value of looks) {
    const isPlain = typeof value === 'object' && !Object.is(value, looks.at(-1))
    const before = isPlain ? Object.getOwnPropertyDescriptors(value) : undefined
    expect(fastifyAdapter.observe?.(program.recorder.access, { library: 'fastify', name: 'fastify', value })).toBeUndefined()
    if (before !== undefined) expect(Object.getOwnPropertyDescriptors(value)).toEqual(before)
  }
  expect(hasSubscribers('http.server.response.finish')).toBe(false)
  program.close()
})
