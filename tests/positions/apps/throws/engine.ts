/** Errors that the engine makes, at every kind of place: what they point at is a place inside an expression. */
import { keep } from './stacks.ts'

type Loose = any
const none: Loose = undefined
const some: Loose = { list: [1, 2], nothing: null, text: 'x', key: 'nothing' }

export function all(): void {
  keep('read of undefined', () => none.property)
  keep('deep read', () => some.nothing.property.deeper)
  keep('computed read', () => some[some.key][some.text])
  keep('call of undefined', () => some.missing())
  keep('call of a result', () => some.text.toUpperCase().missing(some.list))
  keep('new', () => new some.text())
  keep('write to undefined', () => {
    none.property = some.text
  })
  keep('write to a frozen property', () => {
    const frozen: Loose = Object.freeze({ a: 1 })
    frozen.a = 2
  })
  keep('update', () => {
    some.nothing.count++
  })
  keep('compound write', () => {
    some.list[0] += some.nothing.count
  })
  keep('delete', () => {
    delete Object.freeze([1] as Loose)[0]
  })
  keep('dead zone', () => {
    const use = (): Loose => later
    const used = use()
    const later = [used]
    return later
  })
  keep('not iterable', () => {
    for (const value of some.nothing) some.list.push(value)
  })
  keep('spread', () => [...some.nothing])
  keep('spread in a call', () => Math.max(...some.nothing))
  keep('array pattern', () => {
    const [first] = some.nothing
    return first
  })
  keep('object pattern', () => {
    const { first } = some.nothing
    return first
  })
  keep('pattern in an assignment', () => {
    let first
    ;({ first } = some.nothing)
    return first
  })
  keep('pattern of parameters', () => (({ first }: Loose) => first)(some.nothing))
  keep('condition', () => {
    if (some.nothing.flag) return 1
    return 2
  })
  keep('second condition', () => {
    if (some.text === '') return 1
    else if (some.nothing.flag) return 2
    return 3
  })
  keep('while', () => {
    while (some.nothing.flag) some.list.pop()
  })
  keep('for', () => {
    for (let i = 0; i < some.nothing.length; i++) some.list.pop()
  })
  keep('do', () => {
    do some.list.push(1)
    while (some.nothing.flag)
  })
  keep('switch', () => {
    switch (some.nothing.kind) {
      default:
    }
  })
  keep('case', () => {
    switch (1 as Loose) {
      case some.nothing.kind:
    }
  })
  keep('conditional', () => (some.nothing.flag ? 1 : 2))
  keep('logical', () => some.text && some.nothing.flag)
  keep('coalescing', () => some.nothing ?? none.flag)
  keep('template', () => `${some.text} ${some.nothing.flag}`)
  keep('argument', () => keep.call(none, some.nothing.flag, none))
  keep('return', () => {
    return some.nothing.flag
  })
  keep('throw', () => {
    throw some.nothing.flag
  })
  keep('instance', () => some instanceof some.text)
  keep('in', () => 'a' in some.text)
  keep('symbol', () => `${Symbol('s') as Loose}`)
  keep('big', () => (1n as Loose) + 1)
  keep('private', () => {
    class Closed {
      #a = 1
      static read = (other: Loose): number => other.#a
    }
    return Closed.read(some)
  })
  keep('super', () => {
    class Broken extends (some.nothing as Loose) {
      a = super.toString().missing()
    }
    return new Broken()
  })
  keep('no super', () => {
    class Broken extends Object {
      constructor() {
        if (some.text === '') super()
      }
    }
    return new Broken()
  })
  keep('class extends', () => {
    class Broken extends some.text {}
    return Broken
  })
  keep('range', () => new Array(-1))
  keep('parse', () => JSON.parse('{'))
  keep('regexp', () => new RegExp('('))
  keep('with', () => some.list.reduce((sum: number, value: number) => sum + value.missing(), 0))
  keep('optional call', () => some.text?.missing(1))
  keep('tagged', () => some.missing`a`)
  keep('getter of null', () => Object.getOwnPropertyNames(some.nothing))
  keep('local', () => {
    const first = some.list[0]
    const second = first.deeper.missing,
      third = 3
    return [second, third]
  })
}
