import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Evaluation } from '@hindscope/protocol'
import { RawValue, TraceBuilder, cut, functionProbe, manifestOf, redacted } from '@hindscope/testkit'
import { ValueTag } from '@hindscope/protocol'
import { formatValue } from '../../src/model.ts'
import { engineOf } from '../shop-trace.ts'

const params = ['cart', 'name', 'big', 'secret', 'gone', 'when', 'tags', 'long', 'fn', 'long2', 'getter', 'instance']
const bare = (tag: number): RawValue => new RawValue(out => out.byte(tag))

const trace = new TraceBuilder()
const page = trace.realm('page').module(manifestOf('ab'.repeat(8), 'src/f.js', [functionProbe('f', { params })]))
page.enter('f', [
  {
    id: 7,
    items: [
      { price: 3, name: 'tea' },
      { price: 4, name: 'cake' },
    ],
    none: null,
  },
  'Anna',
  new RawValue((out, text) => {
    out.byte(ValueTag.bigint)
    out.varint(text('12345678901234567890'))
  }),
  redacted('password'),
  cut('depth'),
  new RawValue(out => {
    out.byte(ValueTag.date)
    out.float64(1_700_000_000_000)
  }),
  new RawValue((out, text) => {
    out.byte(ValueTag.map)
    for (const number of [3, 1, 1]) out.varint(number)
    out.byte(ValueTag.string)
    out.varint(text('a'))
    out.byte(ValueTag.true)
  }),
  new RawValue((out, text) => {
    out.byte(ValueTag.longString)
    out.varint(1000)
    out.varint(text('start'))
  }),
  new RawValue((out, text) => {
    out.byte(ValueTag.function)
    out.varint(4)
    out.varint(text('save'))
  }),
  new RawValue(out => {
    out.byte(ValueTag.array)
    for (const number of [5, 300, 1]) out.varint(number)
    out.byte(ValueTag.true)
  }),
  bare(ValueTag.accessor),
  new RawValue((out, text) => {
    out.byte(ValueTag.object)
    for (const number of [6, text('Cart'), 1, 1]) out.varint(number)
    out.varint(text('total'))
    out.byte(ValueTag.null)
  }),
])
const engine = engineOf(trace)
const evaluate = (expression: string): Promise<Evaluation> => engine.evaluate({ session: trace.session, ref: { track: 0, seq: 0 }, expression })
const show = async (expression: string): Promise<string> => {
  const answer = await evaluate(expression)
  return answer.kind === 'value' ? formatValue(answer.value, 200) : `missing ${answer.path}: ${answer.reason}`
}

describe('an expression', () => {
  it.each([
    ['cart.items.map(item => item.price * 2)', '[6, 8]'],
    ['cart.items.reduce((sum, { price }) => sum + price, 0)', '7'],
    ['cart?.none?.deep.deeper ?? `hello ${name}`', '"hello Anna"'],
    ['[...cart.items, 1].length', '3'],
    ['({...cart, id: 8, [name + 1]: true}).Anna1', 'true'],
    ['"id" in cart && !("price" in cart)', 'true'],
    ['typeof cart.items, typeof fn', '"function"'],
    ['big + 1n', '12345678901234567891n'],
    ['when - 1, when > 5, when.toISOString()', '"2023-11-14T22:13:20.000Z"'],
    ['tags.get("a") && tags.has("b") === false && tags.size', '1'],
    ['[...tags][0][0]', '"a"'],
    ['Object.entries(cart.items[0]).map(([k, v]) => k + "=" + v).join("&")', '"price=3&name=tea"'],
    ['JSON.stringify(cart)', '"{\\"id\\":7,\\"items\\":[{\\"price\\":3,\\"name\\":\\"tea\\"…"'],
    ['long.length', '1000'],
    ['long2.length + long2[0]', '301'],
    ['fn.name', '"save"'],
    ['Math.max(...cart.items.map(i => i.price))', '4'],
    ['name.toUpperCase().slice(-2)', '"NA"'],
    ['[3, 1, 2].toSorted((a, b) => b - a).at(0)', '3'],
    ['((a, b = 2, ...rest) => [a, b, rest.length])(1, undefined, 5, 6)', '[1, 2, 2]'],
    ['-0 === 0 ? Object.keys({a: 1}) : []', '["a"]'],
    ['cart.nothing', 'undefined'],
    ['instance.total', 'null'],
    ['(0.1 + 0.2).toFixed(1)', '"0.3"'],
    ['cart.items.find(i => i.name === "cake")', '{price: 4, name: "cake"}'],
  ])('%s is %s', async (expression, result) => {
    expect(await show(expression)).toBe(result)
  })

  it.each([
    ['secret', 'missing secret: it was masked when it was recorded (password)'],
    ['gone.x', 'missing gone: it was left out when it was recorded (depth)'],
    ['getter', 'missing getter: it is a getter, which would run code'],
    ['nobody', 'missing nobody: no variable of this name can be seen from the frame'],
    ['long + "x"', 'missing long + "x": only the first 5 of 1000 characters were recorded'],
    ['long === "other"', 'false'],
    ['long2[7]', 'missing long2[7]: only 1 of its 300 elements were recorded'],
    ['long2.map(x => x)', 'missing long2.map(x => x): only 1 of its 300 elements were recorded'],
    ['instance.sum', 'missing instance.sum: it is no own property, and what a class gives its objects (methods, getters) is not recorded'],
    ['cart === cart', 'missing cart === cart: which object it is was not recorded'],
    [
      'this',
      'missing this: this is recorded with the arguments, in functions that use it; here only a write through it (this.name = …) could tell, and the call had made none',
    ],
    ['true || secret', 'true'],
  ])('%s says %s', async (expression, result) => {
    expect(await show(expression)).toBe(result)
  })

  it('tells where its value comes from, and where in the text something is missing', async () => {
    expect(await evaluate('cart.id')).toMatchObject({
      kind: 'value',
      sources: [{ track: 0, seq: 0 }],
      doubts: [],
      completeness: { kind: 'complete' },
    })
    expect(await evaluate('1 +\n secret')).toMatchObject({ kind: 'missing', range: [2, 1, 2, 7] })
  })

  it.each([
    ['1 +', 'expression-syntax'],
    ['a b', 'expression-syntax'],
    ['', 'expression-syntax'],
    [')', 'expression-syntax'],
    ['1; 2', 'expression-syntax'],
    ['('.repeat(1900) + ')'.repeat(1900), 'expression-syntax'],
    ['x'.repeat(4001), 'query-bad'],
    ['cart.id = 1', 'expression-unsupported'],
    ['new Date()', 'expression-unsupported'],
    ['/a+/.test(name)', 'expression-unsupported'],
    ['(() => { return 1 })()', 'expression-unsupported'],
    ['function () {}', 'expression-unsupported'],
    ['await cart', 'expression-syntax'],
    ['fn()', 'expression-unsupported'],
    ['`${cart}`', 'expression-unsupported'],
    ['cart.constructor', 'missing'],
    ['name.constructor', 'expression-unsupported'],
    ['Math.constructor', 'expression-unsupported'],
    ['(x => x).constructor', 'expression-unsupported'],
    ['[].constructor', 'expression-unsupported'],
    ['({}).constructor', 'expression-unsupported'],
    ['({__proto__: null})', 'expression-unsupported'],
    ['globalThis', 'missing'],
    ['cart.none.x', 'expression-failed'],
    ['undefined.x', 'expression-failed'],
    ['1n + 1', 'expression-failed'],
    ['"x".repeat(-1)', 'expression-failed'],
    ['"x".repeat(1e9)', 'expression-budget'],
    ['2n ** 10000000n', 'expression-budget'],
    ['(f => f(f))(f => f(f))', 'expression-budget'],
    ['[...Array.from("x".repeat(9999))].map(a => [...Array.from("x".repeat(9999))])', 'expression-budget'],
  ])('%s is refused: %s', async (expression, code) => {
    const answer = await evaluate(expression).catch((error: unknown) => String(error))
    expect(typeof answer === 'string' ? answer : answer.kind).toContain(code)
  })

  it('points at the column', async () => {
    await expect(evaluate('cart.items[')).rejects.toThrow('line 1, column 11')
    await expect(evaluate('1 + cart.none.x')).rejects.toThrow('column 4')
  })

  it('gives what JavaScript gives, over plain values', async () => {
    const leaf = fc.constantFrom('1', '(-2)', '0', '3.5', '"a"', '""', '"12"', 'true', 'false', 'null', 'undefined', 'NaN')
    const { node } = fc.letrec<{ node: string }>(tie => ({
      node: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        leaf,
        fc
          .tuple(
            tie('node'),
            fc.constantFrom(
              '+',
              '-',
              '*',
              '/',
              '%',
              '<',
              '<=',
              '>',
              '>=',
              '==',
              '!=',
              '===',
              '!==',
              '&',
              '|',
              '^',
              '<<',
              '>>',
              '>>>',
              '&&',
              '||',
              ',',
            ),
            tie('node'),
          )
          .map(parts => `(${parts.join(' ')})`),
        fc.tuple(fc.constantFrom('!', '-', '+', '~', 'typeof ', 'void '), tie('node')).map(([operator, operand]) => `(${operator}${operand})`),
        fc.tuple(tie('node'), tie('node'), tie('node')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
        fc.array(tie('node'), { maxLength: 3 }).map(items => `[${items.join(', ')}].map(x => [x]).flat().at(-1)`),
        fc.tuple(tie('node'), tie('node')).map(([a, b]) => `((x, y = 2) => x ?? y)(${a}, ${b})`),
      ),
    }))
    await fc.assert(
      fc.asyncProperty(node, async expression => {
        const answer = await evaluate(expression)
        // eslint-disable-next-line no-eval -- the reference, over texts that this test made
        const expected: unknown = (0, eval)(`(${expression})`)
        const text =
          answer.kind === 'value' && 'text' in answer.value
            ? Number(answer.value.text)
            : answer.kind === 'value' && 'value' in answer.value
              ? answer.value.value
              : answer.kind === 'value'
                ? answer.value.kind
                : 'missing'
        expect(text).toEqual(expected === undefined ? 'undefined' : expected === null ? 'null' : expected)
      }),
      { numRuns: 150 },
    )
  })
})
