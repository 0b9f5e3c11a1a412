import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatRef, formatTraceparent, parseStreamQuery } from '@hindscope/protocol'
import type { Chunk, EventRow } from '@hindscope/protocol'
import { TraceStore, createEngine } from '../../src/model.ts'
import { SharedStream } from '../../src/stream/shared-stream.ts'
import { StreamReader } from '../../src/stream/stream-reader.ts'
import { TurnBudget } from '../../src/stream/turn-budget.ts'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'

const manifest = manifestOf('ab'.repeat(8), 'src/app.ts', [functionProbe('add', { line: 3, params: ['a'] })], 'code')

interface Step {
  readonly realm: 0 | 1
  readonly what: 'enter' | 'leave' | 'log' | 'error' | 'request' | 'seal'
  readonly parent: number
  readonly us: number
}

const steps = (realms: readonly (0 | 1)[]): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.record({
      realm: fc.constantFrom(...realms),
      what: fc.constantFrom<Step['what'][]>('enter', 'enter', 'leave', 'log', 'log', 'error', 'request', 'seal'),
      parent: fc.nat(),
      us: fc.nat(3),
    }),
    { maxLength: 60 },
  )

/** Calls with any earlier call as their cause; a request begins an activity in the other realm whose cause is one here. */
function build(list: readonly Step[]): TraceBuilder {
  const trace = new TraceBuilder()
  const realms = [trace.realm('one').module(manifest), trace.realm('two').module(manifest)] as const
  const calls: [number[], number[]] = [[], []]
  const open: [number[], number[]] = [[], []]
  let at = 0
  for (const { realm: number, what, parent, us } of list) {
    const realm = realms[number].at((at += us))
    const known = calls[number]
    const cause = known.length === 0 ? 0 : (known[parent % known.length] ?? 0)
    if (what === 'enter') {
      const call = realm.enter('add', [parent % 3], { parent: cause, asyncParent: cause !== 0 })
      known.push(call)
      open[number].push(call)
    } else if (what === 'leave') {
      const call = open[number].pop()
      if (call !== undefined) realm.returns(call, 'add', 1)
    } else if (what === 'request' && cause !== 0) {
      const client = realm.activity('httpClient', { url: '/' }, { parent: cause })
      known.push(client)
      const other = realms[1 - number] as (typeof realms)[0]
      const traceparent = formatTraceparent(trace.session, realm.realm, 1, realm.realm, client)
      calls[1 - number]?.push(other.at(at).activity('httpServer', { url: '/', traceparent }))
    } else if (what === 'seal') realm.seal()
    else realm.console(what === 'error' ? 'error' : 'log', [what], cause)
  }
  return trace
}

function readAll(stream: SharedStream, reader: StreamReader): EventRow[] {
  const rows: EventRow[] = []
  // Turns as short as they get, so that every place where one may end is met.
  for (;;) {
    const budget = new TurnBudget(0)
    stream.refresh()
    if (!stream.prepare(budget)) continue
    let match = reader.next(budget)
    while (typeof match === 'object') {
      rows.push(JSON.parse(stream.textOf(match)) as EventRow)
      match = reader.next(budget)
    }
    if (match === 'end') return rows
  }
}

const storeOf = (chunks: readonly Chunk[], trace: TraceBuilder): TraceStore => {
  const store = new TraceStore(trace.session)
  for (const chunk of chunks) store.addChunk(chunk)
  return store
}

async function everything(store: TraceStore): Promise<EventRow[]> {
  const { rows } = await createEngine([store]).events({ session: store.session, limit: 1000 })
  return [...rows]
}

/** Straight from the words of docs/streaming.md, over a list of all events in their one order. */
class Reference {
  private readonly rows: readonly EventRow[]
  private readonly parents = new Map<string, string>()

  constructor(rows: readonly EventRow[]) {
    this.rows = rows
    for (const row of rows) if (row.parent !== undefined) this.parents.set(`${row.ref.track}.${row.call}`, `${row.parent.track}.${row.parent.call}`)
  }

  private callOf = (row: EventRow): string | undefined => (row.call === 0 ? undefined : `${row.ref.track}.${row.call}`)

  private above(row: EventRow): Set<string> {
    const calls = new Set<string>()
    const isEdge = ['callEnter', 'callReturn', 'activityStart', 'activityEnd'].includes(row.kind)
    const own = this.callOf(row)
    for (let call = isEdge && own !== undefined ? this.parents.get(own) : own; call !== undefined; call = this.parents.get(call)) calls.add(call)
    return calls
  }

  private root(row: EventRow): string | undefined {
    let call = this.callOf(row)
    for (let up = call; up !== undefined; up = this.parents.get(up)) call = up
    return call
  }

  causedBy(inner: (row: EventRow) => boolean): EventRow[] {
    return this.rows.filter((row, i) => {
      const above = this.above(row)
      return this.rows.slice(0, i).some(other => inner(other) && above.has(this.callOf(other) ?? ''))
    })
  }

  follows(inner: (row: EventRow) => boolean, withinUs: number): EventRow[] {
    return this.rows.filter((row, i) => {
      const root = this.root(row)
      if (root === undefined) return false
      return this.rows.slice(0, i).some(other => inner(other) && this.root(other) === root && row.timeUs - other.timeUs <= withinUs)
    })
  }
}

const refs = (rows: readonly EventRow[]): string[] => rows.map(row => formatRef(row.ref))
const isError = (row: EventRow): boolean => row.error
const cases: readonly (readonly [string, (reference: Reference) => EventRow[]])[] = [
  ['caused by (error)', reference => reference.causedBy(isError)],
  ['follows (error)', reference => reference.follows(isError, Infinity)],
  ['follows (kind = console) within 4us', reference => reference.follows(row => row.kind === 'console', 4)],
]

describe.each(cases)('%s', (query, expected) => {
  it('asks what lies before an event, over all realms of a finished session', async () => {
    await fc.assert(
      fc.asyncProperty(steps([0, 1]), async list => {
        const trace = build(list)
        const store = storeOf(trace.chunks(), trace)
        const stream = new SharedStream(store, parseStreamQuery(query))
        const wanted = refs(expected(new Reference(await everything(store))))
        expect(refs(readAll(stream, new StreamReader(stream, { tracks: [] })))).toEqual(wanted)
        const negated = new SharedStream(store, parseStreamQuery(`not ${query}`))
        const others = refs(readAll(negated, new StreamReader(negated, { tracks: [] })))
        expect([...wanted, ...others].toSorted()).toEqual(refs(await everything(store)).toSorted())
      }),
      { numRuns: 60 },
    )
  })

  it('says the same as events arrive, in one realm', async () => {
    await fc.assert(
      fc.asyncProperty(steps([0]), async list => {
        const trace = build(list.map(step => (step.what === 'request' ? { ...step, what: 'log' as const } : step)))
        const store = new TraceStore(trace.session)
        const stream = new SharedStream(store, parseStreamQuery(query))
        const reader = new StreamReader(stream, { tracks: [] })
        const rows: EventRow[] = []
        for (const chunk of trace.chunks()) {
          store.addChunk(chunk)
          rows.push(...readAll(stream, reader))
        }
        expect(refs(rows)).toEqual(refs(expected(new Reference(await everything(store)))))
      }),
      { numRuns: 60 },
    )
  })
})

it('of several matches above an event the earliest decides', () => {
  const trace = new TraceBuilder()
  const realm = trace.realm('one').module(manifest).at(0)
  const top = realm.enter('add', [1])
  const middle = realm.enter('add', [2], { parent: top })
  const low = realm.enter('add', [3], { parent: middle })
  realm.console('error', ['first'], middle).console('log', ['between'], low).console('error', ['second'], top)
  const stream = new SharedStream(storeOf(trace.chunks(), trace), parseStreamQuery('kind = console and caused by (error)'))
  expect(refs(readAll(stream, new StreamReader(stream, { tracks: [] })))).toEqual(['0.4'])
})

it('the outcome of a call is not there on its first event, whenever that is looked at', () => {
  const trace = new TraceBuilder()
  const realm = trace.realm('one').module(manifest)
  realm.at(0)
  const call = realm.enter('add', [1])
  realm.at(9).returns(call, 'add', 3)
  const store = storeOf(trace.chunks(), trace)
  const kindsOf = (query: string): string[] => {
    const stream = new SharedStream(store, parseStreamQuery(query))
    return readAll(stream, new StreamReader(stream, { tracks: [] })).map(row => row.kind)
  }
  expect(kindsOf('duration > 5us')).toEqual(['callReturn'])
  expect(kindsOf('result = 3')).toEqual(['callReturn'])
  expect(kindsOf('not (result exists)')).toEqual(['callEnter'])
  expect(kindsOf('args.a = 1')).toEqual(['callEnter', 'callReturn'])
})
