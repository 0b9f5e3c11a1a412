let items: number[] = []

export function fill(): void {
  items = [1, 2]
}

export function clear(): void {
  items = []
}

export function total(more: readonly number[]): number {
  return [...items, ...more].reduce((sum, each) => sum + each, 0)
}

export function pick(name: string): string {
  return `${name} picked`
}

export function refuse(): never {
  throw new RangeError('out of stock')
}
