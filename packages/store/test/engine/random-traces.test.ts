/** Random traces against a model of plain objects and full scans: slow, obvious, and written from the query contract alone. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTraceparent } from '@hindscope/protocol'
import type { StepDirection, TraceEngine } from '@hindscope/protocol'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import type { RealmBuilder } from '@hindscope/testkit'
import { createEngine, createTraceModel } from '../../src/model.ts'

interface NaiveCall {
  readonly track: number
  readonly id: number
  readonly parent: NaiveCall | undefined
  readonly via: 'call' | 'cause' | 'remote'
  readonly depth: number
  readonly name: string
  readonly children: NaiveCall[]
  enter: NaiveEvent
  exit?: NaiveEvent
}
interface NaiveEvent {
  readonly ref: string
  readonly track: number
  readonly seq: number
  readonly time: number
  readonly call: NaiveCall | undefined
  readonly edge: 'enter' | 'exit' | 'inside'
  readonly depth: number
  readonly error: boolean
}

type Op =
  | { kind: 'enter'; track: number; name: string }
  | { kind: 'cause'; track: number; name: string; of: number }
  | { kind: 'exit' | 'throw' | 'write' | 'loose' | 'seal'; track: number }
  | { kind: 'request'; track: number }

const track = fc.nat(1)
const name = fc.constantFrom('f', 'g')
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('enter' as const), track, name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cause' as const), track, name, of: fc.nat(50) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('exit', 'throw', 'write', 'loose', 'seal'), track }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('request' as const), track }) },
)

/** Writes the same operations into a real trace and into the model. */
class Pair {
  readonly trace = new TraceBuilder()
  readonly realms: RealmBuilder[]
  readonly events: NaiveEvent[] = []
  readonly calls: NaiveCall[] = []
  private readonly stacks: NaiveCall[][] = [[], []]
  private readonly seqs = [0, 0]
  private time = 0

  constructor() {
    const manifest = manifestOf('ab'.repeat(8), 'src/x.ts', [functionProbe('f'), functionProbe('g')])
    this.realms = ['a', 'b'].map(realm => this.trace.realm(realm).module(manifest))
  }

  apply(operation: Op, step: number): void {
    // Equal times are common on purpose.
    this.time += step
    const realm = this.realms[operation.track] as RealmBuilder
    const stack = this.stacks[operation.track] as NaiveCall[]
    realm.at(this.time)
    const top = stack.at(-1)
    if (operation.kind === 'enter') this.enter(realm, operation.track, operation.name, top, 'call')
    else if (operation.kind === 'cause') {
      const own = this.calls.filter(call => call.track === operation.track)
      this.enter(realm, operation.track, operation.name, own[operation.of % Math.max(1, own.length)], 'cause')
    } else if (operation.kind === 'request') this.request(realm, operation.track, top)
    else if (operation.kind === 'seal') realm.seal()
    else if (operation.kind === 'loose') {
      realm.console('error', ['loose'])
      this.event(operation.track, undefined, 'inside', true)
    } else if (top !== undefined && operation.kind === 'write') {
      realm.console('log', ['inside'], top.id)
      this.event(operation.track, top, 'inside', false)
    } else if (top !== undefined) {
      if (operation.kind === 'throw') realm.throws(top.id, top.name, 'bad')
      else realm.returns(top.id, top.name)
      top.exit = this.event(operation.track, top, 'exit', operation.kind === 'throw')
      stack.pop()
    }
  }

  private enter(realm: RealmBuilder, number: number, functionName: string, parent: NaiveCall | undefined, via: 'call' | 'cause'): void {
    const id = realm.enter(functionName, [], { ...(parent ? { parent: parent.id } : {}), asyncParent: via === 'cause' })
    this.stacks[number]?.push(this.call(number, id, functionName, parent, via))
  }

  /** A client activity here and a server activity in the other realm; neither ends. */
  private request(realm: RealmBuilder, number: number, parent: NaiveCall | undefined): void {
    const client = realm.activity('httpClient', { method: 'GET', url: '/x' }, parent ? { parent: parent.id } : {})
    const clientCall = this.call(number, client, 'GET /x', parent, 'call')
    const other = this.realms[1 - number] as RealmBuilder
    const traceparent = formatTraceparent(this.trace.session, 1, 1, realm.realm, client)
    const server = other.at(this.time).activity('httpServer', { method: 'GET', url: '/x', traceparent })
    this.call(1 - number, server, 'GET /x', clientCall, 'remote')
  }

  private call(number: number, id: number, callName: string, parent: NaiveCall | undefined, via: NaiveCall['via']): NaiveCall {
    const depth = via === 'call' && parent ? parent.depth + 1 : 0
    const call = { track: number, id, parent, via: parent ? via : 'call', depth, name: callName, children: [] } as unknown as NaiveCall
    call.enter = this.event(number, call, 'enter', false)
    parent?.children.push(call)
    this.calls.push(call)
    return call
  }

  private event(number: number, call: NaiveCall | undefined, edge: NaiveEvent['edge'], error: boolean): NaiveEvent {
    const seq = this.seqs[number] as number
    this.seqs[number] = seq + 1
    const depth = call === undefined ? 0 : call.depth + (edge === 'inside' ? 1 : 0)
    const event = { ref: `${number}.${seq}`, track: number, seq, time: this.time, call, edge, depth, error }
    this.events.push(event)
    return event
  }
}

const byOrder = (a: NaiveEvent, b: NaiveEvent): number => a.time - b.time || a.track - b.track || a.seq - b.seq

function naiveStep(events: readonly NaiveEvent[], calls: readonly NaiveCall[], from: NaiveEvent, direction: StepDirection): string | undefined {
  const after = events.filter(event => byOrder(event, from) > 0)
  const before = events.filter(event => byOrder(event, from) < 0)
  const isPeer = (event: NaiveEvent): boolean => event.track === from.track && event.depth === from.depth
  const isHit = (event: NaiveEvent): boolean =>
    event.edge === 'enter' && event.call?.name === from.call?.name && ['f', 'g'].includes(event.call?.name ?? '')
  switch (direction) {
    case 'next':
      return after[0]?.ref
    case 'previous':
      return before.at(-1)?.ref
    case 'over':
      return events.filter(event => isPeer(event) && event.seq > from.seq).sort((a, b) => a.seq - b.seq)[0]?.ref
    case 'back':
      return events.filter(event => isPeer(event) && event.seq < from.seq).sort((a, b) => b.seq - a.seq)[0]?.ref
    case 'next-error':
      return after.find(event => event.error)?.ref
    case 'previous-error':
      return before.findLast(event => event.error)?.ref
    case 'next-hit':
      return after.find(isHit)?.ref
    case 'previous-hit':
      return before.findLast(isHit)?.ref
    case 'out': {
      for (let call = from.edge === 'inside' ? from.call : from.call?.parent; call; call = call.parent)
        if (call.exit && byOrder(call.exit, from) > 0) return call.exit.ref
      return undefined
    }
    case 'into': {
      if (from.edge !== 'enter') return undefined
      const inside = events.filter(
        event => (event.call === from.call && event.edge === 'inside') || (event.edge === 'enter' && event.call?.parent === from.call),
      )
      return inside[0]?.ref
    }
    case 'first':
      return events[0]?.ref
    case 'last':
      return events.at(-1)?.ref
  }
  return calls[0]?.name
}

const rootOf = (call: NaiveCall): NaiveCall => (call.parent ? rootOf(call.parent) : call)
const key = (call: NaiveCall): string => `${call.track}:${call.id}`

async function compare(pair: Pair, engine: TraceEngine): Promise<void> {
  const { session } = pair.trace
  const events = pair.events.toSorted(byOrder)
  const ids = (rows: readonly { ref: { track: number; seq: number } }[]): string[] => rows.map(({ ref }) => `${ref.track}.${ref.seq}`)
  const all = await engine.events({ session, limit: 1000 })
  expect(all.rows.map(({ ref, depth, error }) => [`${ref.track}.${ref.seq}`, depth, error])).toEqual(
    events.map(({ ref, depth, error }) => [ref, depth, error]),
  )
  for (const parent of [undefined, ...pair.calls]) {
    const expected = (parent ? parent.children : pair.calls.filter(call => !call.parent)).toSorted((a, b) => byOrder(a.enter, b.enter)).map(key)
    const page = await engine.callTree({ session, limit: 1000, ...(parent ? { parent: { track: parent.track, call: parent.id } } : {}) })
    expect(page.nodes.map(node => `${node.ref.track}:${node.ref.call}`)).toEqual(expected)
    expect(page.total).toBe(expected.length)
  }
  for (const event of events) {
    const ref = { track: event.track, seq: event.seq }
    const frames = await engine.stack({ session, ref })
    const expected: string[] = []
    for (let call = event.call; call; call = call.parent) expected.push(`${key(call)} ${call.via}`)
    expect(frames.map(({ node, via }) => `${node.ref.track}:${node.ref.call} ${via}`)).toEqual(expected)
    for (const direction of [
      'next',
      'previous',
      'into',
      'out',
      'over',
      'back',
      'next-error',
      'previous-error',
      'next-hit',
      'previous-hit',
      'first',
      'last',
    ] as const) {
      const answer = await engine.step({ session, ref, direction })
      expect([event.ref, direction, answer.ref && `${answer.ref.track}.${answer.ref.seq}`]).toEqual([
        event.ref,
        direction,
        naiveStep(events, pair.calls, event, direction),
      ])
    }
  }
  for (const event of events.slice(0, 5)) {
    const { call } = event
    const chain = call ? events.filter(other => other.call && rootOf(other.call) === rootOf(call)) : [event]
    expect(ids((await engine.events({ session, limit: 1000, chain: { track: event.track, seq: event.seq } })).rows)).toEqual(
      chain.map(({ ref }) => ref),
    )
  }
  for (const call of pair.calls) {
    const below = (at: NaiveCall): boolean => at.children.some(child => child.exit?.error === true || below(child))
    expect((await engine.call({ session, ref: { track: call.track, call: call.id } })).node.hasErrorBelow).toBe(below(call))
  }
}

describe('random traces', () => {
  it('give what a model of plain objects gives, whatever the order in which chunks arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(op, fc.nat(2)), { maxLength: 30 }), fc.infiniteStream(fc.nat(1000)), async (operations, random) => {
        const pair = new Pair()
        for (const [operation, step] of operations) pair.apply(operation, step)
        const chunks = pair.trace.chunks()
        const shuffled = chunks.slice(2).map(chunk => ({ chunk, rank: random.next().value ?? 0 }))
        shuffled.sort((a, b) => a.rank - b.rank)
        await compare(pair, createEngine(createTraceModel([...chunks.slice(0, 2), ...shuffled.map(({ chunk }) => chunk)]).stores))
      }),
      { numRuns: 60 },
    )
  })
})
