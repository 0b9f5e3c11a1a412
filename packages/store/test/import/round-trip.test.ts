/** Our own Perfetto export, read back: what the export tells of a trace is the same again. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventKind } from '@hindscope/protocol'
import { exportPerfetto } from '../../src/export/perfetto.ts'
import { CallMark } from '../../src/model/call-table.ts'
import { nameOfCall } from '../../src/model/describe.ts'
import type { TraceStore } from '../../src/model.ts'
import { madeTrace, oddTrace, storeOf, textOf } from '../export/export-traces.ts'
import { shopTrace } from '../shop-trace.ts'
import { importText } from './imported.ts'
import type { Imported } from './imported.ts'

const back = (store: TraceStore): Imported => importText(textOf(exportPerfetto(store)))

/** Every call and activity: name, when, how it ended, what it is in or follows from. */
function callsOf(store: TraceStore): string[] {
  const startUs = Math.min(...store.tracks.filter(track => track.rows.length > 0).map(track => track.firstUs))
  const nameAt = ({ track, call }: { readonly track: number; readonly call: number }): string => {
    const found = store.tracks[track]
    return found === undefined ? '' : `${nameOfCall(found, call)}@${found.time(found.calls.enterRow[call] ?? 0) - startUs}`
  }
  return store.tracks.flatMap(track => {
    const { calls } = track
    return Array.from({ length: calls.length }, (_, call) => {
      const exit = calls.exitRow[call] ?? -1
      const parent = store.parentOf({ track: track.number, call })
      const relation =
        parent === undefined ? '' : ((calls.marks[call] ?? 0) & CallMark.asyncParent) !== 0 ? ` after ${nameAt(parent)}` : ` in ${nameAt(parent)}`
      const kind = calls.activity[call] === 0 ? 'call' : 'activity'
      return `${kind} ${nameAt({ track: track.number, call })} to ${exit === -1 ? 'open' : track.time(exit) - startUs} ${calls.outcome[call]}${relation}`
    })
  })
}

/** Rows of these kinds, with their times. */
function rowsOf(store: TraceStore, kinds: readonly number[]): string[] {
  return store.tracks.flatMap(track => {
    const startUs = store.tracks[0]?.firstUs ?? 0
    return Array.from({ length: track.rows.length }, (_, row) => row)
      .filter(row => kinds.includes(track.rows.kind[row] ?? 0))
      .map(row => `${track.rows.kind[row]} @${track.time(row) - startUs}`)
  })
}

/** Surrogates leave as replacement characters, and lines as spaces. */
const wellFormed = (lines: readonly string[]): string[] => lines.map(line => line.replace(/\p{Surrogate}/gu, '\ufffd'))

describe('what an export tells', () => {
  it('is the same again, for a trace with everything that is odd', () => {
    const store = storeOf(oddTrace().trace)
    const imported = back(store)
    expect(imported).toMatchObject({ timeBase: 'exporter', problems: [], ignored: [] })
    expect(callsOf(imported.store)).toEqual(wellFormed(callsOf(store)))
    const kinds = [EventKind.console, EventKind.mark, EventKind.metric, EventKind.suspendAwait, EventKind.resumeAwait, EventKind.throwStatement]
    // The generator's suspension comes back as one by await: an export has one kind of it.
    const expected = rowsOf(store, [...kinds, EventKind.suspendYield, EventKind.resumeYield]).map(row =>
      row
        .replace(new RegExp(`^${EventKind.suspendYield} `), `${EventKind.suspendAwait} `)
        .replace(new RegExp(`^${EventKind.resumeYield} `), `${EventKind.resumeAwait} `),
    )
    expect(rowsOf(imported.store, kinds)).toEqual(expected)
    expect(imported.store.tracks.map(track => track.errorRows.length)).toEqual(store.tracks.map(track => track.errorRows.length))
    expect(imported.store.tracks.map(track => [track.definition?.name, track.firstUs])).toEqual(
      store.tracks.map(track => [track.definition?.name, track.firstUs]),
    )
    const places = (each: TraceStore): unknown[] =>
      each.tracks.flatMap(track =>
        Array.from({ length: track.calls.length }, (_, call) =>
          track.calls.activity[call] === 0 ? track.sites.resolve(track.siteOfCall(call)).location : '',
        ),
      )
    expect(places(imported.store)).toEqual(places(store))
  })

  it('is the same again over realms: a request is the cause of its handler', () => {
    const store = storeOf(shopTrace().trace)
    const imported = back(store)
    expect(callsOf(imported.store)).toEqual(callsOf(store))
    expect(imported.store.tracks.map(track => track.errorRows.length)).toEqual([3, 3])
  })

  it('keeps names, times, outcomes and causes of generated programs', () => {
    fc.assert(
      fc.property(madeTrace, ({ trace }) => {
        const store = storeOf(trace)
        const imported = back(store)
        const plain = (lines: readonly string[]): string[] => wellFormed(lines).map(line => line.replace(/ in .*/, ''))
        expect(plain(callsOf(imported.store)).toSorted()).toEqual(plain(callsOf(store)).toSorted())
      }),
    )
  })
})
