/** Text as authors write it, TypeScript and JSX included: `¦` marks where a map leads, `«…»` the function that stands there. */
import { expect, test } from 'vitest'
import { createTextScanner } from '../../src/1-parse/text-scanner.ts'
import { originalField, originalFunction } from '../../src/3-plan/original-function.ts'
import type { AnchorRole, OriginalFunction } from '../../src/3-plan/original-function.ts'

function found(marked: string, find: (scanner: ReturnType<typeof createTextScanner>, at: number) => OriginalFunction | undefined): string {
  const at = marked.replace(/[«»]/g, '').indexOf('¦')
  const text = marked.replace(/[«»¦]/g, '')
  const result = find(createTextScanner(text, { jsx: !marked.includes('// ts') }), at)
  if (result === undefined) return `${text} has none`
  const end = result.end ?? result.start
  return `${text.slice(0, result.start)}«${text.slice(result.start, end)}»${text.slice(end)} named ${JSON.stringify(result.written)}`
}
const clean = (marked: string): string => marked.replace('¦', '')

test.each<[marked: string, role: AnchorRole, written: string]>([
  ['x = «¦function f(a: string): void { return }»;', 'start', 'f'],
  ['«¦async function* f<T extends { a: 1 }>(a = ")") { yield `${a}}` }»', 'start', 'f'],
  ['«async ¦function f() {}»', 'start', 'f'],
  ['«function ¦named(a) { /[)}]/.test(a) }»', 'key', 'named'],
  ['const g = «¦async (a, b): Promise<number> => { await a }»', 'start', ''],
  ['const g = «async (¦a) => a + 1», h', 'param', ''],
  ['const g = «¦a => ({ a })»', 'start', ''],
  ['const g = «¦async => async»', 'start', ''],
  ['const g = «¦<T,>(a: T): a is T => [a, `x`]»', 'start', ''],
  ['f(«<T extends X>(¦a: T) => a»)', 'param', ''],
  ['f(«(a: (b: string) => void): C<1> => ¦{ a() }»)', 'arrow', ''],
  ['f(«async x => ¦x as unknown as () => void», 1)', 'arrow', ''],
  ['f(«() => ¦<A b="c" {...d}>text {e} <B/></A>»)', 'arrow', ''],
  ['class A { «private static async ¦m<T>(a?: T): Promise<T> { return a! }» }', 'key', 'm'],
  ['class A { «¦get x(): number { return 1 }» }', 'start', 'x'],
  ['class A { «*[¦Symbol.iterator]() {}» }', 'key', '[Symbol.iterator]'],
  ['class A { «¦static { f() }» }', 'start', ''],
  ["class A { «¦'quoted'?() {}» }", 'key', "'quoted'"],
  ['class A { «constructor(private readonly ¦a: B) { super() }» }', 'param', 'constructor'],
  ['class A { «constructor¦(a: B) {}» }', 'start', 'constructor'],
  ['class A { «m(a: B): C {¦ return }» }', 'body', 'm'],
  ['x = { «async ¦m() { return 1 }» }', 'key', 'm'],
  ['x = { «¦static() {}» }', 'key', 'static'],
  ['«function f(¦{ a, b }) { return a }»', 'param', 'f'],
  ['«function f<T>(¦a: Array<Array<T>>) { return a }»', 'param', 'f'],
  ['f(«¦(a): (() => void) => a»)', 'start', ''],
  ['f(«¦(a): (() => void) => { a }»)', 'start', ''],
  ['f = «¦(a): () => void => a»', 'start', ''],
  ['f = «¦(a): <T>(b: T) => T => a»', 'start', ''],
  ['f = «¦(a): new () => X => a»', 'start', ''],
  ['f = «¦(a): undefined | (() => void) => a»', 'start', ''],
  ['f = «¦(a): Promise<(x: number) => Map<string, () => void>> => { a }»', 'start', ''],
  ['f = «¦(a): T extends () => infer R ? R : never => a»', 'start', ''],
  ['f = «¦(a): asserts this is B => { a }»', 'start', ''],
  ['f = «¦(a): (a is B) => { a }»', 'start', ''],
  ['f = «¦(a): { [K in keyof T]: T[K] } => a»', 'start', ''],
  ['«¦function f(a): (() => void) { a }»', 'start', 'f'],
  ['«¦function f(a): () => void { a }»', 'start', 'f'],
  ['«¦function f(a): (b: C) => { d: 1 } { a }»', 'start', 'f'],
  ['«¦function f(a): () => () => void { a }»', 'start', 'f'],
  ['«¦function f(a):\n  | { a: 1 }\n  | { b: 2 } { a }»', 'start', 'f'],
  ['«¦function f(a): unique symbol { a }»', 'start', 'f'],
  ['class A { «¦get m(): () => void { a }» }', 'start', 'm'],
  ['class A { «¦m(this: B): this is C { a }» }', 'start', 'm'],
  ['class A { «constructor(¦private a: B) { super() }» }', 'param', 'constructor'],
  ['class A { «¦m(@Dec() a, b) { b }» }', 'key', 'm'],
  // Line ends that end an expression, and line ends that do not.
  ['f = «¦() => !a»\nb()', 'start', ''],
  ['f = «¦() => a as A<B>»\nb()', 'start', ''],
  ['f = «¦() => a < b»\nc()', 'start', ''],
  ['f = «¦() => a\n + b»\nc()', 'start', ''],
  ['f = «¦() => a\n .b()\n ?.c»\nc()', 'start', ''],
  ['f = «¦() => a ??\n b»\nc()', 'start', ''],
  ['f = «¦() => {}»\n(c)', 'start', ''],
  ['f = «¦() => tag`a`»\nc()', 'start', ''],
  ['f = «¦() => import("x")»\nc()', 'start', ''],
  ['f = «¦() => a in b»\nc()', 'start', ''],
  ['f = «¦() => #a in b»\nc()', 'start', ''],
  ['f = «¦() => /a/g»\nc()', 'start', ''],
  // Elements: text that looks like code.
  ["f = «¦() => <A>it's // not {/* } */}</A>»\nc()", 'start', ''],
  ['f = «¦() => <A>a > b</A>»\nc()', 'start', ''],
  [`f = «¦() => <A b='x"' c={() => d}/>»\nc()`, 'start', ''],
  ['f = «¦() => <A.B x:y="1" data-z/>»\nc()', 'start', ''],
  ['«¦function f() { return <div>&lt;&rbrace;</div> }»', 'start', 'f'],
  // Divisions, regular expressions, comparisons and type arguments.
  ['«¦function f() { return a\n/b/c }»', 'start', 'f'],
  ['«¦function f() { x = a ? /}/ : b }»', 'start', 'f'],
  ['«¦function f() { for (const a of /}/.x) {} }»', 'start', 'f'],
  ['«¦function f() { a = /[/}]\\/}/u }»', 'start', 'f'],
  ['«¦function f() { if (a < b && c > (d)) {} }»', 'start', 'f'],
  ['«¦function f() { if (a<b) { "}" } }»', 'start', 'f'],
  ['«¦function f() { for (let i = 0; i < n; i++) { x } }»', 'start', 'f'],
  ['«¦function f() { const a = <T>(b) => c }» // ts', 'start', 'f'],
  ['«¦function f() { a = "\\"}" + \'\\\n}\' }»', 'start', 'f'],
  ["«¦function f() { // it's }\n }»", 'start', 'f'],
  ['«¦function f() { type A = { b: "}" }; interface C { d(): void } enum E { F = "}" } }»', 'start', 'f'],
  ['«¦function ünï(a) { a = 1_000.5e3 / 2 }»', 'start', 'ünï'],
  ['«¦function f() { a ||= /}/; yield /}/; return /}/ }»', 'start', 'f'],
  ['f(«¦() => function () { return 1 }», 1)', 'start', ''],
  ['f(«¦() => class { x = 1 }», 1)', 'start', ''],
  ['f(«¦() => new class A extends B { x = 1 }», 1)', 'start', ''],
  ['f = «¦() => a!»\nb()', 'start', ''],
  ['f = «¦() => a++»\nb()', 'start', ''],
  ['«¦function f() { a++ / b; c }»', 'start', 'f'],
  ['«¦function f() { return a! / 2 + `}` }»', 'start', 'f'],
  ['f(«¦async () => async function* g(a): { b: 1 } { return 1 }», 1)', 'start', ''],
  ['f = «¦() => a !== b»\n!c', 'start', ''],
  ['f = «¦() => a + +b - -c»\nd', 'start', ''],
])('%s by its %s', (marked, role, written) => {
  const at = found(marked, (scanner, offset) => originalFunction(scanner, offset, role))
  expect(at).toBe(`${clean(marked)} named ${JSON.stringify(written)}`)
})

/** When one of them is found it moves up. */
test.each<[marked: string, role: AnchorRole, written: string]>([
  ['f = «¦() => a<B>»\nb()', 'start', ''],
  ['«¦function f() { if (a) /b}/.test(c) }»', 'start', 'f'],
  ['«¦function f() { {} /}/.test(a) }»', 'start', 'f'],
  ['class A { «m(@D(")") ¦a) { c }» }', 'param', 'm'],
  ['f(«function* (¦a) { c }»)', 'param', ''],
  ['class A { «"m"(¦a) { c }» }', 'param', '"m"'],
  ['class A { «[m](¦a) { c }» }', 'param', '[m]'],
  ['class A { «m(/* b */ ¦a) { c }» }', 'param', 'm'],
])('%s by its %s is out of reach', (marked, role, written) => {
  const at = found(marked, (scanner, offset) => originalFunction(scanner, offset, role))
  expect(at).not.toBe(`${clean(marked)} named ${JSON.stringify(written)}`)
})

test.each<[marked: string, role: AnchorRole]>([
  ['enum ¦A { B }', 'start'],
  ['if (¦a) { b }', 'param'],
  ['¦if (a) { b }', 'start'],
  ['f(¦a)', 'param'],
  ['declare function ¦f(a: string): void;', 'key'],
  ['interface A { ¦m(a: string): void }', 'key'],
  ['x = ¦1', 'start'],
  ['x = [¦a, b]', 'param'],
  ['function f(¦a { return', 'param'],
  ['x => { "unclosed¦', 'body'],
  ['return ¦(a)', 'start'],
  ['¦', 'body'],
])('%s has no function at its %s', (marked, role) => {
  expect(found(marked, (scanner, offset) => originalFunction(scanner, offset, role))).toBe(`${clean(marked)} has none`)
})

test.each([
  ['class A { «static ¦x: Map<string, number> = new Map()»; y }', 'x'],
  ['class A { «¦#p = a < b»\n  q = 1 }', '#p'],
  ['class A { «private readonly ¦x!: B = `${a}` satisfies C»\n}', 'x'],
  ['class A { «[¦a.b] = () => { c }» }'.replace('[¦', '¦['), '[a.b]'],
  ['class A { «¦x = <B>text</B>» }', 'x'],
  ['class A { «¦x = a\n    ? b : /c/g» }', 'x'],
])('%s is a field', (marked, written) => {
  expect(found(marked, originalField)).toBe(`${clean(marked)} named ${JSON.stringify(written)}`)
})

test.each(['class A { ¦x: B }', 'class A { ¦m() {} }', 'class A { ¦', 'class A { ¦[a = 1 }'])('%s is no field with a value', marked => {
  expect(found(marked, originalField)).toBe(`${clean(marked)} has none`)
})

test('text that cannot be followed has no end', () => {
  const scan = (text: string, jsx = true): ReturnType<typeof createTextScanner> => createTextScanner(text, { jsx })
  expect(scan('(a').closing(0)).toBeUndefined()
  expect(scan('(a]').closing(0)).toBeUndefined()
  expect(scan('(`${a').closing(0)).toBeUndefined()
  expect(scan('(<a></b>)').closing(0)).toBeUndefined()
  expect(scan('(<a b={>)').closing(0)).toBeUndefined()
  expect(scan('(<a').closing(0)).toBeUndefined()
  expect(scan('(/a').closing(0)).toBeUndefined()
  expect(scan('<a;').closingAngle(0)).toBeUndefined()
  expect(scan('<{ a: `b`, c: [d] }, (e) => f, g<h>>').closingAngle(0)).toBe(36)
  expect(scan('f<a>(b), c < d').expressionEnd(0)).toBe(7)
  expect(scan('a as b<c>[], d').expressionEnd(0)).toBe(11)
  expect(scan('"a"}').expressionEnd(0)).toBe(3)
  expect(scan('').expressionEnd(0)).toBeUndefined()
  expect(scan('{ a: b } | c[] => d').typeEnd(0)).toBe(14)
  expect(scan('keyof typeof a extends b ? c : d, e').typeEnd(0)).toBe(32)
  expect(scan('(a: b) => c = d').typeEnd(0)).toBe(11)
  expect(scan('`a${b}`\n(c)').typeEnd(0)).toBe(7)
  expect(scan('<T>(a: T) => a', false).expressionEnd(0)).toBe(14)
})
