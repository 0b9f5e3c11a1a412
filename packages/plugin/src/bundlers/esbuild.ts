/**
 * esbuild has no transform hook and no order: the first plugin whose onLoad answers has the file. So the types are stripped here with
 * esbuild's own transform, before the probes go in, and plugins that load files (Vue, Svelte) must stand before this one to be left alone.
 */
import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import type { BuildOptions, Loader, OnLoadResult, PartialMessage, PluginBuild } from 'esbuild'
import type { UnpluginOptions } from 'unplugin'
import type { Diagnostic } from '@hindscope/protocol'
import { findCollector } from '../core/collector-link.ts'
import { createBuildContext } from '../core/context.ts'
import type { BuildContext, Probed } from '../core/context.ts'
import { NO_MAP } from '../core/incoming-map.ts'
import { checkOptions } from '../core/options.ts'
import { esbuildMode } from '../core/production.ts'
import { libraryModules } from '../core/runtime-files.ts'
import { esbuildAssets, testAssets } from '../core/self-test-assets.ts'
import type { SourceMap } from '../core/source-map.ts'
import { loaderOf, stripper } from '../core/strip-types.ts'
import type { StripOptions } from '../core/strip-types.ts'
import { writeHookFile } from '../core/virtual-modules.ts'
import type { HindscopeOptions, RuntimeTarget } from '../types.ts'
import { PLUGIN_NAME } from './rollup.ts'

const PROGRAM_FILES = /\.(?:[cm]?[jt]s|[jt]sx)$/
const PROGRAM_LOADERS: readonly Loader[] = ['js', 'jsx', 'ts', 'tsx']

/** Nobody stands between the file and our own load, so only text added to the output can move places. */
const AFTER_ESBUILD = 'a plugin that changes the output files'

/** Builds that have a Hindscope plugin already; esbuild gives every plugin of a build the same options object. */
const served = new WeakSet<BuildOptions>()

export function esbuildPlugin(options: HindscopeOptions): UnpluginOptions {
  checkOptions(options)
  return {
    name: PLUGIN_NAME,
    esbuild: { setup: build => setUp(build as PluginBuild, createBuildContext('esbuild', options)) }, // SAFE: unplugin's esbuild is the same one
  }
}

function setUp(build: PluginBuild, context: BuildContext): void {
  const { initialOptions } = build
  const problem = served.has(initialOptions) ? context.refuse() : undefined
  served.add(initialOptions)
  const mode = esbuildMode({ minify: initialOptions.minify === true, define: initialOptions.define ?? {} }, process.env)
  context.configure({ root: initialOptions.absWorkingDir ?? process.cwd(), mode })
  const isSilent = initialOptions.logLevel === 'silent' || initialOptions.logLevel === 'error'
  build.onEnd(async result => {
    await context.finish()
    if (result.errors.length === 0 && !isSilent) console.error(context.report())
    const asked = initialOptions.sourcemap !== undefined && initialOptions.sourcemap !== false && result.errors.length === 0
    const absolute = (path: string): string => resolve(initialOptions.absWorkingDir ?? process.cwd(), path)
    const broken = asked ? testAssets(context, esbuildAssets(result, initialOptions.outfile, absolute), () => AFTER_ESBUILD) : []
    return { warnings: [...(problem === undefined ? [] : [problem]), ...broken].map(toMessage) }
  })
  if (context.parts) addLoad(build, context)
}

function addLoad(build: PluginBuild, context: BuildContext): void {
  const { initialOptions } = build
  const strip = stripOptions(initialOptions)
  let hookFile: Promise<string> | undefined
  build.onStart(() => {
    hookFile = undefined
  })
  build.onLoad({ filter: PROGRAM_FILES, namespace: 'file' }, async ({ path, suffix, with: attributes }) => {
    const loader = initialOptions.loader?.[extname(path)] ?? loaderOf(path)
    if (!PROGRAM_LOADERS.includes(loader) || Object.keys(attributes).length > 0 || context.skips(path + suffix)) return undefined
    const code = await readFile(path, 'utf8')
    const problems: Diagnostic[] = []
    const text = {
      id: path + suffix,
      code,
      incoming: NO_MAP,
      sourceType: 'unambiguous',
      stripWhen: 'always',
      wantsMap: initialOptions.sourcemap !== undefined && initialOptions.sourcemap !== false,
      libraries: libraryModules(),
      hookModule: await (hookFile ??= writeHook(initialOptions, context)),
      stripper: stripper({ ...strip, loader, tsconfigRaw: initialOptions.tsconfigRaw }),
    } as const
    const probed = await context.transform(text, found => problems.push(found))
    return loadResult(path, problems, probed)
  })
}

function loadResult(path: string, problems: readonly Diagnostic[], probed: Probed | undefined): OnLoadResult | undefined {
  const warnings = problems.filter(problem => problem.severity === 'warning').map(toMessage)
  const errors = problems.filter(problem => problem.severity === 'error').map(toMessage)
  if (probed === undefined) return errors.length + warnings.length === 0 ? undefined : { errors, warnings }
  const { code, map } = probed
  return { contents: map ? `${code}\n${inlineMap(map)}` : code, loader: 'js', warnings, errors, watchFiles: [path] }
}

const inlineMap = (map: SourceMap): string =>
  `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`

const toMessage = (problem: Diagnostic): PartialMessage => ({
  text: `[hindscope:${problem.code}] ${problem.message} ${problem.fix}`,
  ...(problem.line === undefined
    ? {}
    : { location: { file: problem.file ?? '', line: problem.line, column: problem.column ?? 0, lineText: lineText(problem) } }),
})

/** The line of the code frame that its arrow stands at. */
const lineText = ({ frame }: Diagnostic): string => /^> *\d+ \| (.*)$/m.exec(frame ?? '')?.[1] ?? ''

/** New syntax is kept: the build lowers it after the probes, together with what they add. Decorators alone no parser of ours knows. */
function stripOptions(options: BuildOptions): StripOptions {
  const { jsx, jsxFactory, jsxFragment, jsxImportSource, jsxDev, jsxSideEffects } = options
  const given = Object.entries({ jsx, jsxFactory, jsxFragment, jsxImportSource, jsxDev, jsxSideEffects }).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(given), target: 'esnext', supported: { decorators: false } }
}

async function writeHook(options: BuildOptions, context: BuildContext): Promise<string> {
  const resolved = context.parts?.options
  if (resolved === undefined) return ''
  const target: RuntimeTarget = options.platform === 'browser' ? 'browser' : 'universal'
  const isProduction = esbuildMode({ minify: options.minify === true, define: options.define ?? {} }, process.env).isProduction
  const connection = target === 'browser' && !isProduction ? await findCollector(resolved) : undefined
  return writeHookFile(resolved.dataDir, target, context.startOptions(target, { connection }))
}
