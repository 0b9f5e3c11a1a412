/** Catalogue section 7.3: async functions, generators, promises. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runNode } from './processes.ts'
import { expectSame } from './programs.ts'

test('trap-21-unhandled-rejections-stay-unhandled', async () => {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'hindscope-traps-')))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  writeFileSync(
    join(dir, 'main.mjs'),
    `process.on('unhandledRejection', (reason, promise) => console.log('unhandled', reason.message, promise === kept))
     process.on('rejectionHandled', () => console.log('handled late'))
     async function fails(m) { await null; throw new Error(m) }
     const arrow = async m => fails(m)
     function sync(m) { return Promise.reject(new Error(m)) }
     async function caught() { try { await fails('caught') } catch { return 1 } }
     async function* gen() { yield 1; throw new Error('generator') }
     async function main() { arrow('arrow'); sync('sync'); await caught(); gen().next().then(() => {}); const g = gen(); await g.next(); g.next(); const late = fails('late'); setTimeout(() => late.catch(() => {}), 20) }
     const kept = fails('kept')
     main()`,
  )
  const plain = await runNode(['main.mjs'], { cwd: dir })
  expect(plain.stdout).toContain('unhandled kept true')
  expect(plain.stdout).toContain('handled late')
  for (const level of ['values', 'statements']) {
    expect(await runNode(['main.mjs'], { cwd: dir, level })).toEqual({ ...plain, stderr: expect.any(String) })
  }
  // The default of Node: an unhandled rejection ends the process.
  writeFileSync(
    join(dir, 'dies.mjs'),
    `async function fails() { await null; throw new Error('fatal') }\nfails()\nsetTimeout(() => console.log('alive'), 500)`,
  )
  const died = await runNode(['dies.mjs'], { cwd: dir, level: 'statements' })
  expect([died.code, died.stdout]).toEqual([1, ''])
  expect(died.stderr).toContain('Error: fatal')
})

test('trap-22-the-promise-returned-is-the-promise-that-was-made', async () => {
  const { log } = await expectSame(`
    class APIPromise extends Promise { asResponse() { return 'response' } static get [Symbol.species]() { return Promise } }
    const made = new APIPromise(resolve => resolve(1))
    function request() { return made }
    const arrow = () => made
    const client = { get() { return request() }, get lazy() { return made } }
    log(request() === made, arrow() === made, client.get() === made, client.lazy === made, request().asResponse(), request().constructor === APIPromise)
    async function wraps() { return made }
    log(wraps() === made, wraps().constructor === Promise, Object.getOwnPropertyNames(wraps()))
    const order = []
    const tick = name => order.push(name)
    async function a() { await null; tick('a1'); await made; tick('a2'); return made }
    async function b() { tick('b0'); await { then(ok) { tick('then'); ok() } }; tick('b1'); return 1 }
    const c = async () => { for (let i = 0; i < 3; i++) { await i; tick('c' + i) } }
    Promise.resolve().then(() => tick('p1')).then(() => tick('p2')).then(() => tick('p3')).then(() => tick('p4')).then(() => tick('p5'))
    Promise.all([a(), b(), c()]).then(() => { tick('all'); log(order) })
    tick('sync')
  `)
  expect(log[0]).toBe('true true true true "response" true')
})

test('trap-23-functions-that-return-thenables-stay-synchronous', async () => {
  const { log } = await expectSame(`
    let thens = 0
    const lazy = { get then() { thens++; return undefined }, rows: [1] }
    const query = { then(ok) { thens++; ok('ran') } }
    function select() { return query }
    const select2 = () => query
    function first() { return lazy.rows[0] }
    function give() { return lazy }
    const builder = { where() { return this }, then(ok) { thens++; ok('built') } }
    function build() { return builder.where().where() }
    log(select() === query, select2() === query, first(), give() === lazy, build() === builder, thens)
    ;(async () => { log(await select(), await build(), thens) })()
  `)
  expect(log[0]).toMatch(/ 0$/)
})

test('trap-24-a-returned-promise-is-not-caught-by-the-try-around-it', async () => {
  const { log } = await expectSame(`
    async function fails() { throw new Error('later') }
    async function returned() { try { return fails() } catch { return 'caught' } finally { log('finally returned') } }
    async function awaited() { try { return await fails() } catch { return 'caught' } finally { log('finally awaited') } }
    const arrow = async () => { try { return Promise.reject(new Error('arrow')) } catch { return 'caught' } }
    returned().then(log, error => log('rejected', error.message))
    awaited().then(log, error => log('rejected', error.message))
    arrow().then(log, error => log('rejected', error.message))
  `)
  expect(log).toContain('"caught"')
  expect(log).toContain('"rejected" "later"')
  expect(log).toContain('"rejected" "arrow"')
})

test('trap-25-generators-create-resume-return-throw-and-delegate', async () => {
  const { log } = await expectSame(`
    function* plain(a) { try { const got = yield a; log('got', got); yield* inner(got); return 'done' } catch (error) { log('caught', error); yield 'after' } finally { log('cleanup') } }
    function* inner(b) { try { const x = yield b; return yield x } finally { log('inner cleanup') } }
    const g = plain(1); log(g.next(), g.next('two'), g.next('three'), g.next('four'), g.next(), g.next())
    const h = plain(1); h.next(); log(h.return('early'), h.next())
    const i = plain(1); i.next(); i.next('x'); log(i.throw(new Error('in')), i.next(), i.next())
    const unstarted = plain(1); log(unstarted.return(5), unstarted.next())
    for (const v of plain('loop')) { log(v); break }
    const [first] = plain('destructured'); log(first)
    function* overrides() { try { yield 1 } finally { return 'override' } }
    const o = overrides(); o.next(); log(o.return('lost'))
    function* resists() { try { yield 1 } finally { yield 'still here' } }
    const r = resists(); r.next(); log(r.return('x'), r.next())
    async function* queue() { try { while (true) { const got = yield; log('async got', got) } } finally { await null; log('async cleanup') } }
    const q = queue(); const asked = [q.next('lost'), q.next(1), q.next(2), q.return('end'), q.next(3), q.throw(new Error('late'))]
    Promise.allSettled(asked).then(all => log(all))
    async function* delegates() { const result = yield* (async function* () { yield 1; return 'inner result' })(); yield result; yield* [Promise.resolve(3)]; yield* { [Symbol.iterator]() { return { next: v => ({ done: true, value: 'raw' }) } } } }
    ;(async () => { const all = []; for await (const v of delegates()) all.push(v); log(all) })()
    log(Object.getPrototypeOf(plain).constructor.name, plain.prototype === Object.getPrototypeOf(plain(1)), plain.hasOwnProperty('caller'), String(plain(1)))
  `)
  expect(log.join()).toContain('"async cleanup"')
})

test('trap-26-iterators-are-closed-as-often-as-before', async () => {
  const { log } = await expectSame(`
    const source = name => ({ [Symbol.iterator]() { let n = 0; return { next() { log(name, 'next', n); return { value: n++, done: n > 3 } }, return(v) { log(name, 'return', v); return {} } } } })
    function f([a, b]) { return [a, b] }
    const g = ([a, ...rest]) => rest
    function h([a = (() => { throw new Error('default') })()]) { return a }
    log(f(source('f')), g(source('g')))
    try { h({ [Symbol.iterator]() { return { next: () => ({ value: undefined, done: false }), return() { log('closed'); return {} } } } }) } catch (error) { log(error.message) }
    function loop() { for (const x of source('loop')) { if (x === 1) return x } }
    function labelled() { outer: for (const x of source('outer')) { for (const y of source('inner')) { if (y) continue outer; if (x) break outer } } }
    function throws() { for (const x of source('throws')) throw new Error('body ' + x) }
    log(loop()); labelled(); try { throws() } catch (error) { log(error.message) }
    let a, b; [a, b] = source('assign'); [a, ...b] = source('rest'); const [] = source('none')
    function assign() { let x, y; [x, { y }] = [1, { y: 2 }]; ({ x, ...y } = { x: 3, z: 4 }); [x, y] = [y, x]; return [x, y] }
    log(a, b, assign())
    function spread(...args) { return args.length } log(spread(...source('spread')), Math.max(...source('max')), new Map([[1, 2]]).size)
  `)
  expect(log.join()).toContain('"closed"')
})

test('trap-27-for-await-and-top-level-await-take-the-ticks-they-took', async () => {
  const body = `
    const order = []
    const tick = name => order.push(name)
    const race = async name => { for (let i = 0; i < 8; i++) { await null; tick(name + i) } }
    async function* gen() { tick('g0'); yield 1; tick('g1'); yield Promise.resolve(2); tick('g2'); return Promise.resolve(3) }
    async function consume() { for await (const v of gen()) { tick('v' + v); if (v === 2) continue } tick('end') }
    async function syncSource() { for await (const v of [Promise.resolve('a'), 'b']) tick(v) }
    async function breaks() { for await (const v of gen()) { tick('break' + v); break } tick('broken') }
    async function returns() { for await (const v of gen()) return v }
    async function bare() { for await (const v of gen()); tick('bare') }
    const settled = Promise.all([race('r'), consume(), syncSource(), breaks(), returns(), bare()])
  `
  const { log } = await expectSame(`${body} settled.then(all => log(order, all))`)
  expect(log[0]).toContain('"end"')
  const modules = {
    'main.js': `import { b, order } from './b.js'\nimport { c } from './c.js'\norder.push('main')\nconst use = x => x\nconst got = await use(b)\nlog(order, got, c())\nexport {}`,
    'b.js': `export const order = ['b start']\nconst f = async x => x\nexport const b = await f('b')\norder.push('b end')\nfor await (const x of [f(1), 2]) order.push(x)`,
    'c.js': `import { order } from './b.js'\norder.push('c')\nexport function c() { return order.length }\nlog(typeof this, await Promise.resolve('top'))`,
  }
  await expectSame(modules, { types: ['module'] })
})
