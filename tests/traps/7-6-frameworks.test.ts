/** Catalogue section 7.6: React, Vue and their compilers, with the real packages. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { babel } from '@rollup/plugin-babel'
import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { createServer } from 'vite'
import type { Plugin, PluginOption } from 'vite'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { manifestsOf, run } from '../bundlers/recording.ts'
import { buildPage, closeBrowser, openPage, project, serveDir, viteConfig } from './pages.ts'

afterAll(closeBrowser)

/** Remembers what every plugin before it made of the project's modules: what ours is given. */
function observer(): Plugin & { readonly seen: Map<string, string> } {
  const seen = new Map<string, string>()
  return {
    name: 'observer',
    enforce: 'post',
    seen,
    transform(code, id) {
      if (id.includes('/src/')) seen.set(id.replace(/^.*\/src\//, ''), createHash('sha256').update(code).digest('hex'))
    },
  }
}

/** Babel with the compiler alone, as its documentation has it: before every other plugin. */
const reactCompiler = (): PluginOption => ({
  ...(babel({
    babelHelpers: 'bundled',
    babelrc: false,
    configFile: false,
    extensions: ['.jsx'],
    include: '**/src/**',
    parserOpts: { plugins: ['jsx'] },
    plugins: [['babel-plugin-react-compiler', {}]],
  }) as object),
  name: 'react-compiler',
  enforce: 'pre',
})

const allText = (dir: string): string =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.js'))
    .map(name => readFileSync(join(dir, name), 'utf8'))
    .join('\n')

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

const HTML = '<!doctype html><title>t</title><body><div id="root"></div><script type="module" src="/src/main.jsx"></script>'

const COMPILED = {
  'index.html': HTML,
  'src/main.jsx': `import { createRoot } from 'react-dom/client'\nimport { List } from './list.jsx'\nwindow.renders = []\ncreateRoot(document.getElementById('root')).render(<List />)`,
  'src/list.jsx': `import { useState } from 'react'
    function Row({ item, onPick }) { window.renders.push(item.name); return <li onClick={() => onPick(item)}>{item?.label ?? item.name}</li> }
    export function List() {
      const [picked, setPicked] = useState(null)
      const [items] = useState(() => [{ name: 'a' }, { name: 'b', label: 'B' }])
      const pick = item => { try { setPicked(item.name) } catch (error) { console.error(error) } }
      return <><ul>{items.map(item => <Row key={item.name} item={item} onPick={pick} />)}</ul><p>{picked && \`picked \${picked}\`}</p><button onClick={() => setPicked('button')}>go</button></>
    }`,
}

test('trap-53-react-compiler-memoises-as-much-as-before', async () => {
  const root = project(COMPILED)
  const [plain, probed] = [observer(), observer()]
  const plainDir = await buildPage({ root, plugins: [reactCompiler(), react(), plain] })
  const probedDir = await buildPage({ root, options: { level: 'statements' }, plugins: [reactCompiler(), react(), probed] })
  // The compiler and everything behind it make the same of every module, because no probe is there yet.
  expect(probed.seen.size).toBe(2)
  expect(probed.seen).toEqual(plain.seen)
  const caches = /\$\[\d+\] [!=]==|Symbol\.for\("react\.memo_cache_sentinel"\)/g
  expect(count(allText(plainDir), caches)).toBeGreaterThan(4)
  expect(count(allText(probedDir), caches)).toBe(count(allText(plainDir), caches))
  const renders: unknown[] = []
  for (const dir of [plainDir, probedDir]) {
    const { page, problems } = await openPage(await serveDir(dir))
    await page.click('button')
    await page.click('li:nth-child(2)')
    await page.waitForFunction(() => document.querySelector('p')?.textContent === 'picked b')
    renders.push([await page.evaluate('window.renders'), await page.locator('#root').innerHTML(), problems])
  }
  expect(renders[1]).toEqual(renders[0])
  // Memoised: the clicks rendered no row again.
  expect(renders[0]).toEqual([['a', 'b'], expect.any(String), []])
}, 240_000)

const COUNTER = (text: string): string => `import { useEffect, useState } from 'react'
    export const Other = () => <i>other</i>
    export function Counter({ start = 1 }) {
      const [n, setN] = useState(start)
      useEffect(() => { window.effects = (window.effects ?? 0) + 1 }, [])
      return <button onClick={() => setN(n + 1)}>${text} {n}</button>
    }`

test('trap-54-fast-refresh-keeps-state', async () => {
  const said: string[][] = []
  for (const options of [undefined, { level: 'statements' } as const]) {
    const root = project({
      'index.html': HTML,
      'src/main.jsx': `import { createRoot } from 'react-dom/client'\nimport { Counter, Other } from './counter.jsx'\nwindow.loads = (window.loads ?? 0) + 1\ncreateRoot(document.getElementById('root')).render(<><Counter /><Other /></>)`,
      'src/counter.jsx': COUNTER('first'),
    })
    const server = await createServer(
      viteConfig({ root, options, plugins: [react()], config: { server: { port: 0, host: '127.0.0.1' }, cacheDir: join(root, '.vite') } }),
    )
    onTestFinished(() => server.close())
    await server.listen()
    const { page, problems } = await openPage(server.resolvedUrls?.local[0] ?? '')
    await page.click('button')
    await page.waitForFunction(() => document.querySelector('button')?.textContent === 'first 2')
    const registered = await server.transformRequest('/src/counter.jsx')
    // Registrations and signatures are the same text, before the probes and after.
    said.push([...(registered?.code.replaceAll(/\v[^\v]*\v/g, '').match(/\$RefreshReg\$\([^)]*\)|_s\d*\([^)]*\)|\$RefreshSig\$\(\)/g) ?? [])])
    writeFileSync(join(root, 'src/counter.jsx'), COUNTER('second'))
    await page.waitForFunction(() => document.querySelector('button')?.textContent === 'second 2', undefined, { timeout: 20_000 })
    // Vite's watcher tells of one change of a file in 50 ms and drops the others.
    await page.waitForTimeout(200)
    // Changed hooks lose the state on purpose.
    writeFileSync(join(root, 'src/counter.jsx'), COUNTER('third').replace('const [n,', 'const [unused] = useState(0)\n      const [n,'))
    await page.waitForFunction(() => document.querySelector('button')?.textContent === 'third 1', undefined, { timeout: 20_000 })
    expect(await page.evaluate('[window.loads, window.effects]')).toEqual([1, 3])
    expect(problems).toEqual([])
  }
  expect(said[0]?.length).toBeGreaterThan(3)
  expect(said[1]).toEqual(said[0])
}, 240_000)

const ELEMENTS = {
  'index.html': HTML,
  'src/main.jsx': `import { Fragment, StrictMode, Suspense, createElement, use, useEffect, useId, useMemo, useRef, useState } from 'react'
    import { createRoot } from 'react-dom/client'
    const seen = window.seen = []
    const Probe = props => { seen.push([Object.keys(props), Object.keys(props.children?.props ?? {})]); return props.children ?? null }
    let ready
    const later = new Promise(resolve => { ready = resolve })
    function Waits() { seen.push('waits'); const value = use(later); seen.push('resolved'); return <b>{value}</b> }
    let thrown
    function Throws() { if (!thrown) { thrown = new Promise(resolve => setTimeout(() => { thrown.done = true; resolve() }, 20)); seen.push('throws') } if (!thrown.done) throw thrown; return <em>thrown</em> }
    function Effects() {
      const [n, setN] = useState(() => (seen.push('state'), 0)), ref = useRef(0), id = useId(), memo = useMemo(() => (seen.push('memo'), n * 2), [n])
      useEffect(() => { seen.push('effect' + n); if (n < 2) setN(m => m + 1); return () => seen.push('cleanup' + n) }, [n])
      seen.push('render' + ++ref.current)
      return <span data-id={typeof id}>{memo}</span>
    }
    const parts = { Item: ({ children, ...rest }) => <li {...rest}>{children}</li> }
    createRoot(document.getElementById('root'), { onRecoverableError: error => seen.push(String(error)) }).render(
      <StrictMode><Probe a="1" {...{ b: 2 }}><Fragment key="f"><parts.Item className="x" {...{ title: 't' }}>text</parts.Item></Fragment></Probe>
      <Suspense fallback={<u>wait</u>}><Waits /></Suspense><Suspense fallback={null}><Throws /></Suspense><Effects />{createElement('hr')}</StrictMode>)
    setTimeout(() => ready('ready'), 50)`,
}

test('trap-55-jsx-props-are-untouched', async () => {
  const { plain, probed } = await bothPages(ELEMENTS)
  const props = (seen: unknown[]): unknown[] => seen.filter(Array.isArray)
  expect(props(plain.seen)[0]).toEqual([['a', 'b', 'children'], ['children']])
  expect(props(probed.seen)).toEqual(props(plain.seen))
  expect(probed.html).toBe(plain.html)
}, 120_000)

test('trap-56-no-hook-is-added-skipped-or-reordered', async () => {
  const { plain, probed } = await bothPages(ELEMENTS)
  const hooks = (seen: unknown[]): unknown[] => seen.filter(each => /^(state|memo|effect|cleanup|render)/.test(String(each)))
  expect(hooks(plain.seen)).toContain('cleanup0')
  expect(hooks(probed.seen)).toEqual(hooks(plain.seen))
  expect(probed.problems).toEqual(plain.problems)
}, 120_000)

test('trap-57-strict-mode-and-suspense-run-as-before', async () => {
  const { plain, probed } = await bothPages(ELEMENTS)
  expect(plain.seen).toContain('waits')
  expect(plain.seen).toContain('throws')
  expect(plain.html).toContain('<em>thrown</em>')
  expect(plain.html).toContain('<b>ready</b>')
  // How often a waiting component is tried depends on timers; that it waits, resolves and is not an error does not.
  const events = (seen: unknown[]): unknown[] => [...new Set(seen.map(String))]
  expect(events(probed.seen)).toEqual(events(plain.seen))
  expect([probed.html, probed.problems]).toEqual([plain.html, plain.problems])
}, 120_000)

interface Seen {
  readonly seen: unknown[]
  readonly html: string
  readonly problems: readonly string[]
}

let both: Promise<{ plain: Seen; probed: Seen }> | undefined
/** The page is built and run once for the tests that look at it. */
function bothPages(files: Readonly<Record<string, string>>): Promise<{ plain: Seen; probed: Seen }> {
  return (both ??= (async () => {
    const root = project(files)
    const look = async (dir: string): Promise<Seen> => {
      const { page, problems } = await openPage(await serveDir(dir))
      await page.waitForFunction(
        () => document.querySelector('em') && document.querySelector('b') && document.querySelector('span')?.textContent === '4',
      )
      return { seen: await page.evaluate('window.seen'), html: await page.locator('#root').innerHTML(), problems }
    }
    const plain = await look(await buildPage({ root, plugins: [react()] }))
    return { plain, probed: await look(await buildPage({ root, options: { level: 'statements' }, plugins: [react()] })) }
  })())
}

/** What server frameworks do with `'use server'`: a reference with an id made of the file and the text. */
const actions = (ids: string[]): Plugin => ({
  name: 'actions',
  transform(code, id) {
    if (!id.endsWith('actions.js')) return undefined
    expect(/^(?:\s|\/\/.*)*['"]use server['"]/.test(code)).toBe(true)
    ids.push(
      createHash('sha256')
        .update(`${id.replace(/^.*\/src\//, '')}${code}`)
        .digest('hex'),
    )
    return undefined
  },
})

test('trap-58-server-and-client-graphs-stay-apart-and-action-ids-stable', async () => {
  const files = {
    'index.html': HTML,
    'src/main.jsx': `'use client'\nimport { save } from './actions.js'\nexport function Page() { return save(1) }\nPage()`,
    'src/actions.js': `// saves\n'use server'\nexport async function save(a) { return a }\n`,
  }
  const root = project(files)
  const [before, after]: [string[], string[]] = [[], []]
  await buildPage({ root, plugins: [actions(before)] })
  const modules: string[] = []
  const graph: Plugin = {
    name: 'graph',
    buildEnd() {
      modules.push(...this.getModuleIds())
    },
  }
  const probed = await buildPage({ root, options: {}, plugins: [actions(after), graph] })
  expect(after).toEqual(before)
  // The runtime of a server has Node's modules; the page gets the other one.
  expect(allText(probed).includes('hindscope@1')).toBe(true)
  expect(modules.some(id => id.endsWith('/page/start.mjs'))).toBe(true)
  expect(modules.filter(id => /^node:|(?<!\/page)\/start\.mjs$|__vite-browser-external/.test(id))).toEqual([])
}, 120_000)

test('trap-59-client-and-server-load-of-one-file-are-told-apart', async () => {
  const root = project({
    'index.html': '<!doctype html><script type="module" src="/src/shared.ts"></script>',
    'src/shared.ts': `export const where: string = import.meta.env.SSR ? 'server' : 'client'\nexport function shared(a: number): number { return import.meta.env.SSR ? a : a + 1 }\n(globalThis as any).result = shared(1)\n`,
  })
  const server = await createServer(viteConfig({ root, options: {}, config: { server: { port: 0, host: '127.0.0.1' } } }))
  onTestFinished(() => server.close())
  await server.listen()
  const [client, ssr] = [await server.transformRequest('/src/shared.ts'), await server.transformRequest('/src/shared.ts', { ssr: true })]
  expect(client?.code).toContain('$h')
  expect(ssr?.code).toContain('$h')
  const { page, problems } = await openPage(server.resolvedUrls?.local[0] ?? '')
  expect([await page.evaluate('result'), problems]).toEqual([2, []])
  const keys = (code: string | undefined): string | undefined => /\.m\("([0-9a-f]{16})"/.exec(code ?? '')?.[1]
  const manifests = manifestsOf(join(root, '.hindscope'))
  for (const code of [client?.code, ssr?.code]) expect(manifests.map(({ module }) => module as string)).toContain(keys(code))
}, 120_000)

test('trap-60-vue-components-with-every-kind-of-block', async () => {
  const files = {
    'index.html': '<!doctype html><body><div id="root"></div><script type="module" src="/src/main.ts"></script>',
    'src/main.ts': `import { createApp } from 'vue'\nimport Cart from './cart.vue'\nimport Options from './options.vue'\nlet app = createApp(Cart, { start: 2 }); app.mount('#root'); document.body.append(document.createElement('section')); createApp(Options).mount('section')`,
    'src/cart.vue': `<script lang="ts">\nexport const unit: string = 'pcs'\n</script>\n<script setup lang="ts">\nimport { computed, ref, watchEffect } from 'vue'\nconst props = withDefaults(defineProps<{ start?: number }>(), { start: 1 })\nconst n = ref(props.start)\nconst twice = computed((): number => n.value * 2)\nlet runs = 0\nwatchEffect(() => { runs++; document.title = \`\${n.value}/\${runs}\` })\nfunction add(by: number): void { n.value += by }\nconst { start = 5 } = props\n</script>\n<template>\n  <button :class="$style.red" @click="add(3)" v-bind="$attrs">{{ twice }} {{ unit }} {{ start }}</button>\n  <ul><li v-for="(i, k) in n" :key="k"><slot :i="i">{{ i }}</slot></li></ul>\n</template>\n<style module>\n.red { color: rgb(255, 0, 0) }\n</style>\n<style scoped>\nli { color: v-bind('"rgb(0, 0, 255)"') }\n</style>`,
    'src/options.vue': `<template><i v-if="shown" :title="title()">{{ text }}</i></template>\n<script>\nexport default { data() { return { shown: true } }, computed: { text() { return 'options ' + this.shown } }, methods: { title() { return this.text.length } } }\n</script>`,
  }
  const html: unknown[] = []
  for (const options of [undefined, { level: 'statements' } as const]) {
    const root = project(files)
    const vuePath = new URL('../../node_modules/vue/dist/vue.runtime.esm-bundler.js', import.meta.url).pathname
    const seen = observer()
    const dir = await buildPage({ root, options, plugins: [vue() as PluginOption, seen], config: { resolve: { alias: { vue: vuePath } } } })
    const { page, problems } = await openPage(await serveDir(dir))
    await page.click('button')
    await page.waitForFunction(() => document.querySelectorAll('li').length === 5)
    const styles = await page.evaluate(() => ['button', 'li'].map(name => getComputedStyle(document.querySelector(name) as Element).color))
    const hashes = [...seen.seen].filter(([id]) => !id.includes('type=style'))
    html.push([
      (await page.locator('body').innerHTML()).replaceAll(/data-v-\w+|_red_\w+|--\w+|\/assets\/[\w-]+/g, ''),
      await page.title(),
      styles,
      problems,
      hashes.length,
    ])
  }
  expect(html[1]).toEqual(html[0])
}, 120_000)

test('trap-79-nothing-is-written-into-the-sources', async () => {
  const root = project(COMPILED)
  await buildPage({ root, options: {}, plugins: [react()] })
  for (const [name, text] of Object.entries(COMPILED)) expect(readFileSync(join(root, name), 'utf8')).toBe(text)
  expect(readdirSync(root).sort()).toEqual(['.hindscope', 'index.html', 'package.json', 'probed', 'src'])
  expect(readdirSync(join(root, 'src')).sort()).toEqual(['list.jsx', 'main.jsx'])
  // What a linter or type checker is given is what lies there; a program that runs them runs them on the same text.
  const { stdout } = await run(['-e', `process.stdout.write(require('fs').readFileSync('src/list.jsx','utf8'))`], {
    dataDir: join(root, '.hindscope'),
    cwd: root,
  })
  expect(stdout).toBe(COMPILED['src/list.jsx'])
}, 120_000)
