/** What the catalogue names exists, and what exists is tested. */
import { readdirSync } from 'node:fs'
import { LIBRARIES } from '@hindscope/protocol'
import { createStore } from 'jotai/vanilla'
import { expect, test } from 'vitest'
import { record, release } from './recorded-states.ts'

const filesOf = (folder: string): string[] =>
  readdirSync(new URL(folder, import.meta.url))
    .filter(name => name.endsWith('.ts'))
    .map(name => name.slice(0, -'.ts'.length))
const adapters = filesOf('../../src/libraries')
/** Of no library: pages load them. */
const OF_PLATFORM = new Set(['page'])

test("every adapter of the catalogue is a file, and every file is in the catalogue or the platform's", () => {
  const named = new Set(Object.values(LIBRARIES).map(({ adapter }) => adapter))
  expect([...named].filter(name => !adapters.includes(name))).toEqual([])
  expect(adapters.filter(name => !named.has(name) && !OF_PLATFORM.has(name))).toEqual([])
})

test('every adapter has a test of its own', () => {
  const tests = filesOf('.').join(' ')
  expect(adapters.filter(name => !tests.includes(name))).toEqual([])
})

test('every adapter that is loaded where somebody records already attaches at once', async () => {
  // Jotai's adapter looks for it.
  Object.assign(globalThis, { __JOTAI_DEFAULT_STORE__: createStore() })
  const recorder = record()
  await Promise.all(adapters.map(name => import(`../../src/libraries/${name}.ts`)))
  expect(recorder.stats().errors).toEqual({})
  release(recorder)
})
