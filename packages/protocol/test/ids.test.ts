import fc from 'fast-check'
import { expect, test } from 'vitest'
import { callId, createSessionId, fromHex, HindscopeError, moduleKey, probeId, realmId, seq, sessionId, toHex } from '../src/index.ts'

test('an id outside its range is refused with a code', () => {
  for (const make of [callId, probeId, seq, realmId]) {
    for (const bad of [-1, 2 ** 32, 1.5, Number.NaN, Infinity]) expect(() => make(bad)).toThrow(/^\[hindscope:id-out-of-range\]/)
    expect(make(2 ** 32 - 1)).toBe(2 ** 32 - 1)
  }
  expect(() => realmId(0)).toThrow(HindscopeError)
  expect(callId(0)).toBe(0)
})

test('a text id is lower-case hex of its length and nothing else', () => {
  expect(sessionId('0123456789abcdef'.repeat(2))).toHaveLength(32)
  for (const bad of ['', 'A'.repeat(32), 'a'.repeat(31), `${'a'.repeat(32)}\n`, 'g'.repeat(32)]) expect(() => sessionId(bad)).toThrow('id-malformed')
  expect(() => moduleKey('a'.repeat(32))).toThrow('id-malformed')
  expect(moduleKey('00ff00ff00ff00ff')).toBe('00ff00ff00ff00ff')
})

test('a session id is the sixteen random bytes in hex', () => {
  expect(createSessionId(bytes => bytes.fill(0x0a))).toBe('0a'.repeat(16))
})

test('hex round trips', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      bytes => toHex(fromHex(toHex(bytes))) === toHex(bytes) && fromHex(toHex(bytes)).length === bytes.length,
    ),
  )
})
