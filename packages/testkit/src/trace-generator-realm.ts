/** One realm of a generated trace: what kind of program it is, which modules it has loaded, and which of its functions call which. */
import type { Definition, RealmDefinition, RealmKindName, SessionId } from '@hindscope/protocol'
import { realmId } from '@hindscope/protocol'
import type { GeneratedProgram } from './trace-generator-program.ts'
import { PROBES_A_FUNCTION, TAKES_USER } from './trace-generator-program.ts'
import type { SeededRandom } from './trace-generator-random.ts'
import { ZipfTable } from './trace-generator-random.ts'
import { RealmTape } from './trace-generator-tape.ts'
import { ValueMaker } from './trace-generator-values.ts'

interface RealmPlan {
  readonly kind: RealmKindName
  readonly name: string
  readonly url: string
  /** Roles of the modules that it loads, besides the shared ones. */
  readonly roles: readonly number[]
}

/** Realms in the order in which they are made; further ones are more pages. */
const PLANS: readonly RealmPlan[] = [
  { kind: 'node', name: 'shop-api', url: 'node src/server/main.js', roles: [1, 2] },
  { kind: 'page', name: 'shop', url: 'http://localhost:5173/', roles: [3] },
  { kind: 'node', name: 'stock', url: 'node src/server/stock.js', roles: [2] },
  { kind: 'nodeWorker', name: 'jobs', url: 'src/worker/jobs/main.js', roles: [4] },
]
const PAGE = 1
const CALLEES = 8
const HANDLERS = 24

export class GeneratedRealm {
  readonly number: number
  readonly kind: RealmKindName
  readonly tape: RealmTape
  readonly make: ValueMaker
  /** Probe id of each function of the program, 0 where its module is not loaded. */
  readonly siteOf: Int32Array
  /** Functions that requests begin with: asynchronous ones. */
  readonly handlers: readonly number[]
  /** The most frequent of those that take a user. */
  readonly userFunction: number
  readonly definitions: readonly Definition[]
  private readonly popular: ZipfTable
  private readonly callees: Uint16Array

  constructor(
    number: number,
    program: GeneratedProgram,
    random: SeededRandom,
    trace: { readonly session: SessionId; readonly startUs: number; readonly kinds: Uint32Array; readonly sealed: Uint8Array[] },
  ) {
    const plan = PLANS[number] ?? (PLANS[PAGE] as RealmPlan) // SAFE: the table has it
    const realm = realmId(number + 1)
    this.number = number
    this.kind = plan.kind
    this.tape = new RealmTape(realm, trace.session, trace.startUs, trace.kinds, trace.sealed)
    this.make = new ValueMaker(this.tape, random)
    this.siteOf = new Int32Array(program.names.length)
    const definition: RealmDefinition = {
      kind: 'realm',
      session: trace.session,
      realm,
      realmKind: plan.kind,
      name: number < PLANS.length ? plan.name : `${plan.name} ${number}`,
      url: plan.url,
      pid: plan.kind === 'page' ? 0 : 4000 + number,
      platform: plan.kind === 'page' ? 'chromium 140' : 'node v20.20.2',
      startedMs: trace.startUs / 1000,
    }
    const definitions: Definition[] = [definition]
    let base = 1
    for (const { manifest, role, functions } of program.modules) {
      if (role !== 0 && !plan.roles.includes(role)) continue
      definitions.push({ kind: 'module', realm, module: manifest.module, base, count: manifest.probes.length })
      for (const [place, index] of functions.entries()) this.siteOf[index] = base + place * PROBES_A_FUNCTION
      base += manifest.probes.length
    }
    this.definitions = definitions
    // The last function is the rare one: nothing calls it by chance.
    const loaded = program.names.flatMap((_, index) => (this.siteOf[index] === 0 || index === program.names.length - 1 ? [] : [index]))
    this.popular = new ZipfTable(loaded)
    this.handlers = loaded.filter(index => program.isAsync[index] === 1).slice(0, HANDLERS)
    this.userFunction = loaded.find(index => program.parameters[index] === TAKES_USER) ?? -1
    this.callees = Uint16Array.from({ length: program.names.length * CALLEES }, () => this.popular.draw(random.next()))
  }

  /** What a function calls: mostly one of the few that its text names. */
  calleeOf(caller: number, random: SeededRandom): number {
    const draw = random.next()
    if ((draw & 15) === 0) return this.popular.draw(draw >>> 8)
    return this.callees[caller * CALLEES + ((draw >>> 4) & 7)] as number // SAFE: CALLEES a function
  }

  anyFunction(random: SeededRandom): number {
    return this.popular.draw(random.next())
  }
}
