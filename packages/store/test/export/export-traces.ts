/** Traces for the tests of exports: one with everything that is odd, and generated ones. Times are microseconds after the base. */
import fc from 'fast-check'
import { TraceBuilder, cut, errorValue, functionProbe, manifestOf, redacted } from '@hindscope/testkit'
import type { RealmBuilder } from '@hindscope/testkit'
import { createTraceModel } from '../../src/model.ts'
import type { ExportPiece, TraceStore } from '../../src/model.ts'

export const ODD_NAME = 'say "hi",\n\tto 🦊 and \ud800 & <b>'

const manifest = manifestOf('0dd0'.repeat(4), 'src/odd, "file".ts', [
  functionProbe('main', { line: 1, endLine: 9 }),
  functionProbe(ODD_NAME, { line: 11, params: ['secret', 'long'] }),
  functionProbe('load', { line: 20, async: true }),
  functionProbe('numbers', { line: 30, generator: true }),
  functionProbe('onTimer', { line: 40 }),
  functionProbe('fails', { line: 50 }),
])

export const FOREIGN_TRACE: string = 'f0'.repeat(16)
export const FOREIGN_SPAN: string = 'ab'.repeat(8)

/**
 * Track 0: `main` (0–1000) calls the oddly named function (100–200), `load`, which suspends at 310 and resumes at 2000, the generator
 * `numbers` twice, and `fails`, which throws. A timer whose cause is `main` calls `onTimer` in a chain of its own. Track 1 answers a
 * request of `load`. Track 2 answers one that came from elsewhere and holds no call. What is open: `main`'s second call and a request.
 */
export function oddTrace(): { readonly trace: TraceBuilder; readonly page: RealmBuilder; readonly server: RealmBuilder } {
  const trace = new TraceBuilder()
  const page = trace.realm('page "one"', 'page').module(manifest)
  const server = trace.realm('server', 'node').module(manifest)
  const gate = trace.realm('gate', 'node')
  const main = page.at(0).enter('main') // call 1
  const odd = page.at(100).enter(ODD_NAME, [redacted('password'), cut('depth')], { parent: main }) // call 2
  page.at(150).console('warn', ['careful, "now"'], odd)
  page.at(200).returns(odd, ODD_NAME, 'line\nbreak, "quoted" 🦊')
  const load = page.at(300).enter('load', [], { parent: main }) // call 3
  const request = page.at(305).activity('httpClient', { method: 'GET', url: '/items?a=1&b=%20x' }, { parent: load }) // call 4
  page.at(310).event({ kind: 'suspendAwait', site: page.site('load'), call: load })
  const numbers = page.at(400).enter('numbers', [], { parent: main }) // call 5
  page.at(410).event({ kind: 'suspendYield', site: page.site('numbers'), call: numbers, values: [1] })
  page.at(420).event({ kind: 'resumeYield', site: page.site('numbers'), call: numbers, link: main })
  page.at(430).returns(numbers, 'numbers')
  const fails = page.at(500).enter('fails', [], { parent: main }) // call 6
  page.at(510).event({ kind: 'throwStatement', site: page.site('fails'), call: fails, values: [errorValue('TypeError', 'no')] })
  page.at(520).throws(fails, 'fails', errorValue('TypeError', 'no'))
  page.at(600).event({ kind: 'metric', values: [{ name: 'heap', value: 42, unit: 'MB' }], call: main })
  page.at(610).event({ kind: 'mark', values: [{ label: 'here' }], call: main })
  page.at(1000).returns(main, 'main')
  const timer = page.at(1200).activity('timer', { delayMs: 1, kind: 'setTimeout' }, { parent: main, asyncParent: true }) // call 7
  const onTimer = page.at(1210).enter('onTimer', [], { parent: timer }) // call 8
  page.at(1230).returns(onTimer, 'onTimer')
  page.at(1240).ends(timer, 'timer')
  const traceparent = `00-${trace.session.slice(0, 16)}0000000100000001-${'00000001'}0000000${request}-01`
  const incoming = server.at(1300).activity('httpServer', { method: 'GET', url: '/items?a=1', traceparent }) // call 1
  const answer = server.at(1310).enter('main', [], { parent: incoming }) // call 2
  server.at(1400).returns(answer, 'main', { ok: true })
  server.at(1410).ends(incoming, 'httpServer', { status: 200 })
  const outside = gate.at(1500).activity('httpServer', { method: 'PUT', url: '/x', traceparent: `00-${FOREIGN_TRACE}-${FOREIGN_SPAN}-01` })
  gate.at(1510).ends(outside, 'httpServer', { status: 503 })
  page.at(1990).ends(request, 'httpClient', { status: 200 })
  page.at(2000).event({ kind: 'resumeAwait', site: page.site('load'), call: load, values: [{ ok: true }] })
  page.at(2050).returns(load, 'load', 7)
  page.at(2100).activity('httpClient', { method: 'POST', url: 'https://example.test/pay', headers: { authorization: redacted('header') } }) // call 9
  page.at(2200).enter('main', [], {}) // call 10, never ends
  page.at(2300).console('log', ['end'])
  return { trace, page, server }
}

/** As text leaves in UTF-8. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd')

export const storeOf = (trace: TraceBuilder): TraceStore => createTraceModel(trace.chunks()).stores[0] as TraceStore

export function textOf(pieces: Iterable<ExportPiece>): string {
  const decoder = new TextDecoder()
  return [...pieces].map(piece => (typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true }))).join('')
}

/** What a generated program does next; `of` picks among the calls that are there. */
type Op = {
  readonly kind: 'enter' | 'exit' | 'throw' | 'await' | 'resume' | 'cause' | 'skip' | 'timer' | 'drop'
  readonly of: number
  readonly us: number
}

const op: fc.Arbitrary<Op> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('enter' as const, 'exit' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('throw' as const, 'await' as const, 'resume' as const, 'cause' as const, 'skip' as const, 'timer' as const),
    },
  ),
  of: fc.nat(20),
  us: fc.nat(3),
})

export interface MadeCall {
  readonly id: number
  /** Time on the stack, in microseconds; undefined where the program was left in a way that no engine does. */
  ranUs: number
}
export interface MadeTrace {
  readonly trace: TraceBuilder
  readonly calls: readonly MadeCall[]
  readonly activities: number
}

/**
 * A program as an engine would run it: a stack; `await` leaves it and resumes on an empty one; calls that are still open at the end; and,
 * of the kind `skip`, a frame left by an error that nobody saw. Calls come with the time that they were on the stack.
 */
export const madeTrace: fc.Arbitrary<MadeTrace> = fc.array(op, { maxLength: 60 }).map(ops => {
  const trace = new TraceBuilder()
  const realm = trace.realm('made').module(manifest)
  const calls: MadeCall[] = []
  let stack: { call: MadeCall; name: string }[] = []
  const waiting: { call: MadeCall; name: string }[] = []
  let [time, activities] = [0, 0]
  realm.event({ kind: 'mark', values: [{ label: 'start' }] })
  for (const { kind, of, us } of ops) {
    time += us
    for (const { call } of stack) call.ranUs += us
    realm.at(time)
    const top = stack.at(-1)
    const name = ['main', ODD_NAME, 'load'][of % 3] as string
    if (kind === 'enter' || (kind === 'cause' && stack.length === 0)) {
      const cause = calls[of % Math.max(1, calls.length)]
      const parent = kind === 'enter' ? top?.call : cause
      const id = realm.enter(name, [of], { ...(parent ? { parent: parent.id } : {}), asyncParent: kind === 'cause' })
      const call = { id, ranUs: 0 }
      calls.push(call)
      stack.push({ call, name })
    } else if (kind === 'timer') {
      activities++
      realm.ends(realm.activity('timer', { delayMs: 1 }, top ? { parent: top.call.id, asyncParent: true } : {}), 'timer')
    } else if (kind === 'resume' && stack.length === 0) {
      const [next] = waiting.splice(of % Math.max(1, waiting.length), 1)
      if (next === undefined) continue
      realm.event({ kind: 'resumeAwait', site: realm.site(next.name), call: next.call.id })
      stack = [next]
    } else if (top !== undefined && kind === 'await') {
      realm.event({ kind: 'suspendAwait', site: realm.site(top.name), call: top.call.id })
      waiting.push(top)
      stack.pop()
    } else if (top !== undefined && kind === 'exit') {
      realm.returns(top.call.id, top.name)
      stack.pop()
    } else if (top !== undefined && kind === 'throw') {
      realm.throws(top.call.id, top.name, 'bad')
      stack.pop()
    } else if (stack.length > 1 && kind === 'skip') {
      // The frame above is gone, and nothing says so; its caller returns.
      const below = stack[stack.length - 2] as { call: MadeCall; name: string }
      realm.returns(below.call.id, below.name)
      stack.splice(-2)
    }
  }
  realm.at(time).event({ kind: 'mark', values: [{ label: 'end' }] })
  return { trace, calls, activities }
})
