/** The tool chains: each an app folder and a build of it by the real tools, with the plugin as its users put it in. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import mdx from '@mdx-js/rollup'
import { babel } from '@rollup/plugin-babel'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { transform } from 'esbuild'
import type { HindscopeOptions } from 'hindscope'
import type { InlineConfig, PluginOption } from 'vite'

export type Bundler = 'vite' | 'rollup' | 'rolldown' | 'esbuild' | 'webpack' | 'rspack'

export interface BuildRequest {
  /** App folder under `apps`. */
  readonly app: string
  readonly entry: string
  readonly outDir: string
  /** Absent: a build without Hindscope. */
  readonly options: HindscopeOptions | undefined
  readonly minify?: boolean
  readonly sourcemap?: boolean
  /** Placed before and after the plugin. */
  readonly before?: readonly object[]
  readonly after?: readonly object[]
  /** Warnings and errors, as the bundler words them. */
  readonly messages?: string[]
  readonly platform?: 'node' | 'browser'
}

export interface Chain {
  readonly name: string
  readonly app: string
  readonly entry: string
  readonly bundler: Bundler
  /** Plugins of the framework, in front of ours. */
  readonly plugins?: () => object[]
  /** Default: for Node. */
  readonly platform?: 'browser'
  /** What the compiler takes out of the program, such as handlers where pages are only rendered to text. */
  readonly absent?: readonly string[]
}

const apps = fileURLToPath(new URL('./apps/', import.meta.url))
export const appDir = (app: string): string => join(apps, app)

const reactCompiler = (): object =>
  babel({
    babelHelpers: 'bundled',
    babelrc: false,
    configFile: false,
    extensions: ['.tsx', '.jsx'],
    parserOpts: { plugins: ['typescript', 'jsx'] },
    plugins: ['babel-plugin-react-compiler'],
    skipPreflightCheck: true,
  })

export const CHAINS: readonly Chain[] = [
  { name: 'Vite, TypeScript', app: 'ts', entry: 'main.ts', bundler: 'vite' },
  { name: 'Rollup with esbuild, TypeScript', app: 'ts', entry: 'main.ts', bundler: 'rollup' },
  { name: 'Rolldown, TypeScript', app: 'ts', entry: 'main.ts', bundler: 'rolldown' },
  { name: 'esbuild, TypeScript', app: 'ts', entry: 'main.ts', bundler: 'esbuild' },
  { name: 'webpack with swc, TypeScript', app: 'ts', entry: 'main.ts', bundler: 'webpack' },
  { name: 'Rspack with swc, TypeScript', app: 'ts', entry: 'main.ts', bundler: 'rspack' },
  { name: 'Vite, legacy decorators', app: 'legacy', entry: 'main.ts', bundler: 'vite' },
  { name: 'Rolldown, legacy decorators', app: 'legacy', entry: 'main.ts', bundler: 'rolldown' },
  { name: 'esbuild, legacy decorators', app: 'legacy', entry: 'main.ts', bundler: 'esbuild' },
  { name: 'webpack with swc, legacy decorators', app: 'legacy', entry: 'main.ts', bundler: 'webpack' },
  { name: 'Rspack with swc, legacy decorators', app: 'legacy', entry: 'main.ts', bundler: 'rspack' },
  { name: 'esbuild, standard decorators', app: 'standard', entry: 'main.ts', bundler: 'esbuild' },
  { name: 'Rollup with esbuild, standard decorators', app: 'standard', entry: 'main.ts', bundler: 'rollup' },
  { name: 'webpack with swc, standard decorators', app: 'standard', entry: 'main.ts', bundler: 'webpack' },
  { name: 'Rspack with swc, standard decorators', app: 'standard', entry: 'main.ts', bundler: 'rspack' },
  { name: 'Vite with plugin-react, JSX', app: 'react', entry: 'main.tsx', bundler: 'vite', plugins: () => [react()] },
  { name: 'Rolldown, JSX', app: 'react', entry: 'main.tsx', bundler: 'rolldown' },
  { name: 'esbuild, JSX', app: 'react', entry: 'main.tsx', bundler: 'esbuild' },
  { name: 'webpack with swc, JSX', app: 'react', entry: 'main.tsx', bundler: 'webpack' },
  { name: 'Rspack with swc, JSX', app: 'react', entry: 'main.tsx', bundler: 'rspack' },
  {
    name: 'Vite, React Compiler',
    app: 'compiler',
    entry: 'main.tsx',
    bundler: 'vite',
    plugins: () => [reactCompiler(), react()],
    // It memoises without the call of useMemo.
    absent: ['app.tsx:12 () => items.reduce((sum, item) => sum + item, 0)'],
  },
  { name: 'Vite, Vue in a page', app: 'vue', entry: 'client.ts', bundler: 'vite', plugins: () => [vue()], platform: 'browser' },
  {
    name: 'Vite, Svelte in a page',
    app: 'svelte',
    entry: 'client.ts',
    bundler: 'vite',
    plugins: () => [svelte({ configFile: false, onwarn: () => undefined })],
    platform: 'browser',
  },
  {
    name: 'Vite, Vue',
    app: 'vue',
    entry: 'main.ts',
    bundler: 'vite',
    plugins: () => [vue()],
    absent: ['cart.vue:3 (event: Event) => focus(event, item)', 'plain.vue:10 event => { state.count = Number(event.target.value) }'],
  },
  {
    name: 'Vite, Svelte',
    app: 'svelte',
    entry: 'main.ts',
    bundler: 'vite',
    plugins: () => [svelte({ configFile: false, onwarn: () => undefined })],
    absent: [
      'cart.svelte:17 () => {',
      "cart.svelte:19 () => console.log('gone')",
      'cart.svelte:32 () => onpick(item.id)',
      'cart.svelte:35 function () { void load() }',
      'cart.svelte:40 (event) => { count += event.detail }',
      'plain.svelte:11 event => (count = Number(event.target.value))',
    ],
  },
  {
    name: 'Vite, MDX',
    app: 'mdx',
    entry: 'main.tsx',
    bundler: 'vite',
    plugins: () => [{ enforce: 'pre', ...mdx() }, react({ include: /\.(?:mdx|[jt]sx?)$/ })],
  },
]

const PROGRAMS: readonly Chain[] = (['vite', 'rollup', 'rolldown', 'esbuild', 'webpack', 'rspack'] as const).map(bundler => ({
  name: `${bundler}, TypeScript`,
  app: 'throws',
  entry: 'main.ts',
  bundler,
}))
const UI: readonly Chain[] = [
  { name: 'React Compiler', app: 'throws-react', entry: '.tsx', bundler: 'vite', plugins: () => [reactCompiler(), react()] },
  { name: 'Vue', app: 'throws-vue', entry: '.ts', bundler: 'vite', plugins: () => [vue()] },
  { name: 'Svelte', app: 'throws-svelte', entry: '.ts', bundler: 'vite', plugins: () => [svelte({ configFile: false, onwarn: () => undefined })] },
]
/** Programs that throw at every kind of place, and have every kind of statement. */
export const THROWING_CHAINS: readonly Chain[] = [
  ...PROGRAMS,
  ...UI.map(chain => ({ ...chain, name: `${chain.name} in Node`, entry: `main${chain.entry}` })),
  ...UI.map(chain => ({ ...chain, name: `${chain.name} in a page`, entry: `client${chain.entry}`, platform: 'browser' as const })),
]
export async function buildApp(chain: Chain, request: Omit<BuildRequest, 'app' | 'entry'>): Promise<string> {
  const { NODE_ENV } = process.env
  process.env['NODE_ENV'] = 'development'
  try {
    const full = {
      ...request,
      ...(chain.platform ? { platform: chain.platform } : {}),
      app: chain.app,
      entry: chain.entry,
      before: [...(chain.plugins?.() ?? []), ...(request.before ?? [])],
    }
    return await BUILDERS[chain.bundler](full)
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = NODE_ENV
  }
}

type Builder = (request: BuildRequest) => Promise<string>

const BUILDERS: Readonly<Record<Bundler, Builder>> = {
  vite: buildVite,
  rollup: request => buildRollupLike('rollup', request),
  rolldown: request => buildRollupLike('rolldown', request),
  esbuild: buildEsbuild,
  webpack: request => buildWebpackLike('webpack', request),
  rspack: request => buildWebpackLike('rspack', request),
}

async function ours(bundler: Bundler, options: HindscopeOptions | undefined): Promise<object[]> {
  if (options === undefined) return []
  const { default: hindscope } = (await import(/* @vite-ignore */ `hindscope/${bundler}`)) as { default(options: HindscopeOptions): object }
  return [hindscope(options)]
}

async function allPlugins(bundler: Bundler, { before = [], options, after = [] }: BuildRequest): Promise<object[]> {
  return [...before, ...(await ours(bundler, options)), ...after]
}

export async function viteConfig(request: BuildRequest): Promise<InlineConfig> {
  const { createLogger } = await import('vite')
  const logger = createLogger('info', { allowClearScreen: false })
  logger.info = () => undefined
  logger.warn = logger.warnOnce = logger.error = text => void request.messages?.push(text)
  return {
    root: appDir(request.app),
    configFile: false,
    customLogger: logger,
    mode: 'development',
    plugins: (await allPlugins('vite', request)) as PluginOption[],
  }
}

async function buildVite(request: BuildRequest): Promise<string> {
  const { build } = await import('vite')
  const isBrowser = request.platform === 'browser'
  const output = { entryFileNames: 'main.mjs' }
  await build({
    ...(await viteConfig(request)),
    ...(isBrowser ? {} : { ssr: { noExternal: true as const } }),
    build: {
      outDir: request.outDir,
      emptyOutDir: false,
      minify: request.minify ?? false,
      sourcemap: request.sourcemap ?? true,
      ...(isBrowser
        ? { rolldownOptions: { input: join(appDir(request.app), request.entry), output } }
        : { ssr: request.entry, rolldownOptions: { output } }),
    },
  })
  return join(request.outDir, 'main.mjs')
}

type RollupFunction = (config: object) => Promise<{ write(output: object): Promise<unknown>; close(): Promise<void> }>

/** Rollup knows no TypeScript: any of its TypeScript plugins does, this is the smallest. */
const typescriptForRollup = {
  name: 'typescript',
  transform: (code: string, id: string) =>
    /\.tsx?$/.test(id) ? transform(code, { loader: 'ts', sourcefile: id, sourcemap: true, target: 'es2022' }) : null,
}

async function buildRollupLike(bundler: 'rollup' | 'rolldown', request: BuildRequest): Promise<string> {
  const module = (await import(/* @vite-ignore */ bundler)) as Readonly<Record<string, RollupFunction>>
  const file = join(request.outDir, 'main.mjs')
  const bundle = await module[bundler]?.({
    input: join(appDir(request.app), request.entry),
    plugins: [...(bundler === 'rollup' ? [typescriptForRollup] : []), ...(await allPlugins(bundler, request))],
    external: [/^react/],
    ...(bundler === 'rolldown' ? { cwd: appDir(request.app), platform: 'node', transform: { define: {} } } : {}),
    onLog: (level: string, { message }: { message: string }) => void (level === 'warn' && request.messages?.push(message)),
  })
  await bundle?.write({ file, format: 'es', sourcemap: request.sourcemap ?? true })
  await bundle?.close()
  return file
}

async function buildEsbuild(request: BuildRequest): Promise<string> {
  const { build } = await import('esbuild')
  const file = join(request.outDir, 'main.mjs')
  const { warnings } = await build({
    absWorkingDir: appDir(request.app),
    entryPoints: [request.entry],
    outfile: file,
    bundle: true,
    platform: request.platform ?? 'node',
    format: 'esm',
    packages: request.platform === 'browser' ? 'bundle' : 'external',
    target: 'es2022',
    sourcemap: request.sourcemap ?? true,
    minify: request.minify ?? false,
    logLevel: 'error',
    plugins: (await allPlugins('esbuild', request)) as never[],
  })
  request.messages?.push(...warnings.map(warning => warning.text))
  return file
}

interface Stats {
  toJson(options: object): { warnings?: { message: string }[]; errors?: { message: string }[] }
}
interface Compiler {
  run(done: (error: Error | null, stats?: Stats) => void): void
  close(done: () => void): void
}

async function buildWebpackLike(bundler: 'webpack' | 'rspack', request: BuildRequest): Promise<string> {
  // Only the playground folders declare these two.
  const playground = fileURLToPath(new URL(`../../playground/tiny-${bundler}/package.json`, import.meta.url))
  const require = createRequire(playground)
  const name = bundler === 'webpack' ? 'webpack' : '@rspack/core'
  const module = (await import(pathToFileURL(require.resolve(name)).href)) as { default?: unknown; rspack?: unknown }
  const create = (module.rspack ?? module.default) as (config: object) => Compiler
  const decorators =
    request.app === 'legacy'
      ? { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false }
      : request.app === 'standard'
        ? { decoratorVersion: '2022-03' }
        : {}
  const swc = (tsx: boolean): object => ({
    test: tsx ? /\.[jt]sx$/ : /\.ts$/,
    loader: bundler === 'webpack' ? require.resolve('swc-loader') : 'builtin:swc-loader',
    options: {
      jsc: {
        parser: { syntax: 'typescript', tsx, decorators: true },
        target: 'es2022',
        transform: { react: { runtime: 'automatic' }, ...decorators },
      },
    },
    type: 'javascript/auto',
  })
  const compiler = create({
    context: appDir(request.app),
    mode: 'development',
    entry: `./${request.entry}`,
    target: request.platform === 'browser' ? 'web' : 'node20',
    devtool: (request.sourcemap ?? true) ? 'source-map' : false,
    output: { path: request.outDir, filename: 'main.cjs' },
    module: { rules: [swc(true), swc(false)] },
    optimization: { minimize: request.minify ?? false },
    infrastructureLogging: { level: 'none' },
    plugins: await allPlugins(bundler, request),
  })
  const stats = await new Promise<Stats>((resolve, reject) =>
    compiler.run((error, result) => (result ? resolve(result) : reject(error ?? new TypeError('neither stats nor an error')))),
  )
  const { warnings = [], errors = [] } = stats.toJson({ all: false, warnings: true, errors: true })
  await new Promise<void>(resolve => compiler.close(resolve))
  request.messages?.push(...[...errors, ...warnings].map(({ message }) => message))
  return join(request.outDir, 'main.cjs')
}
