/** Trace files of several realms as one session, and who caused what in them. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { sessionId } from '@hindscope/protocol'
import { readChunks } from '@hindscope/testkit'
import { TraceStore, formatValues } from '@hindscope/store/model'
import type { CallPlace } from '@hindscope/store/model'

export interface Chain {
  readonly name: string
  readonly track: number
  /** Ids (`req-…`) among the arguments. */
  readonly ids: readonly string[]
  /** Names from the call up to where the chain begins. */
  readonly path: readonly string[]
  readonly top: string
}

/** Every trace file below the data folder. */
export function readTrace(dataDir: string): TraceStore {
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.hscope'))
  let store: TraceStore | undefined
  for (const file of files) {
    for (const { chunk } of readChunks(new Uint8Array(readFileSync(join(dataDir, file)))).chunks) {
      store ??= new TraceStore(sessionId(chunk.session))
      store.addChunk(chunk)
    }
  }
  return store ?? new TraceStore(sessionId('0'.repeat(32)))
}
/** Of every call and activity. */
export function chainsOf(store: TraceStore): Chain[] {
  const known = new Map<string, readonly string[]>()
  /** Paths share their upper parts. */
  const pathOf = (place: CallPlace): readonly string[] => {
    const key = `${place.track}.${place.call}`
    const found = known.get(key)
    if (found !== undefined) return found
    const parent = store.parentOf(place)
    const path = [nameOf(store, place), ...(parent === undefined ? [] : pathOf(parent))]
    known.set(key, path)
    return path
  }
  return store.tracks.flatMap(track =>
    Array.from({ length: track.calls.length }, (_, call) => {
      const path = pathOf({ track: track.number, call })
      const text = formatValues(track.valuesOf(track.calls.enterRow[call] ?? 0))
      const ids = [...new Set(text.match(/req-\d+/g))]
      return { name: path[0] ?? '', track: track.number, ids, path, top: path.at(-1) ?? '' }
    }),
  )
}

/** The function's name; of an activity what it says. */
function nameOf(store: TraceStore, { track: number, call }: CallPlace): string {
  const track = store.tracks[number]
  if (track === undefined) return ''
  const { calls } = track
  if (calls.activity[call] === 0) return track.sites.resolve(track.siteOfCall(call)).name
  return formatValues(track.valuesOf(calls.enterRow[call] ?? 0))
}
