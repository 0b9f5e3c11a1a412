/**
 * Requests of pages. Chrome tells them by instants: ResourceSendRequest, ResourceReceiveResponse, ResourceReceivedData, ResourceFinish,
 * joined by a request id. They become one http client activity, from the sending to the finish.
 */
import { numberOf, present, textOf } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'
import type { OpenThread } from './dialect.ts'
import type { Span } from './span.ts'
import { dataOf } from './trace-event.ts'
import type { TraceEvent } from './trace-event.ts'

interface OpenRequest {
  readonly span: Span
  response: JsonObject
}

export const isRequestEvent = (name: string): boolean => REQUEST_EVENTS.has(name)
const REQUEST_EVENTS: ReadonlySet<string> = new Set([
  'ResourceSendRequest',
  'ResourceReceiveResponse',
  'ResourceReceivedData',
  'ResourceFinish',
  'ResourceMarkAsCached',
])

export class RequestTable {
  private readonly requests = new Map<string, OpenRequest>()

  /** True when the event was one of a known request. */
  take(event: TraceEvent, open: OpenThread): boolean {
    if (!isRequestEvent(event.name)) return false
    const fields = dataOf(event)
    const id = textOf(fields['requestId'])
    if (id === undefined) return false
    const key = `${event.pid} ${id}`
    if (event.name === 'ResourceSendRequest') {
      // A redirect sends again under the same id: the one before has ended there.
      this.finish(key, event.ts, {})
      this.requests.set(key, { span: open.begin(event.ts, startOf(fields), open.top), response: {} })
      return true
    }
    const request = this.requests.get(key)
    if (request === undefined) return false
    if (event.name === 'ResourceReceiveResponse') request.response = responseOf(fields)
    else if (event.name === 'ResourceFinish') this.finish(key, event.ts, endOf(fields))
    return true
  }

  private finish(key: string, timeUs: number, end: JsonObject): void {
    const request = this.requests.get(key)
    if (request === undefined) return
    this.requests.delete(key)
    const { span, response } = request
    span.result = present({ ...response, ...end })
    span.thread.moments.push({ kind: 'end', timeUs, span })
  }
}

const startOf = ({ requestMethod, url, priority, resourceType, renderBlocking }: JsonObject) =>
  ({
    kind: 'activity',
    type: 'httpClient',
    fields: present({ method: textOf(requestMethod) ?? 'GET', url: textOf(url) ?? '', priority, resourceType, renderBlocking }),
  }) as const

const responseOf = ({ statusCode, mimeType, protocol, fromCache, fromServiceWorker }: JsonObject): JsonObject => ({
  status: numberOf(statusCode),
  mimeType,
  protocol,
  fromCache: fromCache === true ? true : undefined,
  fromServiceWorker: fromServiceWorker === true ? true : undefined,
})

const endOf = ({ didFail, encodedDataLength, decodedBodyLength }: JsonObject): JsonObject => ({
  bytes: numberOf(encodedDataLength),
  decodedBytes: numberOf(decodedBodyLength),
  error: didFail === true ? 'the request failed' : undefined,
})
