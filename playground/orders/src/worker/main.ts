import { connect } from '@nats-io/transport-node'
import type { Msg } from '@nats-io/transport-node'
import { Worker } from 'bullmq'
import type { Job } from 'bullmq'
import { PACKING, STOCK, natsUrl, redisConnection } from '../brokers.ts'
import type { Order } from '../brokers.ts'
import { closeStock, countPieces, openStock, takePieces } from './stock.ts'

await openStock()
const nats = await connect({ servers: natsUrl })
nats.subscribe(STOCK, { callback: (_error, message) => void answerCount(message) })
await nats.flush()
const worker = new Worker<Order>(PACKING, packOrder, { connection: redisConnection })
await worker.waitUntilReady()
console.log('orders worker is ready')

async function answerCount(message: Msg): Promise<void> {
  const pieces = await countPieces(message.string())
  message.respond(String(pieces))
}

async function packOrder({ data }: Job<Order>): Promise<{ left: number }> {
  const left = await takePieces(data.item, data.pieces)
  if (left === undefined) throw new Error(`There is not enough of ${data.item} any more.`)
  return { left }
}

async function stop(): Promise<void> {
  await worker.close()
  await nats.drain()
  await closeStock()
  process.exit(0)
}
process.once('SIGINT', () => void stop())
process.once('SIGTERM', () => void stop())
