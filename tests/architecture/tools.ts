/** Runs a command-line tool of the workspace in a folder, and plants small repositories for it to find fault with. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '')

export interface ToolRun {
  readonly exitCode: number
  readonly output: string
}

/** Runs `node_modules/.bin/<tool>`, or node itself, and gives back everything it printed. */
export function runTool(tool: string, args: readonly string[], cwd: string = ROOT): ToolRun {
  const path = tool === 'node' ? process.execPath : join(ROOT, 'node_modules/.bin', tool)
  const run = spawnSync(path, args, { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }, maxBuffer: 64 * 1024 * 1024 })
  if (run.error !== undefined) throw run.error
  return { exitCode: run.status ?? 1, output: `${run.stdout}${run.stderr}` }
}

const CONFIGS = ['.oxlintrc.json', '.oxfmtrc.json', '.dependency-cruiser.cjs', 'knip.json', 'tsconfig.base.json', 'tsconfig.json', 'package.json']

/** A repository of a few files, with this repository's tool configs; removed by the returned dispose. */
export interface Planted extends Disposable {
  readonly dir: string
}

export function plant(files: Readonly<Record<string, string>>, options: { readonly nodeModules: 'linked' | 'planted' }): Planted {
  const dir = mkdtempSync(join(tmpdir(), 'planted-'))
  for (const config of CONFIGS) copyFileSync(join(ROOT, config), join(dir, config))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  if (options.nodeModules === 'linked') symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'))
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) }
}
