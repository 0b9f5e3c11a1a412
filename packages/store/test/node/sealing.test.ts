import { copyFile, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GeneratedTrace } from '@hindscope/testkit'
import { openSession, readSession } from '../../src/index.ts'
import { readTrace } from '../../src/segment/read-trace.ts'
import { sealChunks } from '../../src/segment/seal-chunks.ts'
import { SegmentSealer } from '../../src/node/segment-sealer.ts'
import { lockPath } from '../../src/node/folder-lock.ts'

const SESSION = '5ea1'.repeat(8)
const chunks = [...new GeneratedTrace({ events: 6000, session: SESSION, functions: 60, modules: 5 }).chunks()]
const events = 6000

let folder: string
let dir: string
let segments: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-seal-'))
  dir = join(folder, SESSION)
  segments = join(dir, 'segments')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const names = (): Promise<string[]> => readdir(segments)
const eventsOf = async (): Promise<number> => (await readSession(dir)).tracks.reduce((sum, track) => sum + track.rows.length, 0)
async function record(options: Parameters<typeof openSession>[1] = {}): Promise<void> {
  const { writer } = await openSession(dir, options)
  for (const bytes of chunks) await writer.append(bytes)
  await writer.close()
}
async function storedChunks(name: string): Promise<string[]> {
  const stored: string[] = []
  expect(readTrace(await readFile(join(segments, name)), (_, bytes) => stored.push(Buffer.from(bytes).toString('latin1')))).toEqual([])
  return stored
}
/** The folder as it was before the sealed form replaced the raw one. */
async function withRawForm(): Promise<void> {
  const raw = Buffer.concat(chunks)
  await record()
  await writeFile(join(segments, '000001.hscope'), raw)
}

describe('sealing', () => {
  it('replaces finished segments while the session goes on, and the last one when it is closed', async () => {
    const { writer, sealer } = await openSession(dir, { segmentBytes: 20_000 })
    for (const bytes of chunks) await writer.append(bytes)
    await sealer.idle()
    const during = await names()
    expect(during.filter(name => name.endsWith('.sealed.hscope')).length).toBe(during.length - 1)
    expect(await eventsOf()).toBe(events)
    await writer.close()
    expect((await names()).every(name => name.endsWith('.sealed.hscope'))).toBe(true)
    expect(sealer.stats).toMatchObject({ sealed: during.length, damaged: 0, failed: 0 })
    expect(await eventsOf()).toBe(events)
  })

  it('keeps every byte of every chunk, in much fewer bytes', async () => {
    await record()
    const [name = ''] = await names()
    expect((await storedChunks(name)).sort()).toEqual(chunks.map(bytes => Buffer.from(bytes).toString('latin1')).sort())
    expect((await stat(join(segments, name))).size).toBeLessThan(Buffer.concat(chunks).length / 3)
  })

  it('goes on in a new segment when the session is opened again', async () => {
    const half = chunks.length >> 1
    for (const part of [chunks.slice(0, half), chunks.slice(half)]) {
      const { writer } = await openSession(dir)
      for (const bytes of part) await writer.append(bytes)
      await writer.close()
    }
    expect(await names()).toEqual(['000001.sealed.hscope', '000002.sealed.hscope'])
    expect(await eventsOf()).toBe(events)
  })

  it('that was cut short before the raw segment was removed: the raw one goes at the next opening', async () => {
    await withRawForm()
    expect(await eventsOf()).toBe(events)
    await writeFile(join(segments, '000009.sealed.hscope.tmp'), 'half')
    const { writer, store } = await openSession(dir)
    expect(await names()).toEqual(['000001.sealed.hscope'])
    expect(store.tracks.reduce((sum, track) => sum + track.rows.length, 0)).toBe(events)
    await writer.close()
  })

  it('loses nothing when the sealed form does not hold all of the raw one', async () => {
    await withRawForm()
    const sealed = join(segments, '000001.sealed.hscope')
    await truncate(sealed, (await stat(sealed)).size - 100)
    await (await openSession(dir)).writer.close()
    expect(await eventsOf()).toBe(events)
    expect(await names()).toContain('000002.sealed.hscope')
  })

  it('loses nothing when the sealed form is whole and another', async () => {
    await withRawForm()
    await writeFile(join(segments, '000001.sealed.hscope'), Buffer.concat([...sealChunks(chunks.slice(0, -1))]))
    await (await openSession(dir)).writer.close()
    expect(await eventsOf()).toBe(events)
    expect(await names()).toEqual(['000001.sealed.hscope', '000002.sealed.hscope'])
  })

  it('leaves a segment alone in which something cannot be read', async () => {
    const { writer } = await openSession(dir, { segmentBytes: 20_000 })
    for (const bytes of chunks) await writer.append(bytes)
    await writer.close()
    const [first = ''] = await names()
    const whole = Buffer.concat((await storedChunks(first)).map(text => Buffer.from(text, 'latin1')))
    whole[whole.length >> 1] = (whole[whole.length >> 1] as number) ^ 1
    await rm(join(segments, first))
    await writeFile(join(segments, '000001.hscope'), whole)
    const { sealer, writer: again } = await openSession(dir)
    await again.close()
    expect(sealer.stats).toMatchObject({ sealed: 0, damaged: 1 })
    expect(await readFile(join(segments, '000001.hscope'))).toEqual(whole)
  })

  it('leaves the raw segment alone when the disk fails, and says so', async () => {
    await withRawForm()
    const raw = await readFile(join(segments, '000001.hscope'))
    await rm(join(segments, '000001.sealed.hscope'))
    const failures: unknown[] = []
    const sealer = new SegmentSealer(segments, error => failures.push(error))
    // A folder in the way of the draft: what a disk says then is no different to the sealer.
    await writeFile(join(folder, 'empty'), '')
    await rm(join(segments, '000001.sealed.hscope.tmp'), { force: true })
    await (await import('node:fs/promises')).mkdir(join(segments, '000001.sealed.hscope.tmp'))
    sealer.add(1)
    await sealer.idle()
    expect(sealer.stats).toEqual({ sealed: 0, damaged: 0, failed: 1 })
    expect(failures).toHaveLength(1)
    expect(await readFile(join(segments, '000001.hscope'))).toEqual(raw)
  })

  it('is not noticed by readers that are under way', async () => {
    await withRawForm()
    const copy = join(folder, 'copy.hscope')
    await copyFile(join(segments, '000001.hscope'), copy)
    await rm(join(segments, '000001.sealed.hscope'))
    const sealer = new SegmentSealer(segments, () => undefined)
    const readings: Promise<number>[] = []
    for (let i = 0; i < 12; i++) {
      await copyFile(copy, join(segments, '000001.hscope'))
      sealer.add(1)
      readings.push(eventsOf())
      await sealer.idle()
    }
    expect(new Set(await Promise.all(readings))).toEqual(new Set([events]))
  })
})

describe('the lock of a session', () => {
  it('keeps another process out while one writes, and is free when that one is gone', async () => {
    const { writer } = await openSession(dir)
    await writer.close()
    await writeFile(lockPath(dir), String(process.ppid))
    const opening = openSession(dir)
    await new Promise(resolve => setTimeout(resolve, 120))
    await rm(lockPath(dir))
    await (await opening).writer.close()
    await writeFile(lockPath(dir), '999999999')
    await (await openSession(dir)).writer.close()
    expect(await readdir(dir)).not.toContain('writing.lock')
  })
})
