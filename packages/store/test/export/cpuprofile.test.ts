import { CPUProfileDataModel } from '@paulirish/trace_engine/models/cpu_profile/CPUProfileDataModel.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exportCpuProfile } from '../../src/export/cpuprofile.ts'
import type { TraceStore } from '../../src/model.ts'
import { madeTrace, oddTrace, storeOf, textOf } from './export-traces.ts'

interface Profile {
  readonly startTime: number
  readonly endTime: number
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { functionName: string; scriptId: string; url: string; lineNumber: number; columnNumber: number }
    readonly hitCount: number
    readonly children: readonly number[]
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Parsed, with what the protocol says of Profiler.Profile checked, and self times recomputed from samples and deltas. */
function profileOf(store: TraceStore, track: number): { profile: Profile; selfUs: Map<number, number> } {
  const profile = JSON.parse(textOf(exportCpuProfile(store, { tracks: [track] }))) as Profile
  const { nodes, samples, timeDeltas } = profile
  expect(timeDeltas).toHaveLength(samples.length)
  expect(nodes.map(({ id }) => id)).toEqual(nodes.map((_, i) => i + 1))
  const below = nodes.flatMap(({ children }) => children).toSorted((a, b) => a - b)
  expect(below).toEqual(nodes.slice(1).map(({ id }) => id))
  expect(timeDeltas.every(delta => Number.isInteger(delta) && delta >= 0)).toBe(true)
  expect(timeDeltas.reduce((sum, delta) => sum + delta, profile.startTime)).toBe(profile.endTime)
  const selfUs = new Map<number, number>()
  samples.forEach((node, i) => selfUs.set(node, (selfUs.get(node) ?? 0) + (timeDeltas[i + 1] ?? 0)))
  for (const { id, hitCount } of nodes) expect(hitCount).toBe(selfUs.get(id) ?? 0)
  return { profile, selfUs }
}

describe('cpuprofile', () => {
  it('has the call tree of a track with its self times', () => {
    const { profile } = profileOf(storeOf(oddTrace().trace), 0)
    const byName = profile.nodes.map(({ callFrame, hitCount }) => [callFrame.functionName, hitCount])
    expect(byName.map(([, hits]) => hits).reduce((a, b) => Number(a) + Number(b), 0)).toBe(2300)
    const main = profile.nodes.find(({ callFrame }) => callFrame.functionName === 'main')
    // 1000 less 100 in the odd one, 10 in load, 20 in numbers, 20 in fails; and 100 of the second call.
    expect(main?.hitCount).toBe(850 + 100)
    expect(main?.callFrame).toEqual({ functionName: 'main', scriptId: '0', url: 'src/odd, "file".ts', lineNumber: 0, columnNumber: 0 })
    expect(byName.filter(([name]) => name === 'load')).toEqual([
      ['load', 10],
      ['load', 50],
    ])
  })

  it('is one track: says which there are when none is chosen', () => {
    const store = storeOf(oddTrace().trace)
    expect(() => exportCpuProfile(store)).toThrow(
      '[hindscope:export-one-track] A file of format cpuprofile holds one track. Choose one with --track: 0, 1.',
    )
    expect(() => exportCpuProfile(store, { tracks: [2] })).toThrow('[hindscope:export-no-calls] Track 2 holds no calls')
  })

  it('adds up to the time that calls were on the stack', () => {
    fc.assert(
      fc.property(madeTrace, ({ trace, calls }) => {
        fc.pre(calls.length > 0)
        const { profile, selfUs } = profileOf(storeOf(trace), 0)
        const totalUs = totals(profile, selfUs)
        expect(totalUs).toBe(calls.reduce((sum, { ranUs }) => sum + ranUs, 0))
      }),
    )
  })

  it('is read by the parser of Chrome DevTools: the same times, self and total', () => {
    const { profile, selfUs } = profileOf(storeOf(oddTrace().trace), 0)
    const model = new CPUProfileDataModel(profile as unknown as ConstructorParameters<typeof CPUProfileDataModel>[0])
    const parsed = new Map<number, number>()
    const stack = [model.profileHead]
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      parsed.set(node.id, Math.round(node.self * 1000))
      stack.push(...node.children)
    }
    expect([...parsed].filter(([, us]) => us > 0).toSorted()).toEqual([...selfUs].filter(([, us]) => us > 0).toSorted())
    const mainUs = model.profileHead.children.find(({ functionName }) => functionName === 'main')?.total ?? 0
    expect(mainUs * 1000).toBeCloseTo(1100)
  })
})

/** Sum over all calls of their time on the stack: every node's self time counts once for itself and once for each caller above it. */
function totals({ nodes }: Profile, selfUs: ReadonlyMap<number, number>): number {
  let sum = 0
  const depths = new Map([[1, 0]])
  for (const { id, children } of nodes) for (const child of children) depths.set(child, (depths.get(id) ?? 0) + 1)
  for (const [id, us] of selfUs) if (id > 2) sum += us * (depths.get(id) ?? 0)
  return sum
}
