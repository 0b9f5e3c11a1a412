import { spawn } from 'node:child_process'
import { Failure } from './failure.mjs'

const STOP_MS = 5000

const running = new Set()
// Whatever ends the script, nothing that it started stays behind.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** The script stops its programs and ends when it is told to, instead of leaving them. */
export function stopProgramsOnSignal() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130))
}

/**
 * A program that runs until it is told to stop. Its output is kept, and passed on line by line when `onLine` is given. It is in a process
 * group of its own, so that Ctrl+C in the terminal reaches only the script, which stops its programs in the right order.
 */
export function startProgram(name, args, { cwd, env, onLine = () => undefined }) {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  running.add(child)
  let output = ''
  let hasEnded = false
  const ended = new Promise(resolve => {
    const end = () => {
      hasEnded = true
      running.delete(child)
      resolve(`${name} ended:\n${output.trimEnd().slice(-3000)}`)
    }
    child.once('close', end)
    child.once('error', end)
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', chunk => {
      output += chunk
      for (const line of chunk.split('\n')) if (line.trim() !== '') onLine(line)
    })
  }

  return {
    pid: child.pid,
    /** Its last words, when it has ended. */
    ended,
    output: () => output,
    /** Waits until `condition` answers something; fails when the program ends or the time is over before. */
    async until(what, condition, limitMs = 180_000) {
      const lastMs = Date.now() + limitMs
      for (;;) {
        const result = await condition()
        if (result !== undefined) return result
        if (hasEnded) throw new Failure(`${name} ended before ${what}:\n${output.trimEnd().slice(-3000)}`)
        if (Date.now() > lastMs)
          throw new Failure(`${name} took more than ${limitMs / 1000} s for: ${what}. It wrote:\n${output.trimEnd().slice(-3000)}`)
        await new Promise(resolve => setTimeout(resolve, 100))
      }
    },
    /** Asks it to stop, and ends it when it does not. */
    async stop() {
      if (hasEnded) return
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(timer)
    },
  }
}
