/** Runs small programs in child processes, with the built runtime, since what is tested there ends the process. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

export interface Outcome {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface Sandbox {
  readonly dir: string
  /** URL of the bundled runtime: `start`, `createRecorder`, `h` and the adapters. */
  readonly runtime: string
  /** `node`: path of another Node. */
  run(program: string, env?: Readonly<Record<string, string>>, node?: string): Promise<Outcome>
  files(folder: string): Uint8Array[]
  remove(): void
}

const src = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

export async function createSandbox(): Promise<Sandbox> {
  const dir = mkdtempSync(join(tmpdir(), 'runtime-test-'))
  mkdirSync(join(dir, 'app'))
  const exports = [
    `export { start } from ${JSON.stringify(src('start.ts'))}`,
    `export { createRecorder } from ${JSON.stringify(src('index.ts'))}`,
    `export { h } from ${JSON.stringify(src('hook.ts'))}`,
    `export { promisesAdapter } from ${JSON.stringify(src('adapters/promises.ts'))}`,
  ]
  const outfile = join(dir, 'runtime.mjs')
  await build({
    stdin: { contents: exports.join('\n'), resolveDir: dir, loader: 'ts' },
    alias: { '@hindscope/protocol': fileURLToPath(new URL('../../protocol/src/index.ts', import.meta.url)) },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    outfile,
    logLevel: 'silent',
  })
  let number = 0
  return {
    dir: join(dir, 'app'),
    runtime: pathToFileURL(outfile).href,
    run: (program, env = {}, node = process.execPath) => {
      const file = join(dir, 'app', `program-${number++}.mjs`)
      writeFileSync(file, program.replaceAll('RUNTIME', JSON.stringify(pathToFileURL(outfile).href)))
      return runNode(node, [file], join(dir, 'app'), env)
    },
    files: folder => {
      const path = join(dir, 'app', '.hindscope', folder)
      return readdirSync(path).map(name => new Uint8Array(readFileSync(join(path, name))))
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

function runNode(node: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd, env: { PATH: process.env['PATH'] ?? '', ...env } })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()))
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}
