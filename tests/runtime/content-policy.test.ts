/** Pages with a strict content security policy and enforced Trusted Types: recorded, and no violation is ours. */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCollector } from '@hindscope/collector'
import type { Collector } from '@hindscope/collector'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import hindscope from 'hindscope/esbuild'
import { realmsIn } from './realms.ts'

const WORKER = `import { work } from ${JSON.stringify(fileURLToPath(new URL('./apps/realms/work.js', import.meta.url)))}; self.postMessage(work('a worker'))`
const PROGRAM = `import { work } from ${JSON.stringify(fileURLToPath(new URL('./apps/realms/work.js', import.meta.url)))}
const click = () => work('a click')
document.getElementById('buy').addEventListener('click', click)
document.getElementById('buy').click()
const worker = new Worker(trustedTypes.createPolicy('own', { createScriptURL: url => url }).createScriptURL('/worker.js'))
worker.onmessage = ({ data }) => fetch('/done').then(() => console.log([work('a page'), data].join()))
`

let dataDir: string
let collector: Collector
let browser: Browser
let server: Server
let policy = ''
const reports: string[] = []
const scripts = { '/main.js': '', '/worker.js': '' }

beforeAll(async () => {
  dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'hindscope-policy-')))
  collector = await startCollector({ dataDir })
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
  const bundled = async (contents: string, level?: 'off'): Promise<string> => {
    const options = { dataDir, production: true, url: collector.ingestUrl, token: collector.token, ...(level ? { level } : {}) }
    const stdin = { contents, resolveDir: dataDir, sourcefile: join(dataDir, 'page.js') }
    const built = await build({
      stdin,
      bundle: true,
      format: 'iife',
      platform: 'browser',
      minify: true,
      write: false,
      logLevel: 'error',
      plugins: [hindscope(options)],
    })
    return built.outputFiles[0]?.text ?? ''
  }
  scripts['/main.js'] = await bundled(PROGRAM)
  scripts['/worker.js'] = await bundled(WORKER)
  server = createServer((request, response) => {
    const url = request.url ?? ''
    if (url === '/report') {
      request.on('data', part => reports.push(String(part)))
      return void request.on('end', () => response.end())
    }
    response.setHeader('content-security-policy', policy)
    if (url === '/main.js' || url === '/worker.js') return void response.setHeader('content-type', 'text/javascript').end(scripts[url])
    if (url !== '/') return void response.writeHead(204).end()
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>strict</title><button id="buy">Buy</button><script nonce="n0nce" src="/main.js"></script>')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await browser.close()
  server.close()
  await collector.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const strict = (connect: string): string =>
  `default-src 'none'; script-src 'nonce-n0nce'; worker-src 'self'; connect-src 'self'${connect}; require-trusted-types-for 'script'; trusted-types own; report-uri /report`

async function visit(): Promise<string[]> {
  reports.length = 0
  const page = await browser.newPage()
  const said: string[] = []
  page.on('console', message => said.push(message.text()))
  page.on('pageerror', error => said.push(String(error)))
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await expect.poll(() => said.join(), { timeout: 20_000 }).toContain('worked in a page')
  await page.waitForTimeout(500)
  await page.close()
  return said
}

test('a page that allows nothing but its nonce, its origin and the collector is recorded and reports nothing', async () => {
  policy = strict(` ${collector.ingestUrl} ${collector.url}`)
  expect(await visit()).toEqual(['worked in a page,worked in a worker'])
  expect(reports).toEqual([])
  const returned = (): string =>
    realmsIn(dataDir)
      .flatMap(({ lines }) => lines)
      .filter(line => line.startsWith('call-return'))
      .join('\n')
  await expect.poll(returned, { timeout: 20_000 }).toMatch(/worked in a click[^]*worked in a page|worked in a page[^]*worked in a click/)
  expect(returned()).toContain('"worked in a worker"')
})

test('where the policy forbids the collector, the page runs as ever and the refusal is seen once in each realm', async () => {
  policy = strict('')
  const said = await visit()
  expect(said.filter(line => !line.includes('Content Security Policy'))).toEqual(['worked in a page,worked in a worker'])
  expect(reports.filter(report => report.includes('connect-src'))).toHaveLength(2)
})
