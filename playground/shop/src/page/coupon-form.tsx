import { useState } from 'react'
import type { FormEvent, ReactElement } from 'react'
import type { AppliedCoupon } from '../shared/types.ts'

interface CouponFormProps {
  readonly applied: AppliedCoupon | null
  readonly onApply: (code: string) => Promise<void>
}

export function CouponForm({ applied, onApply }: CouponFormProps): ReactElement {
  const [code, setCode] = useState('')

  function submit(event: FormEvent): void {
    event.preventDefault()
    void onApply(code)
  }

  return (
    <form className="coupon" onSubmit={submit}>
      <input
        name="coupon"
        aria-label="Coupon code"
        placeholder={applied?.code ?? 'Coupon code'}
        value={code}
        onChange={event => setCode(event.target.value)}
      />
      <button type="submit" disabled={code === ''}>
        Apply
      </button>
    </form>
  )
}
