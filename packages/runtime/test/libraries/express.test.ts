import { expect } from 'vitest'
import { expressAdapter } from '../../src/libraries/express.ts'
import type { Ask } from './served-programs.ts'
import { answerOf, descriptorsOf, testDetaching, testLooks, testServed } from './served-suite.ts'

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
router.get('/users/:id', async function load(request, response, next) { await wait(); next() }, function show(request, response) { answer(response) })
router.get('/reset/:token', function reset(request, response) { setTimeout(function late() { response.send('reset') }, 1) })
router.get('/broken', function broken() { throw new RangeError('no') })
function answer(response) { response.send('shown') }
app.use('/api', router)
app.use(function first(error, request, response, next) { next(error) })
app.use(function last(error, request, response, next) { if (request.query.pass) next(error); else response.status(500).send('failed') })
export const serve = () => listen(http.createServer(app))
`

const CROWD = `
import express from FRAMEWORK
const app = observe(express(), 'express')
app.use(function timed() { setTimeout(arguments[2], Math.random() * 50) })
app.use(opaque('(request, response, next) => Promise.resolve().then(() => next())'))
app.use(opaque('function late(request, response, next) { pooled(next) }'))
const router = observe(express.Router({ mergeParams: true }), 'Router')
router.use(function asked() { const [request, , next] = arguments; task(request.params.id, next) })
router.get('/', function done() { const [request, response] = arguments; step(request.params.id, 'done'); response.send(request.params.id) })
app.use('/task/:id', router)
export const serve = () => beside(() => listen(http.createServer(app)))
`

const TREES = [
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
]

testServed(
  'express',
  VERSIONS.map(({ version, framework }) => ({
    version,
    framework,
    app: { text: APP, asks: ASKS, open: ['[route <anonymous> /waits]'] },
    chains: {
      text: CHAINS,
      paths: ['/api/users/7', '/api/reset/abcdefgh12345', '/api/broken', '/api/broken?pass=1', '/none'],
      statuses: [200, 200, 500, 500, 404],
      trees: TREES,
      course: [
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
      ],
      answered: '[route show /api/users/:id {"id":"7"}]',
    },
    ...(version === NEWEST && { crowd: { text: CROWD, handlers: 6000 } }),
  })),
)

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

/** The app and all that is reached from it. */
function placesOf(app: App): unknown[] {
  const router = app._router ?? app.router
  const seen: unknown[] = []
  for (const start of [app, router, router?.stack.at(-1)])
    for (let at: unknown = start; at !== null && at !== undefined && at !== Object.prototype; at = Object.getPrototypeOf(at)) seen.push(at)
  return descriptorsOf(...seen)
}

for (const { framework } of VERSIONS)
  testDetaching<App>(expressAdapter, {
    make: async () => {
      const { default: express } = (await import(framework)) as { default: Express } // SAFE: the package
      const other = express()
      other.get('/', (_request, response) => response.send('other'))
      await answerOf(other)
      return [express(), other, express.Router()] as const
    },
    fill: app => app.get('/', (_request, response) => response.send('ok')),
    ask: answerOf,
    places: placesOf,
    answer: 'ok',
    handlers: 1,
  })

testLooks(expressAdapter, [
  undefined,
  {},
  () => {},
  Object.assign(() => {}, { handle: () => {}, settings: {}, request: {} }),
  Object.assign(() => {}, { stack: [], handle: () => {}, use: () => {} }),
  Object.assign(() => {}, { handle: () => {}, use: () => {}, route: () => {}, param: () => {} }),
  Object.defineProperty(() => {}, 'handle', { get: () => expect.unreachable() }),
])
