// The page as it is built from the sources, in a browser of the run, over a trace file: what every suite of the UI begins with. Where it
// says "shown", a frame has been drawn since.
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SIZES, prepareQuestions, prepareTraces, traceFile } from '../store/traces.mjs'
import { installProbe } from './probe.mjs'

const packages = fileURLToPath(new URL('../../packages/', import.meta.url))
const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css' }
/** Isolated pages have a clock of 5 µs instead of 100, and may measure their memory. */
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

/** What people open in a page: 50 million events are more than one buffer of a browser holds. */
export const UI_SIZES = SIZES.filter(events => events <= 1e7)
export const caseMs = 420_000

export const pageFolder = () => join(process.env.BENCH_WORK, 'ui-page')

/** Builds the page once a run, so that it is what the tree says now, whatever is in dist. */
export async function preparePage() {
  if (existsSync(pageFolder())) return
  const { build } = await import('vite')
  const root = join(packages, 'ui')
  const alias = { '@hindscope/protocol': join(packages, 'protocol/src/index.ts'), '@hindscope/store/model': join(packages, 'store/src/model.ts') }
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'error', resolve: { alias }, build: { outDir: pageFolder() } })
}

export async function preparePageAndTraces(variants) {
  await preparePage()
  await prepareTraces(variants)
}

export async function preparePageAndPlaces(variants) {
  await preparePage()
  await prepareQuestions(variants)
}

function serve() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://page')
    const file = join(pageFolder(), pathname === '/' ? 'index.html' : pathname)
    if (request.method !== 'GET' || !existsSync(file) || !statSync(file).isFile()) return response.writeHead(404, ISOLATED).end()
    response.writeHead(200, { ...ISOLATED, 'content-type': TYPES[file.split('.').at(-1)] ?? 'text/plain' })
    createReadStream(file).pipe(response)
  })
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)))
}

/** Runs `measure` with a fresh page of a renderer process of its own; `address` is the page's, when it is not the one served here. */
export async function withPage(measure, address) {
  const server = address === undefined ? await serve() : undefined
  const { chromium } = await import('playwright-core')
  const browser = await chromium.connect(process.env.BENCH_BROWSER)
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    await page.addInitScript(installProbe)
    await page.goto(address ?? `http://127.0.0.1:${server.address().port}/`)
    const cdp = await context.newCDPSession(page)
    return await measure({ page, browser, cdp, memoryMb: () => memoryOf(page) })
  } finally {
    await context.close()
    await browser.close()
    server?.closeAllConnections()
    server?.close()
  }
}

/** Megabytes of page and workers, arrays included, after a collection. */
async function memoryOf(page) {
  const { bytes } = await page.evaluate(() => performance.measureUserAgentSpecificMemory())
  return bytes / 1e6
}

/** Drops the trace on the page, and gives the milliseconds until things were there. The file stays on the disk until the page reads it. */
export async function openTrace({ page, cdp }, events) {
  await page.getByTestId('file-home').waitFor()
  await page.evaluate(() => {
    const input = document.createElement('input')
    input.type = 'file'
    input.id = 'bench-file'
    input.hidden = true
    document.body.append(input)
  })
  const { root } = await cdp.send('DOM.getDocument')
  const { nodeId } = await cdp.send('DOM.querySelector', { nodeId: root.nodeId, selector: '#bench-file' })
  await cdp.send('DOM.setFileInputFiles', { nodeId, files: [traceFile(events)] })
  const opened = await page.evaluate(() => globalThis.probe.open())
  await page.evaluate(() => globalThis.probe.rest())
  return opened
}

/** As `withPage`, with the trace of so many events open and at rest. */
export const withTrace = (events, measure) =>
  withPage(async session => {
    await openTrace(session, events)
    return measure(session)
  })

/** The moment of the page becomes this one, and everything that belongs to it is shown. */
export async function goTo({ page }, { track, seq }) {
  await page.evaluate(ref => {
    location.hash = location.hash.replace(/([#&]m=)[^&]*/, `$1${ref}`)
  }, `${track}.${seq}`)
  await page.evaluate(() => globalThis.probe.rest())
}

/** `full`, or `quick` in a quick run. */
export const times = (full, quick) => (process.env.BENCH_QUICK ? quick : full)
export const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)]
export const spread = (name, values) => ({
  [`${name} p50`]: percentile(values, 0.5),
  [`${name} p95`]: percentile(values, 0.95),
  [`${name} max`]: Math.max(...values),
})

/** xorshift: the same places in every run. */
export function randomOf(seed) {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 1) / 0x8000_0000
  }
}
