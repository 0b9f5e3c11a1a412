/** Chrome traces: one of each phase, the events of the browser, and generated trees. Times of the events are microseconds. */
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completeEvents, madeTrees, pairedEvents, returned } from './call-trees.ts'
import { IMPORTED_AT_MS, importBytes, importJson, importText, trackLines, treesOf } from './imported.ts'
import type { Imported } from './imported.ts'

const at = (ph: string, ts: number, more: object = {}): object => ({ ph, ts, pid: 1, tid: 1, cat: '', ...more })
const slice = (name: string, ts: number, dur: number, more: object = {}): object => at('X', ts, { name, dur, ...more })
/** Makes a trace one of Chrome's. */
const CHROME = at('M', 0, { name: 'thread_name', args: { name: 'CrRendererMain' } })
const timeline = (event: object): object => ({ ...event, cat: 'devtools.timeline' })
const track = ({ store }: Imported, number = 0) => {
  const found = store.tracks[number]
  if (found === undefined) throw new TypeError('no track')
  return found
}
const counts = ({ ignored }: Imported): Readonly<Record<string, number>> => Object.fromEntries(ignored.map(({ what, count }) => [what, count]))
const fieldsAt = (imported: Imported, row: number, number = 0): string => JSON.stringify(track(imported, number).valuesOf(row)[0])

describe('slices', () => {
  it('are calls where the trace is not of a browser, with their arguments', () => {
    const imported = importJson([
      slice('outer', 10, 100, { args: { path: 'a.ts' } }),
      slice('inner', 20, 30),
      at('B', 60, { name: 'pair' }),
      at('E', 90, { args: { lines: 7 } }),
    ])
    expect(trackLines(imported)).toEqual([
      'callEnter outer({path: "a.ts"}) @0',
      '  callEnter inner() @10',
      '  callReturn inner @40',
      '  callEnter pair() @50',
      '  callReturn pair → {lines: 7} @80',
      'callReturn outer @100',
    ])
    expect(imported.timeBase).toBe('import')
    expect(track(imported).firstUs).toBe(IMPORTED_AT_MS * 1000)
  })

  it('nest by their ends, and the longer one of two that begin together is outside', () => {
    const imported = importJson([slice('c', 0, 5), slice('a', 0, 20), slice('b', 0, 10), slice('d', 20, 5)])
    expect(treesOf(track(imported))).toMatchObject([{ name: 'a', children: [{ name: 'b', children: [{ name: 'c' }] }] }, { name: 'd' }])
  })

  it('may come in any order, and in several threads and processes', () => {
    const imported = importJson([
      slice('late', 50, 10),
      slice('other', 5, 10, { tid: 2 }),
      slice('third', 1, 1, { pid: 7 }),
      slice('early', 10, 10),
      at('M', 0, { name: 'process_name', args: { name: 'server' } }),
      at('M', 0, { name: 'thread_name', tid: 2, args: { name: 'pool' } }),
      at('M', 0, { name: 'process_sort_index', pid: 7, args: { sort_index: -1 } }),
    ])
    expect(imported.store.tracks.map(each => each.definition?.name)).toEqual(['thread 1', 'server: thread 1', 'server: pool'])
    expect(treesOf(track(imported, 1)).map(({ name }) => name)).toEqual(['early', 'late'])
  })

  it('that overlap are cut to the one around them, which is told', () => {
    const imported = importJson([slice('a', 0, 10), slice('b', 5, 10), at('B', 20, { name: 'c' }), slice('d', 22, 10), at('E', 25, { name: 'c' })])
    expect(treesOf(track(imported))).toMatchObject([
      { name: 'a', endUs: 10, children: [{ name: 'b', endUs: 10 }] },
      { name: 'c', endUs: 25, children: [{ name: 'd', endUs: 25 }] },
    ])
    expect(imported.problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([expect.stringMatching(/^import-overlap: 2 slices/)])
  })

  it('that do not end stay open; ends without a beginning are counted', () => {
    const imported = importJson([
      at('E', 1),
      at('B', 2, { name: 'a' }),
      slice('b', 3, 1),
      at('E', 5, { name: 'x' }),
      slice('forever', 6, 0, { dur: undefined }),
    ])
    expect(treesOf(track(imported))).toMatchObject([
      {
        name: 'a',
        outcome: 'open',
        children: [
          { name: 'b', endUs: 2 },
          { name: 'forever', outcome: 'open' },
        ],
      },
    ])
    expect(counts(imported)).toEqual({ 'end of a slice that did not begin': 2 })
  })

  it('are the same trees again, as pairs and as complete events', () => {
    fc.assert(
      fc.property(madeTrees({ gaps: true }), trees => {
        expect(treesOf(track(importJson(pairedEvents(trees))))).toEqual(returned(trees.roots))
        expect(treesOf(track(importJson({ traceEvents: completeEvents(trees).toReversed() })))).toMatchObject(
          returned(trees.roots).map(({ startUs, endUs }) => ({ startUs, endUs })),
        )
        expect(treesOf(track(importJson(completeEvents(trees))))).toEqual(returned(trees.roots))
      }),
      { numRuns: 50 },
    )
  })
})

describe('other phases', () => {
  it('async operations are activities, within what they began in or what they are nested in', () => {
    const imported = importJson([
      slice('main', 0, 100),
      at('b', 10, { name: 'load', id: '0x1', args: { url: '/a' } }),
      at('b', 20, { name: 'parse', id: '0x1' }),
      at('n', 25, { name: 'half', id: '0x1' }),
      at('e', 30, { name: 'parse', id: '0x1', tid: 2 }),
      at('e', 150, { name: 'load', id: '0x1', args: { bytes: 9 } }),
      at('S', 160, { name: 'old', id: 1 }),
      at('F', 170, { name: 'old', id: 1 }),
      at('e', 180, { name: 'none', id: 4 }),
    ])
    expect(trackLines(imported)).toEqual([
      'callEnter main() @0',
      '  activityStart load @10',
      '    activityStart parse @20',
      '      mark half {label: "half"} @25',
      '    activityEnd parse @30',
      'callReturn main @100',
      '  activityEnd load → {bytes: 9} @150',
      'activityStart old @160',
      'activityEnd old @170',
    ])
    expect(imported.store.tracks).toHaveLength(1)
    expect(counts(imported)).toEqual({ 'end of an async operation that did not begin': 1 })
  })

  it('local ids of processes are kept apart', () => {
    const operation = (ph: string, ts: number, pid: number, name: string) => at(ph, ts, { pid, name, id2: { local: '0x1' } })
    const imported = importJson([operation('b', 1, 1, 'one'), operation('b', 2, 2, 'two'), operation('e', 3, 2, 'two'), operation('e', 4, 1, 'one')])
    expect(imported.store.tracks.map(each => treesOf(each))).toMatchObject([[{ name: 'one', endUs: 3 }], [{ name: 'two', endUs: 1 }]])
  })

  it('flows are causes: in a thread as links, between threads as messages', () => {
    const flow = (ph: string, ts: number, more: object = {}) => at(ph, ts, { name: 'post', id: 9, ...more })
    const imported = importJson([
      slice('asks', 0, 10),
      flow('s', 5),
      slice('runs', 20, 10),
      flow('t', 25, { bp: 'e' }),
      flow('f', 40, { tid: 2 }),
      slice('elsewhere', 50, 10, { tid: 2 }),
    ])
    const { store } = imported
    expect(store.parentOf({ track: 0, call: 1 })).toEqual({ track: 0, call: 0 })
    expect(trackLines(imported, 1)).toEqual([
      'activityStart message 1 @0',
      '  callEnter elsewhere() @0',
      '  callReturn elsewhere @10',
      'activityEnd message 1 @10',
    ])
    expect(store.parentOf({ track: 1, call: 0 })).toEqual({ track: 0, call: 1 })
    expect(store.rootOf({ track: 1, call: 1 })).toEqual({ track: 0, call: 0 })
  })

  it('flows that slices carry themselves, and what cannot be bound', () => {
    const imported = importJson([
      slice('a', 0, 10, { bind_id: '0x5', flow_out: true }),
      slice('b', 20, 10, { bind_id: '0x5', flow_in: true }),
      at('s', 100, { id: 1 }),
      at('f', 101, { id: 2, bp: 'e' }),
      at('s', 110, {}),
      slice('c', 120, 10),
      slice('d', 122, 5),
      at('s', 0, { id: 3 }),
      at('f', 123, { id: 3, bp: 'e' }),
      at('f', 124, { id: 4, bp: 'e' }),
    ])
    expect(imported.store.parentOf({ track: 0, call: 1 })).toEqual({ track: 0, call: 0 })
    expect(counts(imported)).toEqual({
      'flow outside of any slice': 2,
      'flow without id': 1,
      'flow into a slice that has a caller': 1,
      'flow that ends and does not start': 1,
    })
  })

  it('counters are metrics, instants are marks', () => {
    const imported = importJson([
      at('C', 1, { name: 'heap', args: { MB: 42 } }),
      at('C', 2, { name: 'fps', args: { fps: 60 } }),
      at('C', 3, { name: 'io', args: { read: 1, write: 2, note: 'x' } }),
      at('i', 4, { name: 'here', args: { why: 1 } }),
      at('C', 5, { name: 'empty', args: {} }),
    ])
    expect(trackLines(imported)).toEqual([
      'metric heap {name: "heap", value: 42, unit: "MB"} @0',
      'metric fps {name: "fps", value: 60} @1',
      'metric io.read {name: "io.read", value: 1} @2',
      'metric io.write {name: "io.write", value: 2} @2',
      'mark here {label: "here", value: {why: 1}} @3',
    ])
    expect(counts(imported)).toEqual({ 'counter without numbers': 1 })
  })

  it('what is not understood is counted by what it is', () => {
    const imported = importJson({
      traceEvents: [
        slice('a', 0, 1),
        ...['P', 'N', 'O', 'D', 'O'].map(ph => at(ph, 1, { name: 'x', id: 1 })),
        5,
        {},
        { ph: 'X' },
        { ph: 'X', ts: 1, dur: -4 },
        at('M', 0, { name: 'num_cpus', args: {} }),
      ],
      stackFrames: { 1: {} },
      systemTraceEvents: 'text',
    })
    expect(counts(imported)).toEqual({
      'phase P': 1,
      'phase N': 1,
      'phase O': 2,
      'phase D': 1,
      'event that is no object': 1,
      'event without phase': 1,
      'event without a time': 1,
      'event with an impossible duration': 1,
      'metadata num_cpus': 1,
      'member stackFrames': 1,
      'member systemTraceEvents': 1,
    })
  })
})

describe('the browser', () => {
  const script = (name: string, ts: number, dur: number, data: object) => timeline(slice(name, ts, dur, { args: { data } }))

  it('calls JavaScript, dispatches events, fires timers, and does work of its own', () => {
    const imported = importJson([
      CHROME,
      slice('RunTask', 0, 100, { cat: 'toplevel' }),
      script('EvaluateScript', 1, 50, { url: 'http://x.test/app.js', lineNumber: 1, columnNumber: 1 }),
      timeline(at('I', 10, { name: 'TimerInstall', args: { data: { timerId: 3, timeout: 5, singleShot: true } } })),
      timeline(slice('UpdateLayoutTree', 60, 10, { args: { elementCount: 7 } })),
      slice('RunTask', 200, 100, { cat: 'toplevel' }),
      script('TimerFire', 210, 50, { timerId: 3 }),
      script('FunctionCall', 211, 40, { functionName: 'later', url: 'http://x.test/app.js', lineNumber: 5, columnNumber: 26 }),
      script('EventDispatch', 270, 9, { type: 'click' }),
      timeline(at('I', 280, { name: 'ConsoleMessage::Error', args: { message: { content: 'Failed to load' } } })),
      timeline(at('I', 281, { name: 'UpdateCounters', args: { data: { nodes: 28, documents: 2 } } })),
      at('R', 290, { name: 'my mark', cat: 'blink.user_timing' }),
      timeline(at('I', 291, { name: 'MarkLoad' })),
    ])
    expect(trackLines(imported)).toEqual([
      'activityStart RunTask @0',
      '  callEnter (script)() @1',
      '  callReturn (script) @51',
      '  activityStart UpdateLayoutTree @60',
      '  activityEnd UpdateLayoutTree @70',
      'activityEnd RunTask @100',
      'activityStart RunTask @200',
      'activityStart setTimeout 5 ms @210',
      '  callEnter later() @211',
      '  callReturn later @251',
      'activityEnd setTimeout 5 ms @260',
      '  activityStart click @270',
      '  activityEnd click @279',
      '  console console.error Failed to load @280',
      '  metric nodes {name: "nodes", value: 28} @281',
      '  metric documents {name: "documents", value: 2} @281',
      '  mark my mark {label: "my mark"} @290',
      '  lifecycle MarkLoad {name: "MarkLoad", category: "devtools.timeline"} @291',
      'activityEnd RunTask @300',
    ])
    expect(imported.ignored).toEqual([])
    const later = track(imported).sites.resolve(track(imported).siteOfCall(5))
    expect(later).toMatchObject({ name: 'later', location: { file: 'http://x.test/app.js', line: 5, column: 25 } })
    expect(imported.store.parentOf({ track: 0, call: 4 })).toEqual({ track: 0, call: 1 })
    expect(track(imported).definition).toMatchObject({ realmKind: 'page', name: 'CrRendererMain' })
  })

  it('sends requests, whose responses tell the time of day', () => {
    const resource = (name: string, ts: number, data: object) => timeline(at('I', ts, { name, args: { data: { requestId: '8.2', ...data } } }))
    const timing = { requestTime: 0.001, receiveHeadersEnd: 2 }
    const imported = importJson([
      CHROME,
      slice('RunTask', 900, 20, { cat: 'toplevel' }),
      resource('ResourceSendRequest', 910, { url: 'http://x.test/a', requestMethod: 'POST' }),
      resource('ResourceReceiveResponse', 3000, { statusCode: 404, mimeType: 'text/html', responseTime: 1_700_000_000_003, timing }),
      resource('ResourceReceivedData', 3100, {}),
      { ...resource('ResourceFinish', 3200, { didFail: false, encodedDataLength: 12 }), tid: 5 },
      resource('ResourceSendRequest', 4000, { url: 'http://x.test/b' }),
      resource('ResourceFinish', 4100, { didFail: true }),
    ])
    expect(trackLines(imported)).toEqual([
      'activityStart RunTask @0',
      '  activityStart POST http://x.test/a @10',
      'activityEnd RunTask @20',
      '  activityEnd POST http://x.test/a → 404 @2300',
      'activityStart GET http://x.test/b @3100',
      'activityEnd GET http://x.test/b ✗ the request failed @3200',
    ])
    expect(fieldsAt(imported, 3)).toMatch(/mimeType.*text\/html.*bytes/)
    expect(track(imported).errorRows.length).toBe(2)
    expect([imported.timeBase, track(imported).firstUs]).toEqual(['responses', 1_700_000_000_000_900])
  })

  it('samples stacks, which become calls in a track of their own', () => {
    const frame = (id: number, functionName: string, parent?: number) => ({
      id,
      parent,
      callFrame: { functionName, url: 'http://x.test/app.js', lineNumber: 4, columnNumber: 25 },
    })
    const chunk = (ts: number, nodes: readonly object[], samples: readonly number[], timeDeltas: readonly number[]) =>
      at('P', ts, { name: 'ProfileChunk', id: '0x1', args: { data: { cpuProfile: { nodes, samples }, timeDeltas } } })
    const imported = importJson([
      CHROME,
      slice('RunTask', 0, 10, { cat: 'toplevel' }),
      at('P', 0, { name: 'Profile', id: '0x1', args: { data: { startTime: 100 } } }),
      chunk(200, [frame(3, 'main', 1), frame(4, 'sum', 3), frame(5, '(garbage collector)', 1)], [4, 5, 4, 3], [10, 10, 10, 10]),
      chunk(150, [frame(1, '(root)'), frame(2, '(idle)', 1)], [2], [5]),
      chunk(300, [], [2, 99, 4], [10, 10, 10]),
      at('P', 400, { name: 'ProfileChunk', id: '0x9' }),
    ])
    expect(imported.store.tracks.map(each => each.definition?.name)).toEqual(['CrRendererMain', 'CrRendererMain (sampled)'])
    expect(treesOf(track(imported, 1))).toMatchObject([
      {
        name: 'main',
        startUs: 0,
        endUs: 40,
        children: [{ name: 'sum', startUs: 0, endUs: 30, children: [{ name: '(garbage collector)', startUs: 10, endUs: 20 }] }],
      },
      { name: 'main', startUs: 60, endUs: 60, children: [{ name: 'sum' }] },
    ])
    expect(track(imported, 1).sites.resolve(track(imported, 1).siteOfCall(0)).location).toEqual({ file: 'http://x.test/app.js', line: 5, column: 25 })
    expect(counts(imported)).toEqual({ 'ProfileChunk of no profile': 1 })
  })
})

describe('times', () => {
  it.each([
    ['dates of the events', { traceEvents: [slice('a', 1_700_000_000_000_000, 1)] }, 'events', 1_700_000_000_000_000],
    [
      'the start of a DevTools recording',
      { metadata: { startTime: '2026-11-30T10:00:00.000Z' }, traceEvents: [slice('a', 5, 1)] },
      'metadata',
      Date.UTC(2026, 10, 30, 10) * 1000,
    ],
    [
      'the start that Chrome notes, counted from when tracing began',
      {
        traceEvents: [slice('a', 5, 1), at('I', 8, { name: 'TracingStartedInBrowser' })],
        metadata: { 'trace-capture-datetime': '2026-11-30 10:00:00' },
      },
      'metadata',
      Date.UTC(2026, 10, 30, 10) * 1000 - 3,
    ],
  ] as const)('are %s', (_, json, timeBase, firstUs) => {
    const imported = importJson(json)
    expect([imported.timeBase, track(imported).firstUs]).toEqual([timeBase, firstUs])
  })

  it('with fractions are rounded to microseconds since the first event', () => {
    expect(treesOf(track(importJson([slice('a', 0.4, 10.2), slice('b', 3.6, 2.2)])))).toMatchObject([
      { startUs: 0, endUs: 10, children: [{ startUs: 3, endUs: 5 }] },
    ])
  })
})

describe('files', () => {
  it('may be compressed, in several pieces of any size', () => {
    const bytes = gzipSync(JSON.stringify([slice('a', 0, 10)]))
    for (const pieceBytes of [1, 10, 1000]) expect(importBytes(bytes, {}, pieceBytes).events).toBe(2)
  })

  it('may lack their end, as the format allows for arrays', () => {
    const text = JSON.stringify([slice('a', 0, 10), slice('b', 20, 10)])
    for (const cut of [text.slice(0, -1), `${text.slice(0, -1)},`, text.slice(0, -5)]) {
      const imported = importText(cut)
      expect(treesOf(track(imported))[0]).toMatchObject({ name: 'a', endUs: 10 })
      expect(imported.problems.map(({ code }) => code)).toEqual(['import-json'])
    }
  })

  it('that break in the compression keep what was read', () => {
    const bytes = gzipSync(JSON.stringify(Array.from({ length: 3000 }, (_, i) => slice(`f${Math.sin(i)}`, i * 10, 5))))
    const imported = importBytes(bytes.subarray(0, bytes.length >> 1))
    expect(imported.events).toBeGreaterThan(1000)
    expect(imported.problems.map(({ code }) => code)).toEqual(['import-gzip'])
    expect(() => importBytes(bytes.subarray(0, 30))).toThrow('[hindscope:import-gzip]')
  })

  it.each([
    ['{"lockfileVersion": 3}', 'import-format', 'it has the members lockfileVersion'],
    ['{}', 'import-format', 'JSON without members'],
    ['"text"', 'import-format', 'JSON without members'],
    ['HSCKxxxxxxxxxxx', 'import-format', 'a trace of Hindscope already'],
    ['\n\u00e8\u0002protobuf', 'import-format', 'protobuf'],
    ['PK\u0003\u0004', 'import-format', 'zip'],
    ['', 'import-json', 'byte 0'],
    ['{"traceEvents": {', 'import-json', 'byte 17'],
    ['[]', 'import-empty', 'holds instead: nothing'],
    ['{"traceEvents": [{"ph": "N", "ts": 1}]}', 'import-empty', '1 × phase N'],
  ])('%j is refused with %s', (text, code, part) => {
    expect(() => importText(text)).toThrow(new RegExp(`\\[hindscope:${code}\\].*${part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`))
  })

  it('have the name that is asked for', () => {
    expect(importJson([slice('a', 0, 1)], { name: 'slow start' })).toMatchObject({ name: 'slow start' })
    expect(importJson([slice('a', 0, 1)], { name: 'slow start' }).store.tracks[0]?.definition?.name).toBe('slow start: thread 1')
  })
})
