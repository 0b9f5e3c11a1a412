const KEY = Symbol('key')
const NAME = 'computed'

export default function <T extends object, K extends keyof T>(from: T, key: K): T[K] {
  return from[key]
}

export function* collect(limit: number): Generator<number, void, undefined> {
  for (let i = 0; i < limit; i++) yield i as number
}

const table = {
  [KEY]: (value: number) => value,
  [NAME](value: number) {
    return value + 1
  },
  'quoted-name': function (value: number): number {
    return value + 2
  },
  42: (value: number) => value + 3,
  nested: { deep: async (value: number) => value },
  named: function inner() {
    return inner.name
  },
}

let late: ((value: number) => number) | undefined
late = (value: number): number => value * 5
late ??= value => value

const { fallback = (value: number): number => value * 6 }: { fallback?: (value: number) => number } = {}

class Box<T> {
  static create = <U,>(value: U): Box<U> => new Box(value)
  constructor(public value: T) {}
  map<U>(change: (value: T) => U): Box<U> {
    return new Box(change(this.value))
  }
}

export const kinds = (): unknown[] => [
  table[KEY](1),
  table[NAME](1),
  table['quoted-name'](1),
  table[42](1),
  table.named(),
  typeof table.nested.deep,
  late!(1),
  fallback(1),
  Box.create(2).map(function (value: number): string {
    return `#${value}`
  }).value,
  (() => {
    const multi = (
      first: number,
      second: number = 2,
    ): number =>
      first +
      second
    return multi(1)
  })(),
]
