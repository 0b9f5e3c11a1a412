// The same questions in a worker of Chromium, over a trace file that a server on this machine gives.
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { table, whenCase } from '../lib/case.mjs'
import { bundle, bundleFile } from './bundles.mjs'
import { ms, questionRows } from './questions.mjs'
import { SIZES, describedTrace, isQuick, placesOf, prepareQuestions, sizeName, traceFile } from './traces.mjs'

export { isQuick }
export const title = "Questions to the store in a browser's worker"
export const notes = 'As "Questions to the store", in a dedicated worker of Chromium over the whole file in memory.'
export const rounds = 2
export const quickRounds = 1
export const caseMs = 900_000
export const variants = SIZES.filter(events => events <= 1e7).map(events => ({ engine: 'chromium', events }))

export async function prepare(asked) {
  await prepareQuestions(asked)
  await bundle('worker')
}

const PAGE = `<!doctype html><title>bench</title><script>
  globalThis.ask = question => new Promise((resolve, reject) => {
    const worker = new Worker('/worker.mjs', { type: 'module' })
    worker.onmessage = ({ data }) => data.failed ? reject(new Error(data.failed)) : resolve(data.figures)
    worker.onerror = event => reject(new Error(event.message))
    worker.postMessage(question)
  })
</script>`
/** Isolated pages have a clock of 5 µs instead of 100. */
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

function serve(file) {
  const server = createServer((request, response) => {
    const send = (type, body) => response.writeHead(200, { ...ISOLATED, 'content-type': type }).end(body)
    if (request.url === '/worker.mjs') send('text/javascript', readFileSync(bundleFile('worker')))
    else if (request.url === '/trace') {
      response.writeHead(200, { ...ISOLATED, 'content-type': 'application/octet-stream', 'content-length': statSync(file).size })
      createReadStream(file).pipe(response)
    } else send('text/html', PAGE)
  })
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)))
}

await whenCase(import.meta, async ({ events }) => {
  const server = await serve(traceFile(events))
  const { chromium } = await import('playwright-core')
  const browser = await chromium.connect(process.env.BENCH_BROWSER)
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    return await page.evaluate(question => globalThis.ask(question), { file: '/trace', described: describedTrace(events), places: placesOf(events) })
  } finally {
    await context.close()
    await browser.close()
    server.close()
  }
})

export const report = rows =>
  rows
    .map(({ variant: { events }, figures }) => {
      const lines = questionRows(figures).map(({ what, first, p50, p95, max, asks }) => [what, ms(p50), ms(p95), ms(max), ms(first), asks])
      return `### ${sizeName(events)} events, Chromium; opened in ${ms(figures.open.median)} ms\n\n${table(['question', 'p50', 'p95', 'max', 'first', 'asks'], lines)}`
    })
    .join('\n\n')
