import { describe, expect, it } from 'vitest'
import { HindscopeError, formatLevelTarget, parseLevelTarget } from '@hindscope/protocol'
import type { LevelRule, ProbeManifest } from '@hindscope/protocol'
import { functionProbe, manifestOf } from '@hindscope/testkit'
import { addRules, checkRules, compileRules, limitWish, wishOf, wishWithoutManifest } from '../src/level-rules.ts'

const cart = manifestOf('ab'.repeat(8), 'src/cart/cart.ts', [
  functionProbe('Cart.total', { line: 1 }),
  functionProbe('Cart.add', { line: 2 }),
  functionProbe('Cart.total', { line: 3 }),
])
const wish = (manifest: ProbeManifest, ...rules: LevelRule[]): number[] => wishOf(manifest, compileRules(rules))

describe('what rules mean for a module', () => {
  it.each<[string, LevelRule[], number[]]>([
    ['nothing', [], []],
    ['everything', [{ level: 'off' }], [0, 3, 0]],
    ['a glob', [{ file: 'src/**', level: 'calls' }], [0, 3, 2]],
    ['another file', [{ file: 'src/*.ts', level: 'calls' }], []],
    ['a function, wherever it is', [{ function: 'Cart.total', level: 'count' }], [0, 1, 1, 2, 1, 1]],
    [
      'the last match',
      [
        { function: 'Cart.add', level: 'off' },
        { file: '**/cart.ts', level: 'values' },
      ],
      [0, 3, 3],
    ],
    [
      'the plan',
      [
        { file: '**/cart.ts', level: 'off' },
        { function: 'Cart.add', level: 'plan' },
      ],
      [0, 1, 0, 2, 1, 0],
    ],
  ])('%s', (_title, rules, expected) => {
    expect(wish(cart, ...rules)).toEqual(expected)
  })

  it('probes within a function go with it, wherever they stand', () => {
    const [total, add] = cart.probes as [ProbeManifest['probes'][number], ProbeManifest['probes'][number]]
    const step = { kind: 'step', source: 0, range: [9, 0, 9, 1], level: 'statements', parent: 1 } as const
    const manifest = { ...cart, probes: [total, add, step, step, { ...step, parent: -1 }] }
    expect(wish(manifest, { function: 'Cart.add', level: 'calls' })).toEqual([1, 3, 2])
    expect(wish(manifest, { file: '**', level: 'off' })).toEqual([0, 5, 0])
  })

  it('a module can be named by its id, and without a manifest only with all others', () => {
    const generated = { ...cart, id: 'src/App.vue?vue&type=script', sources: [{ path: 'src/other.ts' }] }
    expect(wish(generated, { file: 'src/App.vue', level: 'off' })).toEqual([0, 3, 0])
    expect(wishWithoutManifest(7, compileRules([{ level: 'off' }, { file: 'src/**', level: 'calls' }]))).toEqual([0, 7, 0])
    expect(wishWithoutManifest(7, compileRules([{ file: 'src/**', level: 'calls' }]))).toEqual([])
  })
})

describe('rules in a row', () => {
  const off = (file: string): LevelRule => ({ file, level: 'off' })

  it('a later rule for the same replaces an earlier one, and one for everything replaces all', () => {
    expect(addRules([off('a'), off('b')], [{ file: 'a', level: 'calls' }])).toEqual([off('b'), { file: 'a', level: 'calls' }])
    expect(addRules([off('a'), { file: 'a', function: 'f', level: 'off' }], [{ file: 'a', level: 'plan' }])).toEqual([
      { file: 'a', function: 'f', level: 'off' },
      { file: 'a', level: 'plan' },
    ])
    expect(addRules([off('a'), off('b')], [{ level: 'calls' }])).toEqual([{ level: 'calls' }])
    expect(addRules([off('a'), off('b')], [{ level: 'plan' }])).toEqual([])
  })

  it.each([
    [undefined],
    [[]],
    [[null]],
    [[{ level: 'loud' }]],
    [[{ file: 1, level: 'off' }]],
    [[{ file: '', level: 'off' }]],
    [[{ file: 'a', functions: 'f', level: 'off' }]],
    [Array.from({ length: 501 }, () => ({ level: 'off' }))],
  ])('refuses what are no rules: %j', rules => {
    expect(() => checkRules(rules)).toThrow(HindscopeError)
  })

  it('does not grow without end', () => {
    const many = Array.from({ length: 300 }, (_, i) => off(`file ${i}`))
    expect(() =>
      addRules(
        many,
        many.map(({ file }) => off(`${file} again`)),
      ),
    ).toThrow(/setLevels/)
  })
})

it.each<[string, Pick<LevelRule, 'file' | 'function'>]>([
  ['**', {}],
  ['src/cart/**', { file: 'src/cart/**' }],
  ['src/cart.ts:Cart.total', { file: 'src/cart.ts', function: 'Cart.total' }],
  [':Cart.total', { function: 'Cart.total' }],
])('%s is read and written alike', (text, target) => {
  expect(parseLevelTarget(text)).toEqual(target)
  expect(formatLevelTarget(target)).toBe(text)
})

it.each([
  [[], 3, 2, [0, 3, 2]],
  [[1, 1, 4], 3, 2, [0, 3, 2]],
  [[0, 1, 1, 2, 1, 3], 4, 2, [0, 1, 1, 1, 3, 2]],
  [[0, 2, 0], 2, 2, [0, 2, 0]],
])('the wish %j of %d probes, held to level %d, is %j', (wish, count, limit, held) => {
  expect(limitWish(wish, count, limit)).toEqual(held)
})
