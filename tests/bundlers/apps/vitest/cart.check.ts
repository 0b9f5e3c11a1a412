import { expect, test, vi } from 'vitest'
import { fail, total } from './cart'
import { price } from './price'

test('results and errors', async () => {
  expect(total([1, 2])).toBe(6)
  await expect(fail('cart')).rejects.toThrow('no cart')
})

test('the text of a function', () => {
  expect(price.toString()).toBe('(amount) => amount * 2')
})

test('the line of an error', async () => {
  const error = await fail('line').catch((caught: unknown) => caught)
  expect((error as Error).stack).toMatch(/cart\.ts:9:/)
})

test('the clock', () => {
  vi.useFakeTimers()
  const late = vi.fn(() => total([3]))
  setTimeout(late, 1000)
  vi.advanceTimersByTime(1000)
  vi.useRealTimers()
  expect(late).toHaveReturnedWith(6)
})

test('the console', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  console.log('quiet')
  expect(log.mock.calls).toEqual([['quiet']])
  log.mockRestore()
})
