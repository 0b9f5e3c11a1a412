/**
 * Open calls of one realm, as data: the stack of running frames, the suspended ones, and the last that ended.
 *
 *   frames  [ call site root state | call site root state | … ]     FRAME words a frame, one block of memory
 *
 *   index   [ a | b | c | d | e ]      base: frames below belong to code that runs further out on the physical stack (a task that was
 *                ^base     ^depth            entered by an adapter); they are neither parents nor touched until that task is left.
 *                      ^floor          floor: frames from here on are known to the readers of the chunk being written (protocol/tape.ts).
 *
 * `cause` is the parent of a call that starts while no frame above `base` is open. A suspended frame lies in a table at the place that its
 * id gives, so an await neither allocates nor hashes; where two want one place the older moves to a map. The ended ring remembers the
 * last frames that ended, because a `finally` may still run in a call that has returned, and an async function that suspended unseen
 * (`for await`) comes back after it was taken for dead.
 */
import { SafeMap } from './intrinsics.ts'

export const FrameState = {
  /** Has awaited: when it is left over on an empty physical stack it is suspended, not dead. */
  async: 1,
  /** Its return was recorded; if nothing else happens it needs no further event. */
  returned: 2,
  /** `errors` holds what it threw last and did not catch. */
  threw: 4,
  /** Suspended by yield; otherwise by await. */
  yielded: 8,
  /** May suspend where no probe stands, so that somebody must look after it when the stack is empty. */
  unseen: 16,
  /** Async, and no function of the program was open when it was called: what it fails with leaves the program's own code. */
  outermost: 32,
} as const

/** What a frame keeps for as long as it lives. */
const LASTING = FrameState.async | FrameState.unseen | FrameState.outermost

/** Words of a frame, and where each lies. */
export const FRAME = 4
export const FrameWord = { call: 0, site: 1, root: 2, state: 3 } as const

const FIRST_TABLE = 1024
/** Suspended frames that the table holds at most, and the map beside it: more are forgotten, oldest first. */
const MAX_TABLE = 32_768
const MAX_MOVED = 32_768
const EVICTED_AT_ONCE = 4096
/** Frames that the ended ring holds; a power of two. */
export const ENDED = 64

interface MovedFrame {
  readonly site: number
  readonly root: number
  readonly state: number
}

export class FrameStack {
  frames: Int32Array = new Int32Array(256 * FRAME)
  readonly errors: unknown[] = []
  depth = 0
  base = 0
  floor = 0
  cause = 0
  causeRoot = 0
  evicted = 0

  /** Fields of the frame that `resume` or `recall` took out. */
  takenSite = 0
  takenRoot = 0
  takenState = 0

  private table = new Int32Array(FIRST_TABLE * FRAME)
  private mask = FIRST_TABLE - 1
  private inTable = 0
  private readonly moved = new SafeMap<number, MovedFrame>()

  readonly ended: Int32Array = new Int32Array(ENDED * FRAME)
  /** Offset of the oldest frame in it, which goes next. */
  endedAt = 0

  callAt(index: number): number {
    return this.frames[index * FRAME] as number // SAFE: index < depth, here and below
  }

  siteAt(index: number): number {
    return this.frames[index * FRAME + FrameWord.site] as number
  }

  rootAt(index: number): number {
    return this.frames[index * FRAME + FrameWord.root] as number
  }

  stateAt(index: number): number {
    return this.frames[index * FRAME + FrameWord.state] as number
  }

  setState(index: number, state: number): void {
    this.frames[index * FRAME + FrameWord.state] = state
  }

  push(call: number, site: number, root: number, state: number): void {
    const at = this.depth * FRAME
    if (at === this.frames.length) this.grow()
    const { frames } = this
    frames[at] = call
    frames[at + FrameWord.site] = site
    frames[at + FrameWord.root] = root
    frames[at + FrameWord.state] = state
    this.depth++
  }

  /** Readers know nothing of the frames that are open now. */
  forget(): void {
    this.floor = this.depth
  }

  /** Call that a new call has as its parent. */
  current(): number {
    return this.depth > this.base ? this.callAt(this.depth - 1) : this.cause
  }

  /** Call where the current chain began, 0 when nothing is open. */
  currentRoot(): number {
    return this.depth > this.base ? this.rootAt(this.depth - 1) : this.causeRoot
  }

  /** Index of an open frame, -1 when it is not on this part of the stack. */
  find(call: number): number {
    const { frames } = this
    for (let i = this.depth - 1; i >= this.base; i--) if (frames[i * FRAME] === call) return i
    return -1
  }

  /** Takes the top frame off and remembers it as ended. */
  popEnded(extraState: number): void {
    const at = this.drop() * FRAME
    const { ended, endedAt, frames } = this
    ended[endedAt] = frames[at] as number // SAFE: at was below depth, here and below
    ended[endedAt + FrameWord.site] = frames[at + FrameWord.site] as number
    ended[endedAt + FrameWord.root] = frames[at + FrameWord.root] as number
    ended[endedAt + FrameWord.state] = ((frames[at + FrameWord.state] as number) & LASTING) | extraState
    this.endedAt = (endedAt + FRAME) % (ENDED * FRAME)
  }

  /** Takes the top frame off into the suspended ones. */
  popSuspended(extraState: number): void {
    const index = this.drop()
    const call = this.callAt(index)
    const state = (this.stateAt(index) & (LASTING | FrameState.returned)) | extraState
    this.suspend(call, this.siteAt(index), this.rootAt(index), state)
  }

  private suspend(call: number, site: number, root: number, state: number): void {
    const at = (call & this.mask) * FRAME
    const { table } = this
    const before = table[at] as number // SAFE: the mask keeps it inside, here and below
    if (before !== 0) {
      if (this.inTable > this.mask >> 1 && this.mask < MAX_TABLE - 1) {
        this.growTable()
        return this.suspend(call, site, root, state)
      }
      this.move(before, at)
    }
    this.inTable++
    table[at] = call
    table[at + FrameWord.site] = site
    table[at + FrameWord.root] = root
    table[at + FrameWord.state] = state
  }

  /** Takes a suspended frame out, into the `taken` fields. */
  resume(call: number): boolean {
    const at = (call & this.mask) * FRAME
    const { table } = this
    if (table[at] === call) {
      this.take(table, at)
      table[at] = 0
      this.inTable--
      return true
    }
    const moved = this.moved.size > 0 ? this.moved.get(call) : undefined
    if (moved === undefined) return false
    this.moved.delete(call)
    this.takenSite = moved.site
    this.takenRoot = moved.root
    this.takenState = moved.state
    return true
  }

  /** Takes a lately ended frame out of the ended ring, into the `taken` fields. */
  recall(call: number): boolean {
    for (let at = 0; at < ENDED * FRAME; at += FRAME) {
      if (this.ended[at] !== call) continue
      this.ended[at] = 0
      this.take(this.ended, at)
      return true
    }
    return false
  }

  get suspended(): number {
    return this.inTable + this.moved.size
  }

  private take(from: Int32Array, at: number): void {
    this.takenSite = from[at + FrameWord.site] as number // SAFE: a whole frame lies there, here and below
    this.takenRoot = from[at + FrameWord.root] as number
    this.takenState = from[at + FrameWord.state] as number
  }

  private drop(): number {
    const at = --this.depth
    if ((this.stateAt(at) & FrameState.threw) !== 0) this.errors[at] = undefined
    if (at < this.floor) this.floor = at
    return at
  }

  /** The frame at `at` of the table makes place for another. */
  private move(call: number, at: number): void {
    if (this.moved.size >= MAX_MOVED) this.evictOldest()
    const { table } = this
    const site = table[at + FrameWord.site] as number // SAFE: as in `take`, here and below
    const root = table[at + FrameWord.root] as number
    const state = table[at + FrameWord.state] as number
    this.moved.set(call, { site, root, state })
    this.inTable--
  }

  private growTable(): void {
    const before = this.table
    const size = (this.mask + 1) * 2
    this.table = new Int32Array(size * FRAME)
    this.mask = size - 1
    // What had places of its own in the smaller table has them in the larger one.
    for (let at = 0; at < before.length; at += FRAME) {
      const call = before[at] as number // SAFE: at < length
      if (call === 0) continue
      const to = (call & this.mask) * FRAME
      for (let word = 0; word < FRAME; word++) this.table[to + word] = before[at + word] as number // SAFE: as above
    }
  }

  private evictOldest(): void {
    // Many at once: the first key of a map that lost its first keys is found in linear time.
    const keys = this.moved.keys()
    for (let i = 0; i < EVICTED_AT_ONCE; i++) {
      const oldest = keys.next()
      if (!oldest.done && this.moved.delete(oldest.value)) this.evicted++
    }
  }

  private grow(): void {
    const grown = new Int32Array(this.frames.length * 2)
    grown.set(this.frames)
    this.frames = grown
  }
}
