export interface StockItem {
  readonly name: string
  readonly price: number
  readonly available: number
}

const SHELF: readonly StockItem[] = [
  { name: 'tea', price: 4.5, available: 9 },
  { name: 'mug', price: 8, available: 1 },
  { name: 'kettle', price: 39, available: 3 },
]

const later = (milliseconds: number): Promise<void> =>
  new Promise(resolve => {
    setTimeout(resolve, milliseconds)
  })

async function loadItem(item: StockItem): Promise<StockItem> {
  await later(1)
  return { ...item }
}

export async function loadStock(): Promise<StockItem[]> {
  const items: StockItem[] = []
  for (const item of SHELF) items.push(await loadItem(item))
  return items
}

export function* restock(names: readonly string[]): Generator<string> {
  for (const [index, name] of names.entries()) yield `${index + 1}. ${name}`
}
