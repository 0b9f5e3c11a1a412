/**
 * Probes of level `statements` behind a compiler. `‹1›` in the generated text and in the original mark the two ends of a segment of the map;
 * the function is mapped by its own start. What is expected: each probe with the original text at its place.
 */
import type { Probe } from '@hindscope/protocol'
import { expect, test } from 'vitest'
import { instrument } from '../../src/index.ts'

const MARK = /‹(\d+)›/g

function marksOf(marked: string): { readonly text: string; readonly at: ReadonlyMap<string, readonly [line: number, column: number]> } {
  const at = new Map<string, readonly [number, number]>()
  for (const [line, text] of marked.split('\n').entries()) {
    let taken = 0
    for (const { index, 0: mark, 1: name = '' } of text.matchAll(MARK)) {
      at.set(name, [line, index - taken])
      taken += mark.length
    }
  }
  return { text: marked.replace(MARK, ''), at }
}

function probesOf(generated: string, written: string, isLocals = false): string[] {
  const [code, original] = [marksOf(generated), marksOf(written)]
  const mappings: [number, number, number, number][][] = code.text.split('\n').map(() => [])
  for (const [name, [line, column]] of code.at) {
    const place = original.at.get(name)
    if (place) mappings[line]?.push([column, 0, ...place])
  }
  const { manifest } = instrument(code.text, {
    id: 'a.js',
    plan: { level: 'statements', overrides: [{ expressions: true }] },
    inputMap: { version: 3, sources: ['a.ts'], sourcesContent: [original.text], names: [], mappings },
  })
  const lines = original.text.split('\n')
  return manifest.probes
    .filter(({ kind }) => kind !== 'function' && (kind === 'locals') === isLocals)
    .map(probe => `${nameOf(probe)}: ${lines[probe.range[0] - 1]?.slice(probe.range[1], probe.range[1] + 12)}`)
}

function nameOf(probe: Probe): string {
  if (probe.kind === 'locals') return `locals ${probe.names.join()}`
  if (probe.kind === 'write') return `write ${probe.name}`
  return probe.kind
}

test.each<[what: string, generated: string, written: string, probes: readonly string[]]>([
  [
    'statements by their first word',
    '‹1›function f(a) { ‹2›if (a) ‹3›g(); ‹4›return 1 }',
    '‹1›function f(a: A) { ‹2›if (a) ‹3›g(); ‹4›return 1 }',
    ['step: if (a) g(); ', 'branch: a) g(); retu', 'step: g(); return ', 'expression: g(); return ', 'step: return 1 }'],
  ],
  ['white space in front of statements', '‹1›function f(a) {\n‹2›  throw a;\n}', '‹1›function f(a: A) { ‹2›throw a }', ['step: throw a }']],
  [
    'nothing by white space that has the place of something else',
    '‹1›function f(a) {\n‹2›  throw a;\n}',
    '‹1›function f(a: A) { ‹2›a; throw a }',
    [],
  ],
  [
    'a keyword in front of what is mapped',
    '‹1›function f() { const ‹2›total = 1; use(total) }',
    '‹1›function f() { const ‹2›total: T = 1; use(total) }',
    ['step: const total:', 'write total: total: T = 1'],
  ],
  [
    'no parameter property',
    'class A { ‹1›constructor(name) { ‹2›this.name = name; ‹3›this.other = 1 } }',
    'class A { ‹1›constructor(private ‹2›name: string) { ‹3›this.other = 1 } }',
    ['step: this.other =', 'property-write: this.other ='],
  ],
  [
    'no cache of a compiler',
    '‹1›function f(a) { ‹2›const $ = c(2); ‹3›let t0; if (‹4›$[0] !== a) { ‹5›t0 = ‹6›a.map(x); ‹7›$[0] = a } ‹8›return t0 }',
    '‹1›‹2›‹4›‹7›function f(a) { return ‹3›‹5›‹6›‹8›a.map(x) }',
    ['expression: a.map(x) }', 'step: return a.map'],
  ],
  [
    'no function of a compiler around an expression',
    '‹1›const f = () => { ‹2›return ‹3›g(1) }',
    '‹1›const f = ‹2›() => ‹3›g(1)',
    ['expression: g(1)'],
  ],
  [
    'writes by the name of the variable',
    '‹1›function f(a) { ‹2›a = 1; ‹3›++a; [‹4›a] = 1; ‹5›[a] = 2; ‹6›b2 = 1 }',
    '‹1›function f(a) { ‹2›a = 1; ‹3›++a; ‹4›c; ‹5›[a] = 2; ‹6›b = 1 }',
    ['step: a = 1; ++a; ', 'write a: a = 1; ++a; ', 'step: ++a; c; [a] ', 'write a: ++a; c; [a] ', 'step: [a] = 2; b =', 'write a: [a] = 2; b ='],
  ],
  [
    'heads and bodies of loops',
    '‹1›function f(a) { ‹2›for (const ‹3›b of a) ‹4›g(b); ‹5›while (‹6›a < 1) {} }',
    '‹1›function f(a) { ‹2›for (const ‹3›b of a) ‹4›g(b); ‹5›while (‹6›a < 1) {} }',
    [
      'step: for (const b',
      'iteration: for (const b',
      'write b: b of a) g(b)',
      'step: g(b); while ',
      'expression: g(b); while ',
      'step: while (a < 1',
      'branch: a < 1) {} }',
      'expression: a < 1) {} }',
      'iteration: while (a < 1',
    ],
  ],
  [
    'elements as the calls that they become',
    '‹1›function f() { ‹2›return ‹3›jsx(A, {}, ‹4›jsx("b")) }',
    '‹1›function f() { ‹2›return ‹3›<A><b/‹4›></A> }',
    ['step: return <A><b', 'expression: <A><b/></A> '],
  ],
])('%s', (_, generated, written, probes) => {
  expect(probesOf(generated, written)).toEqual(probes)
})

test('locals are those that the author has, at the statement or over the function', () => {
  const generated = '‹1›function f(a) { let $t = a; let own = a; ‹2›return own }'
  expect(probesOf(generated, '‹1›function f(a) { let own = a; ‹2›return own }', true)).toEqual(['locals own,a: return own }'])
  expect(probesOf(generated, '‹1›function f(a) { let own = a; ‹2›own }', true)).toEqual(['locals own,a: function f(a'])
})
