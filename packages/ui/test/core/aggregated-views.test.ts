/** The aggregated views over the answers of a real engine: geometry, rows, what links say of them, and diagrams as text. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeChunk } from '@hindscope/protocol'
import type { ActivityRow, FlameAnswer, FlameFunction, SequencePage } from '@hindscope/protocol'
import { GeneratedTrace } from '@hindscope/testkit'
import { createEngine, createTraceModel } from '@hindscope/store/model'
import {
  FOLDED,
  barAt,
  findInFlame,
  flameDepths,
  flameWeights,
  layoutFlame,
  nodesByPlace,
  pathTo,
  placeOf,
  wholeWeight,
} from '../../src/core/flame-layout.ts'
import type { FlameScene } from '../../src/core/flame-layout.ts'
import { flameRows, parentRow } from '../../src/core/flame-rows.ts'
import { mergedRows, parentOfRow, sortedFunctions } from '../../src/core/merged-calls.ts'
import { arrowText, diagramColumns, lifelineText, lifelineX, sequenceMermaid, sequenceSvg } from '../../src/core/sequence-diagram.ts'
import { formatPlace } from '../../src/core/view-choices.ts'
import type { Measure } from '../../src/core/view-choices.ts'
import { repeatText, statusText, waterfallBar } from '../../src/core/waterfall.ts'

const trace = new GeneratedTrace({ events: 2000, seed: 6, functions: 30, modules: 5 })
const engine = createEngine(createTraceModel([...trace.chunks()].map(bytes => decodeChunk(bytes))).stores)
const session = (await engine.sessions())[0]?.session ?? ''
const whole = await engine.flame({ session, limit: 10_000 })
const part = await engine.flame({ session, limit: 60 })

function sceneOf(answer: FlameAnswer, measure: Measure, zoom = -1): FlameScene {
  const weights = flameWeights(answer, measure)
  return { answer, weights, whole: wholeWeight(answer, weights, measure), measure, zoom }
}

describe('the icicle', () => {
  it('puts every bar within the one above it, beside its siblings, as wide as its part', () => {
    for (const answer of [whole, part]) {
      for (const measure of ['total', 'self', 'calls'] as const) {
        const scene = sceneOf(answer, measure)
        const bars = layoutFlame(scene, 2000)
        const place = new Map<number, { left: number; right: number; row: number }>()
        const byRow = new Map<number, number>()
        for (let bar = 0; bar < bars.length; bar++) {
          const node = bars.node[bar] as number
          const [left, row] = [bars.cssLeft[bar] as number, bars.row[bar] as number]
          const right = left + (bars.cssWidth[bar] as number)
          if (node === FOLDED) continue
          place.set(node, { left, right, row })
          expect(right - left).toBeCloseTo(((scene.weights[node] as number) / scene.whole) * 2000, 6)
          expect(left).toBeGreaterThanOrEqual((byRow.get(row) ?? 0) - 1e-6)
          byRow.set(row, right)
          const above = place.get(answer.nodes[node]?.parent ?? -1)
          expect(row).toBe(above === undefined ? 0 : above.row + 1)
          if (above) expect(left >= above.left - 1e-6 && right <= above.right + 1e-6).toBe(true)
        }
        expect(Math.max(...byRow.values())).toBeLessThanOrEqual(2000 + 1e-6)
      }
    }
  })

  it('says where paths are folded, so that nothing looks empty that is not', () => {
    const scene = sceneOf(part, 'total')
    const bars = layoutFlame(scene, 100_000)
    const folded = part.foldedUs + part.nodes.reduce((sum, node) => sum + node.foldedUs, 0)
    let drawn = 0
    for (let bar = 0; bar < bars.length; bar++) if (bars.node[bar] === FOLDED) drawn += (bars.cssWidth[bar] as number) / 100_000
    expect(folded).toBeGreaterThan(0)
    expect(drawn).toBeGreaterThan((folded / scene.whole) * 0.9)
    expect(drawn).toBeLessThanOrEqual(folded / scene.whole + 1e-9)
  })

  it('zoomed in, shows one path over the whole width, those above it, and only what is below', () => {
    const zoom = part.nodes.findIndex((node, index) => node.parent >= 0 && part.nodes.some(each => each.parent === index))
    const bars = layoutFlame(sceneOf(part, 'total', zoom), 500)
    const above = pathTo(part, zoom)
    expect(Array.from(bars.node.subarray(0, above.length))).toEqual(above)
    expect(Array.from(bars.cssWidth.subarray(0, above.length))).toEqual(above.map(() => 500))
    const drawn = Array.from(bars.node.subarray(above.length, bars.length)).filter(node => node !== FOLDED)
    expect(drawn.length).toBeGreaterThan(0)
    for (const node of drawn) expect(pathTo(part, node)).toContain(zoom)
  })

  it('finds the bar under the pointer', () => {
    const bars = layoutFlame(sceneOf(part, 'total'), 800)
    for (let bar = 0; bar < bars.length; bar++) {
      const middle = (bars.cssLeft[bar] as number) + (bars.cssWidth[bar] as number) / 2
      expect(barAt(bars, middle, bars.row[bar] as number)).toBe(bar)
    }
    expect(barAt(bars, 5, bars.rows)).toBe(-1)
  })

  it('names paths so that a link finds them again', () => {
    const depths = flameDepths(whole)
    const byPlace = nodesByPlace(whole, depths)
    expect(byPlace.size).toBe(whole.nodes.length)
    whole.nodes.forEach((_, index) => expect(byPlace.get(formatPlace(placeOf(whole, depths, index)))).toBe(index))
  })

  it('counts what a search finds once, however deep it is found again', () => {
    const scene = sceneOf(whole, 'total')
    const name = whole.functions[0]?.name ?? ''
    const found = findInFlame(whole, scene.weights, scene.whole, name.toUpperCase())
    const matching = whole.functions.filter(fn => `${fn.name} ${fn.location?.file}`.toLowerCase().includes(name.toLowerCase()))
    expect(matching).toHaveLength(1)
    expect(found?.share).toBeCloseTo((matching[0] as FlameFunction).totalUs / whole.totalUs, 9)
    expect(found?.paths).toBe(whole.nodes.filter(node => whole.functions[node.function]?.name === name).length)
    expect(findInFlame(whole, scene.weights, scene.whole, 'no such thing')).toMatchObject({ paths: 0, share: 0 })
    expect(findInFlame(whole, scene.weights, scene.whole, '')).toBeUndefined()
  })
})

describe('the rows of a flame', () => {
  it('are the paths below what is open, and after them what is folded', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(part.nodes.length - 1)), opened => {
        const open = new Set(opened)
        const rows = flameRows(part, -1, index => open.has(index))
        const shown = rows.flatMap(row => (row.kind === 'path' ? [row.index] : []))
        const isShown = (index: number): boolean =>
          pathTo(part, index)
            .slice(0, -1)
            .every(above => open.has(above))
        expect(shown).toEqual([...part.nodes.keys()].filter(isShown))
        const folded = rows.flatMap(row => (row.kind === 'folded' ? [row.parent] : []))
        const expected = [...part.nodes.keys()].filter(index => isShown(index) && open.has(index) && (part.nodes[index]?.folded ?? 0) > 0)
        expect(folded.filter(parent => parent !== -1).sort((a, b) => a - b)).toEqual(expected)
        rows.forEach((row, at) => {
          const parent = rows[parentRow(rows, at)]
          const above = row.kind === 'folded' ? row.parent : row.node.parent
          expect(parent?.kind === 'path' ? parent.index : -1).toBe(above)
        })
      }),
      { numRuns: 40 },
    )
  })
})

describe('calls by function', () => {
  const keys = { left: 3, noteOf: (paths: number) => `${paths} folded` }
  it('are in the order of the measure, and opened they show what they called', async () => {
    const functions = sortedFunctions(whole, 'calls')
    expect(functions.map(fn => fn.calls)).toEqual(functions.map(fn => fn.calls).toSorted((a, b) => b - a))
    const fn = sortedFunctions(whole, 'total')[0] as FlameFunction
    const callees = await engine.flame({ session, focus: { function: fn.key, side: 'callees' }, limit: 10_000 })
    const rows = mergedRows({ ...keys, functions: [fn], calleesOf: () => callees, isOpen: key => key === fn.key })
    const below = rows.filter(row => row.kind === 'callee')
    expect(rows[0]).toMatchObject({ kind: 'function', expanded: true })
    expect(below.length).toBe(callees.nodes.filter(node => node.parent === 0).length)
    expect(below.every(row => row.depth === 1)).toBe(true)
    expect(parentOfRow(rows, 1)).toBe(0)
    expect(rows.at(-1)).toMatchObject({ kind: 'note', text: '3 more functions with less time' })
  })

  it('say why there is nothing below them', () => {
    const [fn] = whole.functions as [FlameFunction]
    const note = (callees: Parameters<typeof mergedRows>[0]['calleesOf']): string[] =>
      mergedRows({ ...keys, left: 0, functions: [fn], calleesOf: callees, isOpen: () => true }).flatMap(row =>
        row.kind === 'note' ? [row.text] : [],
      )
    expect(note(() => undefined)).toEqual(['Loading…'])
    expect(note(() => ({ code: 'ui-engine-unreachable', message: '', fix: '' }))).toEqual(['Could not load: ui-engine-unreachable'])
    expect(note(() => ({ ...whole, nodes: whole.nodes.slice(0, 1).map(node => ({ ...node, children: 0, folded: 0 })) }))).toEqual([
      'Called nothing that is recorded',
    ])
  })
})

describe('the waterfall', () => {
  const row = { startUs: 110, durationUs: 20, outcome: 'returned', repeats: 1, type: 'httpClient' } as unknown as ActivityRow
  it('has bars within the lane, whatever the range cuts off', () => {
    const page = { fromUs: 100, toUs: 200 }
    expect(waterfallBar(row, page)).toEqual({ left: 10, width: 20 })
    expect(waterfallBar({ ...row, startUs: 90 }, page)).toEqual({ left: 0, width: 10 })
    expect(waterfallBar({ ...row, durationUs: 900 }, page)).toEqual({ left: 10, width: 90 })
    const { durationUs: _, ...open } = row
    expect(waterfallBar(open, page)).toEqual({ left: 10, width: 90 })
    expect(waterfallBar(row, { fromUs: 110, toUs: 110 })).toEqual({ left: 0, width: 0 })
  })
  it('counts neighbours alike, and calls many of them what they are', () => {
    expect([1, 2, 3].map(repeats => repeatText({ ...row, repeats }))).toEqual(['', '×2', 'N+1 ×3'])
    expect(repeatText({ ...row, repeats: 9, type: 'timer' })).toBe('×9')
  })
  it('says how an activity ended', () => {
    expect(statusText({ ...row, status: 404 })).toBe('404')
    expect(statusText({ ...row, outcome: 'open' })).toBe('open')
    expect(statusText({ ...row, outcome: 'threw' })).toBe('failed')
    expect(statusText(row)).toBe('')
  })
})

describe('a sequence diagram as text', () => {
  const at = { timeUs: 1, ref: { track: 0, seq: 1 }, failed: false }
  const page: Pick<SequencePage, 'lifelines' | 'arrows' | 'loops'> = {
    lifelines: [
      { name: 'shop "page" <1>', kind: 'track', track: 0, of: 1, arrows: 4 },
      { name: 'src/server/db/', kind: 'group', track: 1, of: 7, arrows: 4 },
      { name: 'outside', kind: 'outside', of: 1, arrows: 1 },
    ],
    arrows: [
      { ...at, from: 0, to: 1, kind: 'request', name: 'GET /a;b#c\nend' },
      { ...at, from: 1, to: 0, kind: 'answer', name: '→ 500', failed: true },
      { ...at, from: 1, to: 2, kind: 'message', name: '' },
    ],
    loops: [{ at: 0, arrows: 2, times: 12 }],
  }
  it('is Mermaid that no name can break', () => {
    expect(sequenceMermaid(page)).toBe(`sequenceDiagram
  participant L0 as shop #34;page#34; #60;1#62;
  participant L1 as server/db (7)
  participant L2 as outside
  loop 12 times
    L0->>L1: GET /a#59;b#35;c end
    L1--xL0: → 500
  end
  L1-)L2: ?
`)
  })
  it('is a well-formed SVG of its own', () => {
    const svg = sequenceSvg(page)
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/)
    expect(svg).toContain('shop &quot;page&quot; &lt;1&gt;')
    expect(svg).toContain('×12')
    expect(svg.match(/marker-end/g)).toHaveLength(3)
    expect([...svg].every(letter => letter >= ' ' || letter === '\n')).toBe(true)
  })
  it('is read aloud arrow by arrow', () => {
    expect(page.arrows.map((arrow, i) => arrowText(arrow, page.lifelines, i < 2 ? page.loops[0] : undefined))).toEqual([
      'shop "page" <1> to src/server/db/: request GET /a;b#c\nend, in a loop of 12',
      'src/server/db/ to shop "page" <1>: answer → 500, failed, in a loop of 12',
      'src/server/db/ to outside: message ',
    ])
  })
  it('has lines with room for names, and uses what room there is', () => {
    const wide = diagramColumns(3, 600)
    expect(wide.cssWidth).toBe(600)
    expect([0, 1, 2].map(index => lifelineX(wide, index))).toEqual([56.5, 300.5, 544.5])
    expect(diagramColumns(30, 400).cssStep).toBe(64)
    expect(diagramColumns(1, 400).cssWidth).toBeLessThanOrEqual(400)
    expect(lifelineText({ name: 'a/b/c/d.ts', kind: 'module', of: 1, arrows: 0 })).toBe('c/d.ts')
  })
})
