/** What the terminal says after a test run: where the tests that failed are recorded, and how to open them. */
import { API_PATH, TOKEN_PARAM, formatRef } from '@hindscope/protocol'
import type { EventQuery, EventRow, Page } from '@hindscope/protocol'
import type { Connection } from './context.ts'

/** Label of the mark that a test leaves when it fails (runtime/test-runs/test-recorder.ts). */
const LABEL = 'test failed: '
const SHOWN = 10
const ANSWER_MS = 5_000
const SHORT_ID = 8

/** Nothing when none failed since `sinceMs`, or when the collector cannot be asked. */
export async function failedTestLines(connection: Connection | undefined, sinceMs: number): Promise<readonly string[]> {
  if (connection === undefined) return []
  const rows = await tryFailures(connection, sinceMs)
  if (rows.length === 0) return []
  const session = connection.session.slice(0, SHORT_ID)
  const shown = rows
    .slice(0, SHOWN)
    .flatMap(({ name, ref }) => [`   ${name.slice(LABEL.length)}`, `     npx hindscope open ${session} --at ${formatRef(ref)}`])
  const more = rows.length - SHOWN
  return [
    ` Hindscope recorded ${rows.length === 1 ? 'the test that failed' : `the ${rows.length} tests that failed`}:`,
    ...shown,
    ...(more > 0 ? [`   and ${more} more: npx hindscope incidents ${session}`] : []),
  ]
}

async function tryFailures({ url, token, session }: Connection, sinceMs: number): Promise<readonly EventRow[]> {
  const api = new URL(url)
  api.protocol = /^(?:wss|https):$/.test(api.protocol) ? 'https:' : 'http:'
  api.pathname = `${API_PATH}events`
  api.searchParams.set(TOKEN_PARAM, token)
  const query: EventQuery = { session, kinds: ['mark'], text: LABEL, fromUs: sinceMs * 1000, limit: 1000 }
  try {
    const response = await fetch(api, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(query),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const { result } = (await response.json()) as { readonly result?: Page<EventRow> } // SAFE: the API's own answer; a refusal has no result
    return (result?.rows ?? []).filter(({ name }) => name.startsWith(LABEL))
  } catch {
    return [] // SAFE: the tests are recorded all the same; the report of the run is not the place to complain.
  }
}
