import { useState } from 'react'
import type { ReactElement } from 'react'
import { formatPrice } from '../shared/money.ts'
import type { Cart, CheckoutDetails } from '../shared/types.ts'
import { CartLineRow } from './cart-line-row.tsx'
import { CheckoutForm } from './checkout-form.tsx'
import { CouponForm } from './coupon-form.tsx'

interface CartPanelProps {
  readonly cart: Cart
  readonly onChange: (productId: number, change: number) => Promise<void>
  readonly onCoupon: (code: string) => Promise<void>
  readonly onCheckOut: (details: CheckoutDetails) => Promise<void>
}

export function CartPanel({ cart, onChange, onCoupon, onCheckOut }: CartPanelProps): ReactElement {
  const [isPaying, setIsPaying] = useState(false)
  if (cart.itemCount === 0) {
    return (
      <section id="cart" className="panel" aria-label="Cart">
        <h2>Your cart</h2>
        <p className="empty">Nothing in here yet. The Stoneware Mug is a safe start.</p>
      </section>
    )
  }
  return (
    <section id="cart" className="panel" aria-label="Cart">
      <h2>Your cart</h2>
      <ul className="lines">
        {cart.lines.map(line => (
          <CartLineRow key={line.productId} line={line} onChange={onChange} />
        ))}
      </ul>
      <CouponForm applied={cart.coupon} onApply={onCoupon} />
      <Totals cart={cart} />
      {isPaying ? (
        <CheckoutForm totalCents={cart.totalCents} onSubmit={onCheckOut} />
      ) : (
        <button type="button" className="primary" onClick={() => setIsPaying(true)}>
          Check out
        </button>
      )}
    </section>
  )
}

function Totals({ cart }: { readonly cart: Cart }): ReactElement {
  return (
    <dl className="totals">
      <dt>Subtotal</dt>
      <dd>{formatPrice(cart.subtotalCents)}</dd>
      {cart.coupon !== null && (
        <>
          <dt>
            {cart.coupon.code} (−{cart.coupon.percent} %)
          </dt>
          <dd>−{formatPrice(cart.discountCents)}</dd>
        </>
      )}
      <dt className="total">Total</dt>
      <dd className="total">{formatPrice(cart.totalCents)}</dd>
    </dl>
  )
}
