import Fastify from 'fastify'

export const modules = { Fastify }

export async function run(log, { isFull }) {
  const order = []
  const app = Fastify({ logger: false, genReqId: () => 'id', ajv: { customOptions: { coerceTypes: true } } })
  app.decorate('answer', 42).decorateRequest('user', null)
  for (const hook of ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'onSend', 'onResponse', 'onError'])
    app.addHook(hook, async (...values) => {
      order.push(hook)
      await null
      return hook === 'onSend' || hook === 'preParsing' ? values[2] : undefined
    })
  app.addHook('preHandler', (request, reply, done) => {
    order.push('callback')
    done()
  })
  await app.register(
    async child => {
      child.decorate('inner', true)
      child.get('/nested', async () => ({ inner: child.inner, outer: child.answer }))
      child.setErrorHandler((error, request, reply) => reply.code(500).send({ child: error.message }))
      child.get('/fails', async () => {
        throw new RangeError('in child')
      })
    },
    { prefix: '/child' },
  )
  app.get(
    '/hello/:name',
    {
      schema: {
        params: { type: 'object', properties: { name: { type: 'string', minLength: 2 } } },
        querystring: { type: 'object', properties: { n: { type: 'integer' } } },
        response: { 200: { type: 'object', properties: { name: { type: 'string' }, n: { type: 'number' } } } },
      },
    },
    async request => ({ name: request.params.name, n: request.query.n, hidden: 1 }),
  )
  app.post(
    '/body',
    {
      schema: {
        body: {
          type: 'object',
          required: ['a'],
          properties: { a: { type: 'number', maximum: 5 }, b: { type: 'array', items: { type: 'string', format: 'email' } } },
        },
      },
    },
    (request, reply) => void reply.header('x', 'y').code(201).send(request.body),
  )
  app.get('/throws', () => {
    throw Object.assign(new TypeError('sync'), { statusCode: 409 })
  })
  app.get('/null', async () => null)
  app.get('/buffer', async (request, reply) => reply.type('text/x').send(Buffer.from('bytes')))
  app.get('/wild/*', async request => request.params['*'])
  app.route({ method: ['PUT', 'DELETE'], url: '/many', handler: async request => request.method })
  app.setNotFoundHandler((request, reply) => reply.code(404).send({ missing: request.url }))
  await app.ready()
  log(app.printRoutes(), app.hasRoute({ method: 'GET', url: '/null' }))
  const requests = [
    ['GET', '/hello/bob?n=3'],
    ['GET', '/hello/x'],
    ['GET', '/hello/bob?n=x'],
    ['POST', '/body', { a: 1, b: ['x@y.z'] }],
    ['POST', '/body', { a: 9 }],
    ['POST', '/body', { b: ['no'] }],
    ['POST', '/body', '{broken'],
    ['GET', '/throws'],
    ['GET', '/null'],
    ['GET', '/buffer'],
    ['GET', '/wild/a/b'],
    ['PUT', '/many'],
    ['GET', '/child/nested'],
    ['GET', '/child/fails'],
    ['GET', '/missing'],
    ['HEAD', '/null'],
  ]
  for (let round = 0; round < (isFull ? 20 : 2); round++)
    for (const [method, url, payload] of requests) {
      const response = await app.inject({ method, url, payload, headers: typeof payload === 'string' ? { 'content-type': 'application/json' } : {} })
      log(
        method,
        url,
        response.statusCode,
        Object.entries(response.headers).filter(([name]) => name !== 'date'),
        response.body,
        order.splice(0),
      )
    }
  log.attempt('late', () => app.get('/late', async () => 1))
  await log.attempt('twice', async () => {
    const other = Fastify()
    other.get('/', async () => 1)
    other.get('/', async () => 1)
    await other.ready()
  })
  await log.attempt('plugin', async () => {
    const other = Fastify()
    other.register(async () => {
      throw new Error('plugin')
    })
    await other.ready()
  })
  await log.attempt('decorator', async () => Fastify().decorate('a', 1).decorate('a', 2))
  await app.close()
}
