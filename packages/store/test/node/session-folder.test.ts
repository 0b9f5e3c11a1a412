import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeChunk } from '@hindscope/protocol'
import { TraceBuilder } from '@hindscope/testkit'
import { exportTrace, openSession, readSession, readTraceFile } from '../../src/index.ts'
import { ManifestDirectory, SessionWriter } from '../../src/index.ts'
import { createEngine, createTraceModel } from '../../src/model.ts'
import { cartManifest, shopTrace } from '../shop-trace.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-store-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const { trace } = shopTrace()
const chunks = trace.chunkBytes()

describe('openSession', () => {
  it('keeps what was appended', async () => {
    const dir = join(folder, trace.session)
    const { writer } = await openSession(dir, { name: 'shop' })
    await Promise.all(chunks.map(bytes => writer.append(bytes)))
    await writer.close()
    const store = await readSession(dir)
    expect(store.name).toBe('shop')
    expect(store.tracks.map(track => track.rows.length)).toEqual([12, 5])
    expect(await readdir(join(dir, 'segments'))).toEqual(['000001.sealed.hscope'])
  })

  it('starts a new segment where the next batch would be too large, and goes on in the last one', async () => {
    const dir = join(folder, trace.session)
    await (await openSession(dir)).writer.close()
    const small = new SessionWriter(join(dir, 'segments'), { number: 1, length: 0 }, 1500)
    for (const bytes of chunks) await small.append(bytes)
    await small.close()
    const names = (await readdir(join(dir, 'segments'))).map(name => name.replace('.hscope', '.sealed.hscope'))
    expect(names.length).toBeGreaterThan(1)
    const again = await openSession(dir)
    expect(again.store.tracks.map(track => track.rows.length)).toEqual([12, 5])
    await again.writer.append(chunks[0] as Uint8Array)
    await again.writer.close()
    expect(await readdir(join(dir, 'segments'))).toEqual(names)
  })

  it('after a cut at any byte keeps every whole chunk, moves the rest away and appends after it', async () => {
    const whole = Buffer.concat(chunks)
    const others = new TraceBuilder()
    // A realm that the trace does not have.
    for (const name of ['first', 'second', 'third', 'fourth']) others.realm(name)
    const realm = others.realm('page')
    const last = realm.console('log', []).eventBytes()[0] as Uint8Array
    const ends = chunks.map((_, i) => chunks.slice(0, i + 1).reduce((sum, bytes) => sum + bytes.length, 0))
    for (let length = 0; length < whole.length; length += 1) {
      const library = createTraceModel()
      const damage = library.addBytes(whole.subarray(0, length))
      const { stores } = library
      const wholeChunks = ends.filter(end => end <= length).length
      expect(damage.length).toBe(length === 0 || ends.includes(length) ? 0 : 1)
      const decoded = chunks.slice(0, wholeChunks).map(bytes => decodeChunk(bytes))
      const events = decoded.reduce((sum, chunk) => sum + chunk.recordCount, 0)
      expect(stores.reduce((sum, store) => sum + store.tracks.reduce((rows, track) => rows + track.rows.length, 0), 0)).toBe(events)
    }
    for (const length of [1, 95, 96, 97, 600, whole.length - 1]) {
      const dir = join(folder, String(length), trace.session)
      await (await openSession(dir)).writer.close()
      await writeFile(join(dir, 'segments', '000001.hscope'), whole.subarray(0, length))
      const { writer } = await openSession(dir)
      await writer.append(last)
      const kept = ends.findLast(end => end <= length) ?? 0
      expect(await readFile(join(dir, 'segments', '000001.hscope'))).toEqual(Buffer.concat([whole.subarray(0, kept), last]))
      const damaged = kept === length ? [] : ['damaged-1.bin']
      expect((await readdir(dir)).filter(name => name.startsWith('damaged'))).toEqual(damaged)
      if (kept < length) expect(await readFile(join(dir, 'damaged-1.bin'))).toEqual(whole.subarray(kept, length))
      await writer.close()
      const again = await readSession(dir)
      expect(again.damage).toEqual([])
    }
  })

  it('rejects appends that cannot be written, and only those', async () => {
    const writer = new SessionWriter(join(folder, 'nowhere'), { number: 1, length: 0 })
    await expect(writer.append(chunks[0] as Uint8Array)).rejects.toMatchObject({ code: 'segment-io' })
    const { writer: good } = await openSession(join(folder, trace.session))
    await good.append(chunks[0] as Uint8Array)
    await good.close()
    await expect(good.append(chunks[0] as Uint8Array)).rejects.toMatchObject({ code: 'segment-io' })
  })
})

describe('trace files', () => {
  it('opens an export without anything else, and gives the same answers', async () => {
    const dir = join(folder, trace.session)
    const { writer, store } = await openSession(dir)
    await Promise.all(chunks.map(bytes => writer.append(bytes)))
    await writer.close()
    for (const bytes of chunks) store.addChunk(decodeChunk(bytes))
    const path = join(folder, 'shop.hscope')
    await exportTrace(store, path)
    const file = await readTraceFile(path)
    expect(file.damage).toEqual([])
    const [read] = file.stores
    const ask = async (engine: ReturnType<typeof createEngine>) => [
      await engine.events({ session: trace.session }),
      await engine.source({ session: trace.session, path: 'src/cart.ts' }),
      await engine.problems({ session: trace.session }),
    ]
    expect(await ask(createEngine(read ? [read] : []))).toEqual(await ask(createEngine([store])))
  })

  it('opens concatenated exports and counts what is in both', async () => {
    const path = join(folder, 'two.hscope')
    await writeFile(path, Buffer.concat([trace.bytes(), trace.bytes()]))
    const { stores, damage } = await readTraceFile(path)
    expect(damage).toEqual([])
    expect(stores).toHaveLength(1)
    expect(stores[0]?.duplicates).toBe(3)
    expect(stores[0]?.tracks.map(track => track.rows.length)).toEqual([12, 5])
  })

  it('lists damage in the middle and opens what is around it', async () => {
    const whole = Buffer.from(trace.bytes())
    const at = chunks.slice(0, 3).reduce((sum, bytes) => sum + bytes.length, 0) + 100
    whole[at] = (whole[at] as number) ^ 1
    const path = join(folder, 'flipped.hscope')
    await writeFile(path, whole)
    const { stores, damage } = await readTraceFile(path)
    expect(damage.map(item => item.code)).toEqual(['chunk-checksum'])
    expect(stores[0]?.tracks.map(track => [track.rows.length, track.dropped])).toEqual([
      [8, 0],
      [5, 0],
    ])
    const [store] = stores
    const page = await createEngine(store ? [store] : []).events({ session: trace.session })
    expect(page.completeness).toEqual({ kind: 'partial', reason: '1 damaged stretches were skipped' })
  })

  it('says which file cannot be read', async () => {
    await expect(readTraceFile(join(folder, 'absent.hscope'))).rejects.toMatchObject({ code: 'trace-unreadable' })
    const path = join(folder, 'text.hscope')
    await writeFile(path, 'not a trace')
    expect(await readTraceFile(path)).toMatchObject({ stores: [], damage: [{ offset: 0, bytes: 11, code: 'chunk-truncated' }] })
  })
})

describe('ManifestDirectory', () => {
  it('reads what it wrote and nothing outside its folder', async () => {
    const manifests = new ManifestDirectory(join(folder, 'manifests'))
    expect(await manifests.read(cartManifest.module)).toBeUndefined()
    await manifests.write(cartManifest)
    expect(await manifests.read(cartManifest.module)).toEqual(cartManifest)
    await writeFile(join(folder, 'outside.json'), JSON.stringify(cartManifest))
    expect(await manifests.read('../outside')).toBeUndefined()
    await writeFile(join(folder, 'manifests', `${'0'.repeat(16)}.json`), '{"module":')
    expect(await manifests.read('0'.repeat(16))).toBeUndefined()
  })
})
