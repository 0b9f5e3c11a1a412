/** A recorded program in every format of `hindscope export`; speedscope, in a browser, opens the three that it knows. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folder, hindscope } from './command-line.ts'

const APP = `
import { createServer } from 'node:http'
function spin(ms) {
  for (const end = performance.now() + ms; performance.now() < end;);
  return ms
}
function total(items) {
  return items.reduce((sum, item) => sum + spin(item), 0)
}
async function ask(port) {
  const response = await fetch('http://127.0.0.1:' + port + '/items?key=secret')
  return response.status
}
function refuse() {
  throw new RangeError('out of stock')
}
console.log('total', total([3, 5]))
try {
  refuse()
} catch (error) {
  console.error(error.message)
}
const server = createServer((request, response) => response.end(String(total([1])))).listen(0, '127.0.0.1', async () => {
  console.log('status', await ask(server.address().port))
  server.close()
})
`
const FORMATS = ['hscope', 'perfetto', 'speedscope', 'cpuprofile', 'otlp', 'har', 'csv', 'json'] as const

const project = folder({ 'package.json': '{"type":"module"}', 'app.js': APP })
const at = { cwd: project.dir }
const exported = (format: string): string => readFileSync(join(project.dir, `app.${format}`), 'utf8')

beforeAll(async () => {
  const run = await hindscope(['run', '--once', '--', process.execPath, 'app.js'], at)
  expect(run, run.stderr).toMatchObject({ exitCode: 0, stdout: 'total 8\nstatus 200\n' })
  for (const format of FORMATS) {
    const { exitCode, stdout, stderr } = await hindscope(['export', '--format', format, '-o', `app.${format}`, '--json'], at)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({ format, bytes: readFileSync(join(project.dir, `app.${format}`)).length })
  }
})
afterAll(() => project[Symbol.dispose]())

describe('what was recorded', () => {
  test('every event is a row, of JSON as of CSV, as query prints it', async () => {
    const { stdout } = await hindscope(['query', '--json', '--all'], at)
    expect(exported('json')).toBe(stdout)
    expect(exported('csv').trimEnd().split('\r\n')).toHaveLength(stdout.trimEnd().split('\n').length + 1)
  })

  test('the request is in the HAR, with its secret masked, and joins its answer in the OTLP', () => {
    const { log } = JSON.parse(exported('har')) as { log: { entries: { request: { url: string }; response: { status: number } }[] } }
    expect(log.entries).toMatchObject([{ request: { method: 'GET' }, response: { status: 200 } }])
    interface Span {
      readonly kind: number
      readonly traceId: string
      readonly spanId: string
      readonly parentSpanId?: string
    }
    const { resourceSpans } = JSON.parse(exported('otlp')) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }
    const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(each => each.spans))
    const [client, server] = [spans.find(({ kind }) => kind === 3), spans.find(({ kind }) => kind === 2)]
    expect(server?.parentSpanId).toBe(client?.spanId)
    expect(server?.traceId).toBe(client?.traceId)
  })

  test('standard output takes it as it is', async () => {
    const { exitCode, stdout, stderr } = await hindscope(['export', 'app.hscope', '--format', 'csv', '-o', '-'], at)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toBe(exported('csv'))
  })
})

describe('speedscope', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
  })
  afterAll(() => browser.close())

  const require = createRequire(import.meta.url)
  const app = join(dirname(require.resolve('speedscope/package.json')), 'dist/release/index.html')

  /** The text of its list of functions: total time, self time, name. */
  async function opened(format: string): Promise<string> {
    const script = join(project.dir, `${format}.js`)
    const content = Buffer.from(exported(format)).toString('base64')
    writeFileSync(script, `speedscope.loadFileFromBase64(${JSON.stringify(`app.${format}`)}, ${JSON.stringify(content)})`)
    await using page = await browser.newPage()
    const errors: string[] = []
    page.on('pageerror', error => errors.push(error.message))
    page.on('dialog', dialog => {
      errors.push(dialog.message())
      void dialog.dismiss()
    })
    await page.goto(`${pathToFileURL(app).href}#localProfilePath=${script}`)
    await page.getByText('Sandwich').click()
    await page.waitForFunction('document.body.innerText.includes("%)")')
    const text = await page.locator('body').innerText()
    expect(errors).toEqual([])
    return text
  }

  test.each(['speedscope', 'cpuprofile', 'perfetto'])('opens %s, with the times that calls took', async format => {
    const functions = await opened(format)
    expect(functions).toContain('refuse')
    // From trace events it makes a function of each call, named with its arguments.
    if (format === 'perfetto') return expect(functions).toContain('"arguments":"(5)"')
    const [, ms] = /([\d.]+)ms \([\d.]+%\)\s+spin\b/.exec(functions) ?? []
    expect(Number(ms)).toBeGreaterThan(8.9)
    expect(Number(ms)).toBeLessThan(60)
  })
})
