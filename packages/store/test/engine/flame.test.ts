/** Time by call path against a simulation of the stack over plain objects, and what a call path means on traces made by hand. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FlameAnswer, FlameNode } from '@hindscope/protocol'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import type { RealmBuilder } from '@hindscope/testkit'
import { createEngine, createTraceModel } from '../../src/model.ts'
import { endUs, functionOf, generated, isActivity, lastUsOf, startUs } from './naive-calls.ts'
import type { NaiveCall, NaiveTrace } from './naive-calls.ts'

interface Sums {
  calls: number
  totalUs: number
  selfUs: number
  elapsedUs: number
}
type Paths = Map<string, Sums>

const callerOf = (call: NaiveCall): NaiveCall | undefined => {
  for (let at = call; ; at = at.parent as NaiveCall) {
    if (!at.isCalled) return undefined
    if (at.parent && !isActivity(at.parent)) return at.parent
  }
}
const pathOf = (call: NaiveCall): string[] => {
  const caller = callerOf(call)
  return [...(caller ? pathOf(caller) : []), functionOf(call)]
}
const sumsAt = (paths: Paths, path: readonly string[]): Sums => {
  const key = path.join(' > ')
  let sums = paths.get(key)
  if (sums === undefined) paths.set(key, (sums = { calls: 0, totalUs: 0, selfUs: 0, elapsedUs: 0 }))
  return sums
}

/** Slow and obvious: every stretch between two events is given to every path on the way to the call at the top of the stack. */
function naivePaths(trace: NaiveTrace, fromUs: number, toUs: number): Paths {
  const paths: Paths = new Map()
  for (const call of trace.calls.filter(each => !isActivity(each))) {
    const lastUs = Math.min(lastUsOf(trace, call.track), toUs)
    if (startUs(call) >= toUs || endUs(call) < fromUs) continue
    const sums = sumsAt(paths, pathOf(call))
    sums.calls++
    sums.elapsedUs += Math.max(0, Math.min(endUs(call), lastUs) - Math.max(startUs(call), fromUs))
  }
  for (const track of new Set(trace.calls.map(call => call.track))) addTrack(paths, trace, track, fromUs, toUs)
  return paths
}

function addTrack(paths: Paths, trace: NaiveTrace, track: number, fromUs: number, toUs: number): void {
  const rows = trace.rows.filter(row => row.ref.track === track)
  const byId = new Map(trace.calls.filter(call => call.track === track).map(call => [call.enter.call, call]))
  const stack: NaiveCall[] = []
  const popEndless = (): void => {
    while (stack.length > 0 && stack.at(-1)?.exit === undefined) stack.pop()
  }
  rows.forEach((row, index) => {
    const call = byId.get(row.call)
    if (call !== undefined && !isActivity(call)) {
      const isEnd = ['callReturn', 'callThrow', 'callUnwind', 'suspendAwait', 'suspendYield'].includes(row.kind)
      if (row.kind === 'callEnter') {
        const caller = callerOf(call)
        if (caller && stack.includes(caller)) while (stack.at(-1) !== caller) stack.pop()
        else popEndless()
        stack.push(call)
      } else if (isEnd && stack.includes(call)) while (stack.pop() !== call);
      else if (
        (row.kind === 'resumeAwait' || row.kind === 'resumeYield') &&
        !stack.includes(call) &&
        (call.exit?.ref.seq ?? Infinity) > row.ref.seq
      ) {
        if (row.kind === 'resumeAwait') popEndless()
        stack.push(call)
      }
    }
    const top = stack.at(-1)
    if (top === undefined) return
    const nextUs = rows[index + 1]?.timeUs ?? row.timeUs
    const untilUs = top.exit === undefined ? Math.min(nextUs, Math.max(row.timeUs, top.last.timeUs)) : nextUs
    const us = Math.min(untilUs, toUs) - Math.max(row.timeUs, fromUs)
    if (us <= 0) return
    const path = pathOf(top)
    sumsAt(paths, path).selfUs += us
    for (let length = 1; length <= path.length; length++) sumsAt(paths, path.slice(0, length)).totalUs += us
  })
}

const parentOf = (answer: FlameAnswer, node: FlameNode): FlameNode | undefined => answer.nodes[node.parent]
const nameOf = ({ functions }: FlameAnswer, node: FlameNode): string => {
  const { name, location } = functions[node.function] ?? { name: '' }
  return `${name} ${location?.file}:${location?.line}:${location?.column}`
}
function pathsOf(answer: FlameAnswer): Paths {
  const paths: Paths = new Map()
  for (const node of answer.nodes) {
    const path: string[] = []
    for (let at: FlameNode | undefined = node; at; at = parentOf(answer, at)) path.unshift(nameOf(answer, at))
    const { calls, totalUs, selfUs, elapsedUs } = node
    paths.set(path.join(' > '), { calls, totalUs, selfUs, elapsedUs })
  }
  return paths
}
const sorted = (paths: Paths): [string, Sums][] => [...paths].sort(([a], [b]) => (a < b ? -1 : 1))

describe('time by call path', () => {
  it('is what the stack shows between every two events, for any range', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1000 }), fc.option(fc.tuple(fc.nat(100), fc.nat(100))), async (seed, part) => {
        const trace = await generated(seed, 800)
        const [firstUs, lastUs] = [trace.rows[0]?.timeUs ?? 0, trace.rows.at(-1)?.timeUs ?? 0]
        const [a, b] = (part ?? [0, 0]).map(share => firstUs + Math.floor(((lastUs - firstUs) * share) / 100))
        const range = part === null ? {} : { fromUs: Math.min(a ?? 0, b ?? 0), toUs: Math.max(a ?? 0, b ?? 0) + 1 }
        const answer = await trace.engine.flame({ session: trace.session, limit: 10_000, ...range })
        const expected = naivePaths(trace, range.fromUs ?? -Infinity, range.toUs ?? Infinity)
        // A path that only leads to time in the range has no calls of its own there.
        const counting = (paths: Paths): [string, Sums][] => sorted(paths).filter(([, sums]) => sums.calls + sums.totalUs > 0)
        expect(counting(pathsOf(answer))).toEqual(counting(expected))
        expect(answer.totalUs).toBe([...expected.values()].reduce((sum, { selfUs }) => sum + selfUs, 0))
      }),
      { numRuns: 8 },
    )
  })

  it('is told in part without a hole: whatever is folded is counted where it was, and the heaviest stays', async () => {
    const trace = await generated(7, 2000)
    const whole = await trace.engine.flame({ session: trace.session, limit: 10_000 })
    for (const limit of [1, 5, 40, 300]) {
      const answer = await trace.engine.flame({ session: trace.session, limit })
      expect(answer.nodes.length).toBe(Math.min(limit, whole.nodes.length))
      expect(answer.pathCount).toBe(whole.nodes.length)
      const rest = answer.nodes.filter(node => node.parent === -1).reduce((sum, node) => sum + node.totalUs, answer.foldedUs)
      expect(rest).toBe(whole.totalUs)
      answer.nodes.forEach((node, index) => {
        const children = answer.nodes.filter(each => each.parent === index)
        expect(node.parent).toBeLessThan(index)
        expect(children.length + node.folded).toBe(node.children)
        expect(children.reduce((sum, child) => sum + child.totalUs, node.selfUs + node.foldedUs)).toBe(node.totalUs)
      })
      const least = Math.min(...answer.nodes.map(node => node.totalUs))
      expect(whole.nodes.filter(node => node.totalUs > least).length).toBeLessThan(limit)
    }
  })

  it('puts siblings in the order that was asked for', async () => {
    const trace = await generated(3, 1000)
    const byTime = await trace.engine.flame({ session: trace.session, order: 'time' })
    const byTotal = await trace.engine.flame({ session: trace.session })
    const roots = (answer: FlameAnswer): FlameNode[] => answer.nodes.filter(node => node.parent === -1)
    const totals = roots(byTotal).map(node => node.totalUs)
    expect(totals).toEqual(totals.toSorted((a, b) => b - a))
    const first = (name: string): number =>
      trace.calls.find(call => !isActivity(call) && callerOf(call) === undefined && functionOf(call) === name)?.enter.timeUs ?? Infinity
    const starts = roots(byTime).map(node => first(nameOf(byTime, node)))
    expect(starts).toEqual(starts.toSorted((a, b) => a - b))
    expect(sorted(pathsOf(byTime))).toEqual(sorted(pathsOf(byTotal)))
  })

  it('leads to the longest call of a path', async () => {
    const trace = await generated(11, 900)
    const answer = await trace.engine.flame({ session: trace.session, limit: 10_000 })
    const longest = new Map<string, NaiveCall>()
    const lengthOf = (call: NaiveCall): number => Math.min(endUs(call), lastUsOf(trace, call.track)) - startUs(call)
    for (const call of trace.calls.filter(each => !isActivity(each))) {
      const path = pathOf(call).join(' > ')
      const known = longest.get(path)
      if (known === undefined || lengthOf(call) > lengthOf(known)) longest.set(path, call)
    }
    ;[...pathsOf(answer).keys()].forEach((path, index) => {
      const { longestUs, longest: ref } = answer.nodes[index] as FlameNode
      const call = longest.get(path) as NaiveCall
      expect(longestUs).toBe(lengthOf(call))
      expect(trace.calls.find(each => each.track === ref.track && each.enter.ref.seq === ref.seq)?.enter.name).toBe(call.enter.name)
    })
  })
})

interface Made {
  readonly realm: RealmBuilder
  flame(query?: object): Promise<FlameAnswer>
}
function made(): Made {
  const trace = new TraceBuilder()
  const realm = trace.realm('page')
  realm.module(
    manifestOf(
      'ab'.repeat(8),
      'src/x.ts',
      ['f', 'g', 'h'].map((name, i) => functionProbe(name, { line: i * 3 + 1 })),
    ),
  )
  return {
    realm,
    flame: (query = {}) => createEngine(createTraceModel(trace.chunks()).stores).flame({ session: trace.session, ...query }),
  }
}
const lines = (answer: FlameAnswer): string[] => {
  const depthOf = (node: FlameNode): number => (node.parent === -1 ? 0 : 1 + depthOf(answer.nodes[node.parent] as FlameNode))
  return answer.nodes.map(
    node =>
      `${'  '.repeat(depthOf(node))}${answer.functions[node.function]?.name} ${node.calls}× ${node.selfUs}/${node.totalUs} of ${node.elapsedUs}`,
  )
}

describe('a call path', () => {
  it('has no time while its call waits, and goes on where it was when it is resumed', async () => {
    const { realm, flame } = made()
    const f = realm.at(0).enter('f')
    const g = realm.at(10).enter('g', [], { parent: f })
    realm.at(30).event({ kind: 'suspendAwait', site: realm.site('g'), call: g })
    realm.at(40).returns(f, 'f')
    realm.at(1000).event({ kind: 'resumeAwait', site: realm.site('g'), call: g })
    realm.at(1005).returns(g, 'g')
    expect(lines(await flame())).toEqual(['f 1× 20/45 of 40', '  g 1× 25/25 of 995'])
    expect(lines(await flame({ fromUs: 1_700_000_000_000_500 }))).toEqual(['f 0× 0/5 of 0', '  g 1× 5/5 of 505'])
  })

  it('begins anew below a cause, and passes through activities', async () => {
    const { realm, flame } = made()
    const f = realm.at(0).enter('f')
    const click = realm.at(1).activity('domEvent', { type: 'click' }, { parent: f })
    const g = realm.at(2).enter('g', [], { parent: click })
    realm.at(4).returns(g, 'g').ends(click, 'domEvent')
    realm.at(6).returns(f, 'f')
    const timer = realm.at(10).activity('timer', { kind: 'timeout' }, { parent: f, asyncParent: true })
    const h = realm.at(10).enter('h', [], { parent: timer })
    realm.at(13).returns(h, 'h').ends(timer, 'timer')
    expect(lines(await flame({ order: 'time' }))).toEqual(['f 1× 4/6 of 6', '  g 1× 2/2 of 2', 'h 1× 3/3 of 3'])
  })

  it('does not take idle time for a call whose end got lost', async () => {
    const { realm, flame } = made()
    const f = realm.at(0).enter('f')
    realm.at(5).console('log', ['still here'], f)
    const g = realm.at(500).enter('g')
    realm.at(501).returns(g, 'g')
    expect(lines(await flame({ order: 'time' }))).toEqual(['f 1× 5/5 of 501', 'g 1× 1/1 of 1'])
  })
})

describe('a sandwich', () => {
  /** f → g → h twice, h → g → h once. */
  function recursive(): Made {
    const { realm, flame } = made()
    for (const start of [0, 100]) {
      const f = realm.at(start).enter('f')
      const g = realm.at(start + 1).enter('g', [], { parent: f })
      const h = realm.at(start + 3).enter('h', [], { parent: g })
      realm
        .at(start + 6)
        .returns(h, 'h')
        .returns(g, 'g')
        .returns(f, 'f')
    }
    const outer = realm.at(200).enter('h')
    const g = realm.at(210).enter('g', [], { parent: outer })
    const inner = realm.at(220).enter('h', [], { parent: g })
    realm.at(230).returns(inner, 'h').returns(g, 'g')
    realm.at(240).returns(outer, 'h')
    return { realm, flame }
  }
  const keyOf = async (flame: Made['flame'], name: string): Promise<string> =>
    (await flame()).functions.find(each => each.name === name)?.key as string

  it('shows what a function called, from wherever it was called', async () => {
    const { flame } = recursive()
    const focus = { function: await keyOf(flame, 'g'), side: 'callees' }
    expect(lines(await flame({ focus }))).toEqual(['g 3× 14/30 of 30', '  h 3× 16/16 of 16'])
  })

  it('shows who called it, with the time of its own calls', async () => {
    const { flame } = recursive()
    const focus = { function: await keyOf(flame, 'g'), side: 'callers' }
    expect(lines(await flame({ focus }))).toEqual(['g 3× 14/30 of 30', '  h 1× 10/20 of 20', '  f 2× 4/10 of 10'])
  })

  it('counts the time of recursion once', async () => {
    const { flame } = recursive()
    const { functions } = await flame()
    const h = functions.find(each => each.name === 'h')
    expect([h?.calls, h?.selfUs, h?.totalUs, h?.elapsedUs]).toEqual([4, 36, 46, 56])
    expect(lines(await flame({ focus: { function: h?.key, side: 'callees' } }))).toEqual([
      'h 3× 26/46 of 46',
      '  g 1× 10/20 of 20',
      '    h 1× 10/10 of 10',
    ])
  })

  it('sums per function what its paths have', async () => {
    const trace = await generated(5, 1000)
    const answer = await trace.engine.flame({ session: trace.session, limit: 10_000 })
    const naive = naivePaths(trace, -Infinity, Infinity)
    for (const fn of answer.functions) {
      const name = `${fn.name} ${fn.location?.file}:${fn.location?.line}:${fn.location?.column}`
      const own = [...naive].filter(([path]) => path.split(' > ').at(-1) === name)
      expect(fn.selfUs).toBe(own.reduce((sum, [, { selfUs }]) => sum + selfUs, 0))
      expect(fn.calls).toBe(own.reduce((sum, [, { calls }]) => sum + calls, 0))
      const outer = own.filter(([path]) => path.split(' > ').indexOf(name) === path.split(' > ').length - 1)
      expect(fn.longestUs).toBe(Math.max(...answer.nodes.filter(node => answer.functions[node.function] === fn).map(node => node.longestUs)))
      expect(fn.totalUs).toBe(outer.reduce((sum, [, { totalUs }]) => sum + totalUs, 0))
    }
  })
})

describe('what flame refuses', () => {
  it.each([
    [{ limit: 0 }, 'query-bad'],
    [{ order: 'random' }, 'query-bad'],
    [{ fromUs: 5, toUs: 5 }, 'query-bad'],
    [{ focus: 'f' }, 'query-bad'],
    [{ focus: { function: 'x', side: 'above' } }, 'query-bad'],
    [{ focus: { function: 'x', side: 'callees' } }, 'not-found'],
  ])('%j', async (query, code) => {
    const { realm, flame } = made()
    realm.at(0).enter('f')
    await expect(flame(query)).rejects.toMatchObject({ code })
  })
})
