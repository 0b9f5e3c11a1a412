/** Searches that answer before they are done, and searches that pass over what their bytes rule out. */
import { ValueTag, decodeChunk } from '@hindscope/protocol'
import type { EventRow } from '@hindscope/protocol'
import { expect, test } from 'vitest'
import { createEngine } from '../../src/engine/engine.ts'
import { createTraceModel } from '../../src/model/trace-library.ts'
import { RawValue, TraceBuilder, generateTrace } from '@hindscope/testkit'

async function pages(engine: ReturnType<typeof createEngine>, session: string, query: string, budgetMs?: number): Promise<EventRow[][]> {
  const found: EventRow[][] = []
  for (let cursor: string | undefined; ;) {
    const answer = await engine.search({
      session,
      query,
      limit: 50,
      ...(budgetMs === undefined ? {} : { budgetMs }),
      ...(cursor === undefined ? {} : { cursor }),
    })
    const rows = answer.rows as readonly EventRow[] // SAFE: the queries select no aggregates
    found.push([...rows])
    cursor = answer.cursor
    if (rows.length < 50 && cursor !== undefined) {
      expect(answer.completeness).toMatchObject({ kind: 'partial', reason: expect.stringMatching(/time was up with \d+ % of the events/) })
    }
    if (cursor === undefined) {
      expect(answer.completeness.kind).toBe('complete')
      return found
    }
  }
}

test('a search that runs out of time goes on where it stopped, and finds what one in one go finds', async () => {
  const [store] = createTraceModel([...generateTrace({ events: 60_000, seed: 5 })].map(bytes => decodeChunk(bytes))).stores
  const session = store?.session ?? ''
  const engine = createEngine([store as NonNullable<typeof store>])
  for (const query of ['text ~ "qu"', 'args.user.id > 4000', 'kind = callThrow order by time desc', 'text ~ "in no text at all"']) {
    const whole = (await pages(engine, session, query)).flat()
    const parts = await pages(engine, session, query, 1)
    expect(parts.flat().map(({ ref }) => ref)).toEqual(whole.map(({ ref }) => ref))
  }
  // Looking at sixty thousand texts takes longer than a millisecond.
  expect((await pages(engine, session, 'text ~ "in no text at all"', 1)).length).toBeGreaterThan(1)
})

test('numbers are found whatever way they are written', async () => {
  const trace = new TraceBuilder()
  const page = trace.realm('page')
  const numbers = [1, -1, 63, 64, 4711, -4711, 2 ** 31, 2 ** 40 + 1, 2 ** 53 - 1, 0.5, -0.5, 1e300, 0, -0]
  const bigint = new RawValue((writer, text) => {
    writer.byte(ValueTag.bigint)
    writer.varint(text('4711'))
  })
  const lists = [
    [4711, 1],
    new RawValue((writer, text) => {
      writer.byte(ValueTag.binary)
      for (const part of [0, text('Uint8Array'), 2, 2]) writer.varint(part)
      writer.raw(Uint8Array.of(7, 200))
    }),
    'x'.repeat(300),
    new RawValue(writer => {
      writer.byte(ValueTag.set)
      for (const part of [0, 1, 0]) writer.varint(part)
    }),
  ]
  // A chunk a value: what one chunk has must not hide what another lacks.
  for (const value of [...numbers, bigint, ...lists]) {
    page.event({ kind: 'mark', values: [{ label: 'm', value }] })
    page.seal()
  }
  const [store] = createTraceModel(trace.chunks()).stores
  const engine = createEngine([store as NonNullable<typeof store>])
  const found = async (query: string): Promise<number[]> => (await pages(engine, trace.session, query)).flat().map(({ ref }) => ref.seq)
  const labels = new Map(numbers.map((value, seq) => [seq, value]))
  for (const value of [1, -1, 63, 64, -4711, 2 ** 31, 2 ** 40 + 1, 2 ** 53 - 1, 0.5, -0.5, 1e300]) {
    expect(await found(`values.value = ${value}`)).toEqual([...labels].filter(([, each]) => each === value).map(([seq]) => seq))
  }
  expect(await found('values.value = 4711')).toEqual([4, 14])
  expect(await found('values.value = 0')).toEqual([12, 13])
  expect(await found('values.value[0] = 4711')).toEqual([15])
  expect(await found('values.value[1] = 200')).toEqual([16])
  expect(await found('values.value.length = 2')).toEqual([15, 16])
  expect(await found('values.value.length = 300')).toEqual([17])
  expect(await found('values.value.size = 1')).toEqual([18])
})
