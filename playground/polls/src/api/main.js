import { readFile } from 'node:fs/promises'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { pollRoutes } from './routes.js'

const port = Number(process.env.POLLS_PORT ?? 8790)
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Polls</title><link rel="icon" href="data:,"><div id="root"></div><script src="/main.js"></script></html>`

const app = new Hono()
app.route('/api', pollRoutes())
app.get('/', context => context.html(PAGE))
app.get('/main.js', async context => context.body(await readFile('dist/page/main.js'), 200, { 'content-type': 'text/javascript' }))
app.onError((error, context) => context.json({ message: error.message }, error.status ?? 500))

const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => console.log(`polls on http://127.0.0.1:${port}`))
const stop = () => {
  server.close()
  process.exit(0)
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
