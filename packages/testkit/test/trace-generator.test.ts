import { ChunkType, EventKind, RecordFlag, compareHlc, decodeChunk, scanChunks } from '@hindscope/protocol'
import type { Chunk } from '@hindscope/protocol'
import { TraceStore, createEngine } from '@hindscope/store/model'
import type { Track } from '@hindscope/store/model'
import { describe, expect, test } from 'vitest'
import { GeneratedTrace, describeTrace, generateTrace } from '../src/index.ts'
import type { GeneratedTraceOptions } from '../src/index.ts'

const SMALL = { events: 60_000, functions: 200, modules: 20 } satisfies GeneratedTraceOptions

function joined(options: GeneratedTraceOptions): Buffer {
  return Buffer.concat([...generateTrace(options)])
}

function storeOf(chunks: Iterable<Chunk>): TraceStore {
  let store: TraceStore | undefined
  for (const chunk of chunks) {
    store ??= new TraceStore(chunk.session)
    expect(store.addChunk(chunk)).toBe(true)
  }
  if (store === undefined) throw new Error('no chunk')
  return store
}

const rowsOf = (track: Track): number[] => Array.from({ length: track.rows.length }, (_, row) => row)

describe('a generated trace', () => {
  const trace = new GeneratedTrace(SMALL)
  const chunks = [...trace.chunks()].map(bytes => decodeChunk(bytes))
  const store = storeOf(chunks)
  const described = trace.describe()
  const { tracks } = store

  test('is undamaged, and complete for the model', () => {
    const { damage, chunks: scanned } = scanChunks(joined(SMALL))
    expect(damage).toEqual([])
    expect(scanned).toHaveLength(chunks.length)
    expect(store.damage).toEqual([])
    expect(store.duplicates).toBe(0)
    expect(tracks.map(track => track.dropped)).toEqual([0, 0, 0, 0])
    expect(tracks.reduce((sum, track) => sum + track.rows.length, 0)).toBe(SMALL.events)
  })

  test('has definitions first, and numbers and clocks that grow realm by realm', () => {
    const kinds = chunks.map(chunk => chunk.type)
    expect(kinds.lastIndexOf(ChunkType.definitions)).toBeLessThan(kinds.indexOf(ChunkType.events))
    for (const { realm } of tracks) {
      const own = chunks.filter(chunk => chunk.realm === realm && chunk.type === ChunkType.events)
      for (const [index, chunk] of own.entries()) {
        expect(chunk.number).toBe(index)
        expect(chunk.firstSeq).toBe(own.slice(0, index).reduce((sum, before) => sum + before.recordCount, 0))
        if (index > 0) expect(compareHlc(own[index - 1]!.hlcLast, chunk.hlcFirst)).toBeLessThan(0)
        expect(chunk.tape.length).toBeLessThan(80 * 1024)
      }
    }
  })

  test('interleaves its realms in time', () => {
    for (const track of tracks) {
      expect(track.firstUs).toBeLessThan((described.fromUs + described.toUs) / 2)
      expect(track.lastUs).toBeGreaterThan((described.fromUs + described.toUs) / 2)
    }
  })

  test('ends only what it has begun, on the stack that it has built', () => {
    const wrong: string[] = []
    for (const track of tracks) {
      for (const row of rowsOf(track)) {
        const kind = track.rows.kind[row]!
        const call = track.rows.call[row]!
        if (call === -1 && kind !== EventKind.mark) wrong.push(`${track.number}.${row} of kind ${kind} has no call`)
        if (kind === EventKind.callReturn && track.siteOfCall(call) !== track.rows.site[row])
          wrong.push(`${track.number}.${row} ends another function`)
      }
      const open = Array.from({ length: track.calls.length }, (_, call) => call).filter(call => track.calls.exitRow[call] === -1)
      expect(open.length).toBeLessThan(2000)
    }
    expect(wrong).toEqual([])
  })

  test('has parents for calls and for requests of other realms', () => {
    let remote = 0
    for (const track of tracks) {
      for (let call = 0; call < track.calls.length; call++) {
        const enter = track.calls.enterRow[call]!
        if (track.linkOf(enter) !== 0 && track.calls.parent[call] === -1) expect.fail(`call ${track.number}.${call} has lost its parent`)
        const parent = store.remoteParentOf({ track: track.number, call })
        if (parent === undefined) continue
        remote++
        expect(parent.track).not.toBe(track.number)
        const asked = tracks[parent.track]!
        expect(asked.time(asked.calls.enterRow[parent.call]!)).toBeLessThan(track.time(enter))
      }
    }
    const traced = chunks.flatMap(chunk => chunk.strings).filter(text => text.startsWith('00-'))
    expect(remote).toBeGreaterThan(10)
    expect(remote).toBe(traced.length)
  })

  test('writes to variables and properties that can be told', async () => {
    const engine = createEngine([store])
    const { session } = described
    for (const [kind, target] of [
      ['write', 'binding'],
      ['propertyWrite', 'property'],
    ] as const) {
      const { rows } = await engine.events({ session, kinds: [kind], limit: 300 })
      expect(rows).toHaveLength(300)
      const targets = await Promise.all(rows.map(async ({ ref }) => (await engine.event({ session, ref })).target))
      expect(new Set(targets.map(found => found?.kind))).toEqual(new Set([target]))
      const written = await engine.events({ session, writes: targets[20]!, limit: 1000 })
      expect(written.rows.map(row => row.ref)).toContainEqual(rows[20]!.ref)
    }
  })

  test('stands where its sources have it', () => {
    const names = new Set<string>()
    for (const { sources, probes } of store.manifests.all()) {
      const lines = sources[0]!.content!.split('\n')
      const steps: string[] = []
      for (const probe of probes) {
        const [line, column, endLine, endColumn] = probe.range
        const text = lines[line - 1]!.slice(column, endLine === line ? endColumn : undefined)
        if (probe.kind === 'function') names.add(probe.name)
        if (probe.kind === 'function' || probe.kind === 'write') expect(text).toContain(probe.name)
        if (probe.kind === 'property-write') expect(text).toMatch(/^part\.\w+ = (?:await )?next\(part\)$/)
        if (probe.kind === 'branch') expect(text).toBe('part.ready')
        if (probe.kind === 'iteration') expect(text).toBe('{')
        if (probe.kind === 'step') steps.push(text)
      }
      expect(steps).toEqual(
        Array.from(
          { length: steps.length },
          (_, index) => ['let total = measure(revision)', 'for (const part of parts(total))', 'if (part.ready)'][index % 3],
        ),
      )
    }
    expect(names.size).toBe(SMALL.functions)
  })

  test('has the shares of kinds, values, depths and times that it promises', () => {
    const share = (...kinds: readonly number[]): number =>
      tracks.reduce((sum, track) => sum + rowsOf(track).filter(row => kinds.includes(track.rows.kind[row]!)).length, 0) / SMALL.events
    expect(share(EventKind.callEnter)).toBeCloseTo(0.39, 1)
    expect(share(EventKind.callReturn)).toBeCloseTo(0.39, 1)
    expect(share(EventKind.step)).toBeGreaterThan(0.06)
    expect(share(EventKind.step)).toBeLessThan(0.13)
    expect(share(EventKind.write)).toBeCloseTo(0.04, 2)
    expect(share(EventKind.propertyWrite)).toBeCloseTo(0.02, 2)
    expect(share(EventKind.suspendAwait, EventKind.resumeAwait)).toBeCloseTo(0.03, 1)
    expect(share(EventKind.callThrow)).toBeGreaterThan(0)
    expect(share(EventKind.activityStart)).toBeGreaterThan(0.001)
    let withValues = 0
    let depths = 0
    let deepest = 0
    let equal = 0
    let caused = 0
    for (const track of tracks) {
      for (const row of rowsOf(track)) {
        if (track.hasValues(row)) withValues++
        depths += track.rows.depth[row]!
        deepest = Math.max(deepest, track.rows.depth[row]!)
        if (row > 0 && track.time(row) === track.time(row - 1)) equal++
        if ((track.rows.flags[row]! & RecordFlag.asyncParent) !== 0) caused++
      }
    }
    expect(withValues / SMALL.events).toBeGreaterThan(0.085)
    expect(withValues / SMALL.events).toBeLessThan(0.115)
    expect(depths / SMALL.events).toBeGreaterThan(6)
    expect(depths / SMALL.events).toBeLessThan(11)
    expect(deepest).toBeGreaterThan(40)
    expect(deepest).toBeLessThanOrEqual(201)
    expect(equal / SMALL.events).toBeGreaterThan(0.2)
    expect(equal / SMALL.events).toBeLessThan(0.8)
    expect(caused).toBeGreaterThan(100)
  })

  test('answers what its description says', async () => {
    const engine = createEngine([store])
    const { session } = described
    const count = async (query: string): Promise<unknown> => {
      const answer = await engine.search({ session, query: `${query} select count()` })
      return (answer.rows[0] as readonly unknown[])[0]
    }
    const { frequentFunction, rareFunction, userId } = described
    expect(await count(`kind = callEnter and function = "${frequentFunction.name}"`)).toBe(frequentFunction.calls)
    expect(await count(`kind = callEnter and function = "${rareFunction.name}"`)).toBe(rareFunction.calls)
    expect(rareFunction.calls).toBeGreaterThan(0)
    const found = Number(await count(`kind = callEnter and args.user.id = ${userId}`))
    expect(found).toBeGreaterThan(0)
    expect(found).toBeLessThan(100)
    for (const [kind, times] of Object.entries(described.kinds)) expect(await count(`kind = ${kind}`)).toBe(times)
    expect(Math.min(...tracks.map(track => track.firstUs))).toBe(described.fromUs)
    expect(Math.max(...tracks.map(track => track.lastUs))).toBe(described.toUs)
    for (const { track, object } of described.objects) {
      expect((await engine.events({ session, writes: { kind: 'property', track, object }, limit: 1 })).rows).toHaveLength(1)
    }
  })

  test('has requests of all sizes, some over several realms', async () => {
    const engine = createEngine([store])
    const { session, requests } = described
    const spans = new Set<number>()
    for (const { track, seq, events } of requests.slice(0, 20)) {
      const realms = new Set<number>()
      let total = 0
      let cursor: string | undefined
      do {
        const page = await engine.events({ session, chain: { track, seq }, limit: 1000, ...(cursor === undefined ? {} : { cursor }) })
        for (const row of page.rows) realms.add(row.ref.track)
        total += page.rows.length
        cursor = page.cursor
      } while (cursor !== undefined)
      expect(total).toBe(events)
      spans.add(realms.size)
    }
    expect(requests.length).toBeGreaterThan(20)
    expect(Math.min(...requests.map(({ events }) => events))).toBeLessThan(60)
    expect(Math.max(...requests.map(({ events }) => events))).toBeGreaterThan(800)
    expect(spans.size).toBeGreaterThan(1)
  })
})

test('the same options give the same bytes, another seed others', () => {
  const options = { ...SMALL, events: 20_000 }
  const first = joined(options)
  expect(joined(options).equals(first)).toBe(true)
  expect(joined({ ...options, seed: 2 }).equals(first)).toBe(false)
  expect(describeTrace(options)).toEqual(describeTrace(options))
})

test.each([1, 2, 6])('%i realms and few values', realms => {
  const options = { ...SMALL, events: 5000, realms, valuesShare: 0 }
  const store = storeOf([...generateTrace(options)].map(bytes => decodeChunk(bytes)))
  expect(store.tracks).toHaveLength(realms)
  expect(store.damage).toEqual([])
  const withValues = store.tracks.reduce((sum, track) => sum + rowsOf(track).filter(row => track.hasValues(row)).length, 0)
  expect(withValues / options.events).toBeLessThan(0.04)
})
