import { useState } from 'react'
import type { FormEvent, ReactElement } from 'react'
import { formatPrice } from '../shared/money.ts'
import type { CheckoutDetails } from '../shared/types.ts'

interface CheckoutFormProps {
  readonly totalCents: number
  readonly onSubmit: (details: CheckoutDetails) => Promise<void>
}

export function CheckoutForm({ totalCents, onSubmit }: CheckoutFormProps): ReactElement {
  const [isSending, setIsSending] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setIsSending(true)
    await onSubmit({ fullName: String(form.get('name')), email: String(form.get('email')), cardNumber: String(form.get('card')) })
    setIsSending(false)
  }

  return (
    <form className="checkout" onSubmit={event => void submit(event)}>
      <label>
        Name <input name="name" autoComplete="name" required />
      </label>
      <label>
        Email <input name="email" type="email" autoComplete="email" required />
      </label>
      <label>
        Card <input name="card" inputMode="numeric" placeholder="4242 4242 4242 4242" required />
      </label>
      <button type="submit" className="primary" disabled={isSending}>
        {isSending ? 'One moment…' : `Pay ${formatPrice(totalCents)}`}
      </button>
    </form>
  )
}
