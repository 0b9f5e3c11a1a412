import { mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeDefinitions, realmId, sessionId } from '@hindscope/protocol'
import type { IncidentDefinition } from '@hindscope/protocol'
import { TraceBuilder } from '@hindscope/testkit'
import { compactSession, maintain, openSession, pruneSessions, readSession, rebuildSession, sessionStats, verifySession } from '../../src/index.ts'
import { lockPath } from '../../src/node/folder-lock.ts'
import type { TraceStore } from '../../src/model.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hindscope-maintain-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const folderOf = (session: string): string => join(dataDir, 'sessions', session)
const idOf = (digit: string): string => digit.repeat(32)
const DAY_MS = 86_400_000

/** Twelve chunks of calls, a thrown error in chunk 6, each a segment of its own. */
async function record(session: string, ageDays = 0, hasErrors = true): Promise<string> {
  const trace = new TraceBuilder(session, (Date.now() - ageDays * DAY_MS) * 1000)
  const realm = trace.realm('page')
  for (let part = 0; part < 12; part++) {
    for (let i = 0; i < 20; i++) {
      const call = realm.at(part * 1000 + i * 10).enter('f', [{ id: i, name: `user ${i} of part ${part}` }])
      if (hasErrors && part === 6 && i === 10) realm.throws(call, 'f', 'no')
      else realm.returns(call, 'f', i)
    }
    realm.seal()
  }
  const dir = folderOf(session)
  const { writer } = await openSession(dir, { name: 'test', segmentBytes: 100 })
  for (const bytes of trace.chunkBytes()) await writer.append(bytes)
  await writer.close()
  return dir
}
const rows = (store: TraceStore): number => store.tracks.reduce((sum, track) => sum + track.rows.length, 0)
const gone = (store: TraceStore): number =>
  store.tracks.reduce((sum, track) => sum + track.gaps.gaps.reduce((all, { fromSeq, toSeq }) => all + toSeq - fromSeq, 0), 0)
const segmentNames = (dir: string): Promise<string[]> => readdir(join(dir, 'segments'))
const compact = (dir: string): ReturnType<typeof compactSession> => maintain(dir, undefined, compactSession)

describe('sessionStats', () => {
  it('counts from the indexes what reading everything counts', async () => {
    const dir = await record(idOf('a'))
    const stats = await sessionStats(dir)
    const read = await verifySession(dir)
    expect(stats).toMatchObject({ events: 480, errors: 1, owner: undefined, damage: [] })
    expect(stats.segments.every(({ hasIndex }) => hasIndex)).toBe(true)
    expect(read).toMatchObject({ files: stats.segments.length, chunks: 13, events: 480, damage: [] })
    const store = await readSession(dir)
    expect(stats.range?.fromUs).toBe(store.tracks[0]?.firstUs)
    expect(stats.range?.toUs).toBeGreaterThanOrEqual((store.tracks[0]?.lastUs ?? 0) - 1000)
  })

  it('counts the same without an index, and with raw segments', async () => {
    const dir = await record(idOf('a'))
    const whole = await sessionStats(dir)
    const [first = '', second = ''] = await segmentNames(dir)
    const path = join(dir, 'segments', second)
    await truncate(path, (await stat(path)).size - 10)
    const { events, errors, damage, segments } = await sessionStats(dir)
    expect({ events, errors }).toEqual({ events: whole.events, errors: whole.errors })
    expect(damage).toHaveLength(1)
    expect(segments.map(({ file, hasIndex }) => [file.name, hasIndex]).slice(0, 2)).toEqual([
      [first, true],
      [second, false],
    ])
  })
})

describe('compactSession', () => {
  it('makes one file of many small ones, and loses nothing', async () => {
    const dir = await record(idOf('a'))
    const before = await readSession(dir)
    expect((await segmentNames(dir)).length).toBe(13)
    expect(await compact(dir)).toMatchObject({ sealed: 0, merged: 13, damaged: 0 })
    expect(await segmentNames(dir)).toEqual(['000001.sealed.hscope'])
    const after = await readSession(dir)
    expect([rows(after), after.damage]).toEqual([rows(before), []])
    expect(await compact(dir)).toMatchObject({ sealed: 0, merged: 0 })
  })

  it('does not touch the segment that is being written, and does not meet sealing', async () => {
    const session = idOf('a')
    const trace = new TraceBuilder(session)
    const realm = trace.realm('page')
    const open = await openSession(folderOf(session), { segmentBytes: 2000 })
    const work: Promise<unknown>[] = []
    for (let i = 0; i < 60; i++) {
      realm
        .at(i)
        .console('log', [`line ${i}`])
        .seal()
      await open.writer.append(realm.eventBytes()[i] as Uint8Array)
      if (i % 12 === 0) work.push(maintain(folderOf(session), open, compactSession))
      if (i % 15 === 0) expect(rows(await readSession(folderOf(session)))).toBe(i + 1)
    }
    await Promise.all(work)
    await open.writer.close()
    const store = await readSession(folderOf(session))
    expect([rows(store), store.damage, store.duplicates]).toEqual([60, [], 0])
  })

  it('leaves files alone in which something cannot be read', async () => {
    const dir = await record(idOf('a'))
    const names = await segmentNames(dir)
    const path = join(dir, 'segments', names[5] ?? '')
    const bytes = await readFile(path)
    bytes[bytes.length >> 2] = (bytes[bytes.length >> 2] as number) ^ 1
    await writeFile(path, bytes)
    await compact(dir)
    expect(await readFile(path)).toEqual(bytes)
  })
})

describe('verifySession and rebuildSession', () => {
  it('find and repair a missing index', async () => {
    const dir = await record(idOf('a'))
    const [name = ''] = await segmentNames(dir)
    const path = join(dir, 'segments', name)
    await truncate(path, (await stat(path)).size - 1)
    const { damage } = await verifySession(dir)
    expect(damage.map(({ file, code }) => [file, code])).toEqual([
      [name, 'block-truncated'],
      [name, 'block-malformed'],
    ])
    expect(await maintain(dir, undefined, rebuildSession)).toEqual(['damaged-1.bin', `segments/${name}`, 'session.json'])
    expect((await verifySession(dir)).damage).toEqual([])
    expect((JSON.parse(await readFile(join(dir, 'session.json'), 'utf8')) as { summary: { events: number } }).summary.events).toBe(480)
  })

  it('take what can be read out of a damaged raw segment', async () => {
    const dir = await record(idOf('a'))
    await writeFile(
      join(dir, 'segments', '000099.hscope'),
      Buffer.concat([Buffer.from('no chunk'), ...new TraceBuilder(idOf('a')).realm('late').console('log', []).eventBytes()]),
    )
    expect((await verifySession(dir)).damage).toHaveLength(1)
    expect(await maintain(dir, undefined, rebuildSession)).toEqual(['damaged-1.bin', 'segments/000099.sealed.hscope', 'session.json'])
    expect(await readFile(join(dir, 'damaged-1.bin'), 'latin1')).toBe('no chunk')
  })
})

describe('pruneSessions', () => {
  it('removes whole sessions by age, and leaves those alone that others record into', async () => {
    const [old, busy, recent] = [await record(idOf('a'), 9, false), await record(idOf('b'), 9, false), await record(idOf('c'), 1, false)]
    await writeFile(lockPath(busy), String(process.ppid))
    const policy = { maxAgeMs: 7 * DAY_MS }
    const planned = await pruneSessions({ dataDir, policy, dryRun: true })
    expect(planned.done.map(({ kind, session }) => [kind, session])).toEqual([['session', idOf('a')]])
    expect(await readdir(join(dataDir, 'sessions'))).toHaveLength(3)
    expect(await pruneSessions({ dataDir, policy })).toEqual(planned)
    expect((await readdir(join(dataDir, 'sessions'))).sort()).toEqual([busy, recent].map(dir => dir.slice(-32)))
    expect(old).not.toBe(busy)
  })

  it('keeps what has errors, and shows the rest as gaps', async () => {
    const dir = await record(idOf('a'), 9)
    await pruneSessions({ dataDir, policy: { maxAgeMs: 7 * DAY_MS, keepErrorsMs: 30 * DAY_MS } })
    const store = await readSession(dir)
    expect([rows(store), gone(store), store.tracks[0]?.errorRows.length]).toEqual([40, 440, 1])
    expect(store.tracks[0]?.dropped).toBe(0)
    expect(store.tracks[0]?.definition?.name).toBe('page')
    expect((await verifySession(dir)).damage).toEqual([])
    await compact(dir)
    expect(gone(await readSession(dir))).toBe(440)
  })

  it('keeps what lies in the window of an incident', async () => {
    const session = idOf('a')
    const dir = await record(session, 9, false)
    const { range } = await sessionStats(dir)
    const atUs = (range?.fromUs ?? 0) + 3050
    const incident: IncidentDefinition = {
      kind: 'incident',
      id: 'm',
      realm: 1,
      cause: 'mark',
      atUs,
      fromUs: atUs - 100,
      untilUs: atUs + 100,
      count: 1,
      suppressed: 0,
    }
    const { writer } = await openSession(dir)
    const place = { session: sessionId(session), realm: realmId(1), number: 1, firstSeq: 0, hlcFirst: { ms: 1, counter: 0 }, baseTimeUs: atUs }
    await writer.append(encodeDefinitions(place, [incident]))
    await writer.close()
    await pruneSessions({ dataDir, policy: { maxAgeMs: 7 * DAY_MS, keepErrorsMs: 30 * DAY_MS } })
    const store = await readSession(dir)
    expect(rows(store)).toBeGreaterThan(0)
    expect(rows(store) + gone(store)).toBe(480)
    expect(store.tracks[0]?.rowAtTime(atUs)).toBeGreaterThanOrEqual(0)
  })

  it('takes old segments out of the session that this process records into', async () => {
    const session = idOf('a')
    const dir = await record(session, 9, false)
    const open = await openSession(dir)
    const openSessionOf = (id: string): typeof open | undefined => (id === session ? open : undefined)
    const { done, failed } = await pruneSessions({ dataDir, policy: { maxAgeMs: 7 * DAY_MS }, openSessionOf })
    expect(failed).toEqual([])
    expect(new Set(done.map(({ kind }) => kind))).toEqual(new Set(['empty']))
    await open.writer.close()
    const store = await readSession(dir)
    expect([rows(store), gone(store)]).toEqual([0, 480])
  })
})
