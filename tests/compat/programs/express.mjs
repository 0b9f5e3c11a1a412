import { once } from 'node:events'
import express from 'express'

export const modules = { express, application: express.application, Router: express.Router }

export async function run(log, { isFull }) {
  const app = express()
  app.set('etag', 'strong')
  app.disable('x-powered-by')
  app.use(express.json({ limit: '1kb' }), express.urlencoded({ extended: true }))
  app.use((request, response, next) => {
    response.locals.order = ['first']
    next()
  })
  app.param('id', (request, response, next, id) => (id === '13' ? next(new RangeError('unlucky')) : next()))
  app.get('/user/:id', (request, response) =>
    response.json({
      ...request.params,
      query: request.query,
      order: response.locals.order,
      xhr: request.xhr,
      path: request.path,
      accepts: request.accepts(['html', 'json']),
    }),
  )
  app.get(/^\/re(.*)$/, (request, response) => response.type('text').send(request.params[0]))
  app.get('/files/*path', (request, response) => response.send(request.params.path.join('|')))
  app.post('/echo', (request, response) => response.status(201).set('x-a', 'b').cookie('c', 'd', { httpOnly: true }).send(request.body))
  app.get('/redirect', (request, response) => response.redirect(302, '/user/1'))
  app.get('/throw', () => {
    throw new TypeError('sync')
  })
  app.get('/reject', async () => {
    await null
    throw Object.assign(new Error('async'), { status: 418 })
  })
  app.get('/format', (request, response) =>
    response.format({ json: () => response.json(1), html: () => response.send('<p>'), default: () => response.sendStatus(406) }),
  )
  app.all(
    '/twice',
    (request, response, next) => next('route'),
    () => undefined,
  )
  app.all('/twice', (request, response) => response.end(`${request.method} second`))
  const router = express.Router({ mergeParams: true })
  router.use((request, response, next) => next())
  router
    .route('/x')
    .get((request, response) => response.send(`${request.baseUrl} ${request.originalUrl}`))
    .delete((request, response) => response.sendStatus(204))
  app.use('/mounted/:name', router)
  app.use((error, request, response, next) =>
    response.headersSent ? next(error) : response.status(error.status ?? 500).json({ name: error.name, message: error.message, type: error.type }),
  )
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const requests = [
    ['GET', '/user/1?a=1&b[]=2'],
    ['GET', '/user/13'],
    ['GET', '/regex'],
    ['GET', '/files/a/b%20c'],
    ['POST', '/echo', '{"a":[1,2]}'],
    ['POST', '/echo', '{broken'],
    ['POST', '/echo', JSON.stringify('x'.repeat(2000))],
    ['GET', '/redirect'],
    ['GET', '/throw'],
    ['GET', '/reject'],
    ['GET', '/format'],
    ['PUT', '/twice'],
    ['GET', '/mounted/n/x'],
    ['DELETE', '/mounted/n/x'],
    ['GET', '/missing'],
    ['HEAD', '/user/2'],
    ['OPTIONS', '/echo'],
    ['GET', '/%zz'],
  ]
  for (let round = 0; round < (isFull ? 20 : 2); round++)
    for (const [method, path, body] of requests) {
      const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
        method,
        body,
        redirect: 'manual',
        headers: body ? { 'content-type': 'application/json' } : {},
      })
      const headers = [...response.headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name))
      log(method, path, response.status, headers, await response.text())
    }
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  log.attempt('wrong', () => app.use(undefined))
  log.attempt('wrong path', () => app.get('/:', () => undefined))
}
