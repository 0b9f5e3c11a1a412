import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AnnotationDraft } from '@hindscope/protocol'
import { exportChunks } from '@hindscope/store/model'
import { readNotes, readSession, readTraceFile } from '@hindscope/store'
import { writeFile } from 'node:fs/promises'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import { startCollector } from '../src/index.ts'
import type { Collector } from '../src/index.ts'

let dataDir: string
let collector: Collector
const trace = new TraceBuilder()
const page = trace.realm('page').module(manifestOf('ab'.repeat(8), 'src/app.ts', [functionProbe('add', { line: 3 })]))
page.at(10).returns(page.enter('add'), 'add', 3)
const session = trace.session

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hindscope-annotations-'))
  collector = await startCollector({ dataDir, session, token: 't' })
  const bytes = Buffer.concat(trace.chunkBytes())
  await fetch(`${collector.url}/ingest-beacon?token=t`, { method: 'POST', body: bytes })
})
afterEach(async () => {
  await collector.close()
  await rm(dataDir, { recursive: true, force: true })
})

const draft = (id: string, text: string, order = 1): AnnotationDraft => ({
  id,
  atUs: trace.baseUs + 10,
  ref: { track: 0, seq: 1 },
  text,
  author: 'Ada',
  order,
})

it('annotations lie beside the session, are asked for with their events, and go with an export', async () => {
  const { control, engine } = collector
  await control.annotate({ session, annotations: [draft('a', 'first', 2), draft('b', 'second', 1)] })
  // Many at once: none is lost.
  await Promise.all(Array.from({ length: 20 }, (_, i) => control.annotate({ session, annotations: [draft(`n${i}`, `note ${i}`, 10 + i)] })))
  await control.annotate({ session, annotations: [draft('a', 'changed', 30), draft('n3', '')] })
  const rows = await engine.annotations({ session })
  expect(rows.map(({ id }) => id)).toEqual(['b', ...Array.from({ length: 20 }, (_, i) => `n${i}`).filter(id => id !== 'n3'), 'a'])
  expect(rows.at(-1)).toMatchObject({ text: 'changed', ref: { track: 0, seq: 1 }, author: 'Ada', order: 30 })
  await collector.close()
  const dir = join(dataDir, 'sessions', session)
  expect(await readNotes(dir)).toHaveLength(22)
  const store = await readSession(dir)
  const file = join(dataDir, 'x.hscope')
  await writeFile(file, Buffer.concat([...exportChunks(store)]))
  expect((await readTraceFile(file)).stores[0]?.remarks.annotations().map(({ text }) => text)).toContain('changed')
  // A session that is over takes them too.
  collector = await startCollector({ dataDir, token: 't' })
  await collector.control.annotate({ session, annotations: [draft('late', 'later', 99)] })
  expect(JSON.parse(await readFile(join(dir, 'notes.json'), 'utf8'))).toHaveLength(23)
})

it('what is none is refused by name, and changes nothing', async () => {
  const bad = (annotations: unknown) => collector.control.annotate({ session, annotations: annotations as AnnotationDraft[] })
  for (const wrong of [
    undefined,
    [null],
    [{ ...draft('', 'x') }],
    [{ ...draft('a', 'x'), atUs: '1' }],
    [{ ...draft('a', 'x'.repeat(20_001)) }],
    [{ ...draft('a', 'x'), ref: 7 }],
  ]) {
    await expect(bad(wrong)).rejects.toMatchObject({ code: 'query-bad' })
  }
  await expect(collector.control.annotate({ session: 'ff'.repeat(16), annotations: [] })).rejects.toMatchObject({ code: 'not-found' })
  await expect(collector.control.annotate({ session: '../x', annotations: [] })).rejects.toMatchObject({ code: 'not-found' })
  expect(await collector.engine.annotations({ session })).toEqual([])
})
