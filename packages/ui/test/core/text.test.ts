import { describe, expect, it } from 'vitest'
import { formatClock, formatCount, formatDuration, formatExact } from '../../src/core/time-text.ts'

describe('times and counts', () => {
  it('writes durations with the unit that fits', () => {
    expect([7, 999, 1234, 45_678, 345_678, 1_234_567, 61_000_000].map(formatDuration)).toEqual([
      '7 µs',
      '999 µs',
      '1.23 ms',
      '45.7 ms',
      '346 ms',
      '1.23 s',
      '1 min 1 s',
    ])
  })

  it('writes the clock to the microsecond', () => {
    expect([0, 13_021_442, 61_000_005, -5].map(formatClock)).toEqual(['0.000 000 s', '13.021 442 s', '1:01.000 005 s', '-0.000 005 s'])
  })

  it('never writes a count longer than its gutter', () => {
    const counts = [0, 999, 1000, 1234, 9949, 9951, 99_999, 999_499, 999_500, 12_345_678]
    expect(counts.map(formatCount)).toEqual(['0', '999', '1k', '1.2k', '9.9k', '10k', '100k', '999k', '1M', '12M'])
  })

  it('groups exact counts', () => {
    expect([12, 1234, 1_234_567].map(formatExact)).toEqual(['12', '1\u202f234', '1\u202f234\u202f567'])
  })
})
