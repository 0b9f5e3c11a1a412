/** The first rows of an order, in memory for as many: a heap whose root is the last of them. */
export class TopRows<T> {
  private readonly limit: number
  private readonly compare: (a: T, b: T) => number
  private readonly items: T[] = []

  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.limit = limit
    this.compare = compare
  }

  add(item: T): void {
    const { items } = this
    if (items.length < this.limit) {
      items.push(item)
      this.rise(items.length - 1)
    } else if (items.length > 0 && this.compare(item, this.at(0)) < 0) {
      items[0] = item
      this.sink()
    }
  }

  sorted(): T[] {
    return this.items.toSorted(this.compare)
  }

  private at(index: number): T {
    return this.items[index] as T // SAFE: callers stay below the length
  }

  private swap(a: number, b: number): void {
    const item = this.at(a)
    this.items[a] = this.at(b)
    this.items[b] = item
  }

  private rise(start: number): void {
    for (let at = start; at > 0;) {
      const parent = (at - 1) >>> 1
      if (this.compare(this.at(at), this.at(parent)) <= 0) return
      this.swap(at, parent)
      at = parent
    }
  }

  private sink(): void {
    for (let at = 0; ;) {
      let last = at
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < this.items.length && this.compare(this.at(child), this.at(last)) > 0) last = child
      if (last === at) return
      this.swap(at, last)
      at = last
    }
  }
}
