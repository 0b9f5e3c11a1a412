/** One session as one trace file. */
import { ExitCode } from '../exit-code.ts'
import { bytesText } from '../format/units.ts'
import { dataDirOf } from '../sources/config.ts'
import { exportSession } from '../sources/recorded.ts'
import type { Terminal } from '../terminal.ts'

export interface ExportFlags {
  readonly output: string
  readonly json?: boolean
}

export async function exportCommand(session: string | undefined, flags: ExportFlags, terminal: Terminal): Promise<ExitCode> {
  const written = await exportSession(dataDirOf(terminal), session, flags.output, terminal)
  if (flags.json === true) terminal.print(JSON.stringify(written))
  else terminal.print(`${written.file} (${bytesText(written.bytes)}, session ${written.session})`)
  return ExitCode.ok
}
