// A generated TypeScript application: small modules in a chain, with functions, classes, getters, async code. About 2.5 kB a module.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MODULES = 500

export function writeCorpus(dir) {
  mkdirSync(join(dir, 'src'), { recursive: true })
  for (let m = 0; m < MODULES; m++) {
    const functions = Array.from(
      { length: 8 },
      (_, f) => `
export function compute${m}_${f}(items: readonly Item[], factor: number = ${f}): number {
  let total = 0
  for (const item of items) {
    if (item.price > factor) total += item.price * item.count
    else if (item.count === 0) continue
  }
  const rounded = Math.round(total * 100) / 100
  return items.length > 3 ? rounded : items.map(item => item.price + rounded).reduce((a, b) => a + b, 0)
}`,
    ).join('\n')
    writeFileSync(
      join(dir, 'src', `module${m}.ts`),
      `export interface Item { readonly price: number; readonly count: number }
${m > 0 ? `import { compute${m - 1}_0, Store${m - 1} } from './module${m - 1}.ts'` : ''}
${functions}
export class Store${m} {
  private items: Item[] = []
  constructor(private readonly name: string) {}
  add(item: Item): this { this.items.push(item); return this }
  get size(): number { return this.items.length }
  async load(url: string): Promise<Item[]> {
    try { const response = await Promise.resolve(url + this.name); return [...this.items, { price: response.length, count: 1 }] }
    catch (error) { console.error(error); throw error }
  }
}
${m > 0 ? `export const previous${m} = (items: Item[]) => [compute${m - 1}_0(items), new Store${m - 1}('x').size]` : `export const previous0 = (items: Item[]) => items`}
`,
    )
  }
  writeFileSync(
    join(dir, 'src', 'main.ts'),
    `${Array.from({ length: MODULES }, (_, m) => `import * as m${m} from './module${m}.ts'`).join('\n')}\nconsole.log([${Array.from({ length: MODULES }, (_, m) => `m${m}`).join(', ')}].map(m => Object.keys(m).length))\n`,
  )
}
