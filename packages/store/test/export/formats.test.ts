/** What all formats have in common: pieces, refusals, traces that have lost events. */
import { describe, expect, it } from 'vitest'
import { HindscopeError } from '@hindscope/protocol'
import { TraceBuilder } from '@hindscope/testkit'
import { EXPORT_FORMATS, TraceLibrary, tracksToProfile } from '../../src/model.ts'
import type { ExportFormat, ExportOptions, TraceStore } from '../../src/model.ts'
import { shopTrace } from '../shop-trace.ts'
import { oddTrace, storeOf, textOf } from './export-traces.ts'

const formats: readonly (readonly [string, ExportFormat])[] = Object.entries(EXPORT_FORMATS)
const others = formats.filter(([name]) => name !== 'hscope')
const optionsOf = (format: ExportFormat): ExportOptions => (format.perTrack === true ? { tracks: [0] } : {})

const codeOf = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    return error instanceof HindscopeError ? error.code : String(error)
  }
  return 'no error'
}

describe('every format', () => {
  it.each(others)('%s says at once that a session is empty, or that it has no such track', (_, format) => {
    const empty = new TraceBuilder()
    empty.realm('r')
    expect(codeOf(() => format.pieces(storeOf(empty), {}))).toBe('export-empty')
    expect(codeOf(() => format.pieces(storeOf(shopTrace().trace), { tracks: [0, 7] }))).toBe('export-track-unknown')
  })

  it.each(formats)('%s comes in pieces, and twice the same', (_, format) => {
    const trace = new TraceBuilder()
    const realm = trace.realm('long')
    for (let i = 0; i < 3000; i++) realm.at(i).returns(realm.enter(`f${i}`, ['x'.repeat(30)]), `f${i}`)
    const client = realm.activity('httpClient', { url: '/' })
    for (let i = 0; i < 3000; i++) realm.at(i).ends(realm.activity('httpClient', { url: `/${i}` }, { parent: client }), 'httpClient')
    const store = storeOf(trace)
    const lengths = [...format.pieces(store, {})].map(piece => piece.length)
    expect(textOf(format.pieces(store, {}))).toBe(textOf(format.pieces(store, {})))
    if (format.whole !== true) expect(Math.max(...lengths)).toBeLessThan(70_000)
  })

  it.each(others)('%s takes a trace with lost events and unknown probes', (_, format) => {
    const trace = new TraceBuilder()
    const realm = trace.realm('holes')
    const lost = realm.at(1).enter('lost')
    realm.drop(5)
    const call = realm.at(10).enter('after', [], { parent: 77 })
    realm.at(12).event({ kind: 'resumeAwait', call: 99 }).returns(98, 'never entered').returns(call, 'after').returns(call, 'after')
    realm.at(13).event({ kind: 'metric' }).event({ kind: 'activityEnd', call: 97 }).event({ kind: 'callThrow', call: lost })
    expect(textOf(format.pieces(storeOf(trace), optionsOf(format)))).not.toBe('')
  })
})

describe('formats of calls', () => {
  const idle = (): TraceStore => {
    const trace = new TraceBuilder()
    trace.realm('idle').console('log', ['nothing was called'])
    return storeOf(trace)
  }

  it.each(['speedscope', 'cpuprofile'] as const)('%s says that nothing was called', name => {
    expect(() => EXPORT_FORMATS[name].pieces(idle(), {})).toThrow('none of the session has any')
    expect(() => EXPORT_FORMATS[name].pieces(storeOf(oddTrace().trace), { tracks: [2] })).toThrow(
      'Track 2 holds no calls, and this format has nothing else. Tracks with calls: 0, 1.',
    )
  })

  it('name the tracks that a profile can be made of', () => {
    const store = storeOf(oddTrace().trace)
    expect(tracksToProfile(store, {})).toEqual([0, 1])
    expect(tracksToProfile(store, { tracks: [1, 2] })).toEqual([1])
  })
})

it('hscope gives the session back', () => {
  const store = storeOf(oddTrace().trace)
  const library = new TraceLibrary()
  for (const piece of EXPORT_FORMATS.hscope.pieces(store, {})) expect(library.addBytes(piece as Uint8Array<ArrayBuffer>)).toEqual([])
  expect(textOf(EXPORT_FORMATS.json.pieces(library.stores[0] as TraceStore, {}))).toBe(textOf(EXPORT_FORMATS.json.pieces(store, {})))
})
