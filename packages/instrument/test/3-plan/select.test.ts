import { expect, test } from 'vitest'
import { globPattern } from '@hindscope/protocol'
import { mentionsExpressions, mentionsLevel, selectFunction } from '../../src/3-plan/select.ts'

test.each([
  ['src/**', 'src/a/b.js', true],
  ['src/**', 'lib/a.js', false],
  ['**/b.js', 'b.js', true],
  ['**/b.js', 'src/a/b.js', true],
  ['src/**/b.js', 'src/b.js', true],
  ['src/*.js', 'src/a/b.js', false],
  ['src/*.js', 'src/a.js', true],
  ['src/?.js', 'src/a.js', true],
  ['src/?.js', 'src//.js', false],
  ['src/a+(b).js', 'src/a+(b).js', true],
  ['src/a.js', 'src/axjs', false],
])('glob %s on %s: %s', (glob, path, expected) => {
  expect(globPattern(glob).test(path)).toBe(expected)
})

test('each setting comes from the last override that has it and matches file and function', () => {
  const plan = {
    level: 'values',
    overrides: [
      { level: 'off' },
      { file: 'src/**', level: 'calls', args: ['a'] },
      { file: 'src/**', function: 'Cart.total', level: 'statements' },
      { function: 'Cart.total', sample: 0.5, expressions: true },
      { file: 'lib/**', function: 'Cart.total', level: 'count' },
    ],
  } as const
  expect(selectFunction(plan, { files: ['src/cart.js'], name: 'Cart.total' })).toEqual({
    level: 'statements',
    args: ['a'],
    sample: 0.5,
    expressions: true,
  })
  expect(selectFunction(plan, { files: ['src/cart.js'], name: 'total' })).toEqual({
    level: 'calls',
    args: ['a'],
    sample: 1,
    expressions: false,
  })
  expect(selectFunction(plan, { files: ['x.js'], name: 'total' })).toMatchObject({ level: 'off', args: undefined, sample: 1 })
  expect(selectFunction(plan, { files: ['x.js', 'lib/x.js'], name: 'Cart.total' }).level).toBe('count')
})

test('statements and expressions are looked at only when a plan can ask for them', () => {
  expect(mentionsExpressions({ level: 'statements' })).toBe(false)
  expect(mentionsExpressions({ level: 'statements', overrides: [{ file: 'a.js', expressions: true }] })).toBe(true)
  expect(mentionsLevel({ level: 'values' }, 'statements')).toBe(false)
  expect(mentionsLevel({ level: 'off', overrides: [{ level: 'statements' }] }, 'statements')).toBe(true)
})
