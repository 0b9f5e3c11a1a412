/** `stores` and `stateChanges` over states that a recorder recorded, against the states themselves. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ActivityType, EventKind, decodeChunk, formatRef } from '@hindscope/protocol'
import type { EventRef, StateChangePage, StateChangeRow, StoreMoment, TraceEngine } from '@hindscope/protocol'
import { TraceBuilder, cut, functionProbe, manifestOf, redacted } from '@hindscope/testkit'
import { changesBetween, createRecorder } from '@hindscope/runtime'
import type { RecorderHandle } from '@hindscope/runtime'
import { createEngine, createTraceModel } from '../../src/model.ts'
import { valueAtPath } from '../../src/replay/apply-changes.ts'
import { keysOfPath } from '../../src/replay/state-path.ts'
import { engineOf } from '../shop-trace.ts'
import { nodeOf, plainOf } from './state-nodes.ts'

const only = { track: 0, store: 'cart' }

interface Recorded {
  readonly engine: TraceEngine
  readonly session: string
  /** After each step. */
  readonly marks: readonly EventRef[]
}

/** As adapters tell of a store: a snapshot at first, when too much is new for paths, and after many changes. */
class ToldStore {
  private readonly recorder: RecorderHandle
  private readonly name: string
  private state: unknown
  private changes = 0

  constructor(recorder: RecorderHandle, name: string, state: unknown) {
    this.recorder = recorder
    this.name = name
    this.state = state
    this.snapshot()
  }

  changed(state: unknown): void {
    const changes = changesBetween(this.state, state)
    this.state = state
    for (const { path, before, after, isRemoved } of changes ?? [])
      this.recorder.access.record(EventKind.stateChange, 0, [[this.name, path, before, ...(isRemoved ? [] : [after])]])
    this.changes += changes?.length ?? 0
    if (changes === undefined || this.changes >= 200) this.snapshot()
  }

  /** As part of an action. */
  act(action: string, state: unknown): void {
    const { access } = this.recorder
    const activity = access.startActivity(ActivityType.action, { library: 'redux', store: this.name, action })
    access.runIn(activity, activity, () => this.changed(state), undefined, [])
    access.endActivity(activity, ActivityType.action, {})
  }

  private snapshot(): void {
    this.changes = 0
    this.recorder.access.record(EventKind.stateSnapshot, 0, [[this.name, this.state]])
  }
}

/** Each list is a store's states, told one after the other in turns. */
async function recordStates(stores: Readonly<Record<string, readonly unknown[]>>): Promise<Recorded> {
  const recorder = createRecorder({ sink: 'memory', level: 'values', flushMs: 60_000, overhead: 0, maxDepth: 16, maxWidth: 1000 })
  recorder.install({})
  const open = Object.entries(stores).map(([name, list]) => [new ToldStore(recorder, name, list[0]), list] as const)
  const steps = Math.max(...open.map(([, list]) => list.length))
  recorder.access.record(EventKind.mark, 0, [{ label: 0 }])
  for (let step = 1; step < steps; step++) {
    for (const [store, list] of open) {
      if (step >= list.length) continue
      if (step % 2 === 0) store.changed(list[step])
      else store.act(`step ${step}`, list[step])
    }
    recorder.access.record(EventKind.mark, 0, [{ label: step }])
  }
  const [store] = createTraceModel(recorder.chunks().map(chunk => decodeChunk(chunk))).stores
  recorder.uninstall()
  if (store === undefined) throw new TypeError('nothing was recorded')
  const engine = createEngine([store])
  const marks = await engine.events({ session: store.session, kinds: ['mark'], limit: 1000 })
  return { engine, session: store.session, marks: marks.rows.map(({ ref }) => ref) }
}

const storeIn = (stores: readonly StoreMoment[], name = 'cart'): StoreMoment | undefined => stores.find(({ store }) => store === name)

/** All of them, read in pages of an odd size. */
async function allChanges(recorded: Pick<Recorded, 'engine' | 'session'>, path?: string): Promise<StateChangeRow[]> {
  const rows: StateChangeRow[] = []
  for (;;) {
    const page = await recorded.engine.stateChanges({
      session: recorded.session,
      ...only,
      ...(path !== undefined && { path }),
      offset: rows.length,
      limit: 7,
    })
    rows.push(...page.rows)
    if (rows.length >= page.total || page.rows.length === 0) return rows
  }
}

const leaf = fc.constantFrom(1, 2, 'x', null, undefined)
const item = fc.record({ price: leaf, 'a-b': fc.oneof(leaf, fc.array(leaf, { maxLength: 3 })) }, { requiredKeys: [], noNullPrototype: true })
const state = fc.record(
  {
    items: fc.oneof(fc.array(item, { maxLength: 4 }), leaf),
    user: fc.oneof(fc.record({ name: leaf }, { noNullPrototype: true }), leaf),
    total: leaf,
  },
  { requiredKeys: [], noNullPrototype: true },
)

describe('what stores held', () => {
  it('is what the program had, at every moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(state, { minLength: 2, maxLength: 60 }), fc.array(state, { minLength: 1, maxLength: 9 }), async (cart, user) => {
        const { engine, session, marks } = await recordStates({ cart, user })
        let changes = 0
        for (const [step, ref] of marks.entries()) {
          const { stores } = await engine.stores({ session, ref })
          expect(plainOf(storeIn(stores)?.state?.value)).toStrictEqual(cart[Math.min(step, cart.length - 1)])
          expect(plainOf(storeIn(stores, 'user')?.state?.value)).toStrictEqual(user[Math.min(step, user.length - 1)])
          const { before = 0, after = 0, last, now } = storeIn(stores) ?? {}
          expect(before).toBeGreaterThanOrEqual(changes)
          expect((await engine.stateChanges({ session, ...only })).total).toBe(before + after)
          expect(now).toEqual([])
          expect(last === undefined).toBe(before === 0)
          changes = before
        }
      }),
      { numRuns: 25 },
    )
  }, 60_000)

  it('has objects that stand in several places in each of them', async () => {
    const tea = { name: 'tea', tags: [1] }
    const milk = { ...tea, name: 'milk' }
    const list = [
      { a: tea, b: tea, held: tea },
      { a: tea, b: milk, held: [tea, tea] },
      { a: { ...tea, tags: [1, 2] }, b: milk, held: { of: [tea] } },
      { a: tea, b: tea, held: { of: [{ ...tea, name: 'old' }] } },
    ]
    const { engine, session, marks } = await recordStates({ cart: list })
    for (const [step, ref] of marks.entries()) {
      const { stores } = await engine.stores({ session, ref })
      expect(plainOf(storeIn(stores)?.state?.value)).toStrictEqual(list[step])
    }
  })

  it('stays exact behind the snapshots that spare readers the way, which are no changes', async () => {
    const list = Array.from({ length: 650 }, (_, i) => ({ count: i, odd: { is: i % 2 === 1 } }))
    const recorded = await recordStates({ cart: list })
    const rows = await allChanges(recorded)
    expect(rows).toHaveLength(649 * 2)
    expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(['change']))
    const snapshots = await recorded.engine.events({ session: recorded.session, kinds: ['stateSnapshot'] })
    expect(snapshots.rows.length).toBeGreaterThan(5)
    for (const at of [0, 99, 100, 101, 402, 649]) {
      const { stores } = await recorded.engine.stores({ session: recorded.session, ref: recorded.marks[at] as EventRef, only: [only] })
      expect(plainOf(stores[0]?.state?.value)).toEqual(list[at])
      expect(stores[0]).toMatchObject({ before: at * 2, after: (649 - at) * 2, library: 'redux' })
    }
  })
})

describe('changes of a store', () => {
  it('are those of a path, of what is below it, and of what holds it where it then holds something else', async () => {
    const paths = fc.constantFrom('items', 'items[0]', 'items[1].price', "items[0]['a-b'][1]", 'user.name', 'total', '')
    await fc.assert(
      fc.asyncProperty(fc.array(state, { minLength: 2, maxLength: 25 }), paths, async (list, path) => {
        const recorded = await recordStates({ cart: list })
        const keys = keysOfPath(path)
        const [all, found] = [await allChanges(recorded), await allChanges(recorded, path)]
        const expected: string[] = []
        let before = valueAtPath(nodeOf(list[0]), keys)
        for (const row of all) {
          const { stores } = await recorded.engine.stores({ session: recorded.session, ref: row.ref, only: [only] })
          const value = stores[0]?.state && valueAtPath(stores[0].state.value, keys)
          const isInside = row.kind === 'change' && keys.every((key, i) => row.keys[i] === key)
          const text = [plainOf(value), value === undefined]
          if (isInside || !Object.is(JSON.stringify(text), JSON.stringify([plainOf(before), before === undefined])) || value?.kind !== before?.kind)
            expected.push(`${row.ref.seq} ${JSON.stringify(path === '' ? [null] : text)}`)
          before = value
        }
        expect(found.map(row => `${row.ref.seq} ${JSON.stringify(path === '' ? [null] : [plainOf(row.value), row.value === undefined])}`)).toEqual(
          expected,
        )
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  it('tell what was asked of the store, and where they are from any moment', async () => {
    const recorded = await recordStates({
      cart: [
        { n: 0, list: [1, 2] },
        { n: 1, list: [1] },
        { n: 1, list: [1] },
        { n: 2, list: [] },
      ],
      user: [{ a: 1 }, { a: 2 }],
    })
    const rows = await allChanges(recorded)
    expect(rows.map(({ path, before, after, removed, action }) => [path, plainOf(before), plainOf(after), removed, action?.name])).toEqual([
      ['n', 0, 1, false, 'step 1'],
      ['list.length', 2, 1, false, 'step 1'],
      ['n', 1, 2, false, 'step 3'],
      ['list.length', 1, 0, false, 'step 3'],
    ])
    const ask = (around: EventRef, path?: string): Promise<StateChangePage> =>
      recorded.engine.stateChanges({ session: recorded.session, ...only, around, ...(path !== undefined && { path }), limit: 1 })
    const [first, second, third, fourth] = rows.map(({ ref }) => ref)
    expect(await ask(recorded.marks[0] as EventRef)).toMatchObject({ at: -1, next: first, total: 4, offset: 0 })
    expect(await ask(second as EventRef)).toMatchObject({ at: 1, previous: first, next: third, rows: [{ ref: second }] })
    const between = await ask(recorded.marks[1] as EventRef)
    expect(between).toMatchObject({ at: 1, previous: second, next: third })
    expect(await ask(fourth as EventRef, 'list[0]')).toMatchObject({ at: 0, total: 1, rows: [{ ref: fourth }] })
    expect((await ask(fourth as EventRef)).next).toBeUndefined()
    expect((await ask(third as EventRef, 'list[0]')).value).toEqual(nodeOf(1))
    expect((await ask(fourth as EventRef, 'list[0]')).value).toBeUndefined()
    expect((await ask(fourth as EventRef)).value).toBeUndefined()
    const { stores } = await recorded.engine.stores({ session: recorded.session, ref: second as EventRef, states: false })
    expect(storeIn(stores)?.now.map(({ path }) => path)).toEqual(['n', 'list.length'])
    expect(storeIn(stores, 'user')?.now).toEqual([])
    expect(stores.every(({ state: held }) => held === undefined)).toBe(true)
    expect(storeIn(stores)?.last).toMatchObject({ ref: second, action: { name: 'step 1' } })
  })

  it('include a state that was recorded as a whole because too much of it was new', async () => {
    const wide = (from: number): object => Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`k${i}`, from + i]))
    const recorded = await recordStates({ cart: [wide(0), { ...wide(0), k0: 7 }, wide(1000), { ...wide(1000), k1: 8 }] })
    const rows = await allChanges(recorded)
    expect(rows.map(({ kind, path, after }) => [kind, path, plainOf(after)])).toEqual([
      ['change', 'k0', 7],
      ['snapshot', '', undefined],
      ['change', 'k1', 8],
    ])
    const { stores } = await recorded.engine.stores({ session: recorded.session, ref: rows[1]?.ref as EventRef, only: [only] })
    expect(stores[0]?.now.map(({ kind }) => kind)).toEqual(['snapshot'])
    expect((await allChanges(recorded, 'k0')).map(({ value }) => plainOf(value))).toEqual([7, 1000])
    expect((await allChanges(recorded, 'k1')).map(({ value }) => plainOf(value))).toEqual([1001, 8])
  })
})

it('is no change when a state is recorded as a whole once more', async () => {
  const trace = new TraceBuilder()
  const page = trace.realm('page')
  page.event({ kind: 'stateSnapshot', values: [['cart', { n: 1, deep: cut('depth') }]] }) // 0.0
  page.event({ kind: 'stateChange', values: [['cart', 'n', 1, 2]] }) // 0.1
  page.event({ kind: 'stateSnapshot', values: [['cart', { deep: { a: 1 }, n: 2 }]] }) // 0.2
  page.event({ kind: 'stateSnapshot', values: [['cart', { deep: { a: 1 }, n: 3 }]] }) // 0.3
  const recorded = { engine: engineOf(trace), session: trace.session }
  expect((await allChanges(recorded)).map(({ ref }) => ref.seq)).toEqual([1, 3])
  expect((await allChanges(recorded, 'deep')).map(({ ref }) => ref.seq)).toEqual([])
  const { stores } = await recorded.engine.stores({ session: trace.session, ref: { track: 0, seq: 2 } })
  expect(stores[0]).toMatchObject({ before: 1, after: 1, now: [] })
})

const manifest = manifestOf('ab'.repeat(8), 'src/cart.js', [functionProbe('add', { line: 3 })], 'function add() {}')

function twoRealms(): { readonly engine: TraceEngine; readonly session: string } {
  const trace = new TraceBuilder()
  const page = trace.realm('page').module(manifest)
  const server = trace.realm('server', 'node')
  page.at(10).event({ kind: 'stateSnapshot', values: [['cart', { secret: redacted('token'), deep: cut('depth'), n: 1 }]] }) // 0.0
  const action = page.at(20).activity('action', { library: 'pinia', store: 'other', action: 'sync' }) // 0.1
  const add = page.enter('add', [], { parent: action }) // 0.2
  page.event({ kind: 'stateChange', call: add, values: [['cart', 'n', 1, 2]] }) // 0.3
  page.event({ kind: 'stateChange', call: add, values: [['cart', 'deep.er', 1, 2]] }) // 0.4
  page.event({ kind: 'stateChange', call: add, values: [['cart', 'n', 2]] }) // 0.5
  server.at(15).event({ kind: 'stateSnapshot', values: [['sessions', {}]] }) // 1.0
  server.at(30).event({ kind: 'stateChange', values: [['sessions', "['a-b']", undefined, 1]] }) // 1.1
  server.at(40).event({ kind: 'stateChange', values: [['late', 'x', undefined, 1]] }) // 1.2
  return { engine: engineOf(trace), session: trace.session }
}

describe('stores of several realms', () => {
  const { engine, session } = twoRealms()
  const at = async (track: number, seq: number): Promise<readonly StoreMoment[]> => (await engine.stores({ session, ref: { track, seq } })).stores

  it('are told for the moment of any of them, those of its own first', async () => {
    const early = await at(0, 0)
    expect(early.map(({ track, store, before, after, state: held }) => [track, store, before, after, plainOf(held?.value)])).toEqual([
      [0, 'cart', 0, 3, { secret: '<redacted>', deep: '<cut>', n: 1 }],
      [1, 'late', 0, 1, undefined],
      [1, 'sessions', 0, 1, undefined],
    ])
    expect(early[2]?.state).toBeUndefined()
    expect(early.map(({ since }) => formatRef(since))).toEqual(['0.0', '1.2', '1.0'])
    const late = await at(1, 1)
    expect(late.map(({ store, before, after, state: held }) => [store, before, after, plainOf(held?.value)])).toEqual([
      ['late', 0, 1, undefined],
      ['sessions', 1, 0, { 'a-b': 1 }],
      ['cart', 3, 0, { secret: '<redacted>', deep: '<cut>' }],
    ])
    expect(late[2]?.state).toMatchObject({ leftOut: 1, snapshot: { track: 0, seq: 0 } })
    const [last] = await at(1, 2)
    expect(last?.state).toEqual({ value: { ...nodeOf({ x: 1 }) }, leftOut: 0 })
  })

  it('say which call of the program changed them, in which action, and which changes belong to one step', async () => {
    const [cart] = await at(0, 5)
    expect(cart?.last).toMatchObject({
      path: 'n',
      removed: true,
      action: { name: 'other sync', enter: { track: 0, seq: 1 } },
      call: { name: 'add', enter: { track: 0, seq: 2 }, location: { file: 'src/cart.js', line: 3 } },
    })
    expect(cart?.last?.after).toBeUndefined()
    expect(cart?.library).toBe('pinia')
    expect(cart?.now.map(({ ref }) => ref.seq)).toEqual([4, 5])
    expect((await at(0, 4))[0]?.now.map(({ ref }) => ref.seq)).toEqual([3, 4])
  })

  it('refuse what they cannot answer', async () => {
    const ref = { track: 0, seq: 0 }
    const stores = (more: object): Promise<unknown> => engine.stores({ session, ref, ...more } as never)
    const changes = (more: object): Promise<unknown> => engine.stateChanges({ session, ...only, ...more } as never)
    await expect(stores({ only: 'cart' })).rejects.toThrow('query-bad')
    await expect(stores({ only: [{ track: '0', store: 'cart' }] })).rejects.toThrow('query-bad')
    await expect(stores({ only: Array(101).fill(only) })).rejects.toThrow('query-bad')
    await expect(stores({ states: 1 })).rejects.toThrow('query-bad')
    await expect(stores({ ref: { track: 0, seq: 99 } })).rejects.toThrow('not-found')
    expect(await stores({ only: [] })).toMatchObject({ stores: [] })
    expect(await stores({ only: [{ track: 7, store: 'cart' }] })).toMatchObject({ stores: [] })
    await expect(changes({ limit: 0 })).rejects.toThrow('query-bad')
    await expect(changes({ offset: -1 })).rejects.toThrow('query-bad')
    await expect(changes({ path: 7 })).rejects.toThrow('query-bad')
    await expect(changes({ track: undefined })).rejects.toThrow('query-bad')
    await expect(changes({ store: undefined })).rejects.toThrow('query-bad')
    await expect(changes({ around: { track: 0 } })).rejects.toThrow('query-bad')
    await expect(changes({ store: 'nobody' })).rejects.toThrow('not-found')
    await expect(changes({ track: 9 })).rejects.toThrow('not-found')
    expect(await changes({ offset: 99 })).toMatchObject({ rows: [], total: 3 })
  })
})
