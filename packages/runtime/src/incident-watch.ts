/**
 * Notices that something went wrong, reports it once with a count (protocol/incidents.ts), and where a ring holds what is recorded
 * (storage/flight-sink.ts) has it keep the time around it.
 *
 * Bounded: the same thing again within QUIET_US raises the count of its report; other things while a window is open belong to the same
 * incident, JOINED of them at most; OPENED windows a minute. What is beyond is counted in the next report.
 */
import { ActivityType, ConsoleLevel, EventKind } from '@hindscope/protocol'
import type { Definition, IncidentCause, IncidentDefinition, ReportBodies, ReportTopic } from '@hindscope/protocol'
import { SafeWeakSet, originalSetTimeout, ownDescriptor, prototypeOf, stringSlice } from './recorder/intrinsics.ts'
import type { FlightSink } from './storage/flight-sink.ts'

const QUIET_US = 60_000_000
const MINUTE_US = 60_000_000
const OPENED = 6
const JOINED = 16
/** Different things whose counts are remembered. */
const KNOWN = 64
const KEY_LENGTH = 80
const HEARTBEAT_MS = 5_000

export interface IncidentWatchParts {
  readonly realm: number
  readonly keepUs: number
  readonly afterUs: number
  /** Absent where everything is handed on anyway. */
  readonly ring: FlightSink | undefined
  readonly nowUs: () => number
  /** Sequence number that the next event gets. */
  readonly nextSeq: () => number
  readonly define: (definition: Definition) => void
  /** Seals what is recorded. */
  readonly seal: () => void
  /** Resolves when what was sealed is handed on. */
  readonly flush: () => Promise<void>
  readonly report: <Topic extends ReportTopic>(topic: Topic, body: ReportBodies[Topic]) => void
  readonly isProxy: (value: object) => boolean
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

interface Known {
  readonly key: string
  readonly report: Mutable<IncidentDefinition>
  told: number
}

export class IncidentWatch {
  private readonly parts: IncidentWatchParts
  private readonly known: Known[] = []
  private next = 0
  private readonly errors = new SafeWeakSet<object>()
  private opened = 0
  private minuteUs = 0
  private joined = 0
  private suppressed = 0
  private reports = 0
  private fromUs = 0
  /** What the ring reached back to when it was opened. */
  private heldFromUs = 0
  private untilUs = 0
  /** Whose window is open, and was not yet answered. */
  private kept: string[] = []
  private isArmed = false
  private isEnding = false
  private isClosed = false

  constructor(parts: IncidentWatchParts) {
    this.parts = parts
    if (parts.ring !== undefined) this.beat()
  }

  /** Asked with every event that is no call's, right after it was written. */
  readonly seen = (kind: number, extra: number, value: unknown): void => {
    if (kind === EventKind.console) {
      const first = (value as readonly unknown[])[0] // SAFE: console events have the list of the arguments
      if (extra === ConsoleLevel.error) this.notice('consoleError', first)
      else if (extra === ConsoleLevel.assert) this.notice('assertion', first)
    } else if (kind === EventKind.activityEnd) {
      const status = extra === ActivityType.httpServer ? (value as { status?: number }).status : 0 // SAFE: the adapter's own object
      if (status !== undefined && status >= 500) this.notice('httpServerError', String(status))
    } else if (kind === EventKind.mark) this.trigger('mark', '')
    else if (kind === EventKind.realmEnd) this.isEnding = true
    else if (kind === EventKind.uncaughtError) this.notice('uncaughtError', value)
    else if (kind === EventKind.unhandledRejection) this.notice('unhandledRejection', value)
  }

  /** An error was caught in the program, or `hasLeft` it, at this probe. */
  readonly error = (error: unknown, site: number, hasLeft: boolean): void => {
    const isObject = typeof error === 'object' && error !== null
    const isAssertion = isObject && this.isAssertion(error)
    if ((!hasLeft && !isAssertion) || (isObject && this.errors.has(error))) return
    if (isObject) this.errors.add(error)
    this.trigger(isAssertion ? 'assertion' : 'throw', `${site}`)
  }

  private notice(cause: IncidentCause, value: unknown): void {
    let text = value
    let isAssertion = false
    if (typeof value === 'object' && value !== null && !this.parts.isProxy(value)) {
      isAssertion = cause !== 'consoleError' && this.isAssertion(value)
      if (isAssertion && this.errors.has(value)) return
      text = ownDescriptor(value, 'message')?.value
    }
    this.trigger(isAssertion ? 'assertion' : cause, typeof text === 'string' ? stringSlice(text, 0, KEY_LENGTH) : '')
  }

  /** node:assert puts a code on its errors, other libraries a name on them or their class. */
  private isAssertion(error: object): boolean {
    const { isProxy } = this.parts
    if (isProxy(error)) return false
    if (ownDescriptor(error, 'code')?.value === 'ERR_ASSERTION') return true
    const prototype = prototypeOf(error)
    const holder = ownDescriptor(error, 'name') ?? (prototype === null || isProxy(prototype) ? undefined : ownDescriptor(prototype, 'name'))
    return holder?.value === 'AssertionError'
  }

  private trigger(cause: IncidentCause, detail: string): void {
    const { realm, keepUs, nowUs } = this.parts
    const atUs = nowUs()
    const key = cause + detail
    if (cause !== 'mark' && this.isRepeated(key, atUs)) return
    const isOpening = atUs >= this.untilUs
    if (atUs - this.minuteUs > MINUTE_US) {
      this.minuteUs = atUs
      this.opened = 0
    }
    if (isOpening ? this.opened >= OPENED : this.joined >= JOINED) {
      this.suppressed++
      return
    }
    const id = `${realm.toString(16)}-${++this.reports}`
    if (isOpening) {
      this.opened++
      this.joined = 0
      this.fromUs = atUs - keepUs
      this.keep(id, this.parts.afterUs)
    } else this.joined++
    const { fromUs, untilUs, suppressed } = this
    this.suppressed = 0
    const seq = this.parts.nextSeq() - 1
    const report = { kind: 'incident', id, realm, cause, seq, atUs, fromUs, untilUs, count: 1, suppressed } as const
    this.known[this.next] = { key, report, told: 1 }
    this.next = (this.next + 1) % KNOWN
    this.parts.define({ ...report })
  }

  private isRepeated(key: string, nowUs: number): boolean {
    for (let i = 0; i < this.known.length; i++) {
      const known = this.known[i] as Known // SAFE: i is below the length
      if (known.key !== key || nowUs - known.report.atUs > QUIET_US) continue
      known.report.count++
      // Twice as many as was told last: the end of a window tells the rest.
      if (known.report.count >= known.told * 2) this.tell(known)
      else this.arm(this.parts.afterUs)
      return true
    }
    return false
  }

  private tell(known: Known): void {
    known.told = known.report.count
    this.parts.define({ ...known.report })
  }

  /** Opens the window, or prolongs the open one. */
  keep(id: string, afterUs: number): void {
    const { ring, nowUs, define, realm } = this.parts
    const now = nowUs()
    this.untilUs = Math.max(this.untilUs, now + afterUs)
    if (ring !== undefined) {
      const { gap, fromUs } = ring.keep(now)
      if (this.kept.length === 0) this.heldFromUs = fromUs
      this.kept[this.kept.length] = id
      if (gap !== undefined) define({ kind: 'gap', realm, ...gap })
    }
    this.arm(afterUs)
  }

  private arm(afterUs: number): void {
    if (this.isArmed || this.isClosed) return
    this.isArmed = true
    later(this.onTimer, afterUs / 1000 + 10)
  }

  private readonly onTimer = (): void => {
    this.isArmed = false
    const leftUs = this.untilUs - this.parts.nowUs()
    if (leftUs > 0) return this.arm(leftUs)
    this.settle()
    if (this.kept.length > 0) void this.answer(this.kept)
  }

  private async answer(incidents: readonly string[]): Promise<void> {
    const { ring, seal, flush, define, realm } = this.parts
    const { heldFromUs: fromUs, untilUs } = this
    this.kept = []
    seal()
    ring?.shut()
    await flush()
    define({ kind: 'kept', incidents, realm, fromUs, untilUs })
  }

  private settle(): void {
    for (let i = 0; i < this.known.length; i++) {
      const known = this.known[i] as Known // SAFE: i is below the length
      if (known.report.count !== known.told) this.tell(known)
    }
  }

  /** The realm may be gone in a moment: says what it can still say, and lets the ring go when it has ended. The caller seals before and after. */
  end(): void {
    const { ring, define, realm, nowUs } = this.parts
    this.settle()
    if (ring === undefined || !this.isEnding) return
    if (this.kept.length > 0) define({ kind: 'kept', incidents: this.kept, realm, fromUs: this.heldFromUs, untilUs: nowUs() })
    this.kept = []
    const gap = ring.letGo()
    if (gap !== undefined) define({ kind: 'gap', realm, ...gap })
  }

  close(): void {
    this.isEnding = true
    this.end()
    this.isClosed = true
  }

  private readonly beat = (): void => {
    if (this.isClosed) return
    const holding = this.parts.ring?.holding()
    if (holding !== undefined) this.parts.report('holding', holding)
    later(this.beat, HEARTBEAT_MS)
  }
}

function later(run: () => void, ms: number): void {
  const timer: unknown = originalSetTimeout(run, ms)
  // Node's timers keep the process alive unless told otherwise; elsewhere a timer is a number.
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref() // SAFE: Node's Timeout
}
