// What a probe adds to one call, in each engine. Each shape is instrumented whole by the real `instrument` and recorded by the real
// recorder into a sink that discards what was sealed: sealing and encoding are included, transport is not.
import { find, fixed, table, whenCase } from '../lib/case.mjs'
import { ENGINES, driveIn, timing } from './engines.mjs'
import { RECORDED, optionsFor, programFile } from './programs.mjs'
import { SHAPES } from './shapes.mjs'

export const title = 'Per call: extra nanoseconds'
export const notes = `\`off\`: built for values and recorder installed, every probe's level 0. \`calls\`, \`values\`: built for that level, no governor. \`demoted\`: built for values, recorded as calls.
One call pair (enter + return) of optimised code; a step of the generator; an await. Best batch of a process, minimum of the rounds, plain's subtracted; behind it the ratio.`
export const rounds = 3
export const quickRounds = 1
export const roundsOf = ({ engine }) => (engine === 'chromium' ? 2 : rounds)

const LEVELS = ['plain', 'off', 'calls', 'demoted', 'raw']
const LEVEL_NAMES = { raw: 'values' }
export const variants = ENGINES.flatMap(engine =>
  Object.keys(SHAPES).flatMap(shape => (engine === 'node20' ? LEVELS : ['plain', 'off', 'calls']).map(level => ({ engine, shape, level }))),
)
const sourceOf = shape => () => SHAPES[shape]

export async function prepare() {
  for (const shape of Object.keys(SHAPES)) for (const level of LEVELS) await programFile(shape, level, sourceOf(shape))
}

await whenCase(import.meta, async ({ engine, shape, level }) => {
  const program = await programFile(shape, level, sourceOf(shape))
  const time = timing([150, 25, 9], [60, 15, 4])
  const result = await driveIn(engine, { program, level: RECORDED[level] ?? 'plain', options: optionsFor(level), time })
  const { best, calls, check, events, runs, failed } = result
  if (failed !== '') throw new Error(`the recorder failed: ${failed}`)
  if ((level === 'calls' || level === 'demoted') && events < calls * runs)
    throw new Error(`only ${events} events of ${calls * runs} calls were recorded`)
  return { ns: (best * 1e6) / calls, check }
})

export function report(rows) {
  const lines = ENGINES.flatMap(engine =>
    Object.keys(SHAPES).flatMap(shape => {
      const plain = find(rows, { engine, shape, level: 'plain' })?.figures
      if (!plain) return []
      const cells = LEVELS.slice(1).map(level => {
        const figures = find(rows, { engine, shape, level })?.figures
        if (!figures) return '–'
        if (figures.check !== plain.check) throw new Error(`${shape} at ${level} gave another result`)
        return `${fixed(figures.ns.min - plain.ns.min, 1)} (×${fixed(figures.ns.min / plain.ns.min)})`
      })
      return [[engine, shape, `${fixed(plain.ns.min, 1)} ns`, ...cells]]
    }),
  )
  return table(['engine', 'shape', 'plain', ...LEVELS.slice(1).map(level => LEVEL_NAMES[level] ?? level)], lines)
}
