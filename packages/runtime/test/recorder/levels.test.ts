/** Levels change while the program runs: the bytes that probes read, the events that say so, and what open calls do. */
import { levelDigit } from '@hindscope/protocol'
import type { Level } from '@hindscope/protocol'
import { decodeEvents } from '@hindscope/testkit'
import { expect, test } from 'vitest'
import { createRecorder } from '../../src/index.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { createHook, defineHook } from '../../src/hook-object.ts'
import { levelsIn, probed } from '../probed.ts'
import type { Probed } from '../probed.ts'

const set = ({ recorder }: Probed, by: 'user' | 'governor' | 'plan', level: Level, ...indexes: number[]): number =>
  recorder.access.setLevels([{ base: 1, indexes, level: levelDigit(level) }], by)

/** Changes as `first+further=level by`. */
const changes = (recorder: RecorderHandle): string[] =>
  decodeEvents(recorder.chunks())
    .filter(event => event.kind === 'level-change')
    .map(({ site, link, extra, values }) => `${site}+${link}=${extra} ${JSON.stringify(values[0])}`)
const short = (recorder: RecorderHandle): string[] => changes(recorder).map(text => text.replace(/ \{.*"(user|governor|plan)".*/, ' $1'))

/** What a realm does with a control message, as a sink hands it on. */
function controlled(): { recorder: RecorderHandle; hook: ReturnType<typeof createHook>; control: (body: unknown) => void; reports: unknown[] } {
  const reports: unknown[] = []
  const chunks: Uint8Array[] = []
  let control: (topic: string, body: unknown) => void = () => undefined
  const recorder = createRecorder({
    sink: {
      open: context => void (control = context.control),
      accept: chunk => void chunks.push(chunk.bytes),
      chunks: () => chunks,
      report: (_topic, body) => void reports.push(body),
    },
    flushMs: 60_000,
  })
  const realm = {}
  const hook = createHook()
  defineHook(realm, hook)
  recorder.install(realm)
  return { recorder, hook, control: body => control('levels', body), reports }
}

test('a level set takes effect at the next call, and each change is an event with its author', () => {
  const program = probed(['a', 'b', 'c'])
  const { hook, enter } = program
  const call = (name: string): void => void hook.r(enter(name, name), name)
  call('a')
  expect(set(program, 'user', 'off', 0)).toBe(1)
  call('a')
  call('b')
  set(program, 'user', 'calls', 1)
  call('b')
  set(program, 'user', 'count', 2)
  call('c')
  set(program, 'user', 'values', 0)
  call('a')
  expect(program.dump()).toMatchInlineSnapshot(`
    "call-enter #1 a("a")
    call-return #1 a → "a"
    level-change a off → {by: "user"}
    call-enter #2 b("b")
    call-return #2 b → "b"
    level-change b calls → {by: "user"}
    call-enter #3 b()
    call-return #3 b
    level-change c count → {by: "user"}
    level-change a values → {by: "user"}
    call-enter #4 a("a")
    call-return #4 a → "a"
    metric c → {name: "calls", value: 1, unit: "calls"}"
  `)
})

test('nothing is recorded above what was built in', () => {
  const program = probed(['a', 'b', 'c'], { digits: '123', level: 'calls' })
  expect(set(program, 'user', 'statements', 0, 1, 2)).toBe(0)
  expect(short(program.recorder)).toEqual([])
  set(program, 'user', 'off', 0, 1, 2)
  set(program, 'user', 'statements', 0, 1, 2)
  expect(short(program.recorder)).toEqual(['1+2=0 user', '1+0=1 user', '2+1=2 user'])
})

test('the governor only lowers what the user and the plan allow, and the user overrules it', () => {
  const program = probed(['a', 'b'])
  expect(set(program, 'governor', 'statements', 0)).toBe(0)
  set(program, 'governor', 'count', 0)
  set(program, 'user', 'calls', 0, 1)
  set(program, 'governor', 'off', 0)
  expect(set(program, 'governor', 'values', 0)).toBe(1)
  set(program, 'governor', 'off', 0)
  expect(set(program, 'plan', 'off', 0, 1)).toBe(2)
  expect(short(program.recorder)).toEqual(['1+0=1 governor', '1+1=2 user', '1+0=0 governor', '1+0=2 governor', '1+0=0 governor', '1+1=3 plan'])
})

test('a change says who and why, and probes that nobody registered are left alone', () => {
  const { recorder } = probed(['a'])
  expect(recorder.access.setLevels([{ base: 0, indexes: [0, 1, 2, 500_000], level: 0 }], 'governor', 'too dear')).toBe(1)
  expect(changes(recorder)).toHaveLength(1)
  expect(changes(recorder)[0]).toContain('too dear')
  expect(recorder.stats().errors).toEqual({})
})

test('calls that are open when their level changes are told to their end, and nothing is unwound', () => {
  const program = probed(['outer', 'inner'])
  const { hook, enter, recorder } = program
  const outer = enter('outer', 1)
  set(program, 'user', 'off', 0, 1)
  const inner = enter('inner', 2)
  expect(inner).toBe(0)
  set(program, 'user', 'values', 1)
  const seen = enter('inner', 3)
  set(program, 'user', 'off', 1)
  hook.r(seen, 'gone')
  hook.r(inner, 'never there')
  hook.a(outer, 0)
  hook.w(outer, 'awaited')
  set(program, 'user', 'values', 0)
  hook.r(outer, 'done')
  expect(program.dump()).toMatchInlineSnapshot(`
    "call-enter #1 outer(1)
    level-change outer +1 off → {by: "user"}
    level-change inner values → {by: "user"}
    call-enter #2 <1 inner(3)
    level-change inner off → {by: "user"}
    call-return #2 inner
    suspend-await #1 outer
    resume-await #1 outer
    level-change outer values → {by: "user"}
    call-return #1 outer → "done""
  `)
  expect(recorder.stats().errors).toEqual({})
})

test('a rule for a module holds whether it comes before or after it, and is replaced by the next', () => {
  const { recorder, hook, control, reports } = controlled()
  const early = hook.m('early', '333')
  control({ revision: 1, modules: { early: [1, 2, 0], late: [0, 1, 2] } })
  const late = hook.m('late', '33')
  expect([early, late].flatMap(levelsIn)).toEqual([3, 0, 0, 2, 3])
  control({ revision: 2, modules: { early: [0, 1, 2] } })
  expect([early, late].flatMap(levelsIn)).toEqual([2, 3, 3, 2, 3])
  control({ revision: 3, modules: { early: [0, 1, 2], late: [] } })
  expect([early, late].flatMap(levelsIn)).toEqual([2, 3, 3, 3, 3])
  expect(reports).toEqual([
    { revision: 1, changed: 2, atUs: expect.any(Number) },
    { revision: 2, changed: 3, atUs: expect.any(Number) },
    { revision: 3, changed: 1, atUs: expect.any(Number) },
  ])
  expect(short(recorder)).toEqual(['2+1=0 user', '4+0=2 user', '1+0=2 user', '2+1=3 user', '4+0=3 plan'])
  // Another recorder in the same place starts from the plan.
  recorder.uninstall()
  expect([early, late].flatMap(levelsIn)).toEqual([0, 0, 0, 0, 0])
  control({ revision: 4, modules: { early: [0, 3, 2] } })
  expect(levelsIn(early)).toEqual([0, 0, 0])
})

test('a rule repeated after a reconnect changes nothing and lets the governor keep what it lowered', () => {
  const { recorder, hook, control } = controlled()
  const levels = hook.m('module', '33')
  control({ revision: 1, modules: { module: [0, 2, 2] } })
  recorder.access.setLevels([{ base: hook.b, indexes: [1], level: 0 }], 'governor')
  control({ revision: 1, modules: { module: [0, 2, 2] } })
  expect(levelsIn(levels)).toEqual([2, 0])
  expect(short(recorder)).toEqual(['1+1=2 user', '2+0=0 governor'])
})

test.each([
  null,
  7,
  {},
  { revision: 1 },
  { revision: 1, modules: null },
  { revision: '1', modules: {} },
  { revision: 1, modules: { module: {} } },
  { revision: 1, modules: { module: [0, 1] } },
  { revision: 1, modules: { module: [0, 1, 5] } },
  { revision: 1, modules: { module: [0, -1, 0] } },
  { revision: 1, modules: { module: [0, 1.5, 0] } },
  { revision: 1, modules: { good: [0, 1, 0], module: [0, '1', 0] } },
])('a bad message is counted and changes nothing: %j', body => {
  const { recorder, hook, control, reports } = controlled()
  const levels = [hook.m('module', '33'), hook.m('good', '33')]
  control(body)
  expect(recorder.stats().errors).toEqual({ 'control-bad': 1 })
  expect(levels.map(levelsIn)).toEqual([
    [3, 3],
    [3, 3],
  ])
  expect(reports).toEqual([])
})

test('a rule that reaches beyond its module changes its module only', () => {
  const { hook, control, recorder } = controlled()
  const levels = [hook.m('first', '33'), hook.m('second', '33')]
  control({ revision: 1, modules: { first: [1, 4_000_000_000, 0, 4_294_967_295, 1, 0] } })
  expect(levels.map(levelsIn)).toEqual([
    [3, 0],
    [3, 3],
  ])
  expect(recorder.stats().errors).toEqual({})
})

test('many modules change in a few events each, over several chunks', () => {
  const realm = {}
  const hook = createHook()
  defineHook(realm, hook)
  const recorder = createRecorder({ sink: 'memory', ringEvents: 64, flushMs: 60_000 })
  recorder.install(realm)
  const bases = Array.from({ length: 300 }, (_, i) => {
    hook.m(`module ${i}`, '3'.repeat(50))
    return hook.b
  })
  const indexes = Array.from({ length: 50 }, (_, i) => i)
  const changed = recorder.access.setLevels(
    bases.map(base => ({ base, indexes, level: 0 })),
    'user',
    'quiet',
  )
  expect(changed).toBe(15_000)
  const events = decodeEvents(recorder.chunks()).filter(event => event.kind === 'level-change')
  expect(events.map(event => event.site)).toEqual(bases)
  expect(new Set(events.map(event => JSON.stringify(event.values))).size).toBe(1)
})
