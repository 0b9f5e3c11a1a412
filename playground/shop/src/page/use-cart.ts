import { useEffect, useState } from 'react'
import type { Cart, CheckoutDetails, Order } from '../shared/types.ts'
import { fetchCart, sendCoupon, sendOrder, sendQuantityChange } from './api-client.ts'

const EMPTY_CART: Cart = { lines: [], coupon: null, itemCount: 0, subtotalCents: 0, discountCents: 0, totalCents: 0 }

export interface CartActions {
  readonly cart: Cart
  readonly order: Order | null
  readonly changeQuantity: (productId: number, change: number) => Promise<void>
  readonly applyCoupon: (code: string) => Promise<void>
  readonly checkOut: (details: CheckoutDetails) => Promise<void>
  readonly closeOrder: () => void
}

export interface CartListener {
  readonly onStart: () => void
  readonly onFailure: (error: unknown) => void
}

/** `listener` hears of each thing that the customer tries, and of what went wrong with it. */
export function useCart(listener: CartListener): CartActions {
  const [cart, setCart] = useState<Cart>(EMPTY_CART)
  const [order, setOrder] = useState<Order | null>(null)

  async function attempt(work: () => Promise<void>): Promise<void> {
    listener.onStart()
    try {
      await work()
    } catch (error) {
      listener.onFailure(error)
    }
  }

  async function loadCart(): Promise<void> {
    setCart(await fetchCart())
  }

  async function changeQuantity(productId: number, change: number): Promise<void> {
    await attempt(async () => setCart(await sendQuantityChange(productId, change)))
  }

  async function applyCoupon(code: string): Promise<void> {
    await attempt(async () => setCart(await sendCoupon(code)))
  }

  async function checkOut(details: CheckoutDetails): Promise<void> {
    await attempt(async () => {
      setOrder(await sendOrder(details))
      setCart(EMPTY_CART)
    })
  }

  useEffect(() => {
    void attempt(loadCart)
  }, [])

  return { cart, order, changeQuantity, applyCoupon, checkOut, closeOrder: () => setOrder(null) }
}
