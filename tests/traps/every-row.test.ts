/** No row of the catalogue is forgotten: each has a test of its number, or a line in the README that says where it is tested. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROWS = 85
const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))

const tests = readdirSync(here)
  .filter(name => name.endsWith('.test.ts'))
  .flatMap(name => [...readFileSync(here + name, 'utf8').matchAll(/(?:test|describe)(?:\.each\([^\n]*\))?\(\s*['`]trap-(\d\d)-[a-z0-9-]+/g)])
  .map(([, row]) => Number(row))
const table = [...readFileSync(`${here}README.md`, 'utf8').matchAll(/^\| (\d+) \| .+ \| (?:`(.+)`|later) \| (.*?) ?\|$/gm)]

test('every row has a test of its number or a line in the table, and not both', () => {
  const listed = table.map(([, row]) => Number(row))
  const all = Array.from({ length: ROWS }, (_, index) => index + 1)
  expect(all.filter(row => !tests.includes(row) && !listed.includes(row))).toEqual([])
  expect(listed.filter(row => tests.includes(row))).toEqual([])
  expect([...tests, ...listed].filter(row => !all.includes(row))).toEqual([])
})

test('tests that the table names exist', () => {
  const missing = table.filter(
    ([, , file, name = '']) => file !== undefined && !(existsSync(root + file) && readFileSync(root + file, 'utf8').includes(name)),
  )
  expect(missing.map(([line]) => line)).toEqual([])
})
