import { expect } from 'vitest'
import { trpcAdapter } from '../../src/libraries/trpc.ts'
import type { Ask } from './served-programs.ts'
import { descriptorsOf, testDetaching, testLooks, testServed } from './served-suite.ts'

const VERSIONS = [
  { version: 10, framework: import.meta.resolve('trpc10'), node: import.meta.resolve('trpc10/adapters/node-http') },
  { version: 11, framework: import.meta.resolve('@trpc/server'), node: import.meta.resolve('@trpc/server/adapters/node-http') },
]

const NEWEST = 11

/** `/a.b/c` calls the procedure `a.b`; a context has the request and c. */
const PARTS = `
import http from 'node:http'
import { TRPCError, initTRPC } from FRAMEWORK
import { nodeHTTPRequestHandler } from 'NODE-HTTP'
const t = observe(initTRPC.create({ isDev: false }), 'initTRPC.create')
const wait = () => new Promise(resolve => setTimeout(resolve, 1))
const number = value => { if (typeof value !== 'number') throw new TypeError('no number'); return value }
const createContext = ({ req }) => ({ req, id: req.url.split('?')[0].split('/')[2] })
const open = router => listen(http.createServer((req, res) => {
  void nodeHTTPRequestHandler({ router, req, res, createContext, path: req.url.split('?')[0].split('/')[1], onError: ({ error, path }) => void effects.push('told ' + path + ' ' + error.message) })
}))
`

const APP = `
const say = (name, { path, type, ctx, input, next }) => void effects.push([name, path, type, ctx?.id, JSON.stringify(input), next?.name, next?.length].join(' '))
const ticksUntil = async promise => {
  let ticks = 0
  let isDone = false
  const count = () => { if (!isDone && ticks < 100) { ticks++; queueMicrotask(count) } }
  count()
  try { return await promise } finally { isDone = true; effects.push('ticks ' + ticks) }
}
const timed = t.middleware(async function timed(opts) { say('timed', opts); const result = await ticksUntil(opts.next()); effects.push('timed after ' + result.ok); return result })
const authed = t.middleware(async opts => { say('authed', opts); if (opts.ctx?.id === 'nobody') throw new TRPCError({ code: 'UNAUTHORIZED' }); return opts.next({ ctx: { user: 'me' } }) })
const base = t.procedure.use(timed)
const own = base.use(authed)
const router = t.router({
  hello: t.procedure.query(() => 'hello'),
  users: t.router({
    byId: own.input(number).output(number).query(async function byId(opts) { say('byId', opts); effects.push(opts.ctx.user); await wait(); return opts.input }),
    rename: own.input(value => value).mutation(({ input }) => input),
  }),
  broken: base.query(() => { throw new TypeError('thrown') }),
  rejects: base.query(async () => { await wait(); throw new TRPCError({ code: 'CONFLICT', message: 'rejected' }) }),
  none: base.use(async () => undefined).query(() => 1),
  waits: t.procedure.query(({ ctx }) => { ctx.req.socket.on('close', () => effects.push('left')); effects.push('waiting'); return new Promise(() => {}) }),
  nested: base.query(async () => router.createCaller({ id: 'inner' }).users.byId(3)),
})
export const serve = async () => {
  effects.push(Object.keys(t).join(), t.router.name + t.router.length, Object.keys(router._def.procedures).join())
  const caller = router.createCaller({ id: 'called' })
  effects.push(JSON.stringify(await Promise.all([caller.hello(), caller.users.byId(5), caller.users.byId('x').catch(error => error.message)])))
  return open(router)
}
`

const JSON_BODY = ['Content-Type: application/json']
const ASKS: readonly Ask[] = [
  { send: 'GET /hello' },
  { send: 'GET /users.byId/a?input=7' },
  { send: 'GET /users.byId/a?input="x"' },
  { send: 'GET /users.byId/nobody?input=7' },
  { send: 'POST /users.rename/a', headers: JSON_BODY, body: '{"name":"b"}' },
  { send: 'POST /users.rename/a', headers: JSON_BODY, body: '{"name":' },
  { send: 'GET /users.byId,hello,broken/a?batch=1&input={"0":7}' },
  { send: 'GET /broken' },
  { send: 'GET /rejects' },
  { send: 'GET /none' },
  { send: 'GET /nested' },
  { send: 'GET /unknown' },
  { send: 'GET /waits', abort: true },
]

const CHAINS = `
const timed = t.middleware(async function timed({ next }) { await wait(); return next() })
const lost = t.middleware(new Function('return async function lost({ next }) { await null; return next() }')())
const procedure = t.procedure.use(timed).input(number).use(lost)
const answer = () => 'shown'
export const serve = () => open(t.router({
  users: t.router({ show: procedure.query(async () => { await wait(); return answer() }) }),
  broken: procedure.mutation(async function broken() { await wait(); throw new RangeError('no') }),
  plain: t.procedure.query(() => { throw new RangeError('plain') }),
}))
`

const CROWD = `
const timed = t.middleware(async function () { const [{ next }] = arguments; await new Promise(resolve => setTimeout(resolve, Math.random() * 50)); return next() })
const lost = t.middleware(opaque('async function lost({ next }) { await null; return next() }'))
const late = t.middleware(opaque('function late({ next }) { return new Promise(resolve => pooled(() => resolve(next()))) }'))
const asked = t.middleware(async function asked() { const [{ ctx, next }] = arguments; await new Promise(done => task(ctx.id, done)); return next() })
const router = t.router({ task: t.procedure.use(timed).use(lost).use(late).use(asked).query(async function done() { const [{ ctx }] = arguments; step(ctx.id, 'done'); return ctx.id }) })
export const serve = () => beside(() => open(router))
`

const TREES = [
  'GET /users.show/a?input=7 → 200',
  '  [middleware timed users.show] → ended',
  '    [middleware lost users.show] → ended',
  '      [route query users.show] → ended',
  'GET /users.show,plain/a?batch=1&input={"0":7} → 207',
  '  [middleware timed users.show] → ended',
  '    [middleware lost users.show] → ended',
  '      [route query users.show] → ended',
  '  [route query plain] → RangeError: plain',
  'GET /users.show/a?input="x" → 400',
  '  [middleware timed users.show] → ended',
  'GET /plain → 500',
  '  [route query plain] → RangeError: plain',
  'GET /none → 404',
]

testServed(
  'trpc',
  VERSIONS.map(({ version, framework, node }) => {
    const parts = PARTS.replaceAll('NODE-HTTP', node)
    return {
      version,
      framework,
      app: { text: parts + APP, asks: ASKS, open: ['[route query waits]'] },
      chains: {
        text: parts + CHAINS,
        paths: ['/users.show/a?input=7', '/users.show,plain/a?batch=1&input={"0":7}', '/users.show/a?input="x"', '/plain', '/none'],
        statuses: [200, 207, 400, 500, 404],
        trees: TREES,
        answered: '[route query users.show]',
      },
      ...(version === NEWEST && {
        crowd: { text: parts.replace("import http from 'node:http'\n", '') + CROWD, handlers: 5000, id: /^HTTP\/1.1 200 .*"data":"(\d+)"/s },
      }),
    }
  }),
)

interface Builder {
  use(middleware: (options: { next(): Promise<unknown> }) => Promise<unknown>): Builder
  query(resolver: () => string): { readonly _def: { readonly middlewares: readonly unknown[] } }
}

interface Root {
  readonly procedure: Builder
  router(procedures: object): { createCaller(context: object): { shown(): Promise<string> } }
}

for (const { framework } of VERSIONS) {
  let shown: ReturnType<Builder['query']> | undefined
  let router: ReturnType<Root['router']> | undefined
  testDetaching<Root>(trpcAdapter, {
    make: async () => {
      const { initTRPC } = (await import(framework)) as { initTRPC: { create(): Root } } // SAFE: the package
      const [app, other] = [initTRPC.create(), initTRPC.create()]
      shown = app.procedure.use(({ next }) => next()).query(() => 'ok')
      return [app, other] as const
    },
    fill: app => {
      const given = shown?._def.middlewares[0]
      router = app.router({ shown })
      expect(shown?._def.middlewares[0]).not.toBe(given)
    },
    ask: async () => router?.createCaller({}).shown(),
    places: app => descriptorsOf(app, shown?._def.middlewares),
    answer: 'ok',
    handlers: 2,
  })
}

testLooks(trpcAdapter, [
  undefined,
  {},
  { _config: {}, procedure: {} },
  { _config: {}, router: () => {} },
  Object.defineProperty({ procedure: {}, router: () => {} }, '_config', { get: () => expect.unreachable() }),
])
