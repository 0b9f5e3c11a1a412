/**
 * Random programs, run plain, instrumented without a recorder, and recorded: everything that they can see must be equal. FC_RUNS sets how
 * many for each form, FC_SEED where they start.
 */
import type { InstrumentationPlan } from '@hindscope/protocol'
import { createRecorder } from '@hindscope/runtime'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instrument, restore } from '@hindscope/instrument'
import { programs } from './program-grammar.ts'
import type { ProgramForm } from './program-grammar.ts'
import { parses, runProgram } from './program-run.ts'
import type { ProgramRun } from './program-run.ts'

const RUNS = Number(process.env['FC_RUNS'] ?? 300)

/**
 * Two things depend on what is inserted, because V8 says more than it knows:
 *
 * - It takes an error at the first token behind `yield*` for one of the delegation and goes on printing up to the end of the function:
 *   `yield* (intermediate value)(intermediate value) is not iterable`.
 * - It keeps no position for some operations and gives the last one that it has: in an expression over several lines, that can be an earlier line.
 */
function expected(plain: ProgramRun, run: ProgramRun): readonly string[] {
  return plain.lines.map((line, index) => {
    const other = run.lines[index] ?? ''
    if (line === other || other.includes('$h')) return line
    if (line.includes('yield* ') && withoutMessage(line) === withoutMessage(other)) return other
    if (withoutLines(line) !== withoutLines(other)) return line
    imprecise++
    return other
  })
}

const withoutMessage = (line: string): string => line.replace(/"[^"]* is not [^"]*"/g, '""')
const withoutLines = (line: string): string => line.replace(/stack [^,]*/g, frames => frames.replace(/\d+(?= <|$)/g, ''))
let imprecise = 0

const withoutSpans = (text: string): string => text.replace(/\v[^\v]*\v/g, '')

const FORMS: readonly ProgramForm[] = ['script', 'commonjs', 'module']
const EXPRESSIONS: InstrumentationPlan = { level: 'statements', overrides: [{ expressions: true }] }
interface Variant {
  readonly plan: InstrumentationPlan
  readonly recorded: boolean
}
/** Each program takes two of the four, which halves the time that a program costs. */
const VARIANTS: readonly (readonly Variant[])[] = [
  [
    { plan: { level: 'values' }, recorded: true },
    { plan: EXPRESSIONS, recorded: false },
  ],
  [
    { plan: { level: 'statements' }, recorded: false },
    { plan: EXPRESSIONS, recorded: true },
  ],
]

test.each(FORMS)('random programs behave the same as a %s', { timeout: 3_600_000 }, async form => {
  let ran = 0
  let reported = 0
  const property = fc.asyncProperty(programs(form), fc.constantFrom(...VARIANTS), async (code, variants) => {
    fc.pre(parses(code, form))
    const plain = await runProgram(code, { form })
    fc.pre(!plain.exhausted)
    ran++
    reported += plain.lines.length
    for (const { plan, recorded } of variants) {
      const { code: output } = instrument(code, { id: 'p.js', sourceType: form, hook: 'global', plan })
      expect(restore(output)).toBe(code)
      const recorder = recorded ? createRecorder({ sink: 'memory', ringEvents: 1024 }) : undefined
      const run = await runProgram(output, recorder ? { form, install: realm => recorder.install(realm) } : { form, clean: withoutSpans })
      expect(run.lines, `${JSON.stringify(plan)} ${recorded ? 'recorded' : 'inert'}`).toEqual(expected(plain, run))
      expect(recorder?.stats().errors['probe-failed'] ?? 0).toBe(0)
      recorder?.uninstall()
    }
  })
  await fc.assert(property, { numRuns: RUNS, maxSkipsPerRun: 1000 })
  expect(ran).toBeGreaterThanOrEqual(RUNS)
  // The programs do something: a grammar whose programs all fail at once would find nothing.
  expect(reported / ran).toBeGreaterThan(5)
  expect(imprecise / reported).toBeLessThan(0.01)
})
