/** Generated call trees, and the same trees as the foreign formats write them. Times are whole microseconds from the first call. */
import fc from 'fast-check'
import type { CallNode } from './imported.ts'

export interface MadeCall extends CallNode {
  readonly outcome: 'returned' | 'threw'
  readonly children: readonly MadeCall[]
}

interface Plan {
  readonly name: string
  readonly before: number
  readonly own: number
  readonly threw: boolean
  readonly children: readonly Plan[]
}

const plan: fc.Arbitrary<Plan> = fc.letrec<{ plan: Plan }>(tie => ({
  plan: fc.record({
    name: fc.constantFrom('main', 'load', 'sum', 'say "hi"', 'é😀'),
    before: fc.nat(3),
    own: fc.integer({ min: 1, max: 5 }),
    threw: fc.boolean(),
    children: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constant([]), fc.array(tie('plan'), { maxLength: 3 })),
  }),
})).plan

export interface MadeTrees {
  readonly roots: readonly MadeCall[]
}

/** With idle time before calls (`gaps`), or each call just after the one before it. */
export const madeTrees = ({ gaps }: { readonly gaps: boolean }): fc.Arbitrary<MadeTrees> =>
  fc.array(plan, { minLength: 1, maxLength: 4 }).map(plans => {
    let cursor = 0
    const make = ({ name, before, own, threw, children }: Plan, isFirst: boolean): MadeCall => {
      if (gaps && !isFirst) cursor += before
      const startUs = cursor
      const made = children.map(child => make(child, !gaps))
      cursor += own
      return { name, startUs, endUs: cursor, outcome: threw ? 'threw' : 'returned', children: made }
    }
    return { roots: plans.map((each, i) => make(each, i === 0)) }
  })

/** Every call, callers first. */
export const allCalls = (roots: readonly MadeCall[]): readonly MadeCall[] => roots.flatMap(root => [root, ...allCalls(root.children)])

export function appMapOf({ roots }: MadeTrees): { readonly version: string; readonly classMap: readonly []; readonly events: readonly object[] } {
  const events: object[] = []
  let id = 0
  const write = ({ name, startUs, endUs, outcome, children }: MadeCall): void => {
    const call = ++id
    events.push({ id: call, event: 'call', thread_id: 1, method_id: name, defined_class: '', static: true, parameters: [] })
    children.forEach(write)
    const exceptions = outcome === 'threw' ? { exceptions: [{ class: 'Error', message: 'no', object_id: 1 }] } : {}
    events.push({ id: ++id, event: 'return', thread_id: 1, parent_id: call, elapsed: (endUs - startUs) / 1e6, ...exceptions })
  }
  roots.forEach(write)
  return { version: '1.12', classMap: [], events }
}

export const completeEvents = ({ roots }: MadeTrees): readonly object[] =>
  allCalls(roots).map(({ name, startUs, endUs }) => ({ name, ph: 'X', ts: 1000 + startUs, dur: endUs - startUs, pid: 1, tid: 2 }))

export function pairedEvents({ roots }: MadeTrees): readonly object[] {
  const events: object[] = []
  const write = ({ name, startUs, endUs, children }: MadeCall): void => {
    events.push({ name, ph: 'B', ts: 1000 + startUs, pid: 1, tid: 2 })
    children.forEach(write)
    events.push({ ph: 'E', ts: 1000 + endUs, pid: 1, tid: 2 })
  }
  roots.forEach(write)
  return events
}

/** As traces tell that do not say how calls ended. */
export const returned = (roots: readonly CallNode[]): readonly CallNode[] =>
  roots.map(root => ({ ...root, outcome: 'returned', children: returned(root.children) }))
