/** Catalogue section 7.7 (and rows 38 and 39): how probes get into programs, with real bundlers, processes and pages. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { instrument } from '@hindscope/instrument'
import { parse } from 'acorn'
import * as esbuild from 'esbuild'
import hindscopeEsbuild from 'hindscope/esbuild'
import type { HindscopeOptions } from 'hindscope'
import type { Plugin, PluginOption } from 'vite'
import { afterAll, describe, expect, test } from 'vitest'
import { BUNDLERS, build, tinyDir } from '../bundlers/builds.ts'
import { manifestsOf, recordedCalls, run, scratchDir } from '../bundlers/recording.ts'
import { buildPage, closeBrowser, openPage, project, serveDir } from './pages.ts'
import { runNode } from './processes.ts'
import { expectSame, probe } from './programs.ts'

afterAll(closeBrowser)

const textOf = (dir: string, ext = '.js'): string =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ext))
    .map(name => readFileSync(join(dir, name), 'utf8'))
    .join('\n')

const PAGE = '<!doctype html><title>t</title><body><script type="module" src="/src/main.js"></script>'

test('trap-38-assets-workers-and-virtual-modules-are-what-they-were', async () => {
  const files = {
    'index.html': PAGE,
    'src/main.js': `import raw from './text.js?raw'\nimport url from './text.js?url'\nimport json from './data.json'\nimport css from './style.css?inline'\nimport InlineWorker from './worker.js?worker&inline'\nimport Named from './worker.js?worker'\nimport virtual from 'virtual:thing'\nimport.meta.glob('./globbed/*.js', { eager: true, query: '?raw' })
      const ask = worker => new Promise(resolve => { worker.onmessage = event => resolve(event.data); worker.onerror = event => resolve(event.message); worker.postMessage(20) })
      Promise.all([ask(new InlineWorker()), ask(new Named()), ask(new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }))]).then(async answers => {
        window.result = [raw, typeof url, json, css.includes('red'), virtual(), answers, (await (await fetch(url)).text()).length > 0]
      })`,
    'src/text.js': `export const f = a => a\n`,
    'src/globbed/one.js': `export const g = 1\n`,
    'src/data.json': '{ "a": 1 }',
    'src/style.css': 'b { color: red }',
    'src/worker.js': `import { twice } from './twice.js'\nself.onmessage = event => self.postMessage(twice(event.data))`,
    'src/twice.js': `export function twice(n) { return n * 2 }`,
  }
  const virtual: Plugin = {
    name: 'thing',
    resolveId: id => (id === 'virtual:thing' ? '\0virtual:thing.js' : undefined),
    load: id => (id === '\0virtual:thing.js' ? 'export default () => "virtual"' : undefined),
  }
  const results: unknown[] = []
  for (const options of [undefined, { level: 'statements' } as HindscopeOptions]) {
    const root = project(files)
    const dir = await buildPage({ root, options, plugins: [virtual], config: { worker: { format: 'es' }, build: { assetsInlineLimit: 0 } } })
    const { page, problems } = await openPage(await serveDir(dir))
    await page.waitForFunction('window.result')
    results.push([await page.evaluate('window.result'), problems])
    if (options)
      expect(
        manifestsOf(join(root, '.hindscope'))
          .map(({ id }) => id)
          .sort(),
      ).toEqual(['src/main.js', 'src/twice.js', 'src/worker.js'])
  }
  expect(results[0]).toEqual([[files['src/text.js'], 'string', { a: 1 }, true, 'virtual', [40, 40, 40], true], []])
  expect(results[1]).toEqual(results[0])
}, 120_000)

test('trap-39-dependencies-are-left-alone-and-minified-code-runs', async () => {
  const minified = (
    await esbuild.transform(
      `export function make(n) { const list = []; for (let i = 0; i < n; i++) list.push(() => i); return list.map(f => f()) }\nexport class K { #x = 1; get x() { return this.#x } }`,
      { minify: true },
    )
  ).code
  const dir = scratchDir()
  writeFileSync(join(dir, 'vendor.min.mjs'), minified)
  writeFileSync(join(dir, 'main.mjs'), `import { make, K } from './vendor.min.mjs'\nconsole.log(make(3).join(), new K().x)`)
  expect(await runNode(['main.mjs'], { cwd: dir, level: 'statements' })).toEqual({ stdout: '0,1,2 1\n', stderr: '', code: 0 })
  const root = project({
    'index.html': PAGE,
    'src/main.js': `import { f } from 'dep'\nconst g = a => f(a)\nconsole.log(g(1))`,
    'node_modules/dep/package.json': '{ "name": "dep", "main": "index.js", "type": "module" }',
    'node_modules/dep/index.js': 'export const f = a => a',
  })
  await buildPage({ root, options: {} })
  expect(manifestsOf(join(root, '.hindscope')).map(({ id }) => id)).toEqual(['src/main.js'])
}, 120_000)

test('trap-62-a-module-without-probes-keeps-the-map-it-had', async () => {
  const files = {
    'index.html': PAGE,
    'src/main.js': `import { table } from './table.gen'\nconst f = a => a\nwindow.result = f(table.one)`,
    'src/table.gen': `one: 1`,
  }
  const map = { version: 3, sources: ['table.gen'], sourcesContent: ['one: 1'], names: [], mappings: 'AAAA' }
  const generator: Plugin = {
    name: 'gen',
    transform: (_code, id) => (id.endsWith('.gen') ? { code: 'export const table = { one: 1 }', map: map as never } : undefined),
  }
  const sources: unknown[] = []
  for (const options of [undefined, {}] as const) {
    const root = project(files)
    const dir = await buildPage({ root, options, plugins: [generator], config: { build: { sourcemap: true } } })
    const maps = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.map'))
    const found = maps.map(name => JSON.parse(readFileSync(join(dir, name), 'utf8')) as { sources: string[]; sourcesContent: string[] })
    sources.push(
      found
        .flatMap(each => each.sources.map((source, at) => [source.replace(/^.*\/src\//, ''), each.sourcesContent[at]]))
        .filter(([name]) => name === 'main.js' || name === 'table.gen'),
    )
  }
  expect(sources[1]).toEqual(sources[0])
  expect(sources[0]).toContainEqual(['table.gen', 'one: 1'])
}, 120_000)

test.each(['webpack', 'rspack'] as const)('trap-63-child-compilations-filter-as-the-main-one: %s', async bundler => {
  const dir = project({
    'main.js': `import { Worker } from 'worker_threads'\nconst ask = n => new Promise(resolve => { const w = new Worker(new URL('./worker.js', import.meta.url)); w.on('message', resolve); w.postMessage(n) })\nask(21).then(m => console.log(m))`,
    'worker.js': `import { parentPort } from 'worker_threads'\nimport { dep } from './node_modules/dep/index.js'\nconst twice = n => dep(n * 2)\nparentPort.on('message', n => { parentPort.postMessage(twice(n)); parentPort.close() })`,
    'node_modules/dep/index.js': 'export const dep = a => a',
  })
  for (const plugins of [[], [{ include: [`${dir}/*.js`] }]]) {
    const dataDir = scratchDir()
    const built = await build({
      bundler,
      mode: 'development',
      plugins,
      entry: join(dir, 'main.js'),
      outDir: join(dir, plugins.length > 0 ? 'probed' : 'plain'),
      dataDir,
    })
    expect(built.messages).toEqual([])
    expect(await run([built.file], { dataDir })).toMatchObject({ stdout: '42\n', stderr: '', code: 0 })
    if (plugins.length > 0) {
      expect(
        manifestsOf(dataDir)
          .map(({ id }) => id.split('/').at(-1))
          .sort(),
      ).toEqual(['main.js', 'worker.js'])
      expect(recordedCalls(dataDir).filter(line => line.startsWith('call-enter twice'))).toEqual(['call-enter twice(21)'])
    }
  }
})

test('trap-64-compilers-see-the-source-and-probes-keep-its-names', async () => {
  const files = {
    'index.html': PAGE.replace('main.js', 'main.tsx'),
    'src/main.tsx': `enum Kind { A = 'a' }\nclass Cart<T> { constructor(private readonly items: T[]) {} total = (): number => this.items.length }\nexport function start(kind: Kind): number { return new Cart<Kind>([kind]).total() }\n;(window as any).result = start(Kind.A)`,
  }
  const root = project(files)
  const given: string[] = []
  const early: Plugin = { name: 'early', enforce: 'pre', transform: (code, id) => void (id.includes('/src/') && given.push(code)) }
  const dir = await buildPage({ root, options: {}, plugins: [early as PluginOption] })
  expect(given).toEqual([files['src/main.tsx']])
  const [manifest] = manifestsOf(join(root, '.hindscope'))
  expect(manifest?.probes.flatMap(found => (found.kind === 'function' ? [`${found.name}:${found.range[0]}`] : []))).toEqual(
    expect.arrayContaining(['Cart.constructor:2', 'Cart.total:2', 'start:3']),
  )
  const { page } = await openPage(await serveDir(dir))
  expect(await page.evaluate('window.result')).toBe(1)
}, 120_000)

test('trap-65-esbuild-chains-loaders-and-keeps-metafile-and-unbundled-builds', async () => {
  const dir = project({
    'main.js': `import text from './note.txt'\nimport own from './own.js'\nimport { f } from './f.ts'\nconsole.log(text.length, own(), f(2))`,
    'note.txt': 'hello',
    'own.js': 'replaced by the first plugin',
    'f.ts': 'export const f = (a: number): number => a * 2',
  })
  const first: esbuild.Plugin = {
    name: 'first',
    setup: setup => void setup.onLoad({ filter: /own\.js$/ }, () => ({ contents: 'export default () => "own"', loader: 'js' })),
  }
  const bundle = (plugins: esbuild.Plugin[], more: esbuild.BuildOptions): Promise<esbuild.BuildResult> =>
    esbuild.build({
      absWorkingDir: dir,
      entryPoints: ['main.js'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: join(dir, 'out.mjs'),
      metafile: true,
      logLevel: 'silent',
      plugins,
      ...more,
    })
  const ours = (): esbuild.Plugin => hindscopeEsbuild({ dataDir: join(dir, '.hindscope') }) as unknown as esbuild.Plugin
  const inputs = (result: esbuild.BuildResult): string[] =>
    Object.keys(result.metafile?.inputs ?? {})
      .filter(name => !/hindscope|runtime|protocol/.test(name))
      .sort()
  const plain = await bundle([first], {})
  const probed = await bundle([first, ours()], {})
  expect(inputs(probed)).toEqual(inputs(plain))
  expect([plain.warnings, probed.warnings]).toEqual([[], []])
  expect((await run(['out.mjs'], { dataDir: join(dir, '.hindscope'), cwd: dir })).stdout).toBe('5 own 4\n')
  expect(manifestsOf(join(dir, '.hindscope')).map(({ id }) => id)).toEqual(['f.ts'])
  await bundle([ours()], { bundle: false, entryPoints: ['f.ts'], outfile: join(dir, 'unbundled.mjs') })
  writeFileSync(join(dir, 'uses.mjs'), `import { f } from './unbundled.mjs'\nconsole.log(f(4))`)
  expect(await run(['uses.mjs'], { dataDir: join(dir, '.hindscope'), cwd: dir })).toMatchObject({ stdout: '8\n', stderr: '' })
})

test('trap-66-text-with-probes-is-not-probed-again', async () => {
  const code = 'export const f = a => a\n'
  const once = instrument(code, { id: 'a.js' })
  const twice = instrument(once.code, { id: 'a.js' })
  expect([twice.code, twice.manifest.probes]).toEqual([once.code, []])
  expect(twice.diagnostics).toMatchObject([{ code: 'instrument-already', severity: 'warning' }])
  // Nor a package that was published from an instrumented build, by a printer that dropped the marks.
  for (const minify of [false, true]) {
    const printed = (await esbuild.transform(once.code, { minify })).code
    expect(instrument(printed, { id: 'b.js' })).toMatchObject({ code: printed, diagnostics: [{ code: 'instrument-already' }] })
    const { log } = await expectSame(
      { 'main.js': `import { f } from './f.js'\nconst g = () => f(1)\nlog(g())`, 'f.js': printed },
      { types: ['module'] },
    )
    expect(log).toEqual(['1'])
  }
})

test.each(['webpack', 'rspack'] as const)('trap-67-persistent-caches-answer-with-what-was-asked-for: %s', async bundler => {
  const dir = project({ 'main.js': `const f = a => a\nconsole.log(f(1))` })
  const require = createRequire(join(tinyDir(bundler), 'package.json'))
  const bundlerModule = (await import(pathToFileURL(require.resolve(bundler === 'webpack' ? 'webpack' : '@rspack/core')).href)) as {
    default?: unknown
    rspack?: unknown
  }
  const create = (bundlerModule.rspack ?? bundlerModule.default) as (config: object) => {
    run(done: (error: unknown, stats: { hasErrors(): boolean }) => void): void
    close(done: () => void): void
  }
  const plugin = ((await import(/* @vite-ignore */ `hindscope/${bundler}`)) as { default: (options: HindscopeOptions) => unknown }).default
  const text = async (options: HindscopeOptions | undefined): Promise<string> => {
    const cache = { type: 'filesystem', cacheDirectory: join(dir, 'cache') }
    const storage = { type: 'persistent', storage: { type: 'filesystem', directory: join(dir, 'cache') } }
    const compiler = create({
      context: dir,
      mode: 'development',
      target: 'node',
      devtool: false,
      entry: './main.js',
      output: { path: join(dir, 'out'), filename: 'main.cjs' },
      cache: bundler === 'webpack' ? cache : storage,
      infrastructureLogging: { level: 'none' },
      plugins: options ? [plugin({ dataDir: join(dir, '.hindscope'), ...options })] : [],
    })
    await new Promise<void>((resolve, reject) => compiler.run((error, stats) => (error || stats.hasErrors() ? reject(error as Error) : resolve())))
    await new Promise<void>(resolve => compiler.close(resolve))
    return readFileSync(join(dir, 'out/main.cjs'), 'utf8')
  }
  const probes = (built: string): string => (built.includes('$hF') ? (built.includes('.e(') ? 'values' : 'calls') : 'none')
  const said: string[] = []
  for (const options of [undefined, {}, {}, { level: 'calls' as const }, { enabled: false }, undefined, {}]) said.push(probes(await text(options)))
  expect(said).toEqual(['none', 'values', 'values', 'calls', 'none', 'none', 'values'])
  expect(manifestsOf(join(dir, '.hindscope')).length).toBeGreaterThan(1)
})

describe('trap-68-dead-code-stays-dead', () => {
  const files = {
    'main.js': `import { used } from './lib.js'\nconsole.log(used(1))`,
    'lib.js': `export function used(a) { return a }\nexport function deadFunction() { return 'DEAD1' }\nexport class DeadClass { static make = /*#__PURE__*/ compute(() => 'DEAD2'); static cache = new Map(); m() { return 'DEAD3' } }\nexport const deadCall = /*#__PURE__*/ compute(() => 'DEAD4')\nfunction compute(f) { return f() }\nexport const deadArrow = () => 'DEAD5'\nexport default /* @__PURE__ */ compute(function () { return 'DEAD6' })`,
    'side.js': `export function unusedModule() { return 'DEAD7' }`,
    'all.js': `export * from './lib.js'\nexport * from './side.js'`,
    'package.json': '{ "type": "module", "sideEffects": false }',
  }
  test.each(BUNDLERS.filter(bundler => bundler !== 'webpack' && bundler !== 'rspack'))('%s', async bundler => {
    const dir = project(files)
    writeFileSync(join(dir, 'main.js'), files['main.js'].replace('lib.js', 'all.js'))
    const dead = async (plugins: HindscopeOptions[]): Promise<string[]> => {
      const built = await build({
        bundler,
        mode: 'production',
        plugins,
        entry: join(dir, 'main.js'),
        outDir: join(dir, `out${plugins.length}`),
        dataDir: join(dir, '.hindscope'),
      })
      expect(built.messages).toEqual([])
      expect((await run([built.file], { dataDir: scratchDir() })).stdout).toBe('1\n')
      return [...new Set(readFileSync(built.file, 'utf8').match(/DEAD\d/g) ?? [])]
    }
    expect(await dead([{ production: true, include: [`${dir}/*.js`] }])).toEqual(await dead([]))
  })
})

test('trap-69-inserted-syntax-is-no-newer-than-the-source', async () => {
  const es5 = `var f = function (a, b) { try { return a } catch (e) { throw e } finally { b() } };\nfunction g() { for (var i = 0; i < arguments.length; i++) { if (i) continue } switch (1) { case 1: f(1); break } var o = { get x() { return 1 }, m: function () { return this } }; return o }\nmodule.exports = g`
  for (const level of ['values', 'statements'] as const) {
    const commonjs = instrument(es5, { id: 'a.js', sourceType: 'commonjs', plan: { level } })
    expect(commonjs.manifest.probes.length).toBeGreaterThan(3)
    parse(commonjs.code, { ecmaVersion: 5, sourceType: 'script', allowReturnOutsideFunction: true })
    parse(instrument(es5.replace(/module.*/, ''), { id: 'a.js', sourceType: 'script', plan: { level } }).code, {
      ecmaVersion: 5,
      sourceType: 'script',
    })
    const es2015 = 'export default class A { *g() { yield 1 } m(a = () => 1) { return super.toString() + a } }'
    parse(instrument(es2015, { id: 'a.js', plan: { level } }).code, { ecmaVersion: 2015, sourceType: 'module' })
    const es2017 = 'export const f = async a => { await a; try { return 1 } catch (e) { return e } }'
    parse(instrument(es2017, { id: 'a.js', plan: { level } }).code, { ecmaVersion: 2017, sourceType: 'module' })
  }
  // With a target, the whole bundle is lowered after the probes went in, the runtime with it.
  const root = project({ 'index.html': PAGE, 'src/main.js': `const f = async a => a?.b ?? (await a)\nf(1).then(v => { window.result = v })` })
  const dir = await buildPage({ root, options: {}, config: { build: { target: 'es2017' } } })
  const script = textOf(dir)
  expect(script).toContain('$h')
  parse(script, { ecmaVersion: 2017, sourceType: 'module' })
  const { page, problems } = await openPage(await serveDir(dir))
  await page.waitForFunction('window.result === 1')
  expect(problems).toEqual([])
}, 120_000)

test('trap-70-strange-paths-and-names-are-escaped', async () => {
  const strange = [
    'quo\'te".js',
    'back`tick${x}.js',
    'line\u2028sep.js',
    '<\u002fscript>.js'.replace('/', '⁄'),
    'ünï cödé #1.js',
    '__proto__.js',
    '*/ comment.js',
  ]
  for (const id of strange) {
    const { code, manifest } = instrument(`export const f = a => a\n`, { id, hookModule: `./${id}\u2029</script>` })
    expect(code.split(/\r\n|[\n\r\u2028\u2029]/)).toHaveLength(2)
    parse(code, { ecmaVersion: 'latest', sourceType: 'module' })
    expect(manifest.id).toBe(id)
  }
  const source = `export const o = { ['</script>' + "'"](a) { return a }, '\\u2028': () => 1, __proto__() { return 2 }, 'constructor': function () { return 3 } }\nwindow.result = [o["</script>'"](1), o['\\u2028'](), o.constructor()]`
  // Manifests and options that end up in an inline script must not end it.
  const root = project({ 'index.html': '<!doctype html><body></body>', "src/it's <b>.js": source })
  const name = 'Project </script><script>window.broken = 1</script>'
  writeFileSync(join(root, 'index.html'), `<!doctype html><body><script type="module">import "./src/it's <b>.js"</script>`)
  const inline: Plugin = {
    name: 'inline',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const [file, chunk] of Object.entries(bundle))
        if (chunk.type === 'chunk')
          this.emitFile({ type: 'asset', fileName: 'inline.html', source: `<!doctype html><script type="module">${chunk.code}</script><p>${file}` })
    },
  }
  const dir = await buildPage({
    root,
    options: { url: `ws://127.0.0.1:1/${encodeURIComponent(name)}`, redact: ['</script><script>window.broken = 1</script>'] },
    plugins: [inline],
  })
  const { page } = await openPage(`${await serveDir(dir)}inline.html`)
  expect(await page.evaluate('[window.result, window.broken]')).toEqual(
    [[1, 1, 3], undefined].map(x => x ?? null).map((x, at) => (at === 1 ? undefined : x)),
  )
}, 120_000)

test('trap-71-strict-content-security-policy', async () => {
  const root = project({
    'index.html': PAGE,
    'src/main.js': `const f = a => a + 1\nclass A { async m() { await null; return f(1) } }\nnew A().m().then(v => { window.result = v })\nwindow.violations = []\ndocument.addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.blockedURI))`,
  })
  const dir = await buildPage({ root, options: { level: 'statements' }, config: { build: { modulePreload: { polyfill: false } } } })
  const { page, problems } = await openPage(
    await serveDir(dir, {
      'content-security-policy':
        "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
    }),
  )
  await page.waitForFunction('window.result === 2')
  expect([await page.evaluate('violations'), problems]).toEqual([[], []])
  expect(await page.evaluate('Boolean(globalThis[Symbol.for("hindscope@1")]?.registry.onModule)')).toBe(true)
  // A collector that the policy does not allow costs the recording, not the page.
  const blocked = await buildPage({ root, options: { url: 'ws://127.0.0.1:9/x' }, config: { build: { modulePreload: { polyfill: false } } } })
  const second = await openPage(await serveDir(blocked, { 'content-security-policy': "default-src 'none'; script-src 'self'" }))
  await second.page.waitForFunction('window.result === 2')
}, 120_000)

test('trap-72-code-that-runs-before-or-without-the-runtime', async () => {
  // First statement of the first module of a bundle, before anything else of it ran.
  for (const bundler of BUNDLERS) {
    const dir = project({
      'main.js': `console.log(first(1))\nimport { second } from './second.js'\nfunction first(a) { return second(a) }`,
      'second.js': `const early = third(1)\nexport function second(a) { return [a, early].join() }\nfunction third(a) { return a + 1 }`,
    })
    const dataDir = join(dir, '.hindscope')
    const built = await build({
      bundler,
      mode: 'development',
      plugins: [{ include: [`${dir}/*.js`] }],
      entry: join(dir, 'main.js'),
      outDir: join(dir, 'out'),
      dataDir,
    })
    expect(await run([built.file], { dataDir })).toMatchObject({ stdout: '1,2\n', stderr: '', code: 0 })
    expect(recordedCalls(dataDir).filter(line => line.startsWith('call-enter'))).toEqual([
      'call-enter third(1)',
      'call-enter first(1)',
      'call-enter second(1)',
    ])
  }
  // No runtime at all: scripts find nothing on globalThis and run on.
  const { code } = probe(
    'function f(a) { try { return [a].map(x => x)[0] } finally { g() } }\nasync function g() { for await (const x of [1]) await x }\nconsole.log(f(1))',
    'script',
    'statements',
  )
  const dir = project({ 'main.cjs': code })
  expect(await runNode(['main.cjs'], { cwd: dir })).toEqual({ stdout: '1\n', stderr: '', code: 0 })
})

describe('trap-77-vitest-with-its-realms-resets-and-coverage', () => {
  const files = {
    'src/sum.ts': `export interface Item { price: number }\nlet loads = 0\nloads++\nexport function sum(items: Item[]): number {\n  if (items.length === 0) return 0\n  return items.map(item => item.price).reduce((a, b) => a + b, 0)\n}\nexport const unused = (): number => {\n  return 1\n}\nexport const loaded = (): number => loads\n`,
    'test/sum.test.ts': `import { expect, test, vi } from 'vitest'\nimport { loaded, sum } from '../src/sum'\ntest('sums', () => { expect(sum([{ price: 1 }, { price: 2 }])).toBe(3); expect(sum.toString()).toContain('items.map((item) => item.price)'); expect(sum.toString()).not.toContain('$h') })\ntest('written', () => new Promise(resolve => setTimeout(resolve, 300)))\ntest('fake timers', async () => { vi.useFakeTimers(); const f = vi.fn(() => 1); setTimeout(f, 1000); vi.advanceTimersByTime(1000); expect(f).toHaveBeenCalledTimes(1); vi.useRealTimers() })\ntest('resets', async () => { vi.resetModules(); const again = await import('../src/sum'); expect(again.sum).not.toBe(sum); expect(again.loaded()).toBe(1); expect(loaded()).toBe(1) })\ntest('spies', async () => { const o = { sum }; const spy = vi.spyOn(o, 'sum'); expect(o.sum([])).toBe(0); expect(spy).toHaveBeenCalledWith([]) })\ntest('snapshot', () => { expect([sum.name, sum.length, { sum }]).toMatchInlineSnapshot(\`\n  [\n    "sum",\n    1,\n    {\n      "sum": [Function],\n    },\n  ]\n\`) })\n`,
  }
  const vitestBin = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
  const hindscopeUrl = import.meta.resolve('hindscope/vite')
  test.each(['forks', 'threads', 'vmThreads', 'vmForks'])('%s', async pool => {
    const said: unknown[] = []
    for (const recorded of [false, true]) {
      const dir = project(files)
      const vitestUrl = pathToFileURL(join(vitestBin, '../dist/config.js')).href
      writeFileSync(
        join(dir, 'vitest.config.mjs'),
        `import { defineConfig } from ${JSON.stringify(vitestUrl)}\n${recorded ? `import hindscope from ${JSON.stringify(hindscopeUrl)}\n` : ''}export default defineConfig({ plugins: [${recorded ? `hindscope({ level: 'statements', exclude: ['**/node_modules/**', '**/test/**'] })` : ''}], resolve: { alias: { vitest: ${JSON.stringify(join(vitestBin, '../dist/index.js'))} } }, test: { pool: '${pool}', coverage: { enabled: ${pool === 'forks'}, provider: 'v8', include: ['src/**'], reporter: ['json-summary'] } } })`,
      )
      const { code, stdout, stderr } = await run([vitestBin, 'run', '--root', dir, '--reporter=json'], {
        dataDir: join(dir, '.hindscope'),
        cwd: fileURLToPath(new URL('../../', import.meta.url)),
        env: { HINDSCOPE_FLUSH_MS: '20', VITEST: '', VITEST_WORKER_ID: '', VITEST_POOL_ID: '', CI: '1' },
      })
      const report = JSON.parse(stdout.slice(stdout.indexOf('{"'))) as {
        testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[]
      }
      const outcome = report.testResults.flatMap(({ assertionResults }) =>
        assertionResults.map(({ title, status, failureMessages }) => [title, status, failureMessages.map(message => message.split('\n')[0])]),
      )
      expect(outcome, stderr).toEqual(['sums', 'written', 'fake timers', 'resets', 'spies', 'snapshot'].map(title => [title, 'passed', []]))
      // What coverage counts gets no probes.
      const isCounted = pool === 'forks'
      const counted = isCounted ? readFileSync(join(dir, 'coverage/coverage-summary.json'), 'utf8').replaceAll(dir, '') : ''
      said.push([code, counted])
      if (recorded) expect(recordedCalls(join(dir, '.hindscope')).some(line => line.startsWith('call-enter sum('))).toBe(!isCounted)
    }
    expect(said[1]).toEqual(said[0])
  })
})

test('trap-78-hashes-and-snapshots-of-function-text-stay', async () => {
  const { log } = await expectSame(`
    const memo = new Map()
    const byText = f => { const key = f.name + f.length; if (!memo.has(key)) memo.set(key, f()); return memo.get(key) }
    const style = (strings, ...parts) => strings.raw.join('|') + parts.map(part => typeof part === 'function' ? part({ x: 1 }) : part).join()
    log(byText(() => 1), style\`color: \${props => props.x}; \\u0041 \${2}\`)
    const cached = strings => strings; const tag = () => cached\`same\`; log(tag() === tag(), tag()[0])
  `)
  expect(log).toContain('true "same"')
  const dir = project({
    'main.mjs': `import { createHash } from 'node:crypto'\nfunction Component({ a }) { const inner = () => a; return [inner(), (() => { try { return 1 } finally { a++ } })()] }\nclass C { static s = 1; async *m(a) { yield* [await a] } }\nconst hash = f => createHash('sha1').update(f.toString()).digest('hex')\nconsole.log(hash(Component), hash(C), hash(C.prototype.m), hash(() => Component({ a: 1 })), String(Component).length, Component({ a: 1 }).join())`,
  })
  const plain = await runNode(['main.mjs'], { cwd: dir })
  for (const level of ['values', 'statements']) expect(await runNode(['main.mjs'], { cwd: dir, level })).toEqual(plain)
})

test('trap-81-an-edited-module-has-a-key-of-its-own-and-old-manifests-stay', async () => {
  const root = project({ 'index.html': PAGE, 'src/main.js': `export function f(a) { return a }\nwindow.result = f(1)` })
  await buildPage({ root, options: {} })
  const [before] = manifestsOf(join(root, '.hindscope'))
  writeFileSync(join(root, 'src/main.js'), `export function g(b) { return b }\nexport function f(a) { return a }\nwindow.result = f(1)`)
  await buildPage({ root, options: {} })
  const after = manifestsOf(join(root, '.hindscope'))
  expect(after).toHaveLength(2)
  expect(after.map(({ module }) => module)).toContain(before?.module)
  expect(new Set(after.map(({ module }) => module)).size).toBe(2)
}, 120_000)

test('trap-82-no-closure-is-added-to-a-call', () => {
  const code = `export function f(a, b) { const c = () => a; try { for (const x of b) { if (x) c(x); else a++ } } catch (e) { throw e } finally { b = 1 } return c }\nexport class A { x = f(1); static { f(2) } async m() { for await (const y of [1]) await y } *g() { yield 1 } }\nexport const arrow = (a) => a`
  const functions = (text: string): number => {
    let found = 0
    JSON.stringify(parse(text, { ecmaVersion: 'latest', sourceType: 'module' }), (key, value: unknown) => {
      if (key === 'type' && /Function|Class/.test(String(value))) found++
      return typeof value === 'bigint' ? String(value) : value
    })
    return found
  }
  // One function a module registers it; nothing is allocated for a call.
  for (const level of ['calls', 'values', 'statements'] as const) expect(functions(probe(code, 'module', level).code)).toBe(functions(code) + 1)
})
