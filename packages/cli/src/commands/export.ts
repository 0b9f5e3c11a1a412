/** One session as a file: a trace file, or in a format that other tools open. */
import { extname, resolve } from 'node:path'
import { HindscopeError, nearest } from '@hindscope/protocol'
import { environmentHere, writeParquet, writePieces } from '@hindscope/store'
import { EXPORT_FORMATS, summarize, tracksToProfile } from '@hindscope/store/model'
import type { ExportFormat, ExportFormatName, ExportOptions, ExportPiece, TraceStore } from '@hindscope/store/model'
import { ExitCode } from '../exit-code.ts'
import { otlpTarget, sendOtlp } from './export-otlp.ts'
import type { OtlpFlags } from './export-otlp.ts'
import { bytesText } from '../format/units.ts'
import { openStore } from '../sources/stored.ts'
import type { Terminal } from '../terminal.ts'
import { VERSION } from '../version.ts'

export interface ExportFlags extends OtlpFlags {
  /** `-` is standard output; absent where it is sent. */
  readonly output?: string
  readonly format?: string
  readonly track?: readonly string[]
  readonly kind?: string
  /** False: without the texts of sources. */
  readonly sources?: boolean
  readonly json?: boolean
}

interface Written {
  readonly file: string
  readonly bytes: number
  readonly session: string
  readonly format: ExportFormatName
}

/** A folder of files, which no other format is. */
const PARQUET = 'parquet'

const bad = (option: string, value: string, allowed: string): HindscopeError => new HindscopeError('cli-bad-option', { option, value, allowed })

/** Throws `cli-bad-option`, `export-…`, `otlp-…` and what openStore throws; nothing is written then. */
export async function exportCommand(target: string | undefined, flags: ExportFlags, terminal: Terminal): Promise<ExitCode> {
  const { to, output } = flags
  if (to !== undefined) return sendCommand(target, to, flags, terminal)
  const unsent = (['header', 'timeout', 'allSpans'] as const).find(key => flags[key] !== undefined)
  if (unsent !== undefined) throw bad(unsent === 'allSpans' ? '--all-spans' : `--${unsent}`, String(flags[unsent]), 'nothing but with --to')
  if (output === undefined) throw bad('--output', '', 'a file to write, - for standard output; or --to with format otlp')
  if (flags.format === PARQUET) return exportParquet(target, { ...flags, output }, terminal)
  const name = formatName(flags.format ?? 'hscope')
  const options = optionsOf(name, flags)
  const store = await openStore(target, terminal)
  noteLosses(store, terminal)
  for (const [file, pieces] of filesOf(store, name, options, output)) {
    const bytes = file === '-' ? await print(pieces, terminal) : await writeFile(resolve(terminal.cwd, file), pieces)
    const written: Written = { file: file === '-' ? file : resolve(terminal.cwd, file), bytes, session: store.session, format: name }
    const text = flags.json === true ? JSON.stringify(written) : `${written.file} (${bytesText(bytes)}, session ${written.session})`
    // What is said about the export must not come into it.
    if (file !== '-') terminal.print(text)
    else if (flags.json === true) terminal.note(text)
  }
  return ExitCode.ok
}

/** Only one format is taken by those who take spans. */
async function sendCommand(target: string | undefined, to: string, flags: ExportFlags, terminal: Terminal): Promise<ExitCode> {
  if (flags.format !== 'otlp') throw bad('--to', to, 'nothing but with --format otlp')
  if (flags.output !== undefined) throw bad('--output', flags.output, 'nothing with --to')
  const options = optionsOf('otlp', flags)
  const place = otlpTarget(to, flags, terminal.env)
  const store = await openStore(target, terminal)
  noteLosses(store, terminal)
  return sendOtlp(store, place, options, flags, terminal)
}

function noteLosses(store: TraceStore, terminal: Terminal): void {
  const { dropped, damage } = summarize(store)
  if (dropped + damage.length > 0) terminal.note(`The session is incomplete: ${dropped} events dropped or lost, ${damage.length} damaged stretches.`)
}

/** A file for each view of docs/sql.md that is stored. */
async function exportParquet(target: string | undefined, flags: ExportFlags & { readonly output: string }, terminal: Terminal): Promise<ExitCode> {
  const { output, track, kind, json } = flags
  if (output === '-') throw bad('--output', output, 'a folder: format parquet makes several files')
  if (track !== undefined) throw bad('--track', track.join(', '), 'nothing with format parquet, which holds whole sessions')
  if (kind !== undefined) throw bad('--kind', kind, 'nothing but with format otlp')
  const store = await openStore(target, terminal)
  const folder = resolve(terminal.cwd, output)
  const files = await writeParquet(store, folder).catch((error: unknown) => {
    throw unwritable(folder, error)
  })
  for (const { file, bytes } of files) {
    terminal.print(json === true ? JSON.stringify({ file, bytes, session: store.session, format: PARQUET }) : `${file} (${bytesText(bytes)})`)
  }
  return ExitCode.ok
}

function formatName(text: string): ExportFormatName {
  if (Object.hasOwn(EXPORT_FORMATS, text)) return text as ExportFormatName // SAFE: own key of the table
  const known = [...Object.keys(EXPORT_FORMATS), PARQUET]
  throw bad('--format', text, `${known.join(', ')}. Did you mean "${nearest(text, known)}"?`)
}

function optionsOf(name: ExportFormatName, { track, kind, sources = true }: ExportFlags): ExportOptions {
  const format: ExportFormat = EXPORT_FORMATS[name]
  if (track !== undefined && format.whole === true) throw bad('--track', track.join(', '), `nothing with format ${name}, which holds whole sessions`)
  if (kind !== undefined && format.hasSpans !== true) throw bad('--kind', kind, 'nothing but with format otlp')
  if (kind !== undefined && kind !== 'calls' && kind !== 'activities') throw bad('--kind', kind, 'calls, activities')
  if (!sources && name !== 'hscope') throw bad('--no-sources', 'true', 'nothing but with format hscope, which alone holds sources')
  const tracks = track?.map(text => {
    if (!/^\d{1,7}$/.test(text)) throw bad('--track', text, 'a whole number from 0 to 9999999')
    return Number(text)
  })
  const file = name === 'hscope' ? { sources, environment: environmentHere(VERSION, sources) } : {}
  return { version: VERSION, ...file, ...(tracks === undefined ? {} : { tracks }), ...(kind === undefined ? {} : { spans: kind }) }
}

/** Every file is checked before the first one is written: its pieces are there, and only reading them is left. */
function filesOf(store: TraceStore, name: ExportFormatName, options: ExportOptions, output: string): (readonly [string, Iterable<ExportPiece>])[] {
  const format: ExportFormat = EXPORT_FORMATS[name]
  const tracks = format.perTrack === true && output !== '-' ? tracksToProfile(store, options) : []
  if (tracks.length <= 1) return [[output, format.pieces(store, options)]]
  const end = extname(output)
  const stem = output.slice(0, output.length - end.length)
  return tracks.map(track => [`${stem}.${track}${end}`, format.pieces(store, { ...options, tracks: [track] })] as const)
}

async function writeFile(file: string, pieces: Iterable<ExportPiece>): Promise<number> {
  try {
    return await writePieces(file, pieces)
  } catch (error) {
    throw unwritable(file, error)
  }
}

async function print(pieces: Iterable<ExportPiece>, terminal: Terminal): Promise<number> {
  let bytes = 0
  for (const piece of pieces) {
    bytes += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length
    try {
      await terminal.write(piece)
    } catch (error) {
      // The reader has seen enough: `| head`.
      if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return bytes
      throw unwritable('standard output', error)
    }
  }
  return bytes
}

function unwritable(file: string, error: unknown): HindscopeError {
  if (error instanceof HindscopeError) return error
  return new HindscopeError('cli-file-unwritable', { file, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
}
