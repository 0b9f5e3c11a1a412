/** What travels between the page and the API. Money is whole cents. */

export type ArtName =
  | 'mug'
  | 'pot'
  | 'kettle'
  | 'bowl'
  | 'board'
  | 'knife'
  | 'notebook'
  | 'pen'
  | 'lamp'
  | 'candle'
  | 'plant'
  | 'can'
  | 'throw'
  | 'tin'
  | 'clock'
  | 'basket'

export interface Category {
  readonly id: string
  readonly name: string
  readonly count: number
}

export interface Product {
  readonly id: number
  readonly name: string
  readonly maker: string
  readonly description: string
  readonly categoryId: string
  readonly priceCents: number
  readonly stock: number
  readonly sold: number
  readonly art: ArtName
  readonly hue: number
}

/** The answer says which question it answers. Whoever shows it may compare. */
export interface SearchResult {
  readonly query: string
  readonly categoryId: string
  readonly products: readonly Product[]
}

export interface CartLine {
  readonly productId: number
  readonly name: string
  readonly art: ArtName
  readonly hue: number
  readonly quantity: number
  readonly stock: number
  readonly priceCents: number
  readonly lineCents: number
}

export interface AppliedCoupon {
  readonly code: string
  readonly percent: number
}

export interface Cart {
  readonly lines: readonly CartLine[]
  readonly coupon: AppliedCoupon | null
  readonly itemCount: number
  readonly subtotalCents: number
  readonly discountCents: number
  readonly totalCents: number
}

export interface CheckoutDetails {
  readonly fullName: string
  readonly email: string
  readonly cardNumber: string
}

export interface Order {
  readonly number: string
  readonly email: string
  readonly itemCount: number
  readonly totalCents: number
}

export interface ApiProblem {
  readonly error: { readonly code: string; readonly message: string }
}
