// The questions asked of DuckDB and of SQLite over the same events. Fairness: peers get tables in which everything that a question needs is
// joined beforehand, sorted or indexed as each likes it, prepared statements, and time to fill them that is not counted; they answer
// with plain rows, where ours also writes previews of values. Variables of closures and remote causes in `step out` are left out for them.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { fixed, table, whenCase } from '../lib/case.mjs'
import { bundleFile } from './bundles.mjs'
import { openDuckdb } from './peer-duckdb.mjs'
import { COMPARABLE, peerAskers } from './peer-questions.mjs'
import { rowsOf } from './peer-rows.mjs'
import { openSqlite } from './peer-sqlite.mjs'
import { QUESTIONS, askAll, ms, oursFor } from './questions.mjs'
import { SIZES, cached, describedTrace, isQuick, placesOf, prepareQuestions, sizeName, traceFile } from './traces.mjs'

export { isQuick, prepareQuestions as prepare }
export const title = 'The store beside DuckDB and SQLite'
export const notes =
  'The same questions at the same places, each tool in a process of its own. Median and p95 in milliseconds, the first ask left out, and how many times the median of ours a peer takes. DuckDB: table sorted by time, indexes on event, causal tree, target of writes and call. SQLite: an index for every question. Both are asked with prepared statements over tables that hold what the question needs; filling them is not counted.'
export const rounds = 2
export const quickRounds = 1
export const caseMs = 3_600_000
const PEERS = { DuckDB: openDuckdb, SQLite: openSqlite }
const TOOLS = { node20: ['ours', 'DuckDB'], node24: ['ours', 'DuckDB', 'SQLite'] }
export const variants = SIZES.filter(events => events <= 1e7).flatMap(events =>
  Object.entries(TOOLS).flatMap(([engine, tools]) => tools.map(tool => ({ engine, events, tool }))),
)

const storeOf = async events => {
  const { createEngine, readTraceFile } = await import(pathToFileURL(bundleFile('store')).href)
  const { stores } = await readTraceFile(traceFile(events))
  return { store: stores[0], engine: createEngine(stores) }
}

/** Our answers, for the peers that follow. */
const answersFile = events => cached(events, 'answers.json', bundleFile('store'))

async function askOurs(events) {
  const { engine } = await storeOf(events)
  const { figures, answers } = await askAll(oursFor(engine, describedTrace(events)), placesOf(events))
  writeFileSync(answersFile(events), JSON.stringify(answers))
  return figures
}

async function askPeer(events, tool) {
  if (!existsSync(answersFile(events))) await askOurs(events)
  const places = placesOf(events)
  const answers = JSON.parse(readFileSync(answersFile(events), 'utf8'))
  const tables = ['peer-rows.mjs', `peer-${tool.toLowerCase()}.mjs`].map(name => fileURLToPath(new URL(name, import.meta.url)))
  const file = cached(events, tool.toLowerCase(), ...tables)
  const started = performance.now()
  if (!existsSync(file)) {
    rmSync(`${file}.draft`, { force: true })
    const { store } = await storeOf(events)
    // Its own process state goes with it: the filled file is opened anew.
    await PEERS[tool](`${file}.draft`, take => rowsOf(store, take))
    renameSync(`${file}.draft`, file)
  }
  const filled = (performance.now() - started) / 1000
  const asked = await askAll(peerAskers(await PEERS[tool](file)), places)
  for (const question of COMPARABLE) {
    const [theirs, ours] = [asked.answers[question], answers[question]]
    const wrong = theirs.findIndex((answer, index) => index < ours.length && answer !== ours[index])
    if (wrong !== -1) {
      const place = JSON.stringify(places[question][wrong])
      throw new Error(`${tool} answers ${theirs[wrong]} where ours answers ${ours[wrong]}: ${question} at ${place}`)
    }
  }
  return { filled, ...asked.figures }
}

await whenCase(import.meta, ({ events, tool }) => (tool === 'ours' ? askOurs(events) : askPeer(events, tool)))

/** Times of a question by tool, and the peer's median in times of ours. */
export function beside(rows, engine, events, question) {
  const timesOf = tool => {
    const figures = rows.find(({ variant }) => variant.engine === engine && variant.events === events && variant.tool === tool)?.figures
    return figures?.[`${question} p95`] && { p50: figures[`${question} p50`].median, p95: figures[`${question} p95`].median }
  }
  const ours = timesOf('ours')
  const peers = Object.keys(PEERS).map(tool => {
    const times = timesOf(tool)
    return [tool, times && ours && { ...times, ratio: times.p50 / ours.p50 }]
  })
  return { ours, peers: Object.fromEntries(peers) }
}

const spread = ({ p50, p95 }) => `${ms(p50)} / ${ms(p95)}`

export function report(rows) {
  const cases = [...new Set(rows.map(({ variant: { engine, events } }) => `${engine} ${events}`))]
  return cases
    .map(each => {
      const [engine, events] = [each.split(' ')[0], Number(each.split(' ')[1])]
      const lines = Object.entries(QUESTIONS).flatMap(([question, { what }]) => {
        const { ours, peers } = beside(rows, engine, events, question)
        if (ours === undefined) return []
        const cells = Object.values(peers).map(peer => (peer ? `${spread(peer)} (×${fixed(peer.ratio, peer.ratio < 10 ? 2 : 0)})` : '–'))
        return [[what, spread(ours), ...cells]]
      })
      return `### ${sizeName(events)} events, ${engine}\n\n${table(['question', 'ours', ...Object.keys(PEERS)], lines)}`
    })
    .join('\n\n')
}
