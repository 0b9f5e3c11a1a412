/** Programs and broken programs for parsers, printers and compilers. */
export const PROGRAMS = [
  'const a = 1, { b = 2, ...rest } = { c: [1, , 3] }; let [x = a, [y]] = [1, [2]]\nvar z = a ?? b?.c?.[0]?.(rest) ?? `t${x}${`n${y}`}`',
  'function f(a, b = () => arguments, ...c) { "use strict"; label: for (const i of c) { if (i) continue label; else break } do a--; while (a) ; return a ? b : c }',
  'class A extends (B, C) { #p = 1; static s = A; static { this.q = 1 } get g() { return this.#p } set g(v) { super.g = v } async *m() { yield* await x } [k]() { new.target } static async = 1 }',
  'import d, { a as b, default as e } from "m"; import * as n from "o" with { type: "json" }; export default class {} export { b as "string name" }; export * as all from "p"',
  'try { throw new Error(/[/\\]]+/giu) } catch { debugger } finally { switch (a) { case 1: case 2: break; default: delete a.b } }',
  'async () => { for await (const x of y) await x; for (var i = 0, j = 1; i < j; i++, j--) ; for (k in o) if (k) ; else ; }',
  '({ a, b: c, [d]: e, "f": g, 1: h, get i() { return 1 }, set i(v) {}, async j() {}, *k() {}, async *l() {}, ...m, __proto__: n })',
  'a = b ? c : d, e = (f, g), h ||= i, j &&= k, l ??= m, n **= 2, o = p ** -q, r = void 0, s = typeof t === "u", v = 0b11 + 0o17 + 0xff + 1_000n\n++w\nx\n++y',
  '// comment\n/* block */ (function () { return /* tail */ 1 })() /* end */\n<!-- html comment\n--> also',
  'const long = someFunction(argumentNumberOne, argumentNumberTwo, (callback, parameter) => callback(parameter), { property: value, another })',
  'if (a) b; else if (c) { d } else e\nwhile (1) { if (x) break }\nwith (o) p',
  'let \u{61}\\u{62} = "\\x41\\u0042\\u{43}\\\n"; var ünïcödé = "\\0\\b\\v"',
]
export const BROKEN = ['const', 'a b', '(', '{', 'let a; let a', 'return 1', 'await x', 'yield', 'a => { } ()', 'class { }', '({ a = 1 })', '"\n"', '/(/', '`${', 'import x', 'export', 'for (;', 'if', 'new.target', 'super()', 'break', '1..', '0b2', "'use strict'; with (a) b", '\\u{110000}', '@x class A {}', 'a?.b = 1', '#p in x', 'async () => { for await (a in b) ; }']
