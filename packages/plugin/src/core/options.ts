import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { Module } from 'node:module'
import { join, resolve } from 'node:path'
import { buildSync } from 'esbuild'
import { HindscopeError, configFromEnv, resolveConfig } from '@hindscope/protocol'
import type { ConfigLayer, HindscopeConfig, InstrumentationPlan } from '@hindscope/protocol'
import type { HindscopeOptions } from '../types.ts'

export interface ResolvedOptions {
  readonly config: HindscopeConfig
  /** Absolute. */
  readonly root: string
  /** Absolute. */
  readonly dataDir: string
  readonly plan: InstrumentationPlan
  /** `url` and `token` as written in the config. What the environment says is for this process, and must not end up in a bundle. */
  readonly written: Pick<HindscopeConfig, 'url' | 'token'>
  /** Absolute path of the module that `redactWith` names. */
  readonly redactModule: string | undefined
  /** Changes with every option that changes what is emitted; part of each cache key. */
  readonly hash: string
}

const CONFIG_FILES = ['hindscope.config.ts', 'hindscope.config.mjs', 'hindscope.config.js'] as const

/** Throws for what is wrong with the plugin's own options, at the line of the bundler config that has them. */
export function checkOptions(options: HindscopeOptions): void {
  resolveConfig([{ origin: 'plugin options', values: options }])
}

/** All layers over the defaults: `hindscope.config.*` of `root`, plugin options, environment. Throws a HindscopeError. */
export function resolveOptions(root: string, options: HindscopeOptions, env: NodeJS.ProcessEnv = process.env): ResolvedOptions {
  const layers = [...configFileLayer(root), { origin: 'plugin options', values: options }]
  const config = resolveConfig([...layers, configFromEnv(env)])
  const { url, token } = resolveConfig(layers)
  const plan: InstrumentationPlan = { level: config.level, overrides: config.overrides, redact: config.redact }
  return {
    config,
    root,
    dataDir: resolve(root, config.dataDir),
    plan,
    redactModule: config.redactWith === '' ? undefined : resolve(root, config.redactWith).replaceAll('\\', '/'),
    written: { url, token },
    hash: createHash('sha256')
      .update(JSON.stringify([plan, config.include, config.exclude, config.strict]))
      .digest('hex')
      .slice(0, 16),
  }
}

/** What `hindscope.config.*` of a folder says, as one layer; none when there is no such file. Throws `config-file-failed`. */
export function configFileLayer(root: string): readonly ConfigLayer[] {
  const name = CONFIG_FILES.find(file => existsSync(join(root, file)))
  if (name === undefined) return []
  const values = loadDefault(join(root, name), name)
  if (!isObject(values)) throw new HindscopeError('config-file-failed', { file: name, reason: 'its default export is not an object' })
  return [{ origin: name, values }]
}

/**
 * The default export of a module of the project. Throws `config-file-failed`. Synchronous, because webpack and rspack decide what to add while the plugin is applied: esbuild makes one CommonJS text of the
 * file and of what it imports from the project, and Node runs it under the file's own name.
 */
export function loadDefault(path: string, name: string): unknown {
  try {
    const { outputFiles } = buildSync({
      entryPoints: [path],
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      write: false,
      logLevel: 'silent',
    })
    const module = new Module(path)
    module.filename = path
    const compiler = module as Module & { _compile(code: string, filename: string): void } // SAFE: what every require hook calls
    compiler._compile(outputFiles[0]?.text ?? '', path)
    const exported: unknown = module.exports
    return isObject(exported) && 'default' in exported ? exported['default'] : exported
  } catch (error) {
    throw new HindscopeError('config-file-failed', { file: name, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
