// Writes the programs that the runtime suites run, plain and instrumented by the real `instrument`, every function of them: one module
// each, its packages bundled into it. Once a run; the suites' processes only load them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { withFloor } from './floor.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const built = file => fileURLToPath(new URL(`../../packages/runtime/dist/${file}`, import.meta.url))
export const HOOK_URL = pathToFileURL(built('hook.mjs')).href

/** What a program is compiled for: probes of this level stand in it, whatever is recorded of them. */
const COMPILED = {
  plain: undefined,
  plainWarm: undefined,
  off: 'values',
  demoted: 'values',
  calls: 'calls',
  count: 'count',
  values: 'values',
  raw: 'values',
  statements: 'statements',
}
/** Level given to the recorder. `demoted`: built for values, recorded as calls. `raw`: values without a governor. */
export const RECORDED = { off: 'off', demoted: 'calls', calls: 'calls', count: 'count', values: 'values', raw: 'values', statements: 'statements' }

/** Programs with the least that any recorder could insert instead of our probes; see floor.mjs. */
const FLOORS = { floorOff: 'off', floorCalls: 'pair' }

/** Options of the recorder for a level: all but `values` run without a governor, so that what is measured is what the level costs. */
export const optionsFor = level => (level === 'values' ? {} : { overhead: 0 })

/** README files of pinned packages: Markdown as people write it. */
function markdown() {
  const names = ['marked', 'markdown-it', 'fastify', 'immer', 'express', 'zod', 'rxjs', 'xstate', 'three', 'vite', 'esbuild', 'svelte']
  const texts = names
    .map(name => join(here, '../../node_modules', name))
    .flatMap(dir => ['README.md', 'Readme.md', 'readme.md'].map(file => join(dir, file)))
  const found = texts.filter(file => existsSync(file)).map(file => readFileSync(file, 'utf8'))
  const text = found.join('\n\n').slice(0, 30_000)
  if (text.length < 20_000) throw new Error('too few README files are installed')
  return text
}
/** Text of the programs beside this file: JavaScript as people write it. */
const scripts = () => ['richards', 'delta-blue', 'json-parser', 'json-server'].map(name => readFileSync(join(here, `programs/${name}.mjs`), 'utf8'))

const PROGRAMS = {
  marked: () => `import { marked } from 'marked'\nconst text = ${JSON.stringify(markdown())}\nexport const main = () => marked.parse(text)`,
  'markdown-it': () =>
    `import MarkdownIt from 'markdown-it'\nconst text = ${JSON.stringify(markdown())}\nconst md = new MarkdownIt({ html: true, linkify: true })\nexport const main = () => md.render(text)`,
  acorn: () => `import { parse } from 'acorn'
const texts = ${JSON.stringify(scripts())}
const sizeOf = text => { const tree = parse(text, { ecmaVersion: 'latest', sourceType: 'module' }); return tree.body.length + tree.end }
export const main = () => texts.reduce((sum, text) => sum + sizeOf(text), 0)`,
  'json-parser': () => readFileSync(join(here, 'programs/json-parser.mjs'), 'utf8').replace(/export const (check|expected) .*/g, ''),
  richards: () => readFileSync(join(here, 'programs/richards.mjs'), 'utf8'),
  'delta-blue': () => readFileSync(join(here, 'programs/delta-blue.mjs'), 'utf8'),
  service: () => readFileSync(join(here, 'programs/json-server.mjs'), 'utf8'),
}
export const PROGRAM_NAMES = Object.keys(PROGRAMS).filter(name => name !== 'service')

/** File of the program as it is built for `level`; makes it when this run has not yet. `source` is given for programs that are not in the list. */
export async function programFile(name, level, source = PROGRAMS[name]) {
  const dir = process.env.BENCH_WORK
  if (!(level in COMPILED) && !(level in FLOORS)) throw new Error(`no level ${level}`)
  const file = join(dir, `${name}.${COMPILED[level] ?? (level in FLOORS ? level : 'plain')}.mjs`)
  if (existsSync(file)) return file
  const plain = join(dir, `${name}.plain.mjs`)
  if (!existsSync(plain)) {
    const { build } = await import('esbuild')
    const stdin = { contents: source(), resolveDir: join(here, '../..'), sourcefile: `${name}.mjs` }
    await build({ stdin, bundle: true, format: 'esm', platform: 'node', target: 'es2022', outfile: plain, logLevel: 'error' })
  }
  if (file === plain) return plain
  if (level in FLOORS) {
    writeFileSync(file, withFloor(readFileSync(plain, 'utf8'), FLOORS[level]))
    return file
  }
  const { instrument } = await import('@hindscope/instrument')
  const code = readFileSync(plain, 'utf8')
  const result = instrument(code, { id: `${name}.mjs`, plan: { level: COMPILED[level] }, hook: 'import', hookModule: HOOK_URL })
  if (result.code === code) throw new Error(`${name} was not instrumented: ${JSON.stringify(result.diagnostics)}`)
  writeFileSync(file, result.code)
  return file
}
