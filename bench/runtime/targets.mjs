// What the recorder promises about its cost, as rows of one table: each a figure of a suite, the limit, and the case to profile where the
// limit is missed. `atMost` and `atLeast` are the limits; a figure is undefined where it was not measured.
import { find } from '../lib/case.mjs'
import { RIVALS, beside } from './peers.bench.mjs'
import { plainOf } from './programs.bench.mjs'
import { SYNC_SHAPES } from './shapes.mjs'
import { VALUES, costOf } from './values.bench.mjs'

export const TARGET_ENGINES = ['node20', 'node24', 'chromium']
const PROGRAM_LIMITS = {
  calls: { marked: 1.04, 'markdown-it': 1.08, acorn: 1.25, richards: 1.6 },
  values: { marked: 1.1, 'markdown-it': 1.1, acorn: 1.2, 'json-parser': 1.25, richards: 1.5, 'delta-blue': 1.6 },
}
const DORMANT = { atMost: 1.01 }
const DORMANT_PROGRAMS = Object.keys(PROGRAM_LIMITS.values)
const OUT_OF_REACH = 'out of reach of any recorder'
/** Bytes a call below which the heap's growth is that of something else. */
const NO_BYTES = 0.05

/** `rowsOf(suite)` gives the rows of a suite, empty when it did not run. */
export function targetRows(rowsOf) {
  const perCall = rowsOf('runtime/per-call')
  const programs = rowsOf('runtime/programs')
  const values = rowsOf('runtime/values')
  const service = rowsOf('runtime/server')
  const limits = rowsOf('runtime/limits')
  const peers = rowsOf('runtime/peers')
  const figure = (rows, match, name, pick = 'min') => find(rows, match)?.figures[name]?.[pick]
  const minus = (a, b) => (a === undefined || b === undefined ? undefined : a - b)
  const over = (a, b) => (a === undefined || b === undefined ? undefined : a / b)
  const rows = []
  const add = (group, what, unit, limit, suite, variant, measure, explain) =>
    rows.push({ group, what, unit, ...limit, suite, variant, measure, explain })
  /** Depth is a matter of the size of frames, not of time. */
  const frames = (level, size) => engine => {
    const [one, plain] = [level, 'plain'].map(each => figure(limits, { engine, what: 'stack', level: each }, `${size}Bytes`))
    return [`a frame takes ${one?.toFixed(0)} bytes where the plain one takes ${plain?.toFixed(0)}`]
  }

  const extra = (shape, level) => engine =>
    minus(figure(perCall, { engine, shape, level }, 'ns'), figure(perCall, { engine, shape, level: 'plain' }, 'ns'))
  const program = (name, level) => engine =>
    over(figure(programs, { engine, program: name, level }, 'ms'), figure(programs, { engine, program: name, level: plainOf(level) }, 'ms'))
  /** Where a program with the least that any recorder inserts misses the limit already, that is why. */
  const belowFloor = (name, level, { atMost }) => {
    const floor = program(name, level === 'off' ? 'floorOff' : 'floorCalls')
    return engine => {
      const least = floor(engine)
      return least > atMost
        ? [`${OUT_OF_REACH}: ${level === 'off' ? 'asking one variable a function' : 'two stores a call and nothing else'} costs ×${least.toFixed(2)}`]
        : undefined
    }
  }
  const requests = level => engine => figure(service, { engine, level }, 'ratio', 'median')
  const growth = (what, level, name) => engine =>
    minus(figure(limits, { engine, what, level }, name), figure(limits, { engine, what, level: 'plain' }, name))
  const depth = (level, name) => engine =>
    over(figure(limits, { engine, what: 'stack', level }, name, 'max'), figure(limits, { engine, what: 'stack', level: 'plain' }, name, 'max'))
  const gc = name => engine => {
    const [plain, calls] = ['plain', 'calls'].map(level => figure(programs, { engine, program: name, level }, 'gcShare', 'median'))
    return engine === 'chromium' ? undefined : minus(calls, plain)
  }

  for (const shape of SYNC_SHAPES)
    add('dormant', `call, ${shape}`, 'ns', { atMost: 0.5 }, 'runtime/per-call', { shape, level: 'off' }, extra(shape, 'off'))
  for (const name of DORMANT_PROGRAMS)
    add('dormant', name, '×', DORMANT, 'runtime/programs', { program: name, level: 'off' }, program(name, 'off'), belowFloor(name, 'off', DORMANT))
  add('dormant', 'service, requests/s', '×', { atMost: 1.01 }, 'runtime/server', { level: 'off' }, requests('off'))
  add(
    'dormant',
    'allocated a call',
    'bytes',
    { atMost: NO_BYTES },
    'runtime/limits',
    { what: 'allocations', level: 'off' },
    growth('allocations', 'off', 'bytes'),
  )

  for (const shape of SYNC_SHAPES)
    add('calls', `call pair, ${shape}`, 'ns', { atMost: 5 }, 'runtime/per-call', { shape, level: 'calls' }, extra(shape, 'calls'))
  add('calls', 'await', 'ns', { atMost: 15 }, 'runtime/per-call', { shape: 'await', level: 'calls' }, extra('await', 'calls'))
  for (const [level, known] of Object.entries(PROGRAM_LIMITS)) {
    if (level === 'values') valueRows()
    for (const [name, limit] of Object.entries(known))
      add(
        level,
        name,
        '×',
        { atMost: limit },
        'runtime/programs',
        { program: name, level },
        program(name, level),
        // With a governor a program may be recorded less than wholly, but its text asks at least.
        belowFloor(name, level === 'calls' ? 'calls' : 'off', { atMost: limit }),
      )
    add(level, 'service, requests/s', '×', { atMost: level === 'calls' ? 1.03 : 1.1 }, 'runtime/server', { level }, requests(level))
    if (level === 'calls')
      for (const name of DORMANT_PROGRAMS)
        add('calls', `time in GC, ${name}`, '+', { atMost: 0.02 }, 'runtime/programs', { program: name, level }, gc(name))
  }

  function valueRows() {
    const cost = value => engine => costOf(values, engine, value)
    for (const [value, { target }] of Object.entries(VALUES)) {
      const variant = { value, level: 'raw' }
      if (target) add('values', value, 'ns', { atMost: target }, 'runtime/values', variant, engine => cost(value)(engine)?.own)
      add('values', `${value}, to JSON`, '×', { atMost: 1 }, 'runtime/values', variant, engine =>
        over(cost(value)(engine)?.own, cost(value)(engine)?.json),
      )
    }
    // An id and no copy: what is left is finding out that nothing changed.
    const again = engine => over(cost('object unchanged')(engine)?.own, cost('5-key object')(engine)?.own)
    add('values', 'unchanged, to a new 5-key object', '×', { atMost: 0.5 }, 'runtime/values', { value: 'object unchanged', level: 'raw' }, again)
  }

  for (const level of ['calls', 'raw']) {
    const what = `seal ${level === 'raw' ? 'values' : level}`
    add('sealing', `${level === 'raw' ? 'values' : level}, an event`, 'ns', { atMost: 30 }, 'runtime/limits', { what, level }, engine =>
      figure(limits, { engine, what, level }, 'ns'),
    )
  }
  for (const level of ['calls', 'raw']) {
    const name = level === 'raw' ? 'values' : level
    for (const size of ['small', 'large'])
      add(
        'stack',
        `depth at ${name}, ${size} function`,
        '×',
        { atLeast: 0.85 },
        'runtime/limits',
        { what: 'stack', level },
        depth(level, size),
        frames(level, size),
      )
    add('memory', `${name}, at a cap of 16 MB`, 'MB', { atMost: 20 }, 'runtime/limits', { what: 'memory', level }, growth('memory', level, 'grownMb'))
  }
  for (const [tool, { level }] of Object.entries(RIVALS)) {
    const told = level === 'raw' ? 'values' : level
    add('peers', `${tool} to ours at ${told}, an event`, '×', { atLeast: 1 }, 'runtime/peers', { tool: level }, engine => {
      const both = engine === 'chromium' ? undefined : beside(peers, engine, tool)
      // A sample's cost can drown in the noise of two runs; nothing is claimed then.
      return both && both.theirs.event > 0 ? both.theirs.event / Math.max(0.01, both.ours.event) : undefined
    })
  }
  return rows
}

const DIGITS = { ns: 1, '×': 2, bytes: 2, '+': 3, MB: 1 }
const show = (value, unit) =>
  value === undefined
    ? '–'
    : unit === '+'
      ? `${(100 * value).toFixed(1)} %`
      : unit === '×'
        ? `×${value.toFixed(2)}`
        : `${value.toFixed(DIGITS[unit])} ${unit}`

/** How far beyond its limit a figure is, 1 or less where it is kept. */
const missOf = ({ atMost, atLeast }, value) => (atMost === undefined ? (value < atLeast ? atLeast / value : 1) : value > atMost ? value / atMost : 1)

const attempt = (measure, onError) => {
  try {
    return measure()
  } catch (error) {
    onError(error.message)
    return undefined
  }
}

/** The table's cells, and what was missed: engine and case, for the profile. */
export function checkTargets(rowsOf, onError) {
  const missed = []
  let kept = 0
  let unreachable = 0
  const cells = targetRows(rowsOf).map(row => {
    const { group, what, unit, atMost, atLeast, suite, variant, measure, explain } = row
    const limit = atMost === undefined ? `≥ ${show(atLeast, unit)}` : `≤ ${show(atMost, unit)}`
    const shown = TARGET_ENGINES.map(engine => {
      const value = attempt(() => measure(engine), onError)
      if (value === undefined) return '–'
      const miss = missOf(row, value)
      if (miss <= 1) kept++
      else {
        const explanation = explain?.(engine)
        if (explanation?.[0].startsWith(OUT_OF_REACH)) unreachable++
        missed.push({ engine, suite, variant, name: `${group}: ${what}`, explanation })
      }
      return miss > 1 ? `**${show(value, unit)}** (misses by ×${miss.toFixed(2)})` : show(value, unit)
    })
    return [group, what, limit, ...shown]
  })
  const measured = cells.filter(([, , , ...shown]) => shown.some(text => text !== '–'))
  return { cells: measured, missed, kept, unreachable }
}
