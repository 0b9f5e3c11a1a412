// What an adapter costs an operation of its library: the same operation, plain and with recorder and adapter, a process each.
import { find, fixed, table, whenCase } from '../lib/case.mjs'
import { DATABASES } from './adapters/databases.mjs'
import { REQUESTS } from './adapters/requests.mjs'
import { STATE } from './adapters/state.mjs'

export const title = 'Adapters: microseconds an operation'
export const notes = `The library's own operation, alone in its process: plain, and with a recorder at level \`values\` with its default governor and the library's adapter, nothing of the program instrumented, no other adapter. Requests are handed to the framework without sockets (light-my-request; Hono: \`fetch\`). Best of twelve batches of 50 ms, after 400 ms of warm-up; minimum of the rounds.`
export const rounds = 2
export const quickRounds = 1

/** Each gives the operation, and calls `observe` with what a program would have handed over. Async ones give a promise. */
const LIBRARIES = { ...STATE, ...REQUESTS, ...DATABASES }
/** What is measured, by adapter: docs/adapters.md says it beside the cost. */
export const operations = Object.fromEntries(Object.entries(LIBRARIES).map(([library, { what }]) => [library, what]))
const LEVELS = ['plain', 'recorded']
const ENGINES = ['node20', 'node24']
export const variants = ENGINES.flatMap(engine =>
  Object.entries(LIBRARIES)
    .filter(([, { engines = ENGINES }]) => engines.includes(engine))
    .flatMap(([library]) => LEVELS.map(level => ({ engine, library, level }))),
)

const now = () => performance.now()
const turn = () => new Promise(resolve => setTimeout(resolve, 0))

/** Milliseconds of one operation, over at least `ms`. */
async function batch(operation, ms) {
  const started = now()
  let count = 0
  while (now() - started < ms) {
    for (let i = 0; i < 20; i++) {
      const result = operation()
      if (typeof result?.then === 'function') await result
    }
    count += 20
  }
  return (now() - started) / count
}

async function recorderFor(library) {
  const { createRecorder } = await import('@hindscope/runtime')
  let recycle
  const sink = { open: context => (recycle = context.recycle), accept: chunk => recycle(chunk) }
  const recorder = createRecorder({ sink, level: 'values' })
  if (!recorder.install(globalThis)) throw new Error('no recorder')
  const adapters = [library, ...(LIBRARIES[library].with ?? [])].map(name => import(`@hindscope/runtime/libraries/${name}`))
  return { recorder, observers: (await Promise.all(adapters)).map(({ observe }) => observe) }
}

await whenCase(import.meta, async ({ library, level }) => {
  const quick = process.env.BENCH_QUICK !== undefined
  const same = value => value
  const { recorder, observers } = level === 'plain' ? { observers: [same, same] } : await recorderFor(library)
  const operation = await LIBRARIES[library].open(...observers)
  await batch(operation, quick ? 150 : 400)
  const before = recorder?.stats().events ?? 0
  let best = Infinity
  for (let i = 0; i < (quick ? 3 : 12); i++) {
    best = Math.min(best, await batch(operation, quick ? 20 : 50))
    await turn()
  }
  const { events = 0, errors = {} } = recorder?.stats() ?? {}
  const failed = Object.entries(errors).filter(([, times]) => times > 0)
  if (failed.length > 0) throw new Error(`the recorder failed: ${failed.join(', ')}`)
  if (recorder !== undefined && events === before) throw new Error('no events were recorded')
  return { us: best * 1000 }
})

export function report(rows) {
  const lines = Object.entries(LIBRARIES).map(([library, { what }]) => [
    library,
    what,
    ...ENGINES.flatMap(engine => {
      const [plain, recorded] = LEVELS.map(level => find(rows, { engine, library, level })?.figures.us.min)
      if (plain === undefined || recorded === undefined) return ['–', '–']
      return [fixed(plain, 1), `+${fixed(recorded - plain, 1)} (×${fixed(recorded / plain)})`]
    }),
  ])
  return table(['library', 'operation', ...ENGINES.flatMap(engine => [engine, 'recorded'])], lines)
}
