/**
 * The tiny program through each bundler, with the configuration of its playground folder: that shows that one line is all it takes.
 * Each build can leave the plugin out, give it options, or build another entry.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { HindscopeError } from '@hindscope/protocol'
import type { BuildFailure, Message } from 'esbuild'
import type { HindscopeOptions } from 'hindscope'
import type { InlineConfig } from 'vite'

export const BUNDLERS = ['vite', 'webpack', 'rspack', 'rollup', 'rolldown', 'esbuild'] as const
export type Bundler = (typeof BUNDLERS)[number]
export type Mode = 'development' | 'production'

export interface BuildRequest {
  readonly bundler: Bundler
  readonly mode: Mode
  /** Absent: built without Hindscope. More than one: the plugin stands in the configuration as often. */
  readonly plugins: readonly HindscopeOptions[]
  readonly outDir: string
  /** Where manifests go, and recordings of what runs. */
  readonly dataDir: string
  /** Default: the tiny program. */
  readonly entry?: string
  readonly minify?: boolean
}

export interface Built {
  /** What to run. */
  readonly file: string
  /** Text of every emitted file, maps included. */
  readonly text: string
  /** Warnings and errors as the bundler reports them. */
  readonly messages: readonly string[]
  /** Everything said on the bundler's logs. */
  readonly log: string
}

const playground = fileURLToPath(new URL('../../playground/', import.meta.url))
export const SHARED: string = join(playground, 'tiny-shared')
export const ENTRY: string = join(SHARED, 'src/main.ts')
export const tinyDir = (bundler: Bundler): string => (bundler === 'vite' ? SHARED : join(playground, `tiny-${bundler}`))

/** A package as the playground folder sees it; only the folders declare every bundler. */
async function importFrom<Module>(dir: string, name: string): Promise<Module> {
  const file = createRequire(join(dir, 'package.json')).resolve(name)
  return (await import(pathToFileURL(file).href)) as Module
}

type PluginFactory = (options?: HindscopeOptions) => unknown

async function hindscopePlugins(bundler: Bundler, plugins: readonly HindscopeOptions[]): Promise<unknown[]> {
  const { default: hindscope } = (await import(/* @vite-ignore */ `hindscope/${bundler}`)) as { default: PluginFactory }
  return plugins.map(options => hindscope(options))
}

async function playgroundConfig<Config extends { plugins?: unknown }>(bundler: Bundler, file: string): Promise<Config> {
  const { default: config } = (await import(pathToFileURL(join(tinyDir(bundler), file)).href)) as { default: Config }
  return { ...config }
}

const outputOf = (outDir: string): string =>
  readdirSync(outDir)
    .sort()
    .map(name => readFileSync(join(outDir, name), 'utf8'))
    .join('\n')

/** One at a time: bundlers and the plugin read this process's environment. A build that fails has no file, and says why in its messages. */
export async function build(request: BuildRequest): Promise<Built> {
  const { NODE_ENV, HINDSCOPE_DIR } = process.env
  process.env['NODE_ENV'] = request.mode
  process.env['HINDSCOPE_DIR'] = request.dataDir
  const said: Said = { messages: [], log: [] }
  const file = join(request.outDir, request.bundler === 'webpack' || request.bundler === 'rspack' ? 'main.cjs' : 'main.mjs')
  try {
    await BUILDERS[request.bundler](request, file, said)
    return { file, text: existsSync(file) ? outputOf(request.outDir) : '', messages: said.messages, log: said.log.join('\n') }
  } catch (error) {
    if (error instanceof HindscopeError) throw error
    return { file: '', text: '', messages: [...said.messages, String(error), ...warningsOf(error)], log: said.log.join('\n') }
  } finally {
    restore('NODE_ENV', NODE_ENV)
    restore('HINDSCOPE_DIR', HINDSCOPE_DIR)
  }
}

/** esbuild hands the warnings of a failed build over with its error. */
function warningsOf(error: unknown): string[] {
  const { warnings = [] } = error as Partial<BuildFailure> // SAFE: read as undefined where absent
  return warnings.map(warningText)
}

const warningText = ({ text, location }: Message): string => `${text} ${location?.file}:${location?.line}\n${location?.lineText}`

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}

interface Said {
  readonly messages: string[]
  readonly log: string[]
}

type Builder = (request: BuildRequest, file: string, said: Said) => Promise<void>

const BUILDERS: Readonly<Record<Bundler, Builder>> = {
  vite: buildVite,
  webpack: (...args) => buildWebpackLike('webpack', 'webpack.config.js', ...args),
  rspack: (...args) => buildWebpackLike('@rspack/core', 'rspack.config.js', ...args),
  rollup: (...args) => buildRollupLike('rollup', 'rollup.config.js', ...args),
  rolldown: (...args) => buildRollupLike('rolldown', 'rolldown.config.js', ...args),
  esbuild: buildEsbuild,
}

async function buildVite(request: BuildRequest, file: string, said: Said): Promise<void> {
  const { build: viteBuild } = await import('vite')
  const rolldownOptions = { output: { entryFileNames: basename(file) } }
  await viteBuild({
    ...(await viteConfig(request.plugins, said)),
    mode: request.mode,
    build: {
      ssr: request.entry ?? ENTRY,
      outDir: request.outDir,
      emptyOutDir: false,
      sourcemap: true,
      minify: request.minify ?? false,
      rolldownOptions,
    },
  })
}

export async function viteConfig(plugins: readonly HindscopeOptions[], { log, messages }: Said): Promise<InlineConfig> {
  const { createLogger } = await import('vite')
  const logger = createLogger('info', { allowClearScreen: false })
  logger.info = text => void log.push(text)
  logger.warn = logger.warnOnce = logger.error = text => void messages.push(text)
  return {
    configFile: false,
    root: SHARED,
    customLogger: logger,
    // The other bundlers build JSX as it is in production.
    oxc: { jsx: { development: false } },
    plugins: (await hindscopePlugins('vite', plugins)) as never[],
  }
}

interface Stats {
  toJson(options: object): { warnings?: { message: string }[]; errors?: { message: string }[] }
}
interface Compiler {
  run(done: (error: Error | null, stats?: Stats) => void): void
  close(done: () => void): void
}
interface WebpackLikeConfig {
  plugins?: unknown
  output?: object
}

async function buildWebpackLike(packageName: string, configFile: string, request: BuildRequest, file: string, said: Said): Promise<void> {
  const dir = tinyDir(request.bundler)
  const module = await importFrom<{ default?: unknown; rspack?: unknown }>(dir, packageName)
  const create = (module.rspack ?? module.default) as (config: object) => Compiler // SAFE: how each package exports its function
  const config = await playgroundConfig<WebpackLikeConfig>(request.bundler, configFile)
  const compiler = create({
    ...config,
    context: dir,
    mode: request.mode,
    entry: request.entry ?? ENTRY,
    output: { ...config.output, path: request.outDir, filename: basename(file) },
    optimization: { minimize: request.minify ?? false },
    infrastructureLogging: { level: 'info', stream: { write: (text: string) => said.log.push(text) } },
    plugins: await hindscopePlugins(request.bundler, request.plugins),
  })
  const stats = await new Promise<Stats>((resolve, reject) =>
    compiler.run((error, result) => (result ? resolve(result) : reject(error ?? new TypeError('neither stats nor an error')))),
  )
  const { warnings = [], errors = [] } = stats.toJson({ all: false, warnings: true, errors: true })
  await new Promise<void>(resolve => compiler.close(resolve))
  said.messages.push(...[...errors, ...warnings].map(({ message }) => message))
}

type RollupFunction = (config: object) => Promise<{ write(output: object): Promise<unknown>; close(): Promise<void> }>
interface RollupLikeConfig {
  plugins: { name: string }[]
  output: object
}
interface RollupLog {
  readonly message: string
  readonly frame?: string
  readonly loc?: { readonly file?: string; readonly line: number }
}

async function buildRollupLike(
  packageName: 'rollup' | 'rolldown',
  configFile: string,
  request: BuildRequest,
  file: string,
  said: Said,
): Promise<void> {
  const dir = tinyDir(request.bundler)
  const module = await importFrom<Readonly<Record<string, RollupFunction>>>(dir, packageName)
  const config = await playgroundConfig<RollupLikeConfig>(request.bundler, configFile)
  const bundle = await module[packageName]?.({
    ...config,
    input: request.entry ?? ENTRY,
    plugins: [...(await hindscopePlugins(request.bundler, request.plugins)), ...config.plugins.filter(plugin => plugin.name !== 'hindscope')],
    ...(packageName === 'rolldown' ? { cwd: dir } : {}),
    onLog: (level: string, { message, loc, frame = '' }: RollupLog) =>
      (level === 'warn' ? said.messages : said.log).push(`${message} ${loc ? `${loc.file}:${loc.line}` : ''}\n${frame}`),
  })
  await bundle?.write({ ...config.output, file, ...(packageName === 'rolldown' && request.minify === true ? { minify: true } : {}) })
  await bundle?.close()
}

/** esbuild's playground folder has a script instead of a configuration, so its options are repeated here. */
async function buildEsbuild(request: BuildRequest, file: string, said: Said): Promise<void> {
  const esbuild = await import('esbuild')
  const say = console.error
  console.error = (text: string) => void said.log.push(text)
  try {
    const { warnings } = await esbuild.build({
      absWorkingDir: tinyDir('esbuild'),
      entryPoints: [request.entry ?? ENTRY],
      outfile: file,
      bundle: true,
      platform: 'node',
      format: 'esm',
      sourcemap: true,
      minify: request.minify ?? false,
      plugins: (await hindscopePlugins('esbuild', request.plugins)) as never[],
    })
    said.messages.push(...warnings.map(warningText))
  } finally {
    console.error = say
  }
}
