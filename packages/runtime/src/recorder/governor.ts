/**
 * Keeps what the recorder costs within a share of the time: tokens of recorder time come in with the clock, are paid for what was done,
 * and when there are none left the probes that cost most are told to record less: values → calls → count → off. After a while each is
 * raised again, a step at a time; one that is soon too dear again waits twice as long. Every change is a level-change event.
 *
 * What is paid: values by the clock, every SAMPLE-th time, and booked SAMPLE-fold; sealing by the clock; calls and statements by what one
 * costs (COST_US), counted from the tape when it is sealed, and what is only counted when the counts are told, so that the cheapest probes
 * carry no accounting.
 */
import { EventKind, TAPE_ARGUMENT_SHIFT, TAPE_OP_MASK, TAPE_OP_WORDS, TapeOp } from '@hindscope/protocol'
import type { CallRecorder } from './call-recorder.ts'
import { SafeMap, performanceNow } from './intrinsics.ts'
import type { LevelChange, Levels } from './levels.ts'
import type { OverheadLedger } from './overhead.ts'

/**
 * Of so many records with values one is timed, on average: every 1st to 15th, by chance. A fixed step would meet the same of a program's records
 * again and again, such as the result of each fourth call and never its arguments.
 */
const SAMPLE = 8
/** Of a call with its return, and of other operations: microseconds, on the slower of the machines that bench/runtime was run on. */
const COST_US: readonly number[] = /*#__PURE__*/ costs()
/** Of a call that is only counted. */
const COUNT_US = 0.005
/** Milliseconds until a probe that was lowered is raised again, the first time and at most. */
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 64_000
const REVIEW_MS = 1_000
const MOST_RAISED = 16
/** Failures of probes between two reviews after which recording stops for a while. */
const MOST_FAILED = 100
const BROKEN_MS = 10_000
const RECENT_MS = 1_000
/** A probe is lowered when it pays more than one part in so many. */
const MANY = 50
const NO_LIMIT = 255
const OFF = 0
const COUNT = 1
const CALLS = 2
/** A timed record that was interrupted by the system is not what the record cost: microseconds, and microseconds a byte. */
const LONGEST_US = 5
const LONGEST_BYTE_US = 0.5
/** The same of sealing, and a word of the tape. */
const LONGEST_SEAL_US = 100
const LONGEST_WORD_US = 0.02

interface Lowered {
  level: number
  /** When it is raised, or, at its full level again, forgiven. */
  due: number
  wait: number
  /** It was raised since it was lowered last. */
  wasRaised: boolean
}

export class Governor {
  readonly isActive: boolean
  /** There are changes that wait to be made between two events. */
  hasPending = false
  private readonly levels: Levels
  private readonly calls: CallRecorder
  private readonly percent: number
  private readonly now: () => number
  private readonly wakeUp: (ms: number) => void
  private readonly resolutionUs: number
  private untilTimed = SAMPLE
  private seed = 1
  /** Microseconds of recorder time that may be spent now, and at most. */
  private tokens: number
  private readonly most: number
  private readonly started: number
  private refilled: number
  private spent = new Float64Array(256)
  private inChunk = new Float32Array(256)
  private touched: number[] = []
  /** Paid for values lately: in all, by probe, and which probes. */
  private recentUs = 0
  private recentFrom = 0
  private recent = new Float32Array(256)
  private readonly recentProbes: number[] = []
  private pending: LevelChange[] = []
  private readonly lowered = new SafeMap<number, Lowered>()
  private isAwake = false
  private failures = 0
  private brokenUntil = 0
  private valuesUs = 0
  private callsUs = 0
  private sealingUs = 0
  private loweredCount = 0
  private raisedCount = 0

  /** `percent` 0: no budget. `wakeUp` calls `review` after that many milliseconds. */
  constructor(levels: Levels, calls: CallRecorder, percent: number, wakeUp: (ms: number) => void, now: () => number = performanceNow) {
    this.levels = levels
    this.calls = calls
    this.percent = percent
    this.isActive = percent > 0
    this.wakeUp = wakeUp
    this.now = now
    this.started = this.refilled = now()
    this.tokens = this.most = percent * 10_000 // a second's worth
    this.resolutionUs = this.isActive ? resolution(now) * 1000 : 0
  }

  /** Time at the start of a record that is to be timed, 0 for most. */
  start(): number {
    if (--this.untilTimed > 0 || !this.isActive) return 0
    // Numerical Recipes' quick and dirty generator (Press et al., 2nd edition, 7.1); the upper bits are the random ones.
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) | 0
    this.untilTimed = 1 + ((this.seed >>> 16) % (2 * SAMPLE - 1))
    return this.now()
  }

  /** The record that began at `from` is written, with `bytes` of values. */
  paid(probe: number, from: number, bytes: number, isFunction: boolean): void {
    const longest = Math.max(LONGEST_US + bytes * LONGEST_BYTE_US, this.resolutionUs)
    const us = Math.min((this.now() - from) * 1000, longest) * SAMPLE
    this.valuesUs += us
    this.book(probe, us)
    if (this.now() - this.recentFrom > RECENT_MS) this.forgetRecent()
    const { recent } = this
    if (recent[probe] === 0) this.recentProbes[this.recentProbes.length] = probe
    recent[probe] = (recent[probe] ?? 0) + us
    this.recentUs += us
    // Others are asked when they come.
    if (this.isOver(us) && (recent[probe] as number) * MANY >= this.recentUs) this.lower(probe, isFunction)
  }

  private forgetRecent(): void {
    const { recent, recentProbes } = this
    for (let i = 0; i < recentProbes.length; i++) recent[recentProbes[i] as number] = 0 // SAFE: below the length
    recentProbes.length = 0
    this.recentUs = 0
    this.recentFrom = this.now()
  }

  /** A chunk is sealed, which began at `from`: books what is on its tape. */
  sealed(words: Int32Array, length: number, from: number): void {
    if (!this.isActive) return
    const { inChunk, touched } = this
    let sum = 0
    for (let at = 0; at < length;) {
      const word = words[at] as number // SAFE: at < length, here and below
      const op = word & TAPE_OP_MASK
      const us = COST_US[op] as number
      const site = op === TapeOp.record ? (words[at + 1] as number) : word >>> TAPE_ARGUMENT_SHIFT
      if (us > 0 && site > 0 && site < inChunk.length) {
        if (inChunk[site] === 0) touched[touched.length] = isStatement(op, word) ? -site : site
        inChunk[site] = (inChunk[site] as number) + us
        sum += us
      }
      at += TAPE_OP_WORDS[op] as number
    }
    const sealingUs = Math.min((this.now() - from) * 1000, Math.max(LONGEST_SEAL_US + length * LONGEST_WORD_US, this.resolutionUs))
    this.sealingUs += sealingUs
    this.callsUs += sum
    this.chargeTouched(sum, this.isOver(sum + sealingUs))
  }

  private chargeTouched(sum: number, isOver: boolean): void {
    const { inChunk, touched } = this
    const dear = Math.min(sum / MANY, sum / (touched.length + 1))
    for (let i = 0; i < touched.length; i++) {
      const site = Math.abs(touched[i] as number) // SAFE: below the length, here and below
      const us = inChunk[site] as number
      inChunk[site] = 0
      this.book(site, us)
      if (isOver && us >= dear) this.lower(site, site === touched[i])
    }
    touched.length = 0
  }

  /** `counts[probe]` calls were only counted, for the probes below `end`. */
  counted(counts: Uint32Array, end: number): void {
    if (!this.isActive) return
    const { inChunk, touched } = this
    let sum = 0
    for (let probe = 0; probe < end; probe++) {
      const calls = counts[probe] as number // SAFE: below the end
      if (calls === 0) continue
      touched[touched.length] = probe
      inChunk[probe] = calls * COUNT_US
      sum += calls * COUNT_US
    }
    this.callsUs += sum
    this.chargeTouched(sum, this.isOver(sum))
  }

  /** Tables reach at least to `end`, an exclusive probe id. */
  reach(end: number): void {
    if (end <= this.spent.length) return
    const length = Math.max(end, this.spent.length * 2)
    const { spent } = this
    this.spent = new Float64Array(length)
    for (let probe = 0; probe < spent.length; probe++) this.spent[probe] = spent[probe] as number // SAFE: below the length
    // Nothing is in it between two chunks.
    this.inChunk = new Float32Array(length)
    this.recent = new Float32Array(length)
    this.recentProbes.length = 0
    this.recentUs = 0
  }

  private book(probe: number, us: number): void {
    this.spent[probe] = (this.spent[probe] ?? 0) + us
  }

  /** Pays; true when more has been spent than there was. */
  private isOver(us: number): boolean {
    const now = this.now()
    // What was spent too much is paid back, but not for longer than a second.
    this.tokens = Math.max(Math.min(this.most, this.tokens + (now - this.refilled) * 10 * this.percent) - us, -this.most)
    this.refilled = now
    return this.tokens < 0
  }

  private lower(probe: number, isFunction: boolean): void {
    const level = this.calls.levels[probe] as number // SAFE: a probe of a module
    if (level === OFF) return
    // Without a frame that suspends, what goes on behind it would have no cause. Suspending costs more than the frame.
    const least = this.calls.suspending[probe] === 1 ? CALLS : OFF
    const next = !isFunction ? OFF : Math.max(level > CALLS ? CALLS : level - 1, least)
    if (next === level) return
    const before = this.lowered.get(probe)
    if (before !== undefined && before.level <= next) return // asked for already
    const wait = before === undefined ? FIRST_WAIT : before.wasRaised ? Math.min(before.wait * 2, LONGEST_WAIT) : before.wait
    this.lowered.set(probe, { level: next, due: this.now() + wait, wait, wasRaised: false })
    this.loweredCount++
    this.ask(probe, next)
    this.stayAwake()
  }

  private ask(probe: number, level: number): void {
    this.pending[this.pending.length] = { base: probe, indexes: [0], level }
    this.hasPending = true
  }

  private stayAwake(): void {
    if (this.isAwake) return
    this.isAwake = true
    this.wakeUp(REVIEW_MS)
  }

  /** Makes the changes that wait. The caller holds the recorder and stands between two events. */
  apply(): void {
    const { pending } = this
    this.pending = []
    this.hasPending = false
    this.levels.set(pending, 'governor', this.brokenUntil > 0 ? 'failures' : 'budget')
  }

  /** A probe failed inside the recorder. Many at once: it stops for a while. */
  failed(): void {
    if (++this.failures !== MOST_FAILED) return
    this.brokenUntil = this.now() + BROKEN_MS
    this.pending = this.levels.everything(OFF)
    this.hasPending = true
    this.stayAwake()
  }

  /** Looks what can be raised again. Conditions as for `apply`, which it does. */
  review(): void {
    this.isAwake = false
    this.failures = 0
    const now = this.now()
    if (this.brokenUntil > 0) {
      if (now < this.brokenUntil) return this.stayAwake()
      this.brokenUntil = 0
      this.lowered.clear()
      this.pending = this.levels.everything(NO_LIMIT)
      this.hasPending = true
    }
    const hasTokens = !this.isOver(0) && this.tokens > this.most / 2
    const probes = this.lowered.keys()
    let raised = 0
    for (let next = probes.next(); !next.done && raised < MOST_RAISED; next = probes.next()) {
      const state = this.lowered.get(next.value) as Lowered // SAFE: its key
      if (now < state.due) continue
      if (state.level === NO_LIMIT) this.lowered.delete(next.value)
      else if (hasTokens) {
        raised++
        state.level = state.level >= CALLS ? NO_LIMIT : state.level === OFF ? COUNT : CALLS
        state.wasRaised = true
        state.due = now + (state.level === NO_LIMIT ? 4 * state.wait : FIRST_WAIT)
        this.ask(next.value, state.level)
      }
    }
    this.raisedCount += raised
    if (this.hasPending) this.apply()
    if (this.lowered.size > 0) this.stayAwake()
  }

  ledger(): OverheadLedger {
    const dearest: [number, number][] = []
    for (let probe = 0; probe < this.spent.length; probe++) {
      const us = this.spent[probe] as number // SAFE: below the length
      let at = dearest.length
      while (at > 0 && (dearest[at - 1] as [number, number])[1] < us / 1000) at-- // SAFE: below the length
      if (us > 0 && at < 10) dearest.splice(at, 0, [probe, us / 1000])
      if (dearest.length > 10) dearest.length = 10
    }
    const total = this.valuesUs + this.callsUs + this.sealingUs
    return {
      budgetPercent: this.percent,
      sharePercent: total / (this.now() - this.started) / 10,
      valuesMs: this.valuesUs / 1000,
      callsMs: this.callsUs / 1000,
      sealingMs: this.sealingUs / 1000,
      lowered: this.loweredCount,
      raised: this.raisedCount,
      dearest,
    }
  }
}

/** Of a tape's word: the site is that of a statement, and not of the function that it stands in. */
function isStatement(op: number, word: number): boolean {
  if (op !== TapeOp.record) return op > TapeOp.exitWith && op < TapeOp.await
  const kind = (word >>> TAPE_ARGUMENT_SHIFT) & 0x7f
  return kind === EventKind.write || kind === EventKind.propertyWrite || kind === EventKind.locals || kind === EventKind.expression
}

function costs(): number[] {
  const table: number[] = TAPE_OP_WORDS.map(() => 0.02)
  table[TapeOp.enter] = 0.03
  table[TapeOp.enterWith] = 0.04
  table[TapeOp.resume] = 0.2
  table[TapeOp.record] = 0.1
  // They have no site; what they cost is in that of the operation that opened the call.
  for (const op of [TapeOp.exit, TapeOp.exitWith, TapeOp.await, TapeOp.clock, TapeOp.elapsed, TapeOp.top]) table[op] = 0
  return table
}

/** Smallest step of the clock in milliseconds: browsers round it to a tenth of one. */
function resolution(now: () => number): number {
  const from = now()
  let to = from
  for (let reads = 0; to === from && reads < 5_000; reads++) to = now()
  return to - from
}
