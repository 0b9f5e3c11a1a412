const { clear, fill, pick, total } = require('./cart')
const { later } = require('./gap')
const { price } = require('./price')

jest.mock('./price', () => ({ price: jest.fn(amount => amount + 100) }))
jest.retryTimes(1)

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

  test('needs two attempts', () => {
    attempts++
    expect(total([attempts])).toBe(5)
  })

  test.skip('does not run', () => {
    total([])
  })

  test.todo('is to be written')
})

describe('together', () => {
  test.concurrent.each(['first', 'second', 'third'])('%s', async name => {
    await later(5, () => pick(name))
    await later(5, () => pick(name))
  })
})

test('has a clock and modules of its own', () => {
  jest.useFakeTimers({ now: 0 })
  const late = jest.fn(() => total([1]))
  setTimeout(late, 60_000)
  jest.advanceTimersByTime(60_000)
  expect(Date.now()).toBe(60_000)
  jest.useRealTimers()
  expect(late).toHaveReturnedWith(1)
  expect(price(1)).toBe(101)
  jest.resetModules()
  expect(require('./cart').pick('again')).toBe('again picked')
})

test('keeps a snapshot', () => {
  expect({ total: total([7]) }).toMatchSnapshot()
})
