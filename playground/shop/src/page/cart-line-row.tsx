import type { ReactElement } from 'react'
import { formatPrice } from '../shared/money.ts'
import type { CartLine } from '../shared/types.ts'
import { Art } from './art.tsx'

interface CartLineRowProps {
  readonly line: CartLine
  readonly onChange: (productId: number, change: number) => Promise<void>
}

export function CartLineRow({ line, onChange }: CartLineRowProps): ReactElement {
  return (
    <li>
      <Art name={line.art} hue={line.hue} />
      <div>
        <h3>{line.name}</h3>
        <div className="stepper">
          <button type="button" aria-label={`One ${line.name} less`} onClick={() => void onChange(line.productId, -1)}>
            −
          </button>
          <output aria-label={`Quantity of ${line.name}`}>{line.quantity}</output>
          <button type="button" aria-label={`One ${line.name} more`} onClick={() => void onChange(line.productId, 1)}>
            +
          </button>
        </div>
      </div>
      <b>{formatPrice(line.lineCents)}</b>
    </li>
  )
}
