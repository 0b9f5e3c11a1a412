import { dirname, resolve } from 'node:path'
import type { UnpluginOptions } from 'unplugin'
import { createBuildContext } from '../core/context.ts'
import type { BuildContext } from '../core/context.ts'
import { rollupMode } from '../core/production.ts'
import { testChunks } from '../core/self-test-chunks.ts'
import { StripFailure } from '../core/strip-types.ts'
import type { Stripped } from '../core/strip-types.ts'
import { tryParseSourceMap } from '../core/source-map.ts'
import type { HindscopeOptions } from '../types.ts'
import { sharedHooks } from './rollup-hooks.ts'

interface BuildThis {
  warn(message: string): void
  info(message: string): void
}
interface StartedOptions {
  readonly plugins?: unknown
  readonly cwd?: string
  readonly transform?: unknown
  readonly tsconfig?: unknown
}
interface BuildHooks {
  readonly api: BuildContext
  buildStart(this: BuildThis, options: StartedOptions): void
  buildEnd(this: BuildThis, error?: Error): Promise<void>
  generateBundle(this: BuildThis, output: OutputOptions, bundle: Readonly<Record<string, unknown>>): Promise<void>
}
interface OutputOptions {
  readonly dir?: string | undefined
  readonly file?: string | undefined
}

/** Rollup parses plain modules only, so whatever reaches the end of its transforms is one. */
export function rollupPlugin(options: HindscopeOptions): UnpluginOptions {
  const context = createBuildContext('rollup', options)
  const hooks = sharedHooks({
    context,
    // Whether maps are written is said when the modules are already transformed.
    rules: () => ({ sourceType: 'module', stripWhen: 'when-refused', wantsMap: true }),
    target: () => 'universal',
    connection: async () => undefined,
  })
  return { name: PLUGIN_NAME, rollup: asPlugin<NonNullable<UnpluginOptions['rollup']>>({ ...hooks, ...buildHooks(context) }) }
}

/** Rolldown strips types and JSX itself, after every plugin: that step is done here first, with its own transformer and options. */
export function rolldownPlugin(options: HindscopeOptions): UnpluginOptions {
  const context = createBuildContext('rolldown', options)
  let started: StartedOptions = {}
  let wantsMap = true
  const hooks = sharedHooks({
    context,
    rules: (code, path) => ({
      sourceType: 'unambiguous',
      stripWhen: 'always',
      strip: () => stripWithRolldown(code, path, started),
      wantsMap,
    }),
    target: () => 'universal',
    connection: async () => undefined,
  })
  const { buildStart, ...rest } = buildHooks(context)
  const start = {
    /** Rolldown says how it will write before it reads the first module. */
    outputOptions(options: { readonly sourcemap?: unknown }): undefined {
      wantsMap = options.sourcemap !== undefined && options.sourcemap !== false
    },
    buildStart(this: BuildThis, inputOptions: StartedOptions): void {
      started = inputOptions
      buildStart.call(this, inputOptions)
    },
  }
  return { name: PLUGIN_NAME, rolldown: asPlugin<NonNullable<UnpluginOptions['rolldown']>>({ ...hooks, ...rest, ...start }) }
}

export const PLUGIN_NAME = 'hindscope'

function buildHooks(context: BuildContext): BuildHooks {
  let plugins: unknown
  return {
    api: context,
    buildStart(options) {
      plugins = options.plugins
      if (isSecond(options.plugins, context)) this.warn(context.refuse().message)
      context.configure({ root: options.cwd ?? process.cwd(), mode: rollupMode(process.env) })
    },
    buildEnd(error) {
      if (error === undefined) this.info(context.report())
      return context.finish()
    },
    generateBundle(output, bundle) {
      const dir = resolve(output.dir ?? dirname(output.file ?? '.'))
      return testChunks({ context, bundle, dir, plugins, self: this, warn: line => this.warn(line) })
    },
  }
}

/** Whether another instance of this plugin stands before this one; instances are told apart by their context. */
export function isSecond(plugins: unknown, context: BuildContext): boolean {
  if (!Array.isArray(plugins)) return false
  const first: unknown = plugins.find((plugin: unknown) => isObject(plugin) && plugin['name'] === PLUGIN_NAME && 'api' in plugin)
  return isObject(first) && first['api'] !== context
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The bundlers' hook types differ in their `this`; ours ask for less than each of them gives. */
export const asPlugin = <Plugin>(hooks: object): Plugin => hooks as unknown as Plugin // SAFE: names and shapes as Rollup documents them

async function stripWithRolldown(code: string, path: string, options: StartedOptions): Promise<Stripped> {
  const { transform } = await import('rolldown/utils')
  const { jsx, typescript, decorator, assumptions } = isObject(options.transform) ? options.transform : {}
  const chosen = Object.fromEntries(Object.entries({ jsx, typescript, decorator, assumptions }).filter(([, value]) => value !== undefined))
  const result = await transform(path, code, {
    ...chosen,
    sourcemap: true,
    tsconfig: options.tsconfig === undefined ? true : (options.tsconfig as boolean),
  })
  const [failure] = result.errors
  if (failure !== undefined) throw new StripFailure(failure.message.split('\n')[0] ?? '', 1, 0)
  return { code: result.code, map: tryParseSourceMap(result.map) }
}
