/** Names in manifests beside the `name` that the engine gives the same function: equal, but for what `function-name.ts` adds for people. */
import { expect, test } from 'vitest'
import { instrument } from '../../src/index.ts'

type Callable = (...args: never[]) => unknown

/** One function a line; `keep` and the objects that are returned lead to all of them. */
const SOURCE = `
function declared() { return 1 }
async function declaredAsync() { return 2 }
function* generated() { yield 3 }
const constant = function () { return 4 }
let arrow = () => 5
var named = function itsOwn() { return 6 }
const inParentheses = (() => 7)
const { destructured = () => 8 } = {}
const [element = function () { return 9 }] = []
let later
later = () => 10
let either; either ??= async () => 11
const conditional = true ? () => 12 : () => 13
const sequence = (0, () => 14)
const parameter = ((given = () => 15) => given)()
const symbol = Symbol('of it')
const key = 'computed'
const object = {
  method() { return 16 },
  async later() { return 17 },
  *many() { yield 18 },
  property: function () { return 19 },
  arrow: () => 20,
  named: function inner() { return 21 },
  get size() { return 22 },
  set size(value) { this.value23 = value },
  'quoted name'() { return 24 },
  42() { return 25 },
  [key]() { return 26 },
  [symbol]() { return 27 },
  [key + 'Arrow']: () => 28,
  nested: { deep() { return 29 } },
  \\u0061bc: () => 30,
}
class Cart {
  total() { return 31 }
  static of() { return 32 }
  get size() { return 33 }
  static set limit(value) { this.value34 = value }
  #secret() { return 35 }
  static reveal(cart) { return cart.#secret }
  field = () => 36
  static shared = function () { return 37 };
  [symbol]() { return 38 }
  async *stream() { yield 39 }
  #own = () => 40
  own() { return this.#own }
}
const Anonymous = class { run() { return 41 } }
object.assigned = function () { return 42 }
object.path = {}
object.path.deep = () => 43
object[key + '2'] = () => 44
const called = [() => 45].map(each => each)[0]
const returned = (() => () => 46)()
const { property: fromPattern = () => 47 } = {}
for (const looped of [() => 48]) keep(looped)
export { declared }
export default () => 49
`

/** Every object that can be reached from `value`. */
function reach(value: unknown, found: Set<object>): Set<object> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || found.has(value)) return found
  found.add(value)
  for (const key of Reflect.ownKeys(value)) {
    const { get, set, value: held } = Reflect.getOwnPropertyDescriptor(value, key) ?? {}
    for (const part of [get, set, held]) reach(part, found)
  }
  return found
}

async function functionsOf(source: string): Promise<Callable[]> {
  const locals =
    'declared, declaredAsync, generated, constant, arrow, named, inParentheses, destructured, element, later, either, conditional, sequence, parameter, object, Cart, cart: new Cart(), secret: Cart.reveal(new Cart()), own: new Cart().own(), Anonymous, called, returned, fromPattern'
  const text = `const kept = []; const keep = each => kept.push(each);${source}\nexport const all = { kept, ${locals} }`
  const module = (await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)) as Record<string, unknown>
  const found = reach(module['all'], reach(module['default'], new Set()))
  return [...found].filter((each): each is Callable => typeof each === 'function' && !/^class\b/.test(String(each)) && source.includes(String(each)))
}

/** What the engine has for the last part of a manifest's name; undefined where the two are meant to differ. */
function engineName(name: string, written: string): string | undefined {
  if (name === '(anonymous)') return ''
  // Assignment to a property names nothing in the language.
  if (/^object(?:\.assigned|\.path\.deep|\[key \+ '2'\])$/.test(name)) return ''
  if (name.includes('[key]')) return 'computed'
  if (name.includes("[key + 'Arrow']")) return 'computedArrow'
  if (name.includes('[symbol]')) return '[of it]'
  const [, accessor = '', path = ''] = /^((?:[gs]et )?)(.*)$/.exec(name) ?? []
  return accessor + (written.includes('quoted name') ? 'quoted name' : (path.split('.').at(-1) ?? ''))
}

test('names are those of the engine, with the owner in front', async () => {
  const { manifest } = instrument(SOURCE, { id: 'names.js' })
  const lines = SOURCE.split('\n')
  const offset = (line: number, column: number): number => lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, column)
  const compared = []
  for (const each of await functionsOf(SOURCE)) {
    const text = String(each)
    const start = SOURCE.indexOf(text)
    const probe = manifest.probes.find(({ range: [line, column, endLine, endColumn] }) => {
      const [from, to] = [offset(line, column), offset(endLine, endColumn)]
      return from <= start && SOURCE.slice(from, start).replace(/^static\s+/, '') === '' && to === start + text.length
    })
    const name = probe?.kind === 'function' ? probe.name : `no probe: ${text}`
    compared.push([text, name, engineName(name, text)])
    expect([text, name, each.name]).toEqual([text, name, engineName(name, text)])
  }
  expect(compared.length).toBeGreaterThanOrEqual(48)
})
