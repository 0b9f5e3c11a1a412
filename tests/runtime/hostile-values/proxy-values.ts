/** Proxies: each trap, what they stand for, where they are, revoked. */
import { TRAP_NAMES, noisyProxy, trap } from './traps.ts'
import type { Row } from './traps.ts'

const revoked = (target: object, trapped: object = {}): object => {
  const { proxy, revoke } = Proxy.revocable(target, trapped)
  revoke()
  return proxy
}
const TARGETS: readonly (readonly [string, () => object])[] = [
  ['object', () => ({ a: 1 })],
  ['function', () => () => 1],
  ['array', () => [1, 2]],
  ['class', () => class {}],
  ['Map', () => new Map([[1, 2]])],
  ['Date', () => new Date(0)],
  ['Error', () => new Error('e')],
  ['Promise', () => Promise.resolve(1)],
  ['typed array', () => new Uint8Array(2)],
  ['proxy', () => noisyProxy({})],
]

export const PROXY_VALUES: readonly Row[] = [
  ...TRAP_NAMES.map((name): Row => [`proxy that traps ${name}`, () => new Proxy(() => 1, { [name]: trap }), /^<proxy>$/]),
  ...TARGETS.map(([kind, make]): Row => [`proxy of a ${kind}, every trap`, () => noisyProxy(make()), /^<proxy>$/]),
  ...TARGETS.map(([kind, make]): Row => [`revoked proxy of a ${kind}`, () => revoked(make()), /^<proxy>$/]),
  ['proxy whose handler is a proxy', () => new Proxy({}, noisyProxy({})), /^<proxy>$/],
  ['proxy whose traps are getters', () => new Proxy({}, Object.fromEntries(TRAP_NAMES.map(name => [name, noisyProxy(trap)]))), /^<proxy>$/],
  ['revoked proxy with a noisy handler', () => revoked({}, noisyProxy({})), /^<proxy>$/],
  ['proxy in an object', () => ({ p: noisyProxy({}) }), /^{p: <proxy>}$/],
  ['proxy in an array', () => [noisyProxy([]), revoked({})], /^\[<proxy>, <proxy>\]$/],
  ['proxy as key and value of a Map', () => new Map([[noisyProxy({}), noisyProxy({})]]), /^Map{<proxy> => <proxy>}$/],
  ['proxy in a Set', () => new Set([noisyProxy(() => 1)]), /^Set{<proxy>}$/],
  ['proxy as cause of an error', () => new Error('e', { cause: noisyProxy({}) }), /cause: <proxy>/],
  ['proxy as prototype', () => Object.create(noisyProxy({ a: 1 })) as object, /^(Proxy|\[null\]) {}$/],
  ['proxy as prototype of the prototype', () => Object.create(Object.create(noisyProxy({})) as object) as object, /\{\}$/],
  ['proxy as prototype of an array', () => Object.setPrototypeOf([1, , 3], noisyProxy([])) as object, /^\[1, <hole>, 3\]$/],
  [
    'proxy as prototype of a function',
    () =>
      Object.setPrototypeOf(
        () => 1,
        noisyProxy(() => 1),
      ) as object,
    /^ƒ/,
  ],
  ['proxy as prototype of an error', () => Object.setPrototypeOf(new Error('e'), noisyProxy(new Error('p'))) as object, /./],
  ['proxy as prototype of a Map', () => Object.setPrototypeOf(new Map([[1, 2]]), noisyProxy(Map.prototype)) as object, /./],
  [
    'proxy as constructor',
    () => Object.create(Object.assign(Object.create(null), { constructor: noisyProxy(class Named {}) }) as object) as object,
    /\{\}$/,
  ],
  ['instance of a class that a proxy stands for', () => Reflect.construct(new Proxy(class Shop {}, {}), []), /^Shop {}$/],
  [
    'class with a proxy as base',
    () => class extends (new Proxy(class Base {}, { get: (target, key, receiver) => Reflect.get(target, key, receiver) as unknown })) {},
    /^ƒ/,
  ],
]
