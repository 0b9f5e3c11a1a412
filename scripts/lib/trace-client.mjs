/** Asks a collector: `client.events({session, …})` is POST /api/events (packages/protocol/src/trace-engine.ts has the methods). */
import { Failure } from './failure.mjs'

export function createTraceClient(collector) {
  const ask = async (method, query) => {
    const url = new URL(`/api/${method}`, collector.url.replace(/^ws/, 'http'))
    url.searchParams.set('token', collector.token)
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(query) })
    const answer = await response.json()
    if (!response.ok) throw new Failure(`The collector refused ${method}: ${answer.error?.code} ${answer.error?.message}`)
    return answer.result
  }
  return new Proxy(
    {},
    {
      get:
        (_, method) =>
        (query = {}) =>
          ask(String(method), { session: collector.session, ...query }),
    },
  )
}

const STILL_MS = 700

/** Waits until no event has come for a while, and returns the session as it is then. */
export async function waitUntilQuiet(client, limitMs = 20_000) {
  const lastMs = Date.now() + limitMs
  let known = await client.session()
  let sinceMs = Date.now()
  while (Date.now() - sinceMs < STILL_MS) {
    if (Date.now() > lastMs) throw new Failure(`Events still arrive ${limitMs / 1000} s after the visit ended.`)
    await new Promise(resolve => setTimeout(resolve, 100))
    const now = await client.session()
    if (now.events !== known.events) sinceMs = Date.now()
    known = now
  }
  return known
}

/** All children of a call, or all roots: every page of `callTree`. */
export async function allNodes(client, query) {
  const nodes = []
  for (;;) {
    const page = await client.callTree({ ...query, offset: nodes.length, limit: 1000 })
    nodes.push(...page.nodes)
    if (nodes.length >= page.total || page.nodes.length === 0) return nodes
  }
}
