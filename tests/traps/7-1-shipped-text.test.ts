/** Catalogue section 7.1, row 8: functions whose text runs in another realm. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { instrument } from '@hindscope/instrument'
import { createRecorder } from '@hindscope/runtime'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import { transform } from 'esbuild'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from '../bundlers/builds.ts'
import { manifestsOf, run, scratchDir } from '../bundlers/recording.ts'
import { buildPage, closeBrowser, openPage, project, serveDir } from './pages.ts'
import { expectSame } from './programs.ts'

afterAll(closeBrowser)

const inspect = (code: string): { readonly probed: string[]; readonly said: string[] } => {
  const { manifest, diagnostics } = instrument(code, { id: 'main.js', plan: { level: 'statements' } })
  return {
    probed: manifest.probes.flatMap(found => (found.kind === 'function' && found.functionKind !== 'module' ? [found.name] : [])),
    said: diagnostics.map(({ code: said, severity, line, message }) => `${severity} ${said} ${line} ${/elsewhere \((.+?)\)/.exec(message)?.[1]}`),
  }
}

describe('trap-08-functions-sent-as-text', () => {
  test.each([
    ['page.evaluate(() => document.title)', 'evaluate'],
    ['await page.evaluate(async function (a) { const f = () => a; return f() }, 1)', 'evaluate'],
    ['page?.evaluate?.(() => 1)', 'evaluate'],
    ['this.frames[0].evaluateHandle((() => 1))', 'evaluateHandle'],
    ['context.addInitScript(() => { globalThis.x = 1 })', 'addInitScript'],
    ['page.$eval("h1", element => element.textContent)', '$eval'],
    ['page.$$eval("h1", elements => elements.map(e => e.id))', '$$eval'],
    ['driver.executeScript(function () { return window.name })', 'executeScript'],
    ['chrome.scripting.executeScript({ target, func: () => 1 })', 'executeScript'],
    ['users.find({ $where: function () { return this.age > 3 } })', '$where'],
    ['users.find({ $where() { return this.age > 3 } })', '$where'],
    ['users.$where(() => true)', '$where'],
    ['users.aggregate([{ $project: { x: { $function: { body: a => a, args: ["$a"], lang: "js" } } } }])', '$function'],
    ['new Worker(URL.createObjectURL(new Blob(["(" + function () { onmessage = () => postMessage(1) } + ")()"])))', 'Blob'],
    ['new Blob([`(${function () { return 1 }})()`])', 'Blob'],
    ['const text = `(${async () => 1})()`', 'text'],
    ['new Blob([String(() => 1)])', 'Blob'],
    ['new Function("return " + (() => 1).toString())', 'Function'],
    ['const style = useAnimatedStyle(() => ({ width: x.value }))', 'useAnimatedStyle'],
  ])('leaves it bare: %s', (code, sink) => {
    expect(inspect(code)).toEqual({ probed: [], said: [`info instrument-shipped-text 1 ${sink}`] })
  })

  test.each([
    'function main(a) { return [1].map(() => a) }\nconst work = () => main(2)\nconst text = `(${main})()`',
    'const work = () => main(2)\nconst main = a => [1].map(() => a)\nconst text = "(" + main.toString() + ")()"',
    'const work = () => { function main() { return [1].map(() => 1) } return new Blob([main]) }',
    'const work = () => page.evaluate(main)\nasync function main() { return [1].map(() => 1) }',
  ])('follows a name to the function: %s', code => {
    expect(inspect(code).probed).toEqual(['work'])
    expect(inspect(code).said).toMatchObject([expect.stringMatching(/^info instrument-shipped-text/)])
  })

  test.each([
    'const css = styled.div`color: ${props => props.color} (${p => p.x})`',
    'const text = `${describe(() => 1)}`',
    'const body = new Blob([render(() => 1)])',
    'page.exposeFunction("f", () => 1)',
    'evaluate(() => 1)',
    'const query = { where: () => 1, evaluate: () => 2 }',
    'const total = count + [1].map(() => 1).length',
    'const name = (() => 1).name',
    'const key = hash(total.toString())\nfunction total() { return 1 }',
  ])('records what is not sent: %s', code => {
    expect(inspect(code).probed).not.toEqual([])
    expect(inspect(code).said).toEqual([])
  })

  test('warns of a function from elsewhere, at the place where it is sent', () => {
    const code = 'import { collect } from "./collect.js"\nexport const run = page => page.evaluate(collect)\n'
    const { diagnostics } = instrument(code, { id: 'src/run.js' })
    expect(diagnostics).toMatchObject([{ code: 'instrument-shipped-import', severity: 'warning', file: 'src/run.js', line: 2, column: 41 }])
    expect(diagnostics[0]?.frame).toContain('page.evaluate(collect)')
    expect(inspect('import { expression } from "./x.js"\nmath.evaluate(expression)').said).toEqual([])
  })

  test('runs in another vm context, whoever prints the text, recorded or not', async () => {
    const other = createContext({})
    const program = `
      const doc = { age: 5 }
      const query = { $where: function () { const over = limit => this.age > limit; return over(3) } }
      const inline = { text: '(' + (a => [a].map(x => x * 2)[0]) + ')(21)' }
      function named(a) { return helper(a) + 1; function helper(b) { return b * 10 } }
      const text = \`(\${named})(4)\`
      log(elsewhere('(' + query.$where.toString() + ').call({ age: 5 })'), elsewhere(inline.text), elsewhere(text), named(1))
      log(elsewhere(String(new Function('return ' + named.toString())()) + '; named(2)'))
    `
    const globals = (): Record<string, unknown> => ({ elsewhere: (text: string): unknown => runInContext(text, other) })
    const { log } = await expectSame(program, { globals, unprobed: true })
    expect(log).toEqual(['true 42 41 11', '21'])
    // A printer that drops the marks around probes leaves nothing that would have to be taken out.
    const { code } = instrument(program, { id: 'main.js', sourceType: 'commonjs', hook: 'global' })
    const printed = await transform(code, { minify: true })
    const said: string[] = []
    runInContext(printed.code, createContext({ ...globals(), log: (...values: unknown[]) => said.push(values.join(' ')) }))
    expect(said).toEqual(log)
  })

  test('functions whose text is read for any other reason read as they were written, while a recorder is there', async () => {
    // Angular 1 finds dependencies by parameter names, memoizers and snapshots hash the text.
    const { log } = await expectSame(`
      function service($http, user = { a: 1 }) { return $http + user.a }
      const names = f => f.toString().match(/\\(([^)]*)\\)/)[1]
      class Component { render(props) { return props.x } get y() { return () => this.x } static #p = 1 }
      log(names(service), names((a, { b }) => a + b))
    `)
    expect(log[0]).toContain('$http, user = { a: 1 }')
    const program = `
      function f(a, b) { if (a) return b; try { throw a } catch (e) { return e } }
      class C { x = () => f(1); m(a) { return super.toString() + a } static async *s() { yield* [await 1] } get g() { return 1 } }
      const a = async x => { for await (const y of x) f(y) }
      const g = async function* () { const z = yield 1; return z }
      log(String(f), C.toString(), C.prototype.m.toString(), String(C.s), \`\${a}\`, Function.prototype.toString.call(g), f + '', new C().x.toString())
    `
    const said = (code: string, install: (realm: object) => void): unknown[] => {
      const texts: unknown[] = []
      const context = createContext({ log: (...values: unknown[]) => texts.push(...values) })
      install(runInContext('globalThis', context) as object)
      runInContext(code, context)
      return texts
    }
    const plain = said(program, () => undefined)
    expect(plain[0]).toContain('throw a')
    for (const level of ['values', 'statements'] as const) {
      const { code } = instrument(program, { id: 'main.js', sourceType: 'script', plan: { level } })
      const recorder = createRecorder({ sink: 'memory' })
      expect(said(code, realm => recorder.install(realm))).toEqual(plain)
      recorder.uninstall()
    }
  })
})

describe('trap-08-function-text-of-bundles', () => {
  // Rolldown and esbuild print code anew and Rollup cuts into it; these rename imports and top-level names, also inside our text.
  test.each(['webpack', 'rspack'] as const)('%s', async bundler => {
    const dir = scratchDir()
    const functions = `function f(a, b) { if (a) return b; try { throw a } catch (e) { return e } }
export class C { x = f(1); m(a) { for (const y of [a]) this.x = y; return super.toString() + a } static async *s() { yield* [await 1]; for await (const z of []) z } get g() { return 1 } }
const arrow = async x => (await x, x ? 1 : { a: x })
console.log(String(f), String(C), String(C.prototype.m), String(C.s), String(arrow))`
    writeFileSync(join(dir, 'other.js'), functions)
    writeFileSync(join(dir, 'main.js'), `import './other.js'\n${functions}`)
    const texts: string[] = []
    for (const plugins of [
      [],
      [{ include: [`${dir}/*.js`], level: 'values' as const }],
      [{ include: [`${dir}/*.js`], level: 'statements' as const }],
    ]) {
      const dataDir = scratchDir()
      const built = await build({
        bundler,
        mode: 'development',
        plugins,
        entry: join(dir, 'main.js'),
        outDir: join(dir, `out${texts.length}`),
        dataDir,
      })
      const ran = await run([built.file], { dataDir })
      expect(ran).toMatchObject({ stderr: '', code: 0 })
      // Bundlers name the functions and imports of several modules apart as they do without us.
      texts.push(ran.stdout)
    }
    expect(texts[1]).toBe(texts[0])
    expect(texts[2]).toBe(texts[0])
  })
})

test('trap-08-workers-made-from-text-run-in-a-page-that-vite-built', async () => {
  const root = project({
    'index.html': '<!doctype html><script type="module" src="/src/main.js"></script>',
    'src/main.js': `function twice() { const double = n => n * 2; onmessage = event => { try { postMessage(double(event.data)) } finally { close() } } }
      const ask = text => new Promise((resolve, reject) => { const worker = new Worker(URL.createObjectURL(new Blob(text, { type: 'text/javascript' }))); worker.onmessage = event => resolve(event.data); worker.onerror = event => reject(new Error(event.message)); worker.postMessage(21) })
      const all = [ask(['(', twice, ')()']), ask(['(' + (() => { onmessage = event => postMessage([event.data].map(n => n + 1)[0]) }) + ')()']), ask([\`(\${twice.toString()})()\`])]
      Promise.all(all).then(answers => { window.result = answers }, error => { window.result = error.message })`,
  })
  for (const options of [undefined, { level: 'statements' as const }]) {
    const { page, problems } = await openPage(await serveDir(await buildPage({ root, options })))
    await page.waitForFunction('window.result')
    expect([await page.evaluate('window.result'), problems]).toEqual([[42, 22, 42], []])
  }
  expect(
    manifestsOf(join(root, '.hindscope')).flatMap(({ probes }) => probes.flatMap(found => (found.kind === 'function' ? [found.name] : []))),
  ).toContain('ask')
})

describe('trap-08-functions-sent-to-a-page', () => {
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
    page = await browser.newPage()
    await page.setContent('<title>page</title><h1 id="top">Top</h1>')
  })
  afterAll(() => browser.close())

  const SCRIPT = `
    const results = []
    const limit = 3
    results.push(await page.evaluate(() => { const parts = [1, 2, 3].map(n => n * 2); class A { f = () => parts; static s = 1 } return [document.title, new A().f(), A.s] }))
    results.push(await page.evaluate(async ({ limit }) => { let n = 0; for await (const x of [1, 2, Promise.resolve(3)]) n += x; try { throw new Error('e' + n + limit) } catch (e) { return e.message } }, { limit }))
    results.push(await page.$eval('h1', function (element, suffix) { return element.textContent + suffix }, '!'))
    results.push(await page.$$eval('h1', elements => elements.map(element => element.id)))
    const handle = await page.evaluateHandle(() => ({ deep: { value: 1 } }))
    results.push(await handle.evaluate(object => object.deep.value))
    results.push(await page.locator('h1').evaluate(element => element.tagName))
    await (await page.waitForFunction(() => document.readyState === 'complete' && (() => true)())).dispose()
    results.push(await page.evaluate(collect, 5))
    function collect(count) { const inner = x => x + 1; return inner(count) }
    await page.addInitScript(() => { globalThis.early = [1].map(() => 'early')[0] })
    await page.goto('about:blank')
    results.push(await page.evaluate('early'))
    return results`
  const EXPECTED = [['page', [2, 4, 6], 1], 'e63', 'Top!', ['top'], 1, 'H1', 6, 'early']

  test.each(['printed by a tool that drops the marks', 'as instrumented', 'recorded'])('by playwright, %s', { timeout: 60_000 }, async how => {
    await page.setContent('<title>page</title><h1 id="top">Top</h1>')
    const source = `module.exports = async page => {${SCRIPT}\n}`
    const { code } = instrument(source, { id: 'script.js', sourceType: 'commonjs', hook: 'global', plan: { level: 'statements' } })
    const text = how.startsWith('printed') ? (await transform(code, {})).code : code
    const module: { exports: (page: Page) => Promise<unknown> } = { exports: () => Promise.resolve() }
    const recorder = how === 'recorded' ? createRecorder({ sink: 'memory' }) : undefined
    recorder?.install(globalThis)
    try {
      new Function('module', text)(module)
      expect(await module.exports(page)).toEqual(EXPECTED)
    } finally {
      recorder?.uninstall()
    }
  })

  test('a function that is not known to be sent is restored by the recorder', async () => {
    const source = 'module.exports = page => { const send = method => page[method]((a, b) => [a, b].map(x => x + 1), 1); return send("evaluate") }'
    const { code } = instrument(source, { id: 'script.js', sourceType: 'commonjs', hook: 'global' })
    const module: { exports: (page: Page) => Promise<unknown> } = { exports: () => Promise.resolve() }
    new Function('module', code)(module)
    // Nobody takes the probes out, and the page has no hook: this is the documented limit.
    await expect(module.exports(page)).rejects.toThrow(/ReferenceError/)
    const recorder = createRecorder({ sink: 'memory' })
    recorder.install(globalThis)
    try {
      expect(await module.exports(page)).toEqual([2, null].map(x => (x === null ? Number.NaN : x)))
    } finally {
      recorder.uninstall()
    }
  })
})
