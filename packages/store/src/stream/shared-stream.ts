/** One query over one session, for everybody who subscribed to it: what it matches is found once, and its newest rows are described once. */
import type { Condition } from '@hindscope/protocol'
import type { RowTest } from '../engine/event-filter.ts'
import type { RowPlace } from '../engine/order.ts'
import { rowOf } from '../model/describe.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { Scan } from '../query/scan.ts'
import { MatchList } from './match-list.ts'
import { rowFrom } from './sequence.ts'
import { StreamCondition } from './stream-condition.ts'
import type { CompiledStream } from './stream-condition.ts'
import type { TurnBudget } from './turn-budget.ts'

/** Rows kept as text; the oldest go first. */
const KEPT_TEXTS = 1024

/** Nothing matches up to where the search was to end. */
export const NOTHING = -1
/** The turn ended first. */
export const UNFINISHED = -2

export class SharedStream {
  /** Sequence number from which on a track's rows are not given out yet: an earlier chunk may still come. */
  readonly horizonOf: (track: Track) => number
  /** Goes up when the store has changed: what was remembered of rows does not hold any more. */
  generation = 0
  /** Rows that the condition was asked about, repeats included; not those that relations looked at. */
  scanned = 0
  /** Where the last search ended that found nothing or was not finished. */
  reached = 0
  tracks: readonly Track[] = []
  store: TraceStore
  private readonly condition: StreamCondition
  private version = -1
  private compiled: CompiledStream | undefined
  private tests: (RowTest | undefined)[] = []
  private lists: MatchList[] = []
  private readonly texts = new Map<string, string>()

  constructor(store: TraceStore, condition: Condition | undefined, horizonOf: (track: Track) => number = () => Infinity) {
    this.store = store
    this.condition = new StreamCondition(condition)
    this.horizonOf = horizonOf
    this.refresh()
  }

  /** Matches and texts that are kept. */
  get held(): { readonly matches: number; readonly rows: number } {
    return { matches: this.lists.reduce((sum, list) => sum + list.length, 0), rows: this.texts.size }
  }

  /** Sees what the store has now; called at the beginning of each turn. `store`: the session may have been opened anew. */
  refresh(store: TraceStore = this.store): void {
    if (store === this.store && store.version === this.version) return
    const tracks = [...store.tracks]
    if (store !== this.store || this.tracks.some((track, number) => track !== tracks[number])) {
      this.lists = []
      this.condition.forget()
    }
    this.store = store
    this.version = store.version
    this.tracks = tracks
    this.lists = tracks.map((_, number) => this.lists[number] ?? new MatchList())
    this.tests = []
    this.texts.clear()
    this.compiled = this.condition.compile(new Scan(store))
    this.generation++
  }

  /** False when the turn is over before the query can be asked. */
  prepare(budget: TurnBudget): boolean {
    return this.compiled?.prepare(budget) === true
  }

  /** Sequence number of the first match of a track in [fromSeq, toSeq), or NOTHING or UNFINISHED: then `reached` says how far it looked. */
  findMatch(track: Track, fromSeq: number, toSeq: number, budget: TurnBudget): number {
    const list = this.lists[track.number] as MatchList // SAFE: one a track
    let seq = fromSeq
    const ahead = list.beginsAfter(fromSeq)
    if (ahead !== Infinity) {
      const found = this.scan(track, fromSeq, Math.min(ahead, toSeq), budget)
      if (found !== NOTHING || ahead >= toSeq) return found
      seq = ahead
    } else if (!list.covers(fromSeq)) list.restart(fromSeq)
    const known = list.firstFrom(seq)
    if (known !== -1) return this.found(known, toSeq)
    if (list.end >= toSeq) return this.found(Infinity, toSeq)
    const found = this.scan(track, list.end, toSeq, budget)
    if (found >= 0) list.push(found)
    else list.lookedUpTo(this.reached)
    return found
  }

  /** The same, without what others found: for stretches that others have behind them. */
  findMatchAlone(track: Track, fromSeq: number, toSeq: number, budget: TurnBudget): number {
    return this.scan(track, fromSeq, toSeq, budget)
  }

  /** The EventRow as JSON. */
  textOf({ track, row }: RowPlace): string {
    const key = `${track.number}.${row}`
    let text = this.texts.get(key)
    if (text !== undefined) return text
    text = JSON.stringify(rowOf(this.store, track, row))
    this.texts.set(key, text)
    const [oldest] = this.texts.size > KEPT_TEXTS ? this.texts.keys() : []
    if (oldest !== undefined) this.texts.delete(oldest)
    return text
  }

  private found(seq: number, toSeq: number): number {
    if (seq < toSeq) return seq
    this.reached = toSeq
    return NOTHING
  }

  private scan(track: Track, fromSeq: number, toSeq: number, budget: TurnBudget): number {
    const test = (this.tests[track.number] ??= (this.compiled as CompiledStream).testOf(track)) // SAFE: set by the constructor's refresh
    const end = toSeq === Infinity ? track.rows.length : rowFrom(track, toSeq)
    for (let row = rowFrom(track, fromSeq); row < end; row++) {
      if (budget.isOver()) {
        this.reached = track.seqOf(row)
        return UNFINISHED
      }
      this.scanned++
      if (test(row)) return track.seqOf(row)
    }
    this.reached = Math.max(fromSeq, toSeq === Infinity ? (end === 0 ? 0 : track.seqOf(end - 1) + 1) : toSeq)
    return NOTHING
  }
}
