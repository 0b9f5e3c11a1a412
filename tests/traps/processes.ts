/** Real Node processes, plain and recorded through `hindscope/register`. */
import { spawn } from 'node:child_process'

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

export interface NodeOptions {
  readonly cwd: string
  /** Recorded at this level; plain when absent. */
  readonly level?: string
  readonly env?: Readonly<Record<string, string>>
}

const REGISTER = new URL('../../packages/plugin/dist/register.mjs', import.meta.url).href

export function runNode(args: readonly string[], { cwd, level, env: more }: NodeOptions): Promise<Ended> {
  const { HINDSCOPE_URL: _url, NODE_ENV: _mode, NODE_OPTIONS: _options, VITEST: _vitest, ...env } = process.env
  const child = spawn(process.execPath, [...(level === undefined ? [] : ['--import', REGISTER]), ...args], {
    cwd,
    env: { ...env, NODE_NO_WARNINGS: '1', ...(level === undefined ? {} : { HINDSCOPE_LEVEL: level }), ...more },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => (stdout += chunk))
  child.stderr.on('data', chunk => (stderr += chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ stdout, stderr, code }))
  })
}
