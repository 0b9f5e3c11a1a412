/** Shapes and named copies: the bytes are fewer, what they say is the same, and neither can be fooled into running code. */
import { decodeEvents } from '@hindscope/testkit'
import type { ValueNode } from '@hindscope/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RecorderOptions } from '../../src/index.ts'
import { ActivityType } from '@hindscope/protocol'
import { probed } from '../probed.ts'

let executions = 0
const trap = (): never => {
  executions++
  throw new Error('user code ran')
}

interface Taken {
  readonly nodes: readonly ValueNode[]
  readonly flags: readonly (readonly string[])[]
  readonly bytes: number
}

/** Records a value as often as `steps` has functions, each of which runs just before. */
function takes(value: unknown, steps: readonly (() => unknown)[], options: Partial<RecorderOptions> = {}): Taken {
  const { recorder, enter } = probed(['f'], options)
  for (const step of steps) {
    step()
    enter('f', value)
  }
  const chunks = recorder.chunks()
  const events = decodeEvents(chunks)
  return {
    nodes: events.map(event => event.values[0] ?? { kind: 'undefined' }),
    flags: events.map(event => event.flags),
    bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  }
}
const nothing = (): void => undefined

/** What a node says, without identities; the recorder's own limits are above the trees below. */
function plain(node: ValueNode | undefined): unknown {
  switch (node?.kind) {
    case 'object':
      return Object.fromEntries(node.entries.map(([key, value]) => [key, plain(value)]))
    case 'array':
      return node.items.map(plain)
    case 'number':
      return Number(node.text)
    case 'string':
    case 'boolean':
      return node.value
    case 'null':
      return null
    default:
      return node?.kind
  }
}

describe('copies', () => {
  const state = (): Record<string, unknown> => ({
    user: { id: 1, name: 'a', roles: ['x', 'y'] },
    items: Array.from({ length: 8 }, (_, id) => ({ id, price: id * 2, label: `item ${id}` })),
  })

  test('an object that is unchanged costs its id and an offset from the second time on', () => {
    const value = state()
    const once = takes(value, [nothing])
    const often = takes(
      value,
      Array.from({ length: 101 }, () => nothing),
    )
    expect((often.bytes - once.bytes) / 100).toBeLessThan(20)
    for (const node of often.nodes) expect(plain(node)).toEqual(value)
  })

  test('a change anywhere inside is a new copy that names what stayed', () => {
    const value = state()
    const items = value['items'] as { price: number }[] // SAFE: as made above
    const { nodes, bytes } = takes(value, [nothing, nothing, () => void ((items[3] as { price: number }).price = 99), nothing]) // SAFE: there are eight
    expect(nodes.map(node => (plain(node) as typeof value)['items'])).toEqual([state()['items'], state()['items'], items, items]) // SAFE: as made above
    const { bytes: whole } = takes(value, [nothing])
    expect(bytes).toBeLessThan(whole * 2)
  })

  test('whatever a program does to its objects in between, each moment shows what they held then', () => {
    const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom('a', 'b', 'c'), fc.constant(null))
    const { tree } = fc.letrec(tie => ({
      tree: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('x', 'y', 'z', 'w'), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }))
    const change = fc.record({
      at: fc.nat(),
      key: fc.constantFrom('x', 'y', 'z', 'w', '0', '1'),
      to: tree,
      how: fc.constantFrom('set', 'delete', 'freeze', 'none'),
    })
    fc.assert(
      fc.property(fc.record({ x: tree, y: tree }), fc.array(change, { maxLength: 6 }), (value, changes) => {
        const { recorder, enter } = probed(['f'], { maxDepth: 16, maxWidth: 1000 })
        const expected: unknown[] = []
        const take = (): void => {
          enter('f', value)
          expected.push(JSON.parse(JSON.stringify(value)))
        }
        take()
        for (const { at, key, to, how } of changes) {
          const objects: object[] = []
          JSON.stringify(value, (_, each: unknown) => (typeof each === 'object' && each !== null && objects.push(each), each))
          const target = objects[at % objects.length] as Record<string, unknown> // SAFE: the root is one
          if (how === 'freeze') Object.freeze(target)
          else if (how === 'delete' && !Array.isArray(target)) Reflect.deleteProperty(target, key)
          else if (how === 'set' && (!Array.isArray(target) || Number(key) <= target.length)) Reflect.set(target, key, structuredClone(to))
          take()
        }
        const shown = decodeEvents(recorder.chunks()).map(event => plain(event.values[0]))
        expect(shown).toEqual(expected)
      }),
      { numRuns: 80 },
    )
  })

  test('an object that cannot change is not read again, and says the same', () => {
    const deepFreeze = <T>(value: T): T => {
      if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) deepFreeze(part)
      return Object.freeze(value)
    }
    const value = deepFreeze(state())
    const { nodes } = takes(value, [nothing, nothing, nothing, nothing])
    for (const node of nodes) expect(plain(node)).toEqual(value)
  })

  test('frozen around what can change is read every time', () => {
    const inner = { n: 1 }
    const named = Object.assign(() => 1, {})
    const value = Object.freeze({ inner, date: new Date(5), list: Object.freeze([inner]), named })
    const { nodes } = takes(value, [nothing, nothing, nothing, () => void (inner.n = 2), nothing])
    const seen = nodes.map(node => (plain(node) as { inner: unknown }).inner) // SAFE: as made above
    expect(seen).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }, { n: 2 }, { n: 2 }])
    Object.defineProperty(named, 'name', { value: 'other' })
    const [after] = takes(value, [nothing]).nodes
    expect(JSON.stringify(after)).toContain('"other"')
  })

  test('a secret in an unchanged object is masked, flagged and counted every time', () => {
    const { recorder, enter } = probed(['f'])
    const value = Object.freeze({ name: 'n', token: 'secret', other: 'text that is long enough' })
    for (let i = 0; i < 5; i++) enter('f', value)
    expect(decodeEvents(recorder.chunks()).map(event => event.flags)).toEqual(Array.from({ length: 5 }, () => ['redacted']))
    expect(recorder.stats().redacted).toBe(5)
  })

  test('a copy never reaches over the end of a chunk', () => {
    const { recorder, enter } = probed(['f'])
    const value = state()
    for (let i = 0; i < 6; i++) {
      enter('f', value)
      recorder.flushNow()
    }
    for (const chunk of recorder.chunks()) for (const event of decodeEvents([chunk])) expect(plain(event.values[0])).toEqual(value)
  })

  test('a part whose copy went with the second copy of the whole is written again', () => {
    const { recorder, enter } = probed(['f'], { ringEvents: 65_536 })
    const part = { label: 'part', open: true, size: 12, other: 'text', more: 'words', count: 7 }
    const whole = { ...Object.fromEntries(Array.from({ length: 24 }, (_, i) => [`n${i}`, i])), part }
    for (let i = 0; i < 3; i++) enter('f', whole)
    // The part has id 2, and the table 4096 places: id 4098 takes its place. Functions have an id and no place.
    for (let i = 0; i < 4095; i++) enter('f', () => i)
    enter('f', {})
    enter('f', whole)
    enter('f', part)
    const shown = decodeEvents(recorder.chunks()).map(event => plain(event.values[0]))
    expect(shown.length).toBe(4101)
    expect(shown.slice(-2)).toEqual([whole, part])
  })

  test('more objects than the table has places for are all shown rightly', () => {
    const { recorder, enter } = probed(['f'], { maxWidth: 2 })
    const values = Array.from({ length: 9000 }, (_, id) => ({ id, name: `name of ${id % 7}`, list: [id] }))
    for (let round = 0; round < 2; round++) for (const value of values) enter('f', value)
    const ids = decodeEvents(recorder.chunks()).map(event => {
      const [node] = event.values
      return node?.kind === 'object' ? [node.id, plain(node.entries[0]?.[1])] : []
    })
    expect(ids.length).toBe(18_000)
    expect(new Set(ids.map(([id]) => id)).size).toBe(9000)
    for (const [i, [, shown]] of ids.entries()) expect(shown).toBe(i % 9000)
  })
})

describe('a learned shape is no promise', () => {
  const make = (i: number): Record<string, unknown> => ({ id: i, name: 'n', price: 2, tags: null, open: true })
  const hostile: readonly (readonly [string, (value: Record<string, unknown>) => object, RegExp])[] = [
    ['a data property that became a getter', value => Object.defineProperty(value, 'price', { get: trap }), /"price",{"kind":"accessor"}/],
    ['a data property that became a setter', value => Object.defineProperty(value, 'price', { set: trap }), /"price",{"kind":"accessor"}/],
    [
      'a literal with the same keys and a getter',
      () => ({
        id: 1,
        name: 'n',
        get price() {
          return trap()
        },
        tags: null,
        open: true,
      }),
      /"price",{"kind":"accessor"}/,
    ],
    ['a key deleted', value => (Reflect.deleteProperty(value, 'name'), value), /"size":4/],
    [
      'a key deleted and added again as a getter',
      value => (Reflect.deleteProperty(value, 'open'), Object.defineProperty(value, 'open', { get: trap, enumerable: true })),
      /"open",{"kind":"accessor"}/,
    ],
    ['keys in another order', () => ({ name: 'n', id: 1, price: 2, tags: null, open: true }), /\["name".*"id"/],
    [
      'another prototype with a getter of the constructor',
      value => Object.setPrototypeOf(value, Object.defineProperty({}, 'constructor', { get: trap })) as object,
      /"kind":"object"/,
    ],
    [
      'a proxy as prototype',
      value =>
        Object.setPrototypeOf(
          value,
          new Proxy({}, { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap, getOwnPropertyDescriptor: trap }),
        ) as object,
      /"kind":"object"/,
    ],
    [
      'a proxy of it',
      value => new Proxy(value, { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap, getOwnPropertyDescriptor: trap }),
      /"kind":"proxy"/,
    ],
    ['a symbol key more', value => Object.defineProperty(value, Symbol('s'), { get: trap, enumerable: true }), /"@@s",{"kind":"accessor"}/],
    ['a hidden key more', value => Object.defineProperty(value, 'hidden', { get: trap }), /"hidden",{"kind":"accessor"}/],
    ['a numeric key more', value => Object.assign(value, { 7: 'seven' }), /"7",/],
    ['without extensions', value => Object.defineProperty(Object.preventExtensions(value), 'id', { get: trap }), /"id",{"kind":"accessor"}/],
  ]
  test.each(hostile.map(([label, change, expected]) => ({ label, change, expected })))('$label', ({ change, expected }) => {
    const { recorder, enter } = probed(['f'])
    for (let i = 0; i < 50; i++) enter('f', make(i))
    const value = make(50)
    enter('f', value)
    enter('f', value)
    executions = 0
    const changed = change(value)
    enter('f', changed)
    enter('f', changed)
    for (let i = 0; i < 3; i++) enter('f', make(i))
    expect(executions).toBe(0)
    const events = decodeEvents(recorder.chunks())
    expect(events.length).toBe(57)
    for (const event of events.slice(52, 54)) expect(JSON.stringify(event.values[0])).toMatch(expected)
    expect(plain(events[56]?.values[0])).toEqual(make(2))
    expect(recorder.stats().errors).toEqual({})
  })

  test.each(['writable', 'value', 'get', 'set'])('Object.prototype with a getter of `%s` runs nothing and hides nothing', name => {
    const { recorder, enter } = probed(['f'])
    const value = make(1)
    const list = [1, 2]
    const withGetter = Object.defineProperty(make(2), 'price', { get: trap })
    for (let i = 0; i < 3; i++) enter('f', value)
    executions = 0
    Object.defineProperty(Object.prototype, name, {
      configurable: true,
      get() {
        executions++
        return true
      },
    })
    try {
      for (const each of [value, list, withGetter]) enter('f', each)
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
    expect(executions).toBe(0)
    const shown = decodeEvents(recorder.chunks()).map(event => event.values[0])
    expect(plain(shown[3])).toEqual(value)
    expect(plain(shown[4])).toEqual(list)
    expect(JSON.stringify(shown[5])).toContain('"price",{"kind":"accessor"}')
  })

  test('elements behind a prototype of the program are read by descriptors', () => {
    const { recorder, enter } = probed(['f'])
    const proxy = new Proxy({}, { get: trap, has: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap })
    const holey = [1, , 3]
    const lists = [
      Object.setPrototypeOf([1, , 3], proxy) as unknown[],
      Object.defineProperty([1, 2, 3], 1, { get: trap }),
      Object.defineProperty([1, 2, 3], 1, { set: trap }),
    ]
    executions = 0
    for (const list of lists) enter('f', list)
    Object.defineProperty(Array.prototype, 1, { configurable: true, get: trap })
    Object.setPrototypeOf(Array.prototype, new Proxy(Object.prototype, { has: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap }))
    try {
      enter('f', holey)
    } finally {
      Object.setPrototypeOf(Array.prototype, Object.prototype)
      Reflect.deleteProperty(Array.prototype, 1)
    }
    expect(executions).toBe(0)
    const shown = decodeEvents(recorder.chunks()).map(event => plain(event.values[0]))
    expect(shown).toEqual([
      [1, 'hole', 3],
      [1, 'accessor', 3],
      [1, 'accessor', 3],
      [1, 'hole', 3],
    ])
  })
})

test('what an adapter tells is read the same in every chunk, and is no object of the program', () => {
  const { recorder, dump } = probed([])
  const ids: number[] = []
  for (let i = 0; i < 6; i++) {
    ids.push(recorder.access.startActivity(ActivityType.httpServer, { method: 'GET', url: `/${i}` }, 0))
    if (i % 2 === 1) recorder.chunks()
  }
  expect(dump().split('\n')).toEqual(ids.map((id, i) => `activity-start #${id} httpServer → {method: "GET", url: "/${i}"}`))
})
