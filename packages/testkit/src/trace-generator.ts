/**
 * Traces of any size for benchmarks and tests: what the recorder would have sealed of a shop's page, servers and worker, without running
 * them. The same options give the same bytes on every machine. Nothing is kept but what is being written, so that 50 million events
 * need no more memory than one million.
 */
import { encodeDefinitions, sessionId } from '@hindscope/protocol'
import type { Definition, EventKindName } from '@hindscope/protocol'
import { EventKind } from '@hindscope/protocol'
import { GeneratedProgram, RARE_FUNCTION } from './trace-generator-program.ts'
import { SeededRandom } from './trace-generator-random.ts'
import { GeneratedRealm } from './trace-generator-realm.ts'
import { KNOWN_USER, Traffic } from './trace-generator-traffic.ts'
import type { RequestRoot } from './trace-generator-traffic.ts'
import { Turns } from './trace-generator-turns.ts'

export type { RequestRoot }

export interface GeneratedTraceOptions {
  /** Exactly so many; 100 at least. */
  readonly events: number
  /** A whole number; 1 when absent. */
  readonly seed?: number
  /** 1 to 64: server, page, second server, worker, then further pages. 4 when absent. Realms that never run anything have no events. */
  readonly realms?: number
  /** Part of the events that carry values; 0.1 when absent. */
  readonly valuesShare?: number
  /** 2,000 functions in 150 modules when absent; at least 20 functions, and 5 modules. */
  readonly functions?: number
  readonly modules?: number
  /** 32 hex digits. */
  readonly session?: string
}

/** What can be asked about a generated trace. */
export interface TraceDescription {
  readonly session: string
  readonly events: number
  readonly calls: number
  readonly realms: number
  /** Microseconds since 1970 of the first and the last event. */
  readonly fromUs: number
  readonly toUs: number
  readonly kinds: Readonly<Partial<Record<EventKindName, number>>>
  readonly frequentFunction: { readonly name: string; readonly calls: number }
  readonly rareFunction: { readonly name: string; readonly calls: number }
  /** `args.user.id` or `args.order.user.id` of few calls. */
  readonly userId: number
  /** Objects that were written to; `track` counts realms from 0. */
  readonly objects: readonly { readonly track: number; readonly object: number }[]
  /** First events of some requests, from everywhere in the trace. */
  readonly requests: readonly RequestRoot[]
}

const START_US = 1_760_000_000_000_000
const SESSION = '6e7a'.repeat(8)
/** Chunk numbers of definitions lie far above those of events. */
const DEFINITIONS_NUMBER = 0xffff_0000

/** A trace that is made while its chunks are taken. */
export class GeneratedTrace {
  private readonly session: string
  private readonly program: GeneratedProgram
  private readonly realms: readonly GeneratedRealm[]
  private readonly turns: Turns
  private readonly traffic: Traffic
  private readonly kinds: Uint32Array = new Uint32Array(256)
  private readonly sealed: Uint8Array[] = []

  constructor(options: GeneratedTraceOptions) {
    const { events, seed = 1, realms = 4, valuesShare = 0.1, functions = 2000, modules = 150 } = options
    const session = sessionId(options.session ?? SESSION)
    this.session = session
    const program = new GeneratedProgram(Math.max(20, functions), Math.max(5, modules), seed)
    this.program = program
    const random = new SeededRandom(seed)
    const trace = { session, startUs: START_US, kinds: this.kinds, sealed: this.sealed }
    this.realms = Array.from({ length: realms }, (_, number) => new GeneratedRealm(number, program, random, trace))
    this.turns = new Turns(program, random, valuesShare)
    const plan = { realms: this.realms, session, startUs: START_US, events: Math.max(100, events), rareFunction: program.names.length - 1 }
    this.traffic = new Traffic(plan, random, this.turns)
    this.turns.attach(this.traffic)
  }

  /** Definitions first, then events as their chunks fill up, realms side by side. Every chunk is the caller's. To be taken once. */
  *chunks(): Generator<Uint8Array> {
    const manifests: readonly Definition[] = this.program.modules.map(({ manifest }) => ({ kind: 'manifest', manifest }))
    for (const { number, definitions, tape } of this.realms) {
      const place = { session: sessionId(this.session), realm: tape.realm, number: DEFINITIONS_NUMBER, firstSeq: 0 }
      const time = { hlcFirst: { ms: START_US / 1000, counter: 0 }, baseTimeUs: START_US }
      yield encodeDefinitions({ ...place, ...time }, number === 0 ? [...definitions, ...manifests] : definitions)
    }
    while (this.traffic.step()) yield* this.take()
    for (const { tape } of this.realms) tape.seal()
    yield* this.take()
  }

  /** Once all chunks have been taken. */
  describe(): TraceDescription {
    const { calls } = this.turns
    const names = Object.entries(EventKind).filter(([, kind]) => this.kinds[kind] !== 0)
    const most = calls.indexOf(Math.max(...calls))
    const rare = calls.length - 1
    return {
      session: this.session,
      events: this.kinds.reduce((sum, count) => sum + count, 0),
      calls: calls.reduce((sum, count) => sum + count, 0),
      realms: this.realms.length,
      fromUs: START_US + 1000,
      toUs: Math.max(...this.realms.map(({ tape }) => tape.nowUs)),
      kinds: Object.fromEntries(names.map(([name, kind]) => [name, this.kinds[kind]])),
      frequentFunction: { name: this.program.names[most] ?? '', calls: calls[most] ?? 0 },
      rareFunction: { name: RARE_FUNCTION, calls: calls[rare] ?? 0 },
      userId: KNOWN_USER,
      objects: this.turns.objects.map(({ realm, object }) => ({ track: realm, object })),
      requests: this.traffic.roots(),
    }
  }

  private *take(): Generator<Uint8Array> {
    if (this.sealed.length > 0) yield* this.sealed.splice(0)
  }
}

/** The chunks of a generated trace, in the order in which they were sealed. */
export function generateTrace(options: GeneratedTraceOptions): Generator<Uint8Array> {
  return new GeneratedTrace(options).chunks()
}

/** What can be asked about the trace that these options give. Takes as long as making it; who wants both uses GeneratedTrace. */
export function describeTrace(options: GeneratedTraceOptions): TraceDescription {
  const trace = new GeneratedTrace(options)
  const chunks = trace.chunks()
  while (chunks.next().done !== true);
  return trace.describe()
}
