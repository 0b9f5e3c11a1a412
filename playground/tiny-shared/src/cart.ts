import type { StockItem } from './stock.ts'

export interface CartLine {
  readonly name: string
  readonly quantity: number
  readonly price: number
}

export class Cart {
  readonly customer: string
  readonly lines: CartLine[] = []

  constructor(customer: string) {
    this.customer = customer
  }

  add(item: StockItem, quantity: number): this {
    if (quantity > item.available) {
      try {
        refuse(item, quantity)
      } catch (error) {
        console.log(`${(error as Error).message}, taking ${item.available}`)
        quantity = item.available
      }
    }
    this.lines.push({ name: item.name, quantity, price: item.price })
    return this
  }

  get total(): number {
    return this.lines.reduce((sum, line) => sum + line.quantity * line.price, 0)
  }
}

function refuse(item: StockItem, quantity: number): never {
  throw new RangeError(`no ${quantity} of ${item.name}`)
}
