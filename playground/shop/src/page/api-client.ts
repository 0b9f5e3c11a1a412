import type { ApiProblem, Cart, Category, CheckoutDetails, Order, SearchResult } from '../shared/types.ts'

/** The API answered, and the answer was no. The message is for the customer. */
export class RequestError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, problem: ApiProblem) {
    super(problem.error.message)
    this.name = 'RequestError'
    this.status = status
    this.code = problem.error.code
  }
}

const SHOPPER_KEY = 'larkfield-shopper'

export async function fetchCategories(): Promise<readonly Category[]> {
  return await request('GET', '/api/categories')
}

export async function fetchProducts(query: string, categoryId: string): Promise<SearchResult> {
  return await request('GET', `/api/products?${new URLSearchParams({ q: query, category: categoryId }).toString()}`)
}

export async function fetchCart(): Promise<Cart> {
  return await request('GET', '/api/cart')
}

export async function sendQuantityChange(productId: number, change: number): Promise<Cart> {
  return await request('POST', '/api/cart/lines', { productId, change })
}

export async function sendCoupon(code: string): Promise<Cart> {
  return await request('POST', '/api/cart/coupon', { code })
}

export async function sendOrder(details: CheckoutDetails): Promise<Order> {
  return await request('POST', '/api/orders', details)
}

async function request<Answer>(method: string, url: string, body?: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', 'x-shopper': shopperId() },
    body: body === undefined ? null : JSON.stringify(body),
  })
  if (!response.ok) throw new RequestError(response.status, await response.json())
  return await response.json()
}

function shopperId(): string {
  const known = sessionStorage.getItem(SHOPPER_KEY)
  if (known !== null) return known
  const created = crypto.randomUUID()
  sessionStorage.setItem(SHOPPER_KEY, created)
  return created
}
