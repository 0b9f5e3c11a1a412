import { expect, test } from 'vitest'
import { createLineTable } from '../../src/1-parse/line-table.ts'
import { afterArrow, skipTrivia } from '../../src/1-parse/trivia.ts'

test.each([
  ['  x', 0, 2],
  ['/* a */ // b\n\tx', 0, 14],
  ['\u00a0\ufeff\u2003x', 0, 3],
  ['// to the end', 0, 13],
  ['/* open', 0, 7],
  ['/x/', 0, 0],
])('the next token of %j behind %i is at %i', (code, from, to) => {
  expect(skipTrivia(code, from)).toBe(to)
})

test.each(['x => y', '(a) /* => */ => y', 'async (a /* , */,\n) // =>\n => y', '() => y', 'async x => y', '(a = (b => c),) => y'])(
  'finds the arrow of %j',
  code => {
    const lastParameterEnd = code.startsWith('(a = ') ? code.indexOf(',') : 0
    const from = code.includes('(a)') ? code.indexOf(')') : code.includes('(a /*') ? code.indexOf('a /*') + 1 : lastParameterEnd
    expect(code.slice(afterArrow(code, from))).toBe(' y')
  },
)

test('lines end as the language says, columns count UTF-16 units', () => {
  const table = createLineTable('a\r\nb\rc\n😀d\u2028e\u2029f')
  expect([0, 3, 5, 7, 9, 11, 13].map(offset => table.at(offset))).toEqual([
    { line: 1, column: 0 },
    { line: 2, column: 0 },
    { line: 3, column: 0 },
    { line: 4, column: 0 },
    { line: 4, column: 2 },
    { line: 5, column: 0 },
    { line: 6, column: 0 },
  ])
  expect([1, 4, 5, 7].map(line => table.text(line))).toEqual(['a', '😀d', 'e', ''])
})
