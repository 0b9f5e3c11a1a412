interface Coupon {
  readonly code: string
  readonly percent: number
}

const COUPONS: readonly Coupon[] = [
  { code: 'TENOFF', percent: 10 },
  { code: 'HALF', percent: 50 },
]

const find = (code: string): Coupon => COUPONS.find(coupon => coupon.code === code)!

/** The bug: customers type coupons in lower case, and what is not found is used all the same. */
export function percentOff(code: string): number {
  const coupon = find(code)
  return coupon.percent
}
