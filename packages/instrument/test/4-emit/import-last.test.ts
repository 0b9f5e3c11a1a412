import { expect, test } from 'vitest'
import { HOOK_SYMBOL } from '@hindscope/protocol'
import { createRecorder } from '@hindscope/runtime'
import { instrument, restore } from '@hindscope/instrument'

const options = { id: 'x.js', hook: 'import-last', hookModule: 'the-hook' } as const
const IMPORT = 'import{h as $hH}from"the-hook";'

test.each([
  "import a from 'a'\nexport const f = () => a // end",
  'function f() {}',
  "'use strict'\nexport default class { m() {} }\n/* end */\n",
  'if (a) b = () => c',
])('the import stands behind the last statement of %j', source => {
  const { code } = instrument(source, options)
  expect(code.split(IMPORT).map(restore).length).toBe(2)
  expect(code.indexOf(IMPORT)).toBeGreaterThan(code.lastIndexOf('$hR()'))
  expect(restore(code)).toBe(source)
})

test('what runs before the hook is there runs unrecorded, and what runs later is recorded', () => {
  const realm: Record<symbol, unknown> = {}
  const recorder = createRecorder({ sink: 'memory' })
  recorder.install(realm)
  const source = 'class A { p = g(2) }\nfunction g(x) { return x }\ntry { g(g) } catch {}\nlog(new A().p, g(1))'
  const { code } = instrument(source, { ...options, plan: { level: 'statements' } })
  const results: unknown[] = []
  const body = `${code.replace(IMPORT, 'const $hH = hook;')}\nreturn () => [new A().p, g(3)]`
  const later = new Function('hook', 'log', body)(realm[Symbol.for(HOOK_SYMBOL)], (...values: unknown[]) => results.push(...values)) as () => unknown
  expect(results).toEqual([2, 1])
  expect(recorder.stats().events).toBe(0)
  expect(later()).toEqual([2, 3])
  expect(recorder.stats().calls).toBe(3)
})
