/** `absence`: why there is nothing of a file or a line, the most likely reason first, each with what to do about it. */
import { diagnostic, levelDigit } from '@hindscope/protocol'
import type { Absence, AbsenceQuery, AbsenceReason, MessageCode, MessageParams, SourceDetail, SourceFunction } from '@hindscope/protocol'
import { siteOfRow } from '../model/describe.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { querySource } from './sources.ts'
import { optionalText, refuse, wholeNumber } from './validate.ts'

const MOST_OTHERS = 20

export function queryAbsence(store: TraceStore, query: AbsenceQuery): Absence {
  const asked = optionalText('absence', 'file', query.file)?.trim() ?? ''
  if (asked === '') refuse('absence', 'file', query.file, 'a path')
  const line = wholeNumber('absence', 'line', query.line, { min: 1, max: 0x7fff_ffff, fallback: 0 })
  const [file, ...others] = filesLike(store, asked)
  if (file === undefined) return { others: [], executions: 0, reasons: unknownFile(store, asked) }
  const source = querySource(store, file)
  const found = line === 0 ? wholeFile(store, source) : oneLine(store, source, line)
  return { file, others: others.slice(0, MOST_OTHERS), ...found }
}

/** Paths that are the asked one or end in it; the shortest first, and those with the same name where nothing else is there. */
function filesLike(store: TraceStore, asked: string): string[] {
  const wanted = asked.replaceAll('\\', '/').replace(/^\.\//, '').toLowerCase()
  const paths = new Set<string>()
  for (const manifest of store.manifests.all()) for (const { path } of manifest.sources) paths.add(path)
  const endsIn = (path: string, end: string): boolean => path === end || path.endsWith(`/${end}`)
  const likes = [...paths].filter(path => endsIn(path.toLowerCase(), wanted) || endsIn(wanted, path.toLowerCase()))
  const name = wanted.split('/').at(-1) ?? wanted
  const found = likes.length > 0 ? likes : [...paths].filter(path => endsIn(path.toLowerCase(), name))
  return found.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
}

const reason = (code: MessageCode, params: MessageParams): AbsenceReason => {
  const { message, fix } = diagnostic(code, 'info', params)
  return { code, message, fix }
}

function unknownFile(store: TraceStore, file: string): AbsenceReason[] {
  const missing = store.missingManifests().length
  return [
    ...(missing > 0 ? [reason('absence-no-manifest', { count: String(missing) })] : []),
    ...(file.includes('node_modules') ? [reason('absence-dependency', { file })] : []),
    reason('absence-file', { file }),
  ]
}

type Found = Pick<Absence, 'function' | 'executions' | 'ref' | 'reasons'>

function wholeFile(store: TraceStore, { path, functions }: SourceDetail): Found {
  const calls = functions.reduce((sum, each) => sum + each.calls, 0)
  if (calls > 0) return { executions: calls, ...firstAt(store, path, 0), reasons: [] }
  if (functions.length === 0) return { executions: 0, reasons: [reason('absence-no-function', { file: path })] }
  return { executions: 0, reasons: [...lowered(functions), reason('absence-not-called', { name: path }), ...lost(store)] }
}

function oneLine(store: TraceStore, { path, hits, functions, unreached }: SourceDetail, line: number): Found {
  const at = hits.find(each => each.line === line)
  const around = functions.filter(({ range }) => range[0] <= line && line <= range[2]).at(-1)
  const name = around === undefined ? {} : { function: around.name }
  if (at !== undefined && at.count > 0) return { ...name, executions: at.count, ...firstAt(store, path, line), reasons: [] }
  return {
    ...name,
    executions: 0,
    reasons: around === undefined ? [reason('absence-outside', { place: `${path}:${line}` })] : within(store, around, line, unreached),
  }
}

function within(store: TraceStore, around: SourceFunction, line: number, unreached: readonly number[]): AbsenceReason[] {
  const { name, calls, built } = around
  const reasons = lowered([around])
  if (calls === 0) return [...reasons, reason('absence-not-called', { name }), ...lost(store)]
  if (unreached.includes(line)) reasons.unshift(reason('absence-unreached', { name, calls: String(calls), line: String(line) }))
  else if (levelDigit(built) < levelDigit('statements')) reasons.push(reason('absence-built', { name, level: built }))
  else reasons.push(reason('absence-no-statement', { line: String(line), name }))
  return [...reasons, ...lost(store)]
}

/** Functions that were recorded less than they were built for. */
const lowered = (functions: readonly SourceFunction[]): AbsenceReason[] =>
  functions
    .filter(({ built, level, changes }) => built === 'off' || changes > 0 || levelDigit(level) < levelDigit(built))
    .slice(0, 3)
    .map(({ name, built, level, changes }) =>
      built === 'off' ? reason('absence-off', { name }) : reason('absence-lowered', { name, level, built, changes: String(changes) }),
    )

function lost(store: TraceStore): AbsenceReason[] {
  const dropped = store.tracks.reduce((sum, track) => sum + track.dropped, 0)
  const gaps = store.tracks.reduce((sum, { gaps: { gaps } }) => sum + gaps.length, 0)
  return [
    ...(dropped > 0 ? [reason('absence-dropped', { count: String(dropped) })] : []),
    ...(gaps > 0 ? [reason('absence-gaps', { count: String(gaps) })] : []),
  ]
}

/** The first event of a probe at the line, of a file's functions when `line` is 0. */
function firstAt(store: TraceStore, path: string, line: number): Pick<Absence, 'ref'> {
  for (const track of store.tracks) {
    for (let row = 0; row < track.rows.length; row++) {
      const location = siteOfRow(track, row)?.location
      if (location?.file === path && (line === 0 || location.line === line)) return { ref: { track: track.number, seq: track.seqOf(row) } }
    }
  }
  return {}
}
