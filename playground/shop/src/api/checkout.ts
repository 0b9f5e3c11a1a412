import type { Cart, CheckoutDetails, Order } from '../shared/types.ts'
import { emptyCart, readCart } from './cart.ts'
import { query, transaction } from './db.ts'
import { chargeCard } from './payment.ts'
import { ShopError } from './shop-error.ts'

/** Stock, order and payment in one transaction: a declined card gives the goods back. */
export async function placeOrder(shopperId: string, details: CheckoutDetails): Promise<Order> {
  return await transaction(async function placeInTransaction() {
    const cart = await readCart(shopperId)
    if (cart.itemCount === 0) throw new ShopError(409, 'cart-empty', 'There is nothing in the cart.')
    await takeFromStock(cart)
    const orderId = await insertOrder(shopperId, details, cart)
    await chargeCard(details.cardNumber, cart.totalCents)
    await emptyCart(shopperId)
    return { number: orderNumber(orderId), email: details.email, itemCount: cart.itemCount, totalCents: cart.totalCents }
  })
}

async function takeFromStock(cart: Cart): Promise<void> {
  for (const line of cart.lines) {
    const taken = await query('UPDATE stock SET quantity = quantity - $2 WHERE product_id = $1 AND quantity >= $2 RETURNING quantity', [
      line.productId,
      line.quantity,
    ])
    if (taken.length === 0) throw new ShopError(409, 'out-of-stock', `There are only ${line.stock} of “${line.name}” left.`)
  }
}

async function insertOrder(shopperId: string, details: CheckoutDetails, cart: Cart): Promise<number> {
  const [order] = await query<{ id: number }>('INSERT INTO orders (shopper_id, full_name, email, total_cents) VALUES ($1, $2, $3, $4) RETURNING id', [
    shopperId,
    details.fullName,
    details.email,
    cart.totalCents,
  ])
  const orderId = order?.id ?? 0
  for (const line of cart.lines) {
    await query('INSERT INTO order_lines (order_id, product_id, quantity, price_cents) VALUES ($1, $2, $3, $4)', [
      orderId,
      line.productId,
      line.quantity,
      line.priceCents,
    ])
  }
  return orderId
}

function orderNumber(orderId: number): string {
  return `LF-${String(1000 + orderId)}`
}
