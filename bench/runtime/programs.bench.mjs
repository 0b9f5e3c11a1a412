// Whole programs with every function instrumented, their packages' too. A run includes what it allocates, collects, seals and encodes; the
// figure is the mean over all batches of a process, so that no cycle of collector or governor falls between them.
import { find, fixed, table, whenCase } from '../lib/case.mjs'
import { driveIn, timing } from './engines.mjs'
import { PROGRAM_NAMES, RECORDED, optionsFor, programFile } from './programs.mjs'

export const title = 'Whole programs: ratio to plain'
export const notes = `marked and markdown-it render READMEs, acorn parses the programs of this folder, a parser of JSON written in JavaScript, Richards and DeltaBlue. \`values\`: with the default governor, from the fourth second on, over three seconds: before that it spends a second's budget at once, and the engine is still warming up; its ratio is to the plain program warmed as long, which the second plain column shows. \`values, no governor\`: the raw cost. \`floor\`: what no recorder of calls can undercut, since every one does at least this (floor.mjs): at off every function asks one variable whether to record, at calls it stores one word when it starts and one when it returns, into a ring that nobody reads: no levels, ids, clock, errors or sealing.
Mean of a process after warm-up, minimum of the rounds; in brackets the same in CPU time of all threads. GC: share of the time that collecting garbage takes, at plain and at calls.`
export const rounds = 3
export const quickRounds = 1
/** Without a governor a run can take seconds; nothing depends on its last digit. */
export const roundsOf = ({ engine, level }) => (level === 'raw' ? 1 : engine === 'chromium' || ['values', 'plainWarm'].includes(level) ? 2 : rounds)

/** Milliseconds of warm-up, of a batch, and batches, in the full run and in a quick one. */
const LONG = [
  [4000, 400, 8],
  [1500, 200, 3],
]
const TIMES = {
  raw: [
    [100, 100, 2],
    [50, 50, 1],
  ],
  values: LONG,
  plainWarm: LONG,
}
const LEVELS = ['plain', 'plainWarm', 'floorOff', 'off', 'floorCalls', 'calls', 'demoted', 'values', 'raw']
const COMPARED = LEVELS.filter(level => !level.startsWith('plain'))
const LEVEL_NAMES = { raw: 'values, no governor', floorOff: 'floor, off', floorCalls: 'floor, calls' }
/** What a level is compared with: the plain program that the engine had as long to optimise. */
export const plainOf = level => (level === 'values' ? 'plainWarm' : 'plain')
const DEMOTED = ['acorn', 'richards']
const IN_CHROMIUM = ['marked', 'acorn', 'richards']
const levelsIn = (engine, program) =>
  LEVELS.filter(level => engine === 'node20' || (level !== 'demoted' && level !== 'raw')).filter(
    level => level !== 'demoted' || DEMOTED.includes(program),
  )
export const variants = ['node20', 'node24', 'chromium'].flatMap(engine =>
  PROGRAM_NAMES.filter(program => engine !== 'chromium' || IN_CHROMIUM.includes(program)).flatMap(program =>
    levelsIn(engine, program).map(level => ({ engine, program, level })),
  ),
)

export async function prepare() {
  for (const program of PROGRAM_NAMES) for (const level of LEVELS) await programFile(program, level)
}

await whenCase(import.meta, async ({ engine, program, level }) => {
  const file = await programFile(program, level)
  const time = TIMES[level] ?? [
    [600, 40, 8],
    [150, 30, 4],
  ]
  const result = await driveIn(engine, { program: file, level: RECORDED[level] ?? 'plain', options: optionsFor(level), time: timing(...time) })
  const { best, mean, cpu, gcShare, check, events, eventsPerRun, failed } = result
  if (failed !== '') throw new Error(`the recorder failed: ${failed}`)
  if (level in RECORDED && level !== 'off' && events === 0) throw new Error('no events were recorded')
  return { ms: mean, best, cpu, gcShare, eventsPerRun, check }
})

export function report(rows) {
  const lines = [...new Set(rows.map(({ variant }) => variant.engine))].flatMap(engine =>
    PROGRAM_NAMES.flatMap(program => {
      const at = level => find(rows, { engine, program, level })?.figures
      const plain = at('plain')
      if (!plain) return []
      const [warm, calls] = [at('plainWarm'), at('calls')]
      const cells = COMPARED.map(level => {
        const [figures, base] = [at(level), at(plainOf(level))]
        if (!figures || !base) return '–'
        if (figures.check !== plain.check) throw new Error(`${program} at ${level} gave another result`)
        const cpu = engine === 'chromium' ? '' : ` (${fixed(figures.cpu.min / base.cpu.min)})`
        return `×${fixed(figures.ms.min / base.ms.min)}${cpu}`
      })
      const events = calls ? `${fixed(calls.eventsPerRun.median / 1000, 1)} k` : '–'
      const gc = calls && engine !== 'chromium' ? `${fixed(plain.gcShare.median * 100, 1)} → ${fixed(calls.gcShare.median * 100, 1)} %` : '–'
      return [[engine, program, `${fixed(plain.ms.min, 2)} ms`, warm ? `${fixed(warm.ms.min, 2)} ms` : '–', events, ...cells, gc]]
    }),
  )
  const levels = COMPARED.map(level => LEVEL_NAMES[level] ?? level)
  return table(['engine', 'program', 'plain', 'plain, warmed as long', 'events', ...levels, 'GC'], lines)
}
