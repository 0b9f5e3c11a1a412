import { decodeChunk } from '@hindscope/protocol'
import type { Definition, HoldingReport, IncidentDefinition } from '@hindscope/protocol'
import { decodeAllDefinitions, decodeEvents, scanOrThrow } from '@hindscope/testkit'
import { EventKind } from '@hindscope/protocol'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { FlightSink } from '../../src/storage/flight-sink.ts'
import { MemorySink } from '../../src/storage/memory-sink.ts'
import type { SealedChunk } from '../../src/storage/sink.ts'
import { probed } from '../probed.ts'
import type { Probed, ProbedOptions } from '../probed.ts'

const programs: Probed[] = []
afterEach(async () => {
  for (const program of programs.splice(0)) await program.recorder.close()
})

class Collector extends MemorySink {
  readonly accepted: SealedChunk[] = []
  override accept(chunk: SealedChunk): void {
    this.accepted.push(chunk)
    super.accept(chunk)
  }
}

const UNBOUNDED = { keepUs: Infinity, maxBytes: Infinity }

/** A sealed chunk with these events, as the writer makes it. */
function chunkOf(
  number: number,
  firstSeq: number,
  records: number,
  at: { startUs: number; endUs: number; size?: number; dropped?: number },
): SealedChunk {
  const bytes = new Uint8Array(at.size ?? 96)
  const view = new DataView(bytes.buffer)
  view.setUint32(24, firstSeq, true)
  view.setBigUint64(48, BigInt(Math.floor(at.endUs / 1000)) << 16n, true)
  view.setFloat64(56, at.startUs, true)
  return { bytes, number, kind: 'events', records, dropped: at.dropped ?? 0 }
}

test('definitions pass, events wait, and a window hands on what waited and all that follows, in order', () => {
  const inner = new Collector()
  const ring = new FlightSink(inner, UNBOUNDED)
  const definitions: SealedChunk = { bytes: new Uint8Array(96), number: 0, kind: 'definitions', records: 0, dropped: 0 }
  ring.accept(definitions)
  ring.accept(chunkOf(1, 0, 5, { startUs: 1000, endUs: 2000 }))
  ring.accept(chunkOf(2, 5, 5, { startUs: 2000, endUs: 3000 }))
  expect(inner.accepted).toEqual([definitions])
  expect(ring.keep(3000)).toEqual({ gap: undefined, fromUs: 1000 })
  ring.accept(chunkOf(3, 10, 1, { startUs: 4000, endUs: 5000 }))
  expect(inner.accepted.map(chunk => chunk.number)).toEqual([0, 1, 2, 3])
  ring.shut()
  ring.accept(chunkOf(4, 11, 1, { startUs: 6000, endUs: 7000 }))
  expect(inner.accepted).toHaveLength(4)
})

test('what is too old or too much is let go and told as a gap once, its drops told on', () => {
  const inner = new Collector()
  const ring = new FlightSink(inner, { keepUs: 10_000, maxBytes: 300 })
  ring.accept(chunkOf(0, 0, 5, { startUs: 1000, endUs: 2000, dropped: 7 }))
  ring.accept(chunkOf(1, 5, 5, { startUs: 20_000, endUs: 21_000 }))
  for (let i = 2; i < 6; i++) ring.accept(chunkOf(i, i * 5, 5, { startUs: 21_000 + i, endUs: 22_000 }))
  expect(ring.heldBytes).toBe(288)
  expect(ring.holding()).toMatchObject({ fromSeq: 15, toSeq: 30, bytes: 288, gapSeq: 0, gapUs: 1000 } satisfies Partial<HoldingReport>)
  expect(ring.takeDropped()).toBe(7)
  expect(ring.takeDropped()).toBe(0)
  expect(ring.keep(22_000)).toEqual({ gap: { fromSeq: 0, toSeq: 15, fromUs: 1000, toUs: 22_000 }, fromUs: 21_003 })
  expect(ring.keep(22_000).gap).toBeUndefined()
  ring.shut()
  ring.accept(chunkOf(6, 30, 5, { startUs: 22_000, endUs: 23_000 }))
  expect(ring.keep(90_000)).toEqual({ gap: { fromSeq: 30, toSeq: 35, fromUs: 22_000, toUs: 23_000 }, fromUs: 90_000 })
})

test('whatever comes in whatever order, every event is handed on or lies in exactly one gap, and the ring stays at its cap', () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        records: fc.integer({ min: 1, max: 9 }),
        size: fc.integer({ min: 96, max: 400 }),
        lasts: fc.integer({ min: 0, max: 20_000 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant('keep' as const) },
    { weight: 1, arbitrary: fc.constant('shut' as const) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const inner = new Collector()
      const ring = new FlightSink(inner, { keepUs: 50_000, maxBytes: 1000 })
      const gone: number[] = []
      const add = (gap: { fromSeq: number; toSeq: number } | undefined): void => {
        for (let seq = gap?.fromSeq ?? 0; seq < (gap?.toSeq ?? 0); seq++) gone.push(seq)
      }
      let [seq, us] = [0, 0]
      steps.forEach((each, number) => {
        if (each === 'keep') add(ring.keep(us).gap)
        else if (each === 'shut') ring.shut()
        else {
          ring.accept(chunkOf(number, seq, each.records, { startUs: us, endUs: us + each.lasts, size: each.size }))
          seq += each.records
          us += each.lasts
        }
        expect(ring.heldBytes).toBeLessThanOrEqual(1000)
      })
      add(ring.letGo())
      const handed = inner.accepted.flatMap(chunk => {
        const first = new DataView(chunk.bytes.buffer).getUint32(24, true)
        return Array.from({ length: chunk.records }, (_, i) => first + i)
      })
      expect([...gone, ...handed].sort((a, b) => a - b)).toEqual(Array.from({ length: seq }, (_, i) => i))
    }),
  )
})

function record(options: ProbedOptions = {}): Probed {
  const program = probed(['f', 'g'], { sink: new Collector(), keep: 'incidents', keepAfterSeconds: 0, ...options })
  programs.push(program)
  return program
}
const definitionsOf = (program: Probed): readonly Definition[] => decodeAllDefinitions(program.recorder.chunks().flatMap(scanOrThrow))
const incidentsOf = (program: Probed): IncidentDefinition[] => definitionsOf(program).filter(each => each.kind === 'incident')
const namesOf = (program: Probed): string[] => decodeEvents(program.recorder.chunks()).map(event => event.kind)

function call(program: Probed, name = 'f'): void {
  const frame = program.enter(name)
  program.hook.v(frame)
}

test('nothing but definitions leaves a realm until something goes wrong', async () => {
  const program = record()
  call(program)
  expect(namesOf(program)).toEqual([])
  program.recorder.access.record(EventKind.uncaughtError, 0, [new TypeError('no')])
  await vi.waitFor(() => expect(definitionsOf(program).map(each => each.kind)).toContain('kept'))
  expect(namesOf(program)).toEqual(['call-enter', 'call-return', 'uncaught-error'])
  const [incident] = incidentsOf(program)
  expect(incident).toMatchObject({ cause: 'uncaughtError', seq: 2, count: 1, realm: program.recorder.realm })
  call(program)
  expect(namesOf(program)).toHaveLength(3)
})

const assertion = (): object => Object.assign(new RangeError('1 == 2'), { code: 'ERR_ASSERTION' })

test.each<readonly [string, (program: Probed) => void]>([
  ['consoleError', program => program.recorder.access.record(EventKind.console, 5, [['bad']])],
  ['assertion', program => program.recorder.access.record(EventKind.console, 7, [[false, 'bad']])],
  ['assertion', program => program.recorder.access.record(EventKind.uncaughtError, 0, [assertion()])],
  ['unhandledRejection', program => program.recorder.access.record(EventKind.unhandledRejection, 0, [undefined])],
  ['mark', program => program.recorder.access.record(EventKind.mark, 0, [{ label: 'here', value: 1 }])],
  ['httpServerError', program => program.recorder.access.endActivity(program.recorder.access.startActivity(2, {}), 3, { status: 503 })],
  [
    'assertion',
    program => {
      const frame = program.enter('f')
      program.hook.k(frame, assertion())
      program.hook.v(frame)
    },
  ],
])('%s is an incident, whatever the level of the functions', (cause, happen) => {
  for (const digit of ['0', '3']) {
    const program = record({ digit })
    happen(program)
    const isSeen = digit !== '0' || !(cause === 'assertion' && happen.toString().includes('enter'))
    expect(incidentsOf(program).map(each => each.cause)).toEqual(isSeen ? [cause] : [])
  }
})

test.each<readonly [string, (program: Probed) => void]>([
  ['a warning', program => program.recorder.access.record(EventKind.console, 4, [['hm']])],
  ['an answer of 404', program => program.recorder.access.endActivity(program.recorder.access.startActivity(3, {}), 3, { status: 404 })],
  ["another server's 500", program => program.recorder.access.endActivity(program.recorder.access.startActivity(2, {}), 2, { status: 500 })],
  [
    'an error that the program catches',
    program => {
      const [outer, inner] = [program.enter('f'), program.enter('g')]
      program.hook.t(inner, new TypeError('caught'))
      program.hook.k(outer, new TypeError('caught'))
      program.hook.v(outer)
    },
  ],
])('%s is no incident', async (_, happen) => {
  const program = record()
  happen(program)
  await Promise.resolve()
  expect(incidentsOf(program)).toEqual([])
})

test('an error that leaves the outermost function is an incident, but not out of a promise reaction', async () => {
  const program = record()
  const { access } = program.recorder
  const fail = (): void => {
    const inner = [program.enter('f'), program.enter('g')][1] as number // SAFE: two frames
    program.hook.t(inner, new TypeError('out'))
  }
  access.runReaction(0, 0, fail, [])
  expect(incidentsOf(program)).toEqual([])
  access.runIn(0, 0, fail, undefined, [])
  expect(incidentsOf(program)).toMatchObject([{ cause: 'throw', count: 1 }])
  fail()
  await Promise.resolve()
  expect(incidentsOf(program).at(-1)).toMatchObject({ cause: 'throw', count: 2 })
})

test('an async function that fails is an incident when the platform called it, not when the program did', async () => {
  const program = record()
  const { access } = program.recorder
  const request = access.startActivity(3, {})
  const parent = program.enter('f')
  const child = program.enter('g')
  program.hook.a(child, 1)
  program.hook.r(parent, 1)
  program.hook.x(child, new TypeError('for its caller'))
  expect(incidentsOf(program)).toEqual([])
  let frame = 0
  access.runIn(request, request, () => program.hook.a((frame = program.enter('f')), 1), undefined, [])
  program.hook.w(frame, 1)
  program.hook.x(frame, new TypeError('out'))
  expect(incidentsOf(program)).toMatchObject([{ cause: 'throw' }])
})

test('ten thousand of the same are one incident with a count, and different ones are bounded', () => {
  const program = record({ keepAfterSeconds: 10 })
  const { access } = program.recorder
  for (let i = 0; i < 10_000; i++) access.record(EventKind.console, 5, [['the same']])
  for (let i = 0; i < 10_000; i++) access.record(EventKind.console, 5, [[`another ${i}`]])
  program.recorder.flushNow()
  const incidents = incidentsOf(program)
  const ids = new Set(incidents.map(each => each.id))
  expect(incidents.length).toBeLessThan(40)
  expect(ids.size).toBe(17)
  expect(incidents.findLast(each => each.id === incidents[0]?.id)?.count).toBe(10_000)
})

test('windows that would follow each other are bounded too', async () => {
  const program = record()
  for (let i = 0; i < 20; i++) {
    program.recorder.access.record(EventKind.console, 5, [[`number ${i}`]])
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  expect(new Set(incidentsOf(program).map(each => each.id)).size).toBeLessThanOrEqual(6)
})

test('everything is handed on in the mode that keeps all, and incidents are still told', () => {
  const program = record({ keep: 'all' })
  call(program)
  program.recorder.access.record(EventKind.mark, 0, [{ label: 'here' }])
  expect(namesOf(program)).toEqual(['call-enter', 'call-return', 'mark'])
  expect(definitionsOf(program).map(each => each.kind)).toEqual(
    ['module', 'realm', 'incident'].sort((a, b) => (a === 'realm' ? -1 : b === 'realm' ? 1 : 0)),
  )
})

test('the end of a realm tells what was never kept, and answers a window that is open', () => {
  const quiet = record()
  call(quiet)
  // A page that is hidden may be gone in a moment, or come back.
  quiet.recorder.flushNow()
  expect(definitionsOf(quiet).some(each => each.kind === 'gap')).toBe(false)
  quiet.recorder.access.record(EventKind.realmEnd, 1, [{ code: 0 }])
  quiet.recorder.flushNow()
  expect(definitionsOf(quiet).at(-1)).toMatchObject({ kind: 'gap', fromSeq: 0, toSeq: 3 })
  expect(namesOf(quiet)).toEqual([])
  const failed = record({ keepAfterSeconds: 60 })
  call(failed)
  failed.recorder.access.record(EventKind.uncaughtError, 0, [new TypeError('no')])
  failed.recorder.access.record(EventKind.realmEnd, 2, [{ code: 1 }])
  failed.recorder.flushNow()
  const [incident] = incidentsOf(failed)
  expect(definitionsOf(failed).at(-1)).toMatchObject({ kind: 'kept', incidents: [incident?.id] })
  expect(namesOf(failed)).toHaveLength(4)
})

test('the ring of a busy realm stays at its cap', () => {
  const sink = new Collector()
  const program = record({ sink, keepBytes: 65_536, ringEvents: 64 })
  for (let i = 0; i < 20_000; i++) program.hook.v(program.enter('f', 'x'.repeat(50)))
  program.recorder.access.record(EventKind.mark, 0, [{ label: 'now' }])
  program.recorder.flush()
  const kept = sink.accepted.filter(chunk => chunk.kind === 'events')
  expect(kept.reduce((sum, chunk) => sum + chunk.bytes.length, 0)).toBeLessThan(65_536 + 20_000)
  const gap = definitionsOf(program).find(each => each.kind === 'gap')
  expect(gap).toMatchObject({ fromSeq: 0, toSeq: decodeChunk(kept[0]?.bytes as Uint8Array).firstSeq }) // SAFE: something was kept
})
