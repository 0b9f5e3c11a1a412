/**
 * Many ascending lists of row numbers that grow at their ends, in a few large typed arrays: no object a list, no object an entry. A list is
 * a chain of blocks, each twice as long as the one before (2, 4, … 4096 entries), so short lists waste little and long ones are searched
 * a block at a time from the end. Pages are never moved once they are made: growth copies nothing.
 *
 *   block   word 0: block before (0 = none)    word 1: entries it has room for    then the entries
 *   address page << PAGE_BITS | word in the page; page 0 begins at word 1, so that 0 is no block
 */
import { grown, nextCapacity } from './columns.ts'

const PAGE_BITS = 16
const PAGE_WORDS = 1 << PAGE_BITS
const HEAD = 2
const FIRST_ROOM = 2
const MAX_ROOM = 4096

/** Lists are numbered from 0 by their owner, without large gaps. */
export class ListPool {
  private readonly pages: Uint32Array[] = [new Uint32Array(PAGE_WORDS)]
  private page = this.pages[0] as Uint32Array // SAFE: just made
  /** First free word of the last page. */
  private free = 1
  private tail: Uint32Array = new Uint32Array(16)
  /** Entries in the last block. */
  private used: Uint16Array = new Uint16Array(16)
  private count: Uint32Array = new Uint32Array(16)

  /** Entries of a list; 0 of one that nothing was added to. */
  length(list: number): number {
    return this.count[list] ?? 0
  }

  /** `value` is no smaller than the last of the list. */
  push(list: number, value: number): void {
    if (list >= this.tail.length) this.widen(list + 1)
    let block = this.tail[list] as number // SAFE: below the length, as all indices here
    let used = this.used[list] as number
    if (block === 0 || used === this.roomOf(block)) {
      block = this.add(block)
      this.tail[list] = block
      used = 0
    }
    const page = this.pages[block >>> PAGE_BITS] as Uint32Array
    page[(block & (PAGE_WORDS - 1)) + HEAD + used] = value
    this.used[list] = used + 1
    this.count[list] = (this.count[list] as number) + 1
  }

  /** The last entry; -1 of an empty list. */
  last(list: number): number {
    const count = this.length(list)
    return count === 0 ? -1 : this.at(list, count - 1)
  }

  first(list: number): number {
    return this.length(list) === 0 ? -1 : this.at(list, 0)
  }

  /** The entry at an index below the length. */
  at(list: number, index: number): number {
    let block = this.tail[list] as number
    let start = (this.count[list] as number) - (this.used[list] as number)
    while (index < start) {
      block = this.before(block)
      start -= this.roomOf(block)
    }
    return this.entry(block, index - start)
  }

  /** How many entries are at most `value`: the index of the first that is greater. */
  upperBound(list: number, value: number): number {
    const count = this.length(list)
    if (count === 0) return 0
    let block = this.tail[list] as number
    let used = this.used[list] as number
    let start = count - used
    while (this.entry(block, 0) > value) {
      if (start === 0) return 0
      block = this.before(block)
      used = this.roomOf(block)
      start -= used
    }
    let [low, high] = [1, used]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.entry(block, middle) > value) high = middle
      else low = middle + 1
    }
    return start + low
  }

  /** The greatest entry that is at most `value`, -1 when there is none. */
  atOrBefore(list: number, value: number): number {
    const index = this.upperBound(list, value) - 1
    return index < 0 ? -1 : this.at(list, index)
  }

  /** The smallest entry that is greater than `value`, -1 when there is none. */
  after(list: number, value: number): number {
    const index = this.upperBound(list, value)
    return index === this.length(list) ? -1 : this.at(list, index)
  }

  /** Entries in [from, to), as indices; a copy. */
  slice(list: number, from: number = 0, to: number = this.length(list)): Uint32Array {
    const [low, high] = [Math.max(0, from), Math.min(to, this.length(list))]
    const out = new Uint32Array(Math.max(0, high - low))
    if (out.length === 0) return out
    let block = this.tail[list] as number
    let start = this.length(list) - (this.used[list] as number)
    let end = this.length(list)
    for (;;) {
      const [first, last] = [Math.max(low, start), Math.min(high, end)]
      if (first < last) {
        const at = (block & (PAGE_WORDS - 1)) + HEAD - start
        out.set((this.pages[block >>> PAGE_BITS] as Uint32Array).subarray(at + first, at + last), first - low)
      }
      if (start <= low) return out
      block = this.before(block)
      end = start
      start -= this.roomOf(block)
    }
  }

  /** Bytes that the lists take. */
  get bytes(): number {
    return this.pages.length * PAGE_WORDS * 4 + this.tail.byteLength + this.used.byteLength + this.count.byteLength
  }

  private add(before: number): number {
    const room = before === 0 ? FIRST_ROOM : Math.min(this.roomOf(before) * 2, MAX_ROOM)
    if (this.free + HEAD + room > PAGE_WORDS) {
      this.page = new Uint32Array(PAGE_WORDS)
      this.pages.push(this.page)
      this.free = 0
    }
    const at = this.free
    this.page[at] = before
    this.page[at + 1] = room
    this.free += HEAD + room
    return ((this.pages.length - 1) * PAGE_WORDS + at) >>> 0
  }

  private before(block: number): number {
    return (this.pages[block >>> PAGE_BITS] as Uint32Array)[block & (PAGE_WORDS - 1)] as number
  }

  private roomOf(block: number): number {
    return (this.pages[block >>> PAGE_BITS] as Uint32Array)[(block & (PAGE_WORDS - 1)) + 1] as number
  }

  private entry(block: number, index: number): number {
    return (this.pages[block >>> PAGE_BITS] as Uint32Array)[(block & (PAGE_WORDS - 1)) + HEAD + index] as number
  }

  private widen(need: number): void {
    const capacity = nextCapacity(this.tail.length, need)
    this.tail = grown(this.tail, capacity)
    this.used = grown(this.used, capacity)
    this.count = grown(this.count, capacity)
  }
}

/** More entries than one look at a list mostly needs. */
const MAX_WINDOW = 1024

/** Reads one list upwards: entries are copied out some at a time, since every look at a list walks its blocks. */
export class ListCursor {
  private readonly lists: ListPool
  private readonly list: number
  private window: Uint32Array = new Uint32Array(0)
  private at = 0
  /** The window has every entry from here on, as far as it goes. */
  private low = Infinity
  private room = 8

  constructor(lists: ListPool, list: number) {
    this.lists = lists
    this.list = list
  }

  /** The first entry that is `value` or greater, -1 when there is none. Quick when asked for greater and greater values. */
  next(value: number): number {
    if (value >= this.low) {
      const { window } = this
      while (this.at < window.length && (window[this.at] as number) < value) this.at++ // SAFE: below the length
      if (this.at < window.length) return window[this.at] as number // SAFE: as above
    }
    const index = this.lists.upperBound(this.list, value - 1)
    this.room = Math.min(2 * this.room, MAX_WINDOW)
    this.window = this.lists.slice(this.list, index, index + this.room)
    this.at = 0
    this.low = value
    return this.window[0] ?? -1
  }
}
