import { expect, test } from 'vitest'
import { parseSource } from '../../src/1-parse/parser.ts'
import { analyze } from '../../src/2-analyze/index.ts'
import { libraryBindings } from '../../src/2-analyze/library-uses.ts'
import { isPlainBinding, resolve } from '../../src/2-analyze/scope.ts'
import type { Analysis, Point } from '../../src/types.ts'

function analysisOf(code: string, sourceType: 'module' | 'script' = 'script'): Analysis {
  const parsed = parseSource(code, sourceType)
  if ('problem' in parsed) throw new TypeError(parsed.problem.reason)
  return analyze({
    code,
    program: parsed.program,
    sourceType,
    optOut: { file: false, starts: new Set() },
    namePrefix: '$h',
    details: true,
    expressions: false,
    libraries: libraryBindings(parsed.program),
  })
}

const writes = (code: string): Record<string, boolean> => {
  const points = analysisOf(code).sites.flatMap(site => site.points)
  const found = points.filter((point): point is Extract<Point, { kind: 'write' }> => point.kind === 'write')
  return Object.fromEntries(found.flatMap(point => point.names.map(({ name }) => [name, isPlainBinding(point.scope, name)])))
}

test('a write may be read back when the name is a slot, not a property of the global object', () => {
  const code = `var g; let l; function outer(p) { let o
    function f() { g = 1; l = 2; p = 3; o = 4; v = 5; b = 6; undeclared = 7; var v; for (let b; ; ) break }
  }`
  expect(writes(code)).toEqual({ o: true, g: false, l: true, p: true, v: true, b: false, undeclared: false })
})

test('bindings of loops, catch clauses, classes and named functions hold inside them only', () => {
  const code = `function f() {
    for (let i of []) { i = 1 } try {} catch ({ e }) { e = 2 } (function self() { self = 3 }); (class C { m() { C = 4 } })
    switch (1) { case 1: let s; s = 5 } function inner() { late = 6 } let late
  }`
  expect(writes(code)).toEqual({ i: true, e: true, self: true, C: true, s: true, late: true })
  expect(writes('function f() { for (let i of []); i = 1 }')).toEqual({ i: false })
})

test('names of patterns are found in order, and imports are bindings', () => {
  const { sites, moduleScope } = analysisOf(`import d, { a as b } from 'x'; function f({ p, q: [r, ...s], t = 1 }, ...[u]) {}`, 'module')
  const site = sites.find(({ kind }) => kind === 'function')
  expect(site?.params).toEqual(['p', 'r', 's', 't', 'u'])
  expect([...(moduleScope.names ?? [])]).toEqual([
    ['d', 'import'],
    ['b', 'import'],
    ['f', 'function'],
  ])
  expect(site && resolve(site.scope, 'b')).toBe(moduleScope)
})

test.each([
  ['"use strict"; async function f() { function a() {} }', false],
  ['async function f() { function a() {} function a() {} }', true],
  ['async function f(a) { function a() {} }', true],
  ['async function f() { var a; function a() {} }', true],
  ['async function f() { function a() {} if (1) { var a } }', true],
  ['async function f() { function a() {} { let a } }', false],
  ['async function f() { var a; { function a() {} } }', false],
])('%j declares names that a block would refuse: %s', (code, conflicting) => {
  expect(analysisOf(code).sites.find(site => site.name === 'f')?.conflicting).toBe(conflicting)
})

test('arguments belong to the nearest function that is not an arrow', () => {
  const code =
    'function f() { return () => () => arguments } function g() { return { arguments: 1 }.arguments } function h() { return { arguments } }'
  const used = analysisOf(code).sites.filter(site => site.usesArguments)
  expect(used.map(site => site.name)).toEqual(['f', 'h'])
})
