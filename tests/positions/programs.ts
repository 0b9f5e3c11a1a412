/** Folders that are gone after the test, and runs of built programs. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))

/** Under the workspace, where built programs find the packages that were left out of them. */
export function scratchDir(): string {
  mkdirSync(cache, { recursive: true })
  const dir = realpathSync(mkdtempSync(join(cache, 'positions-')))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export interface Output {
  readonly stdout: string
  readonly stderr: string
}

export const outputOf = (file: string, dataDir: string, ...flags: readonly string[]): Output => outputIn(process.cwd(), file, dataDir, flags)

/** `hindscope/register` takes the folder for the project. */
export function outputIn(cwd: string, file: string, dataDir: string, flags: readonly string[]): Output {
  const { HINDSCOPE_URL: _url, NODE_ENV: _mode, ...env } = process.env
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, file], {
    cwd,
    encoding: 'utf8',
    env: { ...env, HINDSCOPE_DIR: dataDir, NODE_NO_WARNINGS: '1' },
  })
  return { stdout, stderr }
}
