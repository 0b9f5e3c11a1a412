/** One program of browser/ as one bundle, plain or instrumented as a whole, in a page of Chromium. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { instrument } from '@hindscope/instrument'
import { build } from 'esbuild'
import { compile } from 'svelte/compiler'

const file = name => fileURLToPath(new URL(name, import.meta.url))

const svelte = {
  name: 'svelte',
  setup: building =>
    building.onLoad({ filter: /\.svelte$/ }, ({ path }) => ({
      contents: compile(readFileSync(path, 'utf8'), { generate: 'client', filename: 'counter.svelte', dev: true }).js.code,
    })),
}

async function bundle(contents, globalName) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: file('../browser') },
    bundle: true,
    format: 'iife',
    globalName,
    platform: 'browser',
    conditions: ['browser', 'development'],
    write: false,
    logLevel: 'silent',
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    plugins: [svelte],
  })
  return outputFiles[0].text
}

export const bundleProgram = name => bundle(`export { run } from './${name}.mjs'`, 'program')
/** The recorder of pages with all its adapters. */
export const bundleRecorder = () => bundle(`export { start } from '@hindscope/runtime/start'`, 'hindscopeRuntime')

/** Turns of 25 ms in which nothing may happen before a step counts as done. React holds fallbacks back for 300 ms. */
const QUIET_TURNS = { react: 24 }

/** `level` is `plain`, `values` or `statements`. */
export async function runInPage(browser, { name, code, recorder, level }) {
  const result = level === 'plain' ? undefined : instrument(code, { id: `${name}.js`, sourceType: 'script', plan: { level } })
  const page = await browser.newPage()
  try {
    await page.setContent('<!doctype html><title>program</title><div id="root"></div>')
    if (result) {
      await page.addScriptTag({ content: recorder })
      await page.evaluate('recording = hindscopeRuntime.start({ level: "statements" })')
    }
    await page.addScriptTag({ content: result?.code ?? code })
    const lines = await page.evaluate(runProgram, QUIET_TURNS[name] ?? 5)
    const stats = result && (await page.evaluate('recording.stats()'))
    const functions = result?.manifest.probes.filter(({ kind }) => kind === 'function').length ?? 0
    return {
      lines,
      exports: [],
      leaks: lines.filter(line => line.includes('$h')),
      output: '',
      files: 1,
      functions,
      probes: result?.manifest.probes.length ?? 0,
      problems: [],
      stats: stats ?? { events: 0, errors: {} },
    }
  } finally {
    await page.close()
  }
}

/** In the page. */
async function runProgram(quietTurns) {
  const lines = []
  const text = value =>
    value instanceof Error
      ? `${value.name}: ${value.message}`
      : typeof value === 'string'
        ? value.replace(/(?:\n|^)\s+at .*/g, '')
        : typeof value === 'function'
          ? `function ${value.name}`
          : String(JSON.stringify(value))
  const log = (...values) => void lines.push(values.map(text).join(' '))
  log.attempt = (name, run) => {
    try {
      log(name, run())
    } catch (error) {
      log(name, 'threw', error)
    }
  }
  for (const level of ['error', 'warn']) console[level] = (...values) => log(`console.${level}`, ...values)
  window.addEventListener('error', event => log('error event', event.message))
  window.addEventListener('unhandledrejection', event => log('unhandledrejection', event.reason))
  const settle = async () => {
    // Until nothing has changed for a while: slower code is slower, not different.
    for (let quiet = 0, before = ''; quiet < quietTurns; quiet++) {
      await new Promise(resolve => setTimeout(resolve, 25))
      const now = document.body.innerHTML + lines.length
      if (now !== before) quiet = 0
      before = now
    }
  }
  try {
    await program.run(log, document.getElementById('root'), settle)
  } catch (error) {
    log('program threw', error)
  }
  await settle()
  return lines
}
