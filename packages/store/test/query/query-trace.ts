/** A trace with something for every field: calls with values of all kinds, an error, console, two realms that are linked, equal times. */
import { ValueTag, formatTraceparent } from '@hindscope/protocol'
import type { ByteWriter, EventRow, SearchAnswer, SearchCell, TraceEngine } from '@hindscope/protocol'
import { RawValue, TraceBuilder, cut, errorValue, functionProbe, manifestOf, redacted, writeProbe } from '@hindscope/testkit'
import { engineOf } from '../shop-trace.ts'

/** A Map with string keys and numbers, `size` entries of which some may be missing. */
const mapValue = (pairs: Readonly<Record<string, number>>, size = Object.keys(pairs).length): RawValue =>
  new RawValue((writer: ByteWriter, text) => {
    const entries = Object.entries(pairs)
    for (const part of [ValueTag.map]) writer.byte(part)
    for (const number of [0, size, entries.length]) writer.varint(number)
    for (const [key, value] of entries) {
      writer.byte(ValueTag.string)
      writer.varint(text(key))
      writer.byte(ValueTag.int)
      writer.varint(value * 2)
    }
  })
/** The beginning of a longer string. */
const shortened = (kept: string, length: number): RawValue =>
  new RawValue((writer, text) => {
    writer.byte(ValueTag.longString)
    writer.varint(length)
    writer.varint(text(kept))
  })
/** The first items of a longer array. */
const shortArray = (length: number, items: readonly number[]): RawValue =>
  new RawValue(writer => {
    writer.byte(ValueTag.array)
    for (const number of [0, length, items.length]) writer.varint(number)
    for (const item of items) {
      writer.byte(ValueTag.int)
      writer.varint(item * 2)
    }
  })
/** An object with an id that holds itself as `self`. */
const circular = (id: number, n: number): RawValue =>
  new RawValue((writer, text) => {
    writer.byte(ValueTag.object)
    for (const number of [id, text('Node'), 2, 2, text('n')]) writer.varint(number)
    writer.byte(ValueTag.int)
    writer.varint(n * 2)
    writer.varint(text('self'))
    writer.byte(ValueTag.ref)
    writer.varint(id)
  })
const bare = (tag: number, write?: (writer: ByteWriter, text: (value: string) => number) => void): RawValue =>
  new RawValue((writer, text) => {
    writer.byte(tag)
    write?.(writer, text)
  })

const manifest = manifestOf('ab'.repeat(8), 'src/cart.ts', [
  functionProbe('Cart.checkout', { line: 10, params: ['user', 'options'] }),
  functionProbe('tax', { line: 20, params: ['amount'] }),
  writeProbe('total', 12, 0),
])
const server = manifestOf('cd'.repeat(8), 'server/orders.ts', [functionProbe('createOrder', { line: 2, params: ['body'] })])

export const BASE_US = 1_700_000_000_000_000

export function queryTrace(): TraceBuilder {
  const trace = new TraceBuilder(undefined, BASE_US)
  const page = trace.realm('page').module(manifest)
  const node = trace.realm('server', 'node').module(server)
  const click = page.at(100).activity('domEvent', { type: 'click', target: 'button#buy' })
  const checkout = page.at(200).enter('Cart.checkout', [{ user: { id: 4711, name: 'Ada' } }, { deep: [{ n: 1 }, { n: 2 }] }], { parent: click })
  const tax = page.at(300).enter('tax', [12.5], { parent: checkout })
  page.at(300).returns(tax, 'tax', { total: 14, currency: 'EUR' })
  page.at(310).writes(checkout, 'total', 14)
  page.at(320).console('log', ['paid', 14, null, true], checkout)
  page.at(330).event({ kind: 'mark', values: [{ label: 'slow now' }] })
  page.seal()
  const request = page.at(400).activity('httpClient', { method: 'POST', url: '/api/orders' }, { parent: checkout })
  const traceparent = formatTraceparent(trace.session, page.realm, click, page.realm, request)
  const incoming = node.at(400).activity('httpServer', { method: 'POST', url: '/api/orders', traceparent })
  const order = node.at(450).enter('createOrder', [{ total: 14 }], { parent: incoming })
  node.at(500).console('error', ['no stock'], order)
  node.at(5600).throws(order, 'createOrder', errorValue('RangeError', 'out of stock', 9))
  node.at(5700).ends(incoming, 'httpServer', { status: 500 })
  page.at(5800).ends(request, 'httpClient', { status: 500, error: errorValue('Error', 'refused') })
  page.at(6000).returns(checkout, 'Cart.checkout', undefined)
  page.at(6100).ends(click, 'domEvent')
  page.at(7000).console('log', [mapValue({ tea: 3, size: 7 }), mapValue({ a: 1 }, 50), shortened('abcdef', 9000), shortArray(100, [1, 2])])
  page
    .at(7001)
    .console('log', [redacted('password'), cut('depth'), { secret: redacted('token'), deep: cut('depth'), undef: undefined, self: circular(5, 8) }])
  page
    .at(7002)
    .console('log', [
      bare(ValueTag.bigint, (writer, text) => writer.varint(text('9007199254740993'))),
      bare(ValueTag.date, writer => writer.float64(1_700_000_000_000)),
      bare(ValueTag.accessor),
      bare(ValueTag.hole),
      bare(ValueTag.proxy, writer => writer.varint(3)),
      Number.NaN,
      Infinity,
      'Tea "x"\n',
    ])
  const open = page.at(7100).enter('tax', [-1])
  page.at(7100).console('warn', ['still open'], open)
  return trace
}

export const SESSION: string = new TraceBuilder().session

export interface Asked {
  readonly engine: TraceEngine
  ask(query: string): Promise<SearchAnswer>
  /** `0.1 0.2`: the events of the answer. */
  refs(query: string): Promise<string>
  groups(query: string): Promise<readonly (readonly SearchCell[])[]>
}

export function asking(engine: TraceEngine): Asked {
  const ask = (query: string): Promise<SearchAnswer> => engine.search({ session: SESSION, query, limit: 1000 })
  return {
    engine,
    ask,
    refs: async query => {
      const answer = await ask(query)
      return answer.kind === 'events' ? answer.rows.map(refText).join(' ') : 'groups'
    },
    groups: async query => {
      const answer = await ask(query)
      return answer.kind === 'groups' ? answer.rows : []
    },
  }
}

export const refText = ({ ref }: EventRow): string => `${ref.track}.${ref.seq}`

export const askTrace = (trace: TraceBuilder = queryTrace()): Asked => asking(engineOf(trace))
