import { useState } from 'react'
import type { ReactElement } from 'react'
import { CartPanel } from './cart-panel.tsx'
import { CategoryBar } from './category-bar.tsx'
import { Header } from './header.tsx'
import { Notice } from './notice.tsx'
import { OrderConfirmation } from './order-confirmation.tsx'
import { ProductGrid } from './product-grid.tsx'
import { useCart } from './use-cart.ts'
import { useCatalog } from './use-catalog.ts'

export function App(): ReactElement {
  const [notice, setNotice] = useState('')
  const showFailure = (error: unknown): void => setNotice(error instanceof Error ? error.message : String(error))
  const catalog = useCatalog(showFailure)
  const cart = useCart({ onStart: () => setNotice(''), onFailure: showFailure })

  return (
    <>
      <Header query={catalog.query} isSearching={catalog.isSearching} itemCount={cart.cart.itemCount} onQuery={catalog.changeQuery} />
      {notice !== '' && <Notice text={notice} onClose={() => setNotice('')} />}
      <div className="layout">
        <main>
          <CategoryBar categories={catalog.categories} chosen={catalog.categoryId} onChoose={catalog.chooseCategory} />
          <ProductGrid query={catalog.query} products={catalog.products} onAdd={productId => void cart.changeQuantity(productId, 1)} />
        </main>
        <aside>
          {cart.order === null ? (
            <CartPanel cart={cart.cart} onChange={cart.changeQuantity} onCoupon={cart.applyCoupon} onCheckOut={cart.checkOut} />
          ) : (
            <OrderConfirmation order={cart.order} onClose={cart.closeOrder} />
          )}
        </aside>
      </div>
    </>
  )
}
