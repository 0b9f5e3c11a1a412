import { expect, test, vi } from 'vitest'
import { total } from './cart'

const mocks = vi.hoisted(() => ({ price: vi.fn((amount: number) => amount + 100) }))
vi.mock('./price', () => mocks)

test('a module that is replaced', () => {
  expect(total([1, 2])).toBe(203)
  expect(mocks.price).toHaveBeenCalledTimes(2)
})
