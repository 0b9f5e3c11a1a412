/** A small trace with everything the workbench shows: two tracks, a request between them, writes, a throw, a rejection. */
import { TraceBuilder, errorValue, functionProbe, manifestOf, redacted, writeProbe } from '@hindscope/testkit'
import { formatTraceparent } from '@hindscope/protocol'

const PAGE_SOURCE = `export async function addToCart(cart, item) {
  const items = [...cart.items, item]
  const answer = await post('/api/cart', items)
  return answer.total
}

export function lineTotal(item) {
  const gross = item.price * item.quantity
  return gross
}
`
const SERVER_SOURCE = `export async function postCart(request) {
  const total = sumUp(request.items)
  if (Number.isNaN(total)) throw new RangeError('total is not a number')
  return { total }
}
`

/** Visit n of five fails on the server. */
export function shopTrace(visits: number, session?: string): TraceBuilder {
  const builder = new TraceBuilder(session)
  const page = builder.realm('shop', 'page')
  const server = builder.realm('api', 'node')
  page.module(
    manifestOf(
      'a'.repeat(16),
      'src/cart.js',
      [
        functionProbe('addToCart', { line: 1, endLine: 5, async: true, params: ['cart', 'item'] }),
        functionProbe('lineTotal', { line: 7, endLine: 10, params: ['item'] }),
        writeProbe('items', 2, 0, 2),
        writeProbe('gross', 8, 1, 4),
      ],
      PAGE_SOURCE,
      [
        { name: 'cart', kind: 'param', parent: 0 },
        { name: 'item', kind: 'param', parent: 0 },
        { name: 'items', kind: 'lexical', parent: 0 },
        { name: 'item', kind: 'param', parent: 1 },
        { name: 'gross', kind: 'lexical', parent: 1 },
      ],
    ),
  )
  server.module(
    manifestOf(
      'b'.repeat(16),
      'server/cart.js',
      [functionProbe('postCart', { line: 1, endLine: 5, async: true, params: ['request'] }), writeProbe('total', 2, 0)],
      SERVER_SOURCE,
    ),
  )
  for (let n = 0; n < visits; n++) {
    const t = n * 10_000
    const isBad = n % 5 === 1
    const item = { id: n, name: 'Teapot', price: 4.5, quantity: 2 }
    const click = page.at(t).activity('domEvent', { type: 'click', target: 'button#add' })
    const add = page.at(t + 100).enter('addToCart', [{ items: [], owner: redacted('email') }, item], { parent: click })
    page.at(t + 150).writes(add, 'items', [item])
    const line = page.at(t + 200).enter('lineTotal', [item], { parent: add })
    page
      .at(t + 220)
      .writes(line, 'gross', 9)
      .returns(line, 'lineTotal', 9)
    const request = page.at(t + 300).activity('httpClient', { method: 'POST', url: '/api/cart' }, { parent: add })
    page.at(t + 400).ends(click, 'domEvent')
    const traceparent = formatTraceparent(builder.session, page.realm, click, page.realm, request)
    const incoming = server.at(t + 900).activity('httpServer', { method: 'POST', url: '/api/cart', traceparent })
    const post = server.at(t + 1000).enter('postCart', [{ items: [item] }], { parent: incoming })
    server.at(t + 1100).writes(post, 'total', isBad ? Number.NaN : 9)
    if (isBad) server.at(t + 1200).throws(post, 'postCart', errorValue('RangeError', 'total is not a number', 41))
    else server.at(t + 1200).returns(post, 'postCart', { total: 9 })
    server.at(t + 1300).ends(incoming, 'httpServer', { status: isBad ? 500 : 200 })
    page.at(t + 2000).ends(request, 'httpClient', { status: isBad ? 500 : 200 })
    if (isBad) page.at(t + 2100).throws(add, 'addToCart', errorValue('ApiError', '500 /api/cart', 77))
    else page.at(t + 2100).returns(add, 'addToCart', 9)
  }
  return builder
}
