export interface Amount {
  value: number
  format?(this: Amount, digits?: number): string
}

type Order = { readonly amount: number }
type Handler<T> = (value: T) => void

export function asOrder(amount: number): Order
export function asOrder(amount: string): Order
export function asOrder(amount: number | string): Order {
  return { amount: Number(amount) }
}

export const parseAmount = (text: string): Amount => ({ value: Number.parseInt(text, 10) })

abstract class Store<Item extends Order> {
  protected items: Item[] = []
  static count = 0
  declare readonly brand: string
  abstract describe(): string
  protected abstract get kind(): string

  constructor(
    protected readonly name: string,
    private limit = 10,
  ) {
    Store.count++
  }

  add(item: Item): number
  add(item: Item, times: number): number
  public add(item: Item, times = 1): number {
    for (let i = 0; i < times; i++) this.items.push(item)
    return this.items.length
  }

  get label(): string {
    return `${this.name}/${this.limit}`
  }
  set label(value: string) {
    this.limit = value.length
  }
  fail?(code: number): never {
    throw new Error(`failed with ${code satisfies number}`)
  }
}

export class Warehouse extends Store<Order> {
  #total = 0
  readonly onAdd: Handler<Order> = order => {
    this.#total += order.amount
  }
  private static readonly registry = new Map<string, Warehouse>()
  created = Warehouse.remember(this)

  static {
    Warehouse.registry.clear()
  }

  constructor(name: string, limit?: number) {
    super(name, limit)
    this.onAdd({ amount: 1 })
  }

  private static remember(house: Warehouse): number {
    Warehouse.registry.set('last', house)
    return Warehouse.registry.size
  }

  override describe(): string {
    return `${this.kind}:${this.#sum(1)}`
  }
  protected override get kind(): string {
    return 'warehouse'
  }
  #sum(extra: number): number {
    return this.#total + extra
  }

  public readonly run = (): string => [1, 2].map((n: number): string => String(n)).join()
}
