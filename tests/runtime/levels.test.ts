/**
 * Levels flipped at any moment of any program: the program does what it did, every call that is recorded is told as it is when nothing is
 * flipped, and no open call is lost or made up.
 */
import vm from 'node:vm'
import { instrument } from '@hindscope/instrument'
import { createRecorder } from '@hindscope/runtime'
import { decodeEvents } from '@hindscope/testkit'
import type { DumpedEvent } from '@hindscope/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import '../setup/fixed-seed.ts'

/** What a function does, one thing after another. `flip` is where levels change. */
type Act =
  | { readonly do: 'call'; readonly callee: number }
  | { readonly do: 'throw' | 'flip' | 'await' | 'yield' | 'write' }
  | { readonly do: 'try' | 'finally' | 'loop'; readonly body: readonly Act[] }
type Kind = 'sync' | 'async' | 'generator'
interface Body {
  readonly kind: Kind
  readonly acts: readonly Act[]
}
interface Flip {
  readonly probes: readonly number[]
  readonly level: number
  readonly by: 'user' | 'governor' | 'plan'
}

const FUNCTIONS = 5
const acts = fc.letrec<{ acts: readonly Act[]; act: Act }>(tie => ({
  act: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ do: fc.constantFrom('throw', 'flip', 'await', 'yield', 'write') }) as fc.Arbitrary<Act>,
    fc.record({ do: fc.constant('call'), callee: fc.nat(FUNCTIONS - 1) }) as fc.Arbitrary<Act>,
    fc.record({ do: fc.constantFrom('try', 'finally', 'loop'), body: tie('acts') }) as fc.Arbitrary<Act>,
  ),
  acts: fc.array(tie('act'), { minLength: 1, maxLength: 5 }),
})).acts
const bodies = fc.array(fc.record({ kind: fc.constantFrom<Kind>('sync', 'sync', 'async', 'generator'), acts }), {
  minLength: FUNCTIONS,
  maxLength: FUNCTIONS,
})
const flips = fc.array(
  fc.record({
    probes: fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 20 }),
    level: fc.constantFrom(0, 0, 1, 2, 3, 4),
    by: fc.constantFrom<Flip['by']>('user', 'user', 'governor', 'plan'),
  }),
  { minLength: 1, maxLength: 20 },
)

function sourceOf(program: readonly Body[]): string {
  const statement = (act: Act, from: Body, depth: number): string => {
    switch (act.do) {
      case 'throw':
        return `if ($n() % 3 === 0) throw new Error('e' + d)`
      case 'flip':
        return '$flip()'
      case 'await':
        return from.kind === 'async' ? 'await d' : '$flip()'
      case 'yield':
        return from.kind === 'generator' ? 'yield d' : 'x += 1'
      case 'write':
        return 'x = x * 2 + d'
      case 'call':
        return callOf(act.callee, from, program)
      case 'try':
        return `try { ${block(act.body, from, depth + 1)} } catch (e${depth}) { x -= 1; $flip() }`
      case 'finally':
        return `try { ${block(act.body, from, depth + 1)} } finally { x += 3; $flip() }`
      case 'loop':
        return `for (let i${depth} = 0; i${depth} < 2; i${depth}++) { ${block(act.body, from, depth + 1)} }`
    }
  }
  const block = (list: readonly Act[], from: Body, depth: number): string => list.map(act => statement(act, from, depth)).join('; ')
  const functions = program.map((body, i) => {
    const head = body.kind === 'async' ? 'async function' : body.kind === 'generator' ? 'function*' : 'function'
    return `${head} f${i}(d) { $enter(${i}); let x = d; if (d <= 0 || $n() > 60) return x; ${block(body.acts, body, 0)}; return x }`
  })
  return `${functions.join('\n')}\n;(${program.map((_, i) => `f${i}`).join(', ')}, function main() { $enter(${FUNCTIONS}); for (const f of [${program.map((_, i) => `f${i}`).join()}]) { try { const v = f(4); if (v && v.next) { for (const _ of v) $flip() } else if (v && v.then) v.then($log, $log) } catch (e) { $log(e) } } })`
}

function callOf(callee: number, from: Body, program: readonly Body[]): string {
  const call = `f${callee}(d - 1)`
  const kind = program[callee]?.kind
  if (kind === 'sync') return `x += ${call}`
  if (kind === 'generator') return `for (const y of ${call}) { x += y; if (x % 2) break }`
  return from.kind === 'async' ? `x += await ${call}` : `${call}.then($log, $log)`
}

interface Outcome {
  readonly log: readonly string[]
  /** Function and id of each call in the order of their starts; id 0 when it was not recorded. */
  readonly calls: readonly { readonly callee: number; readonly id: number }[]
  readonly events: readonly DumpedEvent[]
  readonly errors: Readonly<Record<string, number>>
}

async function play(text: string, level: string, script: readonly Flip[]): Promise<Outcome> {
  const { code, manifest } = instrument(text, {
    id: 'random.js',
    sourceType: 'script',
    plan: { level: level as 'values' },
    hook: 'global',
    hookModule: 'unused',
  })
  const log: string[] = []
  const calls: { callee: number; id: number }[] = []
  const seen = new Set([0])
  const [counter, flipped] = [{ n: 0 }, { n: 0 }]
  const recorder = createRecorder({ sink: 'memory', flushMs: 60_000, ringEvents: 64 })
  const context = vm.createContext({
    $enter: (callee: number) => {
      const id = recorder.access.currentCall()
      calls.push({ callee, id: seen.has(id) ? 0 : id })
      seen.add(id)
    },
    $n: () => counter.n++,
    $log: (value: unknown) => void log.push(String(value)),
    $flip: () => {
      log.push('flip')
      const flip = script[flipped.n++ % Math.max(1, script.length)]
      if (flip === undefined) return
      const indexes = flip.probes.map(index => index % manifest.probes.length)
      recorder.access.setLevels([{ base: 1, indexes, level: flip.level }], flip.by)
    },
  }) as object
  recorder.install(context)
  const main = vm.runInContext(code, context) as () => void
  main()
  for (let i = 0; i < 2; i++) await new Promise(resolve => setImmediate(resolve))
  const { errors } = recorder.stats()
  const events = decodeEvents(recorder.chunks(), { manifests: [manifest] })
  recorder.uninstall()
  return { log, calls, events, errors }
}

/** What is told of a call whatever its level. */
const LIFE = [
  'call-enter',
  'call-return',
  'call-throw',
  'call-unwind',
  'suspend-await',
  'resume-await',
  'suspend-yield',
  'resume-yield',
  'throw-statement',
  'catch',
]
const ENDS = ['call-return', 'call-throw', 'call-unwind']

/** Kinds of the events of each call; an error that nobody recorded caught may have been seen or not. */
function livesOf(events: readonly DumpedEvent[]): Map<number, string[]> {
  const lives = new Map<number, string[]>()
  for (const { kind, call } of events) {
    if (call === 0 || !LIFE.includes(kind)) continue
    const life = lives.get(call) ?? []
    lives.set(call, life)
    life.push(kind === 'call-throw' ? 'call-unwind' : kind)
  }
  return lives
}

function expectWellFormed(events: readonly DumpedEvent[]): void {
  for (const [call, life] of livesOf(events)) {
    expect([call, life.filter(kind => kind === 'call-enter').length, life[0]]).toEqual([call, 1, 'call-enter'])
    const end = life.findIndex(kind => ENDS.includes(kind))
    if (end >= 0) expect([call, life.slice(end + 1).filter(kind => kind !== 'catch')]).toEqual([call, []])
  }
}

/** Ordinal of the call around each call, by ordinal. */
function parentsOf({ calls, events }: Outcome): readonly (number | undefined)[] {
  const ordinalOf = new Map(calls.map(({ id }, at) => [id, at]))
  const links = new Map(events.filter(({ kind }) => kind === 'call-enter').map(({ call, link }) => [call, link]))
  return calls.map(({ id }) => ordinalOf.get(links.get(id) ?? 0))
}

/** Parents that a recorded call may have: the recorded call around it, going by the run where all are recorded. */
function allowedParents(
  ordinal: number,
  parents: readonly (number | undefined)[],
  parts: Outcome,
  program: readonly Body[],
): readonly number[] | undefined {
  const parentOf = (at: number): number | undefined => parents[at]
  let isSuspended = false
  for (let at = parentOf(ordinal); at !== undefined; at = parentOf(at)) {
    const { id, callee } = parts.calls[at] ?? { id: 0, callee: 0 }
    if (id !== 0) return isSuspended ? [id, 0] : [id]
    const kind = program[callee]?.kind
    // Whoever resumes a generator that is not recorded is around its calls.
    if (kind === 'generator') return undefined
    // What goes on after an await of a call that is not recorded has no call around it.
    if (kind === 'async') isSuspended = true
  }
  return [0]
}

test.each(['values', 'statements'])('at %s, whatever is flipped and when', async level => {
  let [recorded, missing, stale] = [0, 0, 0]
  await fc.assert(
    fc.asyncProperty(bodies, flips, async (program, script) => {
      const text = sourceOf(program)
      const whole = await play(text, level, [])
      const parts = await play(text, level, script)
      expect(parts.log).toEqual(whole.log)
      expect(parts.calls.map(({ callee }) => callee)).toEqual(whole.calls.map(({ callee }) => callee))
      expect([whole.errors, parts.errors]).toEqual([{}, {}])
      expectWellFormed(whole.events)
      expectWellFormed(parts.events)
      const [lives, all] = [livesOf(parts.events), livesOf(whole.events)]
      // Every call that was recorded is one that the program made.
      expect([...lives.keys()].length).toBe(parts.calls.filter(({ id }) => id !== 0).length)
      const parents = parentsOf(whole)
      const enters = new Map(parts.events.filter(({ kind }) => kind === 'call-enter').map(event => [event.call, event]))
      parts.calls.forEach(({ id }, ordinal) => {
        if (id === 0) return void missing++
        recorded++
        expect(lives.get(id)).toEqual(all.get(whole.calls[ordinal]?.id ?? 0))
        const allowed = allowedParents(ordinal, parents, parts, program)
        const link = enters.get(id)?.link ?? -1
        if (allowed === undefined || allowed.includes(link)) return
        // An error passed the recorded call and was caught where nothing is recorded: nobody knows until its caller says something.
        expect(lives.get(link)?.at(-1)).toBe('call-unwind')
        stale++
      })
    }),
    { numRuns: 60 },
  )
  expect(recorded).toBeGreaterThan(1000)
  expect(missing).toBeGreaterThan(200)
  expect(stale).toBeLessThan(recorded / 20)
})
