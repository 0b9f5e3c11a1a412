/** What API and worker share: where the brokers are, and what is said over them. */
export const natsUrl: string = process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222'

const redis = new URL(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379')
export const redisConnection: { readonly host: string; readonly port: number } = { host: redis.hostname, port: Number(redis.port || 6379) }

/** Queue of orders that are taken and not packed. */
export const PACKING = 'packing'
/** Asked with the name of an item; answered with how many there are, as text. */
export const STOCK = 'stock.count'

export interface Order {
  readonly item: string
  readonly pieces: number
}
