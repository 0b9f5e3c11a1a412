import * as hono from 'hono'
import { cors } from 'hono/cors'
import { etag } from 'hono/etag'
import { HTTPException } from 'hono/http-exception'
import { stream, streamText } from 'hono/streaming'
import { validator } from 'hono/validator'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import { TrieRouter } from 'hono/router/trie-router'
import { html } from 'hono/html'

export const modules = { hono, cors, etag, html, RegExpRouter, TrieRouter }

export async function run(log, { isFull }) {
  for (const router of [undefined, new RegExpRouter(), new TrieRouter()]) {
    const order = []
    const app = new hono.Hono(router ? { router } : {})
    app.use('*', async (c, next) => {
      order.push('in')
      c.set('who', 'me')
      await next()
      order.push('out')
      c.header('x-after', 'y')
    })
    app.use('/cors/*', cors({ origin: 'https://a.b', allowMethods: ['GET'] })).use('/etag/*', etag())
    app
      .get('/', c => c.text(`hi ${c.get('who')}`))
      .get('/json/:id{[0-9]+}', c => c.json({ id: c.req.param('id'), q: c.req.query(), all: c.req.queries('a') }))
    app
      .get('/cors/x', c => c.html(html`<p>${'<x>'}</p>`))
      .get('/etag/x', c => c.body('body'))
      .get('/opt/:a?', c => c.text(c.req.param('a') ?? 'none'))
      .get('/wild/*', c => c.text(c.req.path))
    app.post(
      '/form',
      validator('form', (value, c) => (value.ok ? value : c.text('invalid', 400))),
      c => c.json(c.req.valid('form')),
    )
    app
      .post('/json', async c => c.json(await c.req.json()))
      .get('/redirect', c => c.redirect('/', 301))
      .get('/stream', c =>
        streamText(c, async s => {
          for (const n of [1, 2, 3]) {
            await s.writeln(String(n))
            await s.sleep(1)
          }
        }),
      )
    app
      .get('/abort', c =>
        stream(c, async s => {
          s.onAbort(() => order.push('aborted'))
          await s.write(new Uint8Array([65]))
        }),
      )
      .get('/throw', () => {
        throw new RangeError('sync')
      })
      .get('/http', async () => {
        await null
        throw new HTTPException(401, { message: 'no' })
      })
    app
      .onError((error, c) => (error instanceof HTTPException ? error.getResponse() : c.text(`${error.name}: ${error.message}`, 500)))
      .notFound(c => c.json({ missing: c.req.url }, 404))
    app.route(
      '/sub',
      new hono.Hono().basePath('/v1').get('/x', c => c.text(c.req.routePath ?? '')),
    )
    const requests = [
      ['/'],
      ['/json/12?a=1&a=2'],
      ['/json/x'],
      ['/cors/x', { headers: { origin: 'https://a.b' } }],
      ['/cors/x', { method: 'OPTIONS', headers: { origin: 'https://a.b', 'access-control-request-method': 'GET' } }],
      ['/etag/x'],
      ['/opt'],
      ['/opt/1'],
      ['/wild/a/b'],
      ['/form', { method: 'POST', body: new URLSearchParams({ ok: '1' }) }],
      ['/form', { method: 'POST', body: new URLSearchParams() }],
      ['/json', { method: 'POST', body: '{"a":1}' }],
      ['/json', { method: 'POST', body: '{' }],
      ['/redirect'],
      ['/stream'],
      ['/abort'],
      ['/throw'],
      ['/http'],
      ['/sub/v1/x'],
      ['/missing'],
      ['/', { method: 'HEAD' }],
    ]
    for (let round = 0; round < (isFull ? 20 : 2); round++)
      for (const [path, init] of requests) {
        const response = await app.request(path, init)
        log(path, response.status, [...response.headers], await response.text(), order.splice(0))
      }
    log(app.routes.map(({ method, path }) => `${method} ${path}`).join())
    await log.attempt('twice', () => {
      const broken = new hono.Hono()
      broken.use(async (c, next) => {
        await next()
        await next()
      })
      return broken.request('/').then(r => r.status)
    })
    log.attempt('late', () => app.get('/late', c => c.text('')))
  }
}
