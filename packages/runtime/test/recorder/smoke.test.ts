import { dumpEvents } from '@hindscope/testkit'
import { expect, test } from 'vitest'
import { createHook, defineHook } from '../../src/hook-object.ts'
import { createRecorder } from '../../src/index.ts'

test('calls, values and parents', () => {
  const realm = {}
  const hook = createHook()
  defineHook(realm, hook)
  const L = hook.m('0123456789abcdef', '33')
  const recorder = createRecorder({ sink: 'memory' })
  recorder.install(realm)
  const B = hook.b
  const add = (a: unknown, b: unknown): unknown => {
    const F = L[1] ? hook.e2(B + 1, a, b) : 0
    return hook.r(F, b)
  }
  const main = (): void => {
    const F = L[0] ? hook.e(B) : 0
    add(1, { x: [1, , 'y'], password: 'no' })
    if (F) hook.v(F)
  }
  main()
  expect(dumpEvents(recorder.chunks())).toMatchInlineSnapshot(`
    "call-enter #1 probe 1()
    call-enter #2 <1 probe 2(1, {x: [1, <hole>, "y"], password: <redacted password>}) [redacted]
    call-return #2 probe 2 → {x: [1, <hole>, "y"], password: <redacted password>} [redacted]
    call-return #1 probe 1"
  `)
  recorder.uninstall()
})
