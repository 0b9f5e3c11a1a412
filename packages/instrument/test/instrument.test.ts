import { DEFAULT_PLAN, HOOK_MEMBERS } from '@hindscope/protocol'
import { TraceMap, originalPositionFor } from '@jridgewell/trace-mapping'
import { expect, test } from 'vitest'
import { instrument } from '@hindscope/instrument'
import type { InstrumentOptions, InstrumentResult } from '@hindscope/instrument'

const SOURCE = 'export function add(a, b) {\n  return a + b\n}\n'
const codes = ({ diagnostics }: InstrumentResult): string[] => diagnostics.map(({ code }) => code)

test('without options: a module, the default plan, an imported hook', () => {
  const result = instrument(SOURCE, { id: 'x.js' })
  expect(result).toEqual(instrument(SOURCE, { id: 'x.js', sourceType: 'module', plan: DEFAULT_PLAN, hook: 'import' }))
  expect(result.code).toContain('import{h as $h}from"@hindscope/runtime/hook"')
  expect(result.manifest).toMatchObject({
    id: 'x.js',
    sources: [{ path: 'x.js', content: SOURCE }],
    probes: [{ name: 'add', range: [1, 7, 3, 1], level: 'values' }],
  })
  expect(result.manifest.module).toMatch(/^[0-9a-f]{16}$/)
})

test.each<[string, InstrumentOptions]>([
  ['id', { id: 'y.js' }],
  ['plan', { id: 'x.js', plan: { level: 'calls' } }],
  ['hook', { id: 'x.js', hook: 'global' }],
])('another %s is another module', (_, options) => {
  expect(instrument(SOURCE, options).manifest.module).not.toBe(instrument(SOURCE, { id: 'x.js' }).manifest.module)
  expect(instrument(`${SOURCE} `, options).manifest.module).not.toBe(instrument(SOURCE, options).manifest.module)
})

test('the form of the hook is one that works in the kind of source', () => {
  const text = (options: Partial<InstrumentOptions>): string => instrument('function f() {}', { id: 'x.js', ...options }).code
  expect(text({ hook: 'require' })).toContain('import{h as $h}')
  expect(text({ sourceType: 'commonjs', hook: 'import', hookModule: "it's \u2028" })).toContain(`require("it's \\u2028").h`)
  expect(text({ sourceType: 'script', hook: 'import' })).toContain('globalThis[Symbol.for("hindscope@1")]')
  expect(text({ hook: 'global' })).not.toContain('import')
})

test('inserted text names only members of the hook', () => {
  const code = `async function* f(a, b, c, d) { try { await a; yield; yield* b; throw c } catch { return } finally {} for await (const x of d); let y = 1; for (;;) { y++; y.z = a || b(); [y.z] = a } }
    function g(token) {} const h = (a, b) => {}, i = (a, b, c) => {}, j = a => a, k = () => 1; try { f() } catch {} import { createStore } from 'redux'; createStore(f)`
  const textAt = (plan: InstrumentOptions['plan'] = { level: 'values' }): string =>
    instrument(code, { id: 'x.js', plan, libraries: 'libraries/*' }).code
  // Only modules whose own code has no frame note the depth of the stack.
  const output = textAt({ level: 'statements', overrides: [{ expressions: true }] }) + textAt() + textAt({ level: 'calls' })
  const used = new Set([...output.matchAll(/\$h\??\.(\w+)/g)].map(match => match[1] ?? ''))
  expect([...used].filter(name => !(HOOK_MEMBERS as readonly string[]).includes(name))).toEqual([])
  expect(HOOK_MEMBERS.filter(name => name !== 'version' && !used.has(name))).toEqual([])
})

test('what cannot be instrumented comes back untouched, with the reason', () => {
  const both = "const s = '\v\f'; function f() {}"
  const broken = 'function f( {\n'
  const deep = `const a = ${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const reasons = [both, broken, deep].map(code => {
    const result = instrument(code, { id: 'x.js' })
    expect(result).toMatchObject({ code, map: null, manifest: { probes: [] } })
    return codes(result)
  })
  expect(reasons).toEqual([['instrument-no-delimiter'], ['instrument-syntax'], ['instrument-too-deep']])
  expect(instrument(broken, { id: 'x.js' }).diagnostics[0]).toMatchObject({
    file: 'x.js',
    line: 2,
    column: 0,
    severity: 'error',
    frame: expect.stringContaining('> 2 | '),
  })
})

test('a long chain of calls does not exhaust the stack', () => {
  expect(instrument(`const f = () => a${'.b()'.repeat(20_000)}`, { id: 'x.js' }).manifest.probes).toHaveLength(1)
})

test('a plan can turn a module off, and what it asks for in vain is said', () => {
  expect(instrument(SOURCE, { id: 'x.js', plan: { level: 'off' } })).toMatchObject({ code: SOURCE, map: null })
  expect(codes(instrument(SOURCE, { id: 'x.js', plan: { level: 'values', overrides: [{ sample: 0.1 }] } }))).toEqual(['instrument-sample'])
})

test('a module that declares the name through which the hook is found is left alone', () => {
  const result = instrument('const Symbol = 1; function f() {}', { id: 'x.js', hook: 'global' })
  expect([result.manifest.probes.length, ...codes(result)]).toEqual([0, 'instrument-shadowed-name'])
  expect(codes(instrument('function require() {}', { id: 'x.js', sourceType: 'commonjs' }))).toEqual(['instrument-shadowed-name'])
})

test('the map leads from the output to the original, through the map of the input', () => {
  const own = instrument(SOURCE, { id: 'x.js' })
  const column = own.code.split('\n')[1]?.indexOf('a + b') ?? -1
  expect(own.map && originalPositionFor(new TraceMap(JSON.stringify(own.map)), { line: 2, column })).toMatchObject({
    source: 'x.js',
    line: 2,
    column: 9,
  })
  expect(own.map).toBe(own.map)

  // Every line of the input is a line lower in the original, and indented by four.
  const inputMap = {
    version: 3 as const,
    names: [],
    sources: ['orig.ts'],
    sourcesContent: [`//\n    ${SOURCE.replaceAll('\n', '\n    ')}`],
    mappings: 'AACI;AACA;AACA',
  }
  const chained = instrument(SOURCE, { id: 'x.js', inputMap })
  expect(chained.manifest.probes[0]).toMatchObject({ range: [2, 11, 4, 5] })
  expect(chained.manifest.sources[0]?.path).toBe('orig.ts')
  expect(chained.map && originalPositionFor(new TraceMap(JSON.stringify(chained.map)), { line: 2, column })).toMatchObject({
    source: 'orig.ts',
    line: 3,
  })
})

test.each([
  [{}, 'id'],
  [{ id: 'x.js', plan: { level: 'bogus' } }, 'plan.level'],
  [{ id: 'x.js', plan: {} }, 'plan.level'],
  [{ id: 'x.js', sourceType: 'esm' }, 'sourceType'],
  [{ id: 'x.js', hook: 'magic' }, 'hook'],
])('options %j are refused for %s', (options, option) => {
  expect(() => instrument('f()', options as never)).toThrow(`[hindscope:instrument-option] Option "${option}"`)
})
