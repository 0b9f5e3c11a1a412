/** Searches for a value by the bytes of chunks find what reading every value finds: copies and big integers too. */
import { generateTrace } from '@hindscope/testkit'
import { decodeChunk } from '@hindscope/protocol'
import type { TraceEngine } from '@hindscope/protocol'
import { beforeAll, expect, test } from 'vitest'
import { createEngine } from '../../src/engine/engine.ts'
import { createTraceModel } from '../../src/model/trace-library.ts'

let engine: TraceEngine
let session: string

beforeAll(() => {
  const chunks = [...generateTrace({ events: 30_000, seed: 11, realms: 2 })].map(bytes => decodeChunk(bytes))
  const { stores } = createTraceModel(chunks)
  session = stores[0]?.session ?? ''
  engine = createEngine(stores)
})

const refs = async (query: string): Promise<string[]> => {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await engine.search({ session, query, limit: 1000, ...(cursor === undefined ? {} : { cursor }) })
    for (const row of page.rows) if ('ref' in row) found.push(`${row.ref.track}.${row.ref.seq}`)
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
}

test.each(['args.user.id', 'result.id', 'args.user.score', 'args[0].id', 'result'])('numbers at %s', async path => {
  const counts: number[] = []
  for (const value of [0, 1, 2, 3, 7, 27, 63, 64, 99, 1000, 4711, 49_999]) {
    const found = await refs(`${path} = ${value}`)
    expect(found, `${path} = ${value}`).toEqual(await refs(`${path} >= ${value} and ${path} <= ${value}`))
    counts.push(found.length)
  }
  expect(counts.some(count => count > 0)).toBe(path !== 'args.user.score')
})

test.each([
  ['result', 'paid'],
  ['args.user.name', 'user 1'],
  ['values.method', 'GET'],
  ['error.message', 'stock is negative'],
])('texts at %s', async (path, text) => {
  expect(await refs(`${path} = "${text}"`)).toEqual(await refs(`${path} >= "${text}" and ${path} <= "${text}"`))
})
