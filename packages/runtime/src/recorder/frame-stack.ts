/**
 * Open calls of one realm, as data: the stack of running frames, the suspended ones, and the last that ended.
 *
 *   frames  [ call site+state | call site+state | … ]     FRAME words a frame, one block of memory; roots [ root | root | … ] beside it
 *   entered [    -1    |   word   | … ]                    word of the tape where a probe entered the frame by itself; -1: `frames` has it
 *
 * Probes of calls without values write a word of the tape and count the open frames, nothing else (probe-functions.ts). Whoever asks for more
 * calls `sync` first: between two events of the recorder's own the tape holds only such words, each an enter or the exit of the top, so the id
 * of a call is known from where its word stands and how deep it is.
 *
 *   index   [ a | b | c | d | e ]      base: frames below belong to code that runs further out on the physical stack (a task that was
 *                ^base     ^depth            entered by an adapter); they are neither parents nor touched until that task is left.
 *                      ^floor          floor: frames from here on are known to the readers of the chunk being written (protocol/tape.ts).
 *
 * `cause` is the parent of a call that starts while no frame above `base` is open. A suspended frame lies in a table at the place that its
 * id gives, so an await neither allocates nor hashes; where two want one place the older moves to a map. A frame that ended stays where it
 * was until another takes its place, because a `finally` may still run in a call that has returned.
 */
import { PROBE_SHIFT } from '@hindscope/protocol'
import { BUSY, DEPTH, FLOOR, POSITION } from './cells.ts'
import { SafeMap } from './intrinsics.ts'
import type { TapeBuffer } from './tape-buffer.ts'

export const FrameState = {
  /** Has awaited: when it is left over on an empty physical stack it is suspended, not dead. */
  async: 1,
  /** Its return was recorded, and then it went on; if nothing else happens it needs no further event. */
  returned: 2,
  /** `errors` holds what it threw last and did not catch. */
  threw: 4,
  /** Suspended by yield; otherwise by await. */
  yielded: 8,
  /** May suspend where no probe stands, so that somebody must look after it when the stack is empty. */
  unseen: 16,
  /** Async, and no function of the program was open when it was called: what it fails with leaves the program's own code. */
  outermost: 32,
  /** Entered with values: its result and errors have theirs too, unless its probe's level is lower by then. */
  values: 64,
  /** It ended without a return. */
  unwound: 128,
  /** `roots` has its root; otherwise it is that of the frame below. */
  rooted: 256,
} as const

/** What a frame keeps for as long as it lives. */
const LASTING = FrameState.async | FrameState.unseen | FrameState.outermost | FrameState.values

/** Words of a frame. The second is its site with its state above. */
const FRAME = 2
const STATE_SHIFT = 22
const SITE_MASK = 0x3f_ffff
/** State that a return has to look at. */
const EVENTFUL_STATE = 0xff
/** Frames that can be open: two to four times what fits into a physical stack of the usual size. Memory that is not used is not there. */
export const MAX_FRAMES = 32_768

/**
 * What the program holds of a frame: how many are open with it; with EVENTFUL where its return needs the recorder. Such a number is good as long
 * as the call is on the physical stack, which is as long as its probes can run. From OWN on it is OWN + the call's id, good for ever.
 */
export const EVENTFUL: number = 1 << 19
export const OWN: number = 1 << 20
const DEPTH_MASK = EVENTFUL - 1
/** Frames above the stack among which one is looked for that has ended. */
const RECALLED = 16

/** Words of a frame in the table of suspended ones. */
const ENTRY = 4
const FIRST_TABLE = 1024
/** Suspended frames that the table holds at most, and the map beside it: more are forgotten, oldest first. */
const MAX_TABLE = 32_768
const MAX_MOVED = 32_768
const EVICTED_AT_ONCE = 4096

interface MovedFrame {
  readonly site: number
  readonly root: number
  readonly state: number
}

export class FrameStack {
  readonly entered: Int32Array<ArrayBuffer> = new Int32Array(MAX_FRAMES)
  private readonly frames = new Int32Array(MAX_FRAMES * FRAME)
  private readonly roots = new Int32Array(MAX_FRAMES)
  readonly errors: unknown[] = []
  readonly tape: TapeBuffer
  private readonly cells: Int32Array<ArrayBuffer>
  /** What was written up to this word, with so many frames open, is taken over. */
  readPosition = 0
  readDepth = 0
  base = 0
  cause = 0
  causeRoot = 0
  evicted = 0

  /** Fields of the frame that `resume` or `recall` took out. */
  takenSite = 0
  takenRoot = 0
  takenState = 0

  private table = new Int32Array(FIRST_TABLE * ENTRY)
  private mask = FIRST_TABLE - 1
  private inTable = 0
  private readonly moved = new SafeMap<number, MovedFrame>()

  constructor(tape: TapeBuffer) {
    this.tape = tape
    this.cells = tape.cells
  }

  /** Takes over what probes wrote by themselves. Nothing in it calls, so it is done or not begun where the physical stack is exhausted. */
  sync(): void {
    const { cells, tape, entered, frames, readPosition, readDepth } = this
    const position = cells[POSITION] as number // SAFE: all cells exist, here and below
    if (position === readPosition || cells[BUSY] !== 0) return
    const depth = cells[DEPTH] as number
    for (let at = depth - 1; at >= 0; at--) {
      const word = entered[at] as number // SAFE: at < depth, here and below
      if (word < 0) break
      // Of the words before it, those that entered are as many more than those that left as it lies deeper.
      frames[at * FRAME] = tape.nextCall + ((word - readPosition + at - readDepth) >> 1)
      frames[at * FRAME + 1] = (tape.words[word] as number) >>> PROBE_SHIFT
      entered[at] = -1
    }
    tape.nextCall += (position - readPosition + depth - readDepth) >> 1
    this.readPosition = position
    this.readDepth = depth
  }

  /**
   * Calls that an earlier recorder saw start may still be on the physical stack: what the program holds of them must mean none of ours. They are
   * frames without a call, below `base` until the physical stack is empty.
   */
  startAbove(foreign: number): void {
    for (let at = 0; at < foreign; at++) this.entered[at] = -1
    this.base = this.depth = this.readDepth = foreign
    this.forget()
  }

  /** What the program holds of the frame on top. */
  handle(): number {
    const { depth } = this
    return (this.stateAt(depth - 1) & EVENTFUL_STATE) === 0 ? depth : depth | EVENTFUL
  }

  /** The frame, which is one of its own, is on top, and its return needs no value. */
  isPlainTop(frame: number): boolean {
    const top = this.depth - 1
    return top >= 0 && (this.entered[top] as number) < 0 && this.callAt(top) + OWN === frame && (this.stateAt(top) & EVENTFUL_STATE) === 0 // SAFE: top < depth
  }

  /** Index of the open frame that the program holds so, -1 when it is not on this part of the stack. */
  indexOf(frame: number): number {
    if (frame >= OWN) return this.find(frame - OWN)
    const at = (frame & DEPTH_MASK) - 1
    return at >= this.base && at < this.depth ? at : -1
  }

  get depth(): number {
    return this.cells[DEPTH] as number // SAFE: all cells exist, here and below
  }

  set depth(count: number) {
    this.cells[DEPTH] = count
  }

  get floor(): number {
    return this.cells[FLOOR] as number
  }

  set floor(index: number) {
    this.cells[FLOOR] = index
  }

  /** No frame can be pushed. */
  get isFull(): boolean {
    return this.depth >= MAX_FRAMES
  }

  callAt(index: number): number {
    return this.frames[index * FRAME] as number // SAFE: index < depth, here and below
  }

  siteAt(index: number): number {
    return (this.frames[index * FRAME + 1] as number) & SITE_MASK
  }

  stateAt(index: number): number {
    return (this.frames[index * FRAME + 1] as number) >>> STATE_SHIFT
  }

  setState(index: number, state: number): void {
    this.frames[index * FRAME + 1] = (state << STATE_SHIFT) | this.siteAt(index)
  }

  /** The lowest frame above `base` is always rooted. */
  rootAt(index: number): number {
    let at = index
    while (at > 0 && (this.stateAt(at) & FrameState.rooted) === 0) at--
    return this.roots[at] as number // SAFE: at is an index of a frame
  }

  push(call: number, site: number, root: number, state: number): void {
    this.roots[this.depth] = root
    this.pushChild(call, site, state | FrameState.rooted)
  }

  /** Its root is that of the frame below. */
  pushChild(call: number, site: number, state: number): void {
    const { depth, frames } = this
    frames[depth * FRAME] = call
    frames[depth * FRAME + 1] = (state << STATE_SHIFT) | site
    this.entered[depth] = -1
    this.depth = depth + 1
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

  /** Takes the top frame off; it can be recalled. `end` is 0 or `unwound`. */
  popEnded(end: number): void {
    const at = this.drop()
    this.setState(at, (this.stateAt(at) & (LASTING | FrameState.rooted)) | end)
  }

  /** Takes the top frame off into the suspended ones. */
  popSuspended(extraState: number): void {
    const root = this.rootAt(this.depth - 1)
    const at = this.drop()
    const call = this.callAt(at)
    const state = (this.stateAt(at) & (LASTING | FrameState.returned)) | extraState
    this.frames[at * FRAME] = 0
    this.suspend(call, this.siteAt(at), root, state)
  }

  private suspend(call: number, site: number, root: number, state: number): void {
    const at = (call & this.mask) * ENTRY
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
    table[at + 1] = site
    table[at + 2] = root
    table[at + 3] = state
  }

  /** Takes a suspended frame out, into the `taken` fields. */
  resume(call: number): boolean {
    const at = (call & this.mask) * ENTRY
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

  /** Takes a lately ended frame into the `taken` fields. */
  recall(call: number): boolean {
    const { depth, frames } = this
    for (let at = depth; at < depth + RECALLED; at++) {
      if (frames[at * FRAME] !== call) continue
      const state = this.stateAt(at)
      this.takenSite = this.siteAt(at)
      this.takenRoot = (state & FrameState.rooted) === 0 ? this.currentRoot() : (this.roots[at] as number) // SAFE: as in `rootAt`
      this.takenState = (state & LASTING) | ((state & FrameState.unwound) === 0 ? FrameState.returned : 0)
      frames[at * FRAME] = 0
      return true
    }
    return false
  }

  get suspended(): number {
    return this.inTable + this.moved.size
  }

  private take(from: Int32Array, at: number): void {
    this.takenSite = from[at + 1] as number // SAFE: a whole frame lies there, here and below
    this.takenRoot = from[at + 2] as number
    this.takenState = from[at + 3] as number
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
    const site = table[at + 1] as number // SAFE: as in `take`, here and below
    const root = table[at + 2] as number
    const state = table[at + 3] as number
    this.moved.set(call, { site, root, state })
    this.inTable--
  }

  private growTable(): void {
    const before = this.table
    const size = (this.mask + 1) * 2
    this.table = new Int32Array(size * ENTRY)
    this.mask = size - 1
    // What had places of its own in the smaller table has them in the larger one.
    for (let at = 0; at < before.length; at += ENTRY) {
      const call = before[at] as number // SAFE: at < length
      if (call === 0) continue
      const to = (call & this.mask) * ENTRY
      for (let word = 0; word < ENTRY; word++) this.table[to + word] = before[at + word] as number // SAFE: as above
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
}
