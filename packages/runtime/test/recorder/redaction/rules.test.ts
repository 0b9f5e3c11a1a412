/** Every rule by itself: what it masks, what stays readable, and what only looks like a secret. */
import { TAINT_SOURCES, redactionRules } from '@hindscope/protocol'
import { describe, expect, test } from 'vitest'
import { Counters } from '../../../src/recorder/counters.ts'
import { Redaction } from '../../../src/recorder/redaction/redaction.ts'
import type { RedactionSettings } from '../../../src/recorder/redaction/redaction.ts'

export function redaction(settings: Partial<RedactionSettings> = {}): Redaction {
  return new Redaction({ redact: [], redactOff: [], redactPatterns: [], taint: TAINT_SOURCES, ...settings }, new Counters())
}
const usual = redaction()
const clean = (text: string): string => usual.text(text)

const letters = 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbCdEfGhIjKlMnOpQrStUvWxYz0123456789aBcDeFgHiJkLmNoPqRsTuVwXyZ'
const hex = '0123456789abcdef0a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef'
const JWT = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'

const TOKENS: readonly (readonly [string, string])[] = [
  ['github', `ghp_${letters.slice(0, 36)}`],
  ['github', `gho_${letters.slice(0, 36)}`],
  ['github', `github_pat_${letters.slice(0, 22)}_${letters.slice(0, 59)}`],
  ['gitlab', `glpat-${letters.slice(0, 20)}`],
  ['slack', `xoxb-1234567890-1234567890123-${letters.slice(0, 24)}`],
  ['slack', `hooks.slack.com/services/T00000000/B00000000/${letters.slice(0, 24)}`],
  ['stripe', `sk_live_${letters.slice(0, 24)}`],
  ['stripe', `rk_test_${letters.slice(0, 24)}`],
  ['stripe', `whsec_${letters.slice(0, 32)}`],
  ['aws', 'AKIAIOSFODNN7EXAMPLE'],
  ['openai', `sk-${letters.slice(0, 48)}`],
  ['openai', `sk-proj-${letters.slice(0, 60)}`],
  ['openai', `sk-ant-api03-${letters.slice(0, 60)}`],
  ['google', `AIza${letters.slice(0, 35)}`],
  ['google', `ya29.${letters.slice(0, 40)}`],
  ['google', `GOCSPX-${letters.slice(0, 28)}`],
  ['npm', `npm_${letters.slice(0, 36)}`],
  ['pypi', `pypi-AgE${letters.slice(0, 60)}`],
  ['sendgrid', `SG.${letters.slice(0, 22)}.${letters.slice(0, 43)}`],
  ['twilio', `SK${hex.slice(0, 32)}`],
  ['mailgun', `key-${hex.slice(0, 32)}`],
  ['digitalocean', `dop_v1_${hex}`],
  ['shopify', `shpat_${hex.slice(0, 32)}`],
  ['huggingface', `hf_${letters.slice(0, 34)}`],
  ['databricks', `dapi${hex.slice(0, 32)}`],
  ['vault', `hvs.${letters.slice(0, 40)}`],
  ['doppler', `dp.pt.${letters.slice(0, 43)}`],
  ['linear', `lin_api_${letters.slice(0, 40)}`],
  ['notion', `ntn_${letters.slice(0, 46)}`],
  ['newrelic', `NRAK-${letters.slice(0, 27).toUpperCase()}`],
  ['square', `sq0atp-${letters.slice(0, 22)}`],
  ['sentry', `sntrys_${letters.slice(0, 60)}`],
  ['grafana', `glsa_${letters.slice(0, 32)}_a1b2c3d4`],
  ['supabase', `sbp_${hex.slice(0, 40)}`],
  ['groq', `gsk_${letters.slice(0, 52)}`],
  ['age', `AGE-SECRET-KEY-1${letters.slice(0, 58).toUpperCase()}`],
  ['jwt', JWT],
  ['jwt', `${JWT.split('.')[0]}.${letters.slice(0, 40)}.${letters.slice(0, 16)}.${letters}.${letters.slice(0, 22)}`],
  ['pem', `-----BEGIN RSA PRIVATE KEY-----\nMIIE${letters}\n${letters}\n-----END RSA PRIVATE KEY-----`],
  ['pem', `-----BEGIN PRIVATE KEY-----\\nMIIE${letters}\\n-----END PRIVATE KEY-----`],
  ['card', '4111111111111111'],
  ['card', '4111 1111 1111 1111'],
  ['card', '5555-5555-5555-4444'],
  ['card', '378282246310005'],
  ['card', '3782 822463 10005'],
  ['card', '6011111111111117'],
  ['card', '30569309025904'],
  ['card', '4222222222222'],
  ['email', 'ada.lovelace+test@mail.example.org'],
]

describe('tokens', () => {
  test.each(TOKENS)('%s is masked where it stands alone: %s', (rule, token) => {
    expect(clean(token)).toBe(`▒${rule}▒`)
  })

  test.each(TOKENS)('%s is masked inside of a longer text that stays readable: %s', (rule, token) => {
    for (const [before, after] of [
      ['before ', ' after'],
      ['("', '")'],
      ['[', ']'],
      ['line\n', '\nline'],
      ["x='", "'"],
      ['é', 'é'],
    ] as const) {
      expect(clean(before + token + after)).toBe(`${before}▒${rule}▒${after}`)
    }
  })

  test.each(TOKENS.filter(([rule]) => rule !== 'email' && rule !== 'card' && rule !== 'slack'))(
    '%s is masked at the start of an escaped line: %s',
    (rule, token) => {
      expect(clean(`{\\n${token}"`)).toBe(`{\\n▒${rule}▒"`)
    },
  )

  test('every rule has a case here or below', () => {
    const covered = new Set([...TOKENS.map(([rule]) => rule), 'named', 'url', 'bearer', 'basic'])
    expect(redactionRules().filter(rule => !covered.has(rule))).toEqual([])
  })

  test('several secrets in one text are masked one by one', () => {
    expect(clean(`a ${TOKENS[0]?.[1]} b ada@example.org c 4111111111111111 d`)).toBe('a ▒github▒ b ▒email▒ c ▒card▒ d')
  })

  test('a masked text is masked no further', () => {
    for (const [, token] of TOKENS) expect(clean(clean(`x ${token} y`))).toBe(clean(`x ${token} y`))
    for (const text of ['password=hunter2', '{"token":"abc"}', 'https://a:b@host/']) expect(clean(clean(text))).toBe(clean(text))
  })
})

describe('what is no secret', () => {
  test.each([
    '550e8400-e29b-41d4-a716-446655440000',
    '12345678-1234-1234-1234-123456789012',
    'da39a3ee5e6b4b0d3255bfef95601890afd80709',
    '9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab',
    '2026-11-23T00:49:12.123Z',
    '1732323232323',
    '1732323232323232',
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==',
    '3.141592653589793',
    '0.4111111111111111',
    '192.168.100.200:8080',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    '507f1f77bcf86cd799439011',
    'ckpt2qz8q000001jx3m2h4d5f',
    '4111111111111112',
    '41111111111111111',
    'git@github.com:owner/name.git',
    'react@19.0.0',
    '@scope/name@1.2.3',
    '/node_modules/.pnpm/vite@8.3.8_@types+node@20.1.0/node_modules',
    'icon@2x.png',
    'user@localhost',
    'http://localhost:5173/@vite/client',
    'http://localhost:5173/@fs/home/me/app/src/main.ts',
    'https://example.org:8443/a/b?c=d&page=2#top',
    'https://unpkg.com/preact@10.0.0/dist/preact.mjs',
    'ssh://git@example.org/repo',
    'npm_config_user_agent',
    'npm_lifecycle_event',
    'sk-spinner-double-bounce-child-element',
    'task-force-for-the-improvement-of-names',
    'hf_transfer',
    'secret_santa',
    'keyboard-navigation',
    'The bearer of this letter',
    'Bearer authentication is used',
    'Basic authentication',
    'AKIA',
    'AIzaShort',
    'eyJhbGciOiJIUzI1NiJ9',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
    'tokens: 12, words: 4',
    'a = b, c == d, e => f, g::h',
    'if (a.token === b) return',
    'description: a text',
    'at load (file:///srv/app/src/shop.ts:12:34)',
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    '',
    'a',
    '@',
    '=',
    ':',
    '🙂@🙂',
  ])('%s', text => {
    expect(clean(text)).toBe(text)
  })

  test('identifiers of any kind by the thousand', () => {
    let state = 7
    const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31)
    const digits = (alphabet: string, length: number): string => Array.from({ length }, () => alphabet[next() % alphabet.length]).join('')
    const wrong: string[] = []
    for (let i = 0; i < 5000; i++) {
      const id = [
        digits('0123456789abcdef', 40),
        digits('0123456789abcdef', 64),
        `${digits('0123456789abcdef', 8)}-${digits('0123456789abcdef', 4)}-4${digits('0123456789abcdef', 3)}-a${digits('0123456789abcdef', 3)}-${digits('0123456789abcdef', 12)}`,
        String(1_600_000_000_000 + next()),
        digits('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 26),
        digits('abcdefghijklmnopqrstuvwxyz0123456789', 21),
        digits('0123456789', 12),
      ][i % 7] as string // SAFE: seven kinds
      if (clean(id) !== id) wrong.push(id)
    }
    expect(wrong).toEqual([])
  })
})

describe('values beside their names', () => {
  test.each([
    ['?token=abc&page=2', '?token=▒token▒&page=2'],
    ['https://h/p?q=1&access_token=abc#top', 'https://h/p?q=1&access_token=▒access_token▒'],
    ['https://h/p?X-Amz-Signature=0a1b&x=1', 'https://h/p?X-Amz-Signature=▒X-Amz-Signature▒&x=1'],
    ['https://h/p?sig=0a1b&se=2', 'https://h/p?sig=▒sig▒&se=2'],
    ['GET https://h/p?token=abc HTTP/1.1', 'GET https://h/p?token=▒token▒ HTTP/1.1'],
    ['user[password]=abc&user[name]=b', 'user[password]=▒password▒&user[name]=b'],
    ['user%5Bpassword%5D=abc&user%5Bname%5D=b', 'user%5Bpassword%5D=▒password▒&user%5Bname%5D=b'],
    ['a=1; session_id=xyz; theme=dark', 'a=1; session_id=▒session_id▒; theme=dark'],
    ['Server=db;Password=a b;Database=x', 'Server=db;Password=▒Password▒;Database=x'],
    ['DB_PASSWORD=correct horse\nPORT=80', 'DB_PASSWORD=▒DB_PASSWORD▒\nPORT=80'],
    ['DB_PASSWORD=a&b;c,d"e', 'DB_PASSWORD=▒DB_PASSWORD▒"e'],
    ['level=info password=abc user=bob', 'level=info password=▒password▒ user=bob'],
    ['{"password":"abc","user":"bob"}', '{"password":"▒password▒","user":"bob"}'],
    ['{"password": "a\\"b", "user": "bob"}', '{"password": "▒password▒", "user": "bob"}'],
    ['"{\\"password\\":\\"abc\\",\\"user\\":\\"bob\\"}"', '"{\\"password\\":\\"▒password▒\\",\\"user\\":\\"bob\\"}"'],
    ['{"pin":1234,"user":"bob"}', '{"pin":▒pin▒,"user":"bob"}'],
    ['{"credentials":{"a":"b","c":[1]},"user":"bob"}', '{"credentials":▒credentials▒,"user":"bob"}'],
    ["{ password: 'abc', user: 'bob' }", "{ password: '▒password▒', user: 'bob' }"],
    ['{"user":"bob","token":"abc"', '{"user":"bob","token":"▒token▒"'],
    ['{"token":"abc', '{"token":"▒token▒'],
    ['Authorization: Basic dTpw\r\nHost: h', 'Authorization: ▒Authorization▒\r\nHost: h'],
    ['cookie: a=b; c=d', 'cookie: ▒cookie▒'],
    ['password: abc\nuser: bob', 'password: ▒password▒\nuser: bob'],
    ['--token=abc', '--token=▒token▒'],
    ['the newUserPassword = "abc"', 'the newUserPassword = "▒newUserPassword▒"'],
    ['x-acme-api-key: abc', 'x-acme-api-key: ▒x-acme-api-key▒'],
    ['`curl -H "Authorization: Bearer abc123def" https://h`', '`curl -H "Authorization: ▒Authorization▒'],
  ])('%s', (text, expected) => {
    expect(clean(text)).toBe(expected)
  })

  test('further names of the config count as names in texts too', () => {
    expect(redaction({ redact: ['Kontonummer'] }).text('konto_nummer=5&a=b')).toBe('konto_nummer=▒konto_nummer▒&a=b')
  })
})

describe('addresses and headers', () => {
  test.each([
    ['https://user:pass@host/path', 'https://▒url▒@host/path'],
    ['postgres://user:p%40ss@host:5432/db?ssl=1', 'postgres://▒url▒@host:5432/db?ssl=1'],
    ['postgres://user:p@ss/w@host/db', 'postgres://▒url▒@host/db'],
    ['redis://:abc@host', 'redis://▒url▒@host'],
    [`https://${letters.slice(0, 20)}@host/repo.git`, 'https://▒url▒@host/repo.git'],
    [`Bearer ${letters.slice(0, 20)}`, 'Bearer ▒bearer▒'],
    [`bearer ${letters.slice(0, 8)}, x`, 'bearer ▒bearer▒, x'],
    ['Basic dXNlcjpwYXNz', 'Basic ▒basic▒'],
  ])('%s', (text, expected) => {
    expect(clean(text)).toBe(expected)
  })
})

describe('settings', () => {
  test.each(TOKENS)('%s is let through when its rule is off', (rule, token) => {
    const off = redaction({ redactOff: redactionRules() })
    expect(off.text(`x ${token} y`)).toBe(`x ${token} y`)
    expect(redaction({ redactOff: [rule] }).text(`x ${TOKENS.find(([other]) => other !== rule)?.[1]} y`)).toContain('▒')
  })

  test('names, addresses and headers are let through when their rules are off', () => {
    const off = redaction({ redactOff: redactionRules() })
    for (const text of ['?token=abc', 'https://user:pass@host', 'Bearer abc123def']) expect(off.text(text)).toBe(text)
  })

  test('tokens of a form of the user', () => {
    const own = redaction({ redactPatterns: ['acme_[A-Za-z0-9]{24}', 'zz-[0-9-]{4,}'] })
    expect(own.text(`a acme_${letters.slice(0, 24)} zz-12-34 zz-1 b`)).toBe('a ▒pattern acme_▒ ▒pattern zz-▒ zz-1 b')
    expect(own.text(`acme_${letters.slice(0, 25)}`)).toBe(`acme_${letters.slice(0, 25)}`)
  })

  test('a form that is none is counted and the others hold', () => {
    const counters = new Counters()
    const own = new Redaction({ redact: [], redactOff: [], redactPatterns: ['(a+)+$', 'acme_[0-9]{3}'], taint: [] }, counters)
    expect(own.text('acme_123')).toBe('▒pattern acme_▒')
    expect(counters.failures['redact-pattern']).toBe(1)
  })
})
