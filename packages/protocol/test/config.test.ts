import { describe, expect, test } from 'vitest'
import { CONFIG_KEYS, configFromEnv, HindscopeError, nearest, resolveConfig } from '../src/index.ts'

const resolve = (values: Record<string, unknown>) => resolveConfig([{ origin: 'plugin options', values }])

describe('layers', () => {
  test('later layers win, undefined counts as absent, defaults fill the rest', () => {
    const config = resolveConfig([
      { origin: 'hindscope.config.mjs', values: { level: 'calls', port: 1, maxDepth: 2 } },
      { origin: 'plugin options', values: { level: undefined, port: 2 } },
      configFromEnv({ HINDSCOPE_PORT: '3', PATH: '/bin' }),
    ])
    expect(config).toMatchObject({ level: 'calls', port: 3, maxDepth: 2, maxWidth: 32 })
  })

  test('every default satisfies its own rule', () => {
    const defaults = Object.fromEntries(Object.entries(CONFIG_KEYS).map(([key, spec]) => [key, spec.default]))
    expect(resolve(defaults)).toEqual(resolve({}))
  })
})

describe('refusals name the key, the value, what is allowed and the nearest key', () => {
  test('unknown key', () => {
    expect(() => resolve({ levle: 'calls' })).toThrow(
      /^\[hindscope:config-unknown-key\] Unknown config key "levle" in plugin options. Did you mean "level"\?/,
    )
    expect(() => resolve({ toString: 1 })).toThrow('config-unknown-key')
    expect(() => resolve(JSON.parse('{"__proto__": 1}') as Record<string, unknown>)).toThrow('config-unknown-key')
  })

  test.each([
    ['enabled', 'yes', 'true or false'],
    ['port', 65536, '0 to 65535'],
    ['port', 1.5, '0 to 65535'],
    ['port', '80', '0 to 65535'],
    ['level', 'all', 'off, count, calls, values, statements'],
    ['url', 1, 'a text'],
    ['include', 'src', 'a list of texts'],
    ['exclude', [1], 'a list of texts'],
    ['overrides', {}, 'a list of'],
    ['overrides', [null], 'a list of'],
    ['overrides', [{ files: 'a' }], 'not "files"'],
    ['overrides', [{ file: 1 }], 'texts'],
    ['overrides', [{ level: 'loud' }], 'level'],
    ['overrides', [{ sample: 0 }], 'sample'],
    ['overrides', [{ args: 'a' }], 'args'],
    ['overrides', [{ expressions: 'yes' }], 'expressions is true or false'],
    ['dataDir', null, 'a text'],
  ])('%s = %j', (key, value, allowed) => {
    expect(() => resolve({ [key]: value })).toThrow(
      new RegExp(`^\\[hindscope:config-bad-value\\] Config key "${key}" in plugin options.*${allowed}`, 's'),
    )
  })

  test('a value without JSON text, and a long one, are still shown', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    expect(() => resolve({ port: cycle })).toThrow('a value that contains itself')
    expect(() => resolve({ port: 10n })).toThrow('has the value 10n')
    expect(() => resolve({ port: 'x'.repeat(500) })).toThrow('…')
  })
})

describe('environment', () => {
  test('texts become the type of their key', () => {
    expect(
      configFromEnv({ HINDSCOPE: 'off', HINDSCOPE_STRICT: '1', HINDSCOPE_PORT: '8080', HINDSCOPE_LEVEL: 'calls', HINDSCOPE_URL: '' }).values,
    ).toEqual({
      enabled: false,
      strict: true,
      port: 8080,
      level: 'calls',
    })
  })

  test('what cannot be read as its type is refused where it is used', () => {
    expect(() => resolveConfig([configFromEnv({ HINDSCOPE_PORT: '80x' })])).toThrow(/"port" in environment has the value "80x"/)
    expect(() => resolveConfig([configFromEnv({ HINDSCOPE: 'maybe' })])).toThrow('true or false')
  })

  test('an unknown HINDSCOPE_ name is refused, the collector address and strangers are not', () => {
    expect(() => configFromEnv({ HINDSCOPE_LEVLE: 'x' })).toThrow(/"HINDSCOPE_LEVLE" in environment\. Did you mean "HINDSCOPE_LEVEL"/)
    expect(configFromEnv({ HINDSCOPE_SESSION: 'a', HINDSCOPES: 'b', MY_HINDSCOPE_X: 'c' }).values).toEqual({})
  })
})

test('the nearest word is the one with the fewest edits', () => {
  expect(nearest('prot', ['level', 'port', 'production'])).toBe('port')
  expect(nearest('ENABLE', ['enabled', 'url'])).toBe('enabled')
  expect(nearest('x', [])).toBe('')
})

test('config errors are HindscopeErrors with a fix', () => {
  try {
    resolve({ colour: 1 })
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(HindscopeError)
    expect((error as HindscopeError).fix).toContain('maxString')
  }
})
