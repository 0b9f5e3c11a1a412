/** Runs the built command as a person would: a child process in a folder of its own. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../packages/cli/bin/hindscope.mjs', import.meta.url))

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Called once, when the text has appeared on standard output or error. */
  readonly when?: { readonly text: string; readonly then: (pid: number, output: string) => void }
}

export function hindscope(args: readonly string[], { cwd, env = {}, when }: CommandOptions): Promise<CommandResult> {
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { ...inherited, NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr, waiting] = ['', '', when]
  const seen = (): void => {
    const output = stdout + stderr
    if (waiting === undefined || !output.includes(waiting.text)) return
    const { then } = waiting
    waiting = undefined
    then(child.pid as number, output)
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    seen()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    seen()
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ exitCode: code ?? (signal === null ? -1 : -2), stdout, stderr }))
  })
}

/** A folder with files in it, removed at the end of the test that made it. */
export function folder(files: Readonly<Record<string, string>> = {}): { readonly dir: string } & Disposable {
  const dir = mkdtempSync(join(tmpdir(), 'hindscope-cli-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }) }
}
