/**
 * Runs a command recorded: `hindscope run -- node app.js`. Node programs, and the Node programs that it starts, load `hindscope/register`
 * through NODE_OPTIONS. The command keeps the terminal, its exit code and its signals.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { COLLECTOR_ENV, HindscopeError, parseRetention } from '@hindscope/protocol'
import type { CollectorAddress } from '@hindscope/protocol'
import { bytesText } from '../format/units.ts'
import { createHttpEngine } from '../sources/http-engine.ts'
import { findCollector } from '../sources/collector-address.ts'
import { dataDirOf, readConfig } from '../sources/config.ts'
import { exportSession, sessionFolder } from '../sources/recorded.ts'
import type { Terminal } from '../terminal.ts'

export interface RunFlags {
  /** Do not stay with the UI when the command has ended. */
  readonly once?: boolean
  readonly ui: boolean
  readonly output?: string
  readonly level?: string
  readonly json?: boolean
}

interface Recording {
  readonly address: CollectorAddress
  /** Page to open. */
  readonly uiUrl: string
  /** False: the collector of a dev server or of another run, which goes on after us. */
  readonly isOwn: boolean
  /** Resolves when what the command recorded is on disk. */
  close(): Promise<void>
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export async function run(command: readonly string[], flags: RunFlags, terminal: Terminal): Promise<number> {
  const [program = '', ...args] = command
  const dataDir = dataDirOf(terminal)
  const recording = await startOrJoin(dataDir, terminal)
  let exitCode: number
  try {
    if (flags.ui) terminal.note(`Hindscope UI: ${recording.uiUrl}`)
    terminal.note(`Hindscope trace: ${sessionFolder(dataDir, recording.address.session)}`)
    exitCode = await runRecorded(program, args, childEnv(recording.address, flags, terminal), terminal)
    if (recording.isOwn && flags.ui && flags.once !== true && terminal.isInteractive) {
      terminal.note(`The command ended with ${exitCode}. The UI stays until Ctrl-C.`)
      await interrupted()
    }
  } finally {
    await recording.close()
  }
  if (flags.output !== undefined) {
    const written = await exportSession(dataDir, recording.address.session, flags.output, terminal)
    terminal.note(flags.json === true ? JSON.stringify(written) : `Hindscope trace file: ${written.file} (${bytesText(written.bytes)})`)
  }
  return exitCode
}

async function startOrJoin(dataDir: string, terminal: Terminal): Promise<Recording> {
  const found = await findCollector(dataDir, terminal.env)
  if (found.kind === 'alive') {
    return { address: found.address, uiUrl: pageUrl(found.address), isOwn: false, close: () => settled(found.address) }
  }
  const { port, allowedOrigins, token, retention } = readConfig(terminal.cwd, terminal.env).config
  const { startCollector } = await import('@hindscope/collector')
  const collector = await startCollector({
    dataDir,
    port,
    allowedOrigins,
    name: 'run',
    retention: parseRetention(retention) ?? {},
    ...(token === '' ? {} : { token }),
  })
  const address = { url: collector.ingestUrl, token: collector.token, session: collector.session, pid: process.pid }
  return { address, uiUrl: pageUrl(address), isOwn: true, close: () => collector.close() }
}

const SETTLE_MS = 3000

/** A collector of someone else's goes on: waits until it has noticed the end of every process that has ended. */
async function settled(address: CollectorAddress): Promise<void> {
  const engine = createHttpEngine(address)
  const deadline = Date.now() + SETTLE_MS
  while (Date.now() < deadline) {
    const { tracks } = await engine.session({ session: address.session })
    if (tracks.every(track => !track.connected || track.pid === 0 || isAlive(track.pid))) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // SAFE: it exists and belongs to someone else
  }
}

function pageUrl({ url, token }: CollectorAddress): string {
  const page = new URL('/', url.replace(/^ws/, 'http'))
  page.searchParams.set('token', token)
  return page.href
}

/** An absolute file URL, so that it resolves from wherever the command's own children run. */
function childEnv(address: CollectorAddress, flags: RunFlags, { env }: Terminal): NodeJS.ProcessEnv {
  const register = import.meta.resolve('hindscope/register')
  return {
    ...env,
    NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} --import ${register}`.trim(),
    [COLLECTOR_ENV.url]: address.url,
    [COLLECTOR_ENV.token]: address.token,
    [COLLECTOR_ENV.session]: address.session,
    ...(flags.level === undefined ? {} : { HINDSCOPE_LEVEL: flags.level }),
  }
}

function runRecorded(program: string, args: readonly string[], env: NodeJS.ProcessEnv, terminal: Terminal): Promise<number> {
  const child = spawn(program, args, { cwd: terminal.cwd, env, stdio: 'inherit' })
  const stopForwarding = forwardSignals(child)
  return new Promise<number>((resolve, reject) => {
    child.on('error', error => reject(new HindscopeError('cli-command-failed-to-start', { command: program, reason: error.message })))
    // A shell's convention: 128 + the signal's number.
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  }).finally(stopForwarding)
}

/** Ctrl-C reaches the command by itself (one process group), signals sent to us alone do not. */
function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of SIGNALS) process.on(signal, forward)
  return () => {
    for (const signal of SIGNALS) process.off(signal, forward)
  }
}

const interrupted = (): Promise<void> =>
  new Promise(resolve => {
    for (const signal of SIGNALS) process.once(signal, () => resolve())
  })
