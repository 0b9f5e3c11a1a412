import { expect, it } from 'vitest'
import { cacheKey } from '../../src/core/transform-cache.ts'

it('has another key for every other list of texts, well-formed or not', () => {
  const lists = [['a', 'bc'], ['ab', 'c'], ['abc'], ['abc', ''], ['', 'abc'], ['\ud800'], ['\ud801'], ['\ufffd'], ['ä'], ['a\u0308']]
  expect(new Set(lists.map(cacheKey)).size).toBe(lists.length)
})
