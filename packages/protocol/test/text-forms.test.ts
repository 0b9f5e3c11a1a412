/** Redaction keys, traceparent, refs, diagnostics: small texts that people or other programs read. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  codeFrame,
  createRedactor,
  DEFAULT_REDACTED_NAMES,
  diagnostic,
  formatDiagnostic,
  formatRef,
  formatTraceparent,
  HindscopeError,
  redactionKey,
  tryParseRef,
  tryParseTraceparent,
} from '../src/index.ts'

describe('redaction', () => {
  test('spellings of one name are one key', () => {
    for (const name of ['api_key', 'apiKey', 'API-KEY', 'Api Key', '$api.key']) expect(redactionKey(name)).toBe('apikey')
    expect(redactionKey('пароль')).toBe('пароль')
  })

  test('the default names are written as keys, in order, once', () => {
    expect(DEFAULT_REDACTED_NAMES.map(redactionKey)).toEqual(DEFAULT_REDACTED_NAMES)
    expect([...new Set(DEFAULT_REDACTED_NAMES)].sort()).toEqual(DEFAULT_REDACTED_NAMES)
  })

  test('whole names are masked, not parts, and the cache answers as the first time', () => {
    const isSecret = createRedactor(['Kontonummer'])
    for (let round = 0; round < 2; round++) {
      for (const name of ['password', 'Set-Cookie', 'konto_nummer']) expect(isSecret(name)).toBe(true)
      for (const name of ['', 'passwordHint', 'tokens', 'author', 'x'.repeat(100)]) expect(isSecret(name)).toBe(false)
    }
    expect(createRedactor()('kontonummer')).toBe(false)
  })
})

describe('traceparent', () => {
  const uint32 = fc.integer({ min: 1, max: 0xffffffff })

  test('what we send reads back, realm and call included', () => {
    fc.assert(
      fc.property(uint32, uint32, uint32, uint32, (rootRealm, rootCall, realm, call) => {
        const text = formatTraceparent('ab'.repeat(16), rootRealm, rootCall, realm, call)
        expect(text).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
        expect(tryParseTraceparent(text)).toMatchObject({ realm, call, traceId: text.slice(3, 35), spanId: text.slice(36, 52) })
      }),
    )
  })

  test('what the W3C recommendation calls invalid is refused, later versions with further fields are not', () => {
    const [trace, span] = ['a'.repeat(32), 'b'.repeat(16)]
    const invalid = ['', `ff-${trace}-${span}-01`, `00-${'0'.repeat(32)}-${span}-01`, `00-${trace}-${'0'.repeat(16)}-01`, `00-${trace}-${span}-01-x`]
    for (const text of [...invalid, `00-${trace.toUpperCase()}-${span}-01`, `00-${trace}-${span}`]) expect(tryParseTraceparent(text)).toBeUndefined()
    expect(tryParseTraceparent(`cc-${trace}-${span}-01-what-comes-later`)).toMatchObject({ traceId: trace, spanId: span })
  })
})

test('refs read back from their text, and nothing else does', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(2 ** 31 - 1), (track, seq) => {
      expect(tryParseRef(formatRef({ track, seq }))).toEqual({ track, seq })
    }),
  )
  for (const bad of ['', '1', '1.', '.1', '-1.2', '1.2.3', '1.2e3', ' 1.2', `1.${'9'.repeat(11)}`]) expect(tryParseRef(bad)).toBeUndefined()
})

describe('diagnostics', () => {
  test('an error says code, what happened and what to do, with parameters filled in', () => {
    const error = new HindscopeError('id-malformed', { name: 'session id', value: 'x', expected: '32 hex digits' })
    expect(error.message).toBe('[hindscope:id-malformed] session id "x" is malformed; expected 32 hex digits. Check that the id was copied whole.')
    expect(error).toMatchObject({ code: 'id-malformed', fix: 'Check that the id was copied whole.', name: 'HindscopeError' })
  })

  test('a parameter is text, never a template', () => {
    expect(new HindscopeError('id-malformed', { name: '{value} $& $1', value: 'v', expected: 'e' }).message).toContain('{value} $& $1 "v"')
  })

  test('a diagnostic prints place, severity, code and frame', () => {
    const frame = codeFrame('one\ntwo\r\nthree\u2028four', 3, 2)
    expect(frame).toBe(['  1 | one', '  2 | two', '> 3 | three', '    |   ^', '  4 | four'].join('\n'))
    const place = { file: 'src/a.ts', line: 3, column: 2, frame }
    const text = formatDiagnostic(diagnostic('chunk-checksum', 'warning', { offset: '1', bytes: '2' }, place))
    expect(text).toBe(
      `src/a.ts:3:3 warning [hindscope:chunk-checksum] The chunk at byte 1 (2 bytes) does not match its checksum. The file was damaged after it was written; the other chunks are opened, this one is skipped.\n${frame}`,
    )
  })
})
