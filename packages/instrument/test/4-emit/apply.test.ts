import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawMap, insertSpans, mergeEdits } from '../../src/4-emit/apply.ts'
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

test('the text of the map is the text of the output, wherever the edits are', () => {
  const edit = fc.record({ offset: fc.nat(12), order: fc.nat(5), text: fc.constantFrom('a', 'bc', ';') })
  fc.assert(
    fc.property(fc.array(edit), edits => {
      const code = 'one\ntwo\nfour'
      const spans = mergeEdits(edits, '\v')
      const text = insertSpans(code, spans)
      expect(
        text
          .split('\v')
          .filter((_, index) => index % 2 === 0)
          .join(''),
      ).toBe(code)
      expect(JSON.parse(drawMap(code, spans, 'x.js').toString())).toMatchObject({ version: 3, sources: ['x.js'], sourcesContent: [code] })
    }),
  )
})

test('names and delimiter occur nowhere in the source, in no spelling', () => {
  expect(chooseNames('a', new Set()).hook).toBe('$h')
  expect(chooseNames('$hello', new Set()).hook).toBe('$h0')
  expect(chooseNames('$h0 $h1', new Set(['$h2x'])).frame).toBe('$h3F')
  expect([chooseDelimiter('a'), chooseDelimiter('\v'), chooseDelimiter('\v\f')]).toEqual(['\v', '\f', undefined])
})
