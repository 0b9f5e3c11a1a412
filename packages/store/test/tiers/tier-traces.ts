/** Sessions for the tests of tiers: in folders, in memory, archived; one by hand, and random ones. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { formatTraceparent } from '@hindscope/protocol'
import { TraceBuilder, cut, errorValue, functionProbe, manifestOf, redacted, writeProbe } from '@hindscope/testkit'
import { createTraceModel } from '../../src/model.ts'
import type { TraceStore } from '../../src/model.ts'

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'hindscope-tiers-'))

export const storeOf = (trace: TraceBuilder): TraceStore => createTraceModel(trace.chunks()).stores[0] as TraceStore

/** As a collector leaves it. */
export function writeSession(dataDir: string, trace: TraceBuilder): void {
  const segments = join(dataDir, 'sessions', trace.session, 'segments')
  mkdirSync(segments, { recursive: true })
  writeFileSync(join(segments, '000001.hscope'), trace.bytes())
}

export const sessionNumber = (number: number): string => (0xa0 + number).toString(16).repeat(16)

const manifest = manifestOf('0a'.repeat(8), 'src/cart.ts', [
  functionProbe('checkout', { line: 3, params: ['user', 'options'] }),
  functionProbe('tax', { line: 9, params: ['amount'] }),
  functionProbe('say "ü" \ud83e\udd8a', { line: 20 }),
  writeProbe('total', 5, 0),
])

/** One call of everything, of which `tax` stays open. Track 1 answers a request of track 0. */
export function shop(session: string = sessionNumber(0), baseUs = 1_700_000_000_000_000): TraceBuilder {
  const trace = new TraceBuilder(session, baseUs)
  const page = trace.realm('page').module(manifest)
  const server = trace.realm('server', 'node').module(manifest)
  const click = page.at(100).activity('domEvent', { type: 'click', target: 'button' })
  const user = { id: 4711, name: "O'Neil", tags: ['a', 'b'], password: redacted('password') }
  const checkout = page.at(200).enter('checkout', [user, { deep: cut('depth') }], { parent: click })
  page.at(250).writes(checkout, 'total', 14.5)
  page.at(260).writesProperty(checkout, 'total', { x: 1 }, 'items', 3)
  const request = page.at(300).activity('httpClient', { method: 'POST', url: '/orders' }, { parent: checkout })
  const traceparent = formatTraceparent(session, page.realm, click, page.realm, request)
  const incoming = server.at(310).activity('httpServer', { method: 'POST', url: '/orders', traceparent })
  server.at(320).console('error', ['no stock', errorValue('RangeError', 'out of stock')], incoming)
  server.at(330).ends(incoming, 'httpServer', { status: 500 })
  page.at(340).ends(request, 'httpClient', { status: 500, error: errorValue('Error', 'refused') })
  page.at(400).throws(checkout, 'checkout', errorValue('TypeError', 'null\0byte'))
  page.at(410).ends(click, 'domEvent')
  page.at(420).console('log', ['hello', NaN, 12, null, undefined, true])
  page.at(430).enter('tax', [1])
  page.at(430).enter('say "ü" \ud83e\udd8a')
  return trace
}

interface Op {
  readonly kind: 'enter' | 'cause' | 'exit' | 'throw' | 'log' | 'write' | 'activity' | 'drop' | 'request'
  readonly of: number
  readonly us: number
  readonly value: unknown
}

const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(0, 1, 2, -3, 1.5, 'a', 'ab', 'Ba', '', true, null, undefined),
  fc.record({ n: fc.nat(3), s: fc.constantFrom('a', 'b') }),
)
const op: fc.Arbitrary<Op> = fc.record({
  kind: fc.constantFrom('enter', 'enter', 'enter', 'cause', 'exit', 'exit', 'exit', 'throw', 'log', 'write', 'activity', 'drop', 'request'),
  of: fc.nat(20),
  us: fc.constantFrom(0, 0, 1, 2, 7),
  value,
})

const NAMES = ['checkout', 'tax', 'say "ü" \ud83e\udd8a']

function build(session: string, baseUs: number, ops: readonly Op[]): TraceBuilder {
  const trace = new TraceBuilder(session, baseUs)
  const page = trace.realm('page').module(manifest)
  const server = trace.realm('server', 'node').module(manifest)
  const open: { id: number; name: string }[] = []
  let [time, calls] = [0, 0]
  for (const { kind, of, us, value } of ops) {
    time += us
    page.at(time)
    server.at(time)
    const top = open.at(-1)
    const name = NAMES[of % NAMES.length] as string
    if (kind === 'enter' || kind === 'cause') {
      const parent = kind === 'enter' ? top?.id : calls === 0 ? undefined : (of % calls) + 1
      open.push({ id: page.enter(name, [value], { ...(parent === undefined ? {} : { parent }), asyncParent: kind === 'cause' }), name })
      calls++
    } else if (kind === 'activity') {
      const id = page.activity(of % 2 === 0 ? 'timer' : 'custom', { name, delayMs: of }, top ? { parent: top.id } : {})
      calls++
      if (of % 3 > 0) page.ends(id, of % 2 === 0 ? 'timer' : 'custom', of % 5 === 0 ? { error: 'bad' } : {})
    } else if (kind === 'request') {
      const id = page.activity('httpClient', { method: 'GET', url: `/${of % 4}` }, top ? { parent: top.id } : {})
      calls++
      const traceparent = formatTraceparent(session, page.realm, id, page.realm, id)
      server.ends(server.activity('httpServer', { method: 'GET', url: `/${of % 4}`, traceparent }), 'httpServer', { status: 200 + of * 20 })
    } else if (kind === 'log') server.console(of % 4 === 0 ? 'error' : 'log', [value])
    else if (kind === 'drop') page.drop(of % 3)
    else if (top !== undefined && kind === 'write') page.writes(top.id, 'total', value)
    else if (top !== undefined) {
      if (kind === 'exit') page.returns(top.id, top.name, value)
      else page.throws(top.id, top.name, value)
      open.pop()
    }
  }
  page.at(time).event({ kind: 'mark', values: [{ label: 'end' }] })
  return trace
}

/** Sessions whose times overlap, and often are equal. */
export const sessions = (count: number): fc.Arbitrary<readonly TraceBuilder[]> =>
  fc
    .array(fc.tuple(fc.array(op, { maxLength: 25 }), fc.nat(15)), { minLength: count, maxLength: count })
    .map(all => all.map(([ops, us], number) => build(sessionNumber(number), 1_700_000_000_000_000 + us, ops)))
