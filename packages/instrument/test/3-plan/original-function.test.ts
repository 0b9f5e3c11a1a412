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
])('%s by its %s', (marked, role, written) => {
  const at = found(marked, (scanner, offset) => originalFunction(scanner, offset, role))
  expect(at).toBe(`${clean(marked)} named ${JSON.stringify(written)}`)
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
