/**
 * Chunks that are missing between chunks that came, by realm. Streams wait a while before they go on behind such a hole, since most
 * chunks that are late are only a little late (a page's beacon overtakes its socket). A loss that the recorder told of is no hole.
 */
import { ChunkType } from '@hindscope/protocol'
import type { Chunk } from '@hindscope/protocol'
import type { TraceStore } from '@hindscope/store/model'

/** Holes of a realm; of more the oldest are not waited for. */
const MAX_HOLES = 64

interface Hole {
  /** Sequence numbers [from, to). */
  readonly from: number
  readonly to: number
  readonly untilMs: number
}

interface Realm {
  /** One above the last sequence number that came. */
  end: number
  /** Ascending. */
  holes: Hole[]
}

export class ChunkHoles {
  private readonly waitMs: number
  private readonly realms = new Map<string, Realm>()

  constructor(waitMs: number) {
    this.waitMs = waitMs
  }

  /** After the store has taken it. */
  chunkAdded(store: TraceStore, chunk: Chunk, nowMs: number = performance.now()): void {
    if (chunk.type !== ChunkType.events || chunk.recordCount === 0) return
    const key = keyOf(store.session, chunk.realm)
    const realm = this.realms.get(key) ?? { end: endBefore(store, chunk), holes: [] }
    this.realms.set(key, realm)
    const [from, to] = [chunk.firstSeq, chunk.firstSeq + chunk.recordCount]
    const untilMs = nowMs + this.waitMs
    if (from > realm.end) realm.holes.push({ from: realm.end, to: from, untilMs })
    realm.holes = realm.holes.flatMap(hole => (hole.to < from || hole.from >= to ? [hole] : without(hole, from, to, chunk.dropped))).slice(-MAX_HOLES)
    realm.end = Math.max(realm.end, to)
  }

  /** Sequence number from which on streams wait. */
  horizonOf(session: string, realm: number, nowMs: number = performance.now()): number {
    const known = this.realms.get(keyOf(session, realm))
    if (known === undefined || known.holes.length === 0) return Infinity
    known.holes = known.holes.filter(({ untilMs }) => untilMs > nowMs)
    return known.holes[0]?.from ?? Infinity
  }

  /** Milliseconds until the next hole of a session has been waited for; undefined when none is waited for. */
  nextMs(session: string, nowMs: number = performance.now()): number | undefined {
    let first: number | undefined
    for (const [key, { holes }] of this.realms) {
      if (!key.startsWith(session)) continue
      for (const { untilMs } of holes) if (untilMs > nowMs) first = Math.min(first ?? Infinity, untilMs - nowMs)
    }
    return first
  }
}

const keyOf = (session: string, realm: number): string => `${session} ${realm}`

/** What is left of a hole once [from, to) is there, and `dropped` events before it are known to be lost. */
function without(hole: Hole, from: number, to: number, dropped: number): Hole[] {
  const before = { ...hole, to: Math.min(hole.to, from) }
  const after = { ...hole, from: Math.max(hole.from, to) }
  return [...(before.to - before.from > dropped ? [before] : []), ...(after.to > after.from ? [after] : [])]
}

/** Of a realm that earlier runs have recorded: where it ended before this chunk. */
function endBefore(store: TraceStore, chunk: Chunk): number {
  const track = store.trackOfRealm(chunk.realm)
  const row = track?.rowOf(chunk.firstSeq) ?? -1
  return track === undefined || row < 1 ? 0 : track.seqOf(row - 1) + 1
}
