import { expect } from 'vitest'
import { h3Adapter } from '../../src/libraries/h3.ts'
import type { Ask } from './served-programs.ts'
import { answerOf, descriptorsOf, testDetaching, testLooks, testServed } from './served-suite.ts'

const NEW = import.meta.resolve('h3')
const OLD = import.meta.resolve('h31')

const SAY = `
const wait = () => new Promise(resolve => setTimeout(resolve, 1))
process.on('unhandledRejection', error => effects.push('unhandled ' + error.message))
const ticksUntil = async promise => {
  let ticks = 0
  let isDone = false
  const count = () => { if (!isDone && ticks < 100) { ticks++; queueMicrotask(count) } }
  count()
  try { return await promise } finally { isDone = true; effects.push('ticks ' + ticks) }
}
`

const APP_2 = `
import http from 'node:http'
import { H3, HTTPError, bodyLimit, defineHandler, onError, toNodeHandler } from FRAMEWORK
${SAY}
const app = observe(new H3({ silent: true, onError: error => void effects.push('told ' + error.message) }), 'H3')
const say = (name, event) => void effects.push(name + ' ' + event.req.method + ' ' + event.url.pathname + ' ' + event.context.matchedRoute?.handler.name)
app.use(async function first(event, next) {
  say('first', event)
  effects.push([typeof this, next.length, arguments.length].join())
  const below = next()
  effects.push((below instanceof Promise) + ' ' + (next() === below))
  const value = await (event.url.searchParams.has('ticks') ? ticksUntil(below) : below)
  effects.push('first after ' + typeof value)
  return value
})
app.use(onError(function mend(error, event) { say('mend ' + error.message, event); if (event.url.searchParams.has('mend')) return 'mended' }))
app.use(event => { say('looks', event) })
app.use('/deny/**', function deny(event) { return event.url.searchParams.has('let') ? undefined : new Response('denied', { status: 403 }) })
app.use('/floats', function floats(event, next) { void next(); return 'floating' })
app.use('/limit', bodyLimit(5))
app.get('/users/:id', async function show(event) { say('show', event); await wait(); return { ...event.context.params, meta: event.context.matchedRoute.meta } }, { meta: { own: 1 }, middleware: [async function local(event, next) { say('local', event); return next() }] })
app.get('/meta', Object.assign(() => 'meta', { meta: { given: 2 } }))
app.post('/echo', async event => event.req.json())
app.post('/limit', async event => event.req.text())
app.get('/throw', function broken() { throw new TypeError('thrown') })
app.get('/floats', async () => { throw new RangeError('floated') })
app.get('/rejects', async () => { await wait(); throw HTTPError.status(409, 'Rejected') })
app.get('/later', async () => { await wait(); return 'later' })
app.get('/nothing', () => {})
app.get('/null', () => null)
app.get('/object', defineHandler({ middleware: [function inside() { effects.push('inside') }], handler: function made(event) { return 'made' } }))
app.get('/stream', () => new ReadableStream({ async start(controller) { controller.enqueue(new TextEncoder().encode('one ')); await wait(); controller.enqueue(new TextEncoder().encode('two')); controller.close() } }))
app.get('/waits', async event => { event.req.signal.addEventListener('abort', () => effects.push('left')); effects.push('waiting'); await new Promise(() => {}) })
app.all('/any', event => event.req.method)
const sub = observe(new H3(), 'H3')
sub.use(async function inner(event, next) { say('inner', event); return next() })
sub.get('/items/:item', event => event.context.params)
sub.get('/fail', () => { throw new Error('sub failure') })
app.mount('/sub', sub)
app.mount('/mounted', request => new Response('mounted ' + new URL(request.url).pathname))
export const serve = async () => {
  effects.push(JSON.stringify(app['~routes'].map(({ method, route, handler, meta }) => [method, route, handler.name, handler.length, meta])))
  effects.push(JSON.stringify(app['~middleware'].map(each => [each.name, each.length])), JSON.stringify(Object.keys(app)))
  effects.push(await (await app.request('/users/1')).text())
  return listen(http.createServer(toNodeHandler(app)))
}
`

const APP_1 = `
import http from 'node:http'
import { createApp, createError, createRouter, defineEventHandler, defineLazyEventHandler, eventHandler, fromNodeMiddleware, getQuery, readBody, toNodeListener, useBase } from FRAMEWORK
${SAY}
const app = observe(createApp({ onError: error => void effects.push('told ' + error.message), onRequest: event => void effects.push('> ' + event.path) }), 'createApp')
const say = (name, event) => void effects.push(name + ' ' + event.method + ' ' + event.path + ' ' + event.context.matchedRoute?.handlers.get?.name)
app.use(function first(event) { say('first', event); effects.push([typeof this, arguments.length].join()) })
app.use('/deny', eventHandler(function deny(event) { if (getQuery(event).let === undefined) throw createError({ statusCode: 403, message: 'denied' }) }))
app.use([event => say('one', event), async event => say('two', event)])
app.use({ route: '/layer', handler: function layer(event) { return 'layer ' + event.path } })
app.use('/lazy', defineLazyEventHandler(async () => eventHandler(() => 'lazy')))
app.use('/match', () => 'matched', { match: path => path.includes('yes') })
app.use('/node', fromNodeMiddleware((request, response, next) => { effects.push('node ' + request.url); if (request.url.includes('end')) response.end('ended'); else next() }))
const router = observe(createRouter(), 'createRouter')
router.get('/users/:id', defineEventHandler(async function show(event) { say('show', event); await wait(); return { ...event.context.params, route: event.context.matchedRoute.path } }))
router.post('/echo', defineEventHandler(async event => readBody(event)))
router.get('/throw', defineEventHandler(function broken() { throw new TypeError('thrown') }))
router.get('/rejects', defineEventHandler(async () => { await wait(); throw createError({ statusCode: 409, message: 'rejected' }) }))
router.get('/later', defineEventHandler(async event => { const text = await ticksUntil(wait().then(() => 'later')); return text }))
router.get('/nothing', defineEventHandler(() => {}))
router.get('/null', defineEventHandler(() => null))
router.get('/object', defineEventHandler({ onRequest: [() => void effects.push('inside')], handler: function made() { return 'made' } }))
router.get('/stream', defineEventHandler(() => new ReadableStream({ async start(controller) { controller.enqueue(new TextEncoder().encode('one ')); await wait(); controller.enqueue(new TextEncoder().encode('two')); controller.close() } })))
router.get('/waits', defineEventHandler(async event => { event.node.res.on('close', () => effects.push('left')); effects.push('waiting'); await new Promise(() => {}) }))
router.use('/any', defineEventHandler(event => event.method))
router.add('/many', defineEventHandler(event => event.method), ['get', 'put'])
const sub = observe(createRouter({ preemptive: true }), 'createRouter')
sub.get('/items/:item', defineEventHandler(event => event.context.params))
sub.get('/fail', defineEventHandler(() => { throw new Error('sub failure') }))
app.use(router)
app.use('/sub', useBase('/sub', sub.handler))
export const serve = async () => {
  effects.push(JSON.stringify(app.stack.map(({ route, handler }) => [route, handler.name, handler.length])), JSON.stringify(Object.keys(app)), Object.keys(router).join())
  effects.push(JSON.stringify((await app.resolve('/users/5')).route), app.use.name + app.use.length, String(router.use === router.add))
  return listen(http.createServer(toNodeListener(app)))
}
`

const ASKS: readonly Ask[] = [
  { send: 'GET /users/7' },
  { send: 'GET /users/7?ticks=1' },
  { send: 'HEAD /users/7' },
  { send: 'OPTIONS /any' },
  { send: 'DELETE /any?ticks=1' },
  { send: 'PUT /many' },
  { send: 'GET /nowhere?ticks=1' },
  { send: 'GET /deny/x' },
  { send: 'GET /deny/x?let=1' },
  { send: 'GET /meta' },
  { send: 'POST /echo', headers: ['Content-Type: application/json'], body: '{"a":[1]}' },
  { send: 'POST /echo', headers: ['Content-Type: application/json'], body: '{"a":' },
  { send: 'POST /limit', body: 'four' },
  { send: 'POST /limit', body: 'too long' },
  { send: 'GET /throw?ticks=1' },
  { send: 'GET /throw?mend=1' },
  { send: 'GET /floats' },
  { send: 'GET /rejects' },
  { send: 'GET /later' },
  { send: 'GET /nothing' },
  { send: 'GET /null' },
  { send: 'GET /object' },
  { send: 'GET /stream' },
  { send: 'GET /waits', abort: true },
  { send: 'GET /layer/x' },
  { send: 'GET /lazy' },
  { send: 'GET /match/yes' },
  { send: 'GET /match/no' },
  { send: 'GET /node/end' },
  { send: 'GET /node/on' },
  { send: 'GET /sub/items/5' },
  { send: 'GET /sub/fail' },
  { send: 'GET /sub/none' },
  { send: 'GET /mounted/deep' },
]

const PATHS = ['/api/users/7', '/api/reset/abcdefgh12345', '/api/broken', '/plain', '/none']

const CHAINS_2 = `
import http from 'node:http'
import { H3, toNodeHandler } from FRAMEWORK
${SAY}
const app = observe(new H3({ silent: true }), 'H3')
app.use(event => { looked() })
const looked = () => {}
app.use('/api/**', async function log(event, next) { await wait(); return next() })
app.use('/api/**', new Function('return async function lost(event, next) { await null; return next() }')())
const sub = observe(new H3(), 'H3')
sub.get('/users/:id', async function show(event) { await wait(); return answer() }, { middleware: [function local() {}] })
sub.get('/reset/:token', () => 'reset')
sub.get('/broken', function broken() { throw new RangeError('no') })
const answer = () => 'shown'
app.mount('/api', sub)
app.get('/plain', async function plain() { await wait(); throw new TypeError('plain') })
export const serve = () => listen(http.createServer(toNodeHandler(app)))
`

const CHAINS_1 = `
import http from 'node:http'
import { createApp, createRouter, eventHandler, toNodeListener, useBase } from FRAMEWORK
${SAY}
const app = observe(createApp(), 'createApp')
app.use(async function log() { await wait() })
app.use(new Function('return async function lost() { await null }')())
const router = observe(createRouter(), 'createRouter')
router.get('/users/:id', eventHandler(async function show(event) { await wait(); return answer() }))
router.get('/reset/:token', () => 'reset')
router.get('/broken', function broken() { throw new RangeError('no') })
const answer = () => 'shown'
app.use('/api', router.handler)
app.use('/plain', async function plain() { await wait(); throw new TypeError('plain') })
export const serve = () => listen(http.createServer(toNodeListener(app)))
`

const CROWD = `
import { H3, toNodeHandler } from FRAMEWORK
const app = observe(new H3(), 'H3')
app.use(async function timed() { const next = arguments[1]; return new Promise((resolve, reject) => setTimeout(() => next().then(resolve, reject), Math.random() * 50)) })
app.use(opaque('async function lost(event, next) { await null; return next() }'))
app.use(opaque('function late(event, next) { return new Promise(resolve => pooled(() => resolve(next()))) }'))
app.get('/task/:id', async function done() { const { id } = arguments[0].context.params; step(id, 'done'); return id }, {
  middleware: [async function asked() { const [event, next] = arguments; await new Promise(done => task(event.context.params.id, done)); return next() }],
})
export const serve = () => beside(() => listen(http.createServer(toNodeHandler(app))))
`

testServed('h3', [
  {
    version: 1,
    framework: OLD,
    app: { text: APP_1, asks: ASKS, open: ['[route <anonymous> /waits]'] },
    chains: {
      text: CHAINS_1,
      paths: PATHS,
      statuses: [200, 200, 500, 500, 404],
      trees: [
        'GET /api/users/7 → 200',
        '  [middleware log] → ended',
        '    [middleware lost] → ended',
        '      [middleware <anonymous> /api] → ended',
        '        [route show /api/users/:id {"id":"7"}] → ended',
        'GET /api/reset/▒parameter token▒ → 200',
        '  [middleware log] → ended',
        '    [middleware lost] → ended',
        '      [middleware <anonymous> /api] → ended',
        '        [route <anonymous> /api/reset/:token {"token":"▒"}] → ended',
        'GET /api/broken → 500',
        '  [middleware log] → ended',
        '    [middleware lost] → ended',
        '      [middleware <anonymous> /api] → RangeError: no',
        '        [route broken /api/broken] → RangeError: no',
        'GET /plain → 500',
        '  [middleware log] → ended',
        '    [middleware lost] → ended',
        '      [middleware plain /plain] → TypeError: plain',
        'GET /none → 404',
        '  [middleware log] → ended',
        '    [middleware lost] → ended',
      ],
      answered: '[route show /api/users/:id {"id":"7"}]',
    },
  },
  {
    version: 2,
    framework: NEW,
    app: {
      text: APP_2,
      asks: ASKS,
      // Of the request without a server, whose answer nobody sends, and of the one that was left.
      open: ['[route show /users/:id {"id":"1"}]', '[middleware first]', '[middleware <anonymous>]', '[route <anonymous> /waits]'],
    },
    chains: {
      text: CHAINS_2,
      paths: PATHS,
      statuses: [200, 200, 500, 500, 404],
      trees: [
        'GET /api/users/7 → 200',
        '  [middleware <anonymous>] → ended',
        '    [middleware log /api/**] → ended',
        '      [middleware lost /api/**] → ended',
        '        [middleware local /api/users/:id {"id":"7"}] → ended',
        '          [route show /api/users/:id {"id":"7"}] → ended',
        'GET /api/reset/▒parameter token▒ → 200',
        '  [middleware <anonymous>] → ended',
        '    [middleware log /api/**] → ended',
        '      [middleware lost /api/**] → ended',
        '        [route <anonymous> /api/reset/:token {"token":"▒"}] → ended',
        'GET /api/broken → 500',
        '  [middleware <anonymous>] → ended',
        '    [middleware log /api/**] → RangeError: no',
        '      [middleware lost /api/**] → RangeError: no',
        '        [route broken /api/broken] → RangeError: no',
        'GET /plain → 500',
        '  [middleware <anonymous>] → ended',
        '    [route plain /plain] → TypeError: plain',
        'GET /none → 404',
        '  [middleware <anonymous>] → ended',
      ],
      course: [
        '+ GET /api/users/7',
        '+ [middleware <anonymous>]',
        '- [middleware <anonymous>] → ended',
        '+ [middleware log /api/**]',
        '+ [middleware lost /api/**]',
        '+ [middleware local /api/users/:id {"id":"7"}]',
        '- [middleware local /api/users/:id {"id":"7"}] → ended',
        '+ [route show /api/users/:id {"id":"7"}]',
      ],
      answered: '[route show /api/users/:id {"id":"7"}]',
    },
    crowd: { text: CROWD, handlers: 5000 },
  },
])

type Listener = Parameters<typeof answerOf>[0]

interface App {
  readonly '~routes'?: readonly unknown[]
  use(handler: () => void): void
  get(path: string, handler: () => string): void
}

interface Exports {
  readonly H3: new () => App
  readonly toNodeHandler: (app: App) => Listener
  readonly createApp: () => App
  readonly createRouter: () => App
  readonly toNodeListener: (app: App) => Listener
}

testDetaching<App>(h3Adapter, {
  make: async () => {
    const { H3 } = (await import(NEW)) as Exports // SAFE: the package
    return [new H3(), new H3()] as const
  },
  fill: app => {
    app.use(() => {})
    app.get('/', () => 'ok')
  },
  ask: async app => answerOf(((await import(NEW)) as Exports).toNodeHandler(app)), // SAFE: as above
  places: app => descriptorsOf(app, Object.getPrototypeOf(app)),
  answer: 'ok',
  handlers: 2,
})

// The first has a router, which is observed with it.
const routers = new Map<App, App>()

testDetaching<App>(h3Adapter, {
  make: async () => {
    const { createApp, createRouter } = (await import(OLD)) as Exports // SAFE: as above
    const [app, other, router] = [createApp(), createApp(), createRouter()]
    routers.set(app, router)
    routers.set(other, router)
    return [app, other, router] as const
  },
  fill: app => {
    const router = routers.get(app)
    app.use(() => {})
    router?.get('/', () => 'ok')
    app.use(router as never) // SAFE: what an app takes
  },
  ask: async app => answerOf(((await import(OLD)) as Exports).toNodeListener(app)), // SAFE: as above
  places: app => descriptorsOf(app, routers.get(app)),
  answer: 'ok',
  handlers: 2,
})

const handler = Object.assign(() => {}, { __is_handler__: true })
const make = { use: () => {}, mount: () => {}, on: () => {} }

testLooks(h3Adapter, [
  undefined,
  {},
  { '~middleware': [], ...make },
  { '~middleware': {}, ...make, '~addRoute': () => {} },
  { handler: () => {}, stack: [], use: () => {} },
  { handler, stack: [] },
  { handler, add: () => {}, use: () => {}, get: () => {} },
  Object.defineProperty({ handler: () => expect.unreachable() }, '~middleware', { get: () => expect.unreachable() }),
])
