import { Hono } from 'hono'
import type { Context } from 'hono'
import type { ApiProblem, CheckoutDetails } from '../shared/types.ts'
import { changeQuantity, readCart } from './cart.ts'
import { listCategories, searchProducts } from './catalog.ts'
import { placeOrder } from './checkout.ts'
import { applyCoupon } from './coupons.ts'
import { ShopError } from './shop-error.ts'

export function createApp(): Hono {
  const app = new Hono()
  app.get('/api/categories', getCategories)
  app.get('/api/products', getProducts)
  app.get('/api/cart', getCart)
  app.post('/api/cart/lines', postCartLine)
  app.post('/api/cart/coupon', postCoupon)
  app.post('/api/orders', postOrder)
  app.onError(answerError)
  return app
}

async function getCategories(c: Context): Promise<Response> {
  return c.json(await listCategories())
}

async function getProducts(c: Context): Promise<Response> {
  return c.json(await searchProducts(c.req.query('q') ?? '', c.req.query('category') ?? ''))
}

async function getCart(c: Context): Promise<Response> {
  return c.json(await readCart(shopperOf(c)))
}

async function postCartLine(c: Context): Promise<Response> {
  const { productId, change } = await c.req.json<{ productId: number; change: number }>()
  return c.json(await changeQuantity(shopperOf(c), productId, change))
}

async function postCoupon(c: Context): Promise<Response> {
  const { code } = await c.req.json<{ code: string }>()
  return c.json(await applyCoupon(shopperOf(c), code.trim().toUpperCase()))
}

async function postOrder(c: Context): Promise<Response> {
  const details = await c.req.json<CheckoutDetails>()
  return c.json(await placeOrder(shopperOf(c), details), 201)
}

function shopperOf(c: Context): string {
  const shopperId = c.req.header('x-shopper')
  if (shopperId === undefined) throw new ShopError(400, 'no-shopper', 'The request does not say whose cart it is about.')
  return shopperId
}

function answerError(error: Error, c: Context): Response {
  if (error instanceof ShopError) return c.json<ApiProblem>({ error: { code: error.code, message: error.message } }, error.status)
  console.error(`${c.req.method} ${c.req.path} failed:`, error)
  return c.json<ApiProblem>({ error: { code: 'fault', message: 'Something broke on our side. We have been told.' } }, 500)
}
