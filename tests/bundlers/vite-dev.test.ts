/** Vite's dev server: collector and UI come with it, page and server code record into its session, updates go on working. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import type { Page } from 'playwright-core'
import { afterEach, expect, it } from 'vitest'
import { startCollector } from '@hindscope/collector'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import { SHARED } from './builds.ts'
import { recordedCalls, scratchDir, waitFor } from './recording.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Served {
  readonly url: string
  readonly uiUrl: string
  /** Sends a command and waits until it is done. */
  command(name: 'restart' | 'close'): Promise<void>
}

async function serve(root: string, entries: readonly string[] = []): Promise<Served> {
  const { HINDSCOPE_URL: _url, NODE_ENV: _mode, ...env } = process.env
  const script = fileURLToPath(new URL('./dev-server.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, root, ...entries], { env: { ...env, HINDSCOPE_DIR: dataOf(root) }, stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  const ended = new Promise(resolve => child.on('close', resolve))
  child.stdout.on('data', chunk => (output += chunk))
  child.stderr.on('data', chunk => (output += chunk))
  closers.push(() => {
    child.kill()
    return ended
  })
  await waitFor(
    () => output,
    text => /ready http.*\n/.test(text) && /Hindscope: http.*\n/.test(text),
  )
  return {
    url: /ready (\S+)/.exec(output)?.[1] ?? '',
    uiUrl: /Hindscope: (\S+)/.exec(output)?.[1] ?? '',
    async command(name) {
      child.stdin.write(`${name}\n`)
      await waitFor(
        () => output,
        text => text.includes(`done ${name}`),
      )
    },
  }
}

const dataOf = (root: string): string => join(root, '.hindscope')
const addressOf = (root: string): string => join(dataOf(root), 'collector.json')

function scratchApp(): string {
  const root = scratchDir()
  cpSync(join(SHARED, 'src'), join(root, 'src'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{ "name": "tiny", "type": "module" }')
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>tiny</title><body><script type="module" src="/src/main.ts"></script>')
  return root
}

async function openPage(url: string): Promise<{ page: Page; errors: string[] }> {
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
  closers.push(() => browser.close())
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', error => errors.push(error.message))
  await page.goto(url)
  return { page, errors }
}

const EXPECTED = readFileSync(new URL('./expected-calls.txt', import.meta.url), 'utf8')
const enters = (lines: readonly string[]): string[] => lines.filter(line => line.startsWith('call-enter'))
const LAST_CALL = enters(EXPECTED.split('\n')).at(-1) ?? ''

const recorded = (root: string, line: string): Promise<string[]> =>
  waitFor(
    () => recordedCalls(dataOf(root)),
    lines => lines.includes(line),
  )

it('records server code as the builds do', async () => {
  const root = scratchApp()
  await serve(root, ['/src/main.ts'])
  expect(enters(await recorded(root, LAST_CALL))).toEqual(enters(EXPECTED.split('\n')))
})

it('records a page with no line in its HTML, and serves the UI', async () => {
  const root = scratchApp()
  const { url, uiUrl } = await serve(root)
  const { page, errors } = await openPage(url)
  expect(enters(await recorded(root, LAST_CALL))).toEqual(enters(EXPECTED.split('\n')))
  expect(errors).toEqual([])
  const ui = await page.goto(uiUrl)
  expect([ui?.status(), await page.title()]).toEqual([200, expect.stringContaining('Hindscope')])
})

it('keeps hot updates working', async () => {
  const root = scratchApp()
  const label = join(root, 'src/label.ts')
  writeFileSync(
    label,
    'export const label = (): string => "first"\nif (import.meta.hot) import.meta.hot.accept(next => (document.title = next?.label()))\n',
  )
  writeFileSync(join(root, 'src/main.ts'), 'import { label } from "./label.ts"\ndocument.title = label()\n')
  const { url } = await serve(root)
  const { page } = await openPage(url)
  await page.waitForFunction('document.title === "first"')
  await page.evaluate('globalThis.untouched = true')
  writeFileSync(label, readFileSync(label, 'utf8').replace('first', 'second'))
  await page.waitForFunction('document.title === "second"')
  expect(await page.evaluate('globalThis.untouched')).toBe(true)
  await recorded(root, 'call-return label → "second"')
})

it('records a module worker', async () => {
  const root = scratchApp()
  writeFileSync(
    join(root, 'src/worker.ts'),
    'function double(n: number): number { return n * 2 }\nself.onmessage = event => self.postMessage(double(event.data))\n',
  )
  writeFileSync(
    join(root, 'src/main.ts'),
    'const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" })\nworker.onmessage = event => (document.title = String(event.data))\nworker.postMessage(21)\n',
  )
  const { url } = await serve(root)
  const { page } = await openPage(url)
  await page.waitForFunction('document.title === "42"')
  await recorded(root, 'call-enter double(21)')
})

it('joins the collector that is there, and leaves it when it closes', async () => {
  const root = scratchApp()
  const collector = await startCollector({ dataDir: dataOf(root) })
  closers.push(() => collector.close())
  const { uiUrl, command } = await serve(root, ['/src/main.ts'])
  expect(new URL(uiUrl).origin).toBe(collector.url)
  await recorded(root, LAST_CALL)
  await command('close')
  expect((await fetch(collector.url)).status).toBe(401)
})

it('keeps its collector over a restart, and closes it with the server', async () => {
  const root = scratchApp()
  const { command } = await serve(root)
  const before = readFileSync(addressOf(root), 'utf8')
  await command('restart')
  expect(readFileSync(addressOf(root), 'utf8')).toBe(before)
  await command('close')
  expect(existsSync(addressOf(root))).toBe(false)
})
