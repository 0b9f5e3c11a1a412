/** Catalogue section 7.2: classes. */
import { transform } from 'esbuild'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { expectSame } from './programs.ts'

test('trap-15-this-is-not-read-before-super', async () => {
  const { log } = await expectSame(`
    class Base { constructor(get) { this.base = 1; this.got = typeof get === 'function' ? get.length : get } }
    class Plain extends Base { constructor(a) { const later = () => this; super(a); this.a = a; this.same = later() === this } }
    class Late extends Base { constructor(a) { if (a) { super(a) } else { super((() => 0)) } } }
    class InArrow extends Base { constructor() { const init = () => super(5); init(); this.own = this.base } }
    class InArgument extends Base { constructor() { let early; try { early = (() => this)() } catch (error) { early = error.name } super(early) } }
    class ArgumentArrow extends Base { constructor() { super((x, y) => this) } }
    class Field extends Base { f = this.base; g = () => this.base; constructor() { super(1); this.sum = this.f + this.g() } }
    class Returns extends Base { constructor() { return { replaced: true } } }
    class ReturnsAfter extends Base { constructor() { super(); return undefined } }
    log(new Plain(1), new Late(1), new Late(0), new InArrow(), new InArgument(), new ArgumentArrow().got, new Field().sum, new Returns(), new ReturnsAfter())
    class Twice extends Base { constructor() { super(); try { super() } catch (error) { this.error = error.name } } }
    log(new Twice().error)
    class Default extends Base {}
    log(new Default(7).got)
    class Async extends Base { constructor() { super(); this.p = (async () => { await null; return this.base })() } }
    new Async().p.then(log)
  `)
  expect(log[0]).toContain('"ReferenceError"')
})

test('trap-16-an-error-before-super-is-not-masked', async () => {
  const { log } = await expectSame(`
    class Base { constructor() { throw new TypeError('in base') } }
    class Before extends Base { constructor() { throw new RangeError('before super') } }
    class Checks extends Base { constructor(a) { if (!a) throw new SyntaxError('checked'); try { super() } finally { log('finally') } } }
    class Never extends Base { constructor() { log('no super') } }
    class Caught extends Base { constructor() { try { super() } catch (error) { log('caught', error.message) } } }
    for (const make of [() => new Before(), () => new Checks(), () => new Checks(1), () => new Never(), () => new Caught()]) {
      try { make() } catch (error) { log(error.name, error.message) }
    }
  `)
  expect(log).toContain('"RangeError" "before super"')
  expect(log).toContain('"TypeError" "in base"')
})

test('trap-17-fields-static-blocks-private-members-and-computed-keys', async () => {
  const { log } = await expectSame(`
    const order = []
    const key = name => (order.push('key ' + name), name)
    const value = name => (order.push('value ' + name), name)
    class A {
      static [key('s')] = value('s');
      [key('f')] = value('f');
      static { order.push('block ' + this.name); try { this.made = value('made') } catch { order.push('never') } finally { order.push('finally') } }
      static { }
      #m(a) { return a + this.#p }
      #p = 1
      static #q = 2
      static has(o) { return #m in o }
      get #acc() { return this.#p }
      set #acc(v) { this.#p = v }
      static async *#gen(a) { yield a }
      static gen(a) { return this.#gen(a) }
      [key('m')](a) { this.#acc = a; return this.#m(this.#acc) + A.#q }
      static [key('t')]
      'quoted' = value('quoted')
      0 = value('zero')
      accessor
      get; set; async
      static static = value('static')
      static async = async () => 1;
      *[Symbol.iterator]() { yield this.#p }
      arrow = a => [this.#p, a]
    }
    const a = new A()
    log(order, a.m(3), A.has(a), A.has({}), a, Object.getOwnPropertyNames(A), Object.getOwnPropertyNames(A.prototype), [...a], a.arrow(4))
    A.gen(1).next().then(step => log(step))
    const B = class { static x = this === undefined ? 'no' : typeof this; y = (() => typeof this)(); static z = (() => this.x)() }
    log(B.x, new B().y, B.z)
    try { new (class { x = (() => { throw new Error('field') })() })() } catch (error) { log(error) }
    try { class Bad { static { throw new Error('static block') } } } catch (error) { log(error) }
    class Brand { #b; static check(o) { return o.#b } }
    try { Brand.check({}) } catch (error) { log(error.name) }
  `)
  expect(log[0]).toContain('"key s"')
})

test('trap-18-extends-is-evaluated-once-and-as-written', async () => {
  const { log } = await expectSame(`
    let evaluated = 0, prototypeReads = 0
    function Base(a) { this.a = a }
    const target = function () { this.t = 1 }
    const parent = new Proxy(target, { get(o, k, r) { if (k === 'prototype') prototypeReads++; return Reflect.get(o, k, r) } })
    const pick = v => (evaluated++, v)
    class A extends pick(Base) {}
    class B extends (pick, pick(class { m() { return 'm' } })) { m() { return super.m() + '!' } }
    class C extends parent {}
    class D extends (() => pick(Base))() {}
    class E extends null { static s() { return Object.getPrototypeOf(this.prototype) } }
    class F extends (class Inner { static i = Inner.name }) {}
    const mixin = Parent => class extends Parent { mixed() { return super.m() } }
    class G extends mixin(B) {}
    log(new A(1).a, new B().m(), new C().t, new D(2).a, E.s(), F.i, new G().mixed(), evaluated, prototypeReads)
    try { class H extends (() => {}) {} } catch (error) { log(error.name) }
    try { class I extends I {} } catch (error) { log(error.name) }
  `)
  expect(log[0]).toMatch(/ 3 1$/)
})

const DECORATED = `
  const seen: string[] = []
  function logged(...args: any[]): any { seen.push('logged ' + args.map(a => typeof a === 'function' ? a.name : String(a?.kind ?? typeof a)).join()); return undefined }
  const param = (name: string) => (_target: any, _key: any, index: number) => { seen.push('param ' + name + index) }
  class Engine { power = 3 }
  @logged
  class Car {
    @logged speed = 5
    constructor(private readonly engine: Engine, public name: string = 'car', protected wheels = 4) { seen.push('body ' + this.name + this.wheels) }
    @logged drive(km: number): string { return km + this.engine.power + this.speed + this.name }
    @logged get power(): number { return this.engine.power }
    @logged static create(): Car { return new Car(new Engine(), 'made') }
  }
  class Racer extends Car { extra = this.name + '+'; constructor(public turbo: boolean) { super(new Engine(), 'racer'); seen.push('racer ' + turbo) } }
`
const DRIVE = `log(Car.create().drive(1), Car.create().power, new Racer(true).extra, Object.keys(new Racer(false)), seen)`

test('trap-19-decorators-metadata-and-parameter-properties-lowered-before-us', async () => {
  const legacy = `${DECORATED.replace('private readonly engine', "@param('engine') private readonly engine")}${DRIVE}\nlog(metadata)`
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    useDefineForClassFields: false,
  }
  const lowered = ts.transpileModule(
    `const metadata: any[] = []\n;(Reflect as any).metadata = (key: string, value: any) => () => { metadata.push(key, Array.isArray(value) ? value.map(v => v.name) : value?.name) }\n${legacy}`,
    { compilerOptions: options },
  )
  const { log } = await expectSame(lowered.outputText, { types: ['module', 'commonjs'] })
  expect(log.join()).toContain('"design:paramtypes"')
  expect(log[0]).toContain('param engine0')

  const standard = await transform(`${DECORATED}${DRIVE}`, { loader: 'ts', target: 'es2022', supported: { decorators: false } })
  const second = await expectSame(standard.code, { types: ['module', 'commonjs'] })
  expect(second.log[0]).toContain('"logged Car,class"')
  const withFields = ts.transpileModule(`${DECORATED}${DRIVE}`, {
    compilerOptions: { ...options, experimentalDecorators: false, useDefineForClassFields: true },
  })
  await expectSame(withFields.outputText, { types: ['module', 'commonjs'] })
})

test('trap-20-super-works-in-generators-async-methods-and-arrows', async () => {
  const { log } = await expectSame(`
    class Base { m(a) { return ['base', a, this.tag] } get g() { return 'got ' + this.tag } static s() { return 'static ' + this.name } *items() { yield 1; yield 2 } async later() { return 'later ' + this.tag } }
    class Sub extends Base {
      tag = 'sub';
      *gen() { yield super.m(1); const more = () => super.m(2); yield more(); yield* super.items(); super.added = 5; yield this.added }
      async async() { await null; const v = super.m(3); return [v, super.g, await super.later()] }
      async *both() { yield super.m(4); await null; yield (() => super.g)(); yield* super.items() }
      field = () => super.g
      static s() { return [super.s(), (() => super.s())()] }
      static block; static { this.block = super.s() }
      arrow() { return [1].map(() => super.m(super.g))[0] }
    }
    const sub = new Sub()
    log([...sub.gen()], sub.field(), Sub.s(), Sub.block, sub.arrow())
    sub.async().then(log); (async () => { const all = []; for await (const v of sub.both()) all.push(v); log(all) })()
    const o = { __proto__: { m() { return 'proto' } }, *m() { yield super.m() }, async n() { await null; return super.m() } }
    log([...o.m()]); o.n().then(log)
  `)
  expect(log.join()).toContain('"later sub"')
})
