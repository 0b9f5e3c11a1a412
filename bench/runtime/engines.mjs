// The engines that the runtime suites run in: Node by major version, found or fetched by npx, and Chromium with a fresh renderer process
// for each case. What is missing is skipped, and the run says so.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CHROMIUM_ARGS, findChromium } from '@hindscope/testkit/chromium'
import { drive } from './drive.mjs'
import { profileInto } from './profile.mjs'
import { HOOK_URL } from './programs.mjs'

export const ENGINES = ['node20', 'node24', 'chromium']
const run = promisify(execFile)
const FETCH_MS = 120_000
/** A page that measures its memory is answered after a collection now, and not with the next one. */
const MEMORY_NOW = '--enable-blink-features=ForceEagerMeasureMemory'

/** Path of a Node of this major version, or why there is none. `BENCH_NODE<major>` names one. */
async function findNode(major) {
  if (process.versions.node.startsWith(`${major}.`)) return { path: process.execPath }
  const named = process.env[`BENCH_NODE${major}`]
  try {
    if (named) return { path: named, version: (await run(named, ['--version'])).stdout.trim() }
    const { stdout } = await run('npx', ['-y', '--prefer-offline', '-p', `node@${major}`, 'node', '-p', 'process.execPath'], { timeout: FETCH_MS })
    return { path: stdout.trim().split('\n').at(-1) }
  } catch (error) {
    return { missing: `no Node ${major} (set BENCH_NODE${major}, or let npx fetch node@${major}): ${String(error.message).split('\n')[0]}` }
  }
}

/** The engine's program, ready for cases: `path` of the Node that runs them, `env` they need, `close` for the end of the run. */
export async function openEngine(name) {
  if (name !== 'chromium') return { env: {}, close: async () => {}, ...(await findNode(name.slice(4))) }
  const executablePath = findChromium()
  if (executablePath === undefined) return { missing: 'no Chromium (install one, or set CHROMIUM_PATH)' }
  const { chromium } = await import('playwright-core')
  const server = await chromium.launchServer({ executablePath, args: [...CHROMIUM_ARGS, '--js-flags=--expose-gc', MEMORY_NOW] })
  return { path: process.execPath, env: { BENCH_BROWSER: server.wsEndpoint() }, close: () => server.close() }
}

/** Milliseconds that this process collects garbage for: started, then read. */
async function watchGc() {
  const { PerformanceObserver } = await import('node:perf_hooks')
  let ms = 0
  const observer = new PerformanceObserver(list => {
    for (const entry of list.getEntries()) ms += entry.duration
  })
  observer.observe({ entryTypes: ['gc'] })
  return async () => {
    await new Promise(resolve => setTimeout(resolve, 5))
    observer.disconnect()
    return ms
  }
}

/** What is watched while a program is measured: collecting garbage, CPU time of all threads, and the profile where the run asks for one. */
async function watch() {
  const stopGc = await watchGc()
  const stopProfile = process.env.BENCH_CPU_PROFILE ? await profileInto(process.env.BENCH_CPU_PROFILE) : async () => {}
  const before = process.cpuUsage()
  return async () => {
    const { user, system } = process.cpuUsage(before)
    await stopProfile()
    return { gcMs: await stopGc(), cpuMs: (user + system) / 1000 }
  }
}

/** `drive` in the engine: in this process, or in a page of the browser that the run has opened. */
export async function driveIn(engine, settings) {
  if (engine !== 'chromium') return drive({ ...settings, program: `file://${settings.program}`, watch })
  const { chromium } = await import('playwright-core')
  const browser = await chromium.connect(process.env.BENCH_BROWSER)
  const context = await browser.newContext()
  const page = await context.newPage()
  const scripts = {
    '/drive.mjs': () => bundled(fileURLToPath(new URL('drive.mjs', import.meta.url))),
    '/hook.mjs': () => bundled(fileURLToPath(HOOK_URL)),
    '/program.mjs': () => readFileSync(settings.program, 'utf8').replaceAll(HOOK_URL, '/hook.mjs'),
  }
  await page.route('**/*', async route => {
    const make = scripts[new URL(route.request().url()).pathname]
    if (make) await route.fulfill({ contentType: 'text/javascript', body: await make() })
    else await route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>bench</title>' })
  })
  await page.goto('http://bench.invalid/')
  try {
    return await page.evaluate(`import('/drive.mjs').then(({ drive }) => drive(${JSON.stringify({ ...settings, program: '/program.mjs' })}))`)
  } finally {
    await context.close()
    await browser.close()
  }
}

/** The module with what it imports, for a page; made once a run. */
async function bundled(file) {
  const outfile = join(process.env.BENCH_WORK, `page-${basename(file)}`)
  if (!existsSync(outfile)) {
    const { build } = await import('esbuild')
    await build({ entryPoints: [file], bundle: true, format: 'esm', outfile, logLevel: 'error' })
  }
  return readFileSync(outfile, 'utf8')
}

/** Milliseconds of warm-up, of a batch, and batches, for a case of the full run or of `--quick`. */
export const timing = (full, quick) => {
  const [warm, batch, batches] = process.env.BENCH_QUICK && !process.env.BENCH_CPU_PROFILE ? quick : full
  return { warm, batch, batches }
}
