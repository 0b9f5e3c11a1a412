/** The names that every expression knows: pure functions of the language, a closed list. */
import { jsonText } from './json-text.ts'
import { native, primitive, truthy } from './operators.ts'
import { Builtin, MadeArray, MadeObject, isArray } from './values.ts'
import type { NativeFunction, Sandbox, Value } from './values.ts'

const FUNCTIONS_OF_MATH = [
  'abs', 'acos', 'asin', 'atan', 'atan2', 'cbrt', 'ceil', 'cos', 'exp', 'floor', 'fround', 'hypot', 'log', 'log10', 'log1p', 'log2', 'max', 'min', 'pow',
  'round', 'sign', 'sin', 'sqrt', 'tan', 'trunc',
] as const // prettier-ignore

const numbers =
  (run: (...numbers: readonly number[]) => number): NativeFunction =>
  (sandbox, args, at) => {
    sandbox.step(args.length)
    return native(sandbox, at, () => run(...args.map(value => toNumber(primitive(sandbox, value, at)))))
  }

/** As ToNumber: of a bigint a TypeError. */
const toNumber = (value: unknown): number => +(value as number) // SAFE: a primitive

const text = (sandbox: Sandbox, value: Value, at: Parameters<NativeFunction>[2]): string => String(primitive(sandbox, value, at, true))

const listOf = (sandbox: Sandbox, items: readonly Value[]): MadeArray => {
  sandbox.spend(items.length + 1)
  return new MadeArray(items)
}

function members(
  name: string,
  functions: Readonly<Record<string, NativeFunction>>,
  constants: Readonly<Record<string, number>> = {},
): Map<string, Value> {
  const map = new Map<string, Value>()
  for (const [member, run] of Object.entries(functions)) map.set(member, new Builtin(`${name}.${member}`, run))
  for (const [member, value] of Object.entries(constants)) map.set(member, value)
  return map
}

const isNumber =
  (test: (value: unknown) => boolean): NativeFunction =>
  (_, [value]) =>
    test(value)

const MATH = members(
  'Math',
  Object.fromEntries(FUNCTIONS_OF_MATH.map(name => [name, numbers(Math[name] as (...values: readonly number[]) => number)])),
  {
    E: Math.E,
    LN10: Math.LN10,
    LN2: Math.LN2,
    PI: Math.PI,
    SQRT2: Math.SQRT2,
  },
)

const OBJECT = members('Object', {
  keys: (sandbox, [object], at) =>
    listOf(
      sandbox,
      sandbox.entries(object, at).map(([name]) => name),
    ),
  values: (sandbox, [object], at) =>
    listOf(
      sandbox,
      sandbox.entries(object, at).map(([, value]) => value),
    ),
  entries: (sandbox, [object], at) =>
    listOf(
      sandbox,
      sandbox.entries(object, at).map(([name, value]) => listOf(sandbox, [name, value])),
    ),
  fromEntries: (sandbox, [list], at) => {
    const entries = new Map<string, Value>()
    for (const pair of sandbox.iterate(list, at)) {
      const [key, value] = sandbox.elements(pair, at)
      entries.set(text(sandbox, key, at), value)
    }
    return new MadeObject(entries)
  },
})

const NUMBER = members(
  'Number',
  {
    isFinite: isNumber(Number.isFinite),
    isInteger: isNumber(Number.isInteger),
    isNaN: isNumber(Number.isNaN),
    isSafeInteger: isNumber(Number.isSafeInteger),
    parseFloat: (sandbox, [value], at) => Number.parseFloat(text(sandbox, value, at)),
    parseInt: (sandbox, [value, radix], at) =>
      Number.parseInt(text(sandbox, value, at), radix === undefined ? undefined : toNumber(primitive(sandbox, radix, at))),
  },
  {
    EPSILON: Number.EPSILON,
    MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER,
    MIN_SAFE_INTEGER: Number.MIN_SAFE_INTEGER,
    MAX_VALUE: Number.MAX_VALUE,
    MIN_VALUE: Number.MIN_VALUE,
  },
)

const notCallable =
  (name: string): NativeFunction =>
  (sandbox, _, at) =>
    sandbox.refuse(at, `Calling ${name}`)

export const GLOBAL_NAMES: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['undefined', undefined],
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['Math', new Builtin('Math', notCallable('Math'), MATH)],
  ['JSON', new Builtin('JSON', notCallable('JSON'), members('JSON', { stringify: jsonText }))],
  ['Object', new Builtin('Object', notCallable('Object'), OBJECT)],
  [
    'Array',
    new Builtin(
      'Array',
      notCallable('Array'),
      members('Array', {
        isArray: (_, [value]) => isArray(value),
        from: (sandbox, [list], at) => listOf(sandbox, sandbox.iterate(list, at)),
        of: (sandbox, args) => listOf(sandbox, args),
      }),
    ),
  ],
  [
    'Number',
    new Builtin(
      'Number',
      (sandbox, args, at) => native(sandbox, at, () => (args.length === 0 ? 0 : Number(primitive(sandbox, args[0], at)))),
      NUMBER,
    ),
  ],
  ['String', new Builtin('String', (sandbox, args, at) => (args.length === 0 ? '' : text(sandbox, args[0], at)))],
  ['Boolean', new Builtin('Boolean', (_, [value]) => truthy(value))],
  ['BigInt', new Builtin('BigInt', (sandbox, [value], at) => native(sandbox, at, () => BigInt(primitive(sandbox, value, at) as string)))], // SAFE: BigInt decides over any primitive
  ['parseInt', NUMBER.get('parseInt')],
  ['parseFloat', NUMBER.get('parseFloat')],
  ['isNaN', new Builtin('isNaN', (sandbox, [value], at) => native(sandbox, at, () => Number.isNaN(toNumber(primitive(sandbox, value, at)))))],
  [
    'isFinite',
    new Builtin('isFinite', (sandbox, [value], at) => native(sandbox, at, () => Number.isFinite(toNumber(primitive(sandbox, value, at))))),
  ],
])
