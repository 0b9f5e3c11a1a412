/** A page in a real Chromium, traced as the Performance panel does it, imported and compared with what the page did. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../../src/model.ts'
import { IMPORTED_AT_MS, importBytes, treesOf } from './imported.ts'
import type { CallNode, Imported } from './imported.ts'

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

const SCRIPT = `
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
function onClick() {
  performance.mark('clicked')
  const end = performance.now() + 300 // long enough for a busy machine's sampler
  while (performance.now() < end) fib(20)
  document.body.append('x')
}
document.getElementById('button').addEventListener('click', onClick)
setTimeout(function later() { fib(20); fetch('/data.json') }, 5)
`
const FILES: Readonly<Record<string, readonly [type: string, text: string]>> = {
  '/': ['text/html', '<!doctype html><button id="button">x</button><script src="/app.js"></script>'],
  '/app.js': ['text/javascript', SCRIPT],
}
const CATEGORIES = [
  '-*',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'blink.user_timing',
  'v8.execute',
  'disabled-by-default-v8.cpu_profiler',
]

let imported: Imported
let origin: string
let startedMs: number

beforeAll(async () => {
  const server = createServer((request, response) => {
    const [type, text] = FILES[request.url ?? ''] ?? ['text/plain', 'no']
    response.writeHead(FILES[request.url ?? ''] === undefined ? 404 : 200, { 'content-type': type }).end(text)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // SAFE: it listens on a port
  try {
    // A busy browser samples too seldom, or writes slices that end after those around them: what it gave is asked for anew, a few times.
    for (let attempt = 0; attempt < 4; attempt++) {
      imported = await tracedPage()
      if (imported.problems.length === 0 && fibsBelow('onClick') > 3) return
    }
  } finally {
    server.close()
  }
}, 60_000)

async function tracedPage(): Promise<Imported> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage()
    startedMs = Date.now()
    await browser.startTracing(page, { categories: CATEGORIES })
    const answered = page.waitForResponse('**/data.json')
    await page.goto(origin)
    await answered
    await page.click('#button')
    return importBytes(await browser.stopTracing(), {}, 1 << 16)
  } finally {
    await browser.close()
  }
}

const all = (nodes: readonly CallNode[]): readonly CallNode[] => nodes.flatMap(node => [node, ...all(node.children)])
const trackOf = (name: RegExp) => {
  const found = imported.store.tracks.find(track => name.test(track.definition?.name ?? '') && track.userCalls > 0)
  if (found === undefined) throw new TypeError(`no track ${String(name)}`)
  return found
}

/** Sampled calls of `fib` below the first sampled call of that name. */
function fibsBelow(outer: string): number {
  const sampled = imported.store.tracks.find(
    ({ definition, userCalls }) => userCalls > 0 && definition?.name?.endsWith('CrRendererMain (sampled)') === true,
  )
  const found = sampled && all(treesOf(sampled)).find(({ name }) => name === outer)
  return all(found === undefined ? [] : [found]).filter(({ name }) => name === 'fib').length
}

describe('a traced page', () => {
  it('is a session at the time of the recording, with the page first', () => {
    expect(imported).toMatchObject({ format: 'chrome', timeBase: 'responses', name: `${origin}/` })
    const [page] = imported.store.tracks
    expect(page?.definition).toMatchObject({
      realmKind: 'page',
      url: `${origin}/`,
      name: expect.stringMatching(/CrRendererMain$/),
      platform: expect.stringMatching(/Chrom/),
    })
    expect(Math.abs((page?.firstUs ?? 0) / 1000 - startedMs)).toBeLessThan(10_000)
    expect(startedMs).not.toBe(IMPORTED_AT_MS)
    expect(imported.store.damage).toEqual([])
  })

  it('called what it called, from what made it', () => {
    const nodes = all(treesOf(trackOf(/CrRendererMain$/)))
    const within = (outer: string, inner: string): boolean =>
      nodes.some(node => node.name.startsWith(outer) && all(node.children).some(({ name }) => name.startsWith(inner)))
    expect(nodes.some(({ name }) => name === '(script)')).toBe(true)
    expect(within('setTimeout 5 ms', 'later')).toBe(true)
    expect(within('click', 'onClick')).toBe(true)
    expect(nodes.filter(({ endUs, startUs }) => endUs !== -1 && endUs < startUs)).toEqual([])
  })

  it('has its places, requests, marks and errors in queries', async () => {
    const { session, store } = imported
    const engine = createEngine([store])
    const source = await engine.source({ session, path: `${origin}/app.js` })
    expect(source.functions.map(({ name, range }) => `${name}:${range[0]}`)).toEqual(expect.arrayContaining(['later:10', 'onClick:3']))
    const { rows } = await engine.events({ session, errors: true })
    expect(rows.map(({ name, preview }) => name + preview)).toContain(`GET ${origin}/data.json → 404`)
    const marks = await engine.search({ session, query: 'kind = mark and text ~ "clicked"' })
    expect(JSON.stringify(marks)).toContain('clicked')
  })

  it('was sampled: the recursion is a stack of calls in a track that says so', () => {
    expect(fibsBelow('onClick')).toBeGreaterThan(3)
  })

  it('counts what was left out, which is little', () => {
    const left = imported.ignored.reduce((sum, { count }) => sum + count, 0)
    expect(left).toBeLessThan(imported.events / 50)
    expect(imported.problems).toEqual([])
  })
})
