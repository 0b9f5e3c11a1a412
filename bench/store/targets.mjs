// What the store promises (issue 5), as rows of one table: the figure of a suite at the largest size that was measured, up to 10 million
// events, and the limit. Percentiles are medians of the rounds.
import { table } from '../lib/case.mjs'
import { beside } from './peers.bench.mjs'
import { QUESTIONS, ms } from './questions.mjs'
import { SQL_LIMITS, STATEMENTS } from './sql.bench.mjs'
import { sizeName } from './traces.mjs'

const ENGINES = ['node20', 'node24', 'chromium']
const AIMED_AT = 1e7
/** A worker may take twice as long. */
const IN_WORKER = 2

function targetRows(rowsOf, events) {
  const figure = (suite, match, name) => {
    const wanted = Object.entries({ events, ...match })
    return rowsOf(`store/${suite}`).find(({ variant }) => wanted.every(([key, value]) => variant[key] === value))?.figures[name]?.median
  }
  const rows = []
  const add = (group, what, unit, limit, measure) => rows.push({ group, what, unit, limit, measure })
  const over = (a, b) => (a === undefined || b === undefined ? undefined : a / b)

  const ingest = name => engine => figure('ingest', { engine, path: 'append + seal' }, name)
  const rates = { store: 'durable, without the index', append: 'durable and indexed', 'append + seal': 'durable, indexed and sealed' }
  for (const [path, what] of Object.entries(rates))
    add('ingest', `${what}, one core`, 'events/s', { atLeast: 1e6 }, engine => figure('ingest', { engine, path }, 'oneCorePerSecond'))
  add('size', 'sealed', 'bytes an event', { atMost: 10 }, ingest('sealedBytes'))
  add('size', 'sealed ÷ raw columns compressed', '×', { atMost: 1.2 }, engine => over(ingest('sealedBytes')(engine), ingest('floorBytes')(engine)))
  for (const [question, { what, limitMs }] of Object.entries(QUESTIONS))
    add('question', `${what}, p95`, 'ms', { atMost: limitMs }, engine =>
      figure(engine === 'chromium' ? 'browser' : 'queries', { engine }, `${question} p95`),
    )
  for (const file of ['recorded', 'exported']) {
    const opened = name => engine => figure('open', { engine, file }, name)
    const inBrowser = engine => (file === 'recorded' ? figure('browser', { engine }, 'open') : undefined)
    add('open', `${file} file to the first answer`, 'ms', { atMost: 3000 }, engine =>
      (engine === 'chromium' ? inBrowser : opened('answered'))(engine),
    )
    add('open', `${file} file, memory`, 'bytes an event', { atMost: 40 }, opened('openBytes'))
    add('open', `${file} file, memory with all indexes`, 'bytes an event', { atMost: 40 }, opened('askedBytes'))
  }
  for (const [tier, limitMs] of Object.entries(SQL_LIMITS))
    for (const name of Object.keys(STATEMENTS))
      add('sql', `${tier}: ${name}, p95`, 'ms', { atMost: limitMs }, engine => figure('sql', { engine, tier }, `${name} p95`))
  for (const tool of ['DuckDB', 'SQLite'])
    for (const [question, { what }] of Object.entries(QUESTIONS))
      add(
        'peers',
        `${tool} to ours: ${what}`,
        '×',
        { atLeast: 1 },
        engine => beside(rowsOf('store/peers'), engine, events, question).peers[tool]?.ratio,
      )
  return rows
}

function show(value, unit) {
  if (unit === 'events/s') return `${(value / 1000).toFixed(0)} k/s`
  if (unit === 'ms') return `${ms(value)} ms`
  return unit === '×' ? `×${value.toFixed(2)}` : value.toFixed(1)
}

/** The table as text. */
export function storeTargets(rowsOf) {
  const sizes = ['ingest', 'open', 'queries', 'browser', 'peers', 'sql'].flatMap(suite =>
    rowsOf(`store/${suite}`).map(({ variant }) => variant.events),
  )
  const events = Math.max(...sizes.filter(size => size <= AIMED_AT))
  let kept = 0
  let missed = 0
  const lines = targetRows(rowsOf, events).flatMap(({ group, what, unit, limit, measure }) => {
    const cells = ENGINES.map(engine => {
      const value = measure(engine)
      if (value === undefined) return '–'
      const factor = unit === 'ms' && engine === 'chromium' ? IN_WORKER : 1
      const miss = limit.atMost === undefined ? limit.atLeast / value : value / (limit.atMost * factor)
      if (miss <= 1) kept++
      else missed++
      return miss <= 1 ? show(value, unit) : `**${show(value, unit)}** (misses by ×${miss.toFixed(2)})`
    })
    if (cells.every(cell => cell === '–')) return []
    return [[group, what, limit.atMost === undefined ? `≥ ${show(limit.atLeast, unit)}` : `≤ ${show(limit.atMost, unit)}`, ...cells]]
  })
  const head = `${kept} of ${kept + missed} targets are kept at ${sizeName(events)} events. In Chromium times may be twice the limit.`
  return `${head}\n\n${table(['', 'what', 'target', ...ENGINES], lines)}`
}
