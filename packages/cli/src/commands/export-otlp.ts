/** `hindscope export --format otlp --to <address>`: one session, sent to a collector of OpenTelemetry. */
import { HindscopeError } from '@hindscope/protocol'
import { otlpRequests } from '@hindscope/store/model'
import type { ExportOptions, TraceStore } from '@hindscope/store/model'
import { ExitCode } from '../exit-code.ts'
import { sendSpans } from '../otlp/otlp-sender.ts'
import type { OtlpTarget } from '../otlp/otlp-sender.ts'
import type { Terminal } from '../terminal.ts'

export interface OtlpFlags {
  readonly to?: string
  readonly header?: readonly string[]
  readonly timeout?: string
  /** Spans that OpenTelemetry made in the program too. */
  readonly allSpans?: boolean
  readonly json?: boolean
}

/** As the batches of OpenTelemetry's own exporters. */
const MOST_SPANS = 512
/** Below the 4 MiB that receivers take at most by default. */
const MOST_LENGTH = 2_000_000
const ATTEMPTS = 5
const PAUSE_MS = 500
const DEFAULT_TIMEOUT = '10'
const TRACES_PATH = '/v1/traces'
/** By the specification of OTLP exporters; keeps tokens out of lists of processes. */
const HEADER_VARIABLES = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'] as const

const bad = (option: string, value: string, allowed: string): HindscopeError => new HindscopeError('cli-bad-option', { option, value, allowed })

/** Throws `cli-bad-option`; nothing is sent before. */
export function otlpTarget(to: string, { header = [], timeout = DEFAULT_TIMEOUT }: OtlpFlags, env: Terminal['env']): OtlpTarget {
  if (!URL.canParse(to)) throw bad('--to', to, 'an address as http://localhost:4318/v1/traces')
  const url = new URL(to)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw bad('--to', to, 'http: and https:')
  if (url.pathname === '/') url.pathname = TRACES_PATH
  if (!/^\d{1,4}$/.test(timeout) || Number(timeout) === 0) throw bad('--timeout', timeout, 'whole seconds from 1 to 9999')
  const headers: Record<string, string> = {}
  for (const name of HEADER_VARIABLES) Object.assign(headers, headersOf(env[name] ?? '', name))
  for (const text of header) {
    const at = text.indexOf(':')
    if (at < 1) throw bad('--header', text, 'a name and a value: "authorization: Bearer …"')
    put(headers, text.slice(0, at), text.slice(at + 1), '--header')
  }
  return { url: url.href, headers, timeoutMs: Number(timeout) * 1000, attempts: ATTEMPTS, pauseMs: PAUSE_MS }
}

/** `key=value,key2=value2`, as baggage: values may be percent-encoded. */
function headersOf(text: string, variable: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const part of text.split(',')) {
    if (part.trim() === '') continue
    const at = part.indexOf('=')
    if (at < 1) throw bad(variable, part.trim(), 'pairs as name=value, separated by commas')
    put(headers, part.slice(0, at), decoded(part.slice(at + 1)), variable)
  }
  return headers
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    return text.trim() // SAFE: not encoded, then.
  }
}

function put(headers: Record<string, string>, name: string, value: string, option: string): void {
  try {
    new Headers([[name.trim(), value.trim()]])
  } catch (error) {
    throw new HindscopeError('cli-bad-option', { option, value: name.trim(), allowed: 'names and values that HTTP allows' }, { cause: error })
  }
  headers[name.trim().toLowerCase()] = value.trim()
}

/** Throws `export-…`, `otlp-refused`, `otlp-unreachable`. Exit code 1 when the collector rejected some of the spans. */
export async function sendOtlp(
  store: TraceStore,
  target: OtlpTarget,
  options: ExportOptions,
  { allSpans = false, json = false }: OtlpFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const requests = otlpRequests(store, { ...options, leaveTraced: !allSpans }, { spans: MOST_SPANS, length: MOST_LENGTH })
  const sent = await sendSpans(requests, target)
  const { spans, rejected, reason } = sent
  if (json) terminal.print(JSON.stringify({ to: target.url, session: store.session, format: 'otlp', ...sent }))
  else terminal.print(`${target.url} (${spans} spans in ${sent.requests} requests, session ${store.session})`)
  if (rejected > 0) terminal.note(`The collector rejected ${rejected} of ${spans} spans${reason === '' ? '' : `: ${reason}`}.`)
  else if (reason !== '') terminal.note(`The collector says: ${reason}`)
  return rejected > 0 ? ExitCode.problem : ExitCode.ok
}
