/** Real programs, whole: what they do, throw, export and print is the same plain and instrumented. `pnpm compat` prints the table. */
import { expect, test } from 'vitest'
import { differences, runProgram } from './harness/compare.mjs'
import { LEVELS, PROGRAMS } from './programs.mjs'

/** Larger programs run at the level that has all probes of the others; `pnpm compat` runs all at each. */
const MAX_FUNCTIONS = 300

test.each(Object.entries(PROGRAMS))('%s does the same with probes as without', async (name, [files, functions]) => {
  const plain = await runProgram(name, 'plain')
  expect(plain.lines.length + plain.exports.length).toBeGreaterThan(100)
  for (const level of functions > MAX_FUNCTIONS ? LEVELS.slice(-1) : LEVELS) {
    const run = await runProgram(name, level)
    expect(run.problems).toEqual([])
    expect(run.files).toBeGreaterThanOrEqual(files)
    expect(run.functions).toBeGreaterThanOrEqual(functions)
    expect(run.stats.events).toBeGreaterThan(run.functions)
    expect(differences(plain, run)).toEqual([])
  }
})
