/** `object`, `state` and `sightings` over a trace written event by event. */
import { describe, expect, it } from 'vitest'
import { ValueTag, zigzag } from '@hindscope/protocol'
import type { ObjectState, ProbeManifest, ValueNode } from '@hindscope/protocol'
import { RawValue, TraceBuilder, functionProbe, manifestOf, objectIdentity, propertyWriteProbe, stepProbe, writeProbe } from '@hindscope/testkit'
import { engineOf } from '../shop-trace.ts'

interface Shown {
  readonly id: number
  /** Own keys that there are; all of `entries` when absent. */
  readonly size?: number
  readonly entries: Readonly<Record<string, number | Shown>>
}

/** An object with an identity, maybe cut. */
const shown = (object: Shown): RawValue =>
  new RawValue((out, text) => {
    const write = ({ id, size, entries }: Shown): void => {
      const list = Object.entries(entries)
      out.byte(ValueTag.object)
      for (const number of [id, text('Object'), size ?? list.length, list.length]) out.varint(number)
      for (const [key, value] of list) {
        out.varint(text(key))
        if (typeof value === 'object') write(value)
        else {
          out.byte(ValueTag.int)
          out.varint(zigzag(value))
        }
      }
    }
    write(object)
  })

const SOURCE = [
  'let mode = 1',
  'class Cart {',
  '  add(item) {',
  '    this.total = 3',
  '    delete item.old',
  '    const later = () => mode',
  '  }',
  '}',
].join('\n')
const manifest: ProbeManifest = manifestOf(
  'ab'.repeat(8),
  'src/cart.js',
  [
    functionProbe('Cart.add', { line: 3, endLine: 7, params: ['item'] }),
    stepProbe(4, { parent: 0, column: 4, endColumn: 18 }),
    propertyWriteProbe('total', 4, { parent: 0, column: 4, endColumn: 18 }),
    propertyWriteProbe('old', 5, { parent: 0, operator: 'delete' }),
    writeProbe('mode', 1, -1, 0),
    { ...functionProbe('later', { line: 6, endLine: 6, parent: 0 }), functionKind: 'arrow' },
  ],
  SOURCE,
  [
    { name: 'mode', kind: 'lexical', parent: -1 },
    { name: 'item', kind: 'param', parent: 0 },
  ],
)

function cartTrace(): { readonly engine: ReturnType<typeof engineOf>; readonly session: string } {
  const trace = new TraceBuilder()
  const page = trace.realm('page').module(manifest)
  const add = page.at(1).enter('Cart.add', [shown({ id: 5, entries: { price: 3, old: 1, next: { id: 6, entries: { price: 4 } } } })]) // 0
  page.at(2).writes(add, 'mode', 7) // 1
  page.event({ kind: 'stateSnapshot', values: [['cart', { items: 1 }]] }) // 2
  page.steps(add, 'step 4') // 3
  page.writesProperty(add, 'total 4', objectIdentity('Cart', 9), 'total', 3) // 4
  page.writesProperty(add, 'old 5', objectIdentity('Object', 5), 'old', true) // 5
  page.seal()
  page.at(3).event({ kind: 'stateChange', values: [['cart', 'items', 1, 2]] }) // 6
  const later = page.enter('later', [], { parent: add }) // 7
  page.event({ kind: 'mark', call: later, values: [shown({ id: 6, size: 3, entries: { price: 8 } })] }) // 8
  page.writesProperty(add, 'total 4', objectIdentity('Object', 6), 'extra', 1) // 9
  page.event({ kind: 'mark', values: [shown({ id: 6, size: 3, entries: {} })] }) // 10
  page.returns(later, 'later').returns(add, 'Cart.add')
  return { engine: engineOf(trace), session: trace.session }
}

const { engine, session } = cartTrace()
const at = (seq: number): { session: string; ref: { track: number; seq: number } } => ({ session, ref: { track: 0, seq } })
const textOf = (node: ValueNode): string => ('text' in node ? node.text : node.kind === 'ref' ? `#${node.id}` : node.kind)
const partsOf = (object: ObjectState | undefined): readonly string[] =>
  object?.parts.map(({ name, value, ref, certainty }) => `${name} ${textOf(value)} ${certainty} ${ref.seq}`) ?? []

describe('an object at a moment', () => {
  it('is its last snapshot with the writes since, and so is what it refers to', async () => {
    const { objects, left } = await engine.object({ ...at(0), object: 5 })
    expect(objects.map(({ id }) => id)).toEqual([5, 6])
    expect(left).toBe(0)
    expect(partsOf(objects[0])).toEqual(['price 3 recorded 0', 'old 1 recorded 0', 'next #6 recorded 0'])
    const after = (await engine.object({ ...at(8), object: 5 })).objects
    expect(partsOf(after[0])).toEqual(['price 3 recorded 0', 'next #6 recorded 0'])
    expect(after[0]).toMatchObject({ size: 2, whole: true, snapshot: { track: 0, seq: 0 } })
    expect(partsOf(after[1])).toEqual(['price 8 recorded 8'])
    expect(after[1]).toMatchObject({ size: 3, whole: false })
  })

  it('has what the last snapshot left out from older ones and from writes, as stale', async () => {
    const [object] = (await engine.object({ ...at(10), object: 6 })).objects
    expect(partsOf(object)).toEqual(['price 8 stale 8', 'extra 1 stale 9'])
    expect(object).toMatchObject({ size: 3, whole: false, snapshot: { track: 0, seq: 10 } })
  })

  it('that only writes name is known by them', async () => {
    const [object] = (await engine.object({ ...at(4), object: 9 })).objects
    expect(object).toMatchObject({ id: 9, kind: 'opaque', label: 'Cart', whole: false })
    expect(partsOf(object)).toEqual(['total 3 written 4'])
    expect(object?.snapshot).toBeUndefined()
  })

  it('stops at the depth that is asked for, and refuses what nothing shows yet', async () => {
    expect(await engine.object({ ...at(0), object: 5, depth: 0 })).toMatchObject({ objects: [{ id: 5 }], left: 1 })
    await expect(engine.object({ ...at(3), object: 9 })).rejects.toThrow('object-unseen')
    await expect(engine.object({ ...at(3) } as never)).rejects.toThrow('query-bad')
    await expect(engine.object({ ...at(3), object: 5, depth: 21 })).rejects.toThrow('query-bad')
  })
})

describe('sightings', () => {
  it('are the events that show or name the object, page by page', async () => {
    const query = { session, track: 0, object: 6, limit: 2 }
    const first = await engine.sightings(query)
    expect(first.rows.map(({ ref }) => ref.seq)).toEqual([0, 8])
    const second = await engine.sightings({ ...query, cursor: first.cursor ?? '' })
    expect(second.rows.map(({ ref }) => ref.seq)).toEqual([9, 10])
    expect(second.cursor).toBeUndefined()
    await expect(engine.sightings({ ...query, object: 5, cursor: first.cursor ?? '' })).rejects.toThrow('query-bad')
    await expect(engine.sightings({ ...query, track: 7 })).rejects.toThrow('not-found')
  })
})

describe('the state at a moment', () => {
  it('has frames with variables, this, scopes, and where each stood', async () => {
    const { frames } = await engine.state(at(8))
    expect(frames.map(({ node, life, at: place }) => `${node.name} ${life} ${place?.seq}`)).toEqual(['later running 8', 'Cart.add running 5'])
    const [later, add] = frames
    expect(add?.locals?.map(({ name, from }) => `${name} ${from}`)).toEqual(['item argument', 'mode write'])
    expect(add?.this).toEqual({ kind: 'object', object: 9, label: 'Cart', ref: { track: 0, seq: 4 } })
    // An arrow function has that of the call around it.
    expect(later?.this).toEqual(add?.this)
    expect((await engine.state(at(3))).frames[0]?.this).toMatchObject({ kind: 'notRecorded' })
    expect(later?.scopes?.map(({ kind, name, locals }) => [kind, name, locals.map(local => local.name)])).toEqual([
      ['closure', 'Cart.add', ['item']],
      ['module', 'src/cart.js', ['mode']],
    ])
    expect((await engine.state({ ...at(8), variables: 1 })).frames.map(({ locals }) => locals !== undefined)).toEqual([true, false])
  })

  it('has stores as the last snapshot and the changes since', async () => {
    expect((await engine.state(at(1))).stores).toEqual([])
    const [before] = (await engine.state(at(5))).stores
    expect(before).toMatchObject({ name: 'cart', snapshot: { ref: { seq: 2 } }, changes: [] })
    const [after] = (await engine.state(at(7))).stores
    expect(after?.changes).toEqual([{ key: 'items', value: { kind: 'number', text: '2' }, ref: { track: 0, seq: 6 } }])
  })

  it('has the versions of modules that ran by then', async () => {
    const trace = new TraceBuilder()
    const other: ProbeManifest = { ...manifestOf('cd'.repeat(8), 'src/cart.js', [functionProbe('Cart.add')]), sourceHash: '1'.repeat(16) }
    const page = trace.realm('page').module(manifest)
    const [old] = [page.site('Cart.add')]
    page.module(other)
    page.event({ kind: 'callEnter', site: old, call: 1 })
    page.event({ kind: 'callEnter', site: page.site('Cart.add'), call: 2 })
    page.event({ kind: 'callReturn', site: old, call: 1 })
    const versioned = engineOf(trace)
    const versionsAt = async (seq: number): Promise<unknown> => (await versioned.state({ session: trace.session, ref: { track: 0, seq } })).modules
    expect(await versionsAt(0)).toMatchObject([{ file: 'src/cart.js', sourceHash: '0'.repeat(16), versions: 1 }])
    expect(await versionsAt(2)).toMatchObject([{ file: 'src/cart.js', sourceHash: '1'.repeat(16), versions: 2, since: { seq: 1 } }])
  })
})
