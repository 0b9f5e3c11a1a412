import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { clear, fill, pick, refuse, total } from './cart'
import { later } from './gap'

let attempts = 0

describe('cart', () => {
  beforeEach(() => fill())
  afterEach(() => clear())

  test('adds', () => {
    expect(total([3])).toBe(6)
  })

  test('adds behind a gap', async () => {
    expect(await later(1, () => total([4]))).toBe(7)
  })

  test('breaks', () => {
    expect(total([5])).toBe(0)
  })

  test('needs two attempts', { retry: 2 }, () => {
    attempts++
    expect(total([attempts])).toBe(5)
  })

  test('runs twice', { repeats: 1 }, () => {
    expect(total([])).toBe(3)
  })

  test.skip('does not run', () => {
    total([])
  })

  test.todo('is to be written')

  test('skips itself', ({ skip }) => {
    skip()
  })

  test.fails('is known to fail', () => {
    refuse()
  })
})

describe.concurrent('together', () => {
  test.each(['first', 'second', 'third'])('%s', async name => {
    await later(5, () => pick(name))
    await later(5, () => pick(name))
  })
})

test('has a clock of its own', () => {
  vi.useFakeTimers({ now: 0 })
  const late = vi.fn(() => total([1]))
  setTimeout(late, 60_000)
  vi.advanceTimersByTime(60_000)
  expect(Date.now()).toBe(60_000)
  vi.useRealTimers()
  expect(late).toHaveReturnedWith(1)
})

test('keeps a snapshot', () => {
  expect({ total: total([7]) }).toMatchSnapshot()
})
