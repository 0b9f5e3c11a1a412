/**
 * V8 words its messages after the syntax tree: `a.b is not a function`, `(intermediate value) is not iterable`. What is inserted must
 * not show in them. Programs log, send and compare messages.
 */
import { compileFunction, createContext } from 'node:vm'
import type { InstrumentationPlan } from '@hindscope/protocol'
import { expect, test } from 'vitest'
import { instrument } from '@hindscope/instrument'

/** `u` is undefined, `o` is `{ p: undefined }`, `f` returns undefined. */
const HEAD = '(u, o, f, t) {'
const CALL = '(undefined, { p: undefined }, () => undefined)'

/** Every place in which a message prints an expression; X is the expression. */
const PRINTING = [
  'X()',
  'X.p()',
  '(X)()()',
  'X?.p()',
  'X?.p.q()',
  'o[X]()',
  'new (X)',
  'new (X).p',
  'X`text`',
  '(X).p`text`',
  '[...X]',
  'f(...X)',
  'new f(...X)',
  'f(0, ...X, 1)',
  'for (const x of X);',
  'for (const x of X) for (const y of x) f()',
  'for (t of (X)) f()',
  'for (t of o ? X : 1);',
  'for (t of X ? u : 1);',
  'for (t of (t = X));',
  'for (t of { a: X });',
  'for (t of (u ?? X));',
  'for (t of (0, X));',
  'for (t of !X);',
  'const [[x] = o ? X : 1] = []',
  'const [x] = { a: X }',
  'const { x } = (t = X)',
  'for (const [x] of [X]);',
  'for (const { x } of [X]);',
  'const [x] = X',
  'let [x] = X, y = f()',
  'var [x] = (X)',
  'const { x } = X',
  'const { p: { x } } = X',
  'const { ...x } = X',
  'const { [f()]: x } = X',
  'const [[x] = X] = [undefined]',
  'const { a: { x } = X } = {}',
  '[t] = X',
  '({ t } = X)',
  '({ t: o.p.q } = { t: X })',
  '((a, { x } = X) => x)()',
  '(({ x }) => x)(X)',
  '(([x]) => x)(X)',
  '(X, X)()',
  '(u || X)()',
  '(u ?? X)[0]',
  '(X && X)()',
  '(!X)()',
  '(-(X) + 1)()',
  '(typeof X)()',
  '(X == X)()',
  '(t = X)()',
  '(o.t = X)()',
  '(t ||= X)()',
  '(o ? X : X)()',
  '({ a: X }).a()',
  '[X][0]()',
  '`${X}`()',
  'class A extends (X) {}',
  '1 in X',
  'o instanceof X',
  'delete (X).x',
  '(X).x++',
  '(X).x = 1',
  'for (const x in (X).z);',
  'throw X',
  'Object.defineProperty(X, 1)',
  'o.p(X)',
]
const EXPRESSIONS = ['u', 'o.p', 'o', 'f()', 'u()', '1']

const PLANS: readonly InstrumentationPlan[] = [
  { level: 'values' },
  { level: 'statements' },
  { level: 'statements', overrides: [{ expressions: true }] },
]
const realm = createContext({})

async function messageOf(code: string): Promise<string> {
  try {
    const run = compileFunction(code, [], { parsingContext: realm }) as () => unknown
    await run()
    return 'none'
  } catch (error) {
    return `${String((error as Error | undefined)?.name)}: ${String((error as Error | undefined)?.message ?? error)}`
  }
}

async function expectSameMessages(bodies: readonly string[], around: (body: string) => string): Promise<void> {
  const seen = new Set<string>()
  for (const body of bodies) {
    const code = around(body)
    const plain = await messageOf(code)
    seen.add(plain)
    for (const plan of PLANS) {
      const { code: output } = instrument(code, { id: 'x.js', sourceType: 'commonjs', hook: 'global', plan })
      const message = await messageOf(output)
      // V8 goes on printing behind the operand of `yield*`, so that every statement that follows adds a word.
      if (plain.includes('yield* (intermediate value)')) expect(`${body}: ${message}`).not.toContain('$h')
      else expect(`${body} with ${JSON.stringify(plan)}: ${message}`).toBe(`${body} with ${JSON.stringify(plan)}: ${plain}`)
    }
  }
  expect(seen.size).toBeGreaterThan(bodies.length / 10)
}

const fill = (texts: readonly string[]): string[] => PRINTING.flatMap(place => texts.map(text => place.replaceAll('X', () => text)))

test('in functions', async () => {
  await expectSameMessages(fill(EXPRESSIONS), body => `(function main${HEAD}${body}})${CALL}`)
})

test('in expression bodies of arrow functions', async () => {
  const bodies = fill(EXPRESSIONS).filter(body => !/^(?:const|let|var|for|class|throw|\(\{ t)/.test(body) && !body.includes(';'))
  await expectSameMessages(bodies, body => `((u, o, f, t) => ${body})${CALL}`)
})

test('at await', async () => {
  await expectSameMessages(fill(EXPRESSIONS.map(text => `(await ${text})`)), body => `return (async function main${HEAD}${body}})${CALL}`)
  const bare = [
    'for (const x of await X);',
    'const [x] = await X',
    'let [x] = await X, { y } = t',
    'const { x } = await X',
    '[...await X]',
    '[t] = await X',
  ]
  await expectSameMessages(
    bare.flatMap(place => EXPRESSIONS.map(text => place.replace('X', text))),
    body => `return (async function main${HEAD}${body}})${CALL}`,
  )
  await expectSameMessages(
    EXPRESSIONS.flatMap(text => [`for await (const x of ${text});`, `for await (const x of await ${text});`, `for await (const [x] of [${text}]);`]),
    body => `return (async function main${HEAD}${body}})${CALL}`,
  )
})

test('at yield', async () => {
  const steps = `${CALL}; it.next(); it.next(); it.next()`
  const sent = fill(['(yield)', '(yield u)'])
  const bare = ['for (const x of yield);', 'const [x] = yield', 'const { x } = yield u', '[...yield]', 'f(...yield u)', '[t] = yield']
  await expectSameMessages([...sent, ...bare], body => `var it = (function* main${HEAD}${body}})${steps}`)
  const operands = [...EXPRESSIONS, 'new u', 'this', '() => 1', 'u?.x', 'u ?? 1', 'o ? u : 1', '(u)', '`${u}`', 'f`x`', 'class {}', '(t = u)']
  const delegations = operands.map(text => `yield* ${text}`)
  await expectSameMessages([...delegations, '(yield* [])()', 'const { x } = yield* []'], body => `var it = (function* main${HEAD}${body}})${steps}`)
  const asyncSteps = `${CALL}; await it.next(); await it.next(); await it.next()`
  await expectSameMessages(
    [...delegations, ...bare],
    body => `return (async () => { var it = (async function* main${HEAD}${body}})${asyncSteps} })()`,
  )
})
