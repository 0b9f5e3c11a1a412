/** `«` marks where the scan starts and `»` where it must end; without `»` it cannot be followed. */
import { expect, test } from 'vitest'
import { createTextScanner } from '../../src/1-parse/text-scanner.ts'
import type { TextScanner } from '../../src/1-parse/text-scanner.ts'

type Scan = (scanner: TextScanner, at: number) => number | undefined

function scanned(marked: string, scan: Scan, jsx = true): string {
  const text = marked.replace(/[«»]/g, '')
  const start = marked.indexOf('«')
  const end = scan(createTextScanner(text, { jsx }), start)
  return end === undefined ? `${text.slice(0, start)}«${text.slice(start)}` : `${text.slice(0, start)}«${text.slice(start, end)}»${text.slice(end)}`
}

const tokensOf = (text: string): string[] => {
  const { token } = createTextScanner(text, { jsx: false })
  const found: string[] = []
  for (let next = token(0); next; next = token(next.end)) {
    expect(text.slice(next.start, next.end)).toBe(next.text)
    found.push(next.text)
  }
  return found
}

test.each([
  ['', []],
  [' \t\r\n\u00a0\ufeff\u2028 ', []],
  ['// only a comment', []],
  ['/* a */ /** b\n */', []],
  ['a/* b */.c // d\n?.e', ['a', '.', 'c', '?.', 'e']],
  ['@dec #x $y _z ünï', ['@dec', '#x', '$y', '_z', 'ünï']],
  ['0x1f 1_000.5e3 1n a1', ['0x1f', '1_000.5e3', '1n', 'a1']],
  [`"a\\"b" 'c\\'d' "\\\n"`, [`"a\\"b"`, `'c\\'d'`, '"\\\n"']],
  ['"open\n', ['"', 'open']],
  ['(a)=>b', ['(', 'a', ')', '=>', 'b']],
  ['a>=b...c', ['a', '>', '=', 'b', '...', 'c']],
  ['`t`', ['`', 't', '`']],
  ['a / b', ['a', '/', 'b']],
  ['a++', ['a', '+', '+']],
])('tokens of %j', (text, tokens) => {
  expect(tokensOf(text)).toEqual(tokens)
})

test('a token at an offset inside trivia is the one behind it, and none behind the last', () => {
  const { token } = createTextScanner('  /* x */ ab', { jsx: false })
  expect(token(0)).toEqual({ start: 10, end: 12, text: 'ab' })
  expect(token(1)).toEqual({ start: 10, end: 12, text: 'ab' })
  expect(token(11)).toEqual({ start: 11, end: 12, text: 'b' })
  expect(token(12)).toBeUndefined()
  expect(token(99)).toBeUndefined()
})

test.each([
  '«()» a',
  'f«(a, [b, { c }])»',
  '«{ "}" }»',
  "«{ '}' /* } */ // }\n }»",
  '«{ `}${{ a: `}` }}}` }»',
  '«{ /[}/]\\/}/.test(a) / b / c }»',
  '«(a / b / (c))»',
  '«[a ? /]/ : b]»',
  '«(a < b, c > (d))»',
  '«(a<b>(c))»',
  '«{ return /}/ }»',
  '«{ return a\n/ b / c }»',
  "«{ \")\" + '\\'}' }»",
  '«(<A b="}" {...c}>it\'s {`)`} text</A>)»',
  '«(<></>)»',
  '«(<A<B> c/>)»',
  '«(<A.b:c-d e=<f/>/>)»',
  '«(<A>{/* ) */}<B>{c}</B></A>)»',
  '«(<T,>(a: T) => a)»',
  '«(<T extends A<B>>(a) => a)»',
  '«(<const T,>(a) => a)»',
  '«{ a: { b: { c: {} } } }» }',
  // Not closed, closed by another bracket, or text that goes on to the end.
  '«(a',
  '«(a]',
  '«{ (a }',
  '«(`${a)',
  '«(`a)',
  '«("a)',
  '«(/a)',
  '«(<A></B>)',
  '«(<A {b)',
])('the bracket at %s', marked => {
  expect(scanned(marked, ({ closing }, at) => closing(at))).toBe(marked)
})

test.each(['«(<T>(a: T) => a)»', '«(<A<B>>c)»', '«{ const a = <T>(b) => "}" }»'])('where no element may stand: the bracket at %s', marked => {
  expect(scanned(marked, ({ closing }, at) => closing(at), false)).toBe(marked)
})

test('the end of a bracket is the same however often and in whatever order it is asked', () => {
  const text = 'f(a, { b: [c, (d) => { e }] }, `${g({})}`) (h'
  const opens = [...text.matchAll(/[([{]/g)].map(match => match.index)
  const fresh = opens.map(open => createTextScanner(text, { jsx: true }).closing(open))
  const { closing } = createTextScanner(text, { jsx: true })
  expect([...opens, ...opens].map(open => closing(open))).toEqual([...fresh, ...fresh])
  expect([...opens].reverse().map(open => closing(open))).toEqual([...fresh].reverse())
  const closers = fresh.map(end => (end === undefined ? 'none' : text.slice(end - 1, end)))
  expect(closers).toEqual([')', '}', ']', ')', '}', '}', ')', '}', 'none'])
})

test.each([
  'f«<A>»(b)',
  'f«<A, B extends C<D>>»(b)',
  'f«<{ a: "x>"; b: [c] }, (d) => void>»()',
  'f«<(a: b) => c>»()',
  'f«<`a>${b}`>»()',
  'f«<Array<Array<A>>>»()',
  'a «< b;',
  'a «< b)',
  'a «< (b',
  'a «<',
])('the angle at %s', marked => {
  expect(scanned(marked, ({ closingAngle }, at) => closingAngle(at))).toBe(marked)
})

test.each([
  'a: «string» = b',
  'a: «string», b',
  'a: «string»; b',
  '(a: «string») => b',
  '(): «void» { a }',
  '(): «{ a: b }» { c }',
  '(): «{ a: b } | { c: d }» { e }',
  '(): «Promise<Map<A, B[]>>» { c }',
  '(): «() => void» { a }',
  '(): «(a: B) => { c: D }» { e }',
  '(): «new () => A» { b }',
  '(): «a is B» { c }',
  '(): «asserts a is B» { c }',
  '(): «keyof typeof a[B]» { c }',
  '(): «A extends B ? C : D» { e }',
  '(): «import("a").B» { c }',
  '(): «`a${B}`» { c }',
  "(): «'a' | 1 | null» { c }",
  '(): «readonly A[]» { b }',
  '(): «unique symbol» { b }',
  '(): «A.B» { c }',
  'a: «A»\n(b)',
  'a: «A»\nb: C',
  'a: «',
  'a: «(b',
])('the type at %s', marked => {
  expect(scanned(marked, ({ typeEnd }, at) => typeEnd(at))).toBe(marked)
})

test.each([
  '(): «A» => b',
  '(): «(a: B) => C» => d',
  '(): «() => () => A» => b',
  '(): «(a) => B» => c',
  '(): «(A | B)» => c',
  '(): «(() => A)» => { b }',
  '(): «a is B» => c',
  '(): «{ a: () => B }» => c',
  '(): «Promise<() => A>» => b',
])('the return type of an arrow function at %s', marked => {
  expect(scanned(marked, ({ typeEnd }, at) => typeEnd(at, { arrow: true }))).toBe(marked)
})

test.each([
  '«a», b',
  '«a»; b',
  '(«a»)',
  '«a»\nb',
  '«a\n+ b»\nc',
  '«a +\nb»\nc',
  '«a\n.b\n(c)\n[d]\n`e`»\nf',
  '«a\nin b»\nc',
  '«a ? { b } : [c]»\nd',
  '«{ a }», b',
  '«() => { a }»\nb',
  '«(a) => (b)»\nc',
  '«a as B<C>[] | D»\ne',
  '«a satisfies { b: C }», d',
  '«a as unknown as () => void», b',
  '«`a${b}c`»\nd',
  '«/a,b/g», c',
  '«await a»\nb',
  '«new A<B>(c)»\nd',
  '«typeof a»\nb',
  '«<A b={c}>d, e</A>»\nf',
  '«a»"',
  "«a»'",
  'a = «',
  'a = «(b',
])('the expression at %s', marked => {
  expect(scanned(marked, ({ expressionEnd }, at) => expressionEnd(at))).toBe(marked)
})
