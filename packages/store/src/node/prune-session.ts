/**
 * Retention carried out (segment/plan-retention.ts decides). What goes out of a session is noted in it as gaps, so that it is seen to be
 * gone. Blocks that stay are copied as they are; the new file replaces the old one in one step.
 */
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { encodeDefinitions } from '@hindscope/protocol'
import type { GapDefinition, RetentionPolicy } from '@hindscope/protocol'
import { holdsDefinitions } from '../segment/block-layout.ts'
import type { BlockHeader } from '../segment/block-layout.ts'
import { packBlock } from '../segment/pack-block.ts'
import { planRetention } from '../segment/plan-retention.ts'
import type { BlockFacts, RetentionStep, SessionFacts } from '../segment/plan-retention.ts'
import { BlockList } from '../segment/seal-chunks.ts'
import type { IndexEntry } from '../segment/segment-index.ts'
import { unpackHeaders } from '../segment/unpack-block.ts'
import { syncFolder, writeDurably } from './durable-file.ts'
import { maintain } from './maintenance.ts'
import { sealedName, segmentsFolder } from './segment-files.ts'
import { listSessions } from './session-folder.ts'
import type { OpenSession } from './session-folder.ts'
import { readBlockBytes, readIndexOf, sessionStats } from './session-stats.ts'
import type { SessionStats, TimeRange } from './session-stats.ts'

export interface Pruning {
  readonly done: readonly RetentionStep[]
  /** Steps that could not be done, and why: another process has the session, the disk failed. */
  readonly failed: readonly { readonly step: RetentionStep; readonly error: unknown }[]
}

export interface PruneOptions {
  readonly dataDir: string
  readonly policy: RetentionPolicy
  readonly nowMs?: number
  /** Only says what would be done. */
  readonly dryRun?: boolean
  /** The session as this process records into it; undefined for all others. */
  readonly openSessionOf?: (session: string) => OpenSession | undefined
}

const DEFINITIONS_NUMBER = 0xfd00_0000
const REMOVED = '.removed-'

/** Sessions that other processes record into are left alone. Rejects with `trace-unreadable` when the disk fails at reading. */
export async function pruneSessions({ dataDir, policy, nowMs = Date.now(), dryRun = false, openSessionOf }: PruneOptions): Promise<Pruning> {
  const facts: SessionFacts[] = []
  const others = new Set<string>()
  for (const session of await listSessions(dataDir)) {
    const open = openSessionOf?.(session)
    const stats = await sessionStats(folderOf(dataDir, session))
    if (open === undefined && stats.owner !== undefined) others.add(session)
    facts.push(factsOf(stats, open?.writer.current, open !== undefined || stats.owner !== undefined))
  }
  const steps = planRetention(facts, policy, nowMs).filter(step => !others.has(step.session))
  if (dryRun) return { done: steps, failed: [] }
  await finishRemovals(dataDir)
  const done: RetentionStep[] = []
  const failed: { step: RetentionStep; error: unknown }[] = []
  for (const step of steps) {
    try {
      await carryOut(dataDir, step, openSessionOf?.(step.session))
      done.push(step)
    } catch (error) {
      // SAFE: told to the caller; what this step was about stays, and the others go on.
      failed.push({ step, error })
    }
  }
  return { done, failed }
}

const folderOf = (dataDir: string, session: string): string => join(dataDir, 'sessions', session)

export function factsOf(stats: SessionStats, current: number | undefined, isLive: boolean): SessionFacts {
  return {
    session: stats.session,
    isLive,
    lastUs: stats.range?.toUs ?? 0,
    bytes: stats.bytes,
    isImportant: stats.errors > 0 || stats.incidents.length > 0,
    segments: stats.segments
      .filter(({ file, hasIndex }) => file.isSealed && hasIndex && file.number !== current)
      .map(({ file, bytes, range, blocks }) => ({
        number: file.number,
        bytes,
        toUs: range?.toUs ?? Infinity,
        blocks: blocks.map(({ header }) => blockFacts(header, stats.incidents)),
      })),
  }
}

const blockFacts = (header: BlockHeader, incidents: readonly TimeRange[]): BlockFacts => ({
  bytes: header.totalBytes,
  isDefinitions: holdsDefinitions(header),
  isImportant: isImportant(header, incidents),
})

const isImportant = (header: BlockHeader, incidents: readonly TimeRange[]): boolean =>
  !holdsDefinitions(header) && (header.errors > 0 || incidents.some(({ fromUs, toUs }) => header.fromUs <= toUs && header.toUs >= fromUs))

async function carryOut(dataDir: string, step: RetentionStep, open: OpenSession | undefined): Promise<void> {
  const dir = folderOf(dataDir, step.session)
  if (step.kind === 'session') return maintain(dir, open, () => removeSession(dir))
  const { kind, segment } = step
  await maintain(dir, open, async () => {
    const { incidents } = await sessionStats(dir)
    await pruneSegment(dir, segment, header => holdsDefinitions(header) || (kind === 'thin' && isImportant(header, incidents)))
  })
}

/** Out of sight in one step, then away: nobody ever sees half a session. */
async function removeSession(dir: string): Promise<void> {
  const away = join(dirname(dir), `${REMOVED}${dir.slice(-32)}`)
  await rm(away, { recursive: true, force: true })
  await rename(dir, away)
  await syncFolder(dirname(dir))
  await rm(away, { recursive: true, force: true })
}

async function finishRemovals(dataDir: string): Promise<void> {
  const folder = join(dataDir, 'sessions')
  const names = await readdir(folder).catch(() => []) // SAFE: without the folder there is nothing to remove
  for (const name of names.filter(each => each.startsWith(REMOVED))) await rm(join(folder, name), { recursive: true, force: true })
}

async function pruneSegment(dir: string, number: number, stays: (header: BlockHeader) => boolean): Promise<void> {
  const path = join(segmentsFolder(dir), sealedName(number))
  const entries = await readIndexOf(path, (await stat(path)).size)
  const going = entries?.filter(({ header }) => !stays(header)) ?? []
  if (entries === undefined || going.length === 0) return
  const gaps = (await Promise.all(going.map(entry => gapsOf(path, entry)))).flat()
  await writeDurably(
    path,
    piecesOf(
      path,
      entries.filter(entry => !going.includes(entry)),
      going,
      joined(gaps),
      number,
    ),
  )
}

async function* piecesOf(
  path: string,
  staying: readonly IndexEntry[],
  going: readonly IndexEntry[],
  gaps: readonly GapDefinition[],
  number: number,
): AsyncGenerator<Uint8Array> {
  const list = new BlockList()
  for (const entry of staying) yield list.add(await readBlockBytes(path, entry))
  for (const realm of new Set(gaps.map(gap => gap.realm))) {
    const header = going.find(entry => entry.header.realm === realm)?.header as BlockHeader // SAFE: gaps are of blocks that go
    const place = {
      session: header.session,
      realm: header.realm,
      number: DEFINITIONS_NUMBER + number,
      firstSeq: 0,
      hlcFirst: header.hlcFirst,
      baseTimeUs: header.fromUs,
    }
    yield list.add(
      packBlock([
        encodeDefinitions(
          place,
          gaps.filter(gap => gap.realm === realm),
        ),
      ]),
    )
  }
  yield list.index()
}

/** The sequence numbers of each chunk: between them may be chunks that lie in another block, and drops. */
async function gapsOf(path: string, entry: IndexEntry): Promise<GapDefinition[]> {
  const chunks = unpackHeaders(await readBlockBytes(path, entry), 0, entry.header)
  return chunks
    .filter(({ recordCount }) => recordCount > 0)
    .map(({ firstSeq, recordCount, baseTimeUs, lastMs }) => ({
      kind: 'gap',
      realm: entry.header.realm,
      fromSeq: firstSeq,
      toSeq: firstSeq + recordCount,
      fromUs: baseTimeUs,
      toUs: Math.max(baseTimeUs, lastMs * 1000),
    }))
}

function joined(gaps: readonly GapDefinition[]): GapDefinition[] {
  const list: GapDefinition[] = []
  for (const gap of [...gaps].sort((a, b) => a.realm - b.realm || a.fromSeq - b.fromSeq)) {
    const last = list.at(-1)
    if (last?.realm === gap.realm && last.toSeq === gap.fromSeq)
      list[list.length - 1] = { ...last, toSeq: gap.toSeq, toUs: Math.max(last.toUs, gap.toUs) }
    else list.push(gap)
  }
  return list
}
