/** Accessors under every name that code which looks at values is tempted to read: own, inherited, static, on built-in objects. */
import { accessor, notice, trap } from './traps.ts'
import type { Row } from './traps.ts'

const KEYS: readonly PropertyKey[] = [
  'constructor',
  'then',
  'toJSON',
  'toString',
  'valueOf',
  'length',
  'size',
  'message',
  'name',
  'stack',
  'cause',
  'errors',
  '__proto__',
  '0',
  'password',
  'inspect',
  'nodeType',
  '$$typeof',
  Symbol.iterator,
  Symbol.asyncIterator,
  Symbol.toStringTag,
  Symbol.toPrimitive,
  Symbol.species,
  Symbol.hasInstance,
  Symbol.isConcatSpreadable,
  Symbol.unscopables,
  Symbol.for('nodejs.util.inspect.custom'),
  Symbol('own'),
]
const nameOf = (key: PropertyKey): string => String(key)

const BUILTINS: readonly (readonly [string, () => object])[] = [
  ['Map', () => new Map([[1, 2]])],
  ['Set', () => new Set([1])],
  ['Date', () => new Date(5)],
  ['RegExp', () => /a/g],
  ['Error', () => new Error('e')],
  ['Array', () => [1]],
  ['Uint8Array', () => new Uint8Array([1])],
  ['ArrayBuffer', () => new ArrayBuffer(1)],
  ['DataView', () => new DataView(new ArrayBuffer(1))],
  ['Promise', () => Promise.resolve(1)],
  ['WeakMap', () => new WeakMap()],
  ['WeakSet', () => new WeakSet()],
  ['WeakRef', () => new WeakRef({})],
  ['Number', () => new Number(1)],
  ['String', () => new String('s')],
  ['Boolean', () => new Boolean(true)],
  ['Function', () => () => 1],
]
const OVERRIDDEN: readonly PropertyKey[] = [
  'size',
  'length',
  'entries',
  'keys',
  'values',
  'forEach',
  'get',
  'has',
  'next',
  'getTime',
  'toISOString',
  'source',
  'flags',
  'global',
  'exec',
  'byteLength',
  'buffer',
  'byteOffset',
  'then',
  'deref',
  'valueOf',
  'toString',
  'message',
  'name',
  Symbol.iterator,
  Symbol.toStringTag,
  Symbol.toPrimitive,
]

/** Hides each property that a reader might use, on the object itself. */
function overridden(value: object): object {
  for (const key of OVERRIDDEN) Reflect.defineProperty(value, key, { get: trap, configurable: true })
  return value
}

/** The same on a class between the object and its built-in prototype. */
function derived(value: object): object {
  const prototype = Object.create(Object.getPrototypeOf(value) as object) as object
  overridden(prototype)
  accessor(prototype, 'constructor')
  return Object.setPrototypeOf(value, prototype) as object
}

class Noisy {
  #secret = notice(1)
  public shown = 1
  static get name(): string {
    return trap()
  }
  static [Symbol.hasInstance](): boolean {
    return trap()
  }
  static get [Symbol.species](): unknown {
    return trap()
  }
  get secret(): number {
    return notice(this.#secret)
  }
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
}

export const ACCESSOR_VALUES: readonly Row[] = [
  ...KEYS.map((key): Row => [`own accessor ${nameOf(key)}`, () => accessor({}, key), key === 'password' ? /redacted/ : /<accessor>/]),
  ...KEYS.map((key): Row => [`inherited accessor ${nameOf(key)}`, () => Object.create(accessor({}, key)) as object, /\{\}$/]),
  ...KEYS.map((key): Row => [`static accessor ${nameOf(key)}`, () => new (accessor(class Made {}, key) as new () => object)(), /\{\}$/]), // SAFE: the class itself
  ...BUILTINS.map(([name, make]): Row => [`${name} with everything overridden`, () => overridden(make()), /./]),
  ...BUILTINS.map(([name, make]): Row => [`${name} of a class with everything overridden`, () => derived(make()), /./]),
  ...BUILTINS.map(([name, make]): Row => [
    `object that pretends to be a ${name}`,
    () => Object.create(Object.getPrototypeOf(make()) as object) as object,
    /./,
  ]),
  ['instance of a class that resists', () => new Noisy(), /shown: 1/],
  ['the class itself', () => Noisy, /^ƒ/],
  [
    'getter without setter, setter without getter',
    () => ({
      get a() {
        return trap()
      },
      set b(_value: unknown) {
        trap()
      },
    }),
    /^{a: <accessor>, b: <accessor>}$/,
  ],
  ['getter in an array', () => accessor([1, 2], 1), /^\[1, <accessor>\]$/],
  ['setter alone in an array', () => Object.defineProperty([1, 2], 0, { set: trap }), /^\[<accessor>, 2\]$/],
  [
    'getter in arguments',
    () =>
      (function (..._rest: unknown[]) {
        return accessor(arguments, '0')
      })(1),
    /<accessor>/,
  ],
  [
    'accessor keyword',
    () => {
      const value = {}
      Object.defineProperty(value, 'auto', { get: () => notice(1), set: trap, enumerable: true })
      return value
    },
    /<accessor>/,
  ],
  ['frozen getter', () => Object.freeze(accessor({}, 'x')), /<accessor>/],
  ['error with getters everywhere', () => ['message', 'name', 'cause', 'code'].reduce<object>(accessor, new Error('e')), /./],
  ['error with an object as message', () => Object.defineProperty(new Error('e'), 'message', { value: { toString: trap } }), /./],
  ['AggregateError with a getter for errors', () => accessor(new AggregateError([], 'm'), 'errors'), /<accessor>/],
  ['thenable', () => ({ then: trap }), /then: ƒ/],
  ['key with hostile text', () => ({ ['\u0000\ud800"\n']: 1, '': 2 }), /: 1/],
]
