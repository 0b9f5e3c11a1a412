// A dev server with and without the plugin, and a page of it in Chromium: from starting the server to the rendered page, from saving a
// component to its new text on the page, and peak memory of the server's process. Packages are pre-bundled before the clock starts.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CHROMIUM_ARGS, findChromium } from '../../packages/testkit/src/chromium.mjs'
import { find, fixed, table, whenCase } from '../lib/case.mjs'
import { writeCorpus } from '../lib/corpus.mjs'

export const title = 'Dev server with and without the plugin'
export const notes =
  'The generated React application in Vite, 600 modules of its own, level `values`, its page recording to the collector in the same process. First page: from `createServer` to the rendered page. Edit: from writing a component to its text on the page by Fast Refresh, median of 20. Cold: no cache of ours. Warm: the process before served the same.'
export const rounds = 5
export const variants = ['plain', 'cold', 'warm'].map(mode => ({ mode }))

const EDITS = 20
const here = fileURLToPath(import.meta.url)
const median = values => values.toSorted((a, b) => a - b)[values.length >> 1]
const now = () => performance.timeOrigin + performance.now()

async function serve(dir, mode) {
  const { createServer } = await import('vite')
  const { default: react } = await import('@vitejs/plugin-react')
  const { default: hindscope } = await import('hindscope/vite')
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS })
  const page = await browser.newPage()
  await page.goto('about:blank')
  const plugins = [react(), ...(mode === 'plain' ? [] : [hindscope({ level: 'values' })].flat())]
  const cpu = process.cpuUsage()
  const started = now()
  const server = await createServer({ root: dir, configFile: false, logLevel: 'error', cacheDir: join(dir, '.vite'), plugins, server: { port: 0 } })
  await server.listen()
  await page.goto(server.resolvedUrls.local[0], { waitUntil: 'commit' })
  await page.waitForSelector('main', { timeout: 240_000 })
  const firstPageMs = now() - started
  const { user, system } = process.cpuUsage(cpu)
  return { page, firstPageMs, cpuMs: (user + system) / 1000, close: () => Promise.all([browser.close(), server.close()]) }
}

/** Resolves, in the page, to the moment when the element has the text. */
const whenShown = ([id, text]) =>
  new Promise(resolve => {
    const look = () => {
      if (document.getElementById(id)?.textContent !== text) return
      observer.disconnect()
      resolve(performance.timeOrigin + performance.now())
    }
    const observer = new MutationObserver(look)
    observer.observe(document, { subtree: true, childList: true, characterData: true })
  })

async function editMs(page, { file, hint, text }, number) {
  const changed = `${text} edit ${number}`
  const shown = page.evaluate(whenShown, [hint, changed])
  await page.evaluate(() => undefined)
  const source = readFileSync(file, 'utf8').replace(/text of \d+(?: edit \d+)?/, changed)
  const saved = now()
  writeFileSync(file, source)
  return (await shown) - saved
}

await whenCase(import.meta, async ({ mode, dir: given }) => {
  // Inside the workspace, so that packages resolve; outside every source folder.
  const dir = given ?? mkdtempSync(join(dirname(here), '..', '.corpus-'))
  try {
    process.env.HINDSCOPE_DIR = join(dir, '.hindscope')
    if (given !== undefined) {
      const { close } = await serve(dir, mode)
      await close()
      return {}
    }
    const edited = writeCorpus(dir)
    execFileSync(process.execPath, ['--no-warnings', here, JSON.stringify({ mode, dir })], { stdio: ['ignore', 'ignore', 'inherit'] })
    if (mode === 'cold') rmSync(join(dir, '.hindscope'), { recursive: true, force: true })
    const { page, firstPageMs, cpuMs, close } = await serve(dir, mode)
    const edits = []
    for (let number = 1; number <= EDITS; number++) edits.push(await editMs(page, edited, number))
    await close()
    return { firstPageMs, cpuMs, editMs: median(edits), memoryMb: process.resourceUsage().maxRSS / 1024 }
  } finally {
    process.chdir(tmpdir())
    if (given === undefined) rmSync(dir, { recursive: true, force: true })
  }
})

export function report(rows) {
  const plain = find(rows, { mode: 'plain' })?.figures
  const lines = rows.map(({ variant: { mode }, figures }) => {
    const ratio = name => (plain ? `×${fixed(figures[name].median / plain[name].median)}` : '–')
    const { firstPageMs: first, editMs: edit, memoryMb: memory } = figures
    return [
      mode,
      `${fixed(first.median, 0)} ms (${fixed(first.min, 0)}–${fixed(first.max, 0)})`,
      ratio('firstPageMs'),
      ratio('cpuMs'),
      `${fixed(edit.median, 1)} ms (${fixed(edit.min, 1)}–${fixed(edit.max, 1)})`,
      plain ? `${edit.median >= plain.editMs.median ? '+' : ''}${fixed(edit.median - plain.editMs.median, 1)} ms` : '–',
      `${fixed(memory.median, 0)} MB`,
      ratio('memoryMb'),
    ]
  })
  return table(['server', 'first page', 'ratio', 'CPU', 'edit', 'more', 'memory', 'ratio'], lines)
}
