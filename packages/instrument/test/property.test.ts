/**
 * Random programs over a small grammar, run plain, instrumented without a hook, and recorded: the logs must be equal. The grammar has
 * what the sample folders have one at a time, so that shapes meet that nobody wrote down together. No loop of it can run for long.
 */
import { compileFunction, createContext, runInContext } from 'node:vm'
import { createRecorder } from '@hindscope/runtime'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instrument, restore } from '@hindscope/instrument'

const { expression, statements } = fc.letrec<{ expression: string; statement: string; statements: string }>(tie => {
  const e = tie('expression')
  const body = tie('statements')
  const newline = fc.constantFrom(';', '\n', ' // c\n', ' /* c */;')
  return {
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('a', 'b', '1', '"s"', 'null', 'log("e")', 'arguments.length', 'a++', '({ p: 2 }).p', 'typeof nothing', 'fail()'),
      fc.tuple(e, e).map(([x, y]) => `(${x}, ${y})`),
      fc.tuple(e, e).map(([x, y]) => `[${x}, ...[${y}]]`),
      fc.tuple(e, e, e).map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
      e.map(x => `((b) => ${x})(a)`),
      e.map(x => `(b => ({ k: ${x} }))(1).k`),
      fc.tuple(e, body).map(([x, s]) => `(function (a, b = ${x}) { ${s} }).call(null, 3)`),
      body.map(s => `new (class { static s = log("static"); f = log("field"); constructor(a) { ${s} } })(1).f`),
      body.map(s => `({ get g() { let a = 0, b = 1; ${s} } }).g`),
      body.map(s => `[...(function* (a, b) { yield a\n${s.replaceAll('RESUME', 'yield')} })(4, 5)].length`),
      body.map(s => `void (async (a, b) => { await a\n${s.replaceAll('RESUME', 'await')} })(6, 7).then(log, log)`),
      body.map(
        s => `void (async () => { for await (const x of (async function* (a, b) { ${s.replaceAll('RESUME', 'yield')} })(8)) log(x) })().catch(log)`,
      ),
    ),
    statement: fc.oneof(
      { depthSize: 'small' },
      fc.tuple(e, newline).map(([x, n]) => `log(${x})${n}`),
      fc.tuple(e, newline).map(([x, n]) => `a = ${x}${n}`),
      fc.tuple(e, newline).map(([x, n]) => `return ${x}${n}`),
      fc
        .constantFrom('return\n', 'RESUME\n', 'b = RESUME\n(log("paren"))\n', 'RESUME a\n;[b].map(log)\n', 'if (a) RESUME a\nelse RESUME b\n')
        .map(text => text),
      fc.tuple(e, newline).map(([x, n]) => `throw ${x}${n}`),
      fc.tuple(e, body, body).map(([x, s, t]) => `if (${x}) { ${s} } else { ${t} }`),
      fc.tuple(body, body, body).map(([s, t, u]) => `try { ${s} } catch (x) { log(x); ${t} } finally { ${u} }`),
      fc.tuple(body, body).map(([s, t]) => `try { ${s} } catch { ${t} }`),
      body.map(s => `for (const i of [1, 2]) { ${s} }`),
      fc.tuple(e, body).map(([x, s]) => `switch (${x}) { case 1: ${s} break\n default: log("default") }`),
      body.map(s => `function inner(a, b) { ${s} }\nlog(inner.length)\n`),
    ),
    statements: fc.array(tie('statement'), { maxLength: 3 }).map(list => list.join('')),
  }
})

/** `RESUME` outside of async functions and generators is a plain call; inside them the function that holds it has said what it is. */
const program = fc.tuple(statements, expression, fc.boolean()).map(([body, value, strict]) => {
  const text = `${strict ? '"use strict"\n' : ''}function main(a, b) {\n${body}\n}\ntry { log(main(1, 2)) } catch (x) { log("top", x) }\nfunction more(a, b) { return ${value} }\ntry { log(more(1)) } catch (x) { log("top", x) }\n`
  return text.replaceAll('RESUME\n(', 'pass()\n;(').replaceAll('RESUME', '').replaceAll(' \n(', '\n;(')
})

async function run(code: string, install?: (realm: object) => void): Promise<string[]> {
  const log: string[] = []
  const text = (value: unknown): string => {
    if (typeof value === 'function') return `${value.name}/${value.length}`
    return typeof value === 'object' && value !== null
      ? `${Object.prototype.toString.call(value)} ${JSON.stringify(value)} ${String((value as Error).message)}`
      : String(value)
  }
  const fail = (): never => {
    throw new TypeError('failed')
  }
  const context = createContext({ fail, pass: (x: unknown) => x, log: (...values: unknown[]) => (log.push(values.map(text).join(' ')), values[0]) })
  install?.(runInContext('globalThis', context) as object)
  compileFunction(code, ['exports'], { parsingContext: context })({})
  for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
  return log
}

const parses = (code: string): boolean => {
  try {
    compileFunction(code)
    return true
  } catch {
    return false // A generated program that is not one: fc.pre passes over it.
  }
}

test.each(['commonjs', 'script'] as const)('random programs behave the same as a %s', { timeout: 600_000 }, async sourceType => {
  let ran = 0
  await fc.assert(
    fc.asyncProperty(program, async code => {
      fc.pre(parses(code))
      ran++
      const { code: output } = instrument(code, { id: 'p.js', sourceType, hook: 'global', plan: { level: 'statements' } })
      expect(restore(output)).toBe(code)
      const plain = await run(code)
      expect(await run(output)).toEqual(plain)
      const recorder = createRecorder({ sink: 'memory' })
      expect(await run(output, realm => recorder.install(realm))).toEqual(plain)
      recorder.uninstall()
    }),
    { numRuns: Number(process.env['FC_RUNS'] ?? 400) },
  )
  expect(ran).toBeGreaterThan(60)
})
