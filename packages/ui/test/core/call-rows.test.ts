import { describe, expect, it } from 'vitest'
import type { CallNode } from '@hindscope/protocol'
import { ROOT, flattenCalls, parentRow } from '../../src/core/call-rows.ts'
import type { Children } from '../../src/core/call-rows.ts'

const node = (call: number, childCount = 0): CallNode => ({
  ref: { track: 0, call },
  enter: { track: 0, seq: call },
  kind: 'call',
  name: `f${call}`,
  preview: '()',
  startUs: call,
  outcome: 'returned',
  childCount,
  asyncParent: false,
  hasErrorBelow: false,
})
const page = (nodes: readonly CallNode[], total = nodes.length): Children => ({ nodes, total, loading: false })

describe('call rows', () => {
  const children = new Map([
    [ROOT, page([node(1, 2), node(4)], 5)],
    ['0.1', page([node(2, 1), node(3)])],
  ])

  it('shows roots and a row for those not loaded', () => {
    expect(flattenCalls(children, new Set()).map(row => row.key)).toEqual(['0.1', '0.4', 'root+'])
  })

  it('nests what is open, with a row to load where children are missing', () => {
    const rows = flattenCalls(children, new Set(['0.1', '0.2']))
    expect(rows.map(row => `${row.depth} ${row.key}`)).toEqual(['0 0.1', '1 0.2', '2 0.2+', '1 0.3', '0 0.4', '0 root+'])
    expect(rows.at(-1)).toMatchObject({ kind: 'more', left: 3 })
    expect(parentRow(rows, 2)).toBe(1)
    expect(parentRow(rows, 3)).toBe(0)
    expect(parentRow(rows, 0)).toBe(-1)
  })

  it('never opens a call without children', () => {
    expect(flattenCalls(children, new Set(['0.4'])).map(row => row.key)).toEqual(['0.1', '0.4', 'root+'])
  })
})
