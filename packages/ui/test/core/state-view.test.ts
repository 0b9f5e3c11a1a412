/** The State list over a real engine: what is asked, where the moment is among the changes, and the state as rows. */
import { signal } from '@preact/signals-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StateChangeRow, ValueNode } from '@hindscope/protocol'
import { TraceBuilder } from '@hindscope/testkit'
import { createStateView } from '../../src/core/state-view.ts'
import type { StateView } from '../../src/core/state-view.ts'
import { STATE_GROUP, changeText, formatStatePath, keysOfRow, markChanges } from '../../src/core/state-tree.ts'
import { flattenValue, joinPath } from '../../src/core/value-rows.ts'
import { createViewModel } from '../../src/core/view-model.ts'
import type { ViewModel } from '../../src/core/view-model.ts'
import { createResource, valueOf } from '../../src/engine/resource.ts'
import { realClient } from '../real-client.ts'
import type { RealClient } from '../real-client.ts'

const trace = new TraceBuilder()
const page = trace.realm('page')
page.at(1).event({ kind: 'stateSnapshot', values: [['cart', { items: [1], total: 1 }]] }) // 0.0
page.at(2).event({ kind: 'stateChange', values: [['cart', 'items[1]', undefined, 2]] }) // 0.1
page.event({ kind: 'stateChange', values: [['cart', 'total', 1, 3]] }) // 0.2
page.at(3).event({ kind: 'mark', values: [{ label: 'between' }] }) // 0.3
page.at(4).event({ kind: 'stateChange', values: [['cart', 'items.length', 2, 0]] }) // 0.4
trace
  .realm('server', 'node')
  .at(2)
  .event({ kind: 'stateSnapshot', values: [['cart', {}]] }) // 1.0

const settled = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0))
async function opened(seq: number): Promise<{ readonly view: StateView; readonly model: ViewModel; readonly client: RealClient }> {
  const client = realClient(trace)
  const model = createViewModel()
  const view = createStateView({
    model,
    // SAFE: the session is not live, so nothing is ordered
    engine: client as unknown as Parameters<typeof createStateView>[0]['engine'],
    tick: signal(0),
    session: createResource(
      () => ({ session: trace.session }),
      key => client.ask('session', key),
    ),
    jump: (ref, more = {}) => model.commit({ moment: { ref, ...more } }),
  })
  model.adjust({ session: trace.session, moment: { ref: { track: 0, seq } }, left: 'state' })
  for (let i = 0; i < 6; i++) await settled()
  return { view, model, client }
}

describe('the State list', () => {
  it('asks for nothing while it is not on screen', async () => {
    const { model, client } = await opened(2)
    model.adjust({ left: 'calls' })
    const asked = client.asked.length
    model.adjust({ moment: { ref: { track: 0, seq: 4 } } })
    await settled()
    expect(client.asked.slice(asked).filter(method => /state|stores/i.test(method))).toEqual([])
  })

  it('has the first store of the moment’s track until another one is chosen, and says where the moment is', async () => {
    const { view, model } = await opened(3)
    expect(view.selected.value).toMatchObject({ track: 0, store: 'cart', before: 2, after: 1 })
    expect(valueOf(view.around.state.value)).toMatchObject({ at: 1, total: 3 })
    expect(view.changes.state.value.total).toBe(3)
    expect(valueOf(view.held.state.value)?.stores[0]?.state?.value).toMatchObject({ size: 2 })
    view.select({ track: 1, store: 'cart' })
    for (let i = 0; i < 4; i++) await settled()
    expect(view.selected.value).toMatchObject({ track: 1, before: 0 })
    expect(view.changes.state.value.total).toBe(0)
    expect(model.view.value.choices).toEqual({ store: { track: 1, store: 'cart' } })
    view.select({ track: 4, store: 'none' })
    for (let i = 0; i < 4; i++) await settled()
    expect(view.selected.value).toBeUndefined()
    expect(view.changes.state.value.answer).toBeUndefined()
  })

  it('walks the store, its pinned path, or the path of a row, and keeps what is pinned', async () => {
    const { view, model } = await opened(3)
    const at = (): string => `${model.moment.value?.ref.track}.${model.moment.value?.ref.seq}`
    await view.walk('previous')
    expect(at()).toBe('0.2')
    await view.walk('previous')
    expect(at()).toBe('0.1')
    view.pin('items')
    await view.walk('next')
    expect(at()).toBe('0.4')
    expect(model.view.value.choices).toEqual({ store: { track: 0, store: 'cart' }, statePath: 'items' })
    await view.walk('next')
    expect(at()).toBe('0.4')
    expect(model.notices.value.at(-1)?.text).toContain('There is no later change of items from here.')
    await view.walk('previous', 'total')
    expect(at()).toBe('0.2')
    for (let i = 0; i < 4; i++) await settled()
    expect(valueOf(view.around.state.value)).toMatchObject({ at: 0, total: 2, value: { kind: 'array', size: 2 } })
    view.pin(undefined)
    expect(model.view.value.choices).toEqual({ store: { track: 0, store: 'cart' } })
  })
})

const num = (value: number): ValueNode => ({ kind: 'number', text: String(value) })
const object = (entries: readonly (readonly [string, ValueNode])[]): ValueNode => ({
  kind: 'object',
  id: 0,
  className: 'Object',
  size: entries.length,
  entries,
})
const array = (items: readonly ValueNode[]): ValueNode => ({ kind: 'array', id: 0, size: items.length, items })
const change = (keys: readonly string[], more: Partial<StateChangeRow> = {}): StateChangeRow => ({
  ref: { track: 0, seq: 1 },
  timeUs: 1,
  kind: 'change',
  path: formatStatePath(keys),
  keys,
  removed: false,
  before: num(1),
  after: num(2),
  ...more,
})

describe('the state as rows', () => {
  const list = array(Array.from({ length: 250 }, (_, i) => object([['n', num(i)]])))
  const state = object([
    ['list', list],
    ['a.b', num(1)],
    ['map', { kind: 'map', id: 0, size: 1, pairs: [[num(1), num(2)]] }],
  ])

  it('has notes where something changed, with every row around them open, ranges too', () => {
    const { notes, open } = markChanges('cart', state, [change(['list', '150', 'n']), change(['a.b'], { before: { kind: 'undefined' } })])
    const rows = flattenValue(STATE_GROUP, 'cart', state, open)
    const noted = rows.filter(({ path }) => notes.has(path)).map(({ name, path }) => [name, notes.get(path)])
    expect(noted).toEqual([
      ['n', [{ sign: '~', text: 'was 1' }]],
      ['a.b', [{ sign: '+', text: 'is new' }]],
    ])
  })

  it('tells what is gone at the nearest row that is there', () => {
    const { before: _, ...unknownBefore } = change(['map', 'k'])
    const { notes } = markChanges('cart', state, [
      change(['list', 'length'], { before: num(251) }),
      change(['list', '9', 'x-y'], { removed: true }),
      change([], { kind: 'snapshot' }),
      unknownBefore,
    ])
    const told = [...notes].map(([path, all]) => [path.split('\u001f').slice(1).join('/'), ...all.map(({ sign, text }) => `${sign} ${text}`)])
    expect(told).toEqual([
      ['cart/list', '~ length was 251'],
      ['cart/list/9', "− ['x-y'] removed, was 1"],
      ['cart', '~ recorded as a whole: much of it is new'],
      ['cart/map', '~ k changed'],
    ])
  })

  it('knows the path of every row that a path leads to', () => {
    const all = { has: () => true }
    for (const row of flattenValue(STATE_GROUP, 'cart', state, all)) {
      const keys = keysOfRow(state, row.path)
      if (row.path.includes('\u001fmap\u001f') || row.range !== undefined) expect(keys).toBeUndefined()
      else expect(keys && keys.reduce(joinPath, joinPath(STATE_GROUP, 'cart'))).toBe(row.path)
    }
  })

  it('is told by paths that JavaScript reads', () => {
    expect(formatStatePath(['a', '0', 'b-c', "it's\n", '$x', '01'])).toBe("a[0]['b-c']['it\\'s\\n'].$x['01']")
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }), keys => {
        let read: readonly string[] = []
        const root: unknown = new Proxy({}, { get: (_, key, self) => ((read = [...read, String(key)]), self as unknown) })
        const path = formatStatePath(keys)
        Function('root', `root${path.startsWith('[') ? '' : '.'}${path}`)(root)
        expect(read).toEqual(keys)
      }),
    )
  })

  it('says of a change what it was, in one line', () => {
    expect(changeText(change(['a']))).toBe('1 → 2')
    expect(changeText(change(['a'], { before: { kind: 'undefined' } }))).toBe('2')
    expect(changeText({ ...change(['a'], { removed: true }) })).toBe('1 → removed')
    expect(changeText(change([], { kind: 'snapshot' }))).toBe('recorded as a whole')
  })
})
