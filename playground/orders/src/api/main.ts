import { connect } from '@nats-io/transport-node'
import { Queue } from 'bullmq'
import fastify from 'fastify'
import { PACKING, natsUrl, redisConnection } from '../brokers.ts'
import type { Order } from '../brokers.ts'
import { registerRoutes } from './routes.ts'

const port = Number(process.env['ORDERS_API_PORT'] ?? 8790)

const nats = await connect({ servers: natsUrl })
const packing = new Queue<Order>(PACKING, { connection: redisConnection })
const app = fastify()
registerRoutes(app, nats, packing)
await app.listen({ port, host: '127.0.0.1' })
console.log(`orders API on http://127.0.0.1:${port}`)

async function stop(): Promise<void> {
  await app.close()
  await packing.close()
  await nats.drain()
  process.exit(0)
}
process.once('SIGINT', () => void stop())
process.once('SIGTERM', () => void stop())
