/**
 * The page as it is built, in a real browser over an engine in this process: what every browser test begins with. The build is shared
 * between test files: it lies in the folder for temporary files, under a name that is made of all that it was built from.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { build } from 'vite'
import { expect } from 'vitest'
import { HindscopeError } from '@hindscope/protocol'
import type { TraceEngine } from '@hindscope/protocol'
import { askEngine, isEngineMethod } from '@hindscope/store/model'
import { alias } from '../../../../alias.ts'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'

const root = fileURLToPath(new URL('../..', import.meta.url))
const workspace = fileURLToPath(new URL('../../../..', import.meta.url))
const PREFIX = 'hindscope-page-'
/** Builds that nobody has asked for so long are removed. */
const KEPT_MS = 6 * 3_600_000
const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' }

/** Folder with `index.html`, `assets/` and `hindscope.html`, built from the sources as they are now. It is shared: nothing may be written there. */
export async function builtPage(): Promise<string> {
  const folder = join(tmpdir(), `${PREFIX}${sourcesMark()}`)
  if (existsSync(join(folder, 'hindscope.html'))) {
    const now = new Date()
    await utimes(folder, now, now)
    return folder
  }
  await removeOldBuilds()
  // Another test file may be at it too: whoever is first gives the folder its name, and the others take that one.
  const made = await mkdtemp(join(tmpdir(), `${PREFIX}new-`))
  for (const configFile of ['vite.config.ts', 'vite.single.config.ts']) {
    await build({ root, configFile: join(root, configFile), logLevel: 'error', resolve: { alias }, build: { outDir: made, emptyOutDir: false } })
  }
  try {
    await rename(made, folder)
  } catch (error) {
    await rm(made, { recursive: true, force: true })
    if (!existsSync(join(folder, 'hindscope.html'))) throw error
  }
  return folder
}

/** Of every file that a build reads: the sources of the page and of what it imports, how they are built, and which packages there are. */
function sourcesMark(): string {
  const hash = createHash('sha256')
  const add = (path: string): void => {
    hash.update(path.slice(workspace.length)).update('\0').update(readFileSync(path)).update('\0')
  }
  for (const folder of ['packages/protocol/src', 'packages/store/src', 'packages/ui/src']) {
    const names = readdirSync(join(workspace, folder), { recursive: true, encoding: 'utf8' })
    for (const name of names.filter(each => /\.\w+$/.test(each)).sort()) add(join(workspace, folder, name))
  }
  for (const name of ['index.html', 'vite.config.ts', 'vite.single.config.ts', 'page-messages.ts']) add(join(root, name))
  for (const name of ['alias.ts', 'pnpm-lock.yaml']) add(join(workspace, name))
  return hash.digest('hex').slice(0, 20)
}

async function removeOldBuilds(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const path = join(tmpdir(), name)
    if (!name.startsWith(PREFIX)) continue
    const found = await stat(path).catch(() => undefined) // SAFE: another test file has just removed or renamed it.
    if (found && Date.now() - found.mtimeMs > KEPT_MS) await rm(path, { recursive: true, force: true })
  }
}

export const launchBrowser = async (): Promise<Browser> => chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })

/** The type of a file of the page, by its name. */
export const contentType = (name: string): string => TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain'

type Answer = (method: string, query: object) => Promise<unknown>

export interface PageHost {
  readonly browser: Browser
  /** `http://127.0.0.1:…/`. */
  readonly address: string
  /** Methods of the engine that fail as long as they are in here. */
  readonly broken: Set<string>
  /** A new page at this hash; timeouts are ten seconds. */
  open(hash?: string, options?: BrowserContextOptions): Promise<Page>
  close(): Promise<void>
}

/** `answers`: of methods that the engine does not have, tried first; undefined is passed on to the engine. */
export async function startPageHost(engine: TraceEngine, answers: Answer = async () => undefined): Promise<PageHost> {
  const folder = await builtPage()
  const broken = new Set<string>()
  const answer: Answer = async (method, query) => {
    if (broken.has(method)) throw new Error('the disk is on fire')
    const found = await answers(method, query)
    if (found !== undefined) return found
    if (!isEngineMethod(method))
      throw new HindscopeError('collector-request', {
        method: 'POST',
        path: `/api/${method}`,
        reason: 'this server only shows trace files',
        api: '/api/<method>',
      })
    return askEngine(engine, method, query)
  }
  const server = await listen(folder, answer)
  const browser = await launchBrowser()
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/` // SAFE: it listens on a port.
  return {
    browser,
    address,
    broken,
    async open(hash = '', options = {}) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options })
      page.setDefaultTimeout(10_000)
      await page.goto(`${address}${hash}`)
      await page.getByTestId('moment').waitFor({ state: 'attached' })
      return page
    },
    async close() {
      await browser.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

async function listen(folder: string, answer: Answer): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname
    if (!path.startsWith('/api/')) return void sendFile(join(folder, path === '/' ? 'index.html' : path), response)
    let body = ''
    request.on('data', part => (body += String(part)))
    request.on('end', () => {
      answer(path.slice('/api/'.length), JSON.parse(body || '{}')).then(
        result => response.end(JSON.stringify({ result })),
        (error: Error & { readonly code?: string; readonly fix?: string }) => {
          const { code = 'collector-internal', message, fix } = error
          response.writeHead(code === 'collector-internal' ? 500 : 400).end(JSON.stringify({ error: { code, message, fix } }))
        },
      )
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

function sendFile(path: string, response: ServerResponse): void {
  readFile(path).then(
    content => response.writeHead(200, { 'content-type': contentType(path) }).end(content),
    () => response.writeHead(404).end(),
  )
}

/** Until `read` gives the value. */
export const until = (read: () => Promise<unknown>, value: unknown): Promise<void> => expect.poll(read, { timeout: 10_000 }).toEqual(value)

interface AxeReport {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[]
}

/** Accessibility faults within `at`, one line each; with `only`, of these rules or groups of rules. */
export async function faultsOf(page: Page, at = 'html', only?: readonly string[]): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  return page.evaluate(
    async ([selector, rules]) => {
      // SAFE: the script above has put it there.
      const { axe: checker } = globalThis as unknown as { axe: { run(selector: string, options: object): Promise<AxeReport> } }
      const { violations } = await checker.run(selector, rules ? { runOnly: rules } : {})
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join(' | ')}`,
      )
    },
    [at, only] as const,
  )
}
