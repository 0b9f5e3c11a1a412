/** Catalogue section 7.4: scopes, TDZ, eval, modules. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transform } from 'esbuild'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { BUNDLERS, build } from '../bundlers/builds.ts'
import { run as runBuilt, scratchDir } from '../bundlers/recording.ts'
import { runNode } from './processes.ts'
import { expectSame, probe } from './programs.ts'

test('trap-30-nothing-is-read-before-it-is-initialised', async () => {
  await expectSame(`
    function early() { try { late } catch (error) { log(error.name) } let late = 1; return late }
    function shadow(x) { { try { x } catch (error) { log(error.name) } let x = 2; if (x) { const y = x; return y } } }
    function inTry() { try { let a = 1; throw a; let b = 2 } catch (e) { let a = 3; return [e, a, typeof b] } finally { const f = 1 } }
    function inSwitch(v) { switch (v) { case 1: let s = 1; case 2: try { s = 2; return s } catch (error) { return error.name } } }
    function inLoop() { const out = []; for (let i = 0, f = () => i; i < 2; i++) { out.push(() => i, f); let j = i; out.push(() => j) } return out.map(f => f()) }
    function returnsEarly(v) { if (v) return v; const after = v + 1; return after }
    function throwsEarly(v) { if (v) throw v; class Later {} return new Later() }
    function self() { try { const me = (() => me)(); return me } catch (error) { return error.name } }
    function dead() { return one; const one = 1 }
    function used() { return inner(); const k = 1; function inner() { try { return k } catch (error) { return error.name } } }
    function destructured() { try { const { a = b, b } = {}; return a } catch (error) { return error.name } }
    function label() { out: { const z = 1; if (z) break out; let never } return typeof z }
    const closures = []; for (const { x, y = x } of [{ x: 1 }, { x: 2, y: 3 }]) closures.push(() => [x, y])
    log(early(), shadow(1), inTry(), inSwitch(1), inSwitch(2), inLoop(), returnsEarly(1), returnsEarly(0), self(), used(), destructured(), label(), closures.map(f => f()))
    try { throwsEarly(1) } catch (e) { log(e) } try { dead() } catch (e) { log(e.name) }
    class Uses { static x = (() => { try { return Uses.name } catch (e) { return e.name } })(); [(() => { try { return Uses } catch (e) { return e.name } })()] = 1 }
    log(Uses.x, Object.keys(new Uses()))
    async function later() { await null; try { await tdz } catch (e) { log(e.name) } let tdz = 1; for await (const tdz2 of [tdz]) log(tdz2) }
    later()
    function* gen() { try { yield g } catch (e) { yield e.name } let g = 1; yield g } log([...gen()])
  `)
})

test('trap-31-parameters-and-catch-bindings-keep-their-names-apart', async () => {
  const { log } = await expectSame(`
    function f(e) { try { throw 'inner' } catch (e) { e += '!'; log(e) } return e }
    function g(e) { try { throw { e: 'destructured', n: [1] } } catch ({ e, n: [m] }) { log(e, m) } return e }
    function h(a) { var a; a = a || 'default'; for (var a2 of [1]) { try { throw a } catch (x) { { let x = 'block'; log(x) } log(x) } } return [a, a2] }
    function i() { try { throw 1 } catch { try { throw 2 } catch (error) { return error } } }
    function j(arguments_, undefined_) { try { null.x } catch (e) { return e instanceof TypeError } finally { log('finally') } }
    log(f('outer'), g('outer'), h(), i(), j())
  `)
  expect(log).toContain('"inner!"')
  await expectSame(`function k(e) { try { throw 1 } catch (e) { var e = 2 } return e }\nlog(k('param'))`, { types: ['commonjs', 'script'] })
})

describe('trap-32-direct-eval-and-with', () => {
  test('run as before in functions that are left out, and in functions around them', async () => {
    const { log } = await expectSame(
      `
      function evaluates(a) { var local = 1; eval('local = 2; var injected = a + 1'); return [local, injected, typeof $hF, typeof $h] }
      function around(a) { const inner = () => eval('a * 2'); return inner() + a }
      function shadowed(eval) { return eval('1') }
      function indirect() { var local = 1; return (0, eval)('typeof local') }
      function declares() { eval('var eval2 = 3; function made() { return eval2 }'); return made() }
      function inParams(a = eval('1 + 1'), b = () => eval('a')) { return a + b() }
      const arrow = x => eval('x + 1')
      function withObject(o) { const a = 'outer'; with (o) { var f = () => [a, typeof $hF]; return f() } }
      function withProxy(seen) { with (new Proxy({}, { has(_, key) { seen.push(String(key)); return false } })) { return Math.max(1, (() => 2)()) } }
      const seen = []
      log(evaluates(1), around(2), shadowed(String), indirect(), declares(), inParams(), arrow(1), withObject({ a: 'with' }), withObject({}), withProxy(seen), seen)
      log(Object.keys(globalThis).filter(k => k.startsWith('$h')))
    `,
      { types: ['commonjs', 'script'] },
    )
    expect(log[0]).toContain('"with"')
    await expectSame(
      `function f(a) { eval('var a = 2'); return [a, eval('a')] }\nclass A { x = eval('this.y'); y = 1; m() { return eval('super.toString()') } }\nlog(f(1), new A().x, new A().m())\nconst g = () => f(2)\nlog(g())`,
    )
  })

  test('a sloppy eval cannot declare a name that changes what a probe calls', async () => {
    const { probed } = await expectSame(
      `function outer() { eval('var $h = 1, $hF = 2, $hL = 3'); const inner = () => [typeof $h, $hF]; return [inner(), (function () { return $hL })()] }\nlog(outer())`,
      { types: ['commonjs', 'script'], unprobed: true },
    )
    expect(probed.code).toMatch(/outer/)
  })

  const EVAL = `export function evaluates(a) {\n  return eval('a + 1')\n}\nexport const fine = a => a\nconsole.log(evaluates(1), fine(2))\n`
  const WITH = `function withObject(o) {\n  with (o) return a\n}\nfunction fine(a) { return a }\nconsole.log(withObject({ a: 1 }), fine(2))\n`
  const cases = BUNDLERS.flatMap(bundler => [
    [bundler, 'eval', EVAL, 'instrument-direct-eval', 2] as const,
    ...(bundler === 'webpack' || bundler === 'rspack' || bundler === 'esbuild' ? [[bundler, 'with', WITH, 'instrument-with', 2] as const] : []),
  ])
  test.each(cases)('%s tells the user of %s with file, line and frame', async (bundler, name, text, code, line) => {
    const [dir, dataDir] = [scratchDir(), scratchDir()]
    const entry = join(dir, name === 'eval' ? 'main.js' : 'main.cjs')
    writeFileSync(entry, text)
    const request = { bundler, mode: 'development', entry, dataDir } as const
    const built = await build({ ...request, outDir: join(dir, 'out'), plugins: [{ include: [entry] }] })
    const said = built.messages.filter(message => message.includes(`[hindscope:${code}]`)).join('\n')
    expect(said).toMatch(new RegExp(`${name === 'eval' ? 'main.js' : 'main.cjs'}:${line}\\b`))
    expect(said).toContain(text.split('\n')[line - 1]?.trim())
    // esbuild refuses `with` in the modules that it prints here.
    if (bundler === 'esbuild' && name === 'with') return
    const plain = await build({ ...request, outDir: join(dir, 'plain'), plugins: [] })
    expect((await runBuilt([built.file], { dataDir })).stdout).toBe((await runBuilt([plain.file], { dataDir })).stdout)
  })

  test.each([
    ['main.mjs', EVAL, 'instrument-direct-eval'],
    ['main.cjs', WITH, 'instrument-with'],
  ])('plain Node tells the user with file, line and frame: %s', async (name, text, code) => {
    const dir = scratchDir()
    writeFileSync(join(dir, name), text)
    const { stdout, stderr } = await runNode([name], { cwd: dir, level: 'values' })
    expect(stdout).toBe(name === 'main.mjs' ? '2 2\n' : '1 2\n')
    expect(stderr).toMatch(new RegExp(`${name}:2:\\d+ warning \\[hindscope:${code}\\]`))
    expect(stderr).toContain(`> 2 | ${text.split('\n')[1]}`)
  })
})

test('trap-33-functions-called-before-their-module-has-run', async () => {
  const { log, events } = await expectSame(
    {
      'main.js': `import { b } from './b.js'\nlog(b, hoisted(3))\nexport function hoisted(n) { try { return n + later } catch (e) { return e.name } }\nconst later = 1\nexport class K {}`,
      'b.js': `import { hoisted, K } from './main.js'\nexport let b = hoisted(1)\ntry { new K() } catch (e) { log(e.name) }\nb = [b, typeof hoisted, own()]\nfunction own() { return hoisted(2) }`,
    },
    { types: ['module'] },
  )
  expect(log).toEqual(['"ReferenceError"', expect.stringContaining('"ReferenceError"')])
  expect(events).toContain('hoisted(1)')
  await expectSame(
    `log(first(1)); var v = typeof second; log(v)\nfunction first(a) { return second ? 'no' : [a, typeof third()] }\nvar second = () => 1\nfunction third() { return second }`,
  )
  const dir = scratchDir()
  writeFileSync(join(dir, 'main.mjs'), `import { b } from './b.mjs'\nconsole.log(b)\nexport function hoisted(n) { return n + 1 }`)
  writeFileSync(join(dir, 'b.mjs'), `import { hoisted } from './main.mjs'\nexport const b = hoisted(1)`)
  writeFileSync(join(dir, 'main.cjs'), `exports.early = () => 'early'\nconst { b } = require('./b.cjs')\nexports.late = () => 'late'\nconsole.log(b)`)
  writeFileSync(join(dir, 'b.cjs'), `const a = require('./main.cjs')\nexports.b = [a.early(), typeof a.late]`)
  for (const file of ['main.mjs', 'main.cjs']) {
    const plain = await runNode([file], { cwd: dir })
    expect(await runNode([file], { cwd: dir, level: 'statements' })).toEqual(plain)
  }
})

test('trap-34-exports-stay-live-bindings', async () => {
  const { log } = await expectSame(
    {
      'main.js': `import d, { count, inc, swap, C, default as again } from './a.js'\nimport * as ns from './a.js'\nimport { count as through } from './b.js'\nlog(count, d()); inc(); log(count, ns.count, through, again === d); swap(); log(d(), count, Object.keys(ns), new C().n)\nlog(Object.getOwnPropertyDescriptors(ns).count.writable)`,
      'a.js': `export let count = 0\nexport function inc() { count++; return count }\nexport default function dflt() { return 'first' }\nexport function swap() { dflt = () => 'second'; ({ count } = { count: 40 }); [count] = [count + 2] }\nexport class C { n = count }`,
      'b.js': `export { count, count as default } from './a.js'\nexport * from './a.js'`,
    },
    { types: ['module'] },
  )
  expect(log).toContain('1 1 1 true')
  expect(log[2]).toContain('"second" 42')
})

test('trap-35-anonymous-default-exports-are-called-default', async () => {
  const forms = [
    'function () { return 1 }',
    '() => 1',
    'class { m() { return 1 } }',
    'async function* () { yield 1 }',
    '(function () { return 1 })',
    '(class { m() {} })',
    'function named() { return 1 }',
    'class { static name = "own"; m() { return 1 } }',
  ]
  const files = {
    'main.js': forms.map((_, n) => `import d${n} from './f${n}.js'`).join('\n') + `\nlog([${forms.map((_, n) => `d${n}.name`).join()}])`,
    ...Object.fromEntries(forms.map((form, n) => [`f${n}.js`, `log('runs')\nexport default ${form}`])),
  }
  const { log } = await expectSame(files, { types: ['module'] })
  expect(log.at(-1)).toContain(
    '0:wec "default", 1:wec "default", 2:wec "default", 3:wec "default", 4:wec "default", 5:wec "default", 6:wec "named", 7:wec "own"',
  )
  const statement = await expectSame(
    { 'main.js': `import d, { f } from './a.js'\nlog(d.name, f.name)`, 'a.js': `const local = () => 1\nexport { local as default, local as f }` },
    { types: ['module'] },
  )
  expect(statement.log).toEqual(['"local" "local"'])
})

describe('trap-36-directive-prologues-stay-first', () => {
  test.each([
    "'use client'",
    '"use server"',
    "'use cache'",
    "'use strict'",
    "'use client'; 'use strict';",
    "/* c */ 'use client' // d",
    "#!/usr/bin/env node\n// licence\n'use client'",
    "'use client'\n\n;[1].map(x => x)",
  ])('in a file: %s', async prologue => {
    const code = `${prologue}\nexport const f = a => a\n`
    const text = probe(code, 'module').code
    // Compilers of servers and clients look at the first statements, not at the text.
    const directives = (source: string): unknown[] =>
      ts
        .createSourceFile('f.js', source, ts.ScriptTarget.Latest)
        .statements.filter(ts.isExpressionStatement)
        .map(({ expression }) => (ts.isStringLiteral(expression) ? expression.text : undefined))
        .filter(name => name !== undefined)
    expect(directives(text)).toEqual(directives(code))
    const first = ts.createSourceFile('f.js', text.replace(/^#!.*/, ''), ts.ScriptTarget.Latest).statements[0]
    expect(first && ts.isExpressionStatement(first) && ts.isStringLiteral(first.expression)).toBe(true)
    if (prologue.startsWith('#!')) expect(text.split('\n')[0]).toBe('#!/usr/bin/env node')
    expect((await transform(text, { loader: 'js' })).warnings).toEqual([])
  })

  test('in a function', async () => {
    const { log } = await expectSame(
      `
      function strict() { 'use strict'; return this === undefined }
      function commented() { /* first */ 'use strict' // then
        return this === undefined }
      function sloppy() { return typeof this }
      function notOne() { ('use strict'); return typeof this }
      const arrow = () => { "use strict"; try { undeclared = 1; return 'sloppy' } catch (e) { return e.name } }
      function noSemicolon() { 'use strict'
        return this === undefined }
      function two() { 'other'; 'use strict'; return this === undefined }
      async function server(a) { 'use server'; return a }
      log(strict(), commented(), sloppy(), notOne(), arrow(), noSemicolon(), two())
      server(1).then(log)
    `,
      { types: ['commonjs', 'script'] },
    )
    expect(log[0]).toBe('true true "object" "object" "ReferenceError" true true')
  })
})

test('trap-37-worklets-carry-no-probes', () => {
  const code = `
    import { runOnUI, useAnimatedStyle } from 'react-native-reanimated'
    const tick = value => { 'worklet'; const inner = () => value; return inner() + 1 }
    function View({ x }) {
      const style = useAnimatedStyle(() => ({ opacity: tick(x.value) }))
      const press = () => { runOnUI(() => { 'worklet'; return tick(1) })() }
      return [style, press]
    }`
  const { manifest, diagnostics } = probe(code, 'module', 'statements')
  expect(manifest.probes.flatMap(found => (found.kind === 'function' ? [found.name] : []))).toEqual(['View', 'press'])
  expect(diagnostics.map(({ code: said }) => said)).toEqual(['instrument-directive', 'instrument-shipped-text', 'instrument-directive'])
  const text = probe(code, 'module', 'statements').code
  expect(text).toContain(`value => { 'worklet'; const inner = () => value; return inner() + 1 }`)
  expect(text).toContain('useAnimatedStyle(() => ({ opacity: tick(x.value) }))')
})

test('trap-40-module-type-is-detected-as-node-and-bundlers-do', async () => {
  const dir = scratchDir()
  const texts: Readonly<Record<string, string>> = {
    'esm.mjs': `import { f } from './cjs.cjs'\nexport const g = a => f(a)\nconsole.log(g(1), typeof require, import.meta.url.length > 0)`,
    'cjs.cjs': `exports.f = a => a + 1\nconsole.log(typeof require, typeof module, this === exports)`,
    'umd.js': `(function (root, factory) { if (typeof module === 'object' && module.exports) module.exports = factory(); else root.umd = factory() })(this, function () { return { f: a => a } })\nconsole.log(typeof module.exports.f)`,
    'word.js': `// import x from 'y'\nconst text = 'export default 1', o = { import: 1, export: () => 2 }\nconsole.log(text, o.export(), typeof require, import('./cjs.cjs') instanceof Promise)`,
    'ambiguous.js': `const f = a => a\nconsole.log(f(1), typeof require, this === module.exports)`,
  }
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(dir, name), text)
  writeFileSync(join(dir, 'package.json'), '{}')
  for (const name of Object.keys(texts)) {
    const plain = await runNode([name], { cwd: dir })
    expect(plain).toMatchObject({ stderr: '', code: 0 })
    expect(await runNode([name], { cwd: dir, level: 'statements' })).toEqual(plain)
  }
})

test('trap-41-types-leave-no-code-where-there-was-none', async () => {
  const source = `
    declare function ambient(a: number): string
    declare const declared: { f(): void }
    declare global { interface Window { x: number } }
    interface Shape { area(): number }
    type F = (a: number) => void
    abstract class Base implements Shape { abstract area(): number; declare kept: string; overload(a: string): void; overload(a: number): void; overload(a: unknown) { log(typeof a) } readonly #p = () => 1; get p() { return this.#p() } constructor(protected name = 'base') {} }
    class Square extends Base { constructor(private side: number) { super('square') } area() { return this.side ** 2 } }
    enum Colour { Red, Green = Red + 5, Blue = Math.max(1, 2) }
    const enum Inlined { A = 1 }
    namespace Space { export const made = () => 'made'; export function f(this: void, a?: number) { return a ?? made() } export namespace Deep { export class C { m() { return f(1) } } } }
    namespace Space { export const again = () => f() }
    function asserts(x: unknown): asserts x is string { if (typeof x !== 'string') throw new TypeError('no') }
    const generic = <T,>(a: T): T => a!
    const satisfied = { f: (a: number) => a } satisfies { f: F }
    new Square(2).overload(1)
    asserts('x')
    log(new Square(3).area(), Object.keys(new Square(1)), Colour, Inlined.A, Space.f(), Space.again(), new Space.Deep.C().m(), generic(1), satisfied.f(2), new Square(1).p)
  `
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    useDefineForClassFields: true,
  }
  const byTypescript = await expectSame(ts.transpileModule(source, { compilerOptions: options }).outputText)
  const byEsbuild = await expectSame((await transform(source, { loader: 'ts', target: 'es2022' })).code)
  expect(byEsbuild.log).toEqual(byTypescript.log)
  const dir = scratchDir()
  writeFileSync(join(dir, 'main.mts'), source.replaceAll('log(', 'console.log('))
  writeFileSync(join(dir, 'types.cts'), `import type { X } from './x'\nclass Only { a: number = 1 }\nexport = Only`)
  writeFileSync(
    join(dir, 'uses.mts'),
    `import Only from './types.cjs'\nimport type { Nothing } from './missing.js'\nexport type { Nothing }\nconsole.log(new Only().a)`,
  )
  const recorded = await runNode(['main.mts'], { cwd: dir, level: 'statements' })
  expect(recorded).toMatchObject({ stderr: '', code: 0, stdout: expect.stringContaining('made made') as string })
  expect(await runNode(['uses.mts'], { cwd: dir, level: 'statements' })).toMatchObject({ stdout: '1\n', stderr: '', code: 0 })
})

test('trap-42-syntax-of-the-present-standard', async () => {
  const { log } = await expectSame(
    `
    const v = /[\\p{L}--[a-z]]/v.test('A'), named = 'x1'.replace(/(?<l>x)/, '$<l>!'), modifier = /(?<=a)b/d.test('ab')
    const f = (a, ...[b, c]) => a ??= b ||= c
    class A { static #x = 1; static has(o) { return #x in o } static { this.y = A.#x } }
    async function g() { for (const x of [1]) { label: for await (const y of [x]) { if (y) continue label } } try { await import('data:text/javascript,export default 1') } catch { return 1_000n ** 2n } return 1_000n }
    log(v, named, modifier, f(null, 0, 2), A.has(A), A.y, 0b11 + 0o17, a?.b?.[0]?.(), new.target === undefined)
    var a
    g().then(log)
  `.replace(', new.target === undefined', ''),
  )
  expect(log[0]).toBe('true "x!1" true 2 true 1 18 undefined')
  const dir = scratchDir()
  writeFileSync(join(dir, 'config.json'), '{ "a": 1 }')
  writeFileSync(
    join(dir, 'main.mjs'),
    `#!/usr/bin/env node\nimport config from './config.json' with { type: 'json' }\nconst f = async () => (await import('./config.json', { with: { type: 'json' } })).default.a\nconsole.log(config.a, await f())`,
  )
  for (const level of ['values', 'statements'])
    expect(await runNode(['main.mjs'], { cwd: dir, level })).toEqual({ stdout: '1 1\n', stderr: '', code: 0 })
  // `using` is parsed and probed as it stands; this Node runs it lowered.
  const using = `
    const open = name => ({ [Symbol.dispose]() { log('closed ' + name) }, async [Symbol.asyncDispose]() { await null; log('closed later ' + name) } })
    function f(a) { using x = open('x'); using y = open('y'); if (a) return 'returned'; throw new Error('thrown') }
    async function g() { await using z = open('z'); for (using w of [open('w')]) log('in loop'); { using v = open('v') } return 'done' }
    log(f(1)); try { f(0) } catch (error) { log(error.message) }
    g().then(log)`
  const lower = async (text: string): Promise<string> => (await transform(text, { target: 'es2022', supported: { using: false } })).code
  const said = async (text: string): Promise<string[]> => {
    const lines: string[] = []
    const log_ = (line: string): void => void lines.push(line)
    new Function('log', `Symbol.dispose ??= Symbol.for('d'); Symbol.asyncDispose ??= Symbol.for('ad'); ${await lower(text)}`)(log_)
    for (let turn = 0; turn < 8; turn++) await new Promise(resolve => setImmediate(resolve))
    return lines
  }
  for (const level of ['values', 'statements'] as const) {
    const { code, manifest } = probe(using, 'script', level)
    expect(manifest.probes.length).toBeGreaterThan(3)
    expect(await said(code)).toEqual(await said(using))
  }
  expect(await said(using)).toContain('closed later z')
})
