import type { ReactElement } from 'react'
import { formatPrice } from '../shared/money.ts'
import type { Order } from '../shared/types.ts'

interface OrderConfirmationProps {
  readonly order: Order
  readonly onClose: () => void
}

export function OrderConfirmation({ order, onClose }: OrderConfirmationProps): ReactElement {
  return (
    <section id="cart" className="panel confirmation" aria-label="Order confirmation">
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <circle cx="24" cy="24" r="22" />
        <path d="m14 25 7 7 14-16" />
      </svg>
      <h2>Thank you</h2>
      <p>
        Order <b>{order.number}</b> with {order.itemCount === 1 ? 'one item' : `${order.itemCount} items`} for {formatPrice(order.totalCents)} is on
        its way. We wrote to {order.email}.
      </p>
      <button type="button" onClick={onClose}>
        Keep looking around
      </button>
    </section>
  )
}
