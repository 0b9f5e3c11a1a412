import { expect } from 'vitest'
import { koaAdapter } from '../../src/libraries/koa.ts'
import type { Ask } from './served-programs.ts'
import { answerOf, descriptorsOf, testDetaching, testLooks, testServed } from './served-suite.ts'

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
import Koa from FRAMEWORK
const app = observe(new Koa(), 'default')
app.use(function timed() { const next = arguments[1]; return new Promise((resolve, reject) => setTimeout(() => next().then(resolve, reject), Math.random() * 50)) })
app.use(opaque('async function lost(ctx, next) { await null; await next() }'))
app.use(opaque('function late(ctx, next) { return new Promise(resolve => pooled(() => resolve(next()))) }'))
app.use(async function asked() {
  const [ctx, next] = arguments
  await new Promise(done => task(ctx.path.split('/')[2], done))
  await next()
})
app.use(async function done() { const [ctx] = arguments; const id = ctx.path.split('/')[2]; step(id, 'done'); ctx.body = id })
export const serve = () => beside(() => listen(http.createServer(app.callback())))
`

/** What the request that was left was in. */
const LEFT = ['first', 'plain', 'floats', '<anonymous>', 'twice', 'routes'].map(name => `[middleware ${name}]`)

const TREES = [
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
]

const ROUTED = `
import http from 'node:http'
import Koa from 'koa'
import Router from FRAMEWORK
const app = observe(new Koa(), 'default')
app.silent = true
const wait = () => new Promise(resolve => setTimeout(resolve, 1))
const router = observe(new Router({ prefix: '/api' }), 'Router')
const own = function own(ctx, next) { effects.push('own ' + (router.stack[0].stack.includes(own)) + ctx.path + typeof next + arguments.length); return next() }
router.use(own)
router.get('/users/:id', async (ctx, next) => { await wait(); return next() }, async function show(ctx) { effects.push(ctx.routerPath + JSON.stringify(ctx.params)); await wait(); ctx.body = answer() })
router.get('/sync', function sync(ctx) { throw new RangeError('no') })
router.get('/floats', function floats(ctx, next) { void Promise.resolve(next()); ctx.body = 'floating' }, async function lost() { throw new TypeError('floated') })
process.on('unhandledRejection', error => effects.push('unhandled ' + error.message))
const answer = () => 'shown'
app.use(router.routes()).use(router.allowedMethods())
export const serve = () => listen(http.createServer(app.callback()))
`

const ROUTED_PATHS = ['/api/users/7', '/api/sync', '/api/floats', '/none']

testServed('koa', [
  {
    version: 'router 15',
    framework: import.meta.resolve('@koa/router'),
    app: {
      text: ROUTED.replace("'koa'", JSON.stringify(import.meta.resolve('koa'))),
      asks: ROUTED_PATHS.map(path => ({ send: `GET ${path}` })),
      open: [],
    },
    chains: {
      text: ROUTED.replace("'koa'", JSON.stringify(import.meta.resolve('koa'))),
      paths: ROUTED_PATHS,
      statuses: [200, 500, 200, 404],
      trees: [
        'GET /api/users/7 → 200',
        '  [middleware bound ] → ended',
        '    [middleware own /api(?:\\/|$)] → ended',
        '      [route <anonymous> /api/users/:id {"id":"7"}] → ended',
        '        [route show /api/users/:id {"id":"7"}] → ended',
        'GET /api/sync → 500',
        '  [middleware bound ] → RangeError: no',
        '    [middleware own /api(?:\\/|$)] → ended',
        '      [route sync /api/sync] → RangeError: no',
        'GET /api/floats → 200',
        '  [middleware bound ] → ended',
        '    [middleware own /api(?:\\/|$)] → ended',
        '      [route floats /api/floats] → ended',
        '        [route lost /api/floats] → ended',
        'GET /none → 404',
        '  [middleware bound ] → ended',
        '    [middleware <anonymous>] → ended',
      ],
      answered: '[route show /api/users/:id {"id":"7"}]',
    },
  },
])

testServed(
  'koa',
  VERSIONS.map(({ version, framework }) => ({
    version,
    framework,
    // Koa 2 never ends an answer whose stream broke.
    app: { text: APP, asks: ASKS.filter(({ send }) => version === NEWEST || send !== 'GET /broken-stream'), open: LEFT },
    chains: {
      text: CHAINS,
      paths: ['/shown', '/broken', '/sync', '/done'],
      statuses: [200, 500, 500, 200],
      trees: TREES,
      course: [
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
      ],
      answered: '[middleware show]',
    },
    ...(version === NEWEST && { crowd: { text: CROWD, handlers: 5000 } }),
  })),
)

interface App {
  readonly middleware: unknown[]
  use(middleware: (context: object, next: () => Promise<void>) => unknown): void
  callback(): (request: object, response: object) => void
}

for (const { framework } of VERSIONS)
  testDetaching(koaAdapter, {
    make: async () => {
      const { default: Koa } = (await import(framework)) as { default: new () => App } // SAFE: the package
      return [new Koa(), new Koa()] as const
    },
    fill: app => app.use((context: { body?: string }) => void (context.body = 'ok')),
    ask: app => answerOf(app.callback()),
    places: app => descriptorsOf(app, Object.getPrototypeOf(app), app.middleware),
    answer: 'ok',
    handlers: 1,
  })

interface Routes {
  get(path: string, handler: (context: { body?: string }) => void): void
  routes(): Parameters<App['use']>[0]
}

testDetaching<Routes>(koaAdapter, {
  make: async () => {
    const { default: Router } = (await import('@koa/router')) as unknown as { default: new () => Routes } // SAFE: the package
    return [new Router(), new Router()] as const
  },
  fill: router => router.get('/', context => void (context.body = 'ok')),
  ask: async router => {
    const { default: Koa } = (await import('koa' as string)) as { default: new () => App } // SAFE: the package
    const app = new Koa()
    app.use(router.routes())
    return answerOf(app.callback())
  },
  places: router => descriptorsOf(router, Object.getPrototypeOf(router)),
  answer: 'ok',
  handlers: 1,
})

const methods = { callback: () => {}, handleRequest: () => {}, createContext: () => {}, use: () => {} }

testLooks(koaAdapter, [
  undefined,
  {},
  { middleware: [], context: {}, callback: () => {} },
  { stack: [], match: () => {}, routes: () => {} },
  { ...methods, middleware: {}, context: {} },
  Object.defineProperty({ ...methods, context: {} }, 'middleware', { get: () => expect.unreachable() }),
])
