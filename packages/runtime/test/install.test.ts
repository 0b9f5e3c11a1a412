import vm from 'node:vm'
import { HOOK_MEMBERS, HOOK_SYMBOL, Word, compareHlc, decodeChunk, levelDigit } from '@hindscope/protocol'
import type { ProbeHook } from '@hindscope/protocol'
import { CollectingSink, decodeAllDefinitions, decodeEvents, dumpEvents, scanOrThrow } from '@hindscope/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHook, defineHook } from '../src/hook-object.ts'
import { createRecorder } from '../src/index.ts'
import { levelsIn, probed, tick } from './probed.ts'

const SYMBOL = Symbol.for(HOOK_SYMBOL)
/** An instrumented script with `hook: 'global'`. */
const SCRIPT = `var H = globalThis[Symbol.for(${JSON.stringify(HOOK_SYMBOL)})]; var L, B; function R() { L = H.m('00000000000000bb', '33'); B = H.b; return L }
function f(a) { var F = (L || R())[0] ? H.e(L[0], 1, a) : 0; return H.r(F, a) }`

describe('install', () => {
  test('puts a hidden, removable hook into any global object, and takes it out again', () => {
    const recorder = createRecorder({ sink: 'memory' })
    const context = vm.createContext({})
    const realm = vm.runInContext('globalThis', context) as object // SAFE: a global object
    expect(recorder.install(realm)).toBe(true)
    const descriptor = Object.getOwnPropertyDescriptor(realm, SYMBOL)
    expect(descriptor).toMatchObject({ enumerable: false, configurable: true })
    expect(HOOK_MEMBERS.filter(name => !(name in Object(descriptor?.value)))).toEqual([])
    vm.runInContext(`${SCRIPT}\nf(new Map([[1, [2]]]))`, context)
    recorder.uninstall()
    expect(Object.getOwnPropertyDescriptor(realm, SYMBOL)).toBeUndefined()
    vm.runInContext('f(2)', context)
    expect(dumpEvents(recorder.chunks())).toBe('call-enter #1 probe 1(Map{1 => [2]})\ncall-return #1 probe 1 → Map{1 => [2]}')
    const definitions = decodeAllDefinitions(recorder.chunks().flatMap(scanOrThrow))
    expect(definitions.map(({ kind }) => kind)).toEqual(['realm', 'module'])
    expect(definitions[0]).toMatchObject({ realmKind: 'vm', pid: process.pid, platform: `node ${process.version}` })
  })

  test('several realms share one hook, one stack and one numbering', () => {
    const recorder = createRecorder({ sink: 'memory' })
    const realms = [{}, {}, {}] as Record<symbol, ProbeHook>[] // SAFE: filled by install
    for (const realm of realms) expect(recorder.install(realm)).toBe(true)
    expect(new Set(realms.map(realm => realm[SYMBOL])).size).toBe(1)
    expect(recorder.install(realms[0] as object)).toBe(true) // SAFE: three were made
  })

  test('works before and after modules registered, and bases stay', () => {
    const realm = {}
    const hook = createHook()
    defineHook(realm, hook)
    const early = hook.m('00000000000000e1', '32')
    const base = hook.b
    expect(levelsIn(early)).toEqual([0, 0])
    const recorder = createRecorder({ sink: 'memory', level: 'calls' })
    recorder.install(realm)
    expect(levelsIn(early)).toEqual([2, 2])
    const late = hook.m('00000000000000e2', '1430')
    expect(levelsIn(late)).toEqual([1, 2, 2, 0])
    expect(hook.b).toBe(base + 2)
    expect(hook.m('00000000000000e1', '32')).toBe(early)
    expect(hook.b).toBe(base)
    recorder.uninstall()
    expect([...early, ...late]).toEqual([0, 0, 0, 0, 0, 0])
    expect(Object.getOwnPropertyDescriptor(realm, SYMBOL)?.value).toBe(hook)
  })

  test('a second recorder is refused and counted, and may have the realm when the first is gone', () => {
    const realm = {}
    const [first, second] = [createRecorder({ sink: 'memory' }), createRecorder({ sink: 'memory' })]
    expect([first.install(realm), second.install(realm)]).toEqual([true, false])
    expect(second.stats().errors).toEqual({ 'hook-occupied': 1 })
    first.uninstall()
    expect(second.install(realm)).toBe(true)
  })

  test('foreign objects under the symbol and frozen globals are left alone', () => {
    const recorder = createRecorder({ sink: 'memory' })
    expect(recorder.install({ [SYMBOL]: { version: 99 } })).toBe(false)
    expect(recorder.install(Object.freeze({}))).toBe(false)
    expect(recorder.stats().errors).toEqual({ 'hook-version': 1, 'hook-undefinable': 1 })
  })

  test('a frame of an earlier recorder never becomes a call of the next', async () => {
    const realm = {}
    const hook = createHook()
    defineHook(realm, hook)
    const table = hook.m('00000000000000e1', '3')
    const enter = (): number => hook.e(table[0] as number)
    const first = createRecorder({ sink: 'memory' })
    first.install(realm)
    const old = [enter(), enter(), hook.ei(enter())]
    first.uninstall()
    const second = createRecorder({ sink: 'memory' })
    second.install(realm)
    const fresh = enter()
    for (const frame of old) hook.r(frame, 'old')
    hook.r(fresh, 'fresh')
    expect(old).not.toContain(fresh)
    expect(dumpEvents(second.chunks())).toBe('call-enter #4 probe 1()\ncall-return #4 probe 1 → "fresh"')
    expect(second.stats().errors).toEqual({ 'stale-frame': 3 })
    await tick()
    // The physical stack is empty: nothing of the first can come any more.
    hook.r(enter(), 'later')
    expect(dumpEvents(second.chunks())).toContain('call-enter #5 probe 1()\ncall-return #5 probe 1 → "later"')
  })

  test('ids begin anew after two billion calls, also while calls are open', () => {
    const realm = {}
    const hook = createHook()
    defineHook(realm, hook)
    const [word = 0] = hook.m('00000000000000e1', '2')
    hook.registry.nextCall = 0x7eff_ffff
    const recorder = createRecorder({ sink: 'memory' })
    recorder.install(realm)
    const call = (): number => hook.e(hook.m('00000000000000e1', '2')[0] as number)
    expect(word).toBe(0)
    const outer = call()
    hook.v(call())
    recorder.flushNow()
    hook.v(call())
    expect(recorder.access.startActivity(6, {})).toBe(2)
    hook.v(call())
    hook.v(outer)
    expect(
      dumpEvents(recorder.chunks())
        .split('\n')
        .filter(line => line.startsWith('call-enter')),
    ).toEqual([
      'call-enter #2130706431 probe 1()',
      'call-enter #2130706432 <2130706431 probe 1()',
      'call-enter #1 <2130706431 probe 1()',
      'call-enter #3 <2130706431 probe 1()',
    ])
    expect(recorder.stats()).toMatchObject({ calls: 4, errors: {} })
  })

  test('a malformed session id is an error for the caller, other options are brought into range', () => {
    expect(() => createRecorder({ sink: 'memory', session: 'x' })).toThrow(/id-malformed/)
    expect(() => createRecorder({ sink: 'memory', ringEvents: -5, maxDepth: Number.NaN, flushMs: 1e9 })).not.toThrow()
  })
})

describe('chunks', () => {
  test('sequence numbers have no gaps over chunks, clocks never run backwards, stats agree with the bytes', () => {
    const { recorder, hook, enter } = probed(['f'], { ringEvents: 64, session: 'cd'.repeat(16) })
    for (let i = 0; i < 1000; i++) hook.r(enter('f', `value ${i}`), { i })
    const chunks = recorder.chunks().map(bytes => decodeChunk(bytes))
    expect(chunks.map(chunk => chunk.number)).toEqual(chunks.map((_, i) => i))
    expect(decodeEvents(recorder.chunks()).map(event => event.seq)).toEqual(Array.from({ length: 2000 }, (_, i) => i))
    const times = decodeEvents(recorder.chunks()).map(event => event.timeUs)
    expect(times.every((time, i) => i === 0 || time >= (times[i - 1] ?? 0))).toBe(true)
    expect(Math.abs((times[0] ?? 0) / 1000 - Date.now())).toBeLessThan(60_000)
    for (const [i, chunk] of chunks.entries()) {
      const before = chunks[i - 1]?.hlcLast
      if (before) expect(compareHlc(chunk.hlcFirst, before)).toBeGreaterThanOrEqual(i === 1 ? 0 : 1)
      expect(chunk.session).toBe('cd'.repeat(16))
    }
    expect(recorder.stats()).toMatchObject({ events: 2000, calls: 1000, dropped: 0, errors: {} })
    expect(recorder.stats().bytes).toBe(recorder.chunks().reduce((sum, bytes) => sum + bytes.length, 0))
  })

  test('what a sink refuses is counted in the next chunk that it takes', () => {
    const sink = new CollectingSink()
    const { recorder, hook, enter } = probed(['f'], { sink, ringEvents: 64 })
    sink.refuses = true
    for (let i = 0; i < 100; i++) hook.v(enter('f'))
    recorder.flushNow()
    sink.refuses = false
    hook.v(enter('f'))
    recorder.flushNow()
    const [chunk] = sink.collected.filter(({ kind }) => kind === 'events').map(({ bytes }) => decodeChunk(bytes))
    expect(chunk).toMatchObject({ dropped: 200, firstSeq: 200, recordCount: 2 })
    expect(recorder.stats().dropped).toBe(200)
  })

  test('a remote clock pulls ours forward within the drift bound, never back', () => {
    const { recorder } = probed(['f'])
    const before = recorder.access.clockText()
    const ahead = (BigInt(`0x${before}`) + (5000n << 16n)).toString(16).padStart(16, '0')
    recorder.access.receive(ahead)
    expect(recorder.access.clockText() > ahead).toBe(true)
    recorder.access.receive((BigInt(`0x${ahead}`) + (600_000n << 16n)).toString(16).padStart(16, '0'))
    recorder.access.receive('nonsense')
    expect(recorder.access.clockText() < (BigInt(`0x${ahead}`) + (1000n << 16n)).toString(16).padStart(16, '0')).toBe(true)
    expect(recorder.stats().errors).toEqual({ 'clock-drift': 1, 'clock-malformed': 1 })
  })

  test('any sequence of probes decodes, keeps every call closed at most by its own frame, and never throws', () => {
    const step = fc.record({ op: fc.nat(12), frame: fc.nat(8), value: fc.anything() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const { recorder, hook, enter } = probed(['f', 'g'], { ringEvents: 64, digit: '4' })
        const frames: number[] = [0, -1]
        for (const { op, frame, value } of steps) {
          const F = frames[frame % frames.length] as number // SAFE: not empty
          const ops = [hook.r, hook.t, hook.x, hook.a, hook.w, hook.y, hook.n]
          if (op < ops.length) expect((ops[op] as (frame: number, value: unknown) => unknown)(F, value)).toBe(value) // SAFE: in range
          else if (op === 7) hook.v(F)
          else if (op === 8) hook.k(F, value)
          else if (op === 9) hook.l(F)
          else if (op === 10) hook.g(F)
          else frames.push(enter(op === 11 ? 'f' : 'g', value))
        }
        const chunks = recorder.chunks()
        const events = decodeEvents(chunks)
        const entered = new Set(events.filter(event => event.kind === 'call-enter').map(event => event.call))
        expect(entered.size).toBe(recorder.stats().calls)
        expect(events.every(event => event.call === 0 || entered.has(event.call))).toBe(true)
        expect(events).toHaveLength(recorder.stats().events)
        expect(recorder.stats().errors['probe-failed']).toBeUndefined()
        for (const bytes of chunks) expect(decodeChunk(bytes).records.length % (Word.value + 1)).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  test('levels are bytes of the table', () => {
    expect(levelDigit('statements')).toBe(4)
  })
})
