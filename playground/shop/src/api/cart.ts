import type { AppliedCoupon, Cart, CartLine } from '../shared/types.ts'
import { query } from './db.ts'
import { pause } from './pause.ts'
import { ShopError } from './shop-error.ts'

/** What a question to the warehouse takes. */
const WAREHOUSE_MS = 90

export async function readCart(shopperId: string): Promise<Cart> {
  const lines = await readLines(shopperId)
  const coupon = await readCoupon(shopperId)
  return totalCart(lines, coupon)
}

/** Adds `change` to the quantity in the cart, between nothing and what the warehouse has. */
export async function changeQuantity(shopperId: string, productId: number, change: number): Promise<Cart> {
  const before = await quantityInCart(shopperId, productId)
  const available = await askWarehouse(productId)
  const after = Math.max(0, Math.min(before + change, available))
  await writeQuantity(shopperId, productId, after)
  return await readCart(shopperId)
}

export async function emptyCart(shopperId: string): Promise<void> {
  await query('DELETE FROM cart_lines WHERE shopper_id = $1', [shopperId])
  await query('DELETE FROM cart_coupons WHERE shopper_id = $1', [shopperId])
}

export function totalCart(lines: readonly CartLine[], coupon: AppliedCoupon | null): Cart {
  const itemCount = lines.reduce((sum, line) => sum + line.quantity, 0)
  const subtotalCents = lines.reduce((sum, line) => sum + line.lineCents, 0)
  const discountCents = coupon === null ? 0 : Math.round((subtotalCents * coupon.percent) / 100)
  return { lines, coupon, itemCount, subtotalCents, discountCents, totalCents: subtotalCents - discountCents }
}

async function readLines(shopperId: string): Promise<CartLine[]> {
  return await query<CartLine>(
    `SELECT products.id AS "productId", name, art, hue, cart_lines.quantity, stock.quantity AS stock, price_cents AS "priceCents",
       price_cents * cart_lines.quantity AS "lineCents"
     FROM cart_lines JOIN products ON products.id = cart_lines.product_id JOIN stock ON stock.product_id = products.id
     WHERE shopper_id = $1 ORDER BY products.id`,
    [shopperId],
  )
}

async function readCoupon(shopperId: string): Promise<AppliedCoupon | null> {
  const [coupon] = await query<AppliedCoupon>('SELECT code, percent FROM cart_coupons WHERE shopper_id = $1', [shopperId])
  return coupon ?? null
}

async function quantityInCart(shopperId: string, productId: number): Promise<number> {
  const [line] = await query<{ quantity: number }>('SELECT quantity FROM cart_lines WHERE shopper_id = $1 AND product_id = $2', [
    shopperId,
    productId,
  ])
  return line?.quantity ?? 0
}

async function askWarehouse(productId: number): Promise<number> {
  const [row] = await query<{ quantity: number }>('SELECT quantity FROM stock WHERE product_id = $1', [productId])
  if (row === undefined) throw new ShopError(404, 'no-such-product', 'We do not have that product.')
  await pause(WAREHOUSE_MS)
  return row.quantity
}

async function writeQuantity(shopperId: string, productId: number, quantity: number): Promise<void> {
  if (quantity === 0) {
    await query('DELETE FROM cart_lines WHERE shopper_id = $1 AND product_id = $2', [shopperId, productId])
    return
  }
  await query(
    `INSERT INTO cart_lines (shopper_id, product_id, quantity) VALUES ($1, $2, $3)
     ON CONFLICT (shopper_id, product_id) DO UPDATE SET quantity = excluded.quantity`,
    [shopperId, productId, quantity],
  )
}
