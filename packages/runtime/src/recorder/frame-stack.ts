/**
 * Open calls of one realm, as data: the stack of running frames, the suspended ones, and the last that ended.
 *
 *   calls   [ a | b | c | d | e ]      base: frames below belong to code that runs further out on the physical stack (a task that was
 *                    ^base     ^depth  entered by an adapter); they are neither parents nor touched until that task is left.
 *
 * `cause` is the parent of a call that starts while no frame above `base` is open. Suspended frames live in slots, so an await costs no
 * allocation. The ended ring remembers the last frames that ended, because a `finally` may still run in a call that has returned, and
 * an async function that suspended unseen (`for await`) comes back after it was taken for dead.
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
} as const

const MAX_SUSPENDED = 65_536
const EVICTED_AT_ONCE = 4096
const ENDED = 64

export class FrameStack {
  calls: Uint32Array = new Uint32Array(256)
  sites: Uint32Array = new Uint32Array(256)
  roots: Uint32Array = new Uint32Array(256)
  states: Uint8Array = new Uint8Array(256)
  readonly errors: unknown[] = []
  depth = 0
  base = 0
  cause = 0
  causeRoot = 0
  evicted = 0

  /** Fields of the frame that `resume` or `recall` took out. */
  takenSite = 0
  takenRoot = 0
  takenState = 0

  private readonly slotOf = new SafeMap<number, number>()
  private slotSites = new Uint32Array(64)
  private slotRoots = new Uint32Array(64)
  private slotStates = new Uint8Array(64)
  private readonly freeSlots: number[] = []
  private slots = 0

  private readonly endedCalls = new Uint32Array(ENDED)
  private readonly endedSites = new Uint32Array(ENDED)
  private readonly endedRoots = new Uint32Array(ENDED)
  private readonly endedStates = new Uint8Array(ENDED)
  private endedAt = 0

  push(call: number, site: number, root: number, state: number): void {
    if (this.depth === this.calls.length) this.grow()
    const at = this.depth
    this.calls[at] = call
    this.sites[at] = site
    this.roots[at] = root
    this.states[at] = state
    this.depth = at + 1
  }

  /** Call that a new call has as its parent. */
  current(): number {
    return this.depth > this.base ? (this.calls[this.depth - 1] as number) : this.cause // SAFE: depth > 0
  }

  /** Call where the current chain began, 0 when nothing is open. */
  currentRoot(): number {
    return this.depth > this.base ? (this.roots[this.depth - 1] as number) : this.causeRoot // SAFE: depth > 0
  }

  /** Index of an open frame, -1 when it is not on this part of the stack. */
  find(call: number): number {
    for (let i = this.depth - 1; i >= this.base; i--) if (this.calls[i] === call) return i
    return -1
  }

  /** Takes the top frame off and remembers it as ended. */
  popEnded(extraState: number): void {
    const at = this.drop()
    const slot = this.endedAt
    this.endedCalls[slot] = this.calls[at] as number // SAFE: at < depth
    this.endedSites[slot] = this.sites[at] as number // SAFE: as above
    this.endedRoots[slot] = this.roots[at] as number // SAFE: as above
    this.endedStates[slot] = ((this.states[at] as number) & FrameState.async) | extraState // SAFE: as above
    this.endedAt = (slot + 1) % ENDED
  }

  /** Takes the top frame off into the suspended ones. */
  popSuspended(extraState: number): void {
    const at = this.drop()
    const call = this.calls[at] as number // SAFE: at < depth
    if (this.slotOf.size >= MAX_SUSPENDED) this.evictOldest()
    const slot = this.freeSlots.length > 0 ? (this.freeSlots.pop() as number) : this.newSlot() // SAFE: not empty
    this.slotSites[slot] = this.sites[at] as number // SAFE: at < depth
    this.slotRoots[slot] = this.roots[at] as number // SAFE: as above
    this.slotStates[slot] = ((this.states[at] as number) & (FrameState.async | FrameState.returned)) | extraState // SAFE: as above
    this.slotOf.set(call, slot)
  }

  /** Takes a suspended frame out, into the `taken` fields. */
  resume(call: number): boolean {
    const slot = this.slotOf.get(call)
    if (slot === undefined) return false
    this.slotOf.delete(call)
    this.freeSlots[this.freeSlots.length] = slot
    this.takenSite = this.slotSites[slot] as number // SAFE: a slot in use
    this.takenRoot = this.slotRoots[slot] as number // SAFE: as above
    this.takenState = this.slotStates[slot] as number // SAFE: as above
    return true
  }

  /** Takes a lately ended frame out of the ended ring, into the `taken` fields. */
  recall(call: number): boolean {
    for (let i = 0; i < ENDED; i++) {
      if (this.endedCalls[i] !== call) continue
      this.endedCalls[i] = 0
      this.takenSite = this.endedSites[i] as number // SAFE: i < ENDED
      this.takenRoot = this.endedRoots[i] as number // SAFE: as above
      this.takenState = this.endedStates[i] as number // SAFE: as above
      return true
    }
    return false
  }

  get suspended(): number {
    return this.slotOf.size
  }

  private drop(): number {
    const at = --this.depth
    if (((this.states[at] as number) & FrameState.threw) !== 0) this.errors[at] = undefined // SAFE: at was below depth
    return at
  }

  private newSlot(): number {
    if (this.slots === this.slotSites.length) {
      this.slotSites = doubled(this.slotSites)
      this.slotRoots = doubled(this.slotRoots)
      this.slotStates = doubled(this.slotStates)
    }
    return this.slots++
  }

  private evictOldest(): void {
    // Many at once: the first key of a map that lost its first keys is found in linear time.
    const keys = this.slotOf.keys()
    for (let i = 0; i < EVICTED_AT_ONCE; i++) {
      const oldest = keys.next()
      if (!oldest.done && this.resume(oldest.value)) this.evicted++
    }
  }

  private grow(): void {
    this.calls = doubled(this.calls)
    this.sites = doubled(this.sites)
    this.roots = doubled(this.roots)
    this.states = doubled(this.states)
  }
}

function doubled<T extends Uint32Array | Uint8Array>(array: T): T {
  const Constructor = array.constructor as new (length: number) => T // SAFE: a typed array's constructor takes a length
  const copy = new Constructor(array.length * 2)
  copy.set(array)
  return copy
}
