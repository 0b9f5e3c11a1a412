import { dirname, resolve } from 'node:path'
import type { UnpluginOptions } from 'unplugin'
import { createBuildContext } from '../core/context.ts'
import type { BuildContext } from '../core/context.ts'
import { rollupMode } from '../core/production.ts'
import { testChunks } from '../core/self-test-chunks.ts'
import { StripFailure, tsconfigsFor } from '../core/strip-types.ts'
import type { Stripper } from '../core/strip-types.ts'
import { tryParseSourceMap } from '../core/source-map.ts'
import type { HindscopeOptions } from '../types.ts'
import { sharedHooks } from './rollup-hooks.ts'

interface BuildThis {
  readonly meta?: { readonly rolldownVersion?: string }
  warn(message: string): void
  info(message: string): void
}
interface StartedOptions {
  readonly version?: string | undefined
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
  let started: StartedOptions = {}
  const hooks = sharedHooks({
    context,
    // Whether maps are written is said when the modules are already transformed.
    rules: () => ({ sourceType: 'module', stripWhen: 'when-refused', wantsMap: true, chain: chainOf(started.plugins) }),
    target: () => 'universal',
    connection: async () => undefined,
  })
  const { buildStart, ...rest } = buildHooks(context)
  const start = {
    buildStart(this: BuildThis, inputOptions: StartedOptions): void {
      started = inputOptions
      buildStart.call(this, inputOptions)
    },
  }
  return { name: PLUGIN_NAME, rollup: asPlugin<NonNullable<UnpluginOptions['rollup']>>({ ...hooks, ...rest, ...start }) }
}

/** Rolldown strips types and JSX itself, after every plugin: that step is done here first, with its own transformer and options. */
export function rolldownPlugin(options: HindscopeOptions): UnpluginOptions {
  const context = createBuildContext('rolldown', options)
  let started: StartedOptions = {}
  let wantsMap = true
  const hooks = sharedHooks({
    context,
    rules: () => ({
      sourceType: 'unambiguous',
      stripWhen: 'always',
      stripper: rolldownStripper(started),
      wantsMap,
      chain: chainOf(started.plugins),
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
      started = { ...inputOptions, version: this.meta?.rolldownVersion }
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

/** Who stands in a build, for keys of what is kept: the same text from other hands may have another map. */
export const chainOf = (plugins: unknown): string => JSON.stringify(flat(plugins).map(plugin => (isObject(plugin) ? plugin['name'] : null)))

const flat = (plugins: unknown): unknown[] => (Array.isArray(plugins) ? plugins.flat(Infinity) : [])

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The bundlers' hook types differ in their `this`; ours ask for less than each of them gives. */
export const asPlugin = <Plugin>(hooks: object): Plugin => hooks as unknown as Plugin // SAFE: names and shapes as Rollup documents them

const rolldownStripper = (options: StartedOptions): Stripper => ({
  async strip(code, path) {
    const { transform } = await import('rolldown/utils')
    const result = await transform(path, code, {
      ...stripOptions(options),
      sourcemap: true,
      tsconfig: options.tsconfig === undefined ? true : (options.tsconfig as boolean),
    })
    const [failure] = result.errors
    if (failure !== undefined) throw new StripFailure(failure.message.split('\n')[0] ?? '', 1, 0)
    return { code: result.code, map: tryParseSourceMap(result.map) }
  },
  key: path => JSON.stringify([options.version, stripOptions(options), options.tsconfig, tsconfigsFor(path)]),
})

function stripOptions({ transform }: StartedOptions): Record<string, unknown> {
  const { jsx, typescript, decorator, assumptions } = isObject(transform) ? transform : {}
  return Object.fromEntries(Object.entries({ jsx, typescript, decorator, assumptions }).filter(([, value]) => value !== undefined))
}
