/**
 * The corpus of hostile values, recorded by the built runtime in Node and in Chromium: nothing of a value runs, nothing is thrown into the
 * program, and every value decodes to what it is, at the call and again at its return.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { decodeEvents, formatValue } from '@hindscope/testkit'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Outcome } from './hostile-values/corpus.ts'

const here = (path: string): string => fileURLToPath(new URL(`./hostile-values/${path}`, import.meta.url))
const dist = (file: string): string => fileURLToPath(new URL(`../../packages/runtime/dist/${file}`, import.meta.url))

interface Recorded {
  readonly outcomes: readonly Outcome[]
  readonly chunks: readonly (readonly number[])[]
  readonly errors: Readonly<Record<string, number>>
  readonly unhandled: number
}

async function bundle(contents: string, platform: 'node' | 'browser'): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here('.'), loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform,
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"development"' },
    banner: platform === 'node' ? { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" } : {},
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

/** The program that both places run, around a started recorder. */
const program = (place: string, tdzUrl: string): string => `
  import { recordAll } from './corpus.ts'
  import { PLACE_VALUES } from './${place}-values.ts'
  export const recordCorpus = async ({ hook, recorder }) => {
    const levels = hook.m('00000000000000aa', '3')
    const outcomes = await recordAll(hook, levels[0], { values: PLACE_VALUES, tdzUrl: ${JSON.stringify(tdzUrl)} })
    recorder.flushNow()
    return { levels: [...levels].map(word => word & 15), outcomes, chunks: recorder.chunks().map(chunk => [...chunk]), errors: recorder.stats().errors }
  }`

async function recordInNode(): Promise<Recorded> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-values-'))
  try {
    writeFileSync(join(folder, 'corpus.mjs'), await bundle(program('node', pathToFileURL(here('tdz-observed.mjs')).href), 'node'))
    writeFileSync(
      join(folder, 'main.mjs'),
      `import { writeFileSync } from 'node:fs'
      let unhandled = 0
      process.on('unhandledRejection', () => unhandled++)
      const { createRecorder } = await import(${JSON.stringify(pathToFileURL(dist('index.mjs')).href)})
      const recorder = createRecorder({ sink: 'memory', flushMs: 60_000 })
      recorder.install(globalThis)
      const { recordCorpus } = await import('./corpus.mjs')
      const recorded = await recordCorpus({ hook: globalThis[Symbol.for('hindscope@1')], recorder })
      await new Promise(resolve => setTimeout(resolve, 20))
      writeFileSync('recorded.json', JSON.stringify({ ...recorded, unhandled }))
      process.exit(0)`,
    )
    await promisify(execFile)(process.execPath, ['main.mjs'], { cwd: folder })
    return JSON.parse(readFileSync(join(folder, 'recorded.json'), 'utf8')) as Recorded // SAFE: what the program above writes
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function recordInPage(): Promise<Recorded> {
  const runtime = await bundle(
    `export { start } from ${JSON.stringify(dist('page/start.mjs'))}; export { h } from ${JSON.stringify(dist('page/hook.mjs'))}`,
    'browser',
  )
  const files: Readonly<Record<string, string>> = {
    '/runtime.mjs': runtime,
    '/corpus.mjs': await bundle(program('page', '/tdz-observed.mjs'), 'browser'),
    '/tdz-observed.mjs': readFileSync(here('tdz-observed.mjs'), 'utf8'),
    '/tdz-observer.mjs': readFileSync(here('tdz-observer.mjs'), 'utf8'),
  }
  const server = createServer((request, response) => {
    const text = files[request.url ?? '']
    response.setHeader('content-type', text === undefined ? 'text/html' : 'text/javascript')
    response.end(text ?? '<!doctype html><body></body>')
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`) // SAFE: a listening server has one
    return (await page.evaluate(`(async () => {
      let unhandled = 0
      addEventListener('unhandledrejection', () => unhandled++)
      const { start, h } = await import('/runtime.mjs')
      const recorder = start({ sink: 'memory', flushMs: 60_000 })
      const { recordCorpus } = await import('/corpus.mjs')
      const recorded = await recordCorpus({ hook: h, recorder })
      await new Promise(resolve => setTimeout(resolve, 20))
      return { ...recorded, unhandled }
    })()`)) as Recorded // SAFE: what the expression gives
  } finally {
    await browser.close()
    server.close()
  }
}

/** What is wrong with the recording, a line each. */
function faults({ outcomes, chunks, errors, unhandled }: Recorded): string[] {
  const found = outcomes.flatMap(({ label, calls, thrown }) => [
    ...(calls > 0 ? [`${label}: ran ${calls} times`] : []),
    ...(thrown ? [`${label}: threw, or changed the value`] : []),
  ])
  const recorded = outcomes.filter(({ label }) => !label.endsWith('noticed later'))
  const events = decodeEvents(chunks.map(chunk => new Uint8Array(chunk))).filter(({ name, kind }) => name === 'probe 1' && kind.startsWith('call-'))
  if (events.length !== recorded.length * 2) found.push(`${events.length} events of ${recorded.length} calls`)
  for (const [i, { label, shown }] of recorded.entries()) {
    const [entered, returned] = [events[2 * i]?.values[0], events[2 * i + 1]?.values[0]].map(node => (node === undefined ? '' : formatValue(node)))
    if (entered !== returned) found.push(`${label}: shown as ${entered} and then as ${returned}`)
    if (!new RegExp(shown).test(entered ?? '')) found.push(`${label}: shown as ${entered?.slice(0, 200)}`)
  }
  if (unhandled > 0) found.push(`${unhandled} unhandled rejections`)
  if (Object.keys(errors).length > 0) found.push(`recorder's own failures: ${JSON.stringify(errors)}`)
  return found
}

test.each([
  ['Node', recordInNode],
  ['Chromium', recordInPage],
])('in %s, 200 hostile values and more are recorded without running anything of them', async (_, record) => {
  const recorded = await record()
  expect(recorded.outcomes.length).toBeGreaterThanOrEqual(200)
  expect(faults(recorded)).toEqual([])
})
