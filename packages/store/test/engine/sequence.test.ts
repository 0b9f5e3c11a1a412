/** Sequence diagrams against climbing from each call over plain objects: loops unfolded again, arrow by arrow. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatRef, formatTraceparent } from '@hindscope/protocol'
import type { SequencePage, SequenceQuery } from '@hindscope/protocol'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import { foldLoops } from '../../src/engine/sequence-loops.ts'
import { createEngine, createTraceModel } from '../../src/model.ts'
import { generated, isActivity, startUs } from './naive-calls.ts'
import type { NaiveCall, NaiveTrace } from './naive-calls.ts'

const fileOf = (call: NaiveCall): string => `${call.track} ${call.enter.location?.file ?? ''}`

function naiveModuleArrows(trace: NaiveTrace): string[] {
  const arrows: string[] = []
  for (const call of trace.calls
    .filter(each => !isActivity(each))
    .sort((a, b) => startUs(a) - startUs(b) || a.track - b.track || a.enter.ref.seq - b.enter.ref.seq)) {
    let caller = call.parent
    while (caller && isActivity(caller)) caller = caller.parent
    const from = caller ? fileOf(caller) : 'outside'
    if (from !== fileOf(call)) arrows.push(`${from} → ${fileOf(call)}: ${call.enter.name}`)
  }
  return arrows
}

function unfolded({ arrows, loops, lifelines }: SequencePage, words: (index: number) => string): string[] {
  const name = (index: number): string => {
    const line = lifelines[index]
    return line?.kind === 'module' ? `${line.track} ${line.name}` : (line?.name ?? '')
  }
  const found: string[] = []
  for (let at = 0; at < arrows.length;) {
    const loop = loops.find(each => each.at === at) ?? { arrows: 1, times: 1 }
    for (let time = 0; time < loop.times; time++)
      for (let i = at; i < at + loop.arrows; i++) found.push(`${name(arrows[i]?.from ?? 0)} → ${name(arrows[i]?.to ?? 0)}: ${words(i)}`)
    at += loop.arrows
  }
  return found
}

describe('arrows between modules', () => {
  it.each([1, 5])('are the calls whose caller is in another one, over all tracks (seed %i)', async seed => {
    const trace = await generated(seed, 1200)
    const page = await trace.engine.sequence({ session: trace.session, by: 'module', lifelines: 200, limit: 5000 })
    expect(page.total).toBe(page.arrows.length)
    expect(unfolded(page, i => page.arrows[i]?.name ?? '')).toEqual(naiveModuleArrows(trace))
    expect(page.unfolded).toBe(naiveModuleArrows(trace).length)
    const paged: SequencePage[] = []
    for (let offset = 0; offset < page.total; offset += 97)
      paged.push(await trace.engine.sequence({ session: trace.session, by: 'module', lifelines: 200, limit: 97, offset }))
    expect(paged.flatMap(each => each.arrows)).toEqual(page.arrows)
    expect([...new Set(paged.flatMap(each => each.loops.map(loop => JSON.stringify(loop))))]).toEqual(page.loops.map(loop => JSON.stringify(loop)))
  })

  it('are put together until no more lifelines are left than asked for, and none is told within a group', async () => {
    const trace = await generated(2, 1200)
    const all = await trace.engine.sequence({ session: trace.session, by: 'module', lifelines: 200, limit: 5000 })
    for (const lifelines of [2, 3, 6, 12]) {
      const page = await trace.engine.sequence({ session: trace.session, by: 'module', lifelines, limit: 5000 })
      expect(page.lifelines.length).toBeLessThanOrEqual(lifelines)
      expect(page.arrows.every(({ from, to }) => from !== to)).toBe(true)
      expect(page.lifelines.reduce((sum, line) => sum + line.of, 0)).toBe(all.lifelines.length)
    }
  })
})

/** A page asks a server three times, which asks somewhere else; a worker gets a message. */
function shop(): { readonly ask: (query: Omit<SequenceQuery, 'session'>) => Promise<SequencePage> } {
  const trace = new TraceBuilder()
  const page = trace.realm('page')
  const server = trace.realm('server', 'node')
  const worker = trace.realm('worker', 'worker')
  const module = (name: string, file: string) => manifestOf(name.repeat(8), file, [functionProbe(file)])
  page.module(module('aa', 'page.ts'))
  server.module(module('bb', 'server.ts'))
  worker.module(module('cc', 'worker.ts'))
  for (let n = 0; n < 3; n++) {
    const t = n * 100
    const click = page.at(t).activity('domEvent', { type: 'click' })
    const add = page.at(t + 1).enter('page.ts', [], { parent: click })
    const request = page.at(t + 2).activity('httpClient', { method: 'POST', url: `/cart/${n}` }, { parent: add })
    const traceparent = formatTraceparent(trace.session, page.realm, click, page.realm, request)
    const incoming = server.at(t + 10).activity('httpServer', { method: 'POST', url: `/cart/${n}`, traceparent })
    const post = server.at(t + 11).enter('server.ts', [], { parent: incoming })
    const away = server.at(t + 12).activity('httpClient', { method: 'GET', url: 'https://bank.example/pay' }, { parent: post })
    server.at(t + 20).ends(away, 'httpClient', { status: 200 })
    server
      .at(t + 21)
      .returns(post, 'server.ts')
      .ends(incoming, 'httpServer', { status: 201 })
    page
      .at(t + 30)
      .ends(request, 'httpClient', { status: 201 })
      .returns(add, 'page.ts')
  }
  const add = page.at(400).enter('page.ts')
  page.at(401).event({ kind: 'messageSend', call: add, values: [{ channel: 'w1:', number: 4 }] })
  const received = worker.at(410).activity('message', { channel: 'w1:', number: 4 })
  const work = worker.at(411).enter('worker.ts', [], { parent: received })
  worker.at(412).throws(work, 'worker.ts', 'bad')
  const engine = createEngine(createTraceModel(trace.chunks()).stores)
  return { ask: query => engine.sequence({ session: trace.session, ...query }) }
}
const words = ({ arrows, lifelines }: SequencePage): string[] =>
  arrows.map(
    ({ from, to, kind, name, failed, ref }) =>
      `${lifelines[from]?.name} → ${lifelines[to]?.name}: ${kind} ${name}${failed ? ' ✗' : ''} @${formatRef(ref)}`,
  )

describe('arrows between realms', () => {
  it('are requests, their answers and messages; what repeats is told once', async () => {
    const found = await shop().ask({ by: 'track' })
    expect(words(found)).toEqual([
      'page → server: request POST /cart/0 @1.0',
      'server → outside: request GET https://bank.example/pay @1.2',
      'outside → server: answer → 200 @1.3',
      'server → page: answer → 201 @1.5',
      'page → worker: message message 4 @2.0',
    ])
    expect(found.loops).toEqual([{ at: 0, arrows: 4, times: 3 }])
    expect([found.total, found.unfolded]).toEqual([5, 13])
    expect(found.lifelines.map(({ name, kind, arrows }) => `${name} ${kind} ${arrows}`)).toEqual([
      'page track 7',
      'server track 12',
      'outside outside 6',
      'worker track 1',
    ])
  })

  it('are told between modules as what brought the call there', async () => {
    const found = await shop().ask({ by: 'module' })
    expect(words(found)).toEqual([
      'outside → page.ts: cause page.ts @0.1',
      'page.ts → server.ts: request server.ts @1.1',
      'outside → page.ts: cause page.ts @0.15',
      'page.ts → worker.ts: message worker.ts ✗ @2.1',
    ])
    expect(found.loops).toEqual([{ at: 0, arrows: 2, times: 3 }])
  })

  it('are those of a range or of a causal tree', async () => {
    const { ask } = shop()
    const from = 1_700_000_000_000_000
    expect(words(await ask({ by: 'track', fromUs: from + 100, toUs: from + 115 }))).toEqual([
      'page → server: request POST /cart/1 @1.6',
      'server → outside: request GET https://bank.example/pay @1.8',
    ])
    expect(words(await ask({ by: 'track', chain: { track: 2, seq: 2 } }))).toEqual(['page → worker: message message 4 @2.0'])
    expect(words(await ask({ by: 'module', chain: { track: 1, seq: 7 } }))).toHaveLength(2)
  })
})

describe('loops', () => {
  it('give back every list when they are unfolded', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 }), letters => {
        const { told, loops } = foldLoops(letters.length, (a, b) => letters[a] === letters[b])
        const back: string[] = []
        for (let at = 0; at < told.length;) {
          const loop = loops.find(each => each.at === at) ?? { arrows: 1, times: 1 }
          for (let time = 0; time < loop.times; time++) for (let i = 0; i < loop.arrows; i++) back.push(letters[told[at + i] ?? 0] ?? '')
          at += loop.arrows
        }
        expect(back).toEqual(letters)
      }),
    )
  })

  it('are as long as what they cover wants', () => {
    const fold = (text: string): unknown => foldLoops(text.length, (a, b) => text[a] === text[b]).loops
    expect(fold('abababab')).toEqual([{ at: 0, arrows: 2, times: 4 }])
    expect(fold('aaaaaa')).toEqual([{ at: 0, arrows: 1, times: 6 }])
    expect(fold('aabaab')).toEqual([{ at: 0, arrows: 3, times: 2 }])
    expect(fold('xabcabcy')).toEqual([{ at: 1, arrows: 3, times: 2 }])
    expect(fold('abcdef')).toEqual([])
  })
})

describe('what sequence refuses', () => {
  it.each([
    {},
    { by: 'class' },
    { by: 'track', lifelines: 1 },
    { by: 'track', limit: 0 },
    { by: 'track', fromUs: 2, toUs: 1 },
    { by: 'module', chain: 'x' },
  ])('%j', async query => {
    await expect(shop().ask(query as unknown as { by: 'track' })).rejects.toMatchObject({ code: 'query-bad' })
  })
})
