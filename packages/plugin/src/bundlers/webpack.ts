import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { UnpluginBuildContext, UnpluginContext, UnpluginOptions } from 'unplugin'
import type { Diagnostic } from '@hindscope/protocol'
import { findCollector } from '../core/collector-link.ts'
import { createBuildContext } from '../core/context.ts'
import type { BuildContext } from '../core/context.ts'
import { toTextMessage } from '../core/emit-diagnostics.ts'
import { ID_FILTER, OWN_ID_FILTER } from '../core/filter.ts'
import { incomingMap } from '../core/incoming-map.ts'
import type { ModuleText } from '../core/instrument-module.ts'
import { libraryModules } from '../core/runtime-files.ts'
import { manifestsDir, writeDataFile } from '../core/manifest-store.ts'
import { parseModuleId } from '../core/module-id.ts'
import { webpackMode } from '../core/production.ts'
import { testAssets } from '../core/self-test-assets.ts'
import type { SourceType } from '../core/source-type.ts'
import { syncStripper } from '../core/strip-types.ts'
import { writeHookFile } from '../core/virtual-modules.ts'
import type { HindscopeOptions, RuntimeTarget } from '../types.ts'
import { PLUGIN_NAME } from './rollup.ts'

/** What webpack's and rspack's compilers have in common of what is used here. */
interface WebpackLikeCompiler {
  readonly context: string
  readonly options: {
    readonly mode?: string | undefined
    readonly devtool?: unknown
    readonly plugins?: readonly (object | null | undefined | false | '' | 0)[]
    readonly cache?: unknown
    readonly externalsPresets?: { readonly node?: boolean | undefined; readonly electron?: boolean | undefined } | undefined
  }
  readonly hooks: {
    readonly done: { tapPromise(name: string, listener: (stats: { hasErrors(): boolean }) => Promise<void>): void }
    readonly compilation: { tap(name: string, listener: (compilation: never) => void): void }
  }
  readonly rspack?: { readonly SourceMapDevToolPlugin: new (options: object) => { apply(compiler: unknown): void } }
  readonly webpack: {
    readonly NormalModule: {
      getCompilationHooks(compilation: never): {
        readonly loader: { tap(name: string, listener: (loader: { sourceMap?: unknown }, module: { readonly resource?: string }) => void): void }
      }
    }
  }
  getInfrastructureLogger(name: string): { info(line: string): void; warn(line: string): void }
}
type LoaderThis = UnpluginBuildContext & UnpluginContext

/** Compilers that have a Hindscope plugin already. */
const served = new WeakSet<WebpackLikeCompiler>()

export function webpackLikePlugin(bundler: 'webpack' | 'rspack', nativeCompiler: unknown, options: HindscopeOptions): UnpluginOptions {
  const compiler = nativeCompiler as WebpackLikeCompiler // SAFE: both have these members, whatever else their types differ in
  const context = createBuildContext(bundler, options)
  const logger = compiler.getInfrastructureLogger(PLUGIN_NAME)
  if (served.has(compiler)) logger.warn(context.refuse().message)
  served.add(compiler)
  context.configure({ root: compiler.context, mode: webpackMode(compiler.options.mode, process.env) })
  compiler.hooks.done.tapPromise(PLUGIN_NAME, async stats => {
    await context.finish()
    if (!stats.hasErrors()) logger.info(context.report().replace(/^hindscope: /, ''))
  })
  if (!context.parts) return { name: PLUGIN_NAME }
  saltCache(compiler, context)
  askForMaps(compiler, context)
  testMaps(compiler, context)
  const hookModule = lazyHookFile(compiler, context)
  const wantsMap = writesMaps(compiler)
  return {
    name: PLUGIN_NAME,
    enforce: 'post',
    transform: {
      filter: { id: context.parts.options.config.include.length === 0 ? OWN_ID_FILTER : ID_FILTER },
      async handler(this: LoaderThis, code, id) {
        if (context.skips(id)) return undefined
        const text = { ...moduleText(this, code, id, await hookModule()), wantsMap: wantsMap() }
        const problems: Diagnostic[] = []
        const probed = await context.transform(text, problem => problems.push(problem))
        for (const problem of problems) {
          const line = toTextMessage(problem, id).message
          if (problem.severity === 'error') this.error(line)
          else if (problem.severity === 'warning') this.warn(line)
        }
        return probed && { code: probed.code, map: probed.map ?? null }
      },
    },
  }
}

function moduleText(self: LoaderThis, code: string, id: string, hookModule: string): Omit<ModuleText, 'wantsMap'> {
  const native = self.getNativeBuildContext?.()
  const isWebpackLike = native?.framework === 'webpack' || native?.framework === 'rspack'
  const { path } = parseModuleId(id)
  return {
    id,
    code,
    hookModule,
    libraries: libraryModules(),
    incoming: incomingMap(code, path, () => (isWebpackLike ? native.inputSourceMap : undefined)),
    sourceType: sourceTypeOf(isWebpackLike ? native.loaderContext : undefined),
    stripWhen: 'when-refused',
    stripper: STRIPPER,
  }
}

const STRIPPER = syncStripper({})

/** A devtool makes maps, or a plugin that a devtool stands for; asked at the first module, when every plugin has been added. */
function writesMaps({ options }: WebpackLikeCompiler): () => boolean {
  let known: boolean | undefined
  return () =>
    (known ??=
      /source-?map/.test(String(options.devtool)) || (options.plugins ?? []).some(plugin => /SourceMap/.test(plugin?.constructor.name ?? '')))
}

/** Module types are decided before loaders run: by extension, by package.json, by rule. */
function sourceTypeOf(loaderContext: unknown): SourceType | 'unambiguous' {
  const type = (loaderContext as { _module?: { type?: string } } | undefined)?._module?.type // SAFE: read as undefined where absent
  if (type === 'javascript/esm') return 'module'
  return type === 'javascript/dynamic' ? 'commonjs' : 'unambiguous'
}

/** The target is known once the compiler's defaults are applied, so at the first module. */
function lazyHookFile(compiler: WebpackLikeCompiler, context: BuildContext): () => Promise<string> {
  let written: Promise<string> | undefined
  const write = async (): Promise<string> => {
    const { node, electron } = compiler.options.externalsPresets ?? {}
    const target: RuntimeTarget = node === true || electron === true ? 'universal' : 'browser'
    const options = context.parts?.options
    if (options === undefined) return ''
    const isProduction = webpackMode(compiler.options.mode, process.env).isProduction
    const connection = target === 'browser' && !isProduction ? await findCollector(options) : undefined
    return writeHookFile(options.dataDir, target, context.startOptions(target, { connection }))
  }
  return () => (written ??= write())
}

/**
 * Loaders before ours make no map unless a devtool wants one, and then positions are those of generated text. Whether the bundle
 * gets maps is decided elsewhere and does not change.
 */
function askForMaps(compiler: WebpackLikeCompiler, context: BuildContext): void {
  // rspack's own loaders ask its native side, which only a devtool plugin tells; this one matches no output file.
  if (compiler.rspack && !/source-map/.test(String(compiler.options.devtool))) {
    new compiler.rspack.SourceMapDevToolPlugin({ filename: '[file].map', test: /(?!)/ }).apply(compiler)
  }
  compiler.hooks.compilation.tap(PLUGIN_NAME, compilation => {
    compiler.webpack.NormalModule.getCompilationHooks(compilation).loader.tap(PLUGIN_NAME, (loader, { resource }) => {
      if (resource !== undefined && context.parts?.filter(resource) === undefined) loader.sourceMap = true
    })
  })
}

interface Compilation {
  readonly compiler: unknown
  readonly warnings: unknown[]
  readonly outputOptions: { readonly path?: string | undefined }
  readonly modules: Iterable<{ readonly resource?: string; readonly loaders?: readonly { readonly loader: string }[] }>
  readonly hooks: { readonly processAssets: { tap(options: { name: string; stage: number }, listener: () => void): void } }
  getAssets(): readonly { readonly name: string; readonly source: { source(): string | Buffer } }[]
}
/** The last of webpack's stages: maps are assets by then. */
const PROCESS_ASSETS_STAGE_REPORT = 5000

function testMaps(compiler: WebpackLikeCompiler, context: BuildContext): void {
  compiler.hooks.compilation.tap(PLUGIN_NAME, (native: unknown) => {
    const compilation = native as Compilation // SAFE: both have these members
    if (compilation.compiler !== compiler) return
    compilation.hooks.processAssets.tap({ name: PLUGIN_NAME, stage: PROCESS_ASSETS_STAGE_REPORT }, () => {
      const dir = compilation.outputOptions.path ?? compiler.context
      const assets = compilation.getAssets().map(({ name, source }) => ({ path: join(dir, name), text: () => String(source.source()) }))
      for (const problem of testAssets(context, assets, path => loadersOf(compilation, path))) {
        compilation.warnings.push(Object.assign(new Error(toTextMessage(problem, problem.file ?? '').message), { name: 'HindscopeWarning' }))
      }
    })
  })
}

/** Everyone who touched the module: loaders run once only, so which of them it was cannot be tried. */
function loadersOf({ modules }: Compilation, path: string): string {
  for (const { resource, loaders = [] } of modules) {
    if (resource !== path) continue
    const names = loaders.map(({ loader }) => loader.replace(/[?#].*$/s, '')).filter(name => !/\/unplugin\/|hindscope/.test(name))
    if (names.length > 0) return `one of the loaders ${names.map(name => name.replace(/^.*\/node_modules\//, '')).join(', ')}, or a plugin after them`
  }
  return 'a loader or plugin that webpack does not name'
}

/**
 * A persistent cache must not answer with text that other options, or none, have instrumented, nor with probes whose manifests are gone:
 * the generation lives in the manifests' folder and goes with it.
 */
function saltCache(compiler: WebpackLikeCompiler, context: BuildContext): void {
  const cache = compiler.options.cache as { version?: string; type?: string } | boolean | undefined // SAFE: only these forms exist
  const options = context.parts?.options
  if (typeof cache !== 'object' || cache.type === 'memory' || options === undefined) return
  cache.version = `${cache.version ?? ''}|${PLUGIN_NAME}-${options.hash}-${generation(options.dataDir)}`
}

function generation(dataDir: string): string {
  const name = '.generation'
  try {
    return readFileSync(join(manifestsDir(dataDir), name), 'utf8')
  } catch {
    // SAFE: the first build with this data folder.
    const fresh = randomUUID()
    writeDataFile(manifestsDir(dataDir), name, fresh)
    return fresh
  }
}
