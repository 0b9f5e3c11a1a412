/** What instrumented modules hand over of libraries that can be told of only by what they export: real libraries, bundled with what instrument emits. */
import { fileURLToPath } from 'node:url'
import { instrument } from '@hindscope/instrument'
import { dumpEvents } from '@hindscope/testkit'
import { build } from 'esbuild'
import { afterEach, expect, test } from 'vitest'
import { alias } from '../../../../alias.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { record, release } from './recorded-states.ts'

const recorders: RecorderHandle[] = []
afterEach(() => recorders.splice(0).forEach(release))

const src = (path: string): string => fileURLToPath(new URL(`../../src/${path}`, import.meta.url))

async function run(source: string): Promise<{ readonly told: string; readonly result: unknown; readonly errors: object }> {
  const recorder = record()
  recorders.push(recorder)
  const { code } = instrument(source, { id: 'program.js', hookModule: src('hook.ts'), libraries: src('libraries/*.ts') })
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'program',
    conditions: ['module'],
    alias,
    ignoreAnnotations: true,
    logLevel: 'error',
    tsconfigRaw: '{}',
  })
  // oxlint-disable-next-line no-implied-eval
  const result = (new Function(`${outputFiles[0]?.text}; return program`) as () => { result: unknown })().result
  return { told: dumpEvents(recorder.chunks()), result, errors: recorder.stats().errors }
}

test('Valtio: proxies are recorded without a word of the program', async () => {
  const { told, result, errors } = await run(`
    import { proxy } from 'valtio/vanilla'
    const state = proxy({ n: 1, deep: { list: [] } })
    state.n = 2
    state.deep.list.push('a')
    export const result = JSON.stringify(state)`)
  expect([result, errors]).toEqual(['{"n":2,"deep":{"list":["a"]}}', {}])
  expect(told).toContain('state-change → ["valtio", "n", 1, 2]')
  expect(told).toContain('state-change → ["valtio", "deep.list[0]", undefined, "a"]')
})

test('Preact: its options are met behind the import', async () => {
  const { told, result, errors } = await run(`
    import { options } from 'preact'
    export const result = [typeof options.__r, typeof options.diffed]`)
  expect([result, errors]).toEqual([['function', 'function'], {}])
  expect(told).toContain('{operation: "adapter-attached", reason: "preact options"}')
})

test('Solid as built for production: told once, and the program runs', async () => {
  const { told, result, errors } = await run(`
    import { createSignal } from 'solid-js'
    import { createStore } from 'solid-js/store'
    const [count, setCount] = createSignal(1)
    setCount(5)
    export const result = [count(), typeof createStore]`)
  expect([result, errors]).toEqual([[5, 'function'], { 'adapter-unsupported': 2 }])
  expect(told.match(/"adapter-unsupported", reason: "solid-js DEV"/g)).toHaveLength(1)
})

test('an export that cannot be read is no error of the program, and is counted and told', async () => {
  const recorder = record()
  recorders.push(recorder)
  const modules: Record<string, unknown> = {
    hook: await import('../../src/hook.ts'),
    'library-preact': await import('../../src/libraries/preact.ts'),
    preact: Object.defineProperty({}, 'options', { get: () => expect.fail('read') }),
  }
  const source = "const preact = require('preact')\nexports.result = Object.keys(preact)"
  const { code } = instrument(source, { id: 'program.cjs', hookModule: 'hook', libraries: 'library-*', sourceType: 'commonjs' })
  const exports: { result?: unknown } = {}
  // oxlint-disable-next-line no-implied-eval
  new Function('require', 'exports', code)((name: string) => modules[name], exports)
  expect([exports.result, recorder.stats().errors]).toEqual([[], { 'adapter-unsupported': 1 }])
  expect(dumpEvents(recorder.chunks())).toContain('"preact options"')
})
