/**
 * Which chunks go into one block: those of one session, realm and type, in their order, about BLOCK_RAW_BYTES together. Realms keep the
 * order in which they first came, because that order numbers their tracks.
 */

/** Enough for the compressor to see what repeats, little enough to unpack one when a moment is looked at, or to lose when it is damaged. */
export const BLOCK_RAW_BYTES: number = 1024 * 1024

interface Group {
  chunks: Uint8Array[]
  bytes: number
  isWritten: boolean
}

export class ChunkGroups {
  private readonly groups = new Map<string, Group>()
  private readonly blockBytes: number

  constructor(blockBytes: number = BLOCK_RAW_BYTES) {
    this.blockBytes = blockBytes
  }

  /** Takes a whole chunk, which must not change until it is packed; returns the groups that are full, ready for packBlock. */
  add(chunk: Uint8Array): Uint8Array[][] {
    const key = keyOf(chunk)
    let group = this.groups.get(key)
    if (group === undefined) this.groups.set(key, (group = { chunks: [], bytes: 0, isWritten: false }))
    const full = group.bytes > 0 && group.bytes + chunk.length > this.blockBytes ? this.upTo(group) : []
    group.chunks.push(chunk)
    group.bytes += chunk.length
    return full
  }

  /** What is left, in the order of realms. */
  rest(): Uint8Array[][] {
    return [...this.groups.values()].filter(group => group.bytes > 0).map(take)
  }

  /** A full group, behind those that came before it and were not written yet. */
  private upTo(full: Group): Uint8Array[][] {
    const taken: Uint8Array[][] = []
    for (const group of this.groups.values()) {
      if (group === full) break
      if (!group.isWritten && group.bytes > 0) taken.push(take(group))
    }
    return [...taken, take(full)]
  }
}

function take(group: Group): Uint8Array[] {
  const { chunks } = group
  group.chunks = []
  group.bytes = 0
  group.isWritten = true
  return chunks
}

/** Session, realm and type of a chunk, as text. */
function keyOf(chunk: Uint8Array): string {
  return `${chunk.subarray(80, 96).join()} ${chunk.subarray(16, 20).join()} ${chunk[6]}`
}
