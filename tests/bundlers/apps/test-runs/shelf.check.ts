import { expect, test } from 'vitest'
import { pick } from './cart'

test('is another file', () => {
  expect(pick('shelf')).toBe('shelf picked')
})
