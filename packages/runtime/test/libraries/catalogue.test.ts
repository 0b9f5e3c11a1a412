/** What the catalogue names exists, and what exists is documented. */
import { readFileSync, readdirSync } from 'node:fs'
import { LIBRARIES } from '@hindscope/protocol'
import { expect, test } from 'vitest'

const filesOf = (folder: string): string[] =>
  readdirSync(new URL(folder, import.meta.url))
    .filter(name => name.endsWith('.ts'))
    .map(name => name.slice(0, -'.ts'.length))
const adapters = filesOf('../../src/libraries')
const docs = readFileSync(new URL('../../../../docs/adapters.md', import.meta.url), 'utf8')
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

test('every library and every export that is handed over stands in docs/adapters.md', () => {
  const known = Object.entries(LIBRARIES).map(([specifier]) => specifier.replace(/^(@[^/]+\/[^/]+|[^@/][^/]*)\/.*/, '$1'))
  const shown = (name: string): boolean => docs.includes(name.startsWith('@tanstack/') ? '@tanstack/' : name)
  expect([...new Set(known)].filter(name => !shown(name))).toEqual([])
})
