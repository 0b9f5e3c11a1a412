/** @jest-environment node */
const { pick } = require('./cart')

test('is another file', () => {
  expect(pick('shelf')).toBe('shelf picked')
})
