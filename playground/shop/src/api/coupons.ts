import type { Cart } from '../shared/types.ts'
import { readCart } from './cart.ts'
import { query } from './db.ts'
import { ShopError } from './shop-error.ts'

interface CouponRules {
  readonly percent: number
  /** Last day, as an ISO date. */
  readonly until?: string
}

export async function applyCoupon(shopperId: string, code: string): Promise<Cart> {
  const rules = await readRules(code)
  if (isOver(rules)) throw new ShopError(422, 'coupon-over', `The code ${code} was good until ${rules.until}.`)
  await query(
    `INSERT INTO cart_coupons (shopper_id, code, percent) VALUES ($1, $2, $3)
     ON CONFLICT (shopper_id) DO UPDATE SET code = excluded.code, percent = excluded.percent`,
    [shopperId, code, rules.percent],
  )
  return await readCart(shopperId)
}

async function readRules(code: string): Promise<CouponRules> {
  const [row] = await query<{ rules: string }>('SELECT rules FROM coupons WHERE code = $1', [code])
  if (row === undefined) throw new ShopError(404, 'no-such-coupon', `We do not know the code ${code}.`)
  return parseRules(row.rules)
}

function parseRules(text: string): CouponRules {
  return JSON.parse(text) as CouponRules
}

function isOver(rules: CouponRules): boolean {
  return rules.until !== undefined && Date.now() > Date.parse(rules.until)
}
