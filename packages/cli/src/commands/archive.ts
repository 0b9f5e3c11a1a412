/** Sessions into the cold tier: Parquet for SQL, and the trace file beside it. The session itself stays where it is. */
import { archiveSession, coldFolder } from '@hindscope/store'
import { ExitCode } from '../exit-code.ts'
import { bytesText } from '../format/units.ts'
import { dataDirOf } from '../sources/config.ts'
import { openStore } from '../sources/stored.ts'
import { coldPlace } from '../sources/tiers.ts'
import { withProgress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'

export interface ArchiveFlags {
  readonly cold?: string
  readonly json?: boolean
}

export async function archive(targets: readonly string[], flags: ArchiveFlags, terminal: Terminal): Promise<ExitCode> {
  const place = flags.cold === undefined ? coldFolder(dataDirOf(terminal)) : coldPlace(flags.cold, terminal)
  for (const target of targets.length === 0 ? [undefined] : targets) {
    const store = await openStore(target, terminal)
    const archived = await withProgress(terminal, `Archiving ${store.session}`, () => archiveSession(store, place))
    terminal.print(
      flags.json === true ? JSON.stringify(archived) : `${archived.place}${archived.bytes === 0 ? '' : ` (${bytesText(archived.bytes)})`}`,
    )
  }
  return ExitCode.ok
}
