import type { EventRow } from '@hindscope/protocol'
import { describe, expect, test } from 'vitest'
import { filterOf } from '../src/commands/query.ts'
import { isSupportedNode } from '../src/doctor/node-version.ts'
import { eventLine } from '../src/format/event-lines.ts'
import { bytesText, countText, durationText } from '../src/format/units.ts'

const row: EventRow = {
  ref: { track: 0, seq: 42 },
  timeUs: 1_700_000_000_123_456,
  kind: 'callEnter',
  call: 7,
  asyncParent: false,
  name: 'Cart.total',
  location: { file: 'src/cart.ts', line: 12, column: 2 },
  preview: '(3)',
  durationUs: 1500,
  error: false,
  depth: 1,
}

describe('an event as a line', () => {
  test('time, reference, nesting, name, preview, duration, place', () => {
    expect(eventLine(row)).toMatch(/^\d\d:\d\d:20\.123456 {2}0\.42 {7}→ Cart\.total \(3\) {2}1\.50 ms {2}src\/cart\.ts:12$/)
  })

  test('a recorded text cannot steer the terminal or start a new line', () => {
    const line = eventLine({ ...row, preview: '\u001b[2J\nforged\r\u2028line\u009b31m', name: '\u0007bell' })
    expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
    expect(line).toContain('forged')
  })

  test.each([
    ['step', 'step', ' total = 3', '· step total = 3'],
    ['branch', 'if', ' total > 3 → true', '⑂ if total > 3 → true'],
    ['iteration', 'iteration', ' 3', '⟳ iteration 3'],
    ['write', 'total', ' = 42', '= total = 42'],
    ['propertyWrite', 'Cart#12.items', ' = 3', '= Cart#12.items = 3'],
    ['locals', 'locals', ' {a: 1}', '· locals {a: 1}'],
    ['expression', 'expression', ' a + b → 3', '· expression a + b → 3'],
  ] as const)('%s', (kind, name, preview, text) => {
    expect(eventLine({ ...row, kind, name, preview })).toContain(` ${text}  1.50 ms`)
  })

  test('a kind without a sign is named', () => {
    expect(eventLine({ ...row, kind: 'metric', name: 'heap' })).toContain('· metric heap')
    expect(eventLine({ ...row, kind: 'console', name: 'console' })).toContain('· console (3)')
  })
})

test('numbers as people read them', () => {
  expect([0, 999, 1000, 15_500, 1_000_000, 61_000_000].map(durationText)).toEqual(['0 µs', '999 µs', '1.00 ms', '15.5 ms', '1.00 s', '61.0 s'])
  expect([0, 1023, 1024, 1_572_864].map(bytesText)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.5 MiB'])
  expect([countText(1, 'call'), countText(1200, 'call'), countText(0, 'entry', 'entries')]).toEqual(['1 call', '1,200 calls', '0 entries'])
})

describe('flags as a filter', () => {
  test('each flag becomes its field, absent ones none', () => {
    expect(filterOf({}, 0)).toEqual({})
    const flags = {
      function: 'f',
      file: 'a.ts',
      line: '3',
      kind: ['console'],
      track: ['0', '2'],
      errors: true,
      text: 't',
      chain: '0.42',
      from: '+1.5',
      to: '2023-11-14T22:13:20.5Z',
    }
    expect(filterOf(flags, 1_000_000)).toEqual({
      function: 'f',
      file: 'a.ts',
      line: 3,
      kinds: ['console'],
      tracks: [0, 2],
      errors: true,
      text: 't',
      chain: { track: 0, seq: 42 },
      fromUs: 2_500_000,
      toUs: 1_700_000_000_500_000,
    })
  })

  test.each([
    [{ line: '0' }, '--line'],
    [{ line: '1e3' }, '--line'],
    [{ kind: ['toString'] }, '--kind'],
    [{ chain: '42' }, '--chain'],
    [{ from: 'yesterday' }, '--from'],
    [{ track: ['-1'] }, '--track'],
  ])('%j is refused by name', (flags, option) => {
    expect(() => filterOf(flags, 0)).toThrow(`[hindscope:cli-bad-option] ${option} `)
  })
})

test('the Node floor is the one of the plugin', () => {
  const versions = ['v18.20.0', 'v20.18.9', 'v20.19.0', 'v21.7.0', 'v22.11.0', 'v22.12.0', 'v23.0.0', 'v26.1.0']
  expect(versions.filter(isSupportedNode)).toEqual(['v20.19.0', 'v22.12.0', 'v23.0.0', 'v26.1.0'])
})
