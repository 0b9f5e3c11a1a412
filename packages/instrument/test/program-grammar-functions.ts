/**
 * Functions of the random programs. A text of the grammar does not know what will stand around it, so what depends on that is a word
 * which the construct around resolves:
 *
 *   @AWAIT @YIELD @YIELD*   in an async function or generator the keyword, elsewhere nothing; @YIELD0 has no operand
 *   @FOR_AWAIT              `for await` in an async function, elsewhere `for`
 *   @RETURN @RETURN0        `return` with and without operand, `void` where none may stand
 *   @BREAK @CONTINUE        resolved by the loop or switch around; nothing without one
 *   @ARGS @NEWTARGET @SUPER resolved by the closest function that is no arrow function
 *   @PRIVATE                an own private field of the class around, an own property elsewhere
 */
import fc from 'fast-check'

export interface FunctionShape {
  readonly async?: boolean
  readonly generator?: boolean
  readonly arrow?: boolean
  /** `super.x` may stand in it. */
  readonly method?: boolean
  /** Static block or field: neither `return` nor `arguments` may stand in it. */
  readonly element?: boolean
}

export function resolveBody(text: string, { async, generator, arrow, method, element }: FunctionShape): string {
  const resolved = text
    .replaceAll('@FOR_AWAIT', async ? 'for await' : 'for')
    .replaceAll('@AWAIT', async ? 'await' : '')
    .replaceAll('@YIELD0', generator ? 'yield' : 'undefined')
    .replaceAll('@YIELD*', generator ? 'yield*' : '')
    .replaceAll('@YIELD', generator ? 'yield' : '')
    .replaceAll('@RETURN0', element ? 'void 0' : 'return')
    .replaceAll('@RETURN', element ? 'void' : 'return')
    .replace(/@(?:BREAK|CONTINUE)/g, ';')
  if (arrow) return resolved
  return resolved
    .replaceAll('@ARGS', element ? '[]' : 'arguments')
    .replaceAll('@NEWTARGET', 'new.target')
    .replaceAll('@SUPER', method || element ? 'super' : 'parent')
}

/** Default values are evaluated outside of the body, where nothing can suspend. */
export const resolveParams = (text: string, shape: FunctionShape): string => resolveBody(text, { ...shape, async: false, generator: false })

export const resolveLoop = (text: string): string => text.replaceAll('@BREAK', 'break').replaceAll('@CONTINUE', 'continue')

/** Text of a whole program: what nothing resolved stands at its top. */
export const resolveProgram = (text: string, topLevelAwait: boolean): string =>
  resolveBody(text, { async: topLevelAwait, arrow: true, element: true })
    .replaceAll('@ARGS', '[]')
    .replaceAll('@NEWTARGET', 'undefined')
    .replaceAll('@SUPER', 'parent')
    .replaceAll('@PRIVATE', 'parent.hidden')

export interface Parts {
  readonly expression: fc.Arbitrary<string>
  readonly statements: fc.Arbitrary<string>
}

const gap = fc.constantFrom(' ', '', '\n', ' /* c */ ', ' // c\n')

export function parameterList({ expression: e }: Parts): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(
      'a, b',
      'a',
      '',
      'a, b, c',
      '...a',
      'a, ...b',
      '{ a, b }',
      '[a, b]',
      'a, { b, ...c }',
      '[a, ...b], c',
      'a, a',
      '{ a: [b] = [] } = {}',
    ),
    e.map(x => `a, b = ${x}`),
    fc.tuple(e, e).map(([x, y]) => `{ a = ${x}, b } = ${y}, c = () => a`),
    fc.tuple(e, e).map(([x, y]) => `[a = ${x}, { b } = {}] = ${y}`),
    e.map(x => `a = log("default"), b = a, { [${x}]: c } = {}`),
  )
}

const NAMES = ['f', 'g', 'h', 'k']

/** Called once where it stands: nothing calls a function by its name from inside, so no program recurses. */
export function functionExpressions(parts: Parts): fc.Arbitrary<string> {
  const { expression: e, statements: body } = parts
  const params = parameterList(parts)
  const call = (text: string): string => `(${text})(1, x1, "s")`
  const name = fc.constantFrom('', ...NAMES)
  const block = (s: string, open: string, shape: FunctionShape): string => `{${open}${resolveBody(s, shape)}}`
  const plain = (shape: FunctionShape, head: string): fc.Arbitrary<string> =>
    fc.tuple(name, params, gap, body).map(([n, p, g, s]) => `${head} ${n}(${resolveParams(p, shape)})${g}${block(s, g, shape)}`)
  const arrow = { arrow: true }
  const asyncArrow = { arrow: true, async: true }
  return fc.oneof(
    plain({}, 'function').map(call),
    fc.tuple(params, body).map(([p, s]) => call(`(${resolveParams(p, arrow)}) => {${resolveBody(s, arrow)}}`)),
    fc.tuple(params, e).map(([p, x]) => call(`(${resolveParams(p, arrow)}) => ${resolveBody(x, arrow)}`)),
    e.map(x => call(`a => (${resolveBody(x, arrow)})`)),
    e.map(x => call(`a => ({ a, k: ${resolveBody(x, arrow)} })`)),
    fc.tuple(params, body).map(([p, s]) => `tell(${call(`async (${resolveParams(p, asyncArrow)}) => {${resolveBody(s, asyncArrow)}}`)})`),
    fc.tuple(params, e).map(([p, x]) => `tell(${call(`async (${resolveParams(p, asyncArrow)}) => ${resolveBody(x, asyncArrow)}`)})`),
    plain({ async: true }, 'async function').map(text => `tell(${call(text)})`),
    fc.tuple(plain({ generator: true }, 'function*'), generatorUse).map(([text, use]) => use(call(text))),
    fc.tuple(plain({ generator: true, async: true }, 'async function*'), asyncGeneratorUse).map(([text, use]) => use(call(text))),
    fc
      .tuple(plain({}, 'function'), fc.constantFrom('.name', '.length', '.toString()', '.prototype'))
      .map(([text, member]) => `log((${text})${member})`),
    plain({}, 'function').map(text => `new (${text})(2)`),
    fc.tuple(fc.constantFrom('get', 'set', 'async', '*', 'async *', ''), body, e).map(([kind, s, x]) => objectMethod(kind, s, x)),
  )
}

const generatorUse = fc.constantFrom<((text: string) => string)[]>(
  text => `[...${text}]`,
  text => `drive(${text}, ["next", "next", "return", "next"])`,
  text => `drive(${text}, ["next", "throw", "next", "next"])`,
  text => `drive(${text}, ["return", "next"])`,
  text => `drive(${text}, ["next", "next", "next", "next", "next"])`,
  text => `((a) => { for (const v of a) { log("of", v); if (v === 1) break } return "left" })(${text})`,
  text => `(([a, b]) => [a, b])(${text})`,
)
const asyncGeneratorUse = fc.constantFrom<((text: string) => string)[]>(
  text => `tell((async a => { for await (const v of a) log("of", v) })(${text}))`,
  text => `tell((async a => { for await (const v of a) { log("of", v); break } return "left" })(${text}))`,
  text => `driveAsync(${text}, ["next", "next", "return", "next"])`,
  text => `driveAsync(${text}, ["next", "throw", "next"])`,
  text => `driveAsync(${text}, ["return"])`,
)

function objectMethod(kind: string, statements: string, value: string): string {
  const shape = { method: true, async: kind.includes('async'), generator: kind.includes('*') }
  const body = `{${resolveBody(statements, shape)}}`
  if (kind === 'get') return `({ x: ${value}, get m() ${body} }).m`
  if (kind === 'set') return `(o1 = { set m(a) ${body} }, o1.m = ${value})`
  if (kind.includes('*')) return `${kind.includes('async') ? 'driveAsync' : 'drive'}(({ ${kind} m(a) ${body} }).m(1), ["next", "next", "next"])`
  return `${kind === 'async' ? 'tell' : 'log'}(({ __proto__: parent, x: ${value}, ${kind} m(a) ${body} }).m(1))`
}

export function classExpressions({ expression: e, statements: body }: Parts): fc.Arbitrary<string> {
  const method = { method: true }
  const element = { element: true }
  const member = fc.oneof(
    e.map(x => `f1 = ${resolveBody(x, element)}`),
    e.map(x => `static f2 = ${resolveBody(x, element)};`),
    e.map(x => `static [${x}] = log("computed");`),
    e.map(x => `#p2 = ${resolveBody(x, element)};`),
    body.map(s => `static {${resolveBody(s, element)}}`),
    body.map(s => `m1(a, b) {${resolveBody(s, method)}}`),
    body.map(s => `static m2(a = 1) {${resolveBody(s, method)}}`),
    body.map(s => `get g1() {${resolveBody(s, method)}}`),
    body.map(s => `set g1(a) {${resolveBody(s, method)}}`),
    body.map(s => `#m3(a) {${resolveBody(s, method)}} m4() { return this.#m3(2) }`),
    body.map(s => `*m5(a) {${resolveBody(s, { method: true, generator: true })}}`),
    body.map(s => `async m6(a) {${resolveBody(s, { method: true, async: true })}}`),
    fc.tuple(e, body).map(([x, s]) => `[${x}](a) {${resolveBody(s, method)}}`),
    fc.constantFrom('', ';', 'f3\n', 'static f4;', "'quoted' = () => this.f1", 'arrow = () => this;', 'static async = function () {};'),
  )
  const constructorText = fc.oneof(
    fc.constant(''),
    body.map(s => `constructor(a, b) {${resolveBody(s, method)}}`),
    fc.tuple(body, body, e).map(([s, t, x]) => `constructor(a, b) {${resolveBody(`${s} super(${x}); ${t}`, method)}}`),
    e.map(x => `constructor(...a) { const later = () => super(${resolveBody(x, method)}); later(); log(this.constructor.name) }`),
  )
  const heritage = fc.oneof(
    fc.constantFrom('', '', 'extends Parent', 'extends Parent', 'extends null', 'extends Array'),
    e.map(x => `extends (${x})`),
  )
  const use = fc.constantFrom(
    'new (C)(1)',
    'new (C)(1).m1?.(2)',
    'log(new (C)(1).g1)',
    '(C).m2?.()',
    'log(new (C)(3).m4?.())',
    '(new (C)(1).g1 = 2)',
    'drive(new (C)(1).m5?.(4), ["next", "next", "next"])',
    'tell(new (C)(1).m6?.(4))',
    'log((C).name)',
    'log(C)',
    '(C)()',
  )
  return fc
    .tuple(fc.constantFrom('', 'C1', 'C2'), heritage, constructorText, fc.array(member, { maxLength: 3 }), use)
    .map(([name, parent, made, members, how]) => {
      const constructs = parent === '' ? made.replaceAll('super(', 'parent.m(') : made
      const text = `class ${name} ${parent} { #p = 1; ${constructs}\n${members.join('\n')} }`.replaceAll('@PRIVATE', 'this.#p')
      return how.replaceAll('C', () => text)
    })
}
