/** The project's config as the plugin resolves it, with where each value comes from. */
import { resolve } from 'node:path'
import { CONFIG_KEYS, configFromEnv, resolveConfig } from '@hindscope/protocol'
import type { ConfigKey, ConfigLayer, HindscopeConfig } from '@hindscope/protocol'
import { configFileLayer } from 'hindscope'
import type { Terminal } from '../terminal.ts'

export interface SourcedConfig {
  readonly config: HindscopeConfig
  /** Name of the layer that decides the key: `defaults`, `hindscope.config.mjs`, `environment`. */
  readonly origins: Readonly<Record<ConfigKey, string>>
}

/** Throws `config-unknown-key`, `config-bad-value`, `config-file-failed`. Options inside a bundler's config are not seen here. */
export function readConfig(root: string, env: Terminal['env']): SourcedConfig {
  const layers: readonly ConfigLayer[] = [...configFileLayer(root), configFromEnv(env)]
  const config = resolveConfig(layers)
  const keys = Object.keys(CONFIG_KEYS) as ConfigKey[] // SAFE: the table's type ties the keys
  const origin = (key: ConfigKey): string => layers.findLast(layer => layer.values[key] !== undefined)?.origin ?? 'defaults'
  return { config, origins: Object.fromEntries(keys.map(key => [key, origin(key)])) as Record<ConfigKey, string> } // SAFE: one entry per key
}

/** Absolute folder of sessions and of the collector's address. */
export const dataDirOf = (terminal: Terminal): string => resolve(terminal.cwd, readConfig(terminal.cwd, terminal.env).config.dataDir)
