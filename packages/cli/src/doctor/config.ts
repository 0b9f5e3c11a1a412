import { resolve } from 'node:path'
import { HindscopeError } from '@hindscope/protocol'
import type { ConfigKey, HindscopeConfig } from '@hindscope/protocol'
import { readConfig } from '../sources/config.ts'
import type { Terminal } from '../terminal.ts'
import type { Check } from './check.ts'

export interface ConfigCheck {
  readonly check: Check
  /** Absent when the config cannot be used. */
  readonly values?: HindscopeConfig
  readonly dataDir?: string
}

const SECRET: readonly ConfigKey[] = ['token']

export function checkConfig({ cwd, env }: Terminal): ConfigCheck {
  try {
    const { config, origins } = readConfig(cwd, env)
    const keys = Object.keys(origins) as ConfigKey[] // SAFE: one entry per key
    const show = (key: ConfigKey): string => (SECRET.includes(key) && config[key] !== '' ? '"…"' : JSON.stringify(config[key]))
    const details = keys.map(key => `${key} = ${show(key)} (${origins[key]})`)
    const dataDir = resolve(cwd, config.dataDir)
    if (config.enabled) return { check: { id: 'config', status: 'ok', title: 'Config', details }, values: config, dataDir }
    const fix = `Set enabled to true in ${origins.enabled}.`
    return { check: { id: 'config', status: 'problem', title: 'Config: recording is switched off', details, fix }, values: config, dataDir }
  } catch (error) {
    if (!(error instanceof HindscopeError)) throw error
    return { check: { id: 'config', status: 'problem', title: `Config: ${error.message}`, details: [], fix: error.fix } }
  }
}
