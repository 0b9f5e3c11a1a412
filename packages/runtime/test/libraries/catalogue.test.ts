/** What the catalogue names exists, and what exists is tested. */
import { readdirSync } from 'node:fs'
import { LIBRARIES } from '@hindscope/protocol'
import { expect, test } from 'vitest'

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
