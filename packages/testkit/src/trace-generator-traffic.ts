/**
 * What a generated program has to do: requests that come in bursts and with pauses, each a causal tree of 10 to 5,000 events over one or
 * more realms, whose calls wait for promises, timers and answers of other realms while the next requests are served.
 */
import { ActivityType, EventKind, RecordFlag } from '@hindscope/protocol'
import type { SessionId } from '@hindscope/protocol'
import type { SeededRandom } from './trace-generator-random.ts'
import type { GeneratedRealm } from './trace-generator-realm.ts'
import { TaskQueue } from './trace-generator-tasks.ts'
import type { Client, Request, Suspended, Task } from './trace-generator-tasks.ts'
import type { Turns } from './trace-generator-turns.ts'
import { USERS } from './trace-generator-values.ts'

/** The user of every 997th request, and of others by chance. */
export const KNOWN_USER = 4711
const SMALLEST_TREE = 10
const LARGEST_TREE = 5000
const isKnown = (request: number): boolean => request % 997 === 13
/** Events that a turn may still need when it is told to end. */
const RESERVE = 8
/** Requests under way; what arrives meanwhile is turned away. */
const MAX_REQUESTS = 256
/** Realms by place (trace-generator-realm.ts). */
const API = 0
const PAGE = 1
const STOCK = 2
const JOBS = 3
const ROOTS_KEPT = 64

export interface RequestRoot {
  readonly track: number
  readonly seq: number
  /** Events of its causal tree. */
  readonly events: number
}

export interface TrafficPlan {
  readonly realms: readonly GeneratedRealm[]
  readonly session: SessionId
  readonly startUs: number
  readonly events: number
  /** Function that only one request in a thousand calls. */
  readonly rareFunction: number
}

export class Traffic {
  private readonly kept: Request[] = []
  private readonly plan: TrafficPlan
  private readonly random: SeededRandom
  private readonly turns: Turns
  private readonly queue: TaskQueue = new TaskQueue()
  /** Events that the trace still wants. */
  private left: number
  private requests = 0
  private underWay = 0
  private ended = 0
  private burst = 0

  constructor(plan: TrafficPlan, random: SeededRandom, turns: Turns) {
    this.plan = plan
    this.random = random
    this.turns = turns
    this.left = plan.events
    this.queue.add({ what: 'arrival', atUs: plan.startUs + 1000 })
  }

  /** Some requests that have ended, from the whole trace. */
  roots(): readonly RequestRoot[] {
    return this.kept.map(({ realm, seq, events }) => ({ track: realm, seq, events }))
  }

  /** Runs one turn. False when the trace has all its events. */
  step(): boolean {
    const task = this.queue.take()
    if (task === undefined || this.left <= RESERVE) return this.fill()
    if (task.what === 'arrival') {
      this.arrive(task.atUs)
      return true
    }
    const { request } = task
    const realm = this.realmOf(request.realm)
    const { tape } = realm
    const before = tape.total
    tape.startTurn(Math.max(task.atUs, tape.nowUs))
    tape.makeRoom()
    const isGoing = this.turn(realm, task, request, before + this.left - RESERVE)
    const events = tape.total - before
    this.left -= events
    const root = request.root ?? request
    root.events += events
    return isGoing || this.fill()
  }

  /** A call of the request goes on later. */
  goesOn(realm: GeneratedRealm, request: Request, suspended: Suspended): void {
    request.waits++
    this.queue.add({ what: 'resume', atUs: realm.tape.nowUs + this.random.between(50, 20_000), request, suspended })
  }

  setTimer(realm: GeneratedRealm, request: Request): void {
    request.waits++
    this.queue.add({ what: 'timer', atUs: realm.tape.nowUs + this.random.between(1, 50) * 1000, request, setBy: realm.tape.top() })
  }

  /** The top asks another realm. False when there is none, or when the tree is large enough. */
  ask(realm: GeneratedRealm, request: Request, depth: number): boolean {
    const other = realm.number === API ? STOCK : API
    if (other >= this.plan.realms.length || other === realm.number || request.left < 4 * SMALLEST_TREE) return false
    const { tape, make } = realm
    const size = this.random.between(SMALLEST_TREE, request.left >> 1)
    request.left -= size
    request.waits++
    const activity = tape.startActivity(ActivityType.httpClient, tape.top(), 0, make.clientRequest(this.url(request.user), tape.nextCall))
    const index = tape.functions[tape.open - 1] as number // SAFE: a call is open
    let suspended: Suspended | undefined
    if (tape.open > 1 && this.turns.canWait(index)) {
      suspended = { call: tape.top(), index, depth: depth + tape.open - 1 }
      tape.suspend()
    }
    const client: Client = { request, activity, suspended, traceparent: make.traceparent(this.plan.session, activity) }
    this.start(other, ActivityType.httpServer, size, tape.nowUs + this.random.between(200, 3000), client)
    return true
  }

  private arrive(atUs: number): void {
    const { random } = this
    const { length } = this.plan.realms
    if (this.underWay < MAX_REQUESTS) {
      const even = random.next() / 0x8000_0000
      const size = Math.round(SMALLEST_TREE * (LARGEST_TREE / SMALLEST_TREE) ** (even ** 1.5))
      const draw = random.below(20)
      // Further realms are pages like the first.
      const page = length > JOBS + 1 && random.oneIn(2) ? random.between(JOBS + 1, length - 1) : PAGE
      this.underWay++
      if (draw < 8 && length > PAGE) this.start(page, ActivityType.domEvent, size, atUs, undefined)
      else if (draw === 8 && length > JOBS) this.start(JOBS, ActivityType.timer, size, atUs, undefined)
      else this.start(API, ActivityType.httpServer, size, atUs, undefined)
    }
    this.queue.add({ what: 'arrival', atUs: atUs + this.pause() })
  }

  /** Microseconds until the next request. */
  private pause(): number {
    const { random } = this
    if (this.burst > 0) {
      this.burst--
      return 0
    }
    if (random.oneIn(50)) this.burst = random.between(5, 30)
    if (random.oneIn(400)) return random.between(200, 3000) * 1000
    return random.between(100, 12_000)
  }

  private start(realm: number, activityType: number, size: number, atUs: number, client: Client | undefined): void {
    const number = this.requests++
    const asking = client?.request
    const { random } = this
    const even = random.next() / 0x8000_0000
    const user = asking?.user ?? (isKnown(number) ? KNOWN_USER : Math.floor(even * even * USERS))
    const root = asking && (asking.root ?? asking)
    const request: Request = { number, realm, activityType, user, root, client, left: size, waits: 1, activity: 0, handler: 0, seq: 0, events: 0 }
    this.queue.add({ what: 'begin', atUs, request })
  }

  private turn(realm: GeneratedRealm, task: Exclude<Task, { what: 'arrival' }>, request: Request, end: number): boolean {
    const { tape, make } = realm
    const { turns, random } = this
    const before = tape.total
    let depth = 0
    let quota = random.between(4, 40)
    let timer = 0
    const least = turns.begin(request.left)
    switch (task.what) {
      case 'begin':
        this.begin(realm, request)
        quota = random.between(request.left >> 2, request.left)
        break
      case 'resume':
        depth = this.resume(realm, request, task.suspended)
        if (task.suspended.call === request.handler) quota = random.between(request.left >> 2, request.left)
        break
      case 'answer':
        tape.endActivity(ActivityType.httpClient, task.activity, make.response(this.status()))
        if (task.suspended !== undefined) depth = this.resume(realm, request, task.suspended)
        break
      case 'timer':
        timer = tape.startActivity(ActivityType.timer, task.setBy, RecordFlag.asyncParent, make.timer(random.between(1, 50)))
        turns.enterCaused(realm, request, realm.anyFunction(random), timer)
    }
    if (!turns.walk(realm, request, depth, Math.min(Math.max(quota, least), request.left), end)) return false
    request.left -= tape.total - before
    // The handler waits for what comes next as long as the request is not done.
    const isWaiting = tape.open > 0 && tape.calls[0] === request.handler && request.left > SMALLEST_TREE
    if (!turns.unwind(realm, request, isWaiting ? 1 : 0, end)) return false
    if (isWaiting) {
      const handler: Suspended = { call: request.handler, index: tape.functions[0] as number, depth } // SAFE: the handler is open
      tape.suspend()
      this.goesOn(realm, request, handler)
    }
    if (timer !== 0) tape.endActivity(ActivityType.timer, timer, 0)
    if (--request.waits === 0) this.finish(realm, request)
    return true
  }

  private begin(realm: GeneratedRealm, request: Request): void {
    const { tape, make } = realm
    const { turns, random } = this
    request.seq = tape.total
    const { activityType, client } = request
    const fields =
      activityType === ActivityType.domEvent
        ? make.domEvent()
        : activityType === ActivityType.timer
          ? make.timer(1000)
          : make.request(this.url(request.user), client?.traceparent)
    request.activity = tape.startActivity(activityType, 0, 0, fields)
    turns.enterCaused(realm, request, realm.handlers[random.below(realm.handlers.length)] as number, request.activity) // SAFE: there are some
    request.handler = tape.top()
    if (isKnown(request.number) && realm.userFunction !== -1) turns.visit(realm, request, realm.userFunction)
    if (request.number % 1024 === 7) turns.visit(realm, request, this.plan.rareFunction)
  }

  /** Gives the depth of the call. */
  private resume(realm: GeneratedRealm, request: Request, { call, index, depth }: Suspended): number {
    const word = this.random.oneIn(4) ? realm.make.result(request.user) : 0
    realm.tape.resume(index, realm.siteOf[index] as number, call, word) // SAFE: a function of the program
    return depth
  }

  private finish(realm: GeneratedRealm, request: Request): void {
    const { client, activityType } = request
    realm.tape.endActivity(activityType, request.activity, activityType === ActivityType.httpServer ? realm.make.response(this.status()) : 0)
    if (client !== undefined) {
      const atUs = realm.tape.nowUs + this.random.between(200, 3000)
      this.queue.add({ what: 'answer', atUs, request: client.request, activity: client.activity, suspended: client.suspended })
      return
    }
    this.underWay--
    this.keep(request)
  }

  /** Every request at first, then fewer and fewer, so that those that are kept come from everywhere. */
  private keep(root: Request): void {
    const number = this.ended++
    const every = 1 << Math.max(0, 31 - Math.clz32(number / ROOTS_KEPT))
    if (number % every === 0) this.kept[this.kept.length < ROOTS_KEPT ? this.kept.length : Math.floor(number / every) % ROOTS_KEPT] = root
  }

  /** A trace ends in the middle of things; the last few events are marks. */
  private fill(): false {
    const { tape, make } = this.realmOf(API)
    if (this.left > 0 && tape.open === 0) tape.startTurn(tape.nowUs)
    for (; this.left > 0; this.left--) {
      tape.makeRoom()
      tape.other(EventKind.mark, 0, 0, make.mark())
    }
    return false
  }

  private status(): number {
    return this.random.oneIn(400) ? 500 : this.random.oneIn(100) ? 404 : 200
  }

  private url(user: number): string {
    return `/api/orders/${user}?page=${this.random.below(1000)}`
  }

  private realmOf(number: number): GeneratedRealm {
    return this.plan.realms[number] as GeneratedRealm // SAFE: requests name realms of the trace
  }
}
