/** `hindscope mark`: marks this moment in what is recorded, and keeps the time around it. */
import { HindscopeError } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import { findCollector } from '../sources/collector-address.ts'
import { dataDirOf } from '../sources/config.ts'
import { createControl } from '../sources/http-engine.ts'
import type { Terminal } from '../terminal.ts'

export interface MarkFlags {
  readonly json?: boolean
}

export async function mark(label: string | undefined, flags: MarkFlags, terminal: Terminal): Promise<ExitCode> {
  const dataDir = dataDirOf(terminal)
  const found = await findCollector(dataDir, terminal.env)
  if (found.kind !== 'alive') throw new HindscopeError('cli-no-collector', { folder: dataDir })
  const { session } = found.address
  const { incident } = await createControl(found.address).mark({ session, ...(label === undefined ? {} : { label }) })
  terminal.print(flags.json === true ? JSON.stringify({ session, incident }) : `Marked as ${incident}. hindscope incidents shows it.`)
  return ExitCode.ok
}
