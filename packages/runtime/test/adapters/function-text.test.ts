import vm from 'node:vm'
import { afterEach, expect, test } from 'vitest'
import { instrument } from '@hindscope/instrument'
import { createRecorder } from '@hindscope/runtime'
import { consoleAdapter } from '../../src/adapters/console.ts'

const source = `function add(a, b) { return a + b }
const twice = x => x * 2
class Cart { get total() { return add(1, 2) } }
[add, twice, Cart, Object.getOwnPropertyDescriptor(Cart.prototype, 'total').get]`

const { code } = instrument(source, { id: 'text.js', sourceType: 'script', plan: { level: 'values' }, hook: 'global' })
const open: { uninstall(): void }[] = []
afterEach(() => open.splice(0).forEach(recorder => recorder.uninstall()))

test('trap-8-function-text-is-the-original', () => {
  const realm = vm.createContext({ console: {} })
  const recorder = createRecorder({ sink: 'memory' })
  open.push(recorder)
  recorder.install(vm.runInContext('globalThis', realm))
  const texts = vm.runInContext(`${code}.map(f => f + '')`, realm) as string[]
  expect(texts).toEqual([
    'function add(a, b) { return a + b }',
    'x => x * 2',
    'class Cart { get total() { return add(1, 2) } }',
    'get total() { return add(1, 2) }',
  ])
  const [native, own, name, length, isConstructor] = vm.runInContext(
    `[Function.prototype.toString + '', Object.getPrototypeOf(Function.prototype.toString) === Function.prototype, Function.prototype.toString.name,
      Function.prototype.toString.length, 'prototype' in Function.prototype.toString]`,
    realm,
  ) as unknown[]
  expect([native, own, name, length, isConstructor]).toEqual(['function toString() { [native code] }', true, 'toString', 0, false])
  expect(() => vm.runInContext('Function.prototype.toString.call({})', realm)).toThrow(vm.runInContext('TypeError', realm) as ErrorConstructor)
  recorder.uninstall()
  expect((vm.runInContext('add + ""', realm) as string).length).toBeGreaterThan(40)
})

test('patched platform methods read as the native ones', () => {
  const before = Function.prototype.toString.call(console.log)
  const recorder = createRecorder({ sink: 'memory', adapters: [consoleAdapter] })
  open.push(recorder)
  recorder.install(globalThis)
  expect(Function.prototype.toString.call(console.log)).toBe(before)
})
