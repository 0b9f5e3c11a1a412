// Servers of requests, which are handed to them without sockets.
import { createRequire } from 'node:module'
import { fromRuntime, load } from './load.mjs'

export const REQUESTS = {
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
}

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
