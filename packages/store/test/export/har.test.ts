import { createRequire } from 'node:module'
import Ajv from 'ajv'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { TraceBuilder } from '@hindscope/testkit'
import { exportHar } from '../../src/export/har.ts'
import type { TraceStore } from '../../src/model.ts'
import { oddTrace, storeOf, textOf } from './export-traces.ts'

interface Entry {
  readonly startedDateTime: string
  readonly time: number
  readonly request: { method: string; url: string; headers: object[]; queryString: object[] }
  readonly response: { status: number; _error?: string }
  readonly timings: Readonly<Record<string, number>>
  readonly comment: string
}

const require = createRequire(import.meta.url)
const ajv = new Ajv({ strict: false })
formats.default(ajv)
ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json') as object)
const schemas = require('har-schema') as Readonly<Record<string, object>>
for (const schema of Object.values(schemas)) ajv.addSchema(schema)

function entriesOf(store: TraceStore): Entry[] {
  const har = JSON.parse(textOf(exportHar(store, { version: '1.2.3' }))) as { log: { entries: Entry[]; creator: object } }
  expect(ajv.validate('har.json#', har), ajv.errorsText()).toBe(true)
  expect(har.log.creator).toEqual({ name: 'hindscope', version: '1.2.3' })
  return har.log.entries
}

describe('har', () => {
  it('has the requests that were sent, with absolute addresses and the time that they took', () => {
    const [get, post, ...others] = entriesOf(storeOf(oddTrace().trace))
    expect(others).toEqual([])
    expect(get).toMatchObject({
      startedDateTime: '2023-11-14T22:13:20.000Z',
      time: 1.685,
      request: {
        method: 'GET',
        url: 'http://localhost/items?a=1&b=%20x',
        queryString: [
          { name: 'a', value: '1' },
          { name: 'b', value: ' x' },
        ],
      },
      response: { status: 200 },
      timings: { send: 0, wait: 1.685, receive: 0 },
      comment: 'page "one", event 0.5',
    })
    expect(post?.comment).toMatch(/not answered when the recording ended$/)
    expect(post).toMatchObject({ time: 0.2, response: { status: 0 } })
  })

  it('keeps masked headers masked', () => {
    expect(entriesOf(storeOf(oddTrace().trace))[1]?.request.headers).toEqual([{ name: 'authorization', value: '▒▒' }])
  })

  it('says why there was no answer, sorts by time over tracks, and takes what is no address', () => {
    const trace = new TraceBuilder()
    const [a, b] = [trace.realm('a'), trace.realm('b')]
    const late = a.at(900).activity('httpClient', { method: '', url: 'http://[bad' })
    a.at(950).ends(late, 'httpClient', { status: 0, error: 'ECONNREFUSED "x"' })
    b.at(100).activity('httpClient', {})
    const entries = entriesOf(storeOf(trace))
    expect(entries.map(({ request, response }) => [request.method, request.url, response._error])).toEqual([
      ['GET', 'http://localhost/b', undefined],
      ['GET', 'about:invalid#http%3A%2F%2F%5Bbad', 'ECONNREFUSED "x"'],
    ])
  })

  it('is a log without entries when nothing was sent', () => {
    const trace = new TraceBuilder()
    trace.realm('r').enter('f')
    expect(entriesOf(storeOf(trace))).toEqual([])
  })
})
