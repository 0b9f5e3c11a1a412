import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { insertSpans, mergeEdits } from '../../src/4-emit/apply.ts'
import { insertionMap } from '../../src/4-emit/source-map.ts'
import { chooseDelimiter, chooseNames } from '../../src/4-emit/names.ts'

test('edits at one offset become one span, ordered by nesting', () => {
  const edits = [
    { offset: 1, order: 9, text: 'd' },
    { offset: 0, order: 1, text: 'a' },
    { offset: 1, order: 2, text: 'b' },
    { offset: 1, order: 2, text: 'c' },
  ]
  expect(insertSpans('xy', mergeEdits(edits, '|'))).toBe('|a|x|bcd|y')
})

test('the output without its spans is the source, and the map leads every word back to itself, wherever the edits are', () => {
  const code = 'one\n  two(Größe)\n\nfour; five'
  const starts = [...code.matchAll(/[\wöß]+|[^\s\w]/g)].map(({ index }) => index)
  const offset = fc.constantFrom(...starts, ...starts.map(start => code.indexOf('\n', start)).filter(end => end >= 0), code.length)
  const edit = fc.record({ offset, order: fc.nat(5), text: fc.constantFrom('a', 'bc', ';') })
  fc.assert(
    fc.property(fc.array(edit), edits => {
      const spans = mergeEdits(edits, '\v')
      const text = insertSpans(code, spans)
      const parts = text.split('\v')
      expect(parts.filter((_, index) => index % 2 === 0).join('')).toBe(code)
      const map = new TraceMap(JSON.stringify(insertionMap(code, spans, 'x.js')))
      expect(map).toMatchObject({ sources: ['x.js'], sourcesContent: [code] })
      let original = 0
      let generated = 0
      for (const [index, part] of parts.entries()) {
        if (index % 2 === 0) {
          for (const { index: at } of part.matchAll(/[\wöß]+|[^\s\w]/g)) {
            const { line, column } = originalPositionFor(map, placeOf(text, generated + at))
            expect({ line, column }).toEqual(placeOf(code, original + at))
          }
          original += part.length
        }
        generated += part.length + 1
      }
    }),
  )
})

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: before.at(-1)?.length ?? 0 }
}

test('names and delimiter occur nowhere in the source, in no spelling', () => {
  expect(chooseNames('a', new Set()).hook).toBe('$h')
  expect(chooseNames('$hello', new Set()).hook).toBe('$h0')
  expect(chooseNames('$h0 $h1', new Set(['$h2x'])).frame).toBe('$h3F')
  expect([chooseDelimiter('a'), chooseDelimiter('\v'), chooseDelimiter('\v\f')]).toEqual(['\v', '\f', undefined])
})
