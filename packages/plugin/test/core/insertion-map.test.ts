import { describe, expect, it } from 'vitest'
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { instrument } from '@hindscope/instrument'
import { insertionMap } from '../../src/core/insertion-map.ts'
import { composeSourceMaps } from '../../src/core/source-map.ts'
import { stripTypesSync } from '../../src/core/strip-types.ts'

const SOURCE = `export function total(lines) {
  const sum = lines.reduce((all, { price }) => all + price, 0)
  return sum > 10 ? sum * 0.9 : sum
}
export class Größe { async of(x) { await x; throw new RangeError('no') } }
`

const positionOf = (text: string, word: string): { line: number; column: number } => {
  const before = text.slice(0, text.indexOf(word)).split('\n')
  return { line: before.length, column: before.at(-1)?.length ?? 0 }
}

describe('the map of an insertion', () => {
  it('leads every word back to itself', () => {
    const { code } = instrument(SOURCE, { id: 'a.js' })
    const map = new TraceMap(insertionMap(SOURCE, code, '/p/a.js') as ConstructorParameters<typeof TraceMap>[0])
    expect(code).not.toBe(SOURCE)
    for (const word of ['total', 'reduce', 'price }', 'sum *', 'Größe', 'of(x)', 'RangeError']) {
      const found = originalPositionFor(map, positionOf(code, word))
      expect([word, found.line, found.column]).toEqual([word, ...Object.values(positionOf(SOURCE, word))])
    }
  })

  it('composes with the map of the types that were stripped', () => {
    const typed = 'interface Line { price: number }\n\nexport function total(\n  lines: Line[],\n): number {\n  return lines.length\n}\n'
    const stripped = stripTypesSync(typed, '/p/a.ts', {})
    const { code } = instrument(stripped.code, { id: 'a.ts' })
    const own = insertionMap(stripped.code, code, '/p/a.ts')
    if (own === undefined) expect.unreachable()
    const map = new TraceMap(composeSourceMaps(own, stripped.map) as ConstructorParameters<typeof TraceMap>[0])
    const found = originalPositionFor(map, positionOf(code, 'lines.length'))
    expect([found.source, found.line]).toEqual(['/p/a.ts', 6])
  })

  it('is none where nothing was inserted', () => {
    expect(insertionMap('let x = 1', 'let x = 1', '/p/a.js')).toBeUndefined()
  })
})
