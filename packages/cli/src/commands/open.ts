/** The UI over trace files or a recorded session, served on loopback until Ctrl-C. */
import { resolve } from 'node:path'
import { HindscopeError, formatRef } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import { namesFile, openStore } from '../sources/stored.ts'
import type { Terminal } from '../terminal.ts'
import { eventRef } from './event-ref.ts'

export interface OpenFlags {
  readonly port: string
  /** The moment to show, of the only session. */
  readonly at?: string
  readonly json?: boolean
}

export async function open(files: readonly string[], flags: OpenFlags, terminal: Terminal): Promise<ExitCode> {
  const port = Number(flags.port)
  if (!/^\d+$/.test(flags.port) || port > 65535) {
    throw new HindscopeError('cli-bad-option', { option: '--port', value: flags.port, allowed: 'a whole number from 0 to 65535' })
  }
  const moment = flags.at === undefined ? undefined : eventRef(flags.at)
  const paths = files.filter(file => namesFile(file, resolve(terminal.cwd, file)))
  const sessions = await Promise.all(files.filter(file => !paths.includes(file)).map(session => openStore(session, terminal)))
  const { serveTraceFile } = await import('@hindscope/collector')
  const server = await serveTraceFile(
    paths.map(file => resolve(terminal.cwd, file)),
    { port, sessions },
  )
  const [session] = await server.engine.sessions()
  const url = moment === undefined || session === undefined ? server.url : `${server.url}#v=1&s=${session.session}&m=${formatRef(moment)}`
  terminal.print(flags.json === true ? JSON.stringify({ files, url }) : url)
  for (const { message } of server.damage) terminal.note(`Damaged: ${message}`)
  terminal.note('Serving until Ctrl-C.')
  await new Promise<void>(resolve => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await server.close()
  return ExitCode.ok
}
