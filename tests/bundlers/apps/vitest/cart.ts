import { price } from './price'

export function total(amounts: readonly number[]): number {
  return amounts.map(price).reduce((sum, each) => sum + each, 0)
}

export async function fail(name: string): Promise<never> {
  await Promise.resolve()
  throw new Error(`no ${name}`)
}
