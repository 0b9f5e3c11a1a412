import type { NatsConnection } from '@nats-io/transport-node'
import type { Queue } from 'bullmq'
import type { FastifyInstance } from 'fastify'
import { STOCK } from '../brokers.ts'
import type { Order } from '../brokers.ts'

export function registerRoutes(app: FastifyInstance, nats: NatsConnection, packing: Queue<Order>): void {
  app.get<{ Params: { item: string } }>('/api/stock/:item', async ({ params }) => ({ pieces: await countPieces(nats, params.item) }))
  app.post<{ Body: Order }>('/api/orders', async ({ body }, reply) => {
    const pieces = await countPieces(nats, body.item)
    if (pieces < body.pieces) return reply.code(409).send({ message: `There are ${pieces} of ${body.item}.` })
    return reply.code(202).send({ id: await takeOrder(packing, body) })
  })
}

async function countPieces(nats: NatsConnection, item: string): Promise<number> {
  const answer = await nats.request(STOCK, item, { timeout: 2000 })
  return Number(answer.string())
}

async function takeOrder(packing: Queue<Order>, order: Order): Promise<string | undefined> {
  const { id } = await packing.add('pack', order, { attempts: 2 })
  return id
}
