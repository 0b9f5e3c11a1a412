/**
 * A program recorded at level `statements`, written event by event:
 *
 *    1 function fill(cart, items) {
 *    2   let total = 0
 *    3   for (const item of items) {
 *    4     if (item.price > 2) total += item.price
 *    5     else skip()
 *    6     cart.items[cart.count++] = item
 *    7   }
 *    8   const bump = by => { total = total + by }
 *    9   bump(1)
 *   10   return total
 *   11 }
 */
import {
  TraceBuilder,
  branchProbe,
  functionProbe,
  iterationProbe,
  localsProbe,
  manifestOf,
  objectIdentity,
  propertyWriteProbe,
  stepProbe,
  writeProbe,
} from '@hindscope/testkit'
import type { RawValue, RealmBuilder } from '@hindscope/testkit'
import type { Binding, ProbeManifest } from '@hindscope/protocol'

export const FILL_SOURCE: string = [
  'function fill(cart, items) {',
  '  let total = 0',
  '  for (const item of items) {',
  '    if (item.price > 2) total += item.price',
  '    else skip()',
  '    cart.items[cart.count++] = item',
  '  }',
  '  const bump = by => { total = total + by }',
  '  bump(1)',
  '  return total',
  '}',
].join('\n')

const BINDINGS: readonly Binding[] = [
  { name: 'cart', kind: 'param', parent: 0 },
  { name: 'items', kind: 'param', parent: 0 },
  { name: 'total', kind: 'lexical', parent: 0 },
  { name: 'bump', kind: 'lexical', parent: 0 },
  { name: 'by', kind: 'param', parent: 1 },
]
export const FILL_MODULE: string = 'f111'.repeat(4)
export const fillManifest: ProbeManifest = manifestOf(
  FILL_MODULE,
  'src/fill.ts',
  [
    functionProbe('fill', { line: 1, endLine: 11, params: ['cart', 'items'] }),
    functionProbe('bump', { line: 8, endLine: 8, params: ['by'], parent: 0 }),
    stepProbe(2, { parent: 0, column: 2, endColumn: 15 }),
    writeProbe('total', 2, 0, 2),
    stepProbe(3, { parent: 0, column: 2, endColumn: 27 }),
    iterationProbe(3, { parent: 0, column: 28, endColumn: 29 }),
    stepProbe(4, { parent: 0, column: 4, endColumn: 23 }),
    branchProbe('if', 4, { parent: 0, column: 8, endColumn: 22 }),
    stepProbe(4, { parent: 0, column: 24, endColumn: 43 }),
    writeProbe('total', 4, 0, 2),
    stepProbe(5, { parent: 0, column: 9, endColumn: 15 }),
    stepProbe(6, { parent: 0, column: 4, endColumn: 35 }),
    propertyWriteProbe('count', 6, { parent: 0, operator: '++', before: true }),
    propertyWriteProbe(undefined, 6, { parent: 0 }),
    writeProbe('total', 8, 1, 2),
    localsProbe('return', 10, { total: 2, bump: 3 }, { parent: 0 }),
    stepProbe(10, { parent: 0, column: 2, endColumn: 14 }),
  ],
  FILL_SOURCE,
  BINDINGS,
)

export const CART: RawValue = objectIdentity('Cart', 12)
export const ITEMS: RawValue = objectIdentity('Array', 13)

export interface StatementTrace {
  readonly trace: TraceBuilder
  readonly page: RealmBuilder
  readonly fill: number
}

/** `fill(cart, [tea, cake])` with prices 3 and 4; the branch of line 5 is never taken. */
export function statementTrace(): StatementTrace {
  const trace = new TraceBuilder()
  const page = trace.realm('page').module(fillManifest)
  const fill = page.at(100).enter('fill', [{ count: 0 }, ['tea', 'cake']])
  page.at(101).steps(fill, 'step 2').writes(fill, 'total 2', 0)
  page.at(102).steps(fill, 'step 3')
  const secondStep = page.site('step 4')
  const firstStep = secondStep - 2
  ;[3, 4].forEach((price, index) => {
    page.at(110 + index * 10).iterates(fill, 'iteration 3', index)
    page.event({ kind: 'step', site: firstStep, call: fill }).branches(fill, 'branch 4', true)
    page.event({ kind: 'step', site: secondStep, call: fill }).writes(fill, 'total 4', index === 0 ? price : 7)
    page.steps(fill, 'step 6').writesProperty(fill, 'count 6', CART, 'count', index)
    page.writesProperty(fill, '[computed] 6', ITEMS, index, index === 0 ? 'tea' : 'cake')
    if (index === 0) page.seal()
  })
  page.at(140).branches(fill, 'branch 4', undefined)
  const bump = page.at(150).enter('bump', [1], { parent: fill })
  page.at(151).writes(bump, 'total 8', 8).returns(bump, 'bump', 8)
  page.at(160).steps(fill, 'step 10').locals(fill, 'locals 10', [8, 'ƒ']).returns(fill, 'fill', 8)
  return { trace, page, fill }
}
