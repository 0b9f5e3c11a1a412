import { expect } from 'vitest'
import { fastifyAdapter } from '../../src/libraries/fastify.ts'
import type { Ask } from './served-programs.ts'
import { testDetaching, testLooks, testServed } from './served-suite.ts'

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
import fastify from FRAMEWORK
${SERVE}
const app = observe(fastify({ forceCloseConnections: true }), 'fastify')
app.addHook('onRequest', function timed() { setTimeout(arguments[2], Math.random() * 50) })
app.addHook('onRequest', opaque('async function lost() { await null }'))
app.addHook('preHandler', opaque('function late(request, reply, next) { pooled(next) }'))
app.register(async scope => {
  scope.get('/:id', { preHandler: async function asked() {
    const { id } = arguments[0].params
    await new Promise(done => task(id, done))
  } }, function done() { const [request, reply] = arguments; step(request.params.id, 'done'); reply.send(request.params.id) })
}, { prefix: '/task' })
export const serve = () => beside(() => open(app))
`

const TREES = [
  'GET /api/users/7 → 200',
  '  [middleware onRequest log /api/users/:id {"id":"7"}] → ended',
  '    [middleware onRequest lost /api/users/:id {"id":"7"}] → ended',
  '      [middleware preHandler /api/users/:id {"id":"7"}] → ended',
  '        [middleware preHandler local /api/users/:id {"id":"7"}] → ended',
  '          [route show /api/users/:id {"id":"7"}] → ended',
  '            [middleware onSend sent /api/users/:id {"id":"7"}] → ended',
  'GET /api/broken → 500',
  '  [middleware onRequest log /api/broken] → ended',
  '    [middleware onRequest lost /api/broken] → ended',
  '      [middleware preHandler /api/broken] → ended',
  '        [route broken /api/broken] → RangeError: no',
  '          [handler failed /api/broken] → ended',
  '            [middleware onSend sent /api/broken] → ended',
  'GET /api/sends/▒parameter token▒ → 200',
  '  [middleware onRequest log /api/sends/:token {"token":"▒"}] → ended',
  '    [middleware onRequest lost /api/sends/:token {"token":"▒"}] → ended',
  '      [middleware preHandler /api/sends/:token {"token":"▒"}] → ended',
  '        [route sends /api/sends/:token {"token":"▒"}] → ended',
  '          [middleware onSend sent /api/sends/:token {"token":"▒"}] → ended',
  'GET /api/users/8?bad=1 → 500',
  '  [middleware onRequest log /api/users/:id {"id":"8"}] → ended',
  '    [middleware onRequest lost /api/users/:id {"id":"8"}] → ended',
  '      [middleware preHandler /api/users/:id {"id":"8"}] → ended',
  '        [middleware preHandler local /api/users/:id {"id":"8"}] → TypeError: bad',
  '          [handler failed /api/users/:id {"id":"8"}] → ended',
  '            [middleware onSend sent /api/users/:id {"id":"8"}] → ended',
  'GET /none → 404',
  '  [middleware onRequest log {"*":"none"}] → ended',
  '    [middleware onRequest lost {"*":"none"}] → ended',
  '      [middleware preHandler {"*":"none"}] → ended',
  '        [handler missing {"*":"none"}] → ended',
  '          [middleware onSend sent {"*":"none"}] → ended',
]

testServed(
  'fastify',
  VERSIONS.map(({ version, framework }) => ({
    version,
    framework,
    app: { text: APP, asks: ASKS, open: ['[route handler /waits]'] },
    chains: {
      text: CHAINS,
      paths: ['/api/users/7', '/api/broken', '/api/sends/abcdefgh12345', '/api/users/8?bad=1', '/none'],
      statuses: [200, 500, 200, 500, 404],
      trees: TREES,
      course: [
        '+ GET /api/users/7',
        '+ [middleware onRequest log /api/users/:id {"id":"7"}]',
        '- [middleware onRequest log /api/users/:id {"id":"7"}] → ended',
        '+ [middleware onRequest lost /api/users/:id {"id":"7"}]',
        '- [middleware onRequest lost /api/users/:id {"id":"7"}] → ended',
        '+ [middleware preHandler /api/users/:id {"id":"7"}]',
        '- [middleware preHandler /api/users/:id {"id":"7"}] → ended',
        '+ [middleware preHandler local /api/users/:id {"id":"7"}]',
        '- [middleware preHandler local /api/users/:id {"id":"7"}] → ended',
        '+ [route show /api/users/:id {"id":"7"}]',
        '- [route show /api/users/:id {"id":"7"}] → ended',
        '+ [middleware onSend sent /api/users/:id {"id":"7"}]',
        '- [middleware onSend sent /api/users/:id {"id":"7"}] → ended',
        '- GET /api/users/7 → 200',
      ],
      answered: '[route show /api/users/:id {"id":"7"}]',
    },
    ...(version === NEWEST && { crowd: { text: CROWD, handlers: 5000 } }),
  })),
)

interface Instance {
  addHook(name: string, hook: (...args: never[]) => void): void
  get(path: string, handler: (...args: never[]) => unknown): void
  inject(path: string): Promise<{ readonly statusCode: number; readonly body: string }>
}

/** The instance, its hooks and what they come from; lists are changed in place, so a copy of each is kept. */
function placesOf(app: Instance): unknown[] {
  const key = Object.getOwnPropertySymbols(app).find(({ description }) => description === 'fastify.hooks')
  const hooks: unknown = Reflect.get(app, key ?? '')
  return [app, hooks, Object.getPrototypeOf(hooks)].map(
    at =>
      Object.entries(Object.getOwnPropertyDescriptors(at)).map(([name, { value }]) => [
        name,
        Array.isArray(value) ? [value, ...(value as unknown[])] : value,
      ]), // SAFE: as tested
  )
}

for (const { framework } of VERSIONS)
  testDetaching(fastifyAdapter, {
    make: async () => {
      const { default: fastify } = (await import(framework)) as { default: () => Instance } // SAFE: the package
      return [fastify(), fastify()] as const
    },
    fill: app => {
      app.addHook('onRequest', (_request: object, _reply: object, done: () => void) => done())
      app.get('/', () => 'ok')
    },
    ask: async app => (await app.inject('/')).body,
    places: placesOf,
    answer: 'ok',
    handlers: 2,
  })

const key = Symbol('fastify.hooks')

testLooks(fastifyAdapter, [
  undefined,
  {},
  { addHook: () => {}, setErrorHandler: () => {} },
  { setErrorHandler: () => {}, [key]: { onRoute: [] } },
  Object.defineProperty({ setErrorHandler: () => {} }, key, { get: () => expect.unreachable() }),
  { [key]: Object.create({ add: () => {}, validate: () => {} }, { onRoute: { value: [] } }) as object },
])
