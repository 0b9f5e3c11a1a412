import { report } from './report.ts'
import { Warehouse, asOrder, parseAmount, type Amount } from './stock.ts'
import { Geometry } from './geometry.ts'
import pick, { collect, kinds } from './shapes.ts'

declare global {
  interface Window {
    stock?: Warehouse
  }
}

enum Color {
  Red,
  Green = 'green',
  Blue = computeBlue(),
}
const enum Size {
  Small = 1,
  Large,
}
enum Color {
  Extra = 9,
}

function computeBlue(): number {
  return 7
}

namespace Money {
  export const rate = (amount: number): number => amount * 2
  export function double(this: void, amount: Amount): number {
    return rate(amount.value)
  }
  namespace Inner {
    export function half(value: number): number {
      return value / 2
    }
  }
  export const half = Inner.half
}
namespace Money {
  export function triple(amount: number): number {
    return amount * 3
  }
}

const lookup = {
  byName: <T,>(name: string, fallback: T): string | T => name || fallback,
  async load(id: number) {
    const found = await Promise.resolve(id)
    return found as unknown as string
  },
  get size(): number {
    return Size.Large
  },
} satisfies Record<string, unknown>

async function main(): Promise<void> {
  const stock = new Warehouse('main', 3)
  report('color', Color.Red, Color.Green, Color.Blue, Color.Extra, Color[0])
  report('money', Money.double({ value: 4 }), Money.half(8), Money.triple(2))
  report('lookup', lookup.byName('a', 1), await lookup.load(2), lookup.size)
  report('stock', stock.add(asOrder(2)), stock.label, stock.describe(), Warehouse.count, parseAmount('3').value, stock.run())
  report('shapes', new Geometry.Circle(2).area(), [...collect(3)], kinds(), pick({ a: 1, b: 2 }, 'b'))
  try {
    stock.fail!(<number>(<unknown>'x'))
  } catch (error) {
    report('error', (error as Error).message)
  }
}

void main()
