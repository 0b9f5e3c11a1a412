import { expect, it } from 'vitest'
import { drawFrom, mutate, mutationSources, problemOf } from './mutated-files.ts'

it('opens damaged files: no error, untouched chunks are there, damage is listed', () => {
  const draw = drawFrom(20_261_122)
  const sources = mutationSources()
  for (const source of sources) expect(problemOf(source.bytes, source)).toBeUndefined()
  const problems = Array.from({ length: 3000 }, (_, round) => {
    const source = sources[round % sources.length] as (typeof sources)[number]
    const problem = problemOf(mutate(source.bytes, draw), source)
    return problem === undefined ? [] : [`round ${round}: ${problem}`]
  })
  expect(problems.flat()).toEqual([])
}, 60_000)
