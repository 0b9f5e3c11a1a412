/** Which requests carry our headers, and what is recorded of an address. */
import { TRACEPARENT, TRACESTATE, TRACESTATE_KEY, tryParseHlc } from '@hindscope/protocol'
import type { RecorderAccess } from './adapter.ts'

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])

type Header = readonly [name: string, value: string]
/** Of this machine, where the program's own servers are. */
export const isLoopback = (host: string): boolean => LOOPBACK.has(host)

/** Headers for a request of `activity`. */
export function traceHeaders(recorder: RecorderAccess, activity: number, root: number): readonly [Header, Header] {
  return [
    [TRACEPARENT, recorder.traceparent(activity, root)],
    [TRACESTATE, `${TRACESTATE_KEY}=${recorder.clockText()}`],
  ]
}

/**
 * Only the program's own servers get headers. From a page that is its own origin: an extra header on any other origin, another port of
 * this machine included, would turn a simple request into one with a CORS preflight, which that server may refuse. Node has no
 * preflights, so there (`origin` undefined) it is everything on loopback.
 */
export function mayCarryHeaders(url: URL, origin: string | undefined): boolean {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false
  return origin === undefined ? LOOPBACK.has(url.hostname) : url.origin === origin
}

/** The address as text, without credentials and with masked values of secret query parameters. */
export function recordedUrl(url: URL, isRedacted: (name: string) => boolean): string {
  const query = url.search
    .slice(1)
    .split('&')
    .map(part => maskPart(part, isRedacted))
  return `${url.origin === 'null' ? url.protocol : url.origin}${url.pathname}${url.search === '' ? '' : `?${query.join('&')}`}`
}

/** As `recordedUrl`, for the target of a request line. */
export function recordedPath(target: string, isRedacted: (name: string) => boolean): string {
  const at = target.indexOf('?')
  if (at < 0) return target
  const query = target
    .slice(at + 1)
    .split('&')
    .map(part => maskPart(part, isRedacted))
  return `${target.slice(0, at)}?${query.join('&')}`
}

function maskPart(part: string, isRedacted: (name: string) => boolean): string {
  const at = part.indexOf('=')
  return at > 0 && isRedacted(part.slice(0, at)) ? `${part.slice(0, at)}=…` : part
}

/** Our clock value in a tracestate header. */
export function clockOf(tracestate: string): string | undefined {
  for (const member of tracestate.split(',')) {
    const text = member.trim()
    if (!text.startsWith(`${TRACESTATE_KEY}=`)) continue
    const value = text.slice(TRACESTATE_KEY.length + 1)
    if (tryParseHlc(value) !== undefined) return value
  }
  return undefined
}
