import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as rollup from 'rollup'

export const modules = { rollup }

const root = dirname(createRequire(import.meta.url).resolve('lodash-es/package.json'))
const memory = files => ({
  name: 'memory',
  resolveId: (id, importer) => (id in files ? id : id.startsWith('./') && importer?.startsWith('lodash:') ? `lodash:${id.slice(2)}` : null),
  load: id => files[id] ?? (id.startsWith('lodash:') ? readFileSync(join(root, id.slice(7)), 'utf8') : null),
})

/** Modules that ask tree shaking, renaming and hoisting one question each. */
const SHAKEN = [
  'let x = 0; export const f = () => x++; f()',
  'class A { static #p = 1; static get p() { return A.#p } } export class B extends A {}; new B()',
  'const o = { a: 1, get b() { console.log(1); return 2 } }; o.b; export default o.a',
  'export function f(a, { b = 1, ...c } = {}) { return [a, b, c] } function g() {} g()',
  'if (false) { console.log(1) } else { var v = 2 } export { v }',
  'export const t = `a${1 + 1}b`; const u = t ? "yes" : "no"; console.log(u)',
  'function* g() { yield* [1, 2] } export const [a, b] = g()',
  'export async function f() { for await (const x of y()) await x } async function* y() {}',
  'label: for (const i of [1, 2]) { if (i) continue label; console.log(i) } export {}',
  'try { unknown() } catch ({ message }) { console.log(message) } finally { var z = 1 } export { z as "a b" }',
  'const a = /*@__PURE__*/ Symbol(); const b = /*@__PURE__*/ (() => 1)(); export { b }',
  'export let n = 1; export { n as m, n as default }; n **= 2; n ??= 3; n ||= 4',
  'switch (globalThis.x) { case 1: { let y = 1; console.log(y) } default: console.log(2) } export {}',
  'const { a: { b = 2 } = {}, ...rest } = globalThis; export { b, rest }',
  'export const url = import.meta.url, here = this, kind = typeof require',
  'var f = function f() { return f.name }; var g = f; g.x = 1; export { g }',
  'export default class { constructor() { console.log(new.target) } static { console.log(2) } }',
  'export const r = /a(?<b>c)/dgu, i = 10n ** 2n, s = "\\u{1F600}", h = 0x1_0',
  'const unused = globalThis?.a?.[1]?.(2); export const kept = delete globalThis.a?.b',
  'console.log(a); var a = 1; { function a2() { return 1 } } export const c = a, d = (1, 2)',
  'export const bad = 1; export const bad = 2',
  'import { x } from "self"; export const y = x; eval("y")',
  'const fixed = 1; fixed = 2; export { fixed }',
]

export async function run(log, { isFull }) {
  const warnings = []
  const bundle = async (files, input, output = {}, options = {}) => {
    const made = await rollup.rollup({
      input,
      plugins: [memory(files), ...(options.plugins ?? [])],
      onwarn: warning => warnings.push(warning.code),
      ...options.input,
    })
    try {
      const { output: chunks } = await made.generate({ format: 'es', ...output })
      return [
        made.watchFiles.length,
        ...chunks.map(chunk => [chunk.fileName, chunk.code ?? String(chunk.source), chunk.exports, chunk.map?.mappings]),
      ]
    } finally {
      await made.close()
    }
  }
  const files = {
    main: 'import { a, unused } from "a"; import * as ns from "b"; export default a + ns.x; export const lazy = () => import("c"); console.log(ns)',
    a: 'export const a = /*#__PURE__*/ f(); export const unused = 1; function f() { return 2 } export { b as again } from "b"',
    b: 'import { a } from "a"; export let x = 1; export function b() { return a } export class K { static y = x } x++',
    c: 'import { b } from "b"; export const c = b(); export default c',
  }
  for (const format of ['es', 'cjs', 'iife', 'umd', 'system', 'amd'])
    await log.attempt(format, () =>
      bundle(files, 'main', {
        format,
        name: 'Main',
        sourcemap: true,
        inlineDynamicImports: format !== 'es',
        compact: format === 'umd',
        exports: 'named',
      }),
    )
  const names = isFull ? 'debounce,cloneDeep,merge,groupBy,orderBy,template,isEqual' : 'debounce,chunk'
  const entry = {
    entry: `export { ${names
      .split(',')
      .map(name => `default as ${name}`)
      .join()} } from "lodash:x"`
      .replace(/default as (\w+)/g, '$1')
      .replace('"lodash:x"', '"lodash:lodash.js"'),
  }
  await log.attempt('lodash', () =>
    bundle(
      isFull
        ? entry
        : {
            entry: names
              .split(',')
              .map(name => `export { default as ${name} } from "lodash:${name}.js"`)
              .join('\n'),
          },
      'entry',
    ),
  )
  for (const [index, source] of SHAKEN.entries())
    for (const format of ['es', 'cjs', 'system'])
      await log.attempt(`shaken ${index} ${format}`, () => bundle({ main: source, self: 'export const x = 1' }, 'main', { format }))
  const hooks = []
  const plugin = {
    name: 'watcher',
    buildStart: () => void hooks.push('buildStart'),
    transform: (code, id) => void hooks.push(`transform ${id}`),
    async renderChunk(code) {
      await null
      hooks.push('renderChunk')
      return { code: `/* x */${code}`, map: null }
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'a.txt', source: 'text' })
    },
    buildEnd: error => void hooks.push(`buildEnd ${error?.message}`),
  }
  await log.attempt('plugin', () => bundle(files, 'main', {}, { plugins: [plugin] }))
  log(
    hooks.filter(hook => !hook.startsWith('transform')),
    hooks.length,
  )
  await log.attempt('missing', () => bundle({ main: 'import { nosuch } from "a"; nosuch()', a: 'export {}' }, 'main'))
  await log.attempt('syntax', () => bundle({ main: 'const = 1' }, 'main'))
  await log.attempt('unresolved', () => bundle({}, 'nosuch'))
  await log.attempt('throwing', () =>
    bundle(
      files,
      'main',
      {},
      {
        plugins: [
          {
            name: 't',
            transform() {
              this.error('from a plugin', 3)
            },
          },
        ],
      },
    ),
  )
  await log.attempt('option', () =>
    rollup.rollup({ input: 'x', nosuch: 1, plugins: [memory({ x: '' })], onwarn: warning => log('warned', warning.message) }),
  )
  log(warnings.join())
}
