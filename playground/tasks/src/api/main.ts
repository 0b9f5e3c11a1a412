import fastify from 'fastify'
import { closeDatabase, openDatabase } from './db.ts'
import { registerRoutes } from './routes.ts'

const port = Number(process.env['TASKS_API_PORT'] ?? 8788)

await openDatabase(process.env['DATABASE_URL'])
const app = fastify()
registerRoutes(app)
await app.listen({ port, host: '127.0.0.1' })
console.log(`tasks API on http://127.0.0.1:${port}`)

async function stop(): Promise<void> {
  await app.close()
  await closeDatabase()
  process.exit(0)
}
process.once('SIGINT', () => void stop())
process.once('SIGTERM', () => void stop())
