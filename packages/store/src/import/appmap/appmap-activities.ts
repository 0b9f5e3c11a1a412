/**
 * Calls of an AppMap that are no functions: requests, queries, messages. The table says which kind a call event is, which activity it
 * becomes, and what its start and its end tell.
 */
import type { ActivityTypeName } from '@hindscope/protocol'
import { isObject, numberOf, objectOf, present, textOf } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'
import { plain } from '../plain-value.ts'
import type { PlainValue } from '../plain-value.ts'
import { namedParameters } from './appmap-values.ts'
import type { AppMapValues } from './appmap-values.ts'

export interface ActivityKind {
  readonly type: ActivityTypeName
  start(event: JsonObject, values: AppMapValues): PlainValue
  /** undefined: nothing is told of the end. */
  end(returned: JsonObject, values: AppMapValues): PlainValue | undefined
}

/** By the member of the call event that makes it one. `message` is last: requests have it too, for their parameters. */
const KINDS: readonly (readonly [string, ActivityKind])[] = [
  [
    'http_server_request',
    {
      type: 'httpServer',
      start: (event, values) => {
        const request = objectOf(event['http_server_request']) ?? {}
        const headers = objectOf(request['headers'])
        const fields = {
          method: request['request_method'],
          url: request['path_info'],
          traceparent: headerOf(headers, 'traceparent'),
          normalizedPath: request['normalized_path_info'],
          protocol: request['protocol'],
          headers,
        }
        return withParameters(fields, event, values)
      },
      end: (returned, values) => responseOf(returned['http_server_response'], values),
    },
  ],
  [
    'http_client_request',
    {
      type: 'httpClient',
      start: (event, values) => {
        const request = objectOf(event['http_client_request']) ?? {}
        return withParameters({ method: request['request_method'], url: request['url'], headers: request['headers'] }, event, values)
      },
      end: (returned, values) => responseOf(returned['http_client_response'], values),
    },
  ],
  [
    'sql_query',
    {
      type: 'custom',
      start: event => {
        const query = objectOf(event['sql_query']) ?? {}
        const sql = textOf(query['sql']) ?? ''
        return plain(
          present({
            name: `SQL ${sql.replaceAll(/\s+/g, ' ').trim().slice(0, 100)}`.trim(),
            sql,
            database: query['database_type'],
            serverVersion: query['server_version'],
            plan: query['explain_sql'],
          }),
        )
      },
      end: (returned, values) => ('return_value' in returned ? objectNode([['result', values.of(returned['return_value'])]]) : undefined),
    },
  ],
  ['message', { type: 'message', start: (event, values) => withParameters({}, event, values), end: () => undefined }],
]

/** undefined for a call of a function. */
export function activityKindOf(event: JsonObject): ActivityKind | undefined {
  for (const [member, kind] of KINDS) if (isObject(event[member]) || (member === 'message' && Array.isArray(event[member]))) return kind
  return undefined
}

function responseOf(value: unknown, values: AppMapValues): PlainValue {
  const response = objectOf(value) ?? {}
  const fields = plainEntries({
    status: numberOf(response['status_code']) ?? response['status'],
    mimeType: response['mime_type'],
    headers: response['headers'],
  })
  const body = response['return_value']
  return objectNode(body === undefined ? fields : [...fields, ['body', values.of(body)]])
}

function withParameters(fields: JsonObject, event: JsonObject, values: AppMapValues): PlainValue {
  const parameters = namedParameters(event['message'], values)
  const entries = plainEntries(fields)
  return objectNode(parameters.length === 0 ? entries : [...entries, ['parameters', objectNode(parameters)]])
}

type Entries = readonly (readonly [string, PlainValue])[]
const plainEntries = (fields: JsonObject): Entries => Object.entries(present(fields)).map(([key, value]) => [key, plain(value)] as const)

export const objectNode = (entries: Entries): PlainValue => ({ kind: 'object', id: 0, className: 'Object', size: entries.length, entries })

/** Header names are in any case. */
function headerOf(headers: JsonObject | undefined, name: string): string | undefined {
  for (const [key, value] of Object.entries(headers ?? {})) if (key.toLowerCase() === name) return textOf(value)
  return undefined
}
