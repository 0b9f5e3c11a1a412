/** Which depths occur in each thousand rows of a track, so that looking for the next row of a depth passes over those without it. */
import { grown } from './columns.ts'
import type { Track } from './track.ts'

const BLOCK_BITS = 10
/** The last bit stands for all deeper rows too. */
const BITS = 32

export class DepthBlocks {
  private readonly track: Track
  private depths = new Uint32Array(16)
  private indexed = 0

  constructor(track: Track) {
    this.track = track
  }

  /** The nearest row of the depth from `row` on, in the direction; -1 when there is none. */
  find(row: number, depth: number, step: 1 | -1): number {
    this.update()
    const { depth: depths, length } = this.track.rows
    const bit = 1 << Math.min(depth, BITS - 1)
    for (let at = row; at >= 0 && at < length;) {
      const block = at >> BLOCK_BITS
      if (((this.depths[block] as number) & bit) === 0) {
        at = step === 1 ? (block + 1) << BLOCK_BITS : (block << BLOCK_BITS) - 1 // SAFE: below the blocks
        continue
      }
      if (depths[at] === depth) return at
      at += step
    }
    return -1
  }

  private update(): void {
    const { depth, length } = this.track.rows
    const blocks = (length >> BLOCK_BITS) + 1
    if (blocks > this.depths.length) this.depths = grown(this.depths, blocks + (blocks >> 1))
    for (let row = this.indexed; row < length; row++) {
      const block = row >> BLOCK_BITS
      this.depths[block] = (this.depths[block] as number) | (1 << Math.min(depth[row] as number, BITS - 1)) // SAFE: row < length
    }
    this.indexed = length
  }
}

const indexes = new WeakMap<Track, DepthBlocks>()

/** The track's index, made when it is first asked for. */
export function depthBlocksOf(track: Track): DepthBlocks {
  let index = indexes.get(track)
  if (index === undefined) indexes.set(track, (index = new DepthBlocks(track)))
  return index
}
