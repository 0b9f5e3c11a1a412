import { spawn } from 'node:child_process'

const BEAT_MS = 5000

/** Runs a program to its end and keeps its output. Every five seconds without an end, `onBeat` gets the last line. */
export function runCommand(command, args, { cwd, env = process.env, onBeat = () => undefined } = {}) {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const startedMs = Date.now()
    const beat = setInterval(() => onBeat(lastLine(output), Math.round((Date.now() - startedMs) / 1000)), BEAT_MS)
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (output += chunk))
    child.on('error', error => {
      clearInterval(beat)
      reject(error)
    })
    child.on('close', code => {
      clearInterval(beat)
      resolve({ code: code ?? 1, output })
    })
  })
}

const lastLine = text =>
  text
    .trimEnd()
    .split(/[\r\n]/)
    .at(-1) ?? ''
