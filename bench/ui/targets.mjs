// What the UI promises (issue 6), as rows of one table: the figure of a suite at each size of a trace, and the limit. Times are limits for a
// person's machine of four cores; a machine for tests may take twice as long to open a file.
import { table } from '../lib/case.mjs'
import { sizeName } from '../store/traces.mjs'

const ms = value => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`
const count = value => String(Math.round(value))
const share = value => `${(value * 100).toFixed(1)} %`
const mb = value => `${value.toFixed(1)} MB`
const kb = value => `${value.toFixed(1)} KB`
const M1 = 1e6
const M10 = 1e7

/** `most` for all sizes, or by size. `pick` is `max` where one bad round is one too many. */
const ROWS = [
  { id: 'P1', what: 'first paint', suite: 'open', figure: 'paintMs', pick: 'max', most: 300, show: ms },
  { id: 'P1', what: 'file to the overview', suite: 'open', figure: 'overviewMs', pick: 'max', most: { [M1]: 1000, [M10]: 4000 }, show: ms },
  { id: 'P1', what: 'without bytes and events after 500 ms', suite: 'open', figure: 'untoldMs', pick: 'max', most: 250, show: ms },
  { id: 'P2', what: 'frame of panning and zooming, p95', suite: 'timeline', figure: 'frame p95', most: 4, show: ms },
  { id: 'P3', what: 'frames with an empty area', suite: 'timeline', figure: 'emptyFrames', pick: 'max', most: 0, show: count },
  { id: 'P3', what: 'fresh level, p95', suite: 'timeline', figure: 'level p95', most: { [M1]: 100, [M10]: 150 }, show: ms },
  { id: 'P4', what: 'step to all of it on screen, p95', suite: 'moments', figure: 'step p95', most: 50, show: ms },
  { id: 'P4', what: 'moments with something of another one', suite: 'moments', figure: 'apart', pick: 'max', most: 0, show: count },
  { id: 'P5', what: 'click in the timeline to values, p95', suite: 'moments', figure: 'jump p95', most: 150, show: ms },
  { id: 'P6', what: 'next or previous write, p95', suite: 'moments', figure: 'write p95', most: 100, show: ms },
  { id: 'P6', what: 'the same of a row of values, p95', suite: 'moments', figure: 'value write p95', most: 100, show: ms },
  ...['rare name', 'frequent name', 'text', 'value'].map(name => ({
    id: 'P7',
    what: `search, ${name}: first rows, p95`,
    suite: 'lists',
    figure: `${name} first p95`,
    most: 200,
    show: ms,
  })),
  ...['rare name', 'count'].map(name => ({
    id: 'P7',
    what: `search, ${name}: complete, p95`,
    suite: 'lists',
    figure: `${name} end p95`,
    most: 2000,
    show: ms,
  })),
  { id: 'P7', what: 'search: longest task meanwhile', suite: 'lists', figure: 'longest task', pick: 'max', most: 50, show: ms },
  { id: 'P7', what: 'search: cancelled after', suite: 'lists', figure: 'cancelMs', pick: 'max', most: 50, show: ms },
  ...['events', 'found', 'network', 'calls'].map(name => ({
    id: 'P8',
    what: `frame of scrolling, ${name}, p95`,
    suite: 'lists',
    figure: `${name} frame p95`,
    most: 8,
    show: ms,
  })),
  { id: 'P8', what: 'last row is another one', suite: 'lists', figure: 'lastIsWrong', pick: 'max', most: 0, show: count },
  { id: 'P8', what: 'rows out of reach', suite: 'lists', figure: 'unreached', pick: 'max', most: 0, show: count },
  { id: 'P9', what: 'memory, opened', suite: 'open', figure: 'memoryMb', pick: 'max', most: { [M1]: 250, [M10]: 1200 }, show: mb },
  { id: 'P9', what: 'memory, used', suite: 'moments', figure: 'memoryMb', pick: 'max', most: { [M1]: 250, [M10]: 1200 }, show: mb },
  { id: 'P10', what: 'live: main thread busy', suite: 'live', match: { follow: false }, figure: 'busyShare', most: 0.3, show: share },
  { id: 'P10', what: 'live: main thread busy, following', suite: 'live', match: { follow: true }, figure: 'busyShare', most: 0.3, show: share },
  { id: 'P10', what: 'live: moved without being asked', suite: 'live', match: { follow: false }, figure: 'moved', pick: 'max', most: 0, show: count },
  { id: 'P10', what: 'live: messages when closed', suite: 'live', figure: 'sentWhenClosed', pick: 'max', most: 0, show: count },
  { id: 'P11', what: 'programs of a page with a moment', suite: 'sizes', figure: 'openedKb', most: 220, show: kb },
  { id: 'P11', what: 'workers on the start page', suite: 'sizes', figure: 'workersAtStart', pick: 'max', most: 0, show: count },
  { id: 'P12', what: '2,000 panels: heap that stays', suite: 'panels', figure: 'heapMb', pick: 'max', most: 5, show: mb },
]

/** The table as text. */
export function uiTargets(rowsOf) {
  const SIZES = [M1, M10]
  let kept = 0
  let missed = 0
  const lines = ROWS.flatMap(({ id, what, suite, figure, match = {}, pick = 'median', most, show }) => {
    const limitOf = events => (typeof most === 'number' ? most : most[events])
    const cells = SIZES.map(events => {
      const of = rowsOf(`ui/${suite}`).find(
        ({ variant }) => (variant.events ?? M1) === events && Object.entries(match).every(([key, value]) => variant[key] === value),
      )
      const value = of?.figures[figure]?.[pick]
      if (value === undefined) return '–'
      const limit = limitOf(events)
      if (value <= limit) kept++
      else missed++
      return value <= limit ? show(value) : `**${show(value)}**${limit > 0 ? ` (misses by ×${(value / limit).toFixed(2)})` : ''}`
    })
    if (cells.every(cell => cell === '–')) return []
    const limits = [...new Set(SIZES.map(limitOf))].map(limit => show(limit)).join(', ')
    return [[id, what, `≤ ${limits}`, ...cells]]
  })
  const head = `${kept} of ${kept + missed} targets are kept. What has no size of a trace stands at ${sizeName(M1)}.`
  return `${head}\n\n${table(['', 'what', 'target', ...SIZES.map(sizeName)], lines)}`
}
