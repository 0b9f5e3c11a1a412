import { describe, expect, it } from 'vitest'
import { TraceBuilder } from '@hindscope/testkit'
import type { OpenProgress, TraceSource } from '../../src/worker/messages.ts'
import { shopTrace } from '../browser/shop-trace.ts'
import { bytesOf, chunkBytesOf, fileOf } from '../trace-bytes.ts'
import { joined } from './joined.ts'

const ignore = (): void => undefined
const trace = shopTrace(20)
const sealed = bytesOf(trace)

async function opened(...files: readonly TraceSource[]) {
  const worker = joined()
  const result = await worker.engine.open(files, ignore)
  return { ...worker, result }
}
const failureOf = async (...files: readonly TraceSource[]) => {
  const { result } = await opened(...files)
  return result.ok ? expect.fail('it opened') : result.failure
}

describe('opening', () => {
  it('tells bytes, events and phase, and what the file is', async () => {
    const { engine } = joined()
    const told: OpenProgress[] = []
    const result = await engine.open([fileOf('shop.hscope', sealed)], progress => told.push(progress))
    expect(told[0]).toEqual({ phase: 'reading', bytes: 0, totalBytes: sealed.length, events: 0, totalEvents: 0 })
    expect(told.at(-1)).toEqual({ phase: 'indexing', bytes: sealed.length, totalBytes: sealed.length, events: 300, totalEvents: 300 })
    expect(result).toEqual({
      ok: true,
      value: {
        name: { name: 'shop.hscope', bytes: sealed.length, content: expect.stringMatching(/^[0-9a-f]{8}$/) },
        sessions: [trace.session],
        remarks: [],
      },
    })
  })

  it('opens several files and several sessions as one', async () => {
    const other = new TraceBuilder('07e2'.repeat(8))
    other.realm('other').at(5).console('log', ['hello'])
    const { engine, result } = await opened(fileOf('both.hscope', bytesOf(trace, other)), fileOf('nothing.hscope'))
    expect(result).toMatchObject({ ok: true, value: { sessions: [trace.session, other.session] } })
    expect(result.ok && result.value.remarks.map(({ failure }) => failure.code)).toEqual(['ui-file-empty'])
    expect(await engine.ask('session', { session: other.session })).toMatchObject({ ok: true, value: { events: 1 } })
  })

  it('tells a file by its content', async () => {
    const changed = sealed.slice()
    changed[0] = 0
    const contents = await Promise.all(
      [sealed, sealed, changed].map(async bytes => {
        const { result } = await opened(fileOf('same-name.hscope', bytes))
        return result.ok && result.value.name.content
      }),
    )
    expect(contents[0]).toBe(contents[1])
    expect(contents[0]).not.toBe(contents[2])
  })
})

describe('bad input', () => {
  it.each([
    ['', 'ui-file-empty', 'a.hscope is empty'],
    ['{"traceEvents": []}', 'ui-file-not-trace', 'it looks like JSON'],
    ['PK\u0003\u0004rest', 'ui-file-not-trace', 'it is a ZIP archive'],
    ['no trace at all, '.repeat(40), 'ui-file-not-trace', 'it begins with 6e 6f 20 74'],
    ['HSCK', 'ui-file-nothing-readable', 'no event of it can be read'],
  ])('%j is told apart', async (text, code, words) => {
    const failure = await failureOf(fileOf('a.hscope', text))
    expect(failure.code).toBe(code)
    expect(failure.message).toContain(words)
    expect(failure.fix).not.toBe('')
  })

  it('a newer version', async () => {
    const newer = chunkBytesOf(trace)
    // The version stands behind the magic of every chunk.
    for (let at = newer.indexOf(0x48); at !== -1; at = newer.indexOf(0x48, at + 1)) {
      if (Buffer.from(newer.subarray(at, at + 4)).toString() === 'HSCK') newer[at + 4] = 99
    }
    const failure = await failureOf(fileOf('a.hscope', newer))
    expect(failure.code).toBe('ui-file-newer')
    expect(failure.message).toContain('version 99')
  })

  it('more than a page can hold is not even read', async () => {
    const huge: TraceSource = { name: 'huge.hscope', size: 2 ** 31, slice: () => expect.fail('it was read') }
    const failure = await failureOf(huge)
    expect(failure.code).toBe('ui-file-too-large')
    expect(failure.fix).toContain('hindscope open <file>')
  })

  it('a file that goes away while it is read', async () => {
    const gone: TraceSource = { name: 'gone.hscope', size: 10, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('it was moved')) }) }
    expect(await failureOf(gone)).toMatchObject({ code: 'ui-file-unreadable', message: expect.stringContaining('it was moved') })
  })

  it('opens a file that was cut off, and says until when', async () => {
    const bytes = chunkBytesOf(trace)
    const { engine, result } = await opened(fileOf('cut.hscope', bytes.subarray(0, bytes.length - 40)))
    const remark = result.ok ? result.value.remarks[0] : expect.fail('it did not open')
    expect(remark?.failure).toMatchObject({ code: 'ui-file-truncated', message: expect.stringMatching(/it is open until \d+\.\d{3} \d{3} s\.$/) })
    const summary = await engine.ask('session', { session: trace.session })
    expect(summary.ok && summary.value.events).toBeGreaterThan(0)
  })

  it('opens what is left of a damaged file, and lists where it is not', async () => {
    const bytes = chunkBytesOf(trace)
    const at = bytes.lastIndexOf(0x48, bytes.length - 500)
    bytes[at + 200] = (bytes[at + 200] ?? 0) ^ 0xff
    const { engine, result } = await opened(fileOf('hit.hscope', bytes))
    const remark = result.ok ? result.value.remarks[0] : expect.fail('it did not open')
    expect(remark?.failure.code).toBe('ui-file-damaged')
    expect(remark?.damage[0]).toMatchObject({ code: 'chunk-checksum' })
    expect(await engine.ask('problems', { session: trace.session })).toMatchObject({ ok: true })
  })
})

describe('asking', () => {
  it('answers failures of the engine as values, with code and fix apart', async () => {
    const { engine } = await opened(fileOf('shop.hscope', sealed))
    expect(await engine.ask('session', { session: 'f'.repeat(32) })).toEqual({
      ok: false,
      failure: { code: 'not-found', message: `There is no session ${'f'.repeat(32)}.`, fix: expect.stringMatching(/^Ask `sessions`/) },
    })
    expect(await engine.order('mark', { session: trace.session } as never)).toMatchObject({ ok: false, failure: { code: 'ui-no-recording' } })
  })

  it('never answers what was cancelled, and does not even begin it', async () => {
    const { engine, replies } = await opened(fileOf('shop.hscope', sealed))
    const before = replies.length
    const controller = new AbortController()
    let settled = false
    void engine.ask('sessions', {}, controller.signal).then(() => (settled = true))
    controller.abort()
    expect(await engine.ask('sessions', {})).toMatchObject({ ok: true })
    expect(replies.length).toBe(before + 1)
    expect(settled).toBe(false)
  })

  it('fails everything that waits when the worker ends', async () => {
    const { engine, stop } = await opened(fileOf('shop.hscope', sealed))
    const asked = engine.ask('sessions', {})
    stop('out of memory')
    for (const result of [await asked, await engine.ask('sessions', {})]) {
      expect(result).toMatchObject({ ok: false, failure: { code: 'ui-worker-stopped', message: expect.stringContaining('out of memory') } })
    }
  })

  it('says that no trace is open before one is', async () => {
    expect(await joined().engine.ask('sessions', {})).toMatchObject({ ok: false, failure: { code: 'ui-no-trace' } })
  })
})
