import vm from 'node:vm'
import fc from 'fast-check'
import { DEFAULT_REDACTED_NAMES, redactionKey } from '@hindscope/protocol'
import { decodeEvents, dumpEvents, formatValue } from '@hindscope/testkit'
import { describe, expect, test } from 'vitest'
import type { RecorderOptions } from '../../src/index.ts'
import { probed } from '../probed.ts'

/** Every way in which a hostile value could notice that it was read. */
let executions = 0
const trap = (): never => {
  executions++
  throw new Error('user code ran')
}

function snapshot(value: unknown, options: Partial<RecorderOptions> = {}): string {
  const { recorder, enter } = probed(['f'], options)
  enter('f', value)
  const [event] = decodeEvents(recorder.chunks())
  return event?.values[0] === undefined ? '(none)' : formatValue(event.values[0])
}

const everyTrap = new Proxy({}, { get: () => trap })
const hostileProxy = (target: object): object => new Proxy(target, everyTrap)
const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}
class Private {
  #secret = 1
  get secret(): number {
    trap()
    return this.#secret
  }
  static get name(): string {
    return trap()
  }
}
class Tagged {
  get [Symbol.toStringTag](): string {
    return trap()
  }
  toString(): string {
    return trap()
  }
  toJSON(): string {
    return trap()
  }
  [Symbol.toPrimitive](): string {
    return trap()
  }
  *[Symbol.iterator](): Generator {
    trap()
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return trap()
  }
}
const withGetter = (key: PropertyKey): object => Object.defineProperty({}, key, { get: trap, enumerable: true })
const inherits = (proto: object | null): object => Object.create(proto) as object // SAFE: Object.create gives an object
const foreign = vm.createContext({})
const other = (code: string): unknown => vm.runInContext(code, foreign)
const cyclic: Record<string, unknown> = { name: 'c' }
cyclic['self'] = cyclic
cyclic['list'] = [cyclic, { cyclic }]
const deep = (depth: number): unknown => {
  let value: unknown = 'bottom'
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { value }
  return value
}
const longChain = (): object => {
  let value: object = {}
  for (let i = 0; i < 5000; i++) value = inherits(value)
  return value
}
const wide = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]))
const errorWith = (fields: PropertyDescriptorMap): Error => Object.defineProperties(new Error('e'), fields)
class StaticSymbols extends Map<unknown, unknown> {
  static override get [Symbol.species](): MapConstructor {
    return trap()
  }
  override get size(): number {
    return trap()
  }
  override entries(): MapIterator<[unknown, unknown]> {
    return trap()
  }
  override get(): unknown {
    return trap()
  }
  override forEach(): void {
    trap()
  }
}
const rope = (): string => {
  let text = 'abcdefgh'
  while (text.length < 2 ** 25) text += text
  return text
}

/** Label, value, and the expected text where it matters. */
const CORPUS: readonly (readonly [string, () => unknown, (string | RegExp)?])[] = [
  ['undefined', () => undefined, 'undefined'],
  ['null', () => null, 'null'],
  ['true', () => true, 'true'],
  ['zero', () => 0, '0'],
  ['negative zero', () => -0, '-0'],
  ['NaN', () => Number.NaN, 'NaN'],
  ['infinity', () => -Infinity, '-Infinity'],
  ['int32 limits', () => [2 ** 31 - 1, -(2 ** 31), 2 ** 31], '[2147483647, -2147483648, 2147483648]'],
  ['double', () => 0.1, '0.1'],
  ['max double', () => Number.MAX_VALUE, '1.7976931348623157e+308'],
  ['bigint', () => 12345678901234567890n, '12345678901234567890n'],
  ['huge bigint', () => 2n ** 100_000n, '<cut bigint>'],
  ['huge negative bigint', () => -(2n ** 5000n), '<cut bigint>'],
  ['empty string', () => '', '""'],
  ['lone surrogate', () => '\ud800', '"\ufffd"'],
  ['emoji', () => '🙂', '"🙂"'],
  ['NUL', () => 'a\0b', String.raw`"a\u0000b"`],
  ['long string', () => 'x'.repeat(100_000), /^"x{512}"…100000$/],
  ['rope of 32 M units', rope, `""…${2 ** 25}`],
  ['symbol', () => Symbol('s'), 'Symbol(s)'],
  ['well-known symbol', () => Symbol.iterator, 'Symbol(Symbol.iterator)'],
  ['symbol without description', () => Symbol(), 'Symbol()'],
  ['stand-in of a redacted parameter', () => Symbol.for('hindscope.redacted'), '<redacted plan>'],
  ['function', () => trap, 'ƒ trap'],
  [
    'arrow without a name',
    () =>
      (
        () => () =>
          1
      )(),
    'ƒ ',
  ],
  ['function with throwing name', () => Object.defineProperty(() => 1, 'name', { get: trap }), 'ƒ '],
  ['class with static name getter', () => Private, 'ƒ '],
  ['instance of it', () => new Private(), '[null] {}'],
  ['async generator function', () => async function* ag() {}, 'ƒ ag'],
  ['bound function', () => trap.bind(null), 'ƒ bound trap'],
  ['plain object', () => ({ a: 1, b: 'x' }), '{a: 1, b: "x"}'],
  ['null prototype', () => Object.assign(inherits(null), { a: 1 }), '[null] {a: 1}'],
  ['getter', () => withGetter('x'), '{x: <accessor>}'],
  ['symbol getter', () => withGetter(Symbol('k')), '{@@k: <accessor>}'],
  [
    'keys of every kind',
    () => Object.defineProperty({ [Symbol('s')]: 1, b: 2, 7: 3, a: 4 }, 'hidden', { value: 5 }),
    '{7: 3, b: 2, a: 4, hidden: 5, @@s: 1}',
  ],
  ['setter only', () => ({ set x(_value: unknown) {} }), '{x: <accessor>}'],
  ['getter of then', () => withGetter('then'), '{then: <accessor>}'],
  ['getter of constructor', () => withGetter('constructor'), '{constructor: <accessor>}'],
  ['getter of toJSON', () => withGetter('toJSON'), '{toJSON: <accessor>}'],
  ['getter of length', () => withGetter('length'), '{length: <accessor>}'],
  ['prototype with getters', () => inherits(withGetter('constructor')), /\{\}$/],
  ['prototype with getter tag', () => inherits(withGetter(Symbol.toStringTag)), '{}'],
  ['every conversion throws', () => new Tagged(), 'Tagged {}'],
  ['hidden property', () => Object.defineProperty({}, 'h', { value: 1, enumerable: false }), '{h: 1}'],
  ['numeric keys', () => ({ 2: 'b', 1: 'a' }), '{1: "a", 2: "b"}'],
  ['__proto__ as own key', () => JSON.parse('{"__proto__": 1}') as object, '{__proto__: 1}'],
  ['frozen', () => Object.freeze({ a: 1 }), '{a: 1}'],
  ['secret', () => ({ password: 'x', apiKey: 1, pass: 2 }), '{password: <redacted password>, apiKey: <redacted apiKey>, pass: 2}'],
  ['secret behind a getter', () => withGetter('token'), '{token: <redacted token>}'],
  ['secret in a Map', () => new Map([['token', 't']]), 'Map{"token" => <redacted token>}'],
  ['cycle', () => cyclic, '{name: "c", self: <ref>, list: [<ref>, {cyclic: <ref>}]}'],
  ['the same object twice', () => ((o: object) => [o, o])({ a: 1 }), '[{a: 1}, <ref>]'],
  ['depth 1000', () => deep(1000), /…/],
  ['prototype chain of 5000', longChain, /\{\}$/],
  ['10,000 keys', () => wide(10_000), /^\{k0: 0, .*, …\}$/],
  ['100,000 keys', () => wide(100_000), /…\}$/],
  ['array', () => [1, 'a', null], '[1, "a", null]'],
  ['holes', () => [1, , 3], '[1, <hole>, 3]'],
  ['10^6 items', () => Array.from({ length: 1_000_000 }, () => 0), /^\[(0, ){32}…\]$/],
  ['sparse length', () => Object.assign([], { length: 4_294_967_295 }), /^\[(<hole>, ){32}…\]$/],
  ['array with getter', () => Object.defineProperty([1], 0, { get: trap }), '[<accessor>]'],
  ['array with iterator', () => Object.assign([1], { [Symbol.iterator]: trap }), '[1]'],
  ['array with constructor', () => Object.defineProperty([1], 'constructor', { get: trap }), '[1]'],
  ['array subclass', () => new (class List extends Array {})(), '[]'],
  [
    'arguments',
    () =>
      (function () {
        return arguments
      })(),
    /^\[?.*\{.*length: 0/,
  ],
  [
    'Map',
    () =>
      new Map<unknown, unknown>([
        [1, { a: 1 }],
        [{}, 2],
      ]),
    'Map{1 => {a: 1}, {} => 2}',
  ],
  ['Map subclass with everything overridden', () => new StaticSymbols([[1, 2]]), 'Map{1 => 2}'],
  ['Map with own size getter', () => Object.defineProperty(new Map([[1, 2]]), 'size', { get: trap }), 'Map{1 => 2}'],
  ['object that pretends to be a Map', () => inherits(Map.prototype), 'Map {}'],
  ['Set', () => new Set([1, 'a']), 'Set{1, "a"}'],
  ['Set that holds itself', () => ((s: Set<unknown>) => s.add(s))(new Set()), 'Set{<ref>}'],
  ['object that pretends to be a Set', () => inherits(Set.prototype), 'Set {}'],
  ['large Set', () => new Set(Array.from({ length: 1000 }, (_, i) => i)), /…\}$/],
  ['Date', () => new Date(5), 'Date(5)'],
  ['invalid Date', () => new Date(Number.NaN), 'Date(invalid)'],
  ['Date with own methods', () => Object.assign(new Date(6), { getTime: trap, toISOString: trap }), 'Date(6)'],
  ['object that pretends to be a Date', () => inherits(Date.prototype), 'Date {}'],
  ['RegExp', () => /a\/b/giu, String.raw`/a\/b/giu`],
  ['RegExp with throwing flags', () => Object.defineProperties(/a/g, { flags: { get: trap }, global: { get: trap }, source: { get: trap } }), '/a/g'],
  ['object that pretends to be a RegExp', () => inherits(RegExp.prototype), 'RegExp {}'],
  ['Error', () => new TypeError('t'), 'TypeError("t")'],
  ['Error subclass', () => new (class ShopError extends Error {})('s'), 'ShopError("s")'],
  ['Error with fields', () => Object.assign(new Error('e'), { code: 'E', cause: { a: 1 } }), 'Error("e") {code: "E", cause: {a: 1}}'],
  ['Error with getters', () => errorWith({ message: { get: trap }, name: { get: trap } }), 'Error("")'],
  ['Error with object message', () => errorWith({ message: { value: { toString: trap } } }), 'Error("")'],
  ['Error with getter cause', () => errorWith({ cause: { get: trap } }), 'Error("e") {cause: <accessor>}'],
  ['AggregateError', () => new AggregateError([new Error('1')], 'all'), 'AggregateError("all") {errors: [Error("1")]}'],
  ['DOMException', () => new DOMException('d', 'AbortError'), /DOMException/],
  ['typed array', () => new Uint8Array([1, 2]), 'Uint8Array(2)[1, 2]'],
  ['Float64Array', () => new Float64Array(100), /^Float64Array\(800\)\[/],
  ['typed array with own length', () => Object.defineProperty(new Uint8Array(1), 'length', { get: trap }), 'Uint8Array(1)[0]'],
  ['ArrayBuffer', () => new ArrayBuffer(3), 'ArrayBuffer(3)[0, 0, 0]'],
  ['SharedArrayBuffer', () => new SharedArrayBuffer(2), 'SharedArrayBuffer(2)[0, 0]'],
  ['DataView', () => new DataView(new ArrayBuffer(4), 1, 2), 'DataView(2)[0, 0]'],
  ['detached buffer', () => ((b: ArrayBuffer) => (structuredClone(b, { transfer: [b] }), b))(new ArrayBuffer(8)), /ArrayBuffer/],
  [
    'view of a detached buffer',
    () => ((a: Uint8Array<ArrayBuffer>) => (structuredClone(a.buffer, { transfer: [a.buffer] }), a))(new Uint8Array(8)),
    /Uint8Array|cut/,
  ],
  ['Buffer', () => Buffer.from('ab'), 'Uint8Array(2)[97, 98]'],
  ['boxed number', () => new Number(5), 'Number {[[value]]: 5}'],
  ['boxed string', () => new String('s'), 'String {[[value]]: "s"}'],
  ['boxed boolean', () => new Boolean(false), 'Boolean {[[value]]: false}'],
  ['boxed symbol', () => Object(Symbol('b')) as object, 'Symbol {[[value]]: Symbol(b)}'],
  ['boxed bigint', () => Object(1n) as object, 'BigInt {[[value]]: 1n}'],
  ['object that pretends to be a Number', () => inherits(Number.prototype), 'Number {}'],
  ['Promise', () => Promise.resolve(1), '<Promise>'],
  ['thenable', () => ({ then: trap }), '{then: ƒ trap}'],
  ['WeakMap', () => new WeakMap(), '<WeakMap>'],
  ['WeakRef', () => new WeakRef({}), '<WeakRef>'],
  [
    'generator object',
    () =>
      (function* () {
        trap()
      })(),
    /<.*>/,
  ],
  ['Map iterator', () => new Map([[1, 2]]).entries(), /<.*>/],
  ['proxy with every trap', () => hostileProxy({}), '<proxy>'],
  ['proxy of a function', () => hostileProxy(() => 1), '<proxy>'],
  ['proxy of an array', () => hostileProxy([1]), '<proxy>'],
  ['revoked proxy', () => revoked({}), '<proxy>'],
  ['revoked array proxy', () => revoked([]), '<proxy>'],
  ['revoked function proxy', () => revoked(() => 1), '<proxy>'],
  ['proxy in a property', () => ({ p: hostileProxy({}) }), '{p: <proxy>}'],
  ['proxy as prototype', () => inherits(hostileProxy({})), 'Proxy {}'],
  ['proxy further up the chain', () => inherits(inherits(hostileProxy({}))), /\{\}$/],
  ['proxy as constructor', () => inherits(Object.assign(inherits(null), { constructor: hostileProxy(() => 1) })), '[null] {}'],
  ['proxy as key of a Map', () => new Map([[hostileProxy({}), 1]]), 'Map{<proxy> => 1}'],
  ['globalThis', () => globalThis, /./],
  ['process.env', () => process.env, /./],
  ['module namespace', async () => import('node:path'), '<Promise>'],
  ['Request', () => new Request('http://x/'), '<Request>'],
  ['Headers', () => new Headers(), '<Headers>'],
  ['URL', () => new URL('http://x/'), '<URL>'],
  ['AbortController', () => new AbortController(), '<AbortController>'],
  ['object of another realm', () => other('({a: [1]})'), '{a: [1]}'],
  ['Map of another realm', () => other('new Map([[1, 2]])'), 'Map{1 => 2}'],
  ['Date of another realm', () => other('new Date(7)'), 'Date(7)'],
  ['RegExp of another realm', () => other('/x/y'), '/x/y'],
  ['Error of another realm', () => other('new RangeError("r")'), 'RangeError("r")'],
  ['typed array of another realm', () => other('new Uint8Array(2)'), 'Uint8Array(2)[0, 0]'],
  ['Promise of another realm', () => other('Promise.resolve()'), '<Promise>'],
  ['class of another realm', () => other('new (class Foo { a = 1 })'), 'Foo {a: 1}'],
  ['proxy of another realm', () => other('new Proxy({}, { get() { throw 1 } })'), '<proxy>'],
]

test('the corpus has at least a hundred values', () => {
  expect(CORPUS.length).toBeGreaterThanOrEqual(100)
})

describe('hostile values', () => {
  const rows = CORPUS.map(([label, make, expected = /./]) => ({ label, make, expected }))
  test.each(rows)('$label', ({ make, expected }) => {
    const value = make()
    executions = 0
    const text = snapshot(value)
    expect(executions).toBe(0)
    if (typeof expected === 'string') expect(text).toBe(expected)
    else expect(text).toMatch(expected)
  })
})

test('Error.prepareStackTrace of the program is never called', () => {
  const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
  const error = new Error('fresh')
  Error.prepareStackTrace = trap
  try {
    executions = 0
    expect(snapshot(error)).toBe('Error("fresh")')
    expect(executions).toBe(0)
  } finally {
    if (before) Object.defineProperty(Error, 'prepareStackTrace', before)
    else Reflect.deleteProperty(Error, 'prepareStackTrace')
  }
})

test('the stack of a captured error shows the message that the error gets later', () => {
  const firstLine = (capture: (error: Error) => void): string | undefined => {
    const error = new Error('first')
    capture(error)
    error.message = 'changed'
    return error.stack?.split('\n')[0]
  }
  const { enter } = probed(['f'])
  expect(firstLine(error => enter('f', error))).toBe(firstLine(() => undefined))
})

test('patched prototypes do not reach the recorder', () => {
  const patched: readonly (readonly [object, PropertyKey])[] = [
    [Map.prototype, 'get'],
    [Map.prototype, 'set'],
    [Map.prototype, 'has'],
    [WeakMap.prototype, 'get'],
    [WeakMap.prototype, 'set'],
    [Object.prototype, 'hasOwnProperty'],
    [Array.prototype, Symbol.iterator],
    [Array.prototype, 'push'],
    [String.prototype, 'slice'],
    [Date.prototype, 'getTime'],
  ]
  const value = { m: new Map([[1, 2]]), d: new Date(1), long: 'y'.repeat(600), list: [1], apiKey: 1 }
  for (const [target, key] of patched) {
    const { recorder, enter, hook } = probed(['f'])
    const original = Object.getOwnPropertyDescriptor(target, key) as PropertyDescriptor // SAFE: listed above because they exist
    let calls = 0
    const counting = function (this: unknown, ...args: unknown[]): unknown {
      calls++
      return Reflect.apply(original.value as () => unknown, this, args) // SAFE: every one listed is a method
    }
    const frame = enter('f')
    Object.defineProperty(target, key, { ...original, value: counting })
    hook.r(frame, value)
    const seen = calls
    Object.defineProperty(target, key, original)
    expect([String(key), seen]).toEqual([String(key), 0])
    expect(recorder.stats()).toMatchObject({ calls: 1, events: 2, redacted: 1, errors: {} })
  }
})

test('probes reached while a chunk is sealed are counted and not recorded', () => {
  const outer = probed(['f'], {
    sink: {
      accept: () => void outer.hook.v(outer.enter('f')),
      takeDropped: () => 0,
      flush: () => Promise.resolve(),
      close: () => Promise.resolve(),
      stats: () => ({ chunks: 0, bytes: 0, dropped: 0, waitingBytes: 0 }),
    },
  })
  outer.hook.v(outer.enter('f'))
  outer.recorder.flushNow()
  expect(outer.recorder.stats()).toMatchObject({ calls: 1, errors: { 'reentrant-probe': 2 } })
})

test('bounds: depth, width, characters and nodes are cut, flagged and counted', () => {
  const { recorder, enter } = probed(['f'], { maxDepth: 2, maxWidth: 2, maxString: 16 })
  enter('f', { a: { b: { c: 1 } }, s: 'x'.repeat(20), z: 1 })
  expect(dumpEvents(recorder.chunks())).toBe('call-enter #1 probe 1({a: {b: {…}}, s: "xxxxxxxxxxxxxxxx"…20, …}) [truncated]')
  expect(recorder.stats().truncated).toBe(3)
  const bomb = Array.from({ length: 32 }, () => Array.from({ length: 32 }, () => Array.from({ length: 32 }, () => ({}))))
  const { recorder: second, enter: enterSecond } = probed(['f'])
  enterSecond('f', bomb)
  expect(second.chunks().reduce((sum, chunk) => sum + chunk.length, 0)).toBeLessThan(8000)
})

test('objects linked with each other cost no more than their share of entries, and what is nearest comes first', () => {
  const numbers = Object.fromEntries(Array.from({ length: 28 }, (_, n) => [`n${n}`, n]))
  const linked = (depth: number): object => ({
    ...numbers,
    left: depth > 0 ? linked(depth - 1) : null,
    right: depth > 0 ? linked(depth - 1) : null,
    last: 7,
  })
  const { recorder, enter } = probed(['f'])
  enter('f', linked(8))
  const text = dumpEvents(recorder.chunks())
  expect(text).toMatch(/last: 7}\) \[truncated\]$/)
  const numbersKept = text.match(/n\d+: \d+/g)?.length ?? 0
  expect(numbersKept).toBeGreaterThan(300)
  expect(numbersKept).toBeLessThan(500)
})

const isMasked = (key: string): boolean => DEFAULT_REDACTED_NAMES.includes(redactionKey(key))
const wellFormed = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text))

test('anything that JSON can say comes back as it was, but what a masked name holds', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.record({ cSrf: fc.jsonValue({ maxDepth: 1 }), user: fc.boolean() }, { noNullPrototype: true })),
      value => {
        const text = snapshot(value, { maxDepth: 16, maxWidth: 10_000, maxString: 1_000_000, redact: [] })
        const expected = (item: unknown): string => {
          if (Array.isArray(item)) return `[${item.map(expected).join(', ')}]`
          if (typeof item === 'object' && item !== null)
            return `{${Object.entries(item)
              .map(([key, entry]) => `${wellFormed(key)}: ${isMasked(key) ? `<redacted ${wellFormed(key)}>` : expected(entry)}`)
              .join(', ')}}`
          if (Object.is(item, -0)) return '-0'
          return typeof item === 'string' ? JSON.stringify(wellFormed(item)) : String(item)
        }
        expect(text).toBe(expected(value))
      },
    ),
    { numRuns: 200 },
  )
})
