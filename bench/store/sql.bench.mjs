// SQL over a session in the warm tier (DuckDB) and in the cold one (Parquet): aggregates over all events or calls. Both are filled once a
// size, which is measured too.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fixed, table, whenCase } from '../lib/case.mjs'
import { bundle, bundleFile } from './bundles.mjs'
import { ms } from './questions.mjs'
import { SIZES, cached, chunksOf, describedTrace, isQuick, prepareTraces, sizeName, traceFile } from './traces.mjs'

export { isQuick }
export const title = 'SQL over the tiers'
export const notes =
  'Milliseconds to the whole answer, each statement ten times, as `hindscope sql` asks; `first` in a fresh process. `filled`: seconds to bring a session of this size into the tier, once.'
export const rounds = 2
export const quickRounds = 1
export const caseMs = 3_600_000
const TIERS = ['warm', 'cold']
export const variants = SIZES.filter(events => events <= 1e7).flatMap(events =>
  ['node20', 'node24'].flatMap(engine => TIERS.map(tier => ({ engine, events, tier }))),
)
const ASKS = 10

/** Milliseconds at 10 million events. */
export const SQL_LIMITS = { warm: 1000, cold: 3000 }
export const STATEMENTS = {
  'events by kind': 'SELECT kind, count(*) FROM events GROUP BY kind ORDER BY 2 DESC',
  'dearest functions': `SELECT "function", count(*), sum(duration_us) FROM calls WHERE activity IS NULL GROUP BY 1 ORDER BY 3 DESC LIMIT 20`,
  'percentiles by file': `SELECT file, quantile_cont(duration_us, [0.5, 0.95, 0.99]) FROM calls WHERE activity IS NULL GROUP BY file ORDER BY file`,
  'events a second by realm': `SELECT track, date_trunc('second', time), count(*), count(*) FILTER (error) FROM events GROUP BY 1, 2 ORDER BY 1, 2`,
  'largest causal trees': 'SELECT root_track, root_call, count(*) FROM calls GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 20',
}

export async function prepare(asked) {
  await prepareTraces(asked)
  await bundle('tiers')
}

/** The data folder of this size, with the trace as its session. */
async function dataDir({ openSession }, events, session) {
  const folder = cached(events, 'tiers', bundleFile('tiers'))
  if (existsSync(folder)) return folder
  const draft = `${folder}.draft`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(join(draft, 'sessions'), { recursive: true })
  const { writer } = await openSession(join(draft, 'sessions', session))
  await Promise.all(chunksOf(readFileSync(traceFile(events))).map(chunk => writer.append(chunk)))
  await writer.close()
  renameSync(draft, folder)
  return folder
}

await whenCase(import.meta, async ({ events, tier }) => {
  const store = await import(pathToFileURL(bundleFile('tiers')).href)
  const { session } = describedTrace(events)
  const folder = await dataDir(store, events, session)
  const sessions = store.sessionsOf(folder)
  const tiers = new store.Tiers({ dataDir: folder, sessions })
  const started = performance.now()
  if (tier === 'warm') await tiers.sync()
  else if (!existsSync(join(folder, 'cold'))) await store.archiveSession(await sessions.open(session), join(folder, 'cold'))
  const figures = { filled: (performance.now() - started) / 1000 }
  for (const [name, statement] of Object.entries(STATEMENTS)) {
    const took = []
    for (let i = 0; i < ASKS; i++) {
      const before = performance.now()
      const { rows } = await tiers.sql({ statement, tier })
      took.push(performance.now() - before)
      if (rows.length === 0) throw new Error(`${name}: no rows`)
      if (name === 'events by kind' && rows.reduce((sum, row) => sum + Number(row[1]), 0) !== events) throw new Error(`not all events are in ${tier}`)
    }
    const [first, ...later] = took
    later.sort((a, b) => a - b)
    Object.assign(figures, { [`${name} first`]: first, [`${name} p50`]: later[later.length >> 1], [`${name} p95`]: later.at(-1) })
  }
  await tiers.close()
  return figures
})

export const report = rows =>
  table(
    ['events', 'engine', 'tier', 'statement', 'p50', 'p95', 'first', 'filled, s'],
    rows.flatMap(({ variant: { engine, events, tier }, figures }) =>
      Object.keys(STATEMENTS).map(name => {
        const [p50, p95, first] = ['p50', 'p95', 'first'].map(each => ms(figures[`${name} ${each}`].median))
        return [sizeName(events), engine, tier, name, p50, p95, first, fixed(figures.filled.max, 1)]
      }),
    ),
  )
