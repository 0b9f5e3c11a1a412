import { basename, resolve, sep } from 'node:path'
import type { UnpluginOptions } from 'unplugin'
import type { Plugin, ResolvedConfig, UserConfig, ViteDevServer } from 'vite'
import { findCollector } from '../core/collector-link.ts'
import { createBuildContext } from '../core/context.ts'
import type { BuildContext, Connection } from '../core/context.ts'
import { createDevServerLink } from '../core/dev-server.ts'
import type { DevServerLink } from '../core/dev-server.ts'
import { OWN_ID_FILTER } from '../core/filter.ts'
import { viteMode } from '../core/production.ts'
import { testChunks } from '../core/self-test-chunks.ts'
import { ownPackageDirs } from '../core/runtime-files.ts'
import { detectSourceType } from '../core/source-type.ts'
import { viteDock } from '../core/vite-dock.ts'
import type { HindscopeOptions, RuntimeTarget } from '../types.ts'
import { PLUGIN_NAME, asPlugin, chainOf, isSecond } from './rollup.ts'
import { sharedHooks } from './rollup-hooks.ts'
import type { SharedHooks } from './rollup-hooks.ts'
import { configureVitest, runnerOrigin } from './vitest.ts'
import type { FoundVitest } from './vitest.ts'

type VitePart = NonNullable<UnpluginOptions['vite']>

export function vitePlugin(options: HindscopeOptions): UnpluginOptions {
  const context = createBuildContext('vite', options)
  const link = createDevServerLink(context)
  let resolved: ResolvedConfig | undefined
  /** Maps are made for the probes' places only; the user asked for none and gets none. */
  let borrowsMaps = false
  let chain = ''
  let isLeft = (_path: string): boolean => false
  const hooks = beforeImportAnalysis(
    sharedHooks({
      context,
      rules: (code, path, self) => ({
        sourceType: resolved?.command === 'build' ? buildSourceType(code, path) : 'module',
        stripWhen: 'when-refused',
        chain,
        importsLast: resolved?.command === 'serve' && runsInNode(self, resolved),
        wantsMap: resolved?.command !== 'build' || writesMaps(self, resolved),
      }),
      target: self => (runsInNode(self, resolved) ? 'universal' : 'browser'),
      connection: target => connectionFor(context, link, resolved, target),
      realmName: self => nameOf(self, resolved),
      runner: runnerOrigin,
      leaves: path => isLeft(path),
    }),
  )
  const vite: Partial<Plugin> & { api: BuildContext; configureVitest: (found: FoundVitest) => void; devtools: ReturnType<typeof viteDock> } = {
    api: context,
    devtools: viteDock(() => context.parts !== undefined),
    config(user, env) {
      borrowsMaps = env.command === 'build' && (env.mode !== 'production' || options.production === true) && needsMaps(user)
      return { ...viteConfig(hooks, path => isOurs(context, path)), ...(borrowsMaps ? { build: { sourcemap: 'hidden' } } : {}) }
    },
    async generateBundle(output, bundle) {
      const { logger, plugins, root, build } = resolved ?? {}
      const dir = resolve(root ?? '.', output.dir ?? build?.outDir ?? '.')
      await testChunks({ context, bundle, dir, plugins, self: this, warn: line => logger?.warn(line) })
      if (borrowsMaps) for (const name of Object.keys(bundle)) if (name.endsWith('.map')) delete bundle[name]
    },
    configResolved(config) {
      if (isWorkerConfig(config, resolved)) return
      resolved = config
      chain = chainOf(config.plugins)
      if (isSecond(config.plugins, context)) config.logger.warn(context.refuse().message)
      context.configure({ root: config.root, mode: viteMode(config), cacheDir: config.cacheDir })
      if (context.parts) {
        config.server.fs.allow.push(...ownPackageDirs())
        if (context.parts.options.config.include.length === 0) hooks.transform.filter.id = OWN_ID_FILTER
      }
      if (!context.parts) config.logger.info(context.report())
    },
    applyToEnvironment: () => context.parts !== undefined,
    configureServer(server: ViteDevServer) {
      link.attach(server)
    },
    configureVitest: found => configureVitest(found, { context, link, leave: test => (isLeft = test) }),
    async closeBundle() {
      await Promise.all([link.detach(environmentOf(this)), context.finish()])
    },
    buildEnd(error) {
      if (error === undefined && resolved?.command === 'build') resolved.logger.info(context.report())
      // What is to be written is, while chunks are made; the end of the build waits for it.
      void context.finish()
    },
  }
  return { name: PLUGIN_NAME, enforce: 'post', vite: asPlugin<VitePart>({ ...hooks, ...vite }) }
}

type ViteHooks = Pick<SharedHooks, 'resolveId' | 'load'> & { readonly transform: Omit<SharedHooks['transform'], 'order'> }

/** `enforce: 'post'` is late enough in Vite; `order: 'post'` would come after the import analysis, which has to see the hook's import. */
function beforeImportAnalysis({ resolveId, load, transform }: SharedHooks): ViteHooks {
  return { resolveId, load, transform: { filter: transform.filter, handler: transform.handler } }
}

/** Workers are bundled by a pipeline of their own, which only has the plugins named here; it shares the context of the main one. */
function viteConfig(hooks: object, isData: (path: string) => boolean): UserConfig {
  const worker = asPlugin<Plugin>({ name: `${PLUGIN_NAME}:worker`, enforce: 'post', ...hooks })
  return {
    worker: { plugins: () => [worker] },
    // A recording grows all the time, and every change of a watched file goes through every plugin.
    server: { watch: { ignored: [isData] } },
    // Found while a page loads, they would be pre-bundled and the page reloaded.
    optimizeDeps: { exclude: ['hindscope', '@hindscope/runtime', '@hindscope/protocol'] },
  }
}

const isOurs = ({ parts }: BuildContext, path: string): boolean => {
  const dir = parts?.options.dataDir
  return dir !== undefined && (path === dir || path.startsWith(`${dir}${sep}`) || path.startsWith(`${dir}/`))
}

/** Vue's compiler makes maps in a build only when the build does; without them its functions would have places in compiled code. */
function needsMaps({ build, plugins }: UserConfig): boolean {
  if (build?.sourcemap !== undefined && build.sourcemap !== false) return false
  return (plugins ?? []).flat().some(plugin => typeof plugin === 'object' && plugin !== null && 'name' in plugin && plugin.name === 'vite:vue')
}

const isWorkerConfig = (config: ResolvedConfig, main: ResolvedConfig | undefined): boolean => main !== undefined && config.isWorker

/** The dev server and every parser of Vite take a file for a module; only the bundler of a build also takes CommonJS. */
function buildSourceType(code: string, path: string): 'module' | 'commonjs' {
  return /\b(?:module\.exports|exports|require)\b/.test(code) ? detectSourceType(code, path) : 'module'
}

interface EnvironmentThis {
  readonly environment?: {
    readonly name?: string
    readonly config?: { readonly consumer?: string; readonly build?: { readonly sourcemap?: unknown } }
  }
}

const environmentOf = (self: unknown): EnvironmentThis['environment'] => (self as EnvironmentThis).environment // SAFE: read as undefined where absent

function writesMaps(self: unknown, config: ResolvedConfig): boolean {
  const { sourcemap } = environmentOf(self)?.config?.build ?? config.build
  return sourcemap !== undefined && sourcemap !== false
}

const consumerOf = (self: unknown): string => environmentOf(self)?.config?.consumer ?? 'client'

/** Vitest runs the client environment in Node too, with a document of a library's; only its browser mode has a browser, and takes the same. */
const runsInNode = (self: unknown, config: ResolvedConfig | undefined): boolean =>
  consumerOf(self) === 'server' || config?.plugins.some(({ name }) => /^vitest\b/.test(name)) === true

/** Server code in the dev server's process would be called after Vite's own script. */
function nameOf(self: unknown, config: ResolvedConfig | undefined): string | undefined {
  if (config?.command !== 'serve' || consumerOf(self) !== 'server') return undefined
  return `${basename(config.root)} ${environmentOf(self)?.name ?? 'ssr'}`
}

/** Pages cannot look for a collector, so they are told; server code finds it by itself unless this very process holds it. */
async function connectionFor(
  context: BuildContext,
  link: DevServerLink,
  config: ResolvedConfig | undefined,
  target: RuntimeTarget,
): Promise<Connection | undefined> {
  if (config?.command === 'serve') return link.connection()
  if (target !== 'browser' || config === undefined || viteMode(config).isProduction || !context.parts) return undefined
  return findCollector(context.parts.options)
}
