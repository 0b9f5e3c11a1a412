/** What a trace's bytes are made of: the question of whoever has one that is too big. */
import type { EventRef, Location } from './query.ts'

export interface SizesQuery {
  readonly session: string
  /** Rows of each list, 1 to 1000; 50 when absent. */
  readonly limit?: number
}

/** Everything that has one name. */
export interface SizePart {
  readonly name: string
  readonly events: number
  /** Values included; what a chunk has beside its values is shared out evenly among its events. */
  readonly bytes: number
  readonly valueBytes: number
  readonly location?: Location
  /** The function around it, where it is one's. */
  readonly function?: string
}

/** What one probe recorded as values; without a probe, one kind of event. */
export interface ValueSizePart extends SizePart {
  /** Of its events the one with the most bytes. */
  readonly largest: EventRef
  readonly largestBytes: number
}

/** Largest first, `limit` at most; `total` says how many there are. */
export interface SizeList<Part> {
  readonly parts: readonly Part[]
  readonly total: number
}

export interface TraceSizes {
  readonly events: number
  /** Of chunks with events, as recorded: a sealed segment is smaller. */
  readonly bytes: number
  readonly valueBytes: number
  readonly kinds: SizeList<SizePart>
  readonly functions: SizeList<SizePart>
  readonly files: SizeList<SizePart>
  /** By realm. */
  readonly tracks: SizeList<SizePart>
  readonly values: SizeList<ValueSizePart>
}
