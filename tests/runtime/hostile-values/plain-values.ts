/** Values without traps that are hard in other ways: size, depth, cycles, bounds of types, built-in objects, one-shot objects. */
import { notice, trap } from './traps.ts'
import type { Row } from './traps.ts'

const deep = (depth: number): unknown => {
  let value: unknown = 'bottom'
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { value }
  return value
}
const chain = (length: number): object => {
  let value: object = {}
  for (let i = 0; i < length; i++) value = Object.create(value) as object
  return value
}
const cycle = (): object => {
  const value: Record<string, unknown> = { name: 'c' }
  value['self'] = value
  value['map'] = new Map([[value, value]])
  value['set'] = new Set([value])
  value['list'] = [value, [value]]
  return value
}
const rope = (units: number): string => {
  let text = 'abcdefgh'
  while (text.length < units) text += text
  return text
}
const transferred = (): ArrayBuffer => {
  const buffer = new ArrayBuffer(8)
  structuredClone(buffer, { transfer: [buffer] })
  return buffer
}
const viewOfTransferred = (): Uint8Array => {
  const view = new Uint8Array(8)
  structuredClone(view.buffer, { transfer: [view.buffer] })
  return view
}
const body = (): ReadableStream => new ReadableStream({ pull: trap }, { highWaterMark: 0 })
class Fields {
  #hidden = 1
  public plain = 'p'
  read(): number {
    return notice(this.#hidden)
  }
}
class List extends Array<number> {
  static override get [Symbol.species](): ArrayConstructor {
    return trap()
  }
}
function* steps(): Generator<number> {
  yield trap()
}
async function* asyncSteps(): AsyncGenerator<number> {
  yield trap()
}

export const PLAIN_VALUES: readonly Row[] = [
  ['undefined', () => undefined, /^undefined$/],
  ['null', () => null, /^null$/],
  ['true', () => true, /^true$/],
  ['negative zero', () => -0, /^-0$/],
  ['NaN', () => Number.NaN, /^NaN$/],
  ['smallest number', () => Number.MIN_VALUE, /^5e-324$/],
  ['bounds of int32', () => [2 ** 31 - 1, -(2 ** 31), 2 ** 31, -(2 ** 31) - 1], /^\[2147483647, -2147483648, 2147483648, -2147483649\]$/],
  ['bigint', () => -(BigInt(2) ** BigInt(64)), /^-18446744073709551616n$/],
  ['huge bigint', () => BigInt(2) ** BigInt(1_000_000), /cut/],
  ['symbol', () => Symbol('s'), /^Symbol\(s\)$/],
  ['registered symbol', () => Symbol.for('registered'), /registered/],
  ['symbol with a long description', () => Symbol('x'.repeat(10_000)), /^Symbol\(x{512}\)$/],
  ['lone surrogates', () => '\ud800x\udfff', /x/],
  ['string of 100 MB', () => 'x'.repeat(100_000_000), /100000000/],
  ['rope of 128 M units', () => rope(2 ** 27), /134217728/],
  ['slice of a long string', () => rope(2 ** 20).slice(5, 200_000), /199995/],
  ['cycle', cycle, /<ref>/],
  [
    'two objects that hold each other',
    () => {
      const a: Record<string, unknown> = {}
      const b = { a }
      a['b'] = b
      return [a, b]
    },
    /<ref>/,
  ],
  ['depth 10,000', () => deep(10_000), /…/],
  ['prototype chain of 5,000', () => chain(5000), /\{\}$/],
  ['10^6 items', () => Array.from({ length: 1_000_000 }, (_, i) => i), /^\[0, 1, 2, .*…\]$/],
  ['Map of 10^5', () => new Map(Array.from({ length: 100_000 }, (_, i) => [i, i])), /…/],
  ['Set of 10^5', () => new Set(Array.from({ length: 100_000 }, (_, i) => i)), /…/],
  ['9,000 keys', () => Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`k${i}`, i])), /…/],
  ['sparse array', () => Object.assign([], { length: 4_294_967_295, 7: 1 }), /<hole>/],
  ['array with fields', () => Object.assign([1], { index: 0, input: 'x' }), /^\[1\]$/],
  ['array without prototype', () => Object.setPrototypeOf([1, 2], null) as object, /^\[1, 2\]$/],
  ['array of a subclass with species', () => List.from([1, 2]), /^\[1, 2\]$/],
  ['array of undefined and holes', () => [undefined, , null], /^\[undefined, <hole>, null\]$/],
  ['null prototype', () => Object.assign(Object.create(null) as object, { a: 1 }), /a: 1/],
  ['symbol keys', () => ({ [Symbol('k')]: 1, [Symbol()]: 2 }), /@@k: 1/],
  ['class with private fields', () => new Fields(), /^Fields {plain: "p"}$/],
  ['function', () => trap, /^ƒ trap$/],
  [
    'method',
    () => ({
      method() {
        trap()
      },
    }),
    /ƒ method/,
  ],
  ['bound function', () => trap.bind(null), /^ƒ bound trap$/],
  ['async arrow', () => async () => trap(), /^ƒ/],
  ['class', () => Fields, /^ƒ Fields$/],
  ['generator object', steps, /<.*>/],
  ['generator function', () => steps, /^ƒ steps$/],
  ['async generator object', asyncSteps, /<.*>/],
  ['iterator of an array', () => [1][Symbol.iterator](), /<.*>/],
  ['iterator of a Map', () => new Map([[1, 2]]).entries(), /<.*>/],
  ['iterator of matches', () => 'aa'.matchAll(/a/g), /<.*>/],
  ['pending promise', () => new Promise(() => {}), /^<Promise>$/],
  [
    'rejected promise that is handled',
    () => {
      const promise = Promise.reject(new Error('handled'))
      promise.catch(() => 0)
      return promise
    },
    /^<Promise>$/,
  ],
  ['promise of a subclass', () => new (class Task extends Promise<number> {})(() => {}), /^<Task>$/],
  ['WeakRef', () => new WeakRef({}), /WeakRef/],
  ['WeakMap', () => new WeakMap([[{}, 1]]), /WeakMap/],
  ['FinalizationRegistry', () => new FinalizationRegistry(trap), /FinalizationRegistry/],
  ['date', () => new Date(7), /^Date\(7\)$/],
  ['invalid date', () => new Date(Number.NaN), /invalid/],
  ['regular expression', () => /a\/b/giu, /giu/],
  ['boxed values', () => [new Number(1), new String('s'), new Boolean(false), Object(Symbol('b')), Object(BigInt(1))], /value/],
  ['error with cause', () => new TypeError('outer', { cause: new RangeError('inner') }), /TypeError\("outer"\) {cause: RangeError\("inner"\)}/],
  [
    'error that is its own cause',
    () => {
      const error = new Error('e')
      error.cause = error
      return error
    },
    /cause: <ref>/,
  ],
  ['AggregateError', () => new AggregateError([new Error('1'), 2], 'all'), /AggregateError\("all"\) {errors: \[Error\("1"\), 2\]}/],
  ['error without prototype', () => Object.setPrototypeOf(new Error('e'), null) as object, /./],
  ['DOMException', () => new DOMException('d', 'AbortError'), /./],
  ['typed array', () => new Float32Array([1, 2]), /^Float32Array\(8\)/],
  ['typed array of 10^6 bytes', () => new Uint8Array(1_000_000), /^Uint8Array\(1000000\)/],
  ['big typed array', () => new BigInt64Array(1), /^BigInt64Array\(8\)/],
  ['ArrayBuffer', () => new ArrayBuffer(3), /^ArrayBuffer\(3\)/],
  ['DataView', () => new DataView(new ArrayBuffer(4), 1, 2), /^DataView\(2\)/],
  ['detached buffer', transferred, /ArrayBuffer|cut/],
  ['view of a detached buffer', viewOfTransferred, /Uint8Array|cut/],
  ...(typeof SharedArrayBuffer === 'function'
    ? ([
        ['SharedArrayBuffer', () => new SharedArrayBuffer(2), /SharedArrayBuffer\(2\)/],
        ['shared view', () => new Int32Array(new SharedArrayBuffer(8)), /^Int32Array\(8\)/],
      ] as const)
    : []),
  ['globalThis', () => globalThis, /./],
  ['Math', () => Math, /./],
  ['JSON', () => JSON, /./],
  ['Reflect', () => Reflect, /./],
  ['Intl', () => new Intl.NumberFormat('en'), /./],
  ['Atomics', () => Atomics, /./],
  ['WebAssembly memory', () => new WebAssembly.Memory({ initial: 1 }), /./],
  ['Object.prototype', () => Object.prototype, /./],
  ['Function.prototype', () => Function.prototype, /./],
  ['Array.prototype', () => Array.prototype, /^\[\]$/],
  ['Request', () => new Request('http://localhost/', { method: 'POST', body: 'text' }), /^<Request>$/],
  ['Response', () => new Response('text'), /^<Response>$/],
  ['Headers', () => new Headers({ a: 'b' }), /^<Headers>$/],
  ['ReadableStream', body, /^<ReadableStream>$/],
  ['reader of a stream', () => body().getReader(), /<.*>/],
  ['WritableStream', () => new WritableStream({ write: trap }), /^<WritableStream>$/],
  ['TransformStream', () => new TransformStream({ transform: trap }), /^<TransformStream>$/],
  ['Blob', () => new Blob(['b']), /^<Blob>$/],
  [
    'FormData',
    () => {
      const form = new FormData()
      form.append('a', 'b')
      return form
    },
    /^<FormData>$/,
  ],
  ['URL', () => new URL('http://localhost/?q=1'), /^<URL>$/],
  ['URLSearchParams', () => new URLSearchParams('a=b'), /<URLSearchParams>|URLSearchParams/],
  ['AbortController', () => new AbortController(), /^<AbortController>$/],
  ['AbortSignal', () => AbortSignal.abort(), /^<AbortSignal>$/],
  ['EventTarget', () => new EventTarget(), /^<EventTarget>$/],
  ['Event', () => new Event('e'), /Event/],
  [
    'MessageChannel',
    () => {
      const channel = new MessageChannel()
      channel.port1.close()
      return channel
    },
    /MessageChannel/,
  ],
  ['TextDecoder', () => new TextDecoder(), /^<TextDecoder>$/],
]
