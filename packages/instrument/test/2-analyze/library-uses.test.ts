/** What a module gets from libraries that are known is handed over; nothing else is, and nothing that could be told apart. */
import { createContext, runInContext } from 'node:vm'
import type { InstrumentationPlan } from '@hindscope/protocol'
import { expect, test } from 'vitest'
import { instrument, restore } from '@hindscope/instrument'

const OPTIONS = { id: 'x.js', hookModule: 'the-hook', libraries: 'libs/*' } as const

const codeOf = (source: string, more: object = {}): string => {
  const { code, diagnostics } = instrument(source, { ...OPTIONS, ...more })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(restore(code)).toBe(source)
  return code
}

/** `library name` of each value that is handed over. */
const toldIn = (source: string, more?: object): string[] =>
  [...codeOf(source, more).matchAll(/\.lb\)?\("[^"]*","([^"]*)",/g)].map(([, source = '']) => source)

test.each([
  ["import { createStore } from 'redux'; export const s = createStore(f)", 'redux createStore'],
  ["import { createStore as make } from 'redux'; export const f = () => make(1)", 'redux createStore'],
  ["import * as redux from 'redux'; export const s = redux.createStore(f)", 'redux createStore'],
  ["export const s = createStore(f); import { createStore } from 'redux'", 'redux createStore'],
  ["import express from 'express'; const app = express(), router = express.Router(); app.use(router)", 'express default,express Router'],
  ["import pg, { Pool } from 'pg'; export const a = new Pool(), b = new pg.Client({}), c = new Pool", 'pg Pool,pg Client,pg Pool'],
  ["import Koa from 'koa'; class App { koa = new Koa(); static { this.x = new Koa() } }", 'koa default,koa default'],
  ["import { create } from 'zustand'; export const use = create()(set => ({ a: 1 }))", 'zustand create()'],
  ["import { createActor } from 'xstate'; export const actor = createActor(m).start()", 'xstate createActor()'],
  [
    "import { createApp } from 'vue'; import { createPinia } from 'pinia'; createApp(App).use(createPinia()).mount('#a')",
    'pinia createPinia,vue createApp()',
  ],
  ["import { Hono } from 'hono'\nconst app = new Hono().get('/', c => c.text('x'))", 'hono Hono()'],
  [
    "import { PGlite } from '@electric-sql/pglite'; const f = async () => (await PGlite.create(x)).y, db = await PGlite.create()",
    '@electric-sql/pglite PGlite.create,@electric-sql/pglite PGlite.create',
  ],
  [
    "import { createActor } from 'xstate'; export const f = async () => { log(await (createActor(m))); return await createActor(m).done }",
    'xstate createActor,xstate createActor',
  ],
  ["import { 'createStore' as s } from 'redux'; s()", 'redux createStore'],
])('%s', (source, told) => {
  expect(toldIn(source).toSorted()).toEqual(told.split(',').toSorted())
})

test.each([
  ["const { createStore: make, x } = require('redux'); exports.s = make(f)", 'redux createStore'],
  ["const express = require('express')\nconst app = express()", 'express default'],
  ["var pg_1 = __toESM(require('pg')); exports.p = new pg_1.default.Pool(); exports.q = (0, pg_1.Pool)()", 'pg Pool,pg Pool'],
])('CommonJS: %s', (source, told) => {
  expect(toldIn(source, { sourceType: 'commonjs' })).toEqual(told.split(','))
})

test.each([
  "import { createStore } from './redux'; createStore(f)",
  "import { combineReducers } from 'redux'; combineReducers(f)",
  "import { createStore } from 'redux'; export const f = createStore => createStore(1)",
  "import { createStore } from 'redux'; export function f() { const createStore = g; return createStore(1) }",
  "import { createStore } from 'redux'; export { createStore }; createStore.call(null, 1).x",
  "import { createStore } from 'redux'; export const s = /*#__PURE__*/ createStore(f)",
  "import { createStore } from 'redux'; export const s = /*#__PURE__*/ wrap(createStore(f))",
  "import { createStore } from 'redux'; createStore?.(f)",
  "import { createStore } from 'redux'; delete createStore(f)",
  "import { createStore } from 'redux'; const { a } = createStore(f)",
  "import { createStore } from 'redux'; export const f = () => { throw new (createStore(1)) }",
  "import { createStore } from 'redux'; page.evaluate(() => createStore(1))",
  "import * as redux from 'redux'; export const s = redux['createStore'](f), t = redux.a.createStore(f)",
  "import redux from 'redux'; export const s = redux(f)",
  "/* hindscope-ignore-file */ import { createStore } from 'redux'; createStore(f)",
])('nothing of %s', source => {
  expect(toldIn(source)).toEqual([])
})

test('a module that uses a library loads its adapter, and one that uses none is as it was', () => {
  const source = "import { createStore } from 'redux'\nimport 'react'\nexport const f = () => createStore(1)"
  expect(codeOf(source)).toMatch(/import"libs\/react";import"libs\/redux";var/)
  expect(codeOf(source, { hook: 'import-last' })).toMatch(/;import\{h as \$hH\}from"the-hook";import"libs\/react";import"libs\/redux";[\v\f]$/)
  expect(codeOf("const r = require('redux')\nexports.f = () => r.createStore()", { sourceType: 'commonjs' })).toContain(
    'require("libs/redux");function',
  )
  expect(codeOf("import { combineReducers } from 'redux'\nexport const f = () => combineReducers(1)")).not.toContain('libs/')
  const entry = "import './app.js'\nimport 'react-dom/client'\nexport const x = 1"
  expect(codeOf(entry)).toContain('import"libs/react";')
  expect(codeOf(entry, { plan: { level: 'off' } })).toBe(entry)
  expect(toldIn(source, { libraries: undefined })).toEqual([])
  expect(toldIn(source, { hook: 'global' })).toEqual([])
})

test('a module without functions tells what it gets, unless the plan records nothing of it', () => {
  const source = "import { createStore } from 'redux'\nexport const store = createStore(f)"
  expect(toldIn(source)).toEqual(['redux createStore'])
  expect(codeOf(source, { plan: { level: 'off' } })).toBe(source)
  expect(toldIn("import { createStore } from 'redux'\nexport function off() { return createStore(f) }", { plan: { level: 'off' } })).toEqual([])
})

/** `library name` of each export that is handed over as it is. */
const valuesIn = (source: string, more?: object): string[] =>
  [...codeOf(source, more).matchAll(/\.lb\("[^"]*","([^"]*)",(?:\$h\w*|require\("[^"]*"\))\.\w+\);/g)].map(([, source = '']) => source)

test.each([
  ["import { render } from 'preact'; render(x)", 'preact options'],
  ["import 'preact'\nimport * as preact from 'preact'\npreact.render(x)", 'preact options'],
  ["import { DEV } from 'solid-js'; import { createStore } from 'solid-js/store'; f(DEV)", 'solid-js DEV,solid-js/store DEV'],
  ["import a from 'b'; import { proxy } from 'valtio'; export const f = () => 1", 'valtio subscribe,valtio getVersion'],
])('as they are: %s', (source, told) => {
  expect(valuesIn(source)).toEqual(told.split(','))
})

test('exports are handed over behind the import that loads them, and nowhere else', () => {
  const source = "import './first.js'\nimport { render } from 'preact'\nimport './last.js'\nrender(1)"
  expect(codeOf(source)).toMatch(
    /^[\v\f].*import"libs\/preact";.*\nimport \{ render \} from 'preact'[\v\f];import\*as \$hM0 from"preact";try\{\$h\.lb\("preact","preact options",\$hM0\.options\);\}catch\(\$hE\)\{\$h\.lb\("preact","preact options"\);\}[\v\f]\nimport '\.\/last\.js'/,
  )
  const required = "const { h } = require('preact'), other = f(function () {})\nexports.x = () => h(1)"
  expect(valuesIn(required, { sourceType: 'commonjs' })).toEqual(['preact options'])
  expect(valuesIn(source, { hook: 'import-last' })).toEqual([])
  expect(valuesIn(source, { libraries: undefined })).toEqual([])
  expect(codeOf(source, { plan: { level: 'off' } })).toBe(source)
  expect(valuesIn(`/* hindscope-ignore-file */ ${source}`)).toEqual([])
})

const LEVELS: readonly InstrumentationPlan['level'][] = ['calls', 'values', 'statements']

test.each(LEVELS)('programs do what they did at %s: statements without semicolons, names of functions, messages', level => {
  const source = `const redux = require('redux')
const log = []
redux.createStore(() => 1)
redux.createStore(() => 2).x = 5
const a = redux.createStore(function () {})
log.push(a.args[0].name, redux.createStore(() => 3).args[0].name)
for (const f of [() => redux.createStore(1).nope(), () => redux.createStore(1).nope.deep, () => redux.createStore(1)(), () => [...redux.createStore(1)], () => new (redux.createStore(1)), () => { const [x] = redux.createStore(1) }, () => redux.createStore(1).createStore().no.no])
  try { f() } catch (error) { log.push(error.message) }
log.push(String(redux.createStore(1).createStore().kind))
let out = redux
.createStore(7)
;[1].forEach(n => log.push(n, out.args[0]))
require('out')(log.join('\\n'))`
  const run = (code: string): [unknown, string[]] => {
    const told: string[] = []
    const redux = {
      createStore: (...args: unknown[]) => ({ kind: 'store', args, createStore: () => ({ kind: 'inner' }) }),
    }
    const hook = { m: () => ({}), b: 0, lb: (_adapter: string, from: string, value: { kind: string }) => (told.push(`${from} ${value.kind}`), value) }
    const second = (_frame: unknown, value: unknown): unknown => value
    const third = (_frame: unknown, _probe: unknown, value: unknown): unknown => value
    for (const member of ['r', 't', 'a', 'w', 'y', 'n', 'x', 'i', 'd', 'k']) Object.assign(hook, { [member]: second })
    for (const member of ['c', 'u', 'f', 'h', 'o', 'q']) Object.assign(hook, { [member]: third })
    let out: unknown
    const modules: Readonly<Record<string, unknown>> = { redux, 'the-hook': { h: hook }, out: (value: unknown) => (out = value) }
    runInContext(code, createContext({ require: (name: string) => modules[name] }))
    return [out, told]
  }
  const [plain] = run(source)
  const [recorded, told] = run(codeOf(source, { sourceType: 'commonjs', plan: { level } }))
  expect(recorded).toBe(plain)
  expect(recorded).toContain('redux.createStore(...).nope is not a function')
  expect(told.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => 'redux createStore store'))
  expect(told.length).toBeGreaterThan(5)
})

test.each(LEVELS)('behind a require at %s: no statement is joined, and an export that throws is no error of the program', level => {
  const source = `const log = []
const preact = require('preact')
const { h } = require('preact'), named = function () {}
var valtio = require('valtio')
;[1].forEach(n => log.push(n))
log.push(named.name, typeof h, typeof preact, Object.keys(valtio).join())
require('out')(log.join())
const solid = require('solid-js')`
  const run = (code: string): [unknown, string[]] => {
    const told: string[] = []
    const hook = { m: () => ({}), b: 0, lb: (_: string, from: string, value: unknown) => (told.push(`${from} ${typeof value}`), value) }
    const second = (_frame: unknown, value: unknown): unknown => value
    const third = (_frame: unknown, _probe: unknown, value: unknown): unknown => value
    for (const member of ['r', 't', 'a', 'w', 'y', 'n', 'x', 'i', 'd', 'k']) Object.assign(hook, { [member]: second })
    for (const member of ['c', 'u', 'f', 'h', 'o', 'q']) Object.assign(hook, { [member]: third })
    let out: unknown
    const valtio = Object.defineProperty({ subscribe: (f: unknown) => f }, 'getVersion', { enumerable: true, get: () => JSON.parse('not yet') }) // prettier-ignore
    const modules: Readonly<Record<string, unknown>> = { preact: { h: () => 1, options: {} }, valtio, 'solid-js': {}, 'the-hook': { h: hook }, out: (value: unknown) => (out = value) } // prettier-ignore
    runInContext(code, createContext({ require: (name: string) => modules[name] }))
    return [out, told]
  }
  const [plain] = run(source)
  const [recorded, told] = run(codeOf(source, { sourceType: 'commonjs', plan: { level } }))
  expect(recorded).toBe(plain)
  expect(told).toEqual(['preact options object', 'valtio subscribe function', 'valtio getVersion undefined', 'solid-js DEV undefined'])
})
