import { keep } from './stacks.ts'

export function fail(text: string): never {
  throw new Error(text)
}

class Base {
  protected readonly name: string
  constructor(name: string) {
    this.name = name
    if (name === 'base') throw new Error('constructor')
  }
  virtual(): void {}
}

class Derived extends Base {
  #secret = 1
  static made = 0
  field = this.name === 'field' ? fail('field') : 1
  arrow = (): void => fail(`arrow field ${this.#secret}`)

  constructor(
    name: string,
    private readonly late = false,
  ) {
    super(name)
    if (this.late) fail('derived')
  }
  method(): void {
    const text = 'method'
    throw new TypeError(text)
  }
  static make(): Derived {
    return fail('static')
  }
  #hidden(): void {
    fail('private')
  }
  hidden(): void {
    this.#hidden()
  }
  get size(): number {
    return fail('getter')
  }
  set size(value: number) {
    fail(`setter ${value}`)
  }
  override virtual(): void {
    super.virtual()
    super['toString'].call(fail('super'))
  }
  *[Symbol.iterator](): Generator<number> {
    yield 1
    fail('iterator')
  }
  ['computed' + 1](): void {
    fail('computed')
  }
  toString(): string {
    return fail('toString')
  }
  'quoted key'(): void {
    fail('quoted')
  }
}

class Implicit extends Base {}

namespace Space {
  export function inside(): void {
    fail('namespace')
  }
  export enum Level {
    Low = 1,
  }
}

const table = {
  short() {
    fail('short')
  },
  arrow: () => fail('arrow'),
  expression: function () {
    fail('expression')
  },
  get getter(): number {
    return fail('object getter')
  },
  deep: { er: (value: number) => value || fail('deeper') },
}

const withDefault = (first: number, second = fail('default')): number => first + second
const destructured = ({ a: { b } }: { a: { b: number } }): number => b
const tag = (strings: TemplateStringsArray, ...values: unknown[]): string => fail(strings.join() + values.length)
function* numbers(): Generator<number, void, number> {
  const sent = yield 1
  if (sent > 1) throw new RangeError('generator')
}
function* delegates(): Generator<number, void, number> {
  yield* numbers()
}
function recurse(depth: number): number {
  return depth === 0 ? fail('recursion') : recurse(depth - 1) + 1
}
function rethrows(): void {
  try {
    fail('rethrown')
  } catch (error) {
    throw error
  } finally {
    Derived.made++
  }
}
function wraps(): void {
  try {
    fail('inner')
  } catch (cause) {
    throw new Error('outer', { cause })
  }
}
function nested(): void {
  function inner(): void {
    const innermost = (): void => {
      if (Derived.made >= 0) {
        for (const value of [1, 2]) {
          while (value < 3) fail('nested')
        }
      }
    }
    innermost()
  }
  inner()
}
function switches(value: number): number {
  switch (value) {
    case 1:
      return 1
    case Space.Level.Low + 1:
      return fail('switch')
    default:
      return 2
  }
}
const conditional = (value: number): number => (value > 1 ? fail('conditional') : value)
const logical = (value: number): unknown => value && (value > 0 || fail('never')) && fail('logical')
const sequence = (value: number): number => (value++, fail('sequence'))
const loops = (): void => {
  for (let i = 0, limit = 3; i < limit; i += i > 1 ? fail('update') : 1) continue
}
const labels = (): void => {
  outer: for (const a of [1, 2]) for (const b of [a, 2]) if (b > 1) fail('label')
    else continue outer
}
const writes = (): void => {
  let value = 1
  const holder = { value, list: [1] as number[] }
  value += 1
  holder.value = holder.list[0]! + (value > 1 ? fail('write') : 0)
}
const spreads = (): number[] => [0, ...[1, 2].map(value => (value > 1 ? fail('spread') : value))]
const chains = (): number[] =>
  [3, 2, 1]
    .map(value => value * 2)
    .filter(value => value > 1)
    .sort((a, b) => a - b || fail('never'))
    .map(function twice(value) {
      return value > 4 ? fail('chain') : value
    })

export function all(): void {
  keep('call', () => fail('call'))
  keep('base', () => new Base('base'))
  keep('implicit', () => new Implicit('base'))
  keep('derived', () => new Derived('x', true))
  keep('super', () => new Derived('base'))
  keep('field', () => new Derived('field'))
  const made = new Derived('made')
  keep('method', () => made.method())
  keep('arrow field', () => made.arrow())
  keep('static', () => Derived.make())
  keep('private', () => made.hidden())
  keep('getter', () => made.size)
  keep('setter', () => (made.size = 1))
  keep('virtual', () => made.virtual())
  keep('iterator', () => [...made])
  keep('iterator in a loop', () => {
    for (const value of made) Derived.made += value
  })
  keep('computed', () => (made as unknown as Record<string, () => void>)['computed1']!())
  keep('toString', () => `${made}`)
  keep('quoted', () => made['quoted key']())
  keep('namespace', () => Space.inside())
  keep('short', () => table.short())
  keep('arrow', () => table.arrow())
  keep('expression', () => table.expression())
  keep('object getter', () => table.getter)
  keep('deep', () => table.deep.er(0))
  keep('default', () => withDefault(1))
  keep('destructured', () => destructured({} as { a: { b: number } }))
  keep('tag', () => tag`a${1}b`)
  keep('generator', () => {
    const running = numbers()
    running.next()
    running.next(2)
  })
  keep('delegate', () => {
    const running = delegates()
    running.next()
    running.next(2)
  })
  keep('recursion', () => recurse(4))
  keep('rethrown', rethrows)
  keep('cause', wraps)
  keep('nested', nested)
  keep('switch', () => switches(2))
  keep('conditional', () => conditional(2))
  keep('logical', () => logical(1))
  keep('sequence', () => sequence(1))
  keep('loops', loops)
  keep('labels', labels)
  keep('writes', writes)
  keep('spreads', spreads)
  keep('chains', chains)
  keep('callback of the platform', () => 'abc'.replace(/b/, () => fail('replace')))
  keep('sort', () => [2, 1].sort(() => fail('sort')))
  keep('parse', () => JSON.parse('[1]', (_, value: unknown) => (typeof value === 'number' ? fail('reviver') : value)))
  keep('bound', () => fail.bind(undefined, 'bound')())
  keep('applied', () => Reflect.apply(fail, undefined, ['applied']))
  keep('constructed', () => Reflect.construct(Base, ['base']))
  keep('immediate', () => ((text: string) => fail(text))('immediate'))
  keep(
    'over lines',
    () =>
      fail(
        ['over', 'lines']
          .map(word => word.toUpperCase())
          .join(),
      ),
  )
}
