/** The HTTP face: query API, trace download, beacon, health, UI. Every refusal and every fault is an answer; none ends the server. */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { API_PATH, CONTROL_METHODS, HindscopeError } from '@hindscope/protocol'
import type { ControlMethod, HostHealth, SessionControl, TraceEngine } from '@hindscope/protocol'
import { askEngine, exportChunks, isEngineMethod } from '@hindscope/store/model'
import type { Tiers } from '@hindscope/store'
import type { SessionCatalog } from '@hindscope/store/model'
import { checkHost, checkOrigin, checkToken, hasToken } from './access.ts'
import type { AccessRules } from './access.ts'
import { answerError, answerJson, readBody } from './http-answer.ts'
import type { TakenAll } from './ingest.ts'
import { serveUi } from './static-ui.ts'
import { askTiers, isTierMethod } from './tier-methods.ts'

export const BEACON_PATH = '/ingest-beacon'
/** Queries are small. */
const QUERY_BYTES = 1024 * 1024

export interface RouteContext {
  readonly rules: AccessRules
  readonly engine: TraceEngine
  readonly catalog: SessionCatalog
  /** Absent when only files are served. */
  readonly ingest: { addAll(bytes: Uint8Array): Promise<TakenAll> } | undefined
  readonly control: SessionControl | undefined
  /** SQL, and questions over all sessions; absent when only files are served. */
  readonly tiers?: Tiers
  readonly uiDir: string | undefined
  /** What `health` tells those who have the token. */
  health(): Promise<HostHealth>
}

export async function route(request: IncomingMessage, response: ServerResponse, context: RouteContext): Promise<void> {
  try {
    checkHost(request, context.rules)
    const url = new URL(request.url ?? '/', 'http://collector')
    if (url.pathname.startsWith(API_PATH)) await routeApi(request, response, url, context)
    else if (url.pathname === BEACON_PATH) await takeBeacon(request, response, url, context)
    else if (request.method === 'GET' || request.method === 'HEAD') await serveUi(request, response, url, context)
    else throw refused(request, url, 'there is nothing to send here')
  } catch (error) {
    answerError(response, error)
    // A body that was refused is not read to its end; closing says so to the sender.
    if (!request.complete) request.destroy()
  }
}

const refused = (request: IncomingMessage, url: URL, reason: string): HindscopeError =>
  new HindscopeError('collector-request', { method: request.method ?? '', path: url.pathname, reason, api: `${API_PATH}<method>` })

async function routeApi(request: IncomingMessage, response: ServerResponse, url: URL, context: RouteContext): Promise<void> {
  const method = url.pathname.slice(API_PATH.length)
  checkOrigin(request, context.rules)
  if (method === 'health') {
    const health = { ok: true, name: 'hindscope', ...(hasToken(request, url, context.rules) ? await context.health() : {}) }
    return answerJson(response, 200, JSON.stringify({ result: health }))
  }
  checkToken(request, url, context.rules)
  if (method === 'trace' && request.method === 'GET') return sendTrace(response, url, context)
  const { tiers } = context
  const isControl = isControlMethod(method)
  const isOfTiers = tiers !== undefined && isTierMethod(method)
  if (!isEngineMethod(method) && !isControl && !isOfTiers) throw refused(request, url, 'the method is unknown')
  if (request.method !== 'POST') throw refused(request, url, 'only POST is taken')
  const query = parseQuery(request, url, await readBody(request, QUERY_BYTES))
  const options = { signal: goneSignal(response) }
  const ask = (): Promise<unknown> => {
    if (tiers !== undefined && isTierMethod(method)) return askTiers(tiers, method, query, options.signal)
    if (isEngineMethod(method)) return askEngine(context.engine, method, query, options)
    if (isControlMethod(method) && context.control !== undefined) return control(context.control, method, query)
    throw refused(request, url, 'this server only shows trace files')
  }
  answerJson(response, 200, JSON.stringify({ result: await ask() }))
}

/** Aborted once nobody waits for the answer any more. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return gone.signal
}

const isControlMethod = (name: string): name is ControlMethod => (CONTROL_METHODS as readonly string[]).includes(name)

/** Methods check the fields of their query themselves. */
function control(target: SessionControl, method: ControlMethod, query: unknown): Promise<unknown> {
  if (typeof query !== 'object' || query === null || Array.isArray(query))
    throw new HindscopeError('query-bad', { method, field: 'the query', value: JSON.stringify(query) ?? 'undefined', allowed: 'a JSON object' })
  const ask = target[method].bind(target) as (query: object) => Promise<unknown> // SAFE: every method takes one object and checks its fields
  return ask(query)
}

function parseQuery(request: IncomingMessage, url: URL, body: Buffer): unknown {
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw refused(request, url, 'the body is not JSON')
  }
}

async function sendTrace(response: ServerResponse, url: URL, { catalog }: RouteContext): Promise<void> {
  const session = url.searchParams.get('session') ?? ''
  const store = await catalog.open(session)
  if (store === undefined) throw new HindscopeError('not-found', { what: 'session', id: session })
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${session.slice(0, 8)}.hscope"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  for (const chunk of exportChunks(store)) {
    if (response.destroyed) return
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')])
  }
  response.end()
}

/** What a page sends when it goes away: chunks after one another. */
async function takeBeacon(request: IncomingMessage, response: ServerResponse, url: URL, { rules, ingest }: RouteContext): Promise<void> {
  checkOrigin(request, rules)
  checkToken(request, url, rules)
  if (ingest === undefined) throw refused(request, url, 'this server only shows trace files')
  if (request.method !== 'POST') throw refused(request, url, 'only POST is taken')
  const { stored, damage } = await ingest.addAll(await readBody(request))
  if (request.headers.origin !== undefined) response.setHeader('access-control-allow-origin', request.headers.origin)
  answerJson(response, 200, JSON.stringify({ result: { stored, damaged: damage.length } }))
}
