/** The UI over trace files, served on loopback until Ctrl-C. */
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
  const servers = []
  for (const [index, file] of files.entries()) {
    const server = await serveTraceFile(file, { port: port === 0 ? 0 : port + index })
    servers.push(server)
    terminal.print(flags.json === true ? JSON.stringify({ file, url: server.url }) : `${file}: ${server.url}`)
  }
  terminal.note('Serving until Ctrl-C.')
  await new Promise<void>(resolve => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await Promise.all(servers.map(server => server.close()))
  return ExitCode.ok
}
