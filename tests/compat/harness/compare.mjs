/** Runs one program plain and instrumented, each in a process of its own, and compares what they wrote. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withoutColumns } from './journal.mjs'

const file = name => fileURLToPath(new URL(name, import.meta.url))
const MAX_DIFFERENCES = 20

/** `level` is `plain`, `values` or `statements`. Throws when the program does not get to its end. */
export async function runProgram(name, level, { isFull = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'hindscope-compat-'))
  const report = join(folder, 'report.json')
  const hooks = level === 'plain' ? [] : ['--import', file('register.mjs')]
  const args = ['--no-warnings', ...hooks, file('run-program.mjs'), name, report, isFull ? 'full' : 'quick']
  try {
    const { code, output } = await execute(args, { ...process.env, COMPAT_LEVEL: level, NODE_ENV: '', NO_COLOR: '1', FORCE_COLOR: '0', TZ: 'UTC' })
    if (code !== 0) throw new Error(`${name} at ${level} ended with ${code}:\n${output.slice(-4000)}`)
    return { ...JSON.parse(readFileSync(report, 'utf8')), output: withoutColumns(output) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function execute(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', part => (output += part))
    child.stderr.on('data', part => (output += part))
    child.on('error', reject)
    child.on('close', code => resolve({ code, output }))
  })
}

/** The first lines that differ, as `- plain` and `+ instrumented`; empty when everything is the same. */
export function differences(plain, instrumented) {
  const found = []
  for (const part of ['lines', 'exports', 'leaks']) {
    const [a, b] = [plain[part], instrumented[part]]
    for (let at = 0; at < Math.max(a.length, b.length) && found.length < MAX_DIFFERENCES; at++)
      if (a[at] !== b[at]) found.push(`${part}[${at}]\n- ${shorten(a[at], b[at])}\n+ ${shorten(b[at], a[at])}`)
  }
  if (plain.output !== instrumented.output)
    found.push(`output\n- ${shorten(plain.output, instrumented.output)}\n+ ${shorten(instrumented.output, plain.output)}`)
  return found
}

/** Long lines from shortly before the first character that differs. */
function shorten(text = '(nothing)', other = '') {
  let at = 0
  while (at < text.length && text[at] === other[at]) at++
  return `${at > 100 ? '…' : ''}${text.slice(Math.max(0, at - 100), at + 400)}`
}
