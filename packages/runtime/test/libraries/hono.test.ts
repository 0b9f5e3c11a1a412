import { expect } from 'vitest'
import { Hono } from 'hono'
import { Hono as QuickHono } from 'hono/quick'
import { Hono as TinyHono } from 'hono/tiny'
import { honoAdapter } from '../../src/libraries/hono.ts'
import type { Ask } from './served-programs.ts'
import { descriptorsOf, testDetaching, testLooks, testServed } from './served-suite.ts'

const SERVE = `
import { Hono } from FRAMEWORK
import { serve as serveApp } from ${JSON.stringify(import.meta.resolve('@hono/node-server'))}
const open = app => new Promise(resolve => {
  const server = serveApp({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
    resolve({ port, close: () => new Promise(done => { server.close(done); server.closeAllConnections() }) }))
})
const wait = () => new Promise(resolve => setTimeout(resolve, 1))
`

const APP = `
import { matchedRoutes, routePath } from ${JSON.stringify(import.meta.resolve('hono/route'))}
import { HTTPException } from ${JSON.stringify(import.meta.resolve('hono/http-exception'))}
import { inspectRoutes } from ${JSON.stringify(import.meta.resolve('hono/dev'))}
import { logger } from ${JSON.stringify(import.meta.resolve('hono/logger'))}
${SERVE}
const app = observe(new Hono(), 'Hono')
const say = (name, c) => effects.push(name + ' ' + c.req.method + ' ' + c.req.path + ' ' + routePath(c))
const ticksUntil = async promise => {
  let ticks = 0
  let isDone = false
  const count = () => { if (!isDone && ticks < 100) { ticks++; queueMicrotask(count) } }
  count()
  try { return await promise } finally { isDone = true; effects.push('ticks ' + ticks) }
}
app.use(async function first(c, next) {
  say('first', c)
  effects.push([typeof this, next.length, arguments.length].join())
  const value = await (c.req.query('ticks') ? ticksUntil(next()) : next())
  effects.push('first after ' + value + ' ' + c.res.status + ' ' + (c.error?.message ?? ''))
  c.header('x-first', 'yes')
})
app.use('/logged/*', logger(text => effects.push('log ' + text.replace(/\\d+ms|\\u001b.*?m/g, ''))))
app.use('/deny/*', (c, next) => c.req.query('let') ? next() : c.text('denied', 403))
app.get('/users/:id', async function load(c, next) { await wait(); c.set('user', c.req.param('id')); await next() }, function show(c) { say('show', c); return c.json({ user: c.get('user'), all: c.req.param(), routes: matchedRoutes(c).map(({ handler }) => handler.name) }) })
app.post('/echo', async c => c.json(await c.req.json()))
app.get('/throw', function broken() { throw new TypeError('thrown') })
app.get('/rejects', async () => { await wait(); throw new RangeError('rejected') })
app.get('/teapot', () => { throw new HTTPException(418, { message: 'teapot' }) })
app.get('/text-error', () => { throw new Error('plain text') })
app.get('/later', async c => { await wait(); return c.text('later') })
app.get('/nothing', async c => {})
app.get('/stream', c => c.body(new ReadableStream({ async start(controller) { controller.enqueue(new TextEncoder().encode('one ')); await wait(); controller.enqueue(new TextEncoder().encode('two')); controller.close() } })))
app.get('/waits', async c => { c.req.raw.signal.addEventListener('abort', () => effects.push('left')); effects.push('waiting'); await new Promise(() => {}) })
app.all('/any', async c => c.text(c.req.method))
app.get('/optional/:a?/x', c => c.json(c.req.param()))
app.get('/wild/*', c => c.text(c.req.path))
const sub = observe(new Hono(), 'Hono')
sub.use(async (c, next) => { say('sub', c); await next() })
sub.get('/items/:item', c => c.json([c.req.param(), routePath(c)]))
sub.get('/fail', () => { throw new Error('sub failure') })
sub.onError(function subError(error, c) { say('sub error', c); if (c.req.query('again')) throw error; return c.text('sub ' + error.message, 409) })
app.route('/sub', sub)
const other = observe(new Hono(), 'Hono').basePath('/v1')
other.get('/hello', c => c.text('hello'))
app.route('/api', other)
app.mount('/mounted', request => new Response('mounted ' + new URL(request.url).pathname))
app.onError(function failed(error, c) { effects.push('failed ' + error.message); if (error instanceof HTTPException) return error.getResponse(); return c.text('handled ' + error.message, 500) })
app.notFound(c => { say('missing', c); return c.text('nowhere', 404) })
const lone = observe(new Hono(), 'Hono')
lone.get('/only', function only(c) { return c.text('only ' + (this === undefined) + arguments.length) })
lone.get('/fails', () => { throw new Error('lone failure') })
// Nobody waits for what these give.
process.on('unhandledRejection', error => effects.push('unhandled ' + error.message))
const bare = observe(new Hono(), 'Hono')
bare.get('/fails', () => { throw new Error('bare') })
bare.get('/floats', c => { void c.notFound(); return c.text('floats') })
bare.onError(async error => { throw new Error('lost ' + error.message) })
bare.notFound(async () => { throw new Error('nobody') })
export const serve = async () => {
  for (const path of ['/fails', '/none', '/floats']) { void bare.request(path); await wait() }
  effects.push(JSON.stringify(app.routes.map(({ method, path, handler, basePath }) => [method, path, handler.name, handler.length, basePath])))
  effects.push(JSON.stringify(inspectRoutes(app)), JSON.stringify(Object.keys(app)), app.errorHandler.name + app.errorHandler.length)
  for (const path of ['/only', '/none', '/fails']) effects.push(await (await lone.request(path)).text())
  const result = lone.fetch(new Request('http://localhost/only'))
  effects.push(result instanceof Promise ? 'promise' : 'response')
  return open(app)
}
`

const ASKS: readonly Ask[] = [
  { send: 'GET /users/7' },
  { send: 'GET /users/7?ticks=1' },
  { send: 'HEAD /users/7' },
  { send: 'OPTIONS /any' },
  { send: 'DELETE /any?ticks=1' },
  { send: 'GET /nowhere?ticks=1' },
  { send: 'GET /logged/x' },
  { send: 'GET /deny/x' },
  { send: 'GET /deny/x?let=1' },
  { send: 'POST /echo', headers: ['Content-Type: application/json'], body: '{"a":[1]}' },
  { send: 'POST /echo', headers: ['Content-Type: application/json'], body: '{"a":' },
  { send: 'GET /throw?ticks=1' },
  { send: 'GET /rejects' },
  { send: 'GET /teapot' },
  { send: 'GET /text-error' },
  { send: 'GET /later' },
  { send: 'GET /nothing' },
  { send: 'GET /stream' },
  { send: 'GET /waits', abort: true },
  { send: 'GET /optional/1/x' },
  { send: 'GET /optional/x' },
  { send: 'GET /wild/a/b' },
  { send: 'GET /sub/items/5' },
  { send: 'GET /sub/fail' },
  { send: 'GET /sub/fail?again=1' },
  { send: 'GET /api/v1/hello' },
  { send: 'GET /mounted/deep' },
]

const CHAINS = `
${SERVE}
const app = observe(new Hono(), 'Hono')
app.use(async function log(c, next) { await wait(); await next() })
app.use(new Function('return async function lost(c, next) { await null; await next() }')())
const sub = observe(new Hono(), 'Hono')
sub.get('/users/:id', async function show(c) { await wait(); return answer(c) })
sub.get('/reset/:token', c => c.text('reset'))
sub.get('/broken', async function broken() { await wait(); throw new RangeError('no') })
const answer = c => c.text('shown')
app.route('/api', sub)
const own = observe(new Hono(), 'Hono')
own.get('/thing', function thing(c) { return c.text('thing') }).onError((error, c) => c.text('own', 500))
app.route('/own', own)
app.onError(function failed(error, c) { return c.text('failed', 500) })
app.notFound(async c => c.text('missing', 404))
export const serve = () => open(app)
`

const CROWD = `
${SERVE}
const app = observe(new Hono(), 'Hono')
app.use(async function timed() { const next = arguments[1]; await new Promise((resolve, reject) => setTimeout(() => next().then(resolve, reject), Math.random() * 50)) })
app.use(opaque('async function lost(c, next) { await null; await next() }'))
app.use(opaque('function late(c, next) { return new Promise(resolve => pooled(() => resolve(next()))) }'))
app.get('/task/:id', async function asked() {
  const [c, next] = arguments
  await new Promise(done => task(c.req.param('id'), done))
  await next()
}, async function done() { const [c] = arguments; const id = c.req.param('id'); step(id, 'done'); return c.text(id) })
export const serve = () => beside(() => open(app))
`

const TREES = [
  'GET /api/users/7 → 200',
  '  [middleware log /*] → ended',
  '    [middleware lost /*] → ended',
  '      [route show /api/users/:id {"id":"7"}] → ended',
  'GET /api/reset/▒parameter token▒ → 200',
  '  [middleware log /*] → ended',
  '    [middleware lost /*] → ended',
  '      [route <anonymous> /api/reset/:token {"token":"▒"}] → ended',
  'GET /api/broken → 500',
  '  [middleware log /*] → ended',
  '    [middleware lost /*] → ended',
  '      [route broken /api/broken] → RangeError: no',
  '        [handler failed] → ended',
  'GET /own/thing → 200',
  '  [middleware log /*] → ended',
  '    [middleware lost /*] → ended',
  '      [route thing /own/thing] → ended',
  'GET /none → 404',
  '  [middleware log /*] → ended',
  '    [middleware lost /*] → ended',
  '      [handler notFound] → ended',
]

testServed('hono', [
  {
    version: 4,
    framework: import.meta.resolve('hono'),
    // Of the app without a server, whose answers nobody sends, and of the request that was left.
    app: {
      text: APP,
      asks: ASKS,
      open: [
        '[handler onError]',
        '[handler notFound]',
        '[handler onError]',
        '[handler notFound]',
        '[middleware first /*]',
        '[route <anonymous> /waits]',
      ],
    },
    chains: {
      text: CHAINS,
      paths: ['/api/users/7', '/api/reset/abcdefgh12345', '/api/broken', '/own/thing', '/none'],
      statuses: [200, 200, 500, 200, 404],
      trees: TREES,
      course: [
        '+ GET /api/users/7',
        '+ [middleware log /*]',
        '+ [middleware lost /*]',
        '+ [route show /api/users/:id {"id":"7"}]',
        '- [route show /api/users/:id {"id":"7"}] → ended',
        '- [middleware lost /*] → ended',
        '- [middleware log /*] → ended',
        '- GET /api/users/7 → 200',
      ],
      answered: '[route show /api/users/:id {"id":"7"}]',
    },
    crowd: { text: CROWD, handlers: 5000 },
  },
])

for (const App of [Hono, QuickHono, TinyHono])
  testDetaching(honoAdapter, {
    make: () => [new App(), new App()],
    fill: app => void app.get('/', c => c.text('ok')).onError(() => new Response('failed')),
    ask: async app => (await app.request('/')).text(),
    places: app => descriptorsOf(app, app.router, Object.getPrototypeOf(app.router)),
    answer: 'ok',
    handlers: 1,
  })

const router = { add: () => {} }

testLooks(honoAdapter, [
  undefined,
  {},
  { routes: [], fetch: () => {}, router: {}, onError: () => {} },
  { routes: {}, fetch: () => {}, router, onError: () => {} },
  { routes: [], fetch: () => {}, router },
  Object.defineProperty({ routes: [], fetch: () => {} }, 'router', { get: () => expect.unreachable() }),
])
