/** `hindscope store …`: the files of recorded sessions: what they hold, whether they are whole, making them smaller and fewer. */
import { join } from 'node:path'
import { HindscopeError, parseRetention } from '@hindscope/protocol'
import type { RetentionConfig } from '@hindscope/protocol'
import { compactSession, listSessions, maintain, pruneSessions, rebuildSession, sessionStats, verifySession } from '@hindscope/store'
import type { RetentionStep, SessionStats } from '@hindscope/store'
import { ExitCode } from '../exit-code.ts'
import { bytesText, countText, durationText } from '../format/units.ts'
import { dataDirOf, readConfig } from '../sources/config.ts'
import { sessionFolder } from '../sources/recorded.ts'
import { withProgress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'

export interface StoreFlags {
  readonly json?: boolean
}

export interface PruneFlags extends StoreFlags {
  readonly maxAge?: string
  readonly maxBytes?: string
  readonly maxSessions?: string
  readonly keepErrors?: string
  readonly dryRun?: boolean
}

/** The named session (first digits do), or all of the project. Throws `cli-session-unknown`. */
async function foldersOf(target: string | undefined, terminal: Terminal): Promise<string[]> {
  const dataDir = dataDirOf(terminal)
  const all = await listSessions(dataDir)
  const named = all.filter(session => session.startsWith(target ?? ''))
  if (target !== undefined && named.length !== 1) {
    throw new HindscopeError('not-found', { what: named.length === 0 ? 'session' : 'one session', id: target })
  }
  return named.map(session => sessionFolder(dataDir, session))
}

const short = (dir: string): string => dir.slice(-32, -24)

/** Does `work` for each session; says of which it could not be done and gives `problem` then. */
async function forEach<T>(
  target: string | undefined,
  { json }: StoreFlags,
  terminal: Terminal,
  work: (dir: string) => Promise<T>,
  lines: (result: T, dir: string) => readonly string[],
  isBad: (result: T) => boolean = () => false,
): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.ok
  for (const dir of await foldersOf(target, terminal)) {
    try {
      const result = await withProgress(terminal, dir, () => work(dir))
      if (isBad(result)) exitCode = ExitCode.problem
      if (json === true) terminal.print(JSON.stringify({ session: dir.slice(-32), ...result }))
      else for (const line of lines(result, dir)) terminal.print(line)
    } catch (error) {
      if (!(error instanceof HindscopeError)) throw error
      exitCode = ExitCode.problem
      terminal.note(`${short(dir)}: ${error.message}`)
    }
  }
  return exitCode
}

export const stats = (target: string | undefined, flags: StoreFlags, terminal: Terminal): Promise<ExitCode> =>
  forEach(
    target,
    flags,
    terminal,
    async dir => statsRow(await sessionStats(dir)),
    (row, dir) => [
      `${short(dir)}${row.recordedBy === undefined ? '' : ` (changed by process ${row.recordedBy})`}: ${countText(row.events, 'event')}, ${countText(row.errors, 'error')}, ${bytesText(row.bytes)} of ${bytesText(row.rawBytes)} (${row.bytesPerEvent.toFixed(2)} bytes an event)`,
      `  ${countText(row.segments, 'segment')}, ${row.rawSegments} not sealed, ${countText(row.blocks, 'block')}${row.toUs > row.fromUs ? `, ${durationText(row.toUs - row.fromUs)} from ${new Date(row.fromUs / 1000).toISOString()}` : ''}`,
      ...row.damage.map(({ message }) => `  damage: ${message}`),
    ],
    row => row.damage.length > 0,
  )

interface StatsRow {
  readonly events: number
  readonly errors: number
  readonly incidents: number
  readonly bytes: number
  readonly rawBytes: number
  readonly bytesPerEvent: number
  readonly segments: number
  readonly rawSegments: number
  readonly blocks: number
  readonly fromUs: number
  readonly toUs: number
  readonly recordedBy?: number
  readonly damage: SessionStats['damage']
}

const statsRow = ({ events, errors, incidents, bytes, rawBytes, segments, range, owner, damage }: SessionStats): StatsRow => ({
  events,
  errors,
  incidents: incidents.length,
  bytes,
  rawBytes,
  bytesPerEvent: events === 0 ? 0 : bytes / events,
  segments: segments.length,
  rawSegments: segments.filter(({ file }) => !file.isSealed).length,
  blocks: segments.reduce((sum, { blocks }) => sum + blocks.length, 0),
  fromUs: range?.fromUs ?? 0,
  toUs: range?.toUs ?? 0,
  ...(owner === undefined ? {} : { recordedBy: owner }),
  damage,
})

export const verify = (target: string | undefined, flags: StoreFlags, terminal: Terminal): Promise<ExitCode> =>
  forEach(
    target,
    flags,
    terminal,
    verifySession,
    ({ files, chunks, events, damage }, dir) => [
      `${short(dir)}: ${damage.length === 0 ? 'whole' : 'damaged'}, ${countText(files, 'file')}, ${countText(chunks, 'chunk')}, ${countText(events, 'event')}`,
      ...damage.map(({ file, offset, bytes, code, message }) => `  ${file}, byte ${offset} to ${offset + bytes}, ${code}: ${message}`),
    ],
    ({ damage }) => damage.length > 0,
  )

export const rebuild = (target: string | undefined, flags: StoreFlags, terminal: Terminal): Promise<ExitCode> =>
  forEach(
    target,
    flags,
    terminal,
    async dir => ({ rebuilt: await maintain(dir, undefined, rebuildSession) }),
    ({ rebuilt }, dir) => [`${short(dir)}: ${rebuilt.join(', ')}`],
  )

export const compact = (target: string | undefined, flags: StoreFlags, terminal: Terminal): Promise<ExitCode> =>
  forEach(
    target,
    flags,
    terminal,
    dir => maintain(dir, undefined, compactSession),
    ({ sealed, merged, damaged, bytesBefore, bytesAfter }, dir) => [
      `${short(dir)}: ${countText(sealed, 'segment')} sealed, ${merged} merged, ${bytesText(bytesBefore)} to ${bytesText(bytesAfter)}${damaged === 0 ? '' : `, ${damaged} left alone because they are damaged (hindscope store verify)`}`,
    ],
  )

/** Options over the config's `retention`. Throws `cli-bad-option`; without any limit nothing is done. */
export async function prune(flags: PruneFlags, terminal: Terminal): Promise<ExitCode> {
  const { maxAge, maxBytes, maxSessions, keepErrors } = flags
  const asked: RetentionConfig = {
    ...readConfig(terminal.cwd, terminal.env).config.retention,
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(maxSessions === undefined ? {} : { maxSessions: Number(maxSessions) }),
    ...(keepErrors === undefined ? {} : { keepErrors }),
  }
  const policy = parseRetention(asked)
  if (policy === undefined)
    throw new HindscopeError('cli-bad-option', {
      option: 'store prune',
      value: JSON.stringify(asked),
      allowed: 'ages like 7d, sizes like 2GB, whole numbers of sessions',
    })
  const dataDir = dataDirOf(terminal)
  const { done, failed } = await withProgress(terminal, `Pruning ${join(dataDir, 'sessions')}`, () =>
    pruneSessions({ dataDir, policy, dryRun: flags.dryRun === true }),
  )
  if (flags.json === true)
    terminal.print(
      JSON.stringify({ dryRun: flags.dryRun === true, done, failed: failed.map(({ step, error }) => ({ ...step, error: String(error) })) }),
    )
  else {
    for (const step of done) terminal.print(stepLine(step))
    const bytes = done.reduce((sum, step) => sum + step.bytes, 0)
    terminal.print(`${flags.dryRun === true ? 'Would free' : 'Freed'} ${bytesText(bytes)}.`)
  }
  for (const { step, error } of failed) terminal.note(`${step.session.slice(0, 8)}: ${error instanceof Error ? error.message : String(error)}`)
  return failed.length === 0 ? ExitCode.ok : ExitCode.problem
}

function stepLine(step: RetentionStep): string {
  const what =
    step.kind === 'session' ? 'whole session' : `segment ${step.segment}, ${step.kind === 'thin' ? 'all but errors and incidents' : 'all events'}`
  return `${step.session.slice(0, 8)}: ${what}, ${bytesText(step.bytes)} (${step.reason})`
}
