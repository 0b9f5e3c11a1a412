import { probeLabel } from '@hindscope/protocol'
import { expect, test } from 'vitest'
import { instrument } from '@hindscope/instrument'

const names = (code: string): string[] => instrument(code, { id: 'names.js' }).manifest.probes.map(probeLabel)

test.each([
  ['const a = (() => {})', 'a'],
  ['a.b.c = () => {}', 'a.b.c'],
  ['a[0] = () => {}', 'a[0]'],
  ['a[key()].b = () => {}', 'a[key()].b'],
  ['f().x = () => {}', '(anonymous)'],
  ['a ??= () => {}', 'a'],
  ['a += () => {}', '(anonymous)'],
  ['export default () => {}', 'default'],
  ['export default { setup() {} }', 'default.setup'],
  ['const o = { a: { b: { c: () => {} } } }', 'o.a.b.c'],
  ['f({ a: () => {} })', 'a'],
  ['const C = class { static async *m() {} }', 'C.m'],
  ['const C = class D { m() {} }', 'D.m'],
  ['f(class { set x(v) {} })', 'set (anonymous).x'],
  ['class C { #p = f(); static {} }', 'C.#p,C.<static>'],
  ["class C { 'a b'() {} 12() {} [`x`]() {} }", 'C.a b,C.12,C[`x`]'],
  ['const [a = () => {}] = []', 'a'],
  ['memo(() => {})', 'memo ƒ'],
  ['const List = React.memo(() => {})', 'List = React.memo ƒ'],
  ['this.shop.items.map(i => i).filter(function () {})', 'items.map ƒ,filter ƒ'],
  ["app.get('/cart', (request, reply) => {})", 'app.get "/cart" ƒ'],
  ["document.querySelector('#buy').addEventListener('click', () => {})", 'addEventListener "click" ƒ'],
  [`it('${'a long story '.repeat(5)}', () => {})`, 'it "a long story a long story a long story …" ƒ'],
  ['new Promise(resolve => {})', 'new Promise ƒ'],
  ['o[key](() => {}); list[0].each(() => {}); (0, f)(() => {}); (() => {})()', '(anonymous),each ƒ,(anonymous),(anonymous)'],
  ['f({ a: g(() => {}) })', 'a = g ƒ'],
  ['class C { #later; m() { this.#later(() => {}) } }', 'C.m,#later ƒ'],
])('%s is called %s', (code, name) => {
  expect(names(code).join()).toBe(name)
})
