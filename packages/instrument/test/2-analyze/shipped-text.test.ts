import { expect, test } from 'vitest'
import { instrument } from '@hindscope/instrument'

const probed = (code: string): string[] =>
  instrument(code, { id: 'x.js' }).manifest.probes.flatMap(probe => (probe.kind === 'function' ? [probe.name] : []))
const said = (code: string): string[] => instrument(code, { id: 'x.js' }).diagnostics.map(({ code: what }) => what)

test.each([
  'const f = () => { g() }; page.evaluate(f)',
  'function f() {} page.$eval("a", f)',
  'page.evaluate(() => { const inner = () => 1; return inner() })',
  'new Blob([`(${function f() { return 1 }})()`])',
  'new Blob(["(" + (() => 1) + ")()"])',
  'const f = () => 1; new Blob(["(", f.toString(), ")()"])',
  'const f = () => 1; new Blob(["(" + String(f) + ")()"])',
  'new Function("return " + function () { return 1 }.toString())',
  'const text = String(() => 1)',
  'const text = `${() => 1}`',
  'const f = () => 1, text = `(${f})()`',
  'const f = () => 1, text = "(" + f + ")()"',
  'db.find({ $where: function () { return this.a } })',
  'db.aggregate([{ "$function": { body: function (a) { return a }, args: [] } }])',
  'db.mapReduce(function () {}, function () {})',
  'chrome.scripting.executeScript({ target: 1, func: () => document.title })',
  'useAnimatedStyle(() => ({ a: 1 }))',
])('what %s sends as text has no probe', code => {
  expect(probed(code)).toEqual([])
  expect(said(code)).toContain('instrument-shipped-text')
})

test.each([
  ['const f = () => 1; f()', ['f']],
  ['tag`${() => 1}`', ['(anonymous)']],
  ['const f = () => 1; { const f = 2; page.evaluate(f) }', ['f']],
  ['const f = { [$where]: () => 1 }', ['f[$where]']],
])('what %s does not send keeps its probe', (code, names) => {
  expect(probed(code)).toEqual(names)
})

test('a function of another module that is sent as text is named', () => {
  expect(said('import { f } from "./f.js"; page.evaluate(f); export const g = () => 1')).toEqual(['instrument-shipped-import'])
})
