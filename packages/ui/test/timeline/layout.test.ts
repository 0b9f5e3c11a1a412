import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Buckets, TrackSummary } from '@hindscope/protocol'
import { TIME_SCALE, sequenceScale } from '../../src/timeline/layout/axis.ts'
import { covers, hitCell, layoutCells, wideCells } from '../../src/timeline/layout/cells.ts'
import { CSS_LANE, depthsOf, laneAt, layoutLanes, trackAt } from '../../src/timeline/layout/lanes.ts'
import { skylineOf } from '../../src/timeline/layout/skyline.ts'
import { tickStep, ticksOf } from '../../src/timeline/layout/ticks.ts'
import { axisToCss, clampWindow, cssToAxis, fitSession, panWindow, revealPlace, spanOf, zoomWindow } from '../../src/timeline/layout/axis-window.ts'
import { STRIP_ROWS, errorColumns, paintStrip } from '../../src/timeline/render/strip.ts'

const BASE = 1_700_000_000_000_000
const bounds = fitSession(BASE, BASE + 1_000_000)
const windowIn = fc
  .tuple(fc.nat(900_000), fc.integer({ min: 2000, max: 500_000 }))
  .map(([from, span]) => clampWindow({ from: BASE + from, to: BASE + from + span }, bounds))

describe('time window', () => {
  it('keeps the time under the pointer while zooming, as far as the bounds let it', () => {
    fc.assert(
      fc.property(windowIn, fc.double({ min: 0.2, max: 5, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (window, factor, share) => {
        const anchor = window.from + share * spanOf(window)
        const zoomed = zoomWindow(window, factor, anchor, bounds)
        expect(zoomed.from).toBeGreaterThanOrEqual(bounds.from - 0.5)
        expect(zoomed.to).toBeLessThanOrEqual(bounds.to + 0.5)
        const touches = zoomed.from <= bounds.from + 1 || zoomed.to >= bounds.to - 1
        if (!touches) expect(axisToCss(anchor, zoomed, 1000)).toBeCloseTo(axisToCss(anchor, window, 1000), -0.5)
      }),
    )
  })

  it('pans without changing its length', () => {
    fc.assert(
      fc.property(windowIn, fc.integer({ min: -2_000_000, max: 2_000_000 }), (window, delta) => {
        expect(spanOf(panWindow(window, delta, bounds))).toBeCloseTo(spanOf(window), 0)
      }),
    )
  })

  it('shows a time that was outside, and stays where a visible one is', () => {
    const window = { from: BASE, to: BASE + 1000 }
    expect(revealPlace(window, BASE + 500, bounds)).toBe(window)
    const moved = revealPlace(window, BASE + 700_000, bounds)
    expect(moved.from).toBeLessThan(BASE + 700_000)
    expect(moved.to).toBeGreaterThan(BASE + 700_000)
  })

  it('converts there and back', () => {
    const window = { from: BASE + 10, to: BASE + 5010 }
    expect(cssToAxis(axisToCss(BASE + 777, window, 1400), window, 1400)).toBeCloseTo(BASE + 777, 0)
  })
})

describe('ruler', () => {
  it('has round steps and room for its labels', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 10 ** 10 }), fc.integer({ min: 200, max: 4000 }), (span, width) => {
        const step = tickStep(span, width)
        expect([1, 2, 5]).toContain(Number(String(step)[0]))
        expect((step / span) * width).toBeGreaterThanOrEqual(Math.min(91, width * (1 / span)))
        expect(ticksOf({ from: BASE, to: BASE + span }, BASE, width, TIME_SCALE).length).toBeLessThanOrEqual(width / 80 + 2)
      }),
    )
  })

  it('never writes the same label twice', () => {
    for (const span of [50, 900, 12_345, 80_000, 700_000, 3_000_000, 90_000_000]) {
      const labels = ticksOf({ from: BASE, to: BASE + span }, BASE, 1300, TIME_SCALE).map(tick => tick.label)
      expect(new Set(labels).size).toBe(labels.length)
    }
  })
})

describe('axis of events', () => {
  const times = [0, 5, 5, 9, 40, 1000, 1001, 5000].map(us => BASE + us)
  const exact = sequenceScale([{ span: { from: 0, to: 8 }, columnUs: [...times, BASE + 5000] }])

  it('gives each event its number, and times between events the next one', () => {
    expect([0, 1, 5, 6, 9, 41, 5000, 6000].map(us => exact.toAxis(BASE + us))).toEqual([0, 1, 1, 3, 3, 5, 7, 8])
    expect([0, 1, 3, 4.5, 7, 20].map(place => exact.toTimeUs(place) - BASE)).toEqual([0, 5, 9, 520, 5000, 5000])
  })

  it('is exact in a fine table and between the columns of a coarse one', () => {
    const coarse = { span: { from: 0, to: 80 }, columnUs: [0, 1000, 1000, 5000, 9000].map(us => BASE + us) }
    const both = sequenceScale([{ span: { from: 20, to: 23 }, columnUs: [1000, 1004, 1009, 1010].map(us => BASE + us) }, coarse])
    expect([1004, 1005, 1010, 3000, 9000, 99_999].map(us => both.toAxis(BASE + us))).toEqual([21, 22, 23, 50, 80, 80])
    expect([21, 22.5, 50].map(place => both.toTimeUs(place) - BASE)).toEqual([1004, 1009.5, 3000])
  })

  it('has whole numbers with their times on its ruler', () => {
    const ticks = ticksOf({ from: -0.4, to: 8.4 }, BASE, 1500, exact)
    expect(ticks.map(({ place, label, time }) => [place, label, time])).toEqual([
      [0, '#0', '0 µs'],
      [1, '#1', '5 µs'],
      [2, '#2', '5 µs'],
      [3, '#3', '9 µs'],
      [4, '#4', '40 µs'],
      [5, '#5', '1.00 ms'],
      [6, '#6', '1.00 ms'],
      [7, '#7', '5.00 ms'],
      [8, '#8', '5.00 ms'],
    ])
  })
})

const track = (number: number): TrackSummary => ({
  track: number,
  realm: number + 1,
  realmKind: 'page',
  name: `track ${number}`,
  url: '',
  platform: '',
  pid: 0,
  startedMs: 0,
  firstUs: BASE,
  lastUs: BASE + 1000,
  events: 1,
  calls: 1,
  errors: 0,
  dropped: 0,
  truncated: 0,
  connected: false,
})
type Cell = readonly [track: number, depth: number, column: number, span: number, flags?: number, count?: number]
const bucketsOf = (cells: readonly Cell[]): Buckets => ({
  track: cells.map(cell => cell[0]),
  depth: cells.map(cell => cell[1]),
  column: cells.map(cell => cell[2]),
  span: cells.map(cell => cell[3]),
  count: cells.map(cell => cell[5] ?? 1),
  seq: cells.map((_, i) => 100 + i),
  flags: cells.map(cell => cell[4] ?? 0),
})

describe('lanes and cells', () => {
  const buckets = bucketsOf([
    [1, 0, 0, 100],
    [0, 1, 40, 20, 1],
    [0, 0, 10, 80],
    [0, 1, 10, 5],
    [0, 2, 12, 1],
  ])
  const layout = layoutLanes([track(0), track(1)], depthsOf(buckets), new Set())
  const asked = { from: BASE, to: BASE + 1000 }
  const cells = layoutCells(buckets, asked, 100, layout)

  it('gives each track as many lanes as it is deep, and folded ones a single lane', () => {
    expect(layout.tracks.map(place => place.lanes)).toEqual([3, 2])
    expect(layoutLanes([track(0)], depthsOf(buckets), new Set([0])).laneCount).toBe(1)
    expect(laneAt(layout, CSS_LANE * 2 + 1)).toBe(2)
    expect(laneAt(layout, layout.tracks[1]!.cssTop - 1)).toBe(-1)
    expect(trackAt(layout, layout.tracks[1]!.cssTop - 1)?.track).toBe(0)
  })

  it('hits the cell under a point, also a thin one beside it, and nothing far away', () => {
    expect(cells.seq[hitCell(cells, 1, 450, asked, 1000)]).toBe(101)
    expect(cells.seq[hitCell(cells, 2, 131.5, asked, 1000)]).toBe(104)
    expect(hitCell(cells, 2, 300, asked, 1000)).toBe(-1)
    expect(cells.seq[hitCell(cells, 3, 999, asked, 1000)]).toBe(100)
  })

  it('finds the cells with room for a label, cut to the window', () => {
    const half = { from: BASE, to: BASE + 500 }
    const wide = wideCells(cells, half, 1000, 150, 10)
    expect(wide.map(cell => [cells.seq[cell.index], cell.cssLeft, cell.cssRight])).toEqual([
      [102, 200, 1000],
      [101, 800, 1000],
      [100, 0, 1000],
    ])
    expect(wideCells(cells, half, 1000, 40, 1)).toHaveLength(1)
  })

  it('draws the whole session as a skyline with its errors', () => {
    const line = skylineOf(buckets, 100)
    expect([line.heights[5], line.heights[11], line.heights[12], line.heights[50], line.heights[95]]).toEqual([1, 2, 3, 2, 1])
    expect([...line.errors].flatMap((flag, i) => (flag ? [i] : []))).toEqual([40])
  })
})

describe('strip', () => {
  const palette = { call: [1, 2, 3, 4, 5], activity: [11, 12, 13, 14, 15], callEdge: 6, activityEdge: 16 }
  const arbitraryCells = fc.array(
    fc.tuple(fc.nat(1), fc.nat(3), fc.nat(99), fc.integer({ min: 1, max: 30 }), fc.nat(3), fc.integer({ min: 1, max: 50 })),
    { maxLength: 40 },
  )

  it('paints what a slow drawing of the same cells paints', () => {
    fc.assert(
      fc.property(arbitraryCells, fc.integer({ min: 30, max: 200 }), fc.nat(600), (list, width, from) => {
        const buckets = bucketsOf(list)
        const layout = layoutLanes([track(0), track(1)], depthsOf(buckets), new Set())
        const cells = layoutCells(buckets, { from: BASE, to: BASE + 1000 }, 100, layout)
        const window = { from: BASE + from, to: BASE + from + 400 }
        const out = new Uint32Array(width * layout.laneCount * STRIP_ROWS).fill(77)
        paintStrip(out, width, [cells], window, palette, 3)
        // Pixel by pixel: one is painted where any cell of its lane reaches into it, less the seam of a wide cell.
        const isCovered = (lane: number, x: number): boolean =>
          list.some((_, i) => {
            if (cells.lane[i] !== lane) return false
            const left = Math.max(0, Math.floor(((cells.start[i]! - window.from) * width) / 400))
            const end = Math.min(width, Math.ceil(((cells.end[i]! - window.from) * width) / 400))
            return end > 0 && x >= left && x < (end - left >= 3 ? end - 1 : Math.max(end, left + 1))
          })
        const expected = Array.from(out, (_, i) => isCovered(Math.floor(i / width / STRIP_ROWS), i % width))
        expect(Array.from(out, word => word !== 0)).toEqual(expected)
        const isEdge = (i: number): boolean => Math.floor(i / width) % STRIP_ROWS === 1
        expect(Array.from(out, (word, i) => word === 0 || (word === 6 || word === 16) === isEdge(i))).not.toContain(false)
      }),
      { numRuns: 40 },
    )
  })

  it('tells activities from calls, and many spans from one', () => {
    const layout = layoutLanes([track(0)], new Map([[0, 2]]), new Set())
    const cells = layoutCells(
      bucketsOf([
        [0, 0, 0, 1, 0, 1],
        [0, 0, 50, 1, 2, 200],
      ]),
      { from: BASE, to: BASE + 100 },
      100,
      layout,
    )
    const out = new Uint32Array(100 * layout.laneCount * STRIP_ROWS)
    paintStrip(out, 100, [cells], { from: BASE, to: BASE + 100 }, palette, 3)
    expect([out[0], out[50], out[100], out[150]]).toEqual([1, 15, 6, 16])
  })

  it('never loses an error, however many cells share its pixel', () => {
    const layout = layoutLanes([track(0)], new Map([[0, 1]]), new Set())
    const many = bucketsOf(Array.from({ length: 100 }, (_, column): Cell => [0, 0, column, 1, column === 63 ? 1 : 0]))
    const cells = layoutCells(many, { from: BASE, to: BASE + 1000 }, 100, layout)
    expect(errorColumns([cells], { from: BASE, to: BASE + 1_000_000 }, 10)).toEqual([[0, 0]])
    expect(errorColumns([cells], { from: BASE, to: BASE + 1000 }, 100)).toEqual([[0, 63]])
    expect(errorColumns([cells], { from: BASE + 700, to: BASE + 1000 }, 100)).toEqual([])
  })

  it('shows the coarse level outside of what the fine one covers, and nothing of it inside', () => {
    const layout = layoutLanes([track(0)], new Map([[0, 1]]), new Set())
    // Coarse: one cell over everything. Fine: of 400 to 600, a cell at 500 and an error at 590.
    const whole = layoutCells(bucketsOf([[0, 0, 0, 10, 1]]), { from: BASE, to: BASE + 1000 }, 10, layout)
    const fine = layoutCells(
      bucketsOf([
        [0, 0, 100, 50],
        [0, 0, 190, 1, 1],
      ]),
      { from: BASE + 400, to: BASE + 600 },
      200,
      layout,
    )
    const window = { from: BASE, to: BASE + 1000 }
    const out = new Uint32Array(1000 * layout.laneCount * STRIP_ROWS)
    paintStrip(out, 1000, [whole, fine], window, palette, 3)
    const painted = [0, 399, 400, 499, 500, 548, 549, 590, 599, 600, 998].map(x => [out[x] !== 0, out[1000 + x] !== 0])
    expect(painted).toEqual([true, true, false, false, true, true, false, true, false, true, true].map(is => [is, is]))
    expect(errorColumns([whole, fine], window, 1000)).toEqual([
      [0, 0],
      [0, 590],
    ])
    // A coarse error within the time of the fine level is the fine level's to tell.
    expect(errorColumns([whole, { ...fine, covered: window }], window, 1000)).toEqual([[0, 590]])
    expect([covers(whole, window), covers(fine, window)]).toEqual([true, false])
  })
})
