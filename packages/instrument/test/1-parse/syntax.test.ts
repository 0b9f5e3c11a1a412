/** The table of docs/transparency.md: what stands there as handled is, and what stands there as not handled leaves its module as it is. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { instrument, restore } from '@hindscope/instrument'

interface Construct {
  readonly construct: string
  readonly sample: string
  readonly handled: boolean
}

const rows = JSON.parse(readFileSync(new URL('../../../../docs/transparency/syntax.json', import.meta.url), 'utf8')) as readonly Construct[]

test.each(rows)('$construct', ({ sample, handled }) => {
  const { code, diagnostics } = instrument(sample, { id: 'x.js', plan: { level: 'statements' } })
  expect(diagnostics.map(each => each.code)).toEqual(handled ? [] : ['instrument-syntax'])
  expect(code === sample).toBe(!handled)
  expect(restore(code)).toBe(sample)
})
