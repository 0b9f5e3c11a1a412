/**
 * HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/) of the requests that programs sent: http-client activities of all tracks, by
 * time. Bodies are not recorded and headers only where they are fields of the activity, as masked at capture; what the format demands and
 * nobody knows has the value that the format has for that (-1, '').
 */
import { ActivityType } from '@hindscope/protocol'
import type { ValueNode } from '@hindscope/protocol'
import { formatValue } from '../model/format-value.ts'
import { fieldOf, numberField, textField } from '../model/record-values.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { scopeOf, trackName } from './export-scope.ts'
import type { ExportOptions, ExportScope } from './export-scope.ts'
import { inPieces, jsonText, listed } from './pieces.ts'
import type { ExportPiece } from './pieces.ts'

/** A session without requests gives a log without entries. Throws `export-empty`, `export-track-unknown`. */
export function exportHar(store: TraceStore, options: ExportOptions = {}): Iterable<ExportPiece> {
  const scope = scopeOf(store, options)
  return inPieces(logTexts(scope))
}

function* logTexts(scope: ExportScope): Generator<string> {
  const creator = { name: 'hindscope', version: scope.options.version ?? '' }
  yield `{"log":{"version":"1.2","creator":${jsonText(creator)},"entries":[`
  yield* listed(entries(requestsOf(scope.tracks)))
  yield ']}}\n'
}

interface RequestPlace {
  readonly track: Track
  readonly call: number
}

function requestsOf(tracks: readonly Track[]): RequestPlace[] {
  const found: RequestPlace[] = []
  for (const track of tracks) {
    for (let call = 0; call < track.calls.length; call++) if (track.calls.activity[call] === ActivityType.httpClient) found.push({ track, call })
  }
  return found.sort((a, b) => startUs(a) - startUs(b) || a.track.number - b.track.number || a.call - b.call)
}

const startUs = ({ track, call }: RequestPlace): number => track.time(track.calls.enterRow[call] ?? 0)

function* entries(requests: readonly RequestPlace[]): Generator<string> {
  for (const request of requests) yield jsonText(entryOf(request))
}

function entryOf({ track, call }: RequestPlace): object {
  const enterRow = track.calls.enterRow[call] ?? 0
  const exitRow = track.calls.exitRow[call] ?? -1
  const [start] = track.valuesOf(enterRow)
  const end = exitRow === -1 ? undefined : track.valuesOf(exitRow)[0]
  // A request without an answer has lasted until the end of what was recorded.
  const timeMs = ((exitRow === -1 ? track.lastUs : track.time(exitRow)) - track.time(enterRow)) / 1000
  const error = errorText(fieldOf(end, 'error'))
  return {
    startedDateTime: isoTime(track.time(enterRow)),
    time: timeMs,
    request: requestOf(track, start),
    response: {
      status: statusOf(end),
      statusText: textField(end, 'statusText') ?? '',
      httpVersion: '',
      cookies: [],
      headers: headersOf(end),
      content: { size: 0, mimeType: '', comment: 'not recorded' },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
      ...(error === undefined ? {} : { _error: error }),
    },
    cache: {},
    // Only the whole is known: when the first byte came was not recorded.
    timings: { blocked: -1, dns: -1, connect: -1, ssl: -1, send: 0, wait: timeMs, receive: 0 },
    comment: `${trackName(track)}, event ${track.number}.${track.seqOf(enterRow)}${exitRow === -1 ? ', not answered when the recording ended' : ''}`,
  }
}

function requestOf(track: Track, start: ValueNode | undefined): object {
  const recorded = textField(start, 'url') ?? ''
  const url = absoluteUrl(recorded, track.definition?.url ?? '')
  return {
    method: textField(start, 'method') || 'GET',
    url,
    httpVersion: '',
    cookies: [],
    headers: headersOf(start),
    queryString: queryOf(url),
    headersSize: -1,
    bodySize: -1,
  }
}

const statusOf = (end: ValueNode | undefined): number => {
  const status = numberField(end, 'status')
  return status !== undefined && Number.isInteger(status) ? status : 0
}

/** HAR wants absolute addresses; those of pages may be relative to the page. What is none even then stands behind `about:invalid#`. */
function absoluteUrl(url: string, pageUrl: string): string {
  const base = /^https?:/.test(pageUrl) ? pageUrl : undefined
  if (URL.canParse(url, base)) return new URL(url, base).href
  // Half a surrogate pair has no form in an address.
  return `about:invalid#${encodeURIComponent(url.replace(/\p{Surrogate}/gu, '\ufffd'))}`
}

function queryOf(url: string): object[] {
  return URL.canParse(url) ? [...new URL(url).searchParams].map(([name, value]) => ({ name, value })) : []
}

function headersOf(fields: ValueNode | undefined): object[] {
  const headers = fieldOf(fields, 'headers')
  return headers?.kind === 'object' ? headers.entries.map(([name, value]) => ({ name, value: plain(value) })) : []
}

const plain = (node: ValueNode): string => (node.kind === 'string' ? node.value : formatValue(node))

const errorText = (node: ValueNode | undefined): string | undefined =>
  node === undefined || node.kind === 'undefined' || node.kind === 'null' ? undefined : plain(node)

/** Milliseconds in the form of the specification; the years 1970 to 9999, since damage may have any time. */
const isoTime = (us: number): string => new Date(Math.min(Math.max(us / 1000, 0), 253_402_300_799_999)).toISOString()
