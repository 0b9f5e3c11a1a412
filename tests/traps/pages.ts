/** Vite builds and dev servers of a scratch project, and pages of them in Chromium. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, extname, join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import hindscope from 'hindscope/vite'
import type { HindscopeOptions } from 'hindscope'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import type { InlineConfig, PluginOption } from 'vite'
import { onTestFinished } from 'vitest'
import { scratchDir } from '../bundlers/recording.ts'

/** Writes the files into a fresh folder. `node_modules` of the workspace are found from there through `alias`. */
export function project(files: Readonly<Record<string, string>>): string {
  const dir = scratchDir()
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

const installed = (path: string): string => fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url))
/** Packages of the workspace, for projects outside of it. */
const REACT_ALIAS = [
  { find: /^react-dom(\/.*)?$/, replacement: `${installed('react-dom')}$1` },
  { find: /^react(\/.*)?$/, replacement: `${installed('react')}$1` },
]

export interface ViteWish {
  readonly root: string
  /** Absent: plain. */
  readonly options?: HindscopeOptions | undefined
  readonly plugins?: readonly PluginOption[]
  readonly config?: InlineConfig
}

export function viteConfig({ root, options, plugins = [], config = {} }: ViteWish): InlineConfig {
  return {
    root,
    configFile: false,
    logLevel: 'silent',
    base: './',
    resolve: { alias: REACT_ALIAS, dedupe: ['react', 'react-dom'] },
    ...config,
    plugins: [...plugins, ...(options === undefined ? [] : [hindscope({ dataDir: join(root, '.hindscope'), ...options })])],
  }
}

/** Builds `index.html` for development, so that nothing is minified, and gives the output folder. */
export async function buildPage(wish: ViteWish): Promise<string> {
  const outDir = join(wish.root, wish.options === undefined ? 'plain' : 'probed')
  const { build: more, ...config } = wish.config ?? {}
  await build({ ...viteConfig({ ...wish, config }), mode: 'development', build: { outDir, emptyOutDir: true, minify: false, ...more } })
  return outDir
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' }

/** Serves a folder until the test is over. */
export async function serveDir(dir: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname
    const file = join(dir, path === '/' ? 'index.html' : path)
    readFile(file).then(
      text => response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', ...headers }).end(text),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

let browser: Promise<Browser> | undefined
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
}

export interface Opened {
  readonly page: Page
  /** Errors, warnings and violations of the page. */
  readonly problems: string[]
}

export async function openPage(url: string): Promise<Opened> {
  browser ??= ensureChromium().then(executablePath => chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] }))
  const page = await (await browser).newPage()
  onTestFinished(() => page.close())
  const problems: string[] = []
  page.on('pageerror', error => problems.push(error.message))
  page.on('console', message => {
    const isIcon = message.location().url.endsWith('/favicon.ico')
    if (!isIcon && (message.type() === 'error' || message.type() === 'warning')) problems.push(message.text())
  })
  await page.goto(url)
  return { page, problems }
}
