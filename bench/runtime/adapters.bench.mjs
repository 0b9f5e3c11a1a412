// What an adapter costs an operation of its library: the same operation, plain and with recorder and adapter, a process each.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { find, fixed, table, whenCase } from '../lib/case.mjs'

export const title = 'Adapters: microseconds an operation'
export const notes = `The library's own operation, alone in its process: plain, and with a recorder at level \`values\` with its default governor and the library's adapter, nothing of the program instrumented, no other adapter. Requests are handed to the framework without sockets (light-my-request; Hono: \`fetch\`). Best of twelve batches of 50 ms, after 400 ms of warm-up; minimum of the rounds.`
export const rounds = 2
export const quickRounds = 1

const fromRuntime = createRequire(new URL('../../packages/runtime/package.json', import.meta.url))
const load = (name, from = fromRuntime) => import(pathToFileURL(from.resolve(name)).href)
const items = () => Array.from({ length: 100 }, (_, i) => ({ id: i, name: `item ${i}`, count: 0 }))

/** Each gives the operation, and calls `observe` with what a program would have handed over. Async ones give a promise. */
const LIBRARIES = {
  redux: {
    what: 'dispatch, one of 100 items changes',
    async open(observe) {
      const { legacy_createStore: createStore } = await load('redux')
      const reduce = (state = items(), { index }) => state.map((item, i) => (i === index ? { ...item, count: item.count + 1 } : item))
      const store = observe(createStore(reduce))
      store.subscribe(() => {})
      let i = 0
      return () => store.dispatch({ type: 'more', index: i++ % 100 })
    },
  },
  zustand: {
    what: 'setState, one field of five',
    async open(observe) {
      const { createStore } = await load('zustand/vanilla')
      const store = observe(createStore(() => ({ count: 0, name: 'a', open: true, list: items(), note: null })))
      store.subscribe(() => {})
      return () => store.setState(({ count }) => ({ count: count + 1 }))
    },
  },
  pinia: {
    what: 'action, one field',
    async open(observe) {
      const { createPinia, defineStore } = await load('pinia')
      const pinia = observe(createPinia())
      const use = defineStore('cart', { state: () => ({ count: 0, items: items() }), actions: { more: function () { this.count++ } } }) // prettier-ignore
      const store = use(pinia)
      return () => store.more()
    },
  },
  xstate: {
    what: 'event, one transition',
    async open(observe) {
      const { createActor, createMachine } = await load('xstate')
      const machine = createMachine({ initial: 'a', states: { a: { on: { NEXT: 'b' } }, b: { on: { NEXT: 'a' } } } })
      const actor = observe(createActor(machine)).start()
      return () => actor.send({ type: 'NEXT' })
    },
  },
  express: { what: 'request, three middleware and a route', open: observe => openServer('express', observe) },
  fastify: {
    what: 'request, two hooks and a route',
    async open(observe) {
      const { fastify } = await load('fastify')
      const app = observe(fastify())
      app.addHook('onRequest', async function first() {})
      app.addHook('preHandler', async function second() {})
      app.get('/users/:id', async ({ params }) => ({ id: params.id }))
      await app.ready()
      return () => app.inject({ url: '/users/42' })
    },
  },
  koa: { what: 'request, three middleware', open: observe => openServer('koa', observe) },
  hono: {
    what: 'request, two middleware and a route',
    async open(observe) {
      const { Hono } = await load('hono')
      const app = observe(new Hono())
      app.use(async function first(_, next) { await next() }) // prettier-ignore
      app.use(async function second(_, next) { await next() }) // prettier-ignore
      app.get('/users/:id', context => context.json({ id: context.req.param('id') }))
      return () => app.fetch(new Request('http://app.test/users/42'))
    },
  },
  pglite: {
    what: 'query by primary key',
    async open(observe) {
      const { PGlite } = await load('@electric-sql/pglite')
      const db = observe(await PGlite.create())
      await db.exec('CREATE TABLE t (id int PRIMARY KEY, name text); INSERT INTO t SELECT i, i FROM generate_series(1, 1000) i')
      let i = 0
      return () => db.query('SELECT * FROM t WHERE id = $1', [1 + (i++ % 1000)])
    },
  },
}
/** What is measured, by adapter: docs/adapters.md says it beside the cost. */
export const operations = Object.fromEntries(Object.entries(LIBRARIES).map(([library, { what }]) => [library, what]))
const LEVELS = ['plain', 'recorded']
const ENGINES = ['node20', 'node24']
export const variants = ENGINES.flatMap(engine => Object.keys(LIBRARIES).flatMap(library => LEVELS.map(level => ({ engine, library, level }))))

async function openServer(name, observe) {
  const fromFastify = createRequire(fromRuntime.resolve('fastify'))
  const { default: inject } = await load('light-my-request', fromFastify)
  if (name === 'koa') {
    const { default: Koa } = await load('koa')
    const app = observe(new Koa())
    app.use(async function first(_, next) { await next() }) // prettier-ignore
    app.use(async function second(_, next) { await next() }) // prettier-ignore
    app.use(async function answer(context) { context.body = { path: context.path } }) // prettier-ignore
    const serve = app.callback()
    return () => inject(serve, { url: '/users/42' })
  }
  const { default: express } = await load('express')
  const app = observe(express())
  app.use(function first(_request, _response, next) { next() }) // prettier-ignore
  app.use(function second(_request, _response, next) { next() }) // prettier-ignore
  app.use(express.json())
  app.get('/users/:id', ({ params }, response) => response.json({ id: params.id }))
  return () => inject(app, { url: '/users/42' })
}

const now = () => performance.now()
const turn = () => new Promise(resolve => setTimeout(resolve, 0))

/** Milliseconds of one operation, over at least `ms`. */
async function batch(operation, ms) {
  const started = now()
  let count = 0
  while (now() - started < ms) {
    for (let i = 0; i < 20; i++) {
      const result = operation()
      if (typeof result?.then === 'function') await result
    }
    count += 20
  }
  return (now() - started) / count
}

async function recorderFor(library) {
  const { createRecorder } = await import('@hindscope/runtime')
  let recycle
  const sink = { open: context => (recycle = context.recycle), accept: chunk => recycle(chunk) }
  const recorder = createRecorder({ sink, level: 'values' })
  if (!recorder.install(globalThis)) throw new Error('no recorder')
  const { observe } = await import(`@hindscope/runtime/libraries/${library}`)
  return { recorder, observe }
}

await whenCase(import.meta, async ({ library, level }) => {
  const quick = process.env.BENCH_QUICK !== undefined
  const { recorder, observe } = level === 'plain' ? { observe: value => value } : await recorderFor(library)
  const operation = await LIBRARIES[library].open(observe)
  await batch(operation, quick ? 150 : 400)
  const before = recorder?.stats().events ?? 0
  let best = Infinity
  for (let i = 0; i < (quick ? 3 : 12); i++) {
    best = Math.min(best, await batch(operation, quick ? 20 : 50))
    await turn()
  }
  const { events = 0, errors = {} } = recorder?.stats() ?? {}
  const failed = Object.entries(errors).filter(([, times]) => times > 0)
  if (failed.length > 0) throw new Error(`the recorder failed: ${failed.join(', ')}`)
  if (recorder !== undefined && events === before) throw new Error('no events were recorded')
  return { us: best * 1000 }
})

export function report(rows) {
  const lines = Object.entries(LIBRARIES).map(([library, { what }]) => [
    library,
    what,
    ...ENGINES.flatMap(engine => {
      const [plain, recorded] = LEVELS.map(level => find(rows, { engine, library, level })?.figures.us.min)
      if (plain === undefined || recorded === undefined) return ['–', '–']
      return [fixed(plain, 1), `+${fixed(recorded - plain, 1)} (×${fixed(recorded / plain)})`]
    }),
  ])
  return table(['library', 'operation', ...ENGINES.flatMap(engine => [engine, 'recorded'])], lines)
}
