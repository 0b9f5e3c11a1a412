import { serve } from '@hono/node-server'
import { createApp } from './app.ts'
import { closeDatabase, openDatabase } from './db.ts'
import { seedWhenEmpty } from './seed.ts'

const port = Number(process.env['SHOP_API_PORT'] ?? 8787)

await openDatabase(process.env['SHOP_DATABASE'])
await seedWhenEmpty()
const server = serve({ fetch: createApp().fetch, port, hostname: '127.0.0.1' }, address => {
  console.log(`shop API on http://127.0.0.1:${address.port}`)
})

async function stop(): Promise<void> {
  server.close()
  await closeDatabase()
  process.exit(0)
}
process.once('SIGINT', () => void stop())
process.once('SIGTERM', () => void stop())
