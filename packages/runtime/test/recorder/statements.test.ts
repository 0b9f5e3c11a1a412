import { decodeEvents, dumpEvents } from '@hindscope/testkit'
import { branchProbe, expressionProbe, iterationProbe, localsProbe, propertyWriteProbe, stepProbe, writeProbe } from '@hindscope/testkit'
import type { ProbeHook } from '@hindscope/protocol'
import { describe, expect, test } from 'vitest'
import { probed, tick } from '../probed.ts'
import type { Probed, ProbedOptions } from '../probed.ts'

const PROBES = [
  'f',
  stepProbe(2),
  branchProbe('if', 3),
  iterationProbe(4),
  writeProbe('x', 5, 0),
  writeProbe('y', 5, 0),
  propertyWriteProbe('total', 6, { operator: '+=' }),
  localsProbe('return', 7, { a: 0, b: 1 }),
  expressionProbe(8),
  'g',
] as const
const [STEP, BRANCH, ITERATION, X, Y, PROPERTY, LOCALS, EXPRESSION] = [1, 2, 3, 4, 5, 6, 7, 8] as const

function program(options: ProbedOptions = {}): Probed & { readonly at: (index: number) => number } {
  const parts = probed(PROBES, { digit: '4', ...options })
  const base = parts.hook.b
  return { ...parts, at: index => base + index }
}

/** Every member of the statement level once; gives what those that return a value returned. */
function everything({ hook, at }: { hook: ProbeHook; at: (index: number) => number }, frame: number): unknown[] {
  hook.p(frame, at(STEP))
  hook.j(frame, at(ITERATION), 7)
  hook.s(frame, at(X), 1)
  return [
    hook.c(frame, at(BRANCH), 'yes'),
    hook.u(frame, at(X), 2),
    hook.u(frame, at(X), 'both', 3, 4),
    hook.f(frame, at(PROPERTY), 5, { total: 5 }, 'total'),
    hook.h(frame, at(PROPERTY), 9, { total: 5 }, 'total'),
    hook.o(frame, at(LOCALS), 6, 'a', 'b'),
    hook.q(frame, at(EXPRESSION), 8),
  ]
}
const RETURNED = ['yes', 2, 'both', 5, 9, 6, 8]

describe('what each member records', () => {
  test('one event each, with its values, and the value is passed on', () => {
    const parts = program()
    const f = parts.enter('f')
    expect(everything(parts, f)).toEqual(RETURNED)
    expect(parts.dump().split('\n')).toEqual([
      'call-enter #1 f()',
      'step #1 2',
      'iteration #1 4 → 7',
      'write #1 x → 1',
      'branch #1 if 3 → truthy',
      'write #1 x → 2',
      'write #1 x → 3',
      'write #1 y → 4',
      'property-write #1 <Object>.total += → 5',
      'property-write #1 <Object>.total += → 5',
      'locals #1 return 7 → {a: "a", b: "b"}',
      'expression #1 8 → 8',
    ])
    expect(parts.recorder.stats().errors).toEqual({})
  })

  test.each([
    ['truthy', [1, 'x', {}, [], true, -1n, Symbol('s'), () => 1]],
    ['falsy', [0, '', false, Number.NaN, 0n, -0]],
    ['nullish', [null, undefined]],
  ] as const)('a branch is %s', (word, values) => {
    const { hook, enter, at, dump } = program()
    const f = enter('f')
    for (const value of values) expect(hook.c(f, at(BRANCH), value)).toBe(value)
    expect(dump().split('\n').slice(1)).toEqual(values.map(() => `branch #1 if 3 → ${word}`))
  })

  test('iteration numbers keep 32 bits', () => {
    const { hook, enter, at, recorder } = program()
    const f = enter('f')
    const numbers = [0, 65_535, 65_536, 70_000, 2 ** 31, 2 ** 32 - 1]
    for (const number of numbers) hook.j(f, at(ITERATION), number)
    expect(
      decodeEvents(recorder.chunks())
        .slice(1)
        .map(({ link, extra }) => [link, extra]),
    ).toEqual(numbers.map(number => [number, 0]))
  })

  test('many locals, none, and more than an event can count', () => {
    const { hook, enter, at, recorder } = program()
    const f = enter('f')
    hook.o(f, at(LOCALS), 0)
    hook.o(f, at(LOCALS), 0, ...Array.from({ length: 1000 }, (_, index) => index))
    hook.o.apply(undefined, [f, at(LOCALS), 'kept', ...Array.from({ length: 70_000 }, () => 1)])
    const [, none, many, huge] = decodeEvents(recorder.chunks())
    expect(none).toMatchObject({ extra: 0, values: [] })
    expect(many?.values.length).toBe(1000)
    expect(many?.values.at(-1)).toEqual({ kind: 'number', text: '999' })
    expect(huge).toMatchObject({ extra: 65_535 })
    expect(huge?.values.length).toBe(65_535)
  })

  test('an expression and locals are bounded like every value', () => {
    const { hook, enter, at, recorder } = program({ maxDepth: 1, maxWidth: 2, maxString: 16 })
    const f = enter('f')
    hook.q(f, at(EXPRESSION), { a: { b: 1 }, c: 'x'.repeat(99), d: 1 })
    hook.o(f, at(LOCALS), 0, [[1]], 'y'.repeat(99))
    expect(dumpEvents(recorder.chunks()).split('\n').slice(1)).toEqual([
      `expression #1 probe 9 → {a: {…}, c: "${'x'.repeat(16)}"…99, …} [truncated]`,
      `locals #1 probe 8 → {0: [[…]], 1: "${'y'.repeat(16)}"…99} [truncated]`,
    ])
  })
})

describe('property writes', () => {
  class Cart {
    items = 0
    get total(): number {
      throw new TypeError('user code ran')
    }
    get [Symbol.toStringTag](): string {
      throw new TypeError('user code ran')
    }
  }
  const written = (object: unknown, key: unknown, value: unknown): string => {
    const { hook, enter, at, dump } = program()
    expect(hook.f(enter('f'), at(PROPERTY), value, object, key)).toBe(value)
    return (dump().split('\n')[1] ?? '').replace('property-write #1 ', '')
  }

  test('name the object by class and identity, not by what it holds', () => {
    expect(written(new Cart(), 'items', 1)).toBe('<Cart>.items += → 1')
    expect(written([1, 2], 0, 'a')).toBe('<Array>[0] += → "a"')
    expect(written(Object.create(null), 'a-b', null)).toBe('<>["a-b"] += → null')
    expect(written(() => 1, 'name', 2)).toBe('ƒ .name += → 2')
    expect(written(Cart, 'made', 3)).toBe('ƒ Cart.made += → 3')
    expect(written(new Map(), '#size', 2)).toBe('<Map>.#size += → 2')
    expect(written(Cart.prototype, 'items', undefined)).toBe('<Object>.items += → undefined')
  })

  test('by a pattern hold what the object holds then, without running any code', () => {
    const { hook, enter, at, dump } = program({ redact: ['pin'] })
    const trap = (): never => {
      throw new TypeError('user code ran')
    }
    const proxy = new Proxy({}, { get: trap, getOwnPropertyDescriptor: trap })
    const targets = [new Cart(), 'items', [1, 2], 1, new Cart(), 'total', { pin: 7 }, 'pin', proxy, 'x', null, 'x', {}, { toString: trap }]
    const f = enter('f')
    for (let i = 0; i < targets.length; i += 2) hook.h(f, at(PROPERTY), 'result', targets[i], targets[i + 1])
    expect(dump().split('\n').slice(1)).toEqual([
      'property-write #1 <Cart>.items += → 0',
      'property-write #1 <Array>[1] += → 2',
      'property-write #1 <Cart>.total += → <hole>',
      'property-write #1 <Object>.pin += → <redacted pin> [redacted]',
      'property-write #1 <proxy>.x += → <cut not readable> [truncated]',
      'property-write #1 null.x += → <cut not readable> [truncated]',
      'property-write #1 <Object>[{toString: ƒ trap}] += → <cut key> [truncated]',
    ])
  })

  test('of what is no object hold the value itself, and of nothing say so', () => {
    expect(written('text', 'length', 1)).toBe('"text".length += → 1')
    expect(written(undefined, undefined, 1)).toBe('undefined[undefined] += → 1')
    expect(written(7, 'x', 1)).toBe('7.x += → 1')
  })

  test('of one object have one identity, of another another', () => {
    const { hook, enter, at, recorder } = program()
    const f = enter('f')
    const [one, two] = [new Cart(), new Cart()]
    for (const object of [one, two, one]) hook.f(f, at(PROPERTY), object, object, 'self')
    const ids = decodeEvents(recorder.chunks())
      .slice(1)
      .map(({ values: [object, , value] }) => [object, value].map(node => (node && 'id' in node ? node.id : 0)))
    expect(ids.map(([object]) => object)).toEqual([ids[0]?.[0], ids[1]?.[0], ids[0]?.[0]])
    expect(ids[0]?.[0]).not.toBe(ids[1]?.[0])
    // The value has the same identity, so that a reader knows that it is the object itself.
    for (const [object, value] of ids) expect(value).toBe(object)
  })

  test('a masked name masks the value, whatever kind of key it is', () => {
    const { hook, enter, at, dump, recorder } = program({ redact: ['inner code'] })
    const f = enter('f')
    for (const key of ['password', '#apiKey', 'innerCode', Symbol('password'), Symbol.for('token')]) hook.f(f, at(PROPERTY), 's3cret', {}, key)
    expect(dump()).not.toContain('s3cret')
    expect(dump().split('\n').slice(1)).toEqual([
      'property-write #1 <Object>.password += → <redacted password> [redacted]',
      'property-write #1 <Object>.#apiKey += → <redacted #apiKey> [redacted]',
      'property-write #1 <Object>.innerCode += → <redacted innerCode> [redacted]',
      'property-write #1 <Object>[Symbol(password)] += → <redacted @@password> [redacted]',
      'property-write #1 <Object>[Symbol(token)] += → <redacted @@token> [redacted]',
    ])
    expect(recorder.stats().redacted).toBe(5)
  })

  test('a key that is an object is not turned into a name, and gives no value', () => {
    const key = {
      toString(): string {
        throw new TypeError('user code ran')
      },
    }
    expect(written({}, key, 's3cret')).toBe('<Object>[{toString: ƒ toString}] += → <cut key> [truncated]')
    expect(written({}, ['password'], 's3cret')).toBe('<Object>[["password"]] += → <cut key> [truncated]')
  })

  test('no trap of a proxy runs, be it object, key or value', () => {
    let traps = 0
    const handler = new Proxy(
      {},
      {
        get() {
          traps++
          return () => {
            throw new TypeError('user code ran')
          }
        },
      },
    )
    const proxy = new Proxy(class Target {}, handler)
    const { proxy: gone, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(written(proxy, 'x', proxy)).toBe('<proxy>.x += → <proxy>')
    expect(written(gone, 'x', gone)).toBe('<proxy>.x += → <proxy>')
    expect(written({}, proxy, 1)).toBe('<Object>[<proxy>] += → <cut key> [truncated]')
    expect(written(Object.create(proxy), 'x', Object.create(proxy))).toBe('<Proxy>.x += → Proxy {}')
    const { hook, enter, at } = program()
    const f = enter('f')
    hook.c(f, at(BRANCH), proxy)
    hook.u(f, at(X), proxy, proxy, gone)
    hook.o(f, at(LOCALS), proxy, proxy, gone)
    hook.q(f, at(EXPRESSION), proxy)
    expect(traps).toBe(0)
  })
})

test('a binding that must not be read is masked, and the value of the expression passed on', () => {
  const { hook, enter, at, dump } = program()
  const f = enter('f')
  hook.s(f, at(X), hook.z)
  expect(hook.u(f, at(X), 's3cret', hook.z, 2)).toBe('s3cret')
  expect(hook.o(f, at(LOCALS), 's3cret', hook.z, 1)).toBe('s3cret')
  expect(dump().split('\n').slice(1)).toEqual([
    'write #1 x → <redacted plan> [redacted]',
    'write #1 x → <redacted plan> [redacted]',
    'write #1 y → 2',
    'locals #1 return 7 → {a: <redacted plan>, b: 1} [redacted]',
  ])
})

describe('levels', () => {
  test('nothing below statements is recorded, and everything is passed on', () => {
    for (const digit of ['0', '1', '2', '3']) {
      const parts = program({ digits: `3${digit.repeat(PROBES.length - 1)}` })
      expect(everything(parts, parts.enter('f'))).toEqual(RETURNED)
      expect(parts.dump()).toBe('call-enter #1 f()')
    }
  })

  test.each(['values', 'calls'] as const)('a recorder limited to %s records none', level => {
    const parts = program({ level })
    expect(everything(parts, parts.enter('f'))).toEqual(RETURNED)
    expect(parts.dump()).toBe('call-enter #1 f()')
  })

  test('each probe has its own switch', () => {
    const on = [STEP, Y, LOCALS]
    const parts = program({ digits: PROBES.map((_, index) => (index === 0 ? '3' : on.includes(index as never) ? '4' : '0')).join('') })
    expect(everything(parts, parts.enter('f'))).toEqual(RETURNED)
    expect(parts.dump().split('\n').slice(1)).toEqual(['step #1 2', 'write #1 y → 4', 'locals #1 return 7 → {a: "a", b: "b"}'])
  })

  test('a switched-off probe says nothing about the frames above either', () => {
    const parts = program({ digits: '4000000004' })
    const f = parts.enter('f')
    parts.enter('g')
    everything(parts, f)
    expect(parts.dump()).toBe('call-enter #1 f()\ncall-enter #2 <1 g()')
  })

  test('calls that are not recorded, and frames from nowhere, record nothing', () => {
    const parts = program()
    for (const frame of [0, -1, -7]) expect(everything(parts, frame)).toEqual(RETURNED)
    expect(parts.recorder.stats()).toMatchObject({ events: 0, errors: {} })
    expect(everything(parts, 4711)).toEqual(RETURNED)
    expect(parts.recorder.stats()).toMatchObject({ events: 0, errors: { 'stale-frame': 11 } })
  })

  test('a hook without a recorder passes everything on', () => {
    const parts = program()
    const f = parts.enter('f')
    parts.close()
    for (const frame of [0, f, -1, 4711]) expect(everything(parts, frame)).toEqual(RETURNED)
    expect(parts.dump()).toBe('call-enter #1 f()')
  })
})

const MEMBERS: readonly (readonly [string, (parts: ReturnType<typeof program>, frame: number) => unknown, string])[] = [
  ['step', ({ hook, at }, frame) => hook.p(frame, at(STEP)), 'step #1 2'],
  ['branch', ({ hook, at }, frame) => hook.c(frame, at(BRANCH), 0), 'branch #1 if 3 → falsy'],
  ['iteration', ({ hook, at }, frame) => hook.j(frame, at(ITERATION), 0), 'iteration #1 4 → 0'],
  ['write', ({ hook, at }, frame) => hook.u(frame, at(X), 1), 'write #1 x → 1'],
  ['property write', ({ hook, at }, frame) => hook.f(frame, at(PROPERTY), 1, [], 0), 'property-write #1 <Array>[0] += → 1'],
  ['locals', ({ hook, at }, frame) => hook.o(frame, at(LOCALS), 1, 2), 'locals #1 return 7 → {a: 2}'],
  ['expression', ({ hook, at }, frame) => hook.q(frame, at(EXPRESSION), 1), 'expression #1 8 → 1'],
]

describe('frames', () => {
  test.each(MEMBERS)('%s: a probe of a frame says that the frames above it are gone', (_, member, line) => {
    const parts = program()
    const f = parts.enter('f')
    parts.enter('g')
    const lost = parts.enter('g')
    parts.hook.t(lost, 'boom')
    member(parts, f)
    parts.hook.v(parts.enter('g'))
    expect(parts.dump().split('\n').slice(3)).toEqual([
      'throw-statement #3 g → "boom"',
      'call-throw #3 g → "boom"',
      'call-unwind #2 g',
      line,
      'call-enter #4 <1 g()',
      'call-return #4 g',
    ])
  })

  test('the first step after a rejected await resumes the frame', async () => {
    const { hook, enter, at, dump } = program()
    const F = enter('f')
    try {
      await hook.a(F, Promise.reject(new RangeError('r')))
    } catch {
      hook.p(F, at(STEP))
    }
    hook.v(F)
    await tick()
    expect(dump().split('\n').slice(1)).toEqual(['suspend-await #1 f', 'resume-await #1 f', 'step #1 2', 'call-return #1 f'])
  })

  test('steps of a finally block after the return belong to the call and do not end it twice', () => {
    const { hook, enter, at, dump } = program()
    const g = enter('g')
    const f = enter('f')
    hook.r(f, 1)
    hook.l(f)
    hook.p(f, at(STEP))
    hook.u(f, at(X), 2)
    hook.v(g)
    expect(dump().split('\n').slice(2)).toEqual(['call-return #2 f → 1', 'step #2 2', 'write #2 x → 2', 'call-return #1 g'])
  })

  test('a step in a generator that was thrown into resumes it', () => {
    const { hook, enter, at, dump } = program()
    const g = enter('g')
    const f = enter('f')
    hook.y(f, 1)
    hook.p(f, at(STEP))
    hook.v(f)
    hook.v(g)
    expect(dump().split('\n').slice(3)).toEqual(['resume-yield #2 <1 f', 'step #2 2', 'call-return #2 f', 'call-return #1 g'])
  })
})

test('members reached while the recorder works are counted and not recorded', () => {
  const parts: ReturnType<typeof program> = program({
    sink: {
      accept: () => void everything(parts, 1),
      takeDropped: () => 0,
      flush: () => Promise.resolve(),
      close: () => Promise.resolve(),
      stats: () => ({ chunks: 0, bytes: 0, dropped: 0, waitingBytes: 0 }),
    },
  })
  parts.enter('f')
  parts.recorder.flushNow()
  // Once for the definitions and once for the events; `u` with two values is two writes.
  expect(parts.recorder.stats()).toMatchObject({ events: 1, errors: { 'reentrant-probe': 22 } })
})

test.each(MEMBERS)('%s: a probe that fails inside is counted, and the next one records again', (_, member) => {
  let failures = 1
  const parts = program({
    ringEvents: 64,
    sink: {
      accept: () => {},
      takeDropped: () => {
        if (failures-- > 0) throw new TypeError('the sink is broken')
        return 0
      },
      flush: () => Promise.resolve(),
      close: () => Promise.resolve(),
      stats: () => ({ chunks: 0, bytes: 0, dropped: 0, waitingBytes: 0 }),
    },
  })
  const f = parts.enter('f')
  // The one that finds the tape full seals it.
  let { events, errors } = parts.recorder.stats()
  for (let i = 0; i < 400 && errors['probe-failed'] === undefined; i++) {
    ;({ events } = parts.recorder.stats())
    member(parts, f)
    ;({ errors } = parts.recorder.stats())
  }
  expect(parts.recorder.stats()).toMatchObject({ events, errors: { 'probe-failed': 1 } })
  member(parts, f)
  expect(parts.recorder.stats()).toMatchObject({ events: events + 1, errors: { 'probe-failed': 1 } })
})

test('what a full sink drops is counted, and sequence numbers tell where', () => {
  const parts = program({ maxBufferedBytes: 65_536, ringEvents: 64 })
  const f = parts.enter('f')
  for (let round = 0; round < 2000; round++) everything(parts, f)
  const events = decodeEvents(parts.recorder.chunks())
  const { dropped, errors } = parts.recorder.stats()
  expect(errors).toEqual({})
  expect(dropped).toBeGreaterThan(0)
  expect(events.length + dropped).toBe(1 + 2000 * 11)
  expect(events[0]?.seq).toBe(dropped)
  events.forEach((event, index) => expect(event.seq).toBe(dropped + index))
})
