/**
 * The calls of a track by depth, with summaries of 8, 64, 512, … neighbours, so that a timeline of a thousand columns over millions of calls
 * looks at thousands of summaries instead. Made when first asked for, extended as the track grows.
 *
 * Calls of one depth are listed in order of their start. A summary tells when the last of its calls ends and which is the longest; one with
 * an open call is made again until all have ended.
 */
import { grown } from './columns.ts'
import type { Track } from './track.ts'

const RADIX_BITS = 3
const RADIX = 1 << RADIX_BITS

/** Calls [from, from + count) of a lane's list, as one. */
export interface SpanVisitor {
  /** A call, `calls` is its index; it may have begun before the range. */
  span(call: number, startUs: number, endUs: number): void
  /** Several calls that begin in the range and in the same column; the longest of them stands for all. */
  spans(count: number, longest: number, startUs: number): void
}

class Level {
  endUs = new Float64Array(16)
  longest = new Uint32Array(16)

  set(block: number, endUs: number, longest: number): void {
    if (block >= this.endUs.length) {
      const capacity = block + (block >> 1) + 16
      this.endUs = grown(this.endUs, capacity)
      this.longest = grown(this.longest, capacity)
    }
    this.endUs[block] = endUs
    this.longest[block] = longest
  }
}

export class Lane {
  length = 0
  calls: Uint32Array = new Uint32Array(16)
  /** When the first call of each block of the lowest level begins. */
  private startUs = new Float64Array(16)
  private readonly levels: Level[] = []
  /** Whole blocks of the lowest level that have a summary, and those of them with open calls. */
  private summed = 0
  private open: number[] = []
  private readonly track: Track

  constructor(track: Track) {
    this.track = track
  }

  push(call: number): void {
    if (this.length === this.calls.length) {
      this.calls = grown(this.calls, this.length + (this.length >> 1))
      this.startUs = grown(this.startUs, (this.calls.length >> RADIX_BITS) + 1)
    }
    if ((this.length & (RADIX - 1)) === 0) this.startUs[this.length >> RADIX_BITS] = this.startOf(call)
    this.calls[this.length++] = call
  }

  /** Brings the summaries up to date. */
  update(): void {
    const changed = this.open
    this.open = []
    const whole = this.length >> RADIX_BITS
    for (let block = this.summed; block < whole; block++) changed.push(block)
    this.summed = whole
    for (const block of changed) this.sumUp(0, block)
    // A block of a higher level is made once all blocks below it are.
    let below = changed
    for (let level = 1; below.length > 0; level++) {
      const above = new Set<number>()
      for (const block of below) if (((block >> RADIX_BITS) + 1) << ((level + 1) * RADIX_BITS) <= this.length) above.add(block >> RADIX_BITS)
      below = [...above]
      for (const block of below) this.sumUp(level, block)
    }
  }

  /** Every call that overlaps [fromUs, toUs), alone or in a summary. `columnOf` never falls. */
  visit(visitor: SpanVisitor, fromUs: number, toUs: number, openUntilUs: number, columnOf: (us: number) => number): void {
    for (let at = 0; at < this.length;) {
      const isAtBlock = (at & (RADIX - 1)) === 0
      if (isAtBlock && (this.startUs[at >> RADIX_BITS] as number) >= toUs) return // SAFE: a block begins here
      const taken = isAtBlock ? this.visitBlock(visitor, at, fromUs, toUs, columnOf) : 0
      at += taken
      if (taken > 0) continue
      const call = this.calls[at++] as number // SAFE: at < length
      const startUs = this.startOf(call)
      if (startUs >= toUs) return
      const endUs = this.endOf(call)
      const shownUntilUs = endUs === Infinity ? Math.max(openUntilUs, startUs) : endUs
      if (shownUntilUs >= fromUs) visitor.span(call, startUs, shownUntilUs)
    }
  }

  /** The largest summary at `at` that can be passed over or stands for its calls; how many calls that were, 0 when none does. */
  private visitBlock(visitor: SpanVisitor, at: number, fromUs: number, toUs: number, columnOf: (us: number) => number): number {
    const startUs = this.startUs[at >> RADIX_BITS] as number // SAFE: a block begins here, as below
    let level = 0
    while (level + 1 < this.levels.length && (at & ((RADIX << ((level + 1) * RADIX_BITS)) - 1)) === 0) level++
    for (; level >= 0; level--) {
      const bits = (level + 1) * RADIX_BITS
      const size = 1 << bits
      if (at + size > this.length) continue
      const block = at >> bits
      const { endUs, longest } = this.levels[level] as Level
      if ((endUs[block] as number) < fromUs) return size
      if (startUs < fromUs || endUs[block] === Infinity) continue
      // What begins before the next block begins in no later column than that one.
      const nextUs = at + size === this.length ? this.startOf(this.calls[at + size - 1] as number) : this.nextStart(at + size)
      if (nextUs >= toUs || columnOf(startUs) !== columnOf(nextUs)) continue
      visitor.spans(size, longest[block] as number, startUs)
      return size
    }
    return 0
  }

  private nextStart(at: number): number {
    return this.startUs[at >> RADIX_BITS] as number // SAFE: at is where a block begins, below the length
  }

  private sumUp(level: number, block: number): void {
    let levelTable = this.levels[level]
    if (levelTable === undefined) this.levels.push((levelTable = new Level()))
    const first = block << RADIX_BITS
    let endUs = -Infinity
    let longest = 0
    let lengthUs = -1
    for (let i = first; i < first + RADIX; i++) {
      const call = level === 0 ? (this.calls[i] as number) : (this.levels[level - 1]?.longest[i] as number) // SAFE: blocks are whole
      const ownEndUs = this.endOf(call)
      const latestUs = level === 0 ? ownEndUs : (this.levels[level - 1]?.endUs[i] as number) // SAFE: as above
      if (latestUs > endUs) endUs = latestUs
      const ownUs = ownEndUs - this.startOf(call)
      if (ownUs > lengthUs) {
        lengthUs = ownUs
        longest = call
      }
    }
    levelTable.set(block, endUs, longest)
    if (level === 0 && endUs === Infinity) this.open.push(block)
  }

  private startOf(call: number): number {
    return this.track.time(this.track.calls.enterRow[call] as number) // SAFE: a call of the table
  }

  /** Infinity while the call is open. */
  private endOf(call: number): number {
    const exitRow = this.track.calls.exitRow[call] as number // SAFE: as above
    return exitRow === -1 ? Infinity : this.track.time(exitRow)
  }
}

/** Calls by lane: one a depth, but the last lane has all that are deeper too. */
class SpanIndex {
  readonly lanes: readonly Lane[]
  private readonly track: Track
  private indexed = 0
  private rows = 0

  constructor(track: Track, lanes: number) {
    this.track = track
    this.lanes = Array.from({ length: lanes }, () => new Lane(track))
  }

  update(): void {
    const { track, lanes } = this
    const { calls, rows } = track
    if (rows.length === this.rows) return
    this.rows = rows.length
    const last = lanes.length - 1
    for (; this.indexed < calls.length; this.indexed++) (lanes[Math.min(track.depthOfCall(this.indexed), last)] as Lane).push(this.indexed) // SAFE: at most last
    for (const lane of lanes) lane.update()
  }
}

const indexes = new WeakMap<Track, SpanIndex>()

/** The track's calls by so many lanes. Kept for the number of lanes that was asked for last. */
export function lanesOf(track: Track, lanes: number): readonly Lane[] {
  let index = indexes.get(track)
  if (index?.lanes.length !== lanes) indexes.set(track, (index = new SpanIndex(track, lanes)))
  index.update()
  return index.lanes
}
