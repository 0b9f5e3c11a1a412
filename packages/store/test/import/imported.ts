/** Imports for tests: whole files from texts, and what came of them in words. */
import { decodeChunk, sessionId } from '@hindscope/protocol'
import type { ValueNode } from '@hindscope/protocol'
import { CallMark, OutcomeCode } from '../../src/model/call-table.ts'
import { nameOfCall, rowOf } from '../../src/model/describe.ts'
import { TraceImport, createTraceModel } from '../../src/model.ts'
import type { ImportOptions, ImportedTrace, Track, TraceStore } from '../../src/model.ts'

export const IMPORTED_AT_MS = 1_800_000_000_000

export interface Imported extends ImportedTrace {
  readonly store: TraceStore
}

export function importBytes(bytes: Uint8Array, options: Partial<ImportOptions> = {}, pieceBytes = 1000): Imported {
  const importer = new TraceImport({ session: sessionId('1e'.repeat(16)), importedAtMs: IMPORTED_AT_MS, ...options })
  for (let at = 0; at < bytes.length; at += pieceBytes) importer.push(bytes.subarray(at, at + pieceBytes))
  const trace = importer.finish()
  const [store] = createTraceModel(trace.chunks.map(chunk => decodeChunk(chunk))).stores
  if (store === undefined) throw new TypeError('no store')
  return { ...trace, store }
}

export const importText = (text: string, options: Partial<ImportOptions> = {}): Imported => importBytes(new TextEncoder().encode(text), options)
export const importJson = (json: unknown, options: Partial<ImportOptions> = {}): Imported => importText(JSON.stringify(json), options)

/** `kind name preview @time`, indented by depth; times count from the track's first event. */
export function linesOf(store: TraceStore, track: Track): string[] {
  return Array.from({ length: track.rows.length }, (_, row) => {
    const { kind, name, preview, depth, timeUs } = rowOf(store, track, row)
    return `${'  '.repeat(depth)}${kind} ${name}${preview} @${timeUs - track.firstUs}`
  })
}

export const trackLines = ({ store }: Imported, track = 0): string[] => {
  const found = store.tracks[track]
  if (found === undefined) throw new TypeError(`no track ${track}`)
  return linesOf(store, found)
}

export interface CallNode {
  readonly name: string
  /** Microseconds from the track's first event; -1 for one that did not end. */
  readonly startUs: number
  readonly endUs: number
  readonly outcome: string
  readonly children: readonly CallNode[]
}

/** The calls and activities of a track as trees. */
export function treesOf(track: Track): CallNode[] {
  const { calls } = track
  const roots: CallNode[] = []
  const nodes: (CallNode & { children: CallNode[] })[] = []
  for (let call = 0; call < calls.length; call++) {
    const exit = calls.exitRow[call] ?? -1
    const node = {
      name: nameOfCall(track, call),
      startUs: track.time(calls.enterRow[call] ?? 0) - track.firstUs,
      endUs: exit === -1 ? -1 : track.time(exit) - track.firstUs,
      outcome: Object.keys(OutcomeCode)[calls.outcome[call] ?? 0] ?? '',
      children: [],
    }
    nodes.push(node)
    const parent = calls.parent[call] ?? -1
    const isAsync = ((calls.marks[call] ?? 0) & CallMark.asyncParent) !== 0
    if (parent === -1 || isAsync) roots.push(node)
    else nodes[parent]?.children.push(node)
  }
  return roots
}

/** Values of the first row of a kind. */
export function valuesOf(track: Track, kind: string, store: TraceStore): readonly ValueNode[] {
  for (let row = 0; row < track.rows.length; row++) if (rowOf(store, track, row).kind === kind) return track.valuesOf(row)
  return []
}
