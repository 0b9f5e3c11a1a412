import type { ReactElement } from 'react'
import type { Product } from '../shared/types.ts'
import { ProductCard } from './product-card.tsx'

interface ProductGridProps {
  readonly query: string
  readonly products: readonly Product[]
  readonly onAdd: (productId: number) => void
}

export function ProductGrid({ query, products, onAdd }: ProductGridProps): ReactElement {
  return (
    <section aria-label="Products">
      <h1>
        {query === '' ? 'Useful things, made well' : `Results for “${query}”`}
        <small>{products.length === 1 ? '1 product' : `${products.length} products`}</small>
      </h1>
      <ul className="grid">
        {products.map(product => (
          <ProductCard key={product.id} product={product} onAdd={onAdd} />
        ))}
      </ul>
      {products.length === 0 && query !== '' && <p className="nothing">Nothing here by that name.</p>}
    </section>
  )
}
