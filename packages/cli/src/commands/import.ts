/** Traces of other tools become sessions: of the project, or in a trace file. What was not understood is counted and told. */
import { randomFillSync } from 'node:crypto'
import { basename, resolve } from 'node:path'
import { HindscopeError, createSessionId, formatDiagnostic, nearest } from '@hindscope/protocol'
import { importFile, storeImport, writeImports } from '@hindscope/store'
import { IMPORT_FORMATS } from '@hindscope/store/model'
import type { ImportFormat, ImportedTrace } from '@hindscope/store/model'
import { ExitCode } from '../exit-code.ts'
import { bytesText } from '../format/units.ts'
import { dataDirOf } from '../sources/config.ts'
import { withProgress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'

export interface ImportFlags {
  readonly output?: string
  readonly format?: string
  readonly name?: string
  readonly json?: boolean
}

/** Where times come from, for people. */
const TIME_BASES: Readonly<Record<ImportedTrace['timeBase'], string>> = {
  events: 'as in the trace',
  exporter: 'as in the trace',
  responses: 'from the dates of responses',
  metadata: 'from the date of the recording',
  import: 'unknown: as if it began now',
}

/** Nothing is written unless every file could be read. Throws `cli-bad-option`, `cli-file-unwritable` and what importFile and storeImport throw. */
export async function importCommand(files: readonly string[], flags: ImportFlags, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(flags.format)
  const imported: ImportedTrace[] = []
  for (const file of files) imported.push(await withProgress(terminal, `Reading ${file}`, () => read(file, format, flags, terminal)))
  const place = flags.output === undefined ? undefined : await writeFile(resolve(terminal.cwd, flags.output), imported)
  const folders: string[] = []
  if (place === undefined) for (const trace of imported) folders.push(await storeImport(dataDirOf(terminal), trace))
  imported.forEach((trace, i) => tell(files[i] ?? '', trace, place?.file ?? folders[i] ?? '', flags, terminal))
  if (flags.json !== true) {
    if (place === undefined)
      terminal.note('`hindscope query` and `hindscope info` read them by their session id; the UI of a running collector lists them.')
    else terminal.note(`${place.file} (${bytesText(place.bytes)}); \`hindscope open ${flags.output}\` shows it.`)
  }
  return ExitCode.ok
}

function formatOf(text: string | undefined): ImportFormat | undefined {
  const known = IMPORT_FORMATS.find(format => format === text)
  if (text === undefined || known !== undefined) return known
  const allowed = `${IMPORT_FORMATS.join(', ')}. Did you mean "${nearest(text, IMPORT_FORMATS)}"?`
  throw new HindscopeError('cli-bad-option', { option: '--format', value: text, allowed })
}

async function read(file: string, format: ImportFormat | undefined, { name }: ImportFlags, terminal: Terminal): Promise<ImportedTrace> {
  const trace = await importFile(resolve(terminal.cwd, file), {
    session: createSessionId(bytes => randomFillSync(bytes)),
    importedAtMs: Date.now(),
    ...(format === undefined ? {} : { format }),
    ...(name === undefined ? {} : { name }),
  })
  return trace.name === '' ? { ...trace, name: basename(file) } : trace
}

interface WrittenFile {
  readonly file: string
  readonly bytes: number
}

async function writeFile(file: string, imported: readonly ImportedTrace[]): Promise<WrittenFile> {
  try {
    return { file, bytes: await writeImports(file, imported) }
  } catch (error) {
    throw new HindscopeError('cli-file-unwritable', { file, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}

function tell(file: string, trace: ImportedTrace, place: string, flags: ImportFlags, terminal: Terminal): void {
  const { session, format, name, timeBase, events, ignored, problems } = trace
  if (flags.json === true) return terminal.print(JSON.stringify({ file, session, format, name, place, events, timeBase, ignored, problems }))
  terminal.print(`${session}  ${format}  ${events} events  ${name}`)
  terminal.note(`${file}: times ${TIME_BASES[timeBase]}.`)
  for (const problem of problems) terminal.note(formatDiagnostic({ ...problem, file }))
  if (ignored.length === 0) return
  terminal.note(`${file}: not imported:`)
  for (const { what, count } of ignored.slice(0, MAX_IGNORED)) terminal.note(`  ${count} × ${what}`)
  if (ignored.length > MAX_IGNORED) terminal.note(`  and ${ignored.length - MAX_IGNORED} other kinds (--json lists them)`)
}

const MAX_IGNORED = 20
