/** What the chunk writer writes is read back exactly: values, calls, times, numbers of chunks. */
import { ByteReader, ChunkType, RecordFlag, decodeChunk, headFlags, numberText, readValue, realmId, sessionId } from '@hindscope/protocol'
import type { Chunk } from '@hindscope/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_RECORDS, RealmWriter } from '../../src/import/chunk-writer.ts'
import { ImportSession } from '../../src/import/import-session.ts'
import { MAX_STRING_LENGTH, MAX_VALUE_DEPTH, MAX_VALUE_ITEMS, plain } from '../../src/import/plain-value.ts'
import type { PlainValue } from '../../src/import/plain-value.ts'
import { ValueWriter } from '../../src/import/value-writer.ts'
import { createTraceModel } from '../../src/model.ts'
import type { TraceStore } from '../../src/model.ts'
import { treesOf } from './imported.ts'

const SESSION = sessionId('ab'.repeat(16))
const BASE_US = 1_700_000_000_000_000
const text = fc.string({ unit: 'binary', maxLength: 30 }).map(each => each.replace(/\p{Surrogate}/gu, ''))
const className = fc.constantFrom('Object', 'Cart', 'my::Class', '')

const value: fc.Arbitrary<PlainValue> = fc.letrec<{ value: PlainValue }>(tie => {
  const entries = fc.array(fc.tuple(text, tie('value')), { maxLength: 4 })
  return {
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom({ kind: 'undefined' as const }, { kind: 'null' as const }),
      fc.boolean().map(value => ({ kind: 'boolean' as const, value })),
      fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, NaN, Infinity, -Infinity, 2 ** 31, -(2 ** 31))).map(number => ({
        kind: 'number' as const,
        text: numberText(number),
      })),
      fc.tuple(text, fc.nat(5)).map(([value, more]) => ({ kind: 'string' as const, value, length: value.length + more })),
      text.map(reason => ({ kind: 'cut' as const, reason })),
      fc.tuple(fc.nat(), className, entries, fc.nat(3)).map(([id, name, list, more]) => ({
        kind: 'object' as const,
        id,
        className: name,
        size: list.length + more,
        entries: list,
      })),
      fc.tuple(fc.nat(), fc.array(tie('value'), { maxLength: 4 }), fc.nat(3)).map(([id, items, more]) => ({
        kind: 'array' as const,
        id,
        size: items.length + more,
        items,
      })),
      fc.tuple(fc.nat(), text, entries).map(([id, message, list]) => ({
        kind: 'error' as const,
        id,
        className: 'TypeError',
        message,
        stack: '',
        entries: list,
      })),
    ),
  }
}).value

/** The chunks of a writer, decoded. */
function written(write: (writer: RealmWriter) => void): Chunk[] {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  const writer = new RealmWriter(SESSION, realmId(7), chunk => chunks.push(chunk))
  write(writer)
  writer.flush()
  return chunks.map(chunk => decodeChunk(chunk))
}

const storeOf = (session: ImportSession): TraceStore => {
  const [store] = createTraceModel(session.finish().map(chunk => decodeChunk(chunk))).stores
  if (store === undefined) throw new TypeError('no store')
  return store
}

const realmOf = (session: ImportSession, name = 'main'): RealmWriter =>
  session.realm({ realmKind: 'node', name, url: '', pid: 0, platform: 'test', startedMs: BASE_US / 1000 })

describe('values', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), values => {
        const writer = new ValueWriter()
        const { word } = writer.write(values)
        const reader = new ByteReader(writer.bytes.take(), word - 1)
        const strings = writer.texts()
        expect(values.map(() => readValue(reader, strings))).toEqual(values)
      }),
    )
  })

  it('come from JSON as they are', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), json => {
        expect(jsonOf(plain(json))).toEqual(json)
      }),
    )
    for (const number of [-0, NaN, Infinity, -Infinity]) expect(plain(number)).toEqual({ kind: 'number', text: numberText(number) })
    expect(plain(undefined)).toEqual({ kind: 'undefined' })
  })

  it('are bounded, and say what was cut', () => {
    expect(plain('x'.repeat(10_000))).toMatchObject({ length: 10_000, value: 'x'.repeat(MAX_STRING_LENGTH) })
    const wide = plain(Array.from({ length: 1000 }, (_, i) => i))
    expect(wide).toMatchObject({ kind: 'array', size: 1000 })
    expect(wide.kind === 'array' && wide.items.length).toBe(MAX_VALUE_ITEMS)
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(depthOf(plain(deep))).toBe(MAX_VALUE_DEPTH + 1)
    const large = plain(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`key ${i}`, 'y'.repeat(4000)])))
    const [chunk] = written(writer => writer.event({ kind: 'mark', timeUs: BASE_US, values: [large] }))
    expect(chunk?.strings.join('').length).toBeLessThan(70_000)
    expect(chunk?.truncated).toBeGreaterThan(0)
    expect(headFlags(chunk?.records[0] ?? 0) & RecordFlag.truncated).not.toBe(0)
  })
})

describe('calls', () => {
  it('keep parents, causes, arguments, results, errors and times', () => {
    const session = new ImportSession(SESSION, 'values')
    const realm = realmOf(session)
    const [main, load] = ['main', 'load'].map(name => session.functions.site({ name, file: 'src/a.ts', line: 3, column: 2 }))
    session.functions.nameParam(main ?? 0, 0, 'user')
    const outer = realm.enter(main ?? 0, BASE_US + 1, [plain({ id: 7 })])
    const inner = realm.enter(load ?? 0, BASE_US + 2, [], { parent: outer })
    const request = realm.start('httpClient', BASE_US + 3, plain({ method: 'GET', url: '/a' }), { parent: inner })
    realm.suspend(inner, BASE_US + 4)
    realm.exit(outer, BASE_US + 5, { kind: 'returned', value: plain(42) })
    realm.end(request, 'httpClient', BASE_US + 6, plain({ status: 200 }))
    realm.resume(inner, BASE_US + 7)
    realm.exit(inner, BASE_US + 8, { kind: 'threw', error: { kind: 'error', id: 3, className: 'RangeError', message: 'no', stack: '', entries: [] } })
    const later = realm.enter(main ?? 0, BASE_US + 9, [], { parent: inner, asyncParent: true })
    realm.exit(later, BASE_US + 10, { kind: 'unwound' })
    const store = storeOf(session)
    const [track] = store.tracks
    if (track === undefined) throw new TypeError('no track')
    const leaf = { name: 'GET /a', startUs: 2, endUs: 5, outcome: 'returned', children: [] }
    expect(treesOf(track)).toEqual([
      {
        name: 'main',
        startUs: 0,
        endUs: 4,
        outcome: 'returned',
        children: [{ name: 'load', startUs: 1, endUs: 7, outcome: 'threw', children: [leaf] }],
      },
      { name: 'main', startUs: 8, endUs: 9, outcome: 'unwound', children: [] },
    ])
    expect(store.parentOf({ track: 0, call: 3 })).toEqual({ track: 0, call: 1 })
    expect(track.firstUs).toBe(BASE_US + 1)
    expect(track.sites.resolve(main ?? 0)).toMatchObject({ name: 'main', location: { file: 'src/a.ts', line: 3, column: 2 } })
    expect(track.sites.resolve(main ?? 0).functionProbe?.params).toEqual(['user'])
    expect(track.valuesOf(0)).toEqual([plain({ id: 7 })])
    expect(track.dropped).toBe(0)
    expect(store.damage).toEqual([])
  })

  it('go on over the ends of chunks', () => {
    const session = new ImportSession(SESSION, 'values')
    const realm = realmOf(session)
    const site = session.functions.site({ name: 'step' })
    const outer = realm.enter(site, BASE_US)
    const count = MAX_RECORDS + 10
    for (let i = 0; i < count; i++) realm.exit(realm.enter(site, BASE_US + i, [plain(i)], { parent: outer }), BASE_US + i, { kind: 'returned' })
    realm.exit(outer, BASE_US + count, { kind: 'returned', value: plain('done') })
    const chunks = session.finish().map(chunk => decodeChunk(chunk))
    const events = chunks.filter(({ type }) => type === ChunkType.events)
    expect(events.map(({ number, firstSeq, recordCount }) => [number, firstSeq, recordCount])).toEqual([
      [0, 0, MAX_RECORDS],
      [1, MAX_RECORDS, MAX_RECORDS],
      [2, 2 * MAX_RECORDS, 22],
    ])
    const [store] = createTraceModel(chunks).stores
    const [track] = store?.tracks ?? []
    expect(track?.calls.length).toBe(count + 1)
    expect(track?.valuesOf(track.rows.length - 1)).toEqual([plain('done')])
    expect(track?.calls.exitRow[0]).toBe(2 * count + 1)
    expect(track?.calls.parent[count]).toBe(0)
  })

  it('split chunks by the size of their values too, and by time that ticks cannot say', () => {
    const large = plain('z'.repeat(4000))
    const bySize = written(writer => {
      for (let i = 0; i < 600; i++)
        writer.event({ kind: 'mark', timeUs: BASE_US, values: [plain({ i, text: `${i}`.repeat(1000), large: 'q' }), large].slice(0, 1) })
    })
    expect(bySize.length).toBeGreaterThan(1)
    for (const { values } of bySize) expect(values.length).toBeLessThan(2 ** 22)
    const hours = written(writer => {
      for (let i = 0; i < 4; i++) writer.event({ kind: 'mark', timeUs: BASE_US + i * 3_600_000_000, values: [plain(i)] })
    })
    expect(hours.map(({ baseTimeUs, hlcFirst, hlcLast }) => [baseTimeUs - BASE_US, hlcFirst.ms, hlcLast.ms])).toEqual(
      [0, 1, 2, 3].map(hour => [hour * 3_600_000_000, BASE_US / 1000 + hour * 3_600_000, BASE_US / 1000 + hour * 3_600_000]),
    )
  })

  it('never let time run backwards', () => {
    const [chunk] = written(writer => {
      for (const timeUs of [5, 3.4, 6.6, 6.5]) writer.event({ kind: 'mark', timeUs: BASE_US + timeUs })
    })
    expect([4, 10, 16, 22].map(word => chunk?.records[word])).toEqual([0, 0, 2, 2])
  })

  it('have functions without place, and more functions than fit into one manifest', () => {
    const session = new ImportSession(SESSION, 'calls')
    const realm = realmOf(session)
    for (let i = 0; i < 10_000; i++) {
      const site = session.functions.site({ name: `f${i}`, ...(i % 2 === 0 ? {} : { file: `src/${i % 7}.ts`, line: i }) })
      realm.exit(realm.enter(site, BASE_US + i), BASE_US + i, { kind: 'returned' })
    }
    const store = storeOf(session)
    const [track] = store.tracks
    expect(track?.sites.resolve(track.siteOfCall(9999))).toMatchObject({ name: 'f9999', location: { file: 'src/3.ts', line: 9999 } })
    expect(track?.sites.resolve(track.siteOfCall(8000))).toMatchObject({ name: 'f8000' })
    expect(track?.sites.resolve(track.siteOfCall(8000)).location).toBeUndefined()
  })
})

function jsonOf(value: PlainValue): unknown {
  switch (value.kind) {
    case 'null':
      return null
    case 'boolean':
      return value.value
    case 'number':
      return Number(value.text)
    case 'string':
      return value.value
    case 'array':
      return value.items.map(jsonOf)
    case 'object':
      return Object.fromEntries(value.entries.map(([key, each]) => [key, jsonOf(each)]))
    default:
      return undefined
  }
}

const depthOf = (value: PlainValue): number => (value.kind === 'array' ? 1 + Math.max(0, ...value.items.map(depthOf)) : 1)
