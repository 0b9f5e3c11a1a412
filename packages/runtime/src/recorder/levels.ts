/**
 * The level of every probe, and who has a say in it. What counts is the least of three:
 *
 *   built     what the module's plan put there, and the recorder's own limit: more was never inserted
 *   asked     what the user asks for while the program runs; also for modules that come later
 *   governed  what the governor allows; an order of the user lifts it, until the governor steps in again
 *
 * The result stands in the words that the module's probes read and in the bytes that the recorder reads. Whatever changes is an event, so that
 * nobody takes silence for code that did not run. Frames that are open keep their id, so they are told to their end whatever their level.
 */
import { EventKind, levelWord, setBytes } from '@hindscope/protocol'
import type { LevelAuthor } from '@hindscope/protocol'
import type { HookModule } from '../hook-module.ts'
import type { CallRecorder } from './call-recorder.ts'
import { SafeMap, charCodeAt } from './intrinsics.ts'

/** Level digit for the probes `base + index`, which may be any probe ids. */
export interface LevelChange {
  readonly base: number
  readonly indexes: ArrayLike<number>
  readonly level: number
}

/** More than any level: no say. */
const NO_LIMIT = 255
const COUNT = 1

export class Levels {
  private readonly calls: CallRecorder
  private readonly limit: number
  /** Ascending by base. */
  private modules: HookModule[] = []
  /** By module key: first index, count, level, and so on. */
  private readonly wishes = new SafeMap<string, readonly number[]>()
  private built = new Uint8Array(0)
  private asked = new Uint8Array(0)
  private governed = new Uint8Array(0)
  private near: HookModule | undefined
  /** Probes at level `count`. */
  private counting = 0
  private readonly onCounting: () => void
  /** Neighbouring probes that got the same level: one event. */
  private runFrom = 0
  private runTo = -1
  private runLevel = 0
  private hasChanged = false
  private cause: object = {}
  private causeAt = -1
  private causeChunk = -1

  /** `limit` is a level digit. `onCounting` is told when probes begin to count, which nobody else can see. */
  constructor(calls: CallRecorder, limit: number, onCounting: () => void) {
    this.calls = calls
    this.limit = limit
    this.onCounting = onCounting
  }

  get isCounting(): boolean {
    return this.counting > 0
  }

  private count(by: number): void {
    this.counting += by
    if (by > 0) this.onCounting()
  }

  /** Gives the module the levels of its plan. */
  add(module: HookModule): void {
    const { base, digits } = module
    const { calls } = this
    const end = base + digits.length
    if (end > this.built.length) {
      this.built = copied(this.built, end)
      this.asked = copied(this.asked, end)
      this.governed = copied(this.governed, end)
    }
    for (let i = 0; i < digits.length; i++) {
      const level = Math.min(charCodeAt(digits, i) - 48, this.limit)
      this.built[base + i] = calls.levels[base + i] = level
      module.levels[i] = levelWord(base + i, level)
      if (level === COUNT) this.count(1)
      this.asked[base + i] = this.governed[base + i] = NO_LIMIT
    }
    this.modules[this.modules.length] = module
  }

  /** The program's probes are silent from now on, and stay so. */
  clear(): void {
    this.modules = []
    this.near = undefined
    this.counting = 0
  }

  /** Every probe that there is, at this level. */
  everything(level: number): LevelChange[] {
    const changes: LevelChange[] = []
    for (let i = 0; i < this.modules.length; i++) {
      const { base, digits } = this.modules[i] as HookModule // SAFE: below the length
      const indexes = new Uint32Array(digits.length)
      for (let index = 0; index < indexes.length; index++) indexes[index] = index
      changes[i] = { base, indexes, level }
    }
    return changes
  }

  /** What the user asks for this module, when something was asked before it was there. Conditions as for `set`. */
  applyWish(module: HookModule): number {
    const wish = this.wishes.get(module.key)
    return wish === undefined ? 0 : this.setWish(module, wish)
  }

  /** Keeps what is asked for a module, there or to come. Gives how many probes have another level now. Conditions as for `set`. */
  ask(key: string, wish: readonly number[]): number {
    if (wish.length > 0) this.wishes.set(key, wish)
    else if (!this.wishes.delete(key)) return 0
    const { modules } = this
    for (let i = 0; i < modules.length; i++) {
      const module = modules[i] as HookModule // SAFE: below the length
      if (module.key === key) return this.setWish(module, wish)
    }
    return 0
  }

  private setWish({ base, digits }: HookModule, wish: readonly number[]): number {
    const wanted = new Uint8Array(digits.length).fill(NO_LIMIT)
    for (let at = 0; at + 2 < wish.length; at += 3) wanted.fill(wish[at + 2] as number, wish[at], (wish[at] as number) + (wish[at + 1] as number)) // SAFE: below the length
    let changed = 0
    this.begin(wish.length === 0 ? 'plan' : 'user', '')
    for (let i = 0; i < wanted.length; i++) {
      const level = wanted[i] as number // SAFE: below the length
      if (level !== this.asked[base + i]) changed += this.one(base + i, level, 'user')
    }
    this.endRun()
    return changed
  }

  /**
   * Sets levels and records what changed; gives how many probes have another level now. The caller holds the recorder (`busy`) and stands
   * between two events. `user` takes part in `asked`, `governor` in `governed`; `plan` gives both up.
   */
  set(changes: readonly LevelChange[], by: LevelAuthor, reason: string): number {
    let changed = 0
    this.begin(by, reason)
    for (let i = 0; i < changes.length; i++) {
      const { base, indexes, level } = changes[i] as LevelChange // SAFE: below the length
      for (let k = 0; k < indexes.length; k++) changed += this.one(base + (indexes[k] as number), level, by) // SAFE: as above
    }
    this.endRun()
    return changed
  }

  private begin(by: LevelAuthor, reason: string): void {
    this.cause = reason === '' ? { by } : { by, reason }
    this.causeChunk = -1
  }

  private one(probe: number, level: number, by: LevelAuthor): number {
    const module = this.moduleOf(probe)
    if (module === undefined) return 0
    if (by === 'governor') this.governed[probe] = level
    else {
      this.asked[probe] = by === 'user' ? level : NO_LIMIT
      this.governed[probe] = NO_LIMIT
    }
    const { levels } = this.calls
    const next = Math.min(this.built[probe] as number, this.asked[probe] as number, this.governed[probe] as number) // SAFE: probe of a module
    const isChanged = levels[probe] !== next
    if (probe !== this.runTo + 1 || next !== this.runLevel || probe === module.base) {
      this.endRun()
      this.runFrom = probe
      this.runLevel = next
    }
    this.runTo = probe
    if (!isChanged) return 0
    this.hasChanged = true
    if (levels[probe] === COUNT) this.count(-1)
    if (next === COUNT) this.count(1)
    levels[probe] = next
    module.levels[probe - module.base] = levelWord(probe, next)
    return 1
  }

  private endRun(): void {
    const { runFrom, runTo, runLevel } = this
    if (this.hasChanged) {
      const { writer } = this.calls
      writer.room()
      // One copy of the cause serves all events of a chunk.
      if (writer.number !== this.causeChunk) {
        this.causeAt = writer.value(this.cause)
        this.causeChunk = writer.number
      }
      writer.emit(EventKind.levelChange, 0, runLevel, runFrom, 0, runTo - runFrom, this.causeAt)
    }
    this.hasChanged = false
    this.runTo = -1
  }

  private moduleOf(probe: number): HookModule | undefined {
    if (holds(this.near, probe)) return this.near
    const { modules } = this
    let from = 0
    let to = modules.length
    while (from < to) {
      const middle = (from + to) >> 1
      if ((modules[middle] as HookModule).base <= probe) from = middle + 1 // SAFE: below the length
      else to = middle
    }
    const found = modules[from - 1]
    return holds(found, probe) ? (this.near = found) : undefined
  }
}

const holds = (module: HookModule | undefined, probe: number): boolean =>
  module !== undefined && probe >= module.base && probe < module.base + module.digits.length

function copied(before: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(Math.max(length, before.length * 2, 256))
  setBytes(grown, before)
  return grown
}
