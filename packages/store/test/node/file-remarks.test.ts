import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AnnotationDefinition } from '@hindscope/protocol'
import { environmentHere, exportTrace, openSession, readNotes, readSession, readTraceFile, writeNotes } from '../../src/index.ts'
import { TraceStore, listFrames } from '../../src/model.ts'
import { shopTrace } from '../shop-trace.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-remarks-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const { trace } = shopTrace()
const note = (id: string, text: string, writtenMs: number): AnnotationDefinition => ({
  kind: 'annotation',
  id,
  atUs: trace.baseUs + writtenMs,
  text,
  author: 'Ada',
  writtenMs,
})
const texts = (store: TraceStore | undefined): (readonly [string, string])[] =>
  store?.remarks.annotations().map(({ id, text }) => [id, text] as const) ?? []

it('keeps notes with a session, and gives them along with its exports', async () => {
  const dir = join(folder, trace.session)
  const { writer } = await openSession(dir)
  for (const bytes of trace.chunkBytes()) await writer.append(bytes)
  await writer.close()
  await writeNotes(dir, [note('b', 'then', 3), note('a', 'first', 1), note('a', 'first of all', 2), note('c', '', 4)])
  const store = await readSession(dir)
  expect(texts(store)).toEqual([
    ['a', 'first of all'],
    ['b', 'then'],
  ])
  const path = join(folder, 'shop.hscope')
  await exportTrace(store, path)
  expect(texts((await readTraceFile(path)).stores[0])).toEqual(texts(store))
  await writeFile(join(dir, 'notes.json'), '[{"kind":"annotation","id":1}, null, 7]')
  expect(await readNotes(dir)).toEqual([])
  await writeFile(join(dir, 'notes.json'), '[')
  expect(await readNotes(dir)).toEqual([])
})

it('writes files sealed, that say where they were written, with the texts of sources or without', async () => {
  const store = new TraceStore(trace.session)
  for (const chunk of trace.chunks()) store.addChunk(chunk)
  const contents: (readonly (string | undefined)[])[] = []
  for (const sources of [true, false]) {
    const path = join(folder, `${sources}.hscope`)
    await exportTrace(store, path, { sources, environment: environmentHere('1.2.3', sources) })
    expect(listFrames(await readFile(path)).frames.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['block', 'index']))
    const [read] = (await readTraceFile(path)).stores
    expect(read?.remarks.environments()).toMatchObject([{ hindscope: '1.2.3', sources, engine: expect.stringContaining(process.version) }])
    contents.push([...(read?.manifests.all() ?? [])].flatMap(manifest => manifest.sources.map(({ path: name, content }) => content ?? name)))
  }
  expect(contents[0]?.some(text => text?.includes('\n'))).toBe(true)
  expect(contents[1]).toEqual([...store.manifests.all()].flatMap(manifest => manifest.sources.map(({ path }) => path)))
})
