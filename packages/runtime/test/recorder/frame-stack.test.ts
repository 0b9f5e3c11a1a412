import { describe, expect, test } from 'vitest'
import { probed, tick } from '../probed.ts'

describe('synchronous calls', () => {
  test('a callee has its caller as parent and both return', () => {
    const { hook, enter, dump } = probed(['main', 'add'])
    const main = enter('main')
    hook.r(enter('add', 1, 2), 3)
    hook.v(main)
    expect(dump()).toBe('call-enter #1 main()\ncall-enter #2 <1 add(1, 2)\ncall-return #2 add → 3\ncall-return #1 main')
  })

  test('an error caught two frames below is an inferred throw of the frames above', () => {
    const { hook, enter, dump } = probed(['main', 'middle', 'thrower'])
    const main = enter('main')
    enter('middle')
    const thrower = enter('thrower')
    hook.t(thrower, 'boom')
    hook.k(main, 'boom')
    hook.r(main, 1)
    expect(dump().split('\n').slice(3)).toEqual([
      'throw-statement #3 thrower → "boom"',
      'call-throw #3 thrower → "boom"',
      'call-throw #2 middle → "boom" [inferred]',
      'catch #1 main → "boom"',
      'call-return #1 main → 1',
    ])
  })

  test('a frame that nobody heard of again is unwound when its caller goes on', () => {
    const { hook, enter, dump } = probed(['main', 'lost'])
    const main = enter('main')
    enter('lost')
    hook.v(main)
    expect(dump().split('\n').slice(2)).toEqual(['call-unwind #2 lost', 'call-return #1 main'])
  })

  test('an error that the frame threw itself is known although nobody caught it', () => {
    const { hook, enter, dump } = probed(['main', 'thrower'])
    const main = enter('main')
    hook.t(enter('thrower'), new TypeError('x'))
    hook.v(main)
    expect(dump().split('\n').slice(2)).toEqual([
      'throw-statement #2 thrower → TypeError("x")',
      'call-throw #2 thrower → TypeError("x")',
      'call-return #1 main',
    ])
  })

  test('an error that the frame caught itself is forgotten', () => {
    const { hook, enter, dump } = probed(['main', 'careful'])
    const main = enter('main')
    const careful = enter('careful')
    hook.t(careful, 1)
    hook.k(careful, 1)
    hook.v(main)
    expect(dump().split('\n').slice(2)).toEqual([
      'throw-statement #2 careful → 1',
      'catch #2 careful → 1',
      'call-unwind #2 careful',
      'call-return #1 main',
    ])
  })

  test('finally after return runs in the frame and needs no second end', () => {
    const { hook, enter, dump } = probed(['main', 'f', 'cleanup'])
    const main = enter('main')
    const f = enter('f')
    hook.r(f, 1)
    hook.l(f)
    hook.v(enter('cleanup'))
    hook.v(main)
    expect(dump().split('\n').slice(2)).toEqual([
      'call-return #2 f → 1',
      'call-enter #3 <2 cleanup()',
      'call-return #3 cleanup',
      'call-return #1 main',
    ])
  })

  test('return in finally overrides', () => {
    const { hook, enter, dump } = probed(['f'])
    const f = enter('f')
    hook.r(f, 1)
    hook.l(f)
    hook.r(f, 2)
    expect(dump()).toContain('call-return #1 f → 1\ncall-return #1 f → 2')
  })

  test('module-level catch unwinds to the depth that the module had', () => {
    const { hook, enter, dump } = probed(['main', 'f'])
    const main = enter('main')
    const module = hook.d()
    enter('f')
    hook.k(module, 'e')
    hook.v(main)
    expect(dump().split('\n').slice(2)).toEqual(['call-throw #2 f → "e" [inferred]', 'catch #1 → "e"', 'call-return #1 main'])
  })

  test('a frame from nowhere changes nothing and is counted', () => {
    const { hook, enter, dump, recorder } = probed(['main'])
    const main = enter('main')
    hook.r(999, 1)
    hook.v(main)
    expect(dump()).toBe('call-enter #1 main()\ncall-return #1 main')
    expect(recorder.stats().errors).toEqual({ 'stale-frame': 1 })
  })

  test('frames of an earlier recorder mean nothing to the next', () => {
    const first = probed(['main'])
    const old = first.enter('main')
    first.close()
    expect(first.hook.r(old, 7)).toBe(7)
    expect(first.enter('main')).toBe(0)
  })
})

describe('levels', () => {
  test('calls have no values, count has a number only, off nothing', async () => {
    const calls = probed(['f'], { digit: '2' })
    calls.hook.r(calls.enter('f', { a: 1 }), 2)
    expect(calls.dump()).toBe('call-enter #1 f()\ncall-return #1 f')
    const count = probed(['f'], { digit: '1' })
    for (let i = 0; i < 3; i++) expect(count.enter('f')).toBe(0)
    await count.recorder.flush()
    expect(count.dump()).toBe('metric f → {name: "calls", value: 3, unit: "calls"}')
    const off = probed(['f'], { digit: '3', level: 'off' })
    expect(off.enter('f')).toBe(0)
    expect(off.dump()).toBe('')
  })

  test('writes are recorded at level statements only', () => {
    const { hook, enter, dump } = probed(['f', 'x'], { digit: '4' })
    const f = enter('f')
    hook.s(f, hook.b + 1, 5)
    hook.v(f)
    expect(dump().split('\n')[1]).toBe('write #1 x → 5')
    const values = probed(['f', 'x'])
    values.hook.s(values.enter('f'), values.hook.b + 1, 5)
    expect(values.dump()).toBe('call-enter #1 f()')
  })
})

describe('await', () => {
  test('interleaved awaits keep their own frames and parents', async () => {
    const { hook, enter, dump } = probed(['main', 'job', 'step'])
    const job = async (name: string, delay: Promise<void>): Promise<void> => {
      const F = enter('job', name)
      hook.w(F, await hook.a(F, delay))
      hook.v(enter('step', name))
      hook.w(F, await hook.a(F, Promise.resolve(name)))
      hook.v(enter('step', name))
      hook.v(F)
    }
    const main = enter('main')
    const both = Promise.all([job('a', tick()), job('b', Promise.resolve())])
    hook.v(main)
    await both
    const lines = dump().split('\n')
    const stepsOf = (name: string): (string | undefined)[] =>
      lines.filter(line => line.includes(`step("${name}")`)).map(line => / [<≪](\d+) /.exec(line)?.[1])
    expect(lines.slice(0, 3)).toEqual(['call-enter #1 main()', 'call-enter #2 <1 job("a")', 'suspend-await #2 job'])
    expect(stepsOf('a')).toEqual(['2', '2'])
    expect(stepsOf('b')).toEqual(['3', '3'])
    expect(lines.filter(line => line.startsWith('call-unwind'))).toEqual([])
  })

  test('a rejected await resumes the frame at its catch', async () => {
    const { hook, enter, dump } = probed(['f', 'g'])
    const F = enter('f')
    try {
      await hook.a(F, Promise.reject(new RangeError('r')))
    } catch (error) {
      hook.k(F, error)
    }
    hook.v(enter('g'))
    hook.v(F)
    expect(dump().split('\n').slice(1)).toEqual([
      'suspend-await #1 f',
      'resume-await #1 f',
      'catch #1 f → RangeError("r")',
      'call-enter #2 <1 g()',
      'call-return #2 g',
      'call-return #1 f',
    ])
  })

  test('an error leaves an async body', async () => {
    const { hook, enter, dump } = probed(['f', 'g'])
    const F = enter('f')
    enter('g')
    hook.x(F, 'e')
    expect(dump().split('\n').slice(2)).toEqual(['call-throw #2 g → "e" [inferred]', 'call-throw #1 f → "e"'])
  })

  test('a resumed frame is the whole stack: what was left over is unwound first', () => {
    const { hook, enter, dump } = probed(['f', 'dead', 'child'])
    const F = enter('f')
    hook.a(F, 0)
    enter('dead')
    hook.w(F, 0)
    hook.v(enter('child'))
    expect(dump().split('\n').slice(3)).toEqual(['call-unwind #2 dead', 'resume-await #1 f → 0', 'call-enter #3 <1 child()', 'call-return #3 child'])
  })

  test('an async frame left open by an unprobed await stays open; a dead root does not become a parent', async () => {
    const { hook, enter, dump } = probed(['loop', 'dead', 'next'])
    const F = enter('loop')
    hook.i(F, null)
    hook.w(F, await hook.a(F, 1))
    await null
    await tick()
    enter('dead')
    await tick()
    hook.v(enter('next'))
    hook.w(F, 'item')
    hook.v(F)
    expect(dump().split('\n').slice(3)).toEqual([
      'suspend-await #1 loop',
      'call-enter #2 dead()',
      'call-unwind #2 dead',
      'call-enter #3 next()',
      'call-return #3 next',
      'resume-await #1 loop → "item"',
      'call-return #1 loop',
    ])
  })

  test('an async frame that suspended before its first probe comes back', async () => {
    const { hook, enter, dump, recorder } = probed(['main', 'loop'])
    const main = enter('main')
    const F = enter('loop')
    hook.v(main)
    await tick()
    hook.w(F, 'item')
    hook.v(F)
    expect(dump().split('\n').slice(2)).toEqual([
      'call-unwind #2 loop',
      'call-return #1 main',
      'resume-await #2 loop → "item"',
      'call-return #2 loop',
    ])
    expect(recorder.stats().errors).toEqual({ 'revived-frame': 1 })
  })

  test('100,000 frames that never resume are bounded', () => {
    const { hook, enter, recorder } = probed(['f'], { digit: '2', maxBufferedBytes: 65_536 })
    for (let i = 0; i < 100_000; i++) hook.a(enter('f'), 0)
    expect(recorder.stats().errors['suspended-evicted']).toBeGreaterThanOrEqual(100_000 - 65_536)
    expect(recorder.stats().dropped).toBeGreaterThan(0)
  })
})

describe('generators', () => {
  test('a step runs on top of whoever resumed it', () => {
    const { hook, enter, dump } = probed(['main', 'gen', 'inner'])
    const main = enter('main')
    const gen = enter('gen')
    hook.y(gen, 1)
    hook.n(gen, 'sent')
    hook.v(enter('inner'))
    hook.v(gen)
    hook.g(gen)
    hook.v(main)
    expect(dump().split('\n').slice(2)).toEqual([
      'suspend-yield #2 gen → 1',
      'resume-yield #2 <1 gen → "sent"',
      'call-enter #3 <2 inner()',
      'call-return #3 inner',
      'call-return #2 gen',
      'call-return #1 main',
    ])
  })

  test('closing and throwing into a suspended generator', () => {
    const closed = probed(['gen'])
    const gen = closed.enter('gen')
    closed.hook.y(gen, 1)
    closed.hook.g(gen)
    closed.hook.g(gen)
    expect(closed.dump().split('\n').slice(2)).toEqual(['call-unwind #1 gen'])
    const thrown = probed(['main', 'gen'])
    const main = thrown.enter('main')
    const other = thrown.enter('gen')
    thrown.hook.y(other, 1)
    thrown.hook.k(other, 'e')
    thrown.hook.v(other)
    thrown.hook.g(other)
    thrown.hook.v(main)
    expect(thrown.dump().split('\n').slice(3)).toEqual(['resume-yield #2 <1 gen', 'catch #2 gen → "e"', 'call-return #2 gen', 'call-return #1 main'])
  })
})

test('probes return their last argument and never throw, recording or not', () => {
  const { hook, close } = probed(['f'])
  const value = { v: 1 }
  const probes = [hook.r, hook.t, hook.x, hook.a, hook.w, hook.y, hook.n]
  for (const frame of [0, 12, -3]) for (const probe of probes) expect(probe(frame, value)).toBe(value)
  close()
  for (const frame of [0, 1, -1])
    for (const probe of [hook.r, hook.t, hook.x, hook.a, hook.w, hook.y, hook.n]) expect(probe(frame, value)).toBe(value)
})
