import { Processor } from '@paulirish/trace_engine'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { exportPerfetto } from '../../src/export/perfetto.ts'
import type { ExportOptions, TraceStore } from '../../src/model.ts'
import { ODD_NAME, madeTrace, oddTrace, storeOf, textOf, wellFormed } from './export-traces.ts'

const NAME = wellFormed(ODD_NAME)

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly cat?: string
  readonly ts: number
  readonly pid: number
  readonly tid: number
  readonly id?: string
  readonly args?: Readonly<Record<string, unknown>>
}

/** Parsed, with what the format demands of pairs checked. */
function eventsOf(store: TraceStore, options: ExportOptions = {}): TraceEvent[] {
  const { traceEvents } = JSON.parse(textOf(exportPerfetto(store, options))) as { traceEvents: TraceEvent[] }
  const stacks = new Map<number, { name: string; ts: number }[]>()
  const open = new Map<string, number>()
  const starts = new Set<string>()
  for (const { ph, tid, name, ts, cat, id } of traceEvents) {
    const stack = stacks.get(tid) ?? []
    stacks.set(tid, stack)
    if (ph === 'B') stack.push({ name, ts })
    if (ph === 'E') {
      const begin = stack.pop()
      expect(begin?.name).toBe(name)
      expect(ts).toBeGreaterThanOrEqual(begin?.ts ?? Infinity)
    }
    if (ph === 'b') open.set(`${cat} ${id}`, (open.get(`${cat} ${id}`) ?? 0) + 1)
    if (ph === 'e') open.set(`${cat} ${id}`, (open.get(`${cat} ${id}`) ?? 0) - 1)
    if (ph === 's') starts.add(id ?? '')
  }
  expect([...stacks.values()].flat()).toEqual([])
  expect([...open.values()].filter(count => count !== 0)).toEqual([])
  for (const { ph, id } of traceEvents) if (ph === 'f') expect(starts).toContain(id)
  expect(traceEvents.filter(({ ph }) => ph === 'f')).toHaveLength(traceEvents.filter(({ ph }) => ph === 's').length)
  return traceEvents
}

const starts = (events: readonly TraceEvent[], cat: string): TraceEvent[] => events.filter(event => event.cat === cat && /[Bb]/.test(event.ph))

describe('perfetto', () => {
  it('names realms, and has each call and each activity once', () => {
    const events = eventsOf(storeOf(oddTrace().trace))
    const names = events.filter(({ name }) => name === 'thread_name').map(({ tid, args }) => [tid, args?.['name']])
    expect(names).toEqual([
      [1, 'page "one"'],
      [2, 'server'],
      [3, 'gate'],
    ])
    expect(starts(events, 'call').map(({ name, ph, ts }) => `${ph} ${name} ${ts}`)).toEqual([
      'B main 0',
      `B ${NAME} 100`,
      'b load 300',
      'b numbers 400',
      'B fails 500',
      'B onTimer 1210',
      'B main 2200',
      'B main 1310',
    ])
    expect(starts(events, 'activity').map(({ name, ts }) => `${name} ${ts}`)).toEqual([
      'GET /items?a=1&b=%20x 305',
      'setTimeout 1 ms 1200',
      'POST https://example.test/pay 2100',
      'GET /items?a=1 1300',
      'PUT /x 1500',
    ])
    expect(starts(events, 'part').map(({ name, ts }) => `${name} ${ts}`)).toEqual(['load 300', 'numbers 400', 'numbers 420', 'load 2000'])
  })

  it('says what calls were, with values as they were recorded, and what did not end', () => {
    const calls = starts(eventsOf(storeOf(oddTrace().trace)), 'call')
    expect(calls.find(({ name }) => name === NAME)?.args).toEqual({
      event: '0.1',
      location: 'src/odd, "file".ts:11:1',
      arguments: '(▒▒, …)',
      outcome: 'returned',
      result: '→ "line\\nbreak, \\"quoted\\" 🦊"',
    })
    expect(calls.find(({ name }) => name === 'fails')?.args).toMatchObject({ outcome: 'threw', result: '✗ TypeError: no' })
    expect(calls.filter(({ args }) => args?.['outcome'] === 'open').map(({ ts }) => ts)).toEqual([2200])
  })

  it('draws arrows from causes, over tracks too, and leaves out what is not exported', () => {
    const store = storeOf(oddTrace().trace)
    const arrows = (events: readonly TraceEvent[]): string[] =>
      events.filter(({ ph }) => ph === 's' || ph === 'f').map(({ ph, ts, tid, id }) => `${ph} ${tid} ${ts} ${id}`)
    expect(arrows(eventsOf(store)).toSorted()).toEqual(['f 1 1200 0.7.6', 'f 2 1300 1.1.0', 's 1 0 0.7.6', 's 1 305 1.1.0'])
    expect(arrows(eventsOf(store, { tracks: [0] })).toSorted()).toEqual(['f 1 1200 0.7.6', 's 1 0 0.7.6'])
    expect(arrows(eventsOf(store, { tracks: [1] }))).toEqual([])
    const answer = starts(eventsOf(store), 'activity').find(({ tid }) => tid === 2)
    expect(answer?.args).toMatchObject({ cause: '0.4' })
  })

  it('has instants for errors, console and marks, and counters', () => {
    const events = eventsOf(storeOf(oddTrace().trace))
    expect(events.filter(({ ph }) => ph === 'i').map(({ cat, name, ts, args }) => `${cat} ${name} ${ts} ${String(args?.['text'])}`)).toEqual([
      'console console.warn 150 careful, "now"',
      'error fails 510 ✗ TypeError: no',
      'error fails 520 ✗ TypeError: no',
      'mark here 610 {label: "here"}',
      'console console.log 2300 end',
      'error PUT /x 1510 → 503',
    ])
    expect(events.filter(({ ph }) => ph === 'C')).toMatchObject([{ name: 'heap', ts: 600, args: { MB: 42 } }])
  })

  it('has every call once and nests, whatever the program did', () => {
    fc.assert(
      fc.property(madeTrace, ({ trace, calls, activities }) => {
        const events = eventsOf(storeOf(trace))
        expect(starts(events, 'call')).toHaveLength(calls.length)
        expect(starts(events, 'activity')).toHaveLength(activities)
      }),
    )
  })
})

describe('the trace engine of Chrome DevTools', () => {
  beforeAll(() => {
    // SAFE: the engine is made for pages and looks for this class at its start; nothing here makes one.
    Object.assign(globalThis, { DOMRect: class {} })
  })

  it('reads the same slices', async () => {
    const engine = Processor.TraceProcessor.createWithAllHandlers()
    const { traceEvents } = JSON.parse(textOf(exportPerfetto(storeOf(oddTrace().trace)))) as { traceEvents: never[] }
    await engine.parse(traceEvents, { isCPUProfile: false, metadata: {} })
    const slices = [...(engine.data?.Renderer.processes.values() ?? [])].map(process =>
      [...process.threads.values()].map(({ name, entries }) => [name, entries.map(each => [each.name, each.ts, each.dur])]),
    )
    expect(slices).toEqual([
      [
        [
          'page "one"',
          [
            ['main', 0, 1000],
            [NAME, 100, 100],
            ['load', 300, 10],
            ['numbers', 400, 10],
            ['numbers', 420, 10],
            ['fails', 500, 20],
            ['onTimer', 1210, 20],
            ['load', 2000, 50],
            ['main', 2200, 100],
          ],
        ],
      ],
      [['server', [['main', 1310, 90]]]],
    ])
  })
})
