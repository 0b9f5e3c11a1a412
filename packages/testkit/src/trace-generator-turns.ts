/**
 * Turns of a generated program: from the first call on the stack until the stack is empty, as a random walk around a depth of its own.
 * Shares of the kinds of events are those of ACTIONS; half of the rest are calls, half returns.
 */
import { ConsoleLevel, EventKind } from '@hindscope/protocol'
import type { GeneratedProgram } from './trace-generator-program.ts'
import { PARAMETERS, PROPERTY_KEYS, ProbeOffset, STEPS_A_FUNCTION } from './trace-generator-program.ts'
import type { SeededRandom } from './trace-generator-random.ts'
import type { GeneratedRealm } from './trace-generator-realm.ts'
import { MAX_DEPTH } from './trace-generator-tape.ts'
import { STORES } from './trace-generator-values.ts'
import type { Request, Suspended } from './trace-generator-tasks.ts'

/** What calls do that goes on in another turn. */
export interface TurnEffects {
  /** The call has been suspended. */
  goesOn(realm: GeneratedRealm, request: Request, suspended: Suspended): void
  setTimer(realm: GeneratedRealm, request: Request): void
  /** The top asks another realm; false when it cannot. */
  ask(realm: GeneratedRealm, request: Request, depth: number): boolean
}

/** Events in 16384, added up: what the next event is. An await is drawn three times as often as it happens: a third of functions can. */
const ACTIONS = (() => {
  let sum = 0
  const upTo = (share: number): number => (sum += Math.round(share * 16_384))
  return {
    step: upTo(0.085),
    write: upTo(0.0425),
    await: upTo(0.044),
    branch: upTo(0.012),
    iteration: upTo(0.005),
    console: upTo(0.003),
    timer: upTo(0.0012),
    ask: upTo(0.0006),
    mark: upTo(0.0003),
    fail: upTo(0.0005),
  } as const
})()
const ACTION_MASK = 16_383
/** Most turns are not as deep. */
const DEEP = 24

/** Shares of events that carry values, in 16384. */
interface ValueShares {
  readonly enter: number
  readonly exit: number
  readonly write: number
  readonly property: number
}

/** So that all events together carry values in `share` of cases: property writes always do, and so do the fields of activities. */
function valueShares(share: number): ValueShares {
  const property = Math.min(0.021, share / 4)
  const left = Math.max(0, share - property - Math.min(0.008, share / 10))
  const scale = (part: number): number => Math.min(16_384, Math.round(part * 16_384))
  return { enter: scale((left * 0.55) / 0.41), exit: scale((left * 0.2) / 0.41), write: scale((left * 0.3) / 0.0425), property: scale(property) }
}

export class Turns {
  private readonly program: GeneratedProgram
  private readonly random: SeededRandom
  private effects: TurnEffects | undefined
  private readonly shares: ValueShares
  /** Calls by function. */
  readonly calls: Uint32Array
  /** Some property writes: pairs of realm and object. */
  readonly objects: { readonly realm: number; readonly object: number }[] = []
  private propertyWrites = 0

  constructor(program: GeneratedProgram, random: SeededRandom, valuesShare: number) {
    this.program = program
    this.random = random
    this.shares = valueShares(valuesShare)
    this.calls = new Uint32Array(program.names.length)
  }

  /** Who is told of what goes on later. */
  attach(effects: TurnEffects): void {
    this.effects = effects
  }

  /** Microseconds that pass between two readings of the clock, and events; a burst has all of them at one time. */
  private pace = { events: 16, us: 40, isBurst: false }
  private sinceReading = 0
  private target = 8

  /** Draws how the turn goes; gives how many events it needs to get as deep as it wants. */
  begin(left: number): number {
    const { random } = this
    const draw = random.below(1000)
    if (draw < 820) this.target = random.between(4, 9)
    else if (draw < 975 || left < 200) this.target = random.between(8, 22)
    else this.target = draw < 996 ? random.between(DEEP + 1, 90) : MAX_DEPTH
    const events = random.between(6, 40)
    this.pace = { events, us: Math.max(1, Math.round((events * random.between(2, 60)) / 10)), isBurst: random.below(10) < 3 }
    this.sinceReading = 0
    return this.target > DEEP ? 4 * this.target : 0
  }

  /**
   * Goes on until the turn has had `quota` events. `depth`: of the outermost open call, which does not return meanwhile.
   * False when the trace is full: `end` events of the realm.
   */
  walk(realm: GeneratedRealm, request: Request, depth: number, quota: number, end: number): boolean {
    const { tape } = realm
    const { random } = this
    const stop = Math.min(end, tape.total + quota)
    while (tape.total < stop && tape.open > 0) {
      tape.makeRoom()
      this.readClock(realm)
      const draw = random.next()
      const action = draw & ACTION_MASK
      if (action < ACTIONS.fail) {
        this.act(realm, request, depth, action, draw >>> 14)
        continue
      }
      if (action >= ACTION_MASK - this.shares.property) {
        this.writeProperty(realm, draw >>> 14)
        continue
      }
      const at = depth + tape.open - 1
      const rising = 8192 + Math.round((6500 * (this.target - at)) / this.target)
      if (tape.open === 1 || (at < MAX_DEPTH - 1 && ((draw >>> 14) & ACTION_MASK) < rising)) {
        const caller = tape.functions[tape.open - 1] as number // SAFE: a call is open
        this.enter(realm, request, this.target === MAX_DEPTH ? caller : realm.calleeOf(caller, random))
      } else this.exit(realm, request)
    }
    return tape.total < end
  }

  /** Returns from open calls until `floor` are left. False when the trace is full. */
  unwind(realm: GeneratedRealm, request: Request, floor: number, end: number): boolean {
    const { tape } = realm
    while (tape.open > floor) {
      if (tape.total >= end) return false
      tape.makeRoom()
      this.readClock(realm)
      this.exit(realm, request)
    }
    return tape.total < end
  }

  private enter(realm: GeneratedRealm, request: Request, index: number, isWhole = this.random.next() % 16_384 < this.shares.enter): void {
    this.calls[index] = (this.calls[index] as number) + 1 // SAFE: a function of the program, here and below
    const site = realm.siteOf[index] as number
    const shape = this.program.parameters[index] as number
    const count = isWhole ? (COUNTS[shape] as number) : 0
    realm.tape.enter(index, site, count === 0 ? 0 : realm.make.args(shape, request.user), count)
  }

  /** A call that an activity has caused. */
  enterCaused(realm: GeneratedRealm, request: Request, index: number, cause: number): void {
    this.calls[index] = (this.calls[index] as number) + 1 // SAFE: a function of the program, here and below
    const shape = this.program.parameters[index] as number
    const word = shape === 0 ? 0 : realm.make.args(shape, request.user)
    realm.tape.enterCaused(index, realm.siteOf[index] as number, cause, word, shape === 0 ? 0 : (COUNTS[shape] as number))
  }

  /** Enters a function with its arguments and returns at once. */
  visit(realm: GeneratedRealm, request: Request, index: number): void {
    this.enter(realm, request, index, true)
    this.exit(realm, request)
  }

  canWait(index: number): boolean {
    return this.program.isAsync[index] === 1
  }

  private exit(realm: GeneratedRealm, request: Request): void {
    const hasValue = (this.random.next() & ACTION_MASK) < this.shares.exit
    realm.tape.exit(hasValue ? realm.make.result(request.user) : 0)
  }

  private act(realm: GeneratedRealm, request: Request, depth: number, action: number, bits: number): void {
    const { tape } = realm
    const index = tape.functions[tape.open - 1] as number // SAFE: a call is open
    const site = tape.sites[tape.open - 1] as number // SAFE: as above
    if (action < ACTIONS.step) return tape.step(site + ProbeOffset.steps + (bits % STEPS_A_FUNCTION))
    if (action < ACTIONS.write) {
      const isKnown = (bits & ACTION_MASK) < this.shares.write
      return tape.write(site + ((bits >>> 14) % 3 === 0 ? ProbeOffset.revise : ProbeOffset.declare), isKnown ? realm.make.written() : 0)
    }
    if (action < ACTIONS.await) {
      if (!this.canWait(index) || tape.open === 1) return tape.step(site + ProbeOffset.steps)
      const call = tape.top()
      const at = depth + tape.open - 1
      tape.suspend()
      return this.effects?.goesOn(realm, request, { call, index, depth: at })
    }
    if (action < ACTIONS.branch) return tape.branch(site + ProbeOffset.branch, (bits & 1) === 1)
    if (action < ACTIONS.iteration) return tape.iteration(site + ProbeOffset.iteration, bits & 15)
    if (action < ACTIONS.console) {
      const level = (bits & 127) === 0 ? ConsoleLevel.error : ConsoleLevel.log
      return tape.other(EventKind.console, level, 0, realm.make.console())
    }
    if (action < ACTIONS.timer) return this.effects?.setTimer(realm, request)
    if (action < ACTIONS.ask) return void (this.effects?.ask(realm, request, depth) || tape.step(site + ProbeOffset.steps))
    if (action < ACTIONS.mark) return tape.other(EventKind.mark, 0, 0, realm.make.mark())
    if (tape.open > 2) this.fail(realm)
  }

  /** The top throws, and its caller catches. */
  private fail(realm: GeneratedRealm): void {
    const { tape } = realm
    const site = tape.sites[tape.open - 1] as number // SAFE: two calls are open, here and below
    const error = realm.make.error()
    tape.other(EventKind.throwStatement, 0, site, error)
    tape.fail(site, error)
    tape.other(EventKind.catch, 0, tape.sites[tape.open - 1] as number, error)
  }

  private writeProperty(realm: GeneratedRealm, bits: number): void {
    const { tape } = realm
    const index = tape.functions[tape.open - 1] as number // SAFE: a call is open, here and below
    const site = tape.sites[tape.open - 1] as number
    // Small numbers come up more often: the square of an even draw.
    const even = (bits & 0xffff) / 0x1_0000
    const object = 1 + Math.floor(even * even * STORES)
    tape.other(EventKind.propertyWrite, 0, site + ProbeOffset.property, realm.make.property(object, index % PROPERTY_KEYS.length))
    if ((this.propertyWrites++ & 0xff) === 0) this.objects[(this.propertyWrites >> 8) & 63] = { realm: realm.number, object }
  }

  private readClock({ tape }: GeneratedRealm): void {
    const { pace } = this
    if (++this.sinceReading < pace.events) return
    this.sinceReading = 0
    if (pace.isBurst) tape.later(pace.us)
    else tape.elapsed(pace.us)
  }
}

/** Arguments of a function by the shape of its parameters. */
const COUNTS: Uint8Array = Uint8Array.from(PARAMETERS, names => names.length)
