/** Catalogue section 7.1: function identity and calling convention. */
import { expect, test } from 'vitest'
import { ALL_TYPES, expectSame, probe } from './programs.ts'

test('trap-01-length-decides-how-a-framework-calls', async () => {
  // Express and connect take four parameters for an error handler, Mocha one for `done`, passport-oauth2 six for a request in front.
  const { log } = await expectSame(`
    function chain(handlers) {
      let error
      const seen = []
      for (const handler of handlers) {
        let passed
        const next = problem => { passed = problem }
        try {
          if (error && handler.length === 4) { handler(error, 'req', 'res', next); error = passed }
          else if (!error && handler.length < 4) { handler('req', 'res', next); error = passed }
        } catch (thrown) { error = thrown }
        seen.push(handler.length + ':' + (error ? error.message : 'ok'))
      }
      return seen
    }
    log(chain([
      (req, res, next) => next(),
      function named(req, res) { throw new Error('from handler') },
      (req, res, next) => next(new Error('skipped')),
      (error, req, res, next) => next(error),
      async function (error, req, res, next) { next() },
      function (req, res, next = () => {}) { return arguments.length },
    ]))
    log([() => {}, done => done(), (a, b = 1, c) => b, (...rest) => rest, ({ a }, [b]) => a + b, function* (a) { yield a },
      async (a, b) => a, class { constructor(a, b) { this.a = a } }, { m(a, b, c) { return a } }.m].map(f => f.length))
    log(Object.getOwnPropertyDescriptor(function (a, b) { return a }, 'length'))
  `)
  expect(log[0]).toContain('4:from handler')
  expect(log[0]).toContain('4:ok')
})

test('trap-02-arguments-are-not-padded-to-the-arity', async () => {
  // graphql's execute told its two signatures apart by the number of arguments.
  const { log, events } = await expectSame(`
    function execute(schema, document, rootValue, contextValue) {
      return arguments.length === 1 ? 'args:' + schema.schema : 'positional:' + arguments.length + ':' + (3 in arguments)
    }
    log(execute({ schema: 's' }), execute('s', 'd'), execute('s', 'd', undefined), execute('s', 'd', 1, 2, 3))
    const holder = { execute(a, b) { return [arguments.length, ...arguments] } }
    log(holder.execute(), holder.execute(1), Reflect.apply(holder.execute, null, [1, 2, 3]))
    log((function (a, b) { return delete arguments[0], arguments.length + ':' + a })(1))
  `)
  expect(log[0]).toBe('"args:s" "positional:2:false" "positional:3:false" "positional:5:true"')
  expect(events).toContain('execute({schema: "s"}')
})

test('trap-03-sloppy-arguments-stay-bound-to-parameters', async () => {
  const { log, events } = await expectSame(
    `
    function sloppy(a, b) { a = 'new'; const seen = arguments[0]; arguments[1] = 'through'; return [seen, b, arguments.length] }
    function strict(a, b) { 'use strict'; a = 'new'; const seen = arguments[0]; arguments[1] = 'through'; return [seen, b] }
    function withDefault(a, b = 0) { a = 'new'; return arguments[0] }
    log(sloppy('old', 'b'), strict('old', 'b'), withDefault('old'))
    log((function () { return typeof arguments.callee })())
  `,
    { types: ['commonjs', 'script'] },
  )
  expect(log[0]).toContain('0:wec "new"')
  // What is recorded is what was passed, not what the parameter became.
  expect(events).toContain('sloppy("old", "b")')
})

test('trap-04-arguments-in-an-arrow-are-those-of-the-function-around-it', async () => {
  await expectSame(`
    function outer(a) { const inner = (x, { y } = {}) => [arguments.length, arguments[0], x, y]; return inner(1, { y: 2 }) }
    log(outer('a', 'b', 'c'), outer.call(null))
    const fields = new (class { field = (() => { try { return eval('typeof arguments') } catch (error) { return error.name } })() })()
    log(fields.field)
    const method = { m() { return [1].map(() => arguments.length)[0] } }
    log(method.m(1, 2, 3))
  `)
  const { log } = await expectSame(
    `
    const f = (a, b) => { try { return arguments.length } catch (error) { return error.name } }
    log(f(1, 2))
  `,
    { types: ['module'] },
  )
  expect(log).toEqual(['"ReferenceError"'])
})

test('trap-05-default-values-are-computed-once', async () => {
  const { log } = await expectSame(`
    let count = 0
    const next = () => ++count
    function f(a = next(), { b = next(), [next()]: c = next() } = {}, ...[d = next()]) { return [a, b, c, d, count] }
    const arrow = (a = next(), b = () => a) => b() + count
    const o = { async m(a = next()) { return a }, *g(a = next()) { yield a }, set s(v = next()) { log('set', v) } }
    log(f(), f(1), arrow(), count)
    o.m().then(v => log(v, count)); log([...o.g()]); o.s = undefined
    class A { constructor(a = next()) { this.a = a } }
    class B extends A { constructor(a = next(), b = (next(), a)) { super(b) } }
    log(new B().a, count)
  `)
  expect(log[0]).toContain('4:wec 5')
})

test('trap-06-body-variables-and-parameter-closures-keep-their-scopes', async () => {
  const { log } = await expectSame(`
    var x = 'outer'
    function f(get = () => x) { var x = 'body'; return [get(), x] }
    function g(a, set = v => { a = v }, get = () => a) { var a; const before = a; set(2); const own = a; a = 3; return [before, own, get()] }
    function h(a = function () { return typeof inner }) { function inner() { return 1 } return [a(), typeof inner] }
    log(f(), g(1), h())
    const k = (y = x, z = () => y) => { const x = 'k'; return [y, z(), x] }
    log(k())
  `)
  expect(log[0]).toContain('"outer"')
})

test('trap-07-names-inferred-as-before', async () => {
  const { log } = await expectSame(`
    const symbol = Symbol('sym'), key = 'comp' + 'uted'
    const arrow = () => 1, fn = function () { return 1 }, cls = class { field = () => 1; static s = function () { return 1 }; ['x' + 1] = () => 2; #p = () => 3; p() { return this.#p } }
    const own = class { static name = 'own static name'; static make() { return 1 } }
    const method = class { static name() { return 1 } }
    let late; late = async () => 1
    let nullish; nullish ??= () => 1
    const { d = () => 1, e: { f = class { m() { return 1 } } } = {} } = {}
    const [g = function* () { yield 1 }] = []
    const o = { a: () => 1, [key]: () => 2, [symbol]: () => 3, get acc() { return 1 }, set acc(v) { log(v) }, async *m() { yield 1 }, 'quoted key': function () { return 1 }, 42: () => 1, ...{ s: () => 1 } }
    const paren = (function () { return 1 }), comma = (0, function () { return 1 })
    const instance = new cls()
    log([arrow, fn, cls, late, nullish, d, f, g, paren, comma, instance.field, cls.s, instance.x1, instance.p()].map(v => v.name))
    log(own.name, typeof method.name, Object.getOwnPropertyNames(own), Object.getOwnPropertyNames(class { static { this.z = () => 1 } }))
    log(Reflect.ownKeys(o).map(k => { const p = Object.getOwnPropertyDescriptor(o, k); return (p.value ?? p.get).name + (p.set ? '/' + p.set.name : '') }))
    function dflt(cb = () => 1, { x = class { static s = () => 1 } } = {}) { return [cb.name, x.name, x.s.name] }
    log(dflt())
    const yielded = [...(function* () { const inner = () => 1; yield inner.name; const n = yield; yield n })()]
    log(yielded)
    const assigned = {}; assigned.prop = () => 1; log(assigned.prop.name)
  `)
  expect(log[0]).toContain('"arrow"')
  expect(log[1]).toContain('"own static name" "function"')
  await expectSame(
    {
      'main.js': `import d, { anon } from './a.js'\nlog(d.name, anon.name, new d().m())`,
      'a.js': `export const anon = () => 1\nexport default class { m() { return 1 } }`,
    },
    { types: ['module'] },
  )
})

test('trap-09-handlers-keep-their-own-properties-and-prototype', async () => {
  // An Express router is a function with a prototype and a stack of its own; what replaces it must not lose them.
  const { log } = await expectSame(`
    const proto = Object.assign(function () {}, { use(fn) { this.stack.push({ handle: fn, name: fn.name }); return this }, process(req) { return this.stack.map(layer => layer.handle(req)) } })
    function Router() { function router(req) { return router.process(req) } Object.setPrototypeOf(router, proto); router.stack = []; Object.defineProperty(router, 'hidden', { value: 1 }); return router }
    const inner = Router().use(function leaf(req) { return req + '!' })
    const outer = Router().use(inner).use(req => req)
    outer.use(inner)
    log(outer('a'), outer.stack.map(layer => layer.name), outer.stack[0].handle.stack.length, Reflect.ownKeys(outer), Object.getPrototypeOf(outer) === proto, outer.stack[0].handle === inner, outer.hidden)
  `)
  expect(log[0]).toContain('"a!"')
})

test('trap-11-new-target-and-functions-callable-both-ways', async () => {
  const { log } = await expectSame(`
    function Both(a) { if (!new.target) return new Both(a); this.a = a; this.target = new.target.name }
    function Legacy(a) { if (!(this instanceof Legacy)) return new Legacy(a); this.a = a }
    class Base { constructor() { this.target = new.target.name; const arrow = () => new.target; this.same = arrow() === new.target } }
    class Derived extends Base {}
    class Abstract { constructor() { if (new.target === Abstract) throw new TypeError('abstract') } }
    function ReturnsObject() { return { mine: true } }
    function ReturnsPrimitive() { this.kept = true; return 1 }
    log(Both(1), new Both(2), Legacy(3) instanceof Legacy, new Legacy(4).a, new Derived(), Reflect.construct(Base, [], Derived).target)
    log(Reflect.construct(function () { return [new.target === Object] }, [], Object), new ReturnsObject(), new ReturnsPrimitive())
    try { new Abstract() } catch (error) { log(error) }
    log(new (class extends Abstract {})() instanceof Abstract)
    for (const f of [() => 1, async function () {}, function* () {}, { m() { return 1 } }.m]) { try { new f() } catch (error) { log(error.name, 'prototype' in f) } }
    try { Base() } catch (error) { log(error.name) }
  `)
  expect(log[0]).toContain('"Derived"')
})

test('trap-12-recursion-depth-shrinks-by-a-bounded-share-only', async () => {
  const source = `
    let depth = 0
    function down(a, b) { depth++; return down(a, b) + 1 }
    function measure() { depth = 0; try { down(1, 2) } catch (error) { return [error.name === 'RangeError', depth] } return [] }
    measure()
    depths.push(measure())
    log('again', measure()[0])
    function after(x) { return x }
    log(after('recorded'))
  `
  const depths: [boolean, number][] = []
  const { events } = await expectSame(source, { globals: () => ({ depths }), types: ['commonjs'], allowedFailures: ['probe-failed'] })
  const [plain = [false, 0], ...probed] = depths
  expect(plain[0]).toBe(true)
  for (const [isRangeError, depth] of probed) {
    expect(isRangeError).toBe(true)
    expect(depth).toBeGreaterThan(plain[1] * 0.5)
  }
  // A recorder that ran out of stack in the middle of a probe records on.
  expect(events).toContain('after("recorded")')
})

test('trap-13-stack-traces-hold-no-frames-of-ours', async () => {
  const { log } = await expectSame(
    `
    const frames = error => error.stack.split('\\n').slice(1).filter(line => line.includes('main.js')).map(line => line.replace(/:\\d+\\)?$/, '').trim())
    function a(x) { return b(x) }
    const b = x => c(x)
    class C { m(x) { throw new Error('deep') } get g() { return this.m(1) } static async s() { await null; return new C().g } }
    function c(x) { return new C().g }
    try { a(1) } catch (error) { log(frames(error)) }
    function* gen() { yield* [1].map(() => { throw new Error('in generator') }) }
    try { [...gen()] } catch (error) { log(frames(error)) }
    C.s().catch(error => log(frames(error)))
    Error.stackTraceLimit = 2
    try { a(1) } catch (error) { log(frames(error)) }
    Error.stackTraceLimit = 10
    function assertFails(value) { const error = {}; Error.captureStackTrace(error, assertFails); return error }
    function test1() { return assertFails(0) }
    log(frames(test1()))
    Error.prepareStackTrace = (error, sites) => sites.filter(site => site.getFileName() === 'main.js').map(site => [site.getFunctionName(), site.getTypeName(), site.getLineNumber(), site.isConstructor(), site.isAsync(), site.isToplevel()].join())
    function sites() { return new Error('x').stack }
    log(sites(), new (class K { constructor() { this.s = new Error('y').stack } })().s)
    delete Error.prepareStackTrace
  `,
    { types: ['commonjs', 'script'] },
  )
  expect(log[0]).toContain('at a (main.js:3')
})

test('trap-14-no-collision-with-names-of-the-program', async () => {
  const { log } = await expectSame(
    `
    function f(a) {
      const globalThis = 'mine', Symbol = 'mine', Error = class { constructor(m) { this.m = m } }, Object = 1, undefined_ = void 0
      try { throw new Error(a) } catch (e) { return [e.m, globalThis, Symbol, Object] }
    }
    const $h = 1, $hF = 2, $hL = 3, $h0 = 'zero', \\u0024h1 = 4
    function g($hB, $hE) { return [$h, $hF, $hL, $hB, $hE, $h0, $h1] }
    log(f('m'), g(1, 2))
    const { h: hook = 'h' } = {}
    log(hook, typeof h, typeof L, typeof B, typeof F)
  `,
    { types: ['module', 'commonjs'] },
  )
  expect(log[0]).toContain('"mine"')
  for (const name of ['globalThis', 'Symbol']) {
    // At the top of the file the hook cannot be found past the program's own name: such a file still runs, and says what is left out.
    const code = `const ${name} = { for: () => 'mine' }\nconst f = a => [a, ${name}.for('x')]\nlog(f(1))`
    await expectSame(code, { types: ['module'] })
    await expectSame(code, { types: ['commonjs'], unprobed: true })
    expect(probe(code, 'commonjs').diagnostics).toMatchObject([{ code: 'instrument-shadowed-name', severity: 'warning' }])
  }
  for (const type of ALL_TYPES) expect(probe('function f() { return $h }', type).code).not.toMatch(/\$h[.LBFR]/)
})
