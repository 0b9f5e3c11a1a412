/** Whoever goes away does not keep a search running. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { AskOptions, TraceEngine } from '@hindscope/protocol'
import { createEngine } from '@hindscope/store/model'
import { route } from '../src/http-routes.ts'

test('a search is told that its client has gone', async () => {
  let asked: (signal: AskOptions['signal']) => void = () => undefined
  const began = new Promise<AskOptions['signal']>(resolve => (asked = resolve))
  const engine: TraceEngine = {
    ...createEngine([]),
    search: (_, options) => {
      asked(options?.signal)
      return new Promise(() => undefined)
    },
  }
  const server = createServer((request, response) => {
    void route(request, response, {
      rules: { token: 't', allowedOrigins: [], hosts: ['127.0.0.1'] },
      engine,
      catalog: { list: () => Promise.resolve([]), open: () => Promise.resolve(undefined) },
      ingest: undefined,
      control: undefined,
      uiDir: undefined,
      health: async () => ({}),
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = new AbortController()
  const answer = fetch(`http://127.0.0.1:${port}/api/search?token=t`, { method: 'POST', body: '{}', signal: client.signal })
  const signal = await began
  expect(signal?.aborted).toBe(false)
  client.abort()
  await expect(answer).rejects.toThrow()
  await expect.poll(() => signal?.aborted).toBe(true)
  server.close()
})
