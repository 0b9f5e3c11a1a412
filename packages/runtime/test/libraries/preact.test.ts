import { afterAll, describe, expect, test } from 'vitest'
import { createRecorder } from '../../src/index.ts'
import { preactAdapter } from '../../src/libraries/preact.ts'
import { closeBrowser } from './pages.ts'
import { testPreact } from './preact-suite.ts'

afterAll(closeBrowser)

describe('Preact 11', () => testPreact())

test('nothing else than the options of Preact is touched', () => {
  const { access } = createRecorder({ sink: 'memory', flushMs: 60_000 })
  const trap = (): never => {
    throw new Error('asked')
  }
  const others = [{}, { __e: 1 }, new Proxy({ __e() {} }, { get: trap, getOwnPropertyDescriptor: trap, defineProperty: trap, ownKeys: trap })]
  for (const value of others) expect(preactAdapter.observe?.(access, { library: 'preact', name: 'options', value })).toBeUndefined()
  expect(Object.keys(others[1] ?? {})).toEqual(['__e'])
})

test('options without hooks get functions, and lose them again', () => {
  const { access } = createRecorder({ sink: 'memory', flushMs: 60_000 })
  const given: Record<string, unknown> = { __e: () => 'caught' }
  const { __e } = given
  const detach = preactAdapter.observe?.(access, { library: 'preact', name: 'options', value: given })
  expect(Object.keys(given).sort()).toEqual(['__e', '__r', 'diffed', 'unmount'])
  expect((given['__e'] as () => string)()).toBe('caught')
  detach?.()
  expect(given).toEqual({ __e })
})
