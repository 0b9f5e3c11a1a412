/** Apps of user-interface libraries in Chromium: with the adapter of their library and without, the same app otherwise. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { decodeEvents, dumpEvents } from '@hindscope/testkit'
import { chromium } from 'playwright-core'
import type { ValueNode } from '@hindscope/protocol'
import type { Browser, Page } from 'playwright-core'
import { instrument } from '@hindscope/instrument'
import { build } from 'esbuild'
import type { Plugin } from 'esbuild'
import { compile } from 'svelte/compiler'
import { onTestFinished } from 'vitest'
import { alias } from '../../../../alias.ts'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export interface AppWish {
  /** A file of `./apps`. */
  readonly app: string
  /** Adapters to be loaded before it; without one there is no recorder either. */
  readonly adapter?: string | undefined
  /** Where its libraries come from; those of the runtime's own tests when absent. */
  readonly modules?: Readonly<Record<string, string>> | undefined
  readonly mode?: 'development' | 'production'
  /** Scripts that run before everything, and right after the adapter as in a bundle. */
  readonly before?: string
  readonly between?: string
  readonly define?: Readonly<Record<string, string>>
  readonly jsxImportSource?: string
  /** The components of Svelte are instrumented, so that they hand over what they get. */
  readonly isInstrumented?: boolean
  /** Of exports, besides those of browsers. */
  readonly conditions?: readonly string[]
}

/** The folder of a package as seen from `from`. */
export const folderOf = (name: string, from: string): string => createRequire(from).resolve(`${name}/package.json`).slice(0, -'/package.json'.length)

const importOf = (path: string): string => `import ${JSON.stringify(here(path))}`
const RECORDER = `
  import { HOOK_SYMBOL } from '@hindscope/protocol'
  import { createRecorder } from ${JSON.stringify(here('../../src/index.ts'))}
  const recorder = createRecorder({ sink: 'memory', level: 'values', flushMs: 60_000 })
  recorder.install(globalThis)
  globalThis.recorder = recorder
  // What instrument writes around the calls of known exports.
  globalThis.handOver = (adapter, source, value) => globalThis[Symbol.for(HOOK_SYMBOL)].lb(adapter, source, value)`

/** As Svelte's loaders compile components. */
const components = (mode: string, isInstrumented: boolean): Plugin => ({
  name: 'components',
  setup(context) {
    context.onLoad({ filter: /\.svelte$/ }, ({ path }) => {
      const { code } = compile(readFileSync(path, 'utf8'), { filename: path, dev: mode === 'development' }).js
      const options = {
        id: path,
        hookModule: here('../../src/hook.ts'),
        libraries: here('../../src/libraries/*.ts'),
        plan: { level: 'count' },
      } as const
      return { contents: isInstrumented ? instrument(code, options).code : code, loader: 'js' }
    })
  },
})

async function bundle(
  text: string,
  { mode = 'development', modules = {}, define = {}, jsxImportSource = 'react', conditions = [], isInstrumented = false }: AppWish,
): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: here('.'), loader: 'tsx' },
    bundle: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource,
    tsconfigRaw: '{}',
    jsxDev: mode === 'development' && jsxImportSource === 'react',
    alias: { ...alias, ...modules },
    conditions: [...conditions, 'module'],
    define: { 'process.env.NODE_ENV': JSON.stringify(mode), ...define },
    // The runtime's own package says that its sources have no side effects.
    ignoreAnnotations: true,
    plugins: [components(mode, isInstrumented)],
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}

const bundles = new Map<string, Promise<string>>()

/** The page's scripts in order, by name; each is bundled once. */
async function scriptsOf(wish: AppWish): Promise<Map<string, string>> {
  const made = (text: string): Promise<string> => {
    const key = JSON.stringify([text, wish.mode, wish.modules, wish.define, wish.conditions, wish.isInstrumented])
    const known = bundles.get(key) ?? bundle(text, wish)
    bundles.set(key, known)
    return known
  }
  const recording = wish.adapter === undefined ? [] : [RECORDER, importOf(`../../src/libraries/${wish.adapter}.ts`)]
  const [app = '', recorder = '', adapter = ''] = await Promise.all([importOf(`apps/${wish.app}`), ...recording].map(made))
  return new Map([
    ['before', wish.before ?? ''],
    ['recorder', recorder],
    ['adapter', `${adapter}\n${wish.between ?? ''}`],
    ['app', app],
  ])
}

let browser: Promise<Browser> | undefined
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
}

export interface Opened {
  readonly page: Page
  /** All that the page printed, and its uncaught errors. */
  readonly said: string[]
}

export async function openApp(wish: AppWish): Promise<Opened> {
  const scripts = await scriptsOf(wish)
  const tags = [...scripts.keys()].map(name => `<script src="/${name}.js"></script>`).join('')
  const html = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><div id="root"></div>${tags}`
  browser ??= ensureChromium().then(executablePath => chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] }))
  const page = await (await browser).newPage()
  onTestFinished(() => page.close())
  const said: string[] = []
  page.on('pageerror', error => said.push(`uncaught ${error.message}`))
  page.on('console', message => said.push(`${message.type()} ${message.text()}`))
  await page.route('**/*', route => {
    const script = scripts.get(/(\w+)\.js$/.exec(route.request().url())?.[1] ?? '')
    return route.fulfill(script === undefined ? { contentType: 'text/html', body: html } : { contentType: 'text/javascript', body: script })
  })
  await page.goto('http://app.test/')
  return { page, said }
}

export interface Recorded {
  readonly dump: string
  readonly errors: Readonly<Record<string, number>>
  readonly chunks: Uint8Array[]
}

export async function recordedBy(page: Page): Promise<Recorded> {
  const [chunks, errors] = await page.evaluate<[string[], Record<string, number>]>(`(() => {
    const text = bytes => { let all = ''; for (const byte of bytes) all += String.fromCharCode(byte); return btoa(all) }
    return [recorder.chunks().map(text), recorder.stats().errors]
  })()`)
  const decoded = chunks.map(text => new Uint8Array(Buffer.from(text, 'base64')))
  return { dump: dumpEvents(decoded), errors, chunks: decoded }
}

/**
 * The renders as short lines, by the marks between them: `update Row key=2: props a, b; state useState#0`. Behind `<` the number of the event
 * that caused it, where there is one.
 */
export function rendersOf({ chunks }: Recorded): Record<string, string[]> {
  const steps: Record<string, string[]> = {}
  let lines: string[] = (steps['start'] = [])
  const names = new Map<number, string>()
  for (const event of decodeEvents(chunks)) {
    if (event.kind === 'mark') lines = steps[String((plain(event.values[0]) as { label: string }).label)] = []
    if (event.kind !== 'activity-start') continue
    const fields = plain(event.values[0]) as Record<string, unknown>
    if (fields['component'] === undefined) names.set(event.call, String(fields['name']))
    else lines.push(lineOf(fields) + (event.link === 0 ? '' : ` < ${names.get(event.link) ?? `#${event.link}`}`))
  }
  return steps
}

function lineOf(fields: Record<string, unknown>): string {
  const because = fields['because'] as { kind: string; name?: string }[]
  const kinds = [...new Set(because.map(({ kind }) => kind))]
  const causes = kinds.map(kind =>
    [kind, because.flatMap(cause => (cause.kind === kind && cause.name !== undefined ? [cause.name] : [])).join(', ')].filter(Boolean).join(' '),
  )
  return [
    [fields['reason'], fields['component'], fields['part']].filter(Boolean).join(' '),
    fields['key'] === undefined ? '' : ` key=${fields['key']}`,
    fields['caught'] === true ? ' caught' : '',
    causes.length === 0 ? '' : `: ${causes.join('; ')}`,
  ].join('')
}

/** Recorded plain data as it was. */
function plain(node: ValueNode | undefined): unknown {
  switch (node?.kind) {
    case 'string':
    case 'boolean':
      return node.value
    case 'number':
      return Number(node.text)
    case 'array':
      return node.items.map(plain)
    case 'object':
      return Object.fromEntries(node.entries.map(([key, value]) => [key, plain(value)]))
    default:
      return undefined
  }
}
