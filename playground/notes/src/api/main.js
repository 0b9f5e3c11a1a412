import { join } from 'node:path'
import express from 'express'
import { closeDatabase, openDatabase } from './db.js'
import { noteRoutes } from './routes.js'

const port = Number(process.env.NOTES_PORT ?? 8789)
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Notes</title><link rel="icon" href="data:,"><div id="root"></div><script src="/main.js"></script></html>`

await openDatabase(process.env.NOTES_DATABASE)
const app = express()
app.use(express.json())
app.use('/api', noteRoutes())
app.get('/', (_request, response) => response.type('html').send(PAGE))
app.use(express.static(join(import.meta.dirname, 'page')))
app.use(answerError)

/** Four parameters: that is how Express knows a handler of errors. */
function answerError(error, _request, response, _next) {
  response.status(error.status ?? 500).json({ message: error.message })
}

const server = app.listen(port, '127.0.0.1', () => console.log(`notes on http://127.0.0.1:${port}`))
const stop = async () => {
  server.close()
  await closeDatabase()
  process.exit(0)
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
