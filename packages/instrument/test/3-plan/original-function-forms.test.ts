/**
 * Every head with every list of parameters, return type, body and surrounding that authors write, found from every place a map may lead to.
 * `«…»` is the function, `¦` its first parameter.
 */
import { expect, test } from 'vitest'
import { createTextScanner } from '../../src/1-parse/text-scanner.ts'
import { originalFunction } from '../../src/3-plan/original-function.ts'
import type { AnchorRole } from '../../src/3-plan/original-function.ts'

const PARAMS = [
  '()',
  '(¦a)',
  '(¦a: string, b?: number)',
  "(¦a = ')', b = /[)/]/)",
  '(¦{ a, b: [c] = [] }: { a: 1; b: 2 } = { a: 1, b: [] })',
  '(¦a: (x: number) => void, ...rest: T[])',
  '(/* ) */ ¦a, // }\n b)',
  '(¦a = `${g(`)`)}`)',
  '(\n  ¦a: Map<string, Array<T>>,\n  b: typeof c,\n)',
  '(¦[a, b]: readonly [string, number])',
  '(¦...all: unknown[])',
  '(¦a = b < c, d = e > f)',
]
const RETURNS = [
  '',
  ': void',
  ': Promise<Map<string, T[]>>',
  ': { a: 1; b(): void }',
  ': a is string',
  ': asserts a is T',
  ': asserts a',
  ': T extends U ? 1 : 2',
  ': keyof typeof x',
  ': `a${string}`',
  ': [a: string, b?: number]',
  ': \'x\' | "y" | 1',
  ': A.B<C>["d"]',
  ': readonly string[]',
  ': import("x").Y',
  ': T & {\n  a: 1\n}',
]
const BLOCKS = [
  '{}',
  '{ return a }',
  "{ return '}' }",
  '{ return /[}/]+/.test(a) }',
  '{ return `}${b({ c: `}` })}` }',
  '{ /* } */ // }\n}',
  '{\n  if (a) { b() } else return { c }\n  for (;;) {}\n}',
  '{ return a < b || c > d }',
  '{ return a / b / c }',
  '{ const d = (e: F) => { g() }; return d }',
]
const JSX_BLOCKS = ['{ return <A b="}" c={{ d }} {...e}>it is {f} {/* } */}<B.C/></A> }', '{ return <>\n  text\n</> }']
const EXPRESSIONS = [
  'a',
  '({ a })',
  'a.b(c, d)[e]',
  'a ? b : c',
  '`${a}`',
  '/[,)]/',
  'async (b) => b',
  '[a, b]',
  'a as unknown as B',
  'await a',
  '-a + !b',
  'new A<B>(c)',
  'x => y => z',
]
const JSX_EXPRESSIONS = ['<A b={c}>text, <B/></A>', '(\n  <A>{a}</A>\n)']

/** What stands around an expression. */
const AROUND = [
  'const f = ¤',
  'const f: F = ¤, h = 1',
  'f(¤, 1)',
  'f(a, ¤)',
  'x = { k: ¤, l: 1 }',
  'export default ¤\n',
  'const f = [¤]',
  'return (¤)',
  'a || (¤)',
  'f(g(¤))',
  'const f = ¤\nconst h = 1',
  'const f = ¤;\nh()',
]
const JSX_AROUND = ['y = <A on={¤}>text</A>', 'y = <A>{list.map(¤)} more</A>']

const FUNCTION_HEADS = [
  'function',
  'async function',
  'function*',
  'async function *',
  'function f',
  'async function f',
  'function* f',
  'function f<T>',
]
const ARROW_HEADS = ['', 'async ', '<T,>', '<T extends A<B>>', 'async <T,>', '<const T, U = V[]>']
const METHOD_HEADS = [
  'm',
  'async m',
  '*m',
  'async *m',
  'static m',
  'private static async m',
  'public override m',
  '#m',
  '"m"',
  '[m.n]',
  'async *[m]',
  'm<T>',
  'm<T extends { a: 1 }>',
  'constructor',
  'protected m',
  'get',
  'static',
  'async',
  'of',
]
const ACCESSORS = [
  'get m()',
  'static get m()',
  'get [m]()',
  'get #m()',
  'private get m(): A',
  'set m(¦v)',
  'static set m(¦v: B)',
  'set "m"(¦v)',
  'static',
]

/** Function and arrow heads that the parameter alone leads back from: not over `*`, quotes and computed keys, nor over a comment. */
const REACHES_BACK = /^(?:(?:(?!\*).)*function\b(?! *\*).*|(?!.*[\]"*]).*)$/

interface Program {
  readonly text: string
  readonly jsx: boolean
  readonly start: number
  readonly end: number
  /** Offsets that maps lead to, by what they are of the function. */
  readonly anchors: readonly (readonly [at: number, role: AnchorRole])[]
}

interface Parts {
  readonly around: string
  readonly head: string
  readonly params: string
  readonly behind: string
  readonly jsx: boolean
}

function compose({ around, head, params, behind, jsx }: Parts): Program {
  const start = around.indexOf('¤')
  const own = `${head}${params.replace('¦', '')}${behind}`
  const param = params.indexOf('¦')
  const reachesBack = param >= 0 && REACHES_BACK.test(head) && !params.startsWith('(/*')
  const anchors = [[start, 'start'] as const, ...(reachesBack ? [[start + head.length + param, 'param'] as const] : [])]
  return { text: around.replace('¤', () => own), jsx, start, end: start + own.length, anchors }
}

const ROLES: readonly AnchorRole[] = ['start', 'key', 'param', 'body', 'arrow']
const at = <Value>(values: readonly Value[], index: number): Value => values[index % values.length] as Value // SAFE: the lists are not empty

/** Parameters and return types are all combined; heads, bodies and surroundings take turns. */
function* programs(jsx: boolean): Generator<Program> {
  const blocks = jsx ? [...BLOCKS, ...JSX_BLOCKS] : BLOCKS
  const around = jsx ? [...AROUND, ...JSX_AROUND] : AROUND
  const expressions = jsx ? [...EXPRESSIONS, ...JSX_EXPRESSIONS] : EXPRESSIONS
  let turn = 0
  for (const params of PARAMS) {
    for (const returns of RETURNS) {
      turn++
      const behind = `${returns} ${at(blocks, turn)}`
      yield compose({ around: at(around, turn), head: at(FUNCTION_HEADS, turn), params, behind, jsx })
      yield compose({ around: 'class A { x = 1; ¤ y }', head: at(METHOD_HEADS, turn), params, behind, jsx })
      yield compose({ around: at(around, turn), head: at(ARROW_HEADS, turn), params, behind: `${returns} => ${at(blocks, turn)}`, jsx })
      yield compose({ around: at(around, turn), head: at(ARROW_HEADS, turn >> 1), params, behind: `${returns} => ${at(expressions, turn)}`, jsx })
    }
  }
  for (const accessor of ACCESSORS) {
    for (const block of blocks) yield compose({ around: 'class A { ¤\n y }', head: accessor.replace('¦', ''), params: '', behind: ` ${block}`, jsx })
  }
}

const shown = ({ text, jsx }: Program, offset: number, role: AnchorRole): string =>
  `${role}${jsx ? '' : ' without JSX'}: ${text.slice(0, offset)}¦${text.slice(offset)}`

test.each([true, false])('each form of function is found whole from its start and its first parameter (JSX: %s)', jsx => {
  const wrong: string[] = []
  let compared = 0
  for (const program of programs(jsx)) {
    const scanner = createTextScanner(program.text, program)
    for (const [offset, role] of program.anchors) {
      compared++
      const found = originalFunction(scanner, offset, role)
      if (found?.start !== program.start || found.end !== program.end) wrong.push(shown(program, offset, role))
    }
  }
  expect(wrong).toEqual([])
  expect(compared).toBeGreaterThan(1000)
})

/** Compilers map what they like to where they like. */
test.each([true, false])('no place in the text leads to a function that is not there (JSX: %s)', jsx => {
  const wrong: string[] = []
  let found = 0
  for (const program of programs(jsx)) {
    const { text, start, end } = program
    const scanner = createTextScanner(text, program)
    for (const { index } of text.matchAll(/[\w$]+|\S/g)) {
      for (const role of ROLES) {
        const own = originalFunction(scanner, index, role)
        if (own) found++
        const isInside = own && own.start > start && (own.end ?? end + 1) <= end
        if (own && !isInside && (own.start !== start || own.end !== end)) wrong.push(shown(program, index, role))
      }
    }
  }
  expect(wrong).toEqual([])
  expect(found).toBeGreaterThan(1000)
})
