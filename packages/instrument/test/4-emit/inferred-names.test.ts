/** V8 gives functions without a name the name of what they are assigned to; stack traces show it. */
import { compileFunction } from 'node:vm'
import { expect, test } from 'vitest'
import { instrument } from '@hindscope/instrument'

const FUNCTION = 'function () { throw new Error("thrown") }'
const PLANS = [{ level: 'values' }, { level: 'statements' }, { level: 'statements', overrides: [{ expressions: true }] }] as const

async function names(code: string): Promise<string[]> {
  try {
    await (compileFunction(code, [], { filename: 'names.js' }) as () => unknown)()
    return []
  } catch (error) {
    return [...String((error as Error).stack).matchAll(/at (.*?) ?\(?names\.js:/g)].map(match => match[1] ?? '')
  }
}

test.each([
  `o.p = ${FUNCTION}; o.p()`,
  `o.a.b = ${FUNCTION}; (0, o.a.b)()`,
  `this.q = ${FUNCTION}; (0, this.q)()`,
  `o[k] = ${FUNCTION}; (0, o[k])()`,
  `o[k.length] = ${FUNCTION}; (0, o[1])()`,
  `A.prototype.m = ${FUNCTION}; new A().m()`,
  `o.p = o.q = ${FUNCTION}; (0, o.p)()`,
  `o.p ||= ${FUNCTION}; (0, o.p)()`,
  `o.p = k ? ${FUNCTION} : 0; (0, o.p)()`,
  `o.p = 0 || ${FUNCTION}; (0, o.p)()`,
  `o.p = [${FUNCTION}]; (0, o.p[0])()`,
  `o.p = (0, ${FUNCTION}); (0, o.p)()`,
  `o.p = { m: ${FUNCTION} }; (0, o.p.m)()`,
  `o.p = class { m() { throw new Error("thrown") } }; new o.p().m()`,
  `o.p = class { constructor() { throw new Error("thrown") } }; new o.p()`,
  `(new (class { constructor() { throw new Error("thrown") } })).p = 1`,
  `x = ${FUNCTION}; x()`,
  `x = k ? ${FUNCTION} : 0; x()`,
  `x = [${FUNCTION}]; (0, x[0])()`,
  `let y = k ? ${FUNCTION} : 0; y()`,
  `for (let y = [${FUNCTION}]; ; ) (0, y[0])()`,
  `(function () { return (o.p = ${FUNCTION}) })(); (0, o.p)()`,
  `(function () { return [o.p = ${FUNCTION}, o] })(); (0, o.p)()`,
  `(() => (o.p = ${FUNCTION}))(); (0, o.p)()`,
  `x = () => (this.p = ${FUNCTION}); (0, x())()`,
  `await (async () => { await (o.p = ${FUNCTION}) })(); (0, o.p)()`,
  `await (async () => { const y = await (o.p = ${FUNCTION}); throw y })().catch(() => 1); (0, o.p)()`,
  `[...(function* () { yield (o.p = ${FUNCTION}) })()]; (0, o.p)()`,
  `A({ m: [(o.p = ${FUNCTION})] }); (0, o.p)()`,
  `class B { x = (A(), (o.p = ${FUNCTION})) } new B(); (0, o.p)()`,
  `if ((o.p = ${FUNCTION})) (0, o.p)()`,
  `(o.p = ${FUNCTION}) && (0, o.p)()`,
  `return (o.p = ${FUNCTION}).call()`,
  `o.p = (${FUNCTION})()`,
  `o.p = [1].map(${FUNCTION})`,
  `o.p = await (async ${FUNCTION})()`,
])('%s', async body => {
  const code = `function A() {} return (async function main(o, k, x) { ${body} }).call({}, { a: {} }, "k")`
  const plain = await names(code)
  expect(plain.length).toBeGreaterThan(1)
  for (const plan of PLANS) {
    const { code: output } = instrument(code, { id: 'x.js', sourceType: 'commonjs', hook: 'global', plan })
    expect(await names(output), JSON.stringify(plan)).toEqual(plain)
  }
})
