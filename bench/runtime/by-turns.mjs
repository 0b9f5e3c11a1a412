// The service, plain and recorded, measured by turns: both see the same machine, whose speed may change from one second to the next.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { find, median, table } from '../lib/case.mjs'
import { programFile } from './programs.mjs'

const LEVELS = ['off', 'calls', 'values', 'raw']
const SERVICE_ENGINES = ['node20', 'node24']
export const serviceVariants = SERVICE_ENGINES.flatMap(engine =>
  LEVELS.filter(level => engine === 'node20' || level !== 'raw').map(level => ({ engine, level })),
)
export async function prepareService() {
  for (const level of ['plain', ...LEVELS]) await programFile('service', level)
}

/** Milliseconds of the slices of plain and recorded, and pairs of them. What rests earns budget for its governor: the recorded one hardly rests. */
const [SLICES, PAIRS] = process.env.BENCH_QUICK ? [[150, 600], 3] : [[300, 1200], 7]
/** Pairs before them: slices too, so that a governor knows how often the service rests. At first it spends a second's budget at once. */
const warmUpOf = level => (level === 'values' || level === 'raw' ? 5 : 2)

/** Forks the service; `ask` gives it a task of server-process.mjs and waits for the answer. */
async function openService(level) {
  const dir = mkdtempSync(join(process.env.BENCH_WORK, 'service-'))
  const child = fork(fileURLToPath(new URL('server-process.mjs', import.meta.url)), [await programFile('service', level), level, dir], {
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const failed = code => {
    throw new Error(`the service at ${level} ended by itself: ${code}`)
  }
  child.once('exit', failed)
  const answer = () => new Promise(resolve => child.once('message', resolve))
  const { port } = await answer()
  return {
    port,
    ask(task, ms) {
      child.send({ task, ms })
      return answer()
    },
    async close() {
      child.off('exit', failed)
      child.disconnect()
      await new Promise(resolve => child.once('exit', resolve))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/**
 * Measures plain and recorded by turns. `loadOf(service)` gives the function that puts load on it for so many milliseconds and is done when all
 * is answered, so that only one of both works at a time; it tells the slice's `requests`, `events`, what a request took, and, since the start,
 * the answers that were `wrong` and the longest `length`. Gives the slices of both, and `ratioOf` a figure to the plain one beside it.
 */
export async function inPairs(level, loadOf) {
  const services = []
  const open = async each => {
    const service = await openService(each)
    services.push(service)
    return loadOf(service)
  }
  try {
    const loads = [await open('plain'), await open(level)]
    const measure = async count => {
      const slices = [[], []]
      for (let i = 0; i < count; i++) for (const [at, load] of loads.entries()) slices[at].push(await load(SLICES[at]))
      return slices
    }
    const profile = async () => {
      if (process.env.BENCH_CPU_PROFILE) await services[1].ask('profile')
    }
    await measure(warmUpOf(level))
    await profile()
    const [plain, recorded] = await measure(PAIRS)
    await profile()
    return { plain, recorded, ratioOf: name => median(plain.map((slice, i) => recorded[i][name] / slice[name])), ...told(level, plain, recorded) }
  } finally {
    for (const service of services) await service.close()
  }
}

/** What the services did, where both did the same. */
function told(level, plain, recorded) {
  const sum = (slices, name) => slices.reduce((total, slice) => total + slice[name], 0)
  for (const slices of [plain, recorded]) {
    const { wrong } = slices.at(-1)
    const requests = sum(slices, 'requests')
    if (wrong > 0 || requests < 100) throw new Error(`${wrong} wrong answers, ${requests} requests`)
  }
  const events = sum(recorded, 'events')
  if (level !== 'off' && events === 0) throw new Error('no events were recorded')
  const { length } = plain.at(-1)
  if (recorded.at(-1).length !== length) throw new Error(`the service answered something else at ${level}`)
  return { eventsPerRequest: events / sum(recorded, 'requests'), check: String(length) }
}

export const least = (slices, name) => Math.min(...slices.map(slice => slice[name]))

/** A row an engine: `plainOf` what its cases say of the plain service, `cellOf` a level's figures. */
export function serviceTable(rows, plainOf, cellOf) {
  const lines = SERVICE_ENGINES.flatMap(engine => {
    const figures = rows.filter(({ variant }) => variant.engine === engine).map(row => row.figures)
    if (figures.length === 0) return []
    const cells = LEVELS.map(level => {
      const row = find(rows, { engine, level })
      return row ? cellOf(row.figures, figures) : '–'
    })
    return [[engine, plainOf(figures), ...cells]]
  })
  return table(['engine', 'plain', ...LEVELS], lines)
}
