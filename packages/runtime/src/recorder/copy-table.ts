/**
 * Where the chunk being written holds the newest copy of an object, by its id: a table of fixed size in which a later id takes the place
 * of an earlier one. Losing a place costs a second copy, nothing else. It holds numbers only, so it keeps nothing alive.
 *
 * `isSame` is how an object is known to be unchanged: what would be written of it now is what was written of it last. The only objects
 * that are not read again are those that cannot change (`parts` >= 0).
 */
import type { ByteWriter } from '@hindscope/protocol'

/** Words of a name. */
const NAME = 4
const SLOTS = 1 << 12
const WORDS = 8
const ID = 0
const RECORD = 1
const CHUNK = 2
const START = 3
const END = 4
const PARTS = 5
const TIMES = 6
/** Names beyond this many in one record are not remembered, which costs second copies. */
const MAX_NAMES = 512

export class CopyTable {
  private readonly words = new Int32Array(SLOTS * WORDS)
  /** Copies named in the value that is being written: where the name starts and ends, and what it stands for. */
  private readonly names = new Int32Array(MAX_NAMES * NAME)
  private record = 1
  private chunk = 1
  /** How many copies were kept so far. */
  kept = 0
  /** Words of `names` in use. */
  named = 0

  beginRecord(): void {
    this.record = (this.record + 1) | 0
    this.named = 0
  }

  /** A new chunk has begun, or bytes were taken back: no copy known so far can be named. */
  forget(): void {
    this.chunk = (this.chunk + 1) | 0
    this.named = 0
  }

  /** The place of the object; false when the record holds it already. */
  enter(id: number): number {
    const { words } = this
    const at = (id & (SLOTS - 1)) * WORDS
    if (words[at + ID] !== (id | 0)) {
      words[at + ID] = id
      words[at + CHUNK] = 0
    } else if (words[at + RECORD] === this.record) return -1
    words[at + RECORD] = this.record
    return at
  }

  /** Offset of the copy in this chunk, -1 without one. */
  startOf(at: number): number {
    return this.words[at + CHUNK] === this.chunk ? (this.words[at + START] as number) : -1 // SAFE: a place of the table, here and below
  }

  endOf(at: number): number {
    return this.words[at + END] as number
  }

  /** How many parts an object has that cannot change; -1 when it can. */
  partsOf(at: number): number {
    return this.words[at + CHUNK] === this.chunk ? (this.words[at + PARTS] as number) : -1
  }

  keep(at: number, id: number, start: number, end: number): void {
    const { words } = this
    this.kept++
    words[at + ID] = id
    words[at + RECORD] = this.record
    words[at + CHUNK] = this.chunk
    words[at + START] = start
    words[at + END] = end
    words[at + PARTS] = -1
    words[at + TIMES] = 0
  }

  /** Counts how often it was found unchanged; true at the first time and then ever more seldom. */
  isDue(at: number): boolean {
    const { words } = this
    const times = ((words[at + TIMES] as number) + 1) & 0xffff
    words[at + TIMES] = times
    return (times & (times - 1)) === 0
  }

  setParts(at: number, parts: number): void {
    this.words[at + PARTS] = parts
  }

  /** The bytes in [start, end) name the copy in [from, to). */
  name(start: number, end: number, from: number, to: number): void {
    const { names } = this
    const at = this.named
    if (at === names.length) return
    this.named = at + NAME
    names[at] = start
    names[at + 1] = end
    names[at + 2] = from
    names[at + 3] = to
  }

  /** True when the bytes from `start` to the end say what those in [from, to) say; `name` is the first name behind `start`. */
  isSame(writer: ByteWriter, start: number, name: number, from: number, to: number): boolean {
    const { bytes, length } = writer
    const { names, named } = this
    if (name === named && length - start !== to - from) return false
    let at = start
    let other = from
    for (let next = name; next < named; next += NAME) {
      const stop = names[next] as number // SAFE: below the length, here and below
      while (at < stop) if (other >= to || bytes[at++] !== bytes[other++]) return false
      if (names[next + 2] !== other) continue
      at = names[next + 1] as number
      other = names[next + 3] as number
    }
    while (at < length) if (other >= to || bytes[at++] !== bytes[other++]) return false
    return other === to
  }
}
