/**
 * Engines put source text into the messages of errors (`x.y is not a function`). Every shape of code that can fail, over values that make
 * it fail: class and message must be those of the plain code, at every level, with a recorder and without one.
 */
import { createContext, runInContext } from 'node:vm'
import type { Context } from 'node:vm'
import { createRecorder } from '@hindscope/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { instrument } from '@hindscope/instrument'

const VALUES = ['undefined', 'null', '1', '({})', '({ y: null })', '() => undefined', '[]', 'Promise.resolve(undefined)']

const SHAPES = [
  'async (x) => (await x).foo()',
  'async (x) => (await x)()',
  'async x => { const {a} = await x }',
  'async x => { const {a:{b}} = await x }',
  'async x => { const [a] = await x }',
  'async x => (await x).y',
  'async x => { (await x).y = 1 }',
  'async x=>{ new (await x)() }',
  'async x=>{ return [...await x] }',
  'async x=>{ Math.max(...await x) }',
  'async x=>{ for (const a of await x) ; }',
  'async x=>{ return 1 instanceof await x }',
  'async x=>{ return 1 in await x }',
  'async x=>{ x.foo(await 1) }',
  'async x=>{ class A extends (await x) {} }',
  'async x=>{ (await x)`a` }',
  'async x=>{ (await x)[0]() }',
  'async x=>{ x[await 1]() }',
  'async x=>{ `${await Symbol()}` }',
  'async x=>{ await 1n + 1 }',
  'async x=>{ for await (const a of x) ; }',
  'async x=>{ for await (const a of x.y()) ; }',
  'async x=>{ for await (const {a} of [x]) ; }',
  'async x=>{ await x() }',
  'async x=>{ await x.y() }',
  'async x=>{ await x.y.z() }',
  'async x=>{ await [...x] }',
  'async x=>{ await new x() }',
  'async x=>{ let a; ({a} = await x) }',
  'async x=>{ const {a} = await x ?? undefined }',
  'async x=>{ (await x)?.y.z }',
  'async function*(x){ yield* await x }',
  'async x=>{ (({a})=>a)(await x) }',
  'x => { return x() }',
  'x => { return x.y() }',
  'x=>{ return [...x] }',
  'x=>{ return Math.max(...x) }',
  'x=>x()',
  'x=>x.y',
  'x=>x()()',
  'x=>{ return new x }',
  'x=>{ let a; return {a} = x }',
  'x=>{let a; return [a]=x }',
  'x=>{ return (() => 1)()() }',
  'x=>{ return x.y = 1}',
  'x=>{ throw x() }',
  'x=>{ throw x.y() }',
  'x=>{ throw new x() }',
  'x=>{ throw [...x] }',
  'x => { class A { m() { return super.foo() } }; new A().m() }',
  'x=>{ return x?.y.z.w() }',
  'x=>{ return (x ? x : x)() }',
  'x=>{ return (0,x)() }',
  'x=>{ return 1 in x }',
  'x=>{ return 1 instanceof x}',
  'x=>{ class A { #p; static m(o) { return o.#p } }; return A.m(x) }',
  'x=>{ class A { #p(){}; static m(o) { return o.#p() } }; return A.m(x) }',
  'x=>{ return a; let a = 1 }',
  'x=>{ const a = 1; return a = 2 }',
  'x=>{ return zzz }',
  'function*(x){ (yield x)() }',
  'function*(x){ (yield x).y }',
  'function*(x){ const {a} = yield x }',
  'function*(x){ const [a] = yield x }',
  'function*(x){ yield* x }',
  'function*(x){ yield* x.y }',
  'function*(x){ yield* x.y() }',
  'function*(x){ yield* {} }',
  'async function*(x){ yield* x }',
  'function*(x){ yield [...x] }',
  'function*(x){ f(...yield x) }',
  'function*(x){ yield x() }',
  'function*(x){ for (const a of yield x) ; }',
  'function*(x){ (yield).foo() }',
  'function*(x){ const {a} = yield }',
  '({a}) => a',
  '({a:{b}}) => b',
  '([a]) => a',
  'function({a}) { return a }',
  '(a, b = a.x.y) => b',
  'x => { class A { f = x() }; new A }',
  'x => { class A { f = x.y.z() }; new A }',
  'x => { class A { f = [...x] }; new A }',
  'x => { class A { static f = x() } }',
  'x => { class A extends x {} }',
  'x => { class A { constructor(){} }; A() }',
  'x => { class A extends Object { constructor(){ this.x } }; new A }',
  'x=>{ class A extends Object { constructor(){ return 1 } }; new A }',
  'x=>{ class A extends Object { constructor(){ super(); super() } }; new A }',
  'x=>{ class A extends null { constructor(){ super() } }; new A }',
  'x=>{ let a = x() }',
  'x=>{ const a = x.y(), b = 1 }',
  'x=>{ const {a} = x }',
  'x=>{ const {a:{b}} = x }',
  'x=>{ const [a] = x }',
  'x=>{ const [[a]] = [x] }',
  'x=>{ const {...a} = x }',
  'x=>{ const {[x.y]: a} = x }',
  'x=>{ const {a} = x.y }',
  'x=>{ const {a} = x() }',
  'x=>{ const {a} = x.y() }',
  'x=>{ x = x() }',
  'x=>{ x.y = x.z() }',
  'x=>{ x.y.z = 1 }',
  'x=>{ x.y.z += 1 }',
  'x=>{ x.y.z++ }',
  'x=>{ [x.a, x.b] = x }',
  'x=>{ ({a:x.y.z} = x) }',
  'x=>{ x.y ??= x.z() }',
  'x=>{ delete x.y.z }',
  '"use strict"; x=>{ Object.freeze([1]).push(2) }',
  '"use strict"; x=>{ Object.freeze({a:1}).a = 2 }',
  'x=>{ "use strict"; const o = Object.freeze({a:1}); o.a = 2 }',
  'x=>{ "use strict"; const o = Object.freeze({a:1}); o.b = 2 }',
  'x=>{ "use strict"; const o = {get a(){return 1}}; o.a = 2 }',
  'x=>{ "use strict"; const o = Object.freeze({a:1}); delete o.a }',
  'x=>{ "use strict"; zzz = 1 }',
  'x=>{ "use strict"; "abc".length = 1 }',
  'x=>{ "use strict"; const o=Object.freeze({a:1}); o.a++ }',
  'x=>{ "use strict"; const o=Object.freeze({a:1}); o.a += 2 }',
  'x=>{ if (x()) ; }',
  'x=>{ if (x.y()) ; else ; }',
  'x=>{ for (const a of x) ; }',
  'x=>{ for (const a of x.y) ; }',
  'x=>{ for (const a of x()) ; }',
  'x=>{ for (const [a] of [x]) ; }',
  'x=>{ for (const {a} of [x]) ; }',
  'x=>{ let a; for ({a} of [x]) ; }',
  'x=>{ for (x.y.z of [x]) ; }',
  'x=>{ for (const a of x.y()) ; }',
  'x=>{ for (const a in x.y.z) ; }',
  'x=>{ switch (x()) { case 1: } }',
  'x=>{ switch (1) { case x(): } }',
  'x=>{ const a = true ? x() : 1 }',
  'x=>{ const a = x() ? 1 : 2 }',
  'x=>{ const a = true && x() }',
  'x=>{ const a = true && x.y() }',
  'x=>{ null || x() }',
  'x=>{ null ?? x.y.z() }',
  'x=>{ (true ? x : 1)() }',
  'x=>{ (true && x)() }',
  'x=>{ (false || x)() }',
  'x=>{ (null ?? x)() }',
  'x=>{ (true ? x : 1).y.z }',
  'x=>{ const {a} = true ? x : 1 }',
  'x=>{ const [a] = x || x }',
  'x=>{ for (const a of x || x) ; }',
  'x=>{ f(...(x||x)) }',
  'x=>{ x() }',
  'x=>{ x.y() }',
  'x=>{ x.y.z() }',
  'x=>{ x?.y.z() }',
  'x=>{ new x }',
  'x=>{ new x.y() }',
  'x=>{ x`a` }',
  'x=>{ x.y`a` }',
  'x=>{ Math.max(...x) }',
  'x=>{ new Array(...x) }',
  'x=>{ x(...x) }',
  'x=>{ new Map(x) }',
  'x=>{ new Promise(x) }',
  'x=>{ [].reduce(x) }',
  'x=>{ [1].map(x) }',
  'x=>{ Reflect.ownKeys(x) }',
  'x=>{ Symbol() + "" }',
  'x=>{ null.foo }',
  'x=>{ undefined[x] }',
  'x=>{ null[Symbol.iterator] }',
  'x=>{ (void 0)() }',
  'x=>{ "a".b() }',
  'x=>{ (1).toFixed(1000) }',
  'x=>{ this.foo() }',
  'function(x){ this.foo.bar() }',
  'function(x){ arguments[0]() }',
  'x=>{ (a=>a)(x)() }',
  'x=>{ x.a.b.c.d() }',
  'x=>{ x["a-b"]() }',
  'x=>{ x[1]() }',
  'x=>{ x[Symbol.iterator]() }',
  'x=>{ (x, x)() }',
  'x=>{ (x = x)() }',
  'x=>{ (x = null).y }',
  'x=>{ (x += 1)() }',
  'x=>{ (!x)() }',
  'x=>{ (x++)() }',
  'x=>{ (y = x)() }',
  'x=>{ let y; (y = x).z.w }',
  'x=>{ let y; [y] = x }',
  'x=>{ let y, z; ({y} = z = x) }',
  'x=>{ let y; const {a} = y = x }',
  'x=>{ let y; const [a] = y = x }',
  'x=>{ let y; for (const a of y = x) ; }',
  'x=>{ let y; (y ??= x)() }',
  'x=>{ let y; (y ||= x).a.b }',
  'x=>{ try { throw x } catch ({a}) { } }',
  'x=>{ try { throw x } catch ([a]) { } }',
  'x=>{ ({ get a() { return x() } }).a }',
  'function*(x){ return x() }',
  'async x=>{ return x() }',
  'async x=>{ return await x() }',
  'async x=>{ return (await x)() }',
  'async x=>await x()',
  'async x=>(await x).y.z()',
  'async x=>{ throw x() }',
  'x=>{ class A { constructor(){ return x() } }; new A }',
  'x=>{ (x && x.y)() }',
  'x=>{ (x || x.y).z() }',
  'x=>{ (x ?? 1)() }',
  'x=>{ new (x || x) }',
  'x=>{ const [a] = x && x.y }',
  'x=>{ let y; y = x(); y = x.y(); y.z() }',
  'x=>{ if (x.y()) return 1; else return x() }',
  'x=>{ x.y.z = x() }',
  'x=>{ x.y = x.z.w }',
  'x=>{ x[x.y] = 1 }',
  'x=>{ x.y[0] = x }',
  'x=>{ let y; (y = x).z() }',
  'x=>{ let y; (y = x)`a` }',
  'x=>{ let y; new (y = x) }',
  'x=>{ let y; [...(y = x)] }',
  'x=>{ let y = 1; (y += x)() }',
  'x=>{ let y = 1; (y++)() }',
  'x=>{ let y = 1; (++y).z() }',
  'x=>{ (x.y = x)() }',
  'x=>{ (x.y = x).z() }',
  'x=>{ (x.y += 1)() }',
  'x=>{ let y; (y ??= x).z() }',
  'x=>{ let y; ([y] = x).z() }',
  'x=>{ let y; ({ y } = x).z() }',
  'x=>{ for (let i = x(); i; ) break }',
  'x=>{ for (let { a } = x; ; ) break }',
  'x=>{ for (let [a] = x; ; ) break }',
  'x=>{ for (let i = 0; x(); ) break }',
  'x=>{ for (let i = 0; i < 1; i++, x()) ; }',
  'x=>{ while (x()) break }',
  'x=>{ do break; while (x()) }',
  'x=>{ for (const { a } in x()) ; }',
  'x=>{ switch (x.y()) { default: } }',
  'x=>{ switch (1) { case x.y.z: } }',
  'x=>{ return (x() ? 1 : 2)() }',
  'x=>{ return x ? x() : x.y }',
  'x=>{ return (x, x.y)() }',
  'x=>{ return !x() && x.y() }',
  'x=>{ x?.y() }',
  'x=>{ typeof x.y.z }',
  'x=>{ void x.y.z() }',
  'x=>{ -x() }',
  'x=>{ throw x || x() }',
  'x=>{ const a = 1; a = x }',
  'x=>{ const a = 1; a++ }',
  'x=>{ y = 1; let y }',
  'x=>{ y++; let y }',
  'x=>{ [y] = [1]; let y }',
  'x=>{ ({ y } = { y: 1 }); let y }',
  'x=>{ f(); let y; function f() { y } }',
  'x=>{ "use strict"; zzz = x }',
  'x=>{ "use strict"; zzz += x }',
  'x=>{ "use strict"; undefined = 1 }',
  'x=>{ "use strict"; x.length = x.z }',
  'x=>{ label: { x() ; break label } }',
  'x=>{ try { x() } catch { x.y() } }',
  'x=>{ try { x() } finally { x.y() } }',
  'x=>{ class A { #p; m(o) { o.#p = 1 } }; new A().m(x) }',
  'x=>{ class A { static #p() {}; static m() { A.#p = 1 } }; A.m() }',
  'x=>{ class A { get #p() { return 1 } static m(o) { o.#p = 1 } }; A.m(new A) }',
  'x=>{ class A { static { x() } } }',
  'x=>{ class A { static { x.y.z = 1 } } }',
  'x=>{ class A { [x()] = 1 } }',
  'x=>{ class A { m() { super.foo() } }; new A().m() }',
  'x=>{ class A { m() { super.a.b = 1 } }; new A().m() }',
  '(a = x(), x) => a',
  '(a, { b } = a.y) => b',
  '(a, [b] = a) => b',
]

/**
 * Where V8 finds what to quote by a position that no inserted text can keep, it falls back to other words. None of them is ours. Docs:
 * transparency.md.
 */
const OTHER_WORDS: ReadonlySet<string> = new Set([
  // What V8 quotes of `yield*` depends on where the last call before it stands.
  'function*(x){ yield* x.y }',
  'function*(x){ yield* x.y() }',
  'async function*(x){ yield* await x }',
  // One `(intermediate value)` for each statement of the function that was called on the spot.
  'x=>{ return (() => 1)()() }',
  'x=>{ (a=>a)(x)() }',
])

interface Iteration {
  next(value: unknown): { done?: boolean; value: unknown } | Promise<{ done?: boolean; value: unknown }>
}

async function outcome(code: string, value: string, context: Context): Promise<string> {
  const make = (): unknown => runInContext(`(${value})`, context)
  try {
    const result = (runInContext(code, context) as (x: unknown) => unknown)(make())
    if (typeof (result as Iteration | undefined)?.next !== 'function') return `gives ${typeof (await result)}`
    const iteration = result as Iteration
    for (let step = 0; step < 3; step++) if ((await iteration.next(make())).done) break
    return 'is iterated'
  } catch (error) {
    return error instanceof Object || (typeof error === 'object' && error !== null)
      ? `${String((error as Error).name)}: ${String((error as Error).message)}`
      : `throws ${String(error)}`
  }
}

const ignore = (): void => undefined
beforeAll(() => void process.on('unhandledRejection', ignore))
afterAll(() => void process.off('unhandledRejection', ignore))

test.each(['values', 'statements'] as const)('messages of errors are the same at level %s', { timeout: 120_000 }, async level => {
  const different = new Set<string>()
  const quoted: string[] = []
  const plainly = createContext({})
  const inertly = createContext({})
  const recorded = createContext({})
  const recorder = createRecorder({ sink: 'memory' })
  recorder.install(runInContext('globalThis', recorded) as object)
  for (const shape of SHAPES) {
    const output = instrument(`(${shape})`, { id: 'x.js', sourceType: 'script', plan: { level } }).code
    expect(output).not.toBe(shape)
    for (const value of VALUES) {
      const plain = await outcome(`(${shape})`, value, plainly)
      for (const run of [await outcome(output, value, inertly), await outcome(output, value, recorded)]) {
        if (run !== plain) different.add(shape)
        if (run.includes('$h')) quoted.push(`${shape} with ${value}: ${run} instead of ${plain}`)
      }
    }
  }
  recorder.uninstall()
  expect(recorder.stats().events).toBeGreaterThan(SHAPES.length)
  expect(quoted).toEqual([])
  expect([...different].sort()).toEqual([...OTHER_WORDS].sort())
})
