/** A small trace over two realms: a click in the page, its request, the server's answer, an error. Times are microseconds after the base. */
import { TraceBuilder, errorValue, functionProbe, manifestOf, writeProbe } from '@hindscope/testkit'
import type { RealmBuilder } from '@hindscope/testkit'
import { formatTraceparent } from '@hindscope/protocol'
import type { ProbeManifest, TraceEngine } from '@hindscope/protocol'
import { createEngine, createTraceModel } from '../src/model.ts'

export const CART_SOURCE = 'export async function checkout(cart) {\n  let total = 0\n  total = sum(cart)\n  return fetchOrder(total)\n}\n'

export const cartManifest: ProbeManifest = manifestOf(
  'ca47'.repeat(4),
  'src/cart.ts',
  [
    functionProbe('checkout', { line: 1, endLine: 5, async: true, params: ['cart'] }),
    functionProbe('sum', { line: 7, params: ['items'] }),
    writeProbe('total', 3, 0),
  ],
  CART_SOURCE,
)
export const serverManifest: ProbeManifest = manifestOf('5e47'.repeat(4), 'server/orders.ts', [
  functionProbe('createOrder', { line: 2, params: ['body'] }),
])

export interface ShopTrace {
  readonly trace: TraceBuilder
  readonly page: RealmBuilder
  readonly server: RealmBuilder
}

export function shopTrace(): ShopTrace {
  const trace = new TraceBuilder()
  const page = trace.realm('page', 'page').module(cartManifest)
  const server = trace.realm('server', 'node').module(serverManifest)
  const click = page.at(100).activity('domEvent', { type: 'click', target: 'button#buy' }) // call 1
  const checkout = page.at(200).enter('checkout', [{ id: 7, items: ['tea'] }], { parent: click }) // call 2
  const sum = page.at(300).enter('sum', [['tea']], { parent: checkout }) // call 3
  page.at(350).returns(sum, 'sum', 42)
  page.at(360).writes(checkout, 'total', 42)
  const request = page.at(400).activity('httpClient', { method: 'POST', url: '/api/orders' }, { parent: checkout }) // call 4
  page.at(410).event({ kind: 'suspendAwait', site: page.site('checkout'), call: checkout })
  page.at(450).ends(click, 'domEvent')
  page.seal()
  const traceparent = formatTraceparent(trace.session, page.realm, click, page.realm, request)
  const incoming = server.at(500).activity('httpServer', { method: 'POST', url: '/api/orders', traceparent }) // call 1
  const order = server.at(550).enter('createOrder', [{ total: 42 }], { parent: incoming }) // call 2
  server.at(560).console('error', ['no stock', 3], order)
  server.at(600).throws(order, 'createOrder', errorValue('RangeError', 'out of stock', 9))
  server.at(650).ends(incoming, 'httpServer', { status: 500 })
  page.at(700).ends(request, 'httpClient', { status: 500 })
  page.at(710).event({ kind: 'resumeAwait', site: page.site('checkout'), call: checkout, values: [{ status: 500 }] })
  page.at(720).throws(checkout, 'checkout', errorValue('Error', 'order failed', 5))
  page.at(730).event({ kind: 'unhandledRejection', values: [errorValue('Error', 'order failed', 5)] })
  return { trace, page, server }
}

export function engineOf(trace: TraceBuilder): TraceEngine {
  return createEngine(createTraceModel(trace.chunks()).stores)
}
