import type { ReactElement } from 'react'
import { formatPrice } from '../shared/money.ts'
import type { Product } from '../shared/types.ts'
import { Art } from './art.tsx'

const FEW_LEFT = 8

interface ProductCardProps {
  readonly product: Product
  readonly onAdd: (productId: number) => void
}

export function ProductCard({ product, onAdd }: ProductCardProps): ReactElement {
  return (
    <li className="card">
      <div className="card-art">
        <Art name={product.art} hue={product.hue} />
        {product.stock <= FEW_LEFT && <em>{product.stock === 0 ? 'Sold out' : `${product.stock} left`}</em>}
      </div>
      <p className="maker">{product.maker}</p>
      <h2>{product.name}</h2>
      <p className="description">{product.description}</p>
      <div className="card-foot">
        <b>{formatPrice(product.priceCents)}</b>
        <button type="button" disabled={product.stock === 0} aria-label={`Add ${product.name} to cart`} onClick={() => onAdd(product.id)}>
          Add
        </button>
      </div>
    </li>
  )
}
