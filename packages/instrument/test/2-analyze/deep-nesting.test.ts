import { expect, test } from 'vitest'
import { instrument, restore } from '../../src/index.ts'

/** Nested as deeply as the engine parses comfortably: calls and blocks around each level would be too much for it. */
test.each([
  ['assignments', `${'a = '.repeat(1500)}1`],
  ['conditions', `a = ${Array.from({ length: 1200 }, (_, n) => `a === ${n} ? ${n} : `).join('')}0`],
  ['operators', `return ${'a && '.repeat(1500)}1`],
  ['statements', `${'if (a) '.repeat(2000)}a = 1`],
  ['else-ifs', `${Array.from({ length: 1500 }, (_, n) => `if (a === ${n}) a = ${n}; else `).join('')}a = 0`],
])('%s that nest deeply stay a program that parses', (_, body) => {
  const code = `function f(a) { ${body} }`
  expect(() => new Function(code)).not.toThrow()
  const { code: output, diagnostics } = instrument(code, { id: 'x.js', sourceType: 'script', plan: { level: 'statements' } })
  expect(() => new Function(output)).not.toThrow()
  expect(restore(output)).toBe(code)
  expect(diagnostics.filter(({ code: key }) => key === 'instrument-too-deep')).toEqual([])
})

test('statements beyond the limit are named once for each function', () => {
  const code = `function f(a) { ${'a = '.repeat(1500)}1 }`
  const codes = instrument(code, { id: 'x.js', plan: { level: 'statements' } }).diagnostics.map(diagnostic => diagnostic.code)
  expect(codes).toEqual(['instrument-deep-nesting'])
})
