// A generated TypeScript/TSX application built with and without the plugin. Wall and CPU time of the build call in a fresh process,
// bundler already imported. The generated corpus has the shape of an application: small modules, classes, async code, components.
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { find, fixed, table, whenCase } from '../lib/case.mjs'

export const title = 'Build time with and without the plugin'
export const notes =
  '400 generated TypeScript and TSX modules (about 1 MB), no minification, no source map asked for. Cold: no cache of any kind. `values` level.'
export const rounds = 3
const MODULES = 400
export const variants = ['vite', 'esbuild', 'rollup', 'rolldown'].flatMap(bundler => [false, true].map(plugin => ({ bundler, plugin })))

function writeCorpus(dir) {
  mkdirSync(join(dir, 'src'), { recursive: true })
  for (let m = 0; m < MODULES; m++) {
    const functions = Array.from(
      { length: 8 },
      (_, f) => `
export function compute${m}_${f}(items: readonly Item[], factor: number = ${f}): number {
  let total = 0
  for (const item of items) {
    if (item.price > factor) total += item.price * item.count
    else if (item.count === 0) continue
  }
  const rounded = Math.round(total * 100) / 100
  return items.length > 3 ? rounded : items.map(item => item.price + rounded).reduce((a, b) => a + b, 0)
}`,
    ).join('\n')
    writeFileSync(
      join(dir, 'src', `module${m}.ts`),
      `export interface Item { readonly price: number; readonly count: number }
${m > 0 ? `import { compute${m - 1}_0, Store${m - 1} } from './module${m - 1}.ts'` : ''}
${functions}
export class Store${m} {
  private items: Item[] = []
  constructor(private readonly name: string) {}
  add(item: Item): this { this.items.push(item); return this }
  get size(): number { return this.items.length }
  async load(url: string): Promise<Item[]> {
    try { const response = await Promise.resolve(url + this.name); return [...this.items, { price: response.length, count: 1 }] }
    catch (error) { console.error(error); throw error }
  }
}
${m > 0 ? `export const previous${m} = (items: Item[]) => [compute${m - 1}_0(items), new Store${m - 1}('x').size]` : `export const previous0 = (items: Item[]) => items`}
`,
    )
  }
  writeFileSync(
    join(dir, 'src', 'main.ts'),
    `${Array.from({ length: MODULES }, (_, m) => `import * as m${m} from './module${m}.ts'`).join('\n')}\nconsole.log([${Array.from({ length: MODULES }, (_, m) => `m${m}`).join(', ')}].map(m => Object.keys(m).length))\n`,
  )
}

await whenCase(import.meta, async ({ bundler, plugin }) => {
  // Inside the workspace, so that the bundlers resolve; outside every source folder.
  const dir = mkdtempSync(join(dirname(fileURLToPath(import.meta.url)), '..', '.corpus-'))
  try {
    writeCorpus(dir)
    process.chdir(dir)
    const entry = join(dir, 'src', 'main.ts')
    const out = join(dir, 'out')
    const plugins = plugin ? [(await import(`hindscope/${bundler}`)).default({ production: true, level: 'values' })] : []
    const builds = {
      vite: async () =>
        (await import('vite')).build({
          root: dir,
          logLevel: 'silent',
          configFile: false,
          mode: 'development',
          plugins,
          build: { outDir: out, minify: false, rollupOptions: { input: entry } },
        }),
      esbuild: async () =>
        (await import('esbuild')).build({ entryPoints: [entry], bundle: true, outdir: out, format: 'esm', plugins, logLevel: 'silent' }),
      rollup: async () => {
        const { transform } = await import('esbuild')
        const strip = {
          name: 'strip',
          transform: async (code, id) => (id.endsWith('.ts') ? { code: (await transform(code, { loader: 'ts' })).code, map: null } : null),
        }
        const bundle = await (await import('rollup')).rollup({ input: entry, plugins: [strip, ...plugins], logLevel: 'silent' })
        await bundle.write({ dir: out, format: 'esm' })
      },
      rolldown: async () => {
        const bundle = await (await import('rolldown')).rolldown({ input: entry, plugins, logLevel: 'silent' })
        await bundle.write({ dir: out, format: 'esm' })
      },
    }
    await import(bundler)
    const cpu = process.cpuUsage()
    const started = performance.now()
    await builds[bundler]()
    const wallMs = performance.now() - started
    const used = process.cpuUsage(cpu)
    return { wallMs, cpuMs: (used.user + used.system) / 1000 }
  } finally {
    process.chdir(tmpdir())
    rmSync(dir, { recursive: true, force: true })
  }
})

export function report(rows) {
  const lines = ['vite', 'esbuild', 'rollup', 'rolldown'].map(bundler => {
    const plain = find(rows, { bundler, plugin: false }).figures
    const ours = find(rows, { bundler, plugin: true }).figures
    return [
      bundler,
      `${fixed(plain.wallMs.median, 0)} ms (${fixed(plain.wallMs.min, 0)}–${fixed(plain.wallMs.max, 0)})`,
      `${fixed(ours.wallMs.median, 0)} ms (${fixed(ours.wallMs.min, 0)}–${fixed(ours.wallMs.max, 0)})`,
      `×${fixed(ours.wallMs.median / plain.wallMs.median)}`,
      `×${fixed(ours.cpuMs.median / plain.cpuMs.median)}`,
    ]
  })
  return table(['bundler', 'plain wall', 'with the plugin', 'wall ratio', 'CPU ratio'], lines)
}
