/**
 * The calls of a track by depth, with summaries of 8, 64, 512, … neighbours, so that a timeline of a thousand columns over millions of calls
 * looks at thousands of summaries instead. Made when first asked for, extended as the track grows.
 *
 * Calls of one depth are listed in order of their start. A summary tells when the last of its calls ends and which is the longest; one with
 * an open call is made again until all have ended.
 */
import { IndexList, gallop, grown, lowerBound, nextCapacity } from './columns.ts'
import type { Track } from './track.ts'

const RADIX_BITS = 3
const RADIX = 1 << RADIX_BITS
/** Length of a call that is open or longer than 32 bits tell: the rows tell. */
const LONG = 0xffff_ffff

/** What lengths of calls are measured in. */
export interface Measure {
  start(track: Track, call: number): number
  /** An open call ends at `openUntil`, not before it began. */
  end(track: Track, call: number, openUntil: number): number
}

const enterRowOf = (track: Track, call: number): number => track.calls.enterRow[call] as number // SAFE: a call of the table
const exitRowOf = (track: Track, call: number): number => track.calls.exitRow[call] as number // SAFE: a call of the table

/** Microseconds since 1970. */
export const BY_TIME: Measure = {
  start: (track, call) => track.time(enterRowOf(track, call)),
  end(track, call, openUntil) {
    const exitRow = exitRowOf(track, call)
    return exitRow === -1 ? Math.max(openUntil, track.time(enterRowOf(track, call))) : track.time(exitRow)
  },
}

/** Rows of the track. */
export const BY_ROW: Measure = {
  start: enterRowOf,
  end(track, call, openUntil) {
    const exitRow = exitRowOf(track, call)
    return exitRow === -1 ? Math.max(openUntil, enterRowOf(track, call)) : exitRow
  },
}

class Level {
  /** Blocks that have a summary. */
  summed = 0
  end = new Float64Array(0)
  longestLength = new Uint32Array(0)
  /** Position of the longest in the lane; of equals the first. */
  longest = new Uint32Array(0)

  reserve(blocks: number): void {
    const have = this.end.length
    if (blocks <= have) return
    const capacity = have === 0 ? blocks : nextCapacity(have, blocks)
    this.end = grown(this.end, capacity)
    this.longestLength = grown(this.longestLength, capacity)
    this.longest = grown(this.longest, capacity)
  }
}

export class Lane {
  length = 0
  private calls = new Uint32Array(0)
  /** Known for calls of whole blocks. */
  private lengths = new Uint32Array(0)
  private readonly levels: Level[] = []
  /** Blocks of the lowest level with open calls, ascending. */
  private open: number[] = []
  /** Positions of calls that an error belongs to, ascending once `update` has run. */
  private readonly errors = new IndexList()
  private areErrorsSorted = true
  private readonly track: Track
  private readonly measure: Measure

  constructor(track: Track, measure: Measure) {
    this.track = track
    this.measure = measure
  }

  /** Makes room for so many calls more. */
  reserveMore(count: number): void {
    const have = this.calls.length
    const need = this.length + count
    if (need <= have) return
    const capacity = have === 0 ? need : nextCapacity(have, need)
    this.calls = grown(this.calls, capacity)
    this.lengths = grown(this.lengths, capacity)
  }

  /** There is room for it. */
  push(call: number): void {
    this.calls[this.length++] = call
  }

  /** An error belongs to a call of the lane. */
  markError(call: number): void {
    const position = this.positionOf(call, 0)
    if (this.errors.length > 0 && this.errors.at(this.errors.length - 1) > position) this.areErrorsSorted = false
    this.errors.push(position)
  }

  /** Brings the summaries up to date. */
  update(): void {
    if (!this.areErrorsSorted) this.errors.items.subarray(0, this.errors.length).sort()
    this.areErrorsSorted = true
    let changed = this.open
    this.open = []
    for (let level = 0; ; level++) {
      const whole = this.length >> ((level + 1) * RADIX_BITS)
      if (whole === 0) return
      const table = (this.levels[level] ??= new Level())
      table.reserve(whole)
      const above: number[] = []
      for (const block of changed) {
        this.sumUp(level, block)
        if (above.at(-1) !== block >> RADIX_BITS) above.push(block >> RADIX_BITS)
      }
      for (let block = table.summed; block < whole; block++) this.sumUp(level, block)
      table.summed = whole
      const summedAbove = this.levels[level + 1]?.summed ?? 0
      changed = above.filter(block => block < summedAbove)
    }
  }

  /** Where the first call that is `call` or younger stands, looked for from a position on that is not behind it. */
  positionOf(call: number, from: number): number {
    const { calls } = this
    return gallop(from, this.length, at => (calls[at] as number) >= call) // SAFE: at < length
  }

  /** The longest call at positions [from, to), of equals the first; -1 when there is none. Open calls last until `openUntil`. */
  longestIn(from: number, to: number, openUntil: number): number {
    let best = -1
    let bestLength = -1
    for (let at = from; at < to;) {
      let level = this.levelAt(at, to)
      while (level >= 0 && this.levels[level]?.longestLength[at >> ((level + 1) * RADIX_BITS)] === LONG) level--
      const block = at >> ((level + 1) * RADIX_BITS)
      const table = this.levels[level]
      const position = table === undefined ? at : (table.longest[block] as number) // SAFE: levelAt gives blocks with a summary
      const size = table === undefined ? this.lengthAt(at, openUntil) : (table.longestLength[block] as number) // SAFE: as above
      if (size > bestLength) {
        best = position
        bestLength = size
      }
      at += table === undefined ? 1 : 1 << ((level + 1) * RADIX_BITS)
    }
    return best === -1 ? -1 : (this.calls[best] as number) // SAFE: a position of the lane
  }

  /** Calls at positions below `to` that have not ended before `since`, in order. */
  overlapping(to: number, since: number, openUntil: number, visit: (call: number, hasError: boolean) => void): void {
    for (let at = 0; at < to;) {
      let level = this.levelAt(at, to)
      while (level >= 0 && (this.levels[level]?.end[at >> ((level + 1) * RADIX_BITS)] as number) >= since) level-- // SAFE: as above
      if (level >= 0) {
        at += 1 << ((level + 1) * RADIX_BITS)
        continue
      }
      const call = this.calls[at] as number // SAFE: at < to
      if (this.measure.end(this.track, call, openUntil) >= since) visit(call, this.hasErrorAt(at))
      at++
    }
  }

  /** How many errors belong to calls at positions below `to`, counted from a number that belongs to earlier ones. */
  errorsBefore(to: number, from: number): number {
    const { errors } = this
    let count = from
    while (count < errors.length && errors.at(count) < to) count++
    return count
  }

  private hasErrorAt(position: number): boolean {
    const { errors } = this
    const index = lowerBound(0, errors.length, at => errors.at(at) >= position)
    return index < errors.length && errors.at(index) === position
  }

  /** The highest level with a summary of a block that begins at `at` and ends at `to` or before; -1 when there is none. */
  private levelAt(at: number, to: number): number {
    let level = -1
    for (let size = RADIX; (at & (size - 1)) === 0 && at + size <= to && level + 1 < this.levels.length; size *= RADIX) level++
    return level
  }

  private lengthAt(at: number, openUntil: number): number {
    const size = at >> RADIX_BITS < (this.levels[0]?.summed ?? 0) ? (this.lengths[at] as number) : LONG // SAFE: at < length
    if (size !== LONG) return size
    const call = this.calls[at] as number // SAFE: at < length
    return this.measure.end(this.track, call, openUntil) - this.measure.start(this.track, call)
  }

  private sumUp(level: number, block: number): void {
    const table = this.levels[level] as Level // SAFE: update made it
    const first = block << RADIX_BITS
    if (level === 0) this.measureBlock(first)
    const below = this.levels[level - 1]
    const lengths = below?.longestLength ?? this.lengths
    let end = -Infinity
    let longest = first
    for (let i = first; i < first + RADIX; i++) {
      const ownEnd = below === undefined ? this.measure.end(this.track, this.calls[i] as number, Infinity) : (below.end[i] as number) // SAFE: blocks are whole
      if (ownEnd > end) end = ownEnd
      if ((lengths[i] as number) > (lengths[longest] as number)) longest = i // SAFE: as above
    }
    table.end[block] = end
    table.longestLength[block] = lengths[longest] as number // SAFE: as above
    table.longest[block] = below === undefined ? longest : (below.longest[longest] as number) // SAFE: as above
    if (level === 0 && end === Infinity) this.open.push(block)
  }

  private measureBlock(first: number): void {
    for (let at = first; at < first + RADIX; at++) {
      const call = this.calls[at] as number // SAFE: blocks are whole
      this.lengths[at] = Math.min(LONG, this.measure.end(this.track, call, Infinity) - this.measure.start(this.track, call))
    }
  }
}

/** Calls by lane: one a depth, but the last lane has all that are deeper too. */
export class SpanIndex {
  readonly lanes: readonly Lane[]
  /** Errors outside of all calls. */
  readonly looseErrors: IndexList = new IndexList()
  private readonly track: Track
  private indexed = 0
  private rows = 0
  private errors = 0

  constructor(track: Track, lanes: number, measure: Measure) {
    this.track = track
    this.lanes = Array.from({ length: lanes }, () => new Lane(track, measure))
  }

  update(): void {
    const { track, lanes } = this
    const { calls, rows, errorRows } = track
    if (rows.length === this.rows) return
    this.rows = rows.length
    const counts = new Uint32Array(lanes.length)
    for (let call = this.indexed; call < calls.length; call++) counts[this.laneOf(call)]!++
    lanes.forEach((lane, depth) => lane.reserveMore(counts[depth] ?? 0))
    for (; this.indexed < calls.length; this.indexed++) lanes[this.laneOf(this.indexed)]?.push(this.indexed)
    for (; this.errors < errorRows.length; this.errors++) {
      const row = errorRows.at(this.errors)
      const call = rows.call[row] ?? -1
      if (call === -1) this.looseErrors.push(row)
      else lanes[this.laneOf(call)]?.markError(call)
    }
    for (const lane of lanes) lane.update()
  }

  private laneOf(call: number): number {
    return Math.min(this.track.depthOfCall(call), this.lanes.length - 1)
  }
}

const indexes = new WeakMap<Measure, WeakMap<Track, SpanIndex>>([
  [BY_TIME, new WeakMap()],
  [BY_ROW, new WeakMap()],
])

/** The track's calls by so many lanes. Kept for the number of lanes that was asked for last. */
export function spansOf(track: Track, lanes: number, measure: Measure): SpanIndex {
  const known = indexes.get(measure)
  const last = known?.get(track)
  const index = last?.lanes.length === lanes ? last : new SpanIndex(track, lanes, measure)
  if (index !== last) known?.set(track, index)
  index.update()
  return index
}
