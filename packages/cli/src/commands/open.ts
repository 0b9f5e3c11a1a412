/** The UI over trace files, served on loopback until Ctrl-C. */
import { resolve } from 'node:path'
import { HindscopeError } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import type { Terminal } from '../terminal.ts'

export interface OpenFlags {
  readonly port: string
  readonly json?: boolean
}

export async function open(files: readonly string[], flags: OpenFlags, terminal: Terminal): Promise<ExitCode> {
  const port = Number(flags.port)
  if (!/^\d+$/.test(flags.port) || port > 65535) {
    throw new HindscopeError('cli-bad-option', { option: '--port', value: flags.port, allowed: 'a whole number from 0 to 65535' })
  }
  const { serveTraceFile } = await import('@hindscope/collector')
  const server = await serveTraceFile(
    files.map(file => resolve(terminal.cwd, file)),
    { port },
  )
  terminal.print(flags.json === true ? JSON.stringify({ files, url: server.url }) : server.url)
  for (const { message } of server.damage) terminal.note(`Damaged: ${message}`)
  terminal.note('Serving until Ctrl-C.')
  await new Promise<void>(resolve => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await server.close()
  return ExitCode.ok
}
