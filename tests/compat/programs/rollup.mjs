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
