import { describe, expect, it } from 'vitest'
import type { EventFilter, EventRow, WriteTarget } from '@hindscope/protocol'
import {
  TraceBuilder,
  branchProbe,
  expressionProbe,
  functionProbe,
  manifestOf,
  objectIdentity,
  propertyWriteProbe,
  stepProbe,
} from '@hindscope/testkit'
import { createEngine, createTraceModel } from '../../src/model.ts'
import { engineOf } from '../shop-trace.ts'
import { FILL_MODULE, fillManifest, statementTrace } from '../statement-trace.ts'

const { trace } = statementTrace()
const { session } = trace
const engine = engineOf(trace)
const text = (row: EventRow): string => `${row.ref.seq} ${row.kind} ${row.name}${row.preview}`
const seqs = async (filter: EventFilter): Promise<readonly number[]> => (await engine.events({ session, ...filter })).rows.map(row => row.ref.seq)
const step = async (seq: number, direction: Parameters<typeof engine.step>[0]['direction']): Promise<number | undefined> =>
  (await engine.step({ session, ref: { track: 0, seq }, direction })).ref?.seq

describe('rows', () => {
  it('read as what happened', async () => {
    const { rows } = await engine.events({ session })
    expect(rows.map(text)).toMatchInlineSnapshot(`
      [
        "0 callEnter fill({count: 0}, ["tea", "cake"])",
        "1 step step let total = 0",
        "2 write total = 0",
        "3 step step for (const item of items)",
        "4 iteration iteration 0",
        "5 step step if (item.price > 2)",
        "6 branch if item.price > 2 → true",
        "7 step step total += item.price",
        "8 write total = 3",
        "9 step step cart.items[cart.count++] = item",
        "10 propertyWrite Cart#12.count ++ (was 0)",
        "11 propertyWrite Array#13[0] = "tea"",
        "12 iteration iteration 1",
        "13 step step if (item.price > 2)",
        "14 branch if item.price > 2 → true",
        "15 step step total += item.price",
        "16 write total = 7",
        "17 step step cart.items[cart.count++] = item",
        "18 propertyWrite Cart#12.count ++ (was 1)",
        "19 propertyWrite Array#13[1] = "cake"",
        "20 branch if item.price > 2 → false",
        "21 callEnter bump(1)",
        "22 write total = 8",
        "23 callReturn bump → 8",
        "24 step step return total",
        "25 locals locals {total: 8, bump: "ƒ"}",
        "26 callReturn fill → 8",
      ]
    `)
  })

  it('stand at their own place, in the call and function around them', async () => {
    const [row] = (await engine.events({ session, kinds: ['propertyWrite'] })).rows
    expect(row).toMatchObject({ location: { file: 'src/fill.ts', line: 6, column: 2 }, call: 1, depth: 1, error: false })
    expect(await seqs({ function: 'bump' })).toEqual([21, 22, 23])
    expect(await seqs({ line: 4, file: 'fill' })).toEqual([5, 6, 7, 8, 13, 14, 15, 16, 20])
  })

  it('have values under names', async () => {
    const valuesOf = async (seq: number): Promise<readonly string[]> =>
      (await engine.event({ session, ref: { track: 0, seq } })).values.map(
        ({ name, value }) => `${name}: ${'text' in value ? value.text : value.kind}`,
      )
    expect(await valuesOf(10)).toEqual(['object: opaque', 'key: string', 'value before: 0'])
    expect(await valuesOf(11)).toEqual(['object: opaque', 'key: 0', 'value: string'])
    expect(await valuesOf(25)).toEqual(['total: 8', 'bump: string'])
    expect(await valuesOf(5)).toEqual([])
  })

  it('say what is not plain: deletion, nullish, arms of a switch, expressions, unknown objects', async () => {
    const other = new TraceBuilder()
    const manifest = manifestOf('0e'.repeat(8), 'x.js', [
      functionProbe('f'),
      branchProbe('case', 2),
      branchProbe('logical', 3, { operator: '??', parent: 0 }),
      branchProbe('logical', 4, { operator: '&&', parent: 0 }),
      expressionProbe(5),
      propertyWriteProbe('gone', 6, { operator: 'delete' }),
      propertyWriteProbe(undefined, 7),
    ])
    const realm = other.realm('page').module(manifest)
    const f = realm.enter('f')
    realm.steps(f, 'branch 2').branches(f, 'branch 3', null).branches(f, 'branch 3', 0).branches(f, 'branch 4', 0)
    realm.event({ kind: 'expression', site: realm.site('expression 5'), call: f, values: [3] })
    realm.writesProperty(f, 'gone 6', objectIdentity('', 4), 'gone', true)
    realm.writesProperty(f, '[computed] 7', 'text', 'a b', { x: 1 })
    realm.event({ kind: 'propertyWrite', site: realm.site('[computed] 7'), call: f })
    realm.event({ kind: 'locals', site: 999, call: f, extra: 2, values: [1, 2] })
    realm.event({ kind: 'branch', site: 999, call: f, extra: 2 })
    const { rows } = await engineOf(other).events({ session: other.session })
    expect(rows.slice(1).map(row => `${row.name}${row.preview}`)).toEqual([
      'case',
      '?? → nullish',
      '?? → not nullish',
      '&& → false',
      'expression → 3',
      'delete Object#4.gone → true',
      '"text"["a b"] = {x: 1}',
      '[computed]',
      'locals {local 1: 1, local 2: 2}',
      'branch → false',
    ])
  })

  it('are found by names of variables and by values, not by the word for their kind', async () => {
    expect(await seqs({ text: 'bump' })).toEqual([21, 23, 25])
    expect(await seqs({ text: 'step' })).toEqual([])
    expect(await seqs({ text: 'count' })).toEqual([0, 10, 18])
    expect(await seqs({ text: 'cake' })).toEqual([0, 19])
  })
})

describe('executions of lines', () => {
  it('are counted by steps where there are some, by calls and writes elsewhere', async () => {
    const { hits, unreached } = await engine.source({ session, path: 'src/fill.ts' })
    expect(hits.map(({ line, count, column }) => [line, count, column])).toEqual([
      [1, 1, undefined],
      [2, 1, 2],
      [3, 1, 2],
      [4, 2, 4],
      [6, 2, 4],
      [8, 2, undefined],
      [10, 1, 2],
    ])
    expect(unreached).toEqual([5])
  })

  it('count the statement that ran most often, the first one of equals', async () => {
    const other = new TraceBuilder()
    const probes = [functionProbe('f'), stepProbe(2, { parent: 0 }), stepProbe(2, { parent: 0, column: 20 }), stepProbe(3, { parent: -1 })]
    const realm = other.realm('page').module(manifestOf('0e'.repeat(8), 'x.js', probes))
    const f = realm.enter('f')
    for (const site of [2, 3, 3, 3]) realm.event({ kind: 'step', site, call: f })
    const detail = await engineOf(other).source({ session: other.session, path: 'x.js' })
    expect(detail.hits).toEqual([
      { line: 1, count: 1, errors: 0 },
      { line: 2, count: 3, errors: 0, column: 20 },
    ])
    // Line 3 is not in the function that recorded steps.
    expect(detail.unreached).toEqual([])
  })

  it('are stepped through, from whatever stands on the line', async () => {
    expect(await step(5, 'next-line')).toBe(13)
    expect(await step(13, 'previous-line')).toBe(5)
    expect(await step(8, 'next-line')).toBe(13)
    expect(await step(13, 'next-line')).toBeUndefined()
    expect(await step(10, 'next-line')).toBe(17)
    expect(await step(22, 'previous-line')).toBe(21)
    expect(await step(0, 'next-line')).toBeUndefined()
  })
})

describe('the write index', () => {
  const total: WriteTarget = { kind: 'binding', module: FILL_MODULE, binding: 2 }

  it('knows every write of a variable, closures included', async () => {
    expect(await seqs({ writes: total })).toEqual([2, 8, 16, 22])
    expect(await seqs({ writes: { ...total, binding: 3 } })).toEqual([])
    expect(await seqs({ writes: { ...total, module: 'other' } })).toEqual([])
  })

  it('knows every write of a property of an object', async () => {
    expect(await seqs({ writes: { kind: 'property', track: 0, object: 12, key: 'count' } })).toEqual([10, 18])
    expect(await seqs({ writes: { kind: 'property', track: 0, object: 13 } })).toEqual([11, 19])
    expect(await seqs({ writes: { kind: 'property', track: 0, object: 13, key: '1' } })).toEqual([19])
    expect(await seqs({ writes: { kind: 'property', track: 0, object: 13, key: 'count' } })).toEqual([])
    expect(await seqs({ writes: { kind: 'property', track: 1, object: 12 } })).toEqual([])
    expect(await seqs({ writes: { kind: 'property', track: 0, object: 99 } })).toEqual([])
  })

  it('answers who wrote it last: the newest before a moment', async () => {
    const { rows } = await engine.events({ session, writes: total, toUs: trace.baseUs + 150, order: 'desc', limit: 1 })
    expect(rows.map(text)).toEqual(['16 write total = 7'])
  })

  it('says of each write what it wrote', async () => {
    const targetOf = async (seq: number): Promise<WriteTarget | undefined> => (await engine.event({ session, ref: { track: 0, seq } })).target
    expect(await targetOf(22)).toEqual(total)
    expect(await targetOf(11)).toEqual({ kind: 'property', track: 0, object: 13, key: '0' })
    expect(await targetOf(5)).toBeUndefined()
  })

  it('is stepped through', async () => {
    expect(await step(2, 'next-write')).toBe(8)
    expect(await step(22, 'previous-write')).toBe(16)
    expect(await step(22, 'next-write')).toBeUndefined()
    expect(await step(2, 'previous-write')).toBeUndefined()
    expect(await step(10, 'next-write')).toBe(18)
    expect(await step(19, 'next-write')).toBeUndefined()
    expect(await step(5, 'next-write')).toBeUndefined()
  })

  it('follows a trace that grows, and one whose chunks come late', async () => {
    const { trace: late } = statementTrace()
    const [definitions, first, second] = late.chunks()
    for (const order of [
      [definitions, first, second],
      [definitions, second, first],
      [first, second, definitions],
    ]) {
      const library = createTraceModel()
      let answer: readonly number[] = []
      for (const chunk of order) {
        if (chunk) library.addChunk(chunk)
        answer = (await createEngine(library.stores).events({ session, writes: total })).rows.map(row => row.ref.seq)
      }
      expect(answer).toEqual([2, 8, 16, 22])
    }
  })

  it.each([
    'total',
    null,
    {},
    { kind: 'binding', module: 3, binding: 0 },
    { kind: 'binding', module: 'm', binding: -1 },
    { kind: 'property', track: 0 },
    { kind: 'property', track: 0, object: 1.5 },
    { kind: 'property', track: 0, object: 1, key: 2 },
  ])('refuses %j', async writes => {
    await expect(engine.events({ session, writes } as never)).rejects.toThrow('query-bad')
  })
})

describe('a call', () => {
  it('has its writes, those of its closures and of properties at their lines', async () => {
    const { lineValues } = await engine.call({ session, ref: { track: 0, call: 1 } })
    expect(lineValues.map(({ line, name, preview, uncertain }) => `${line} ${name} ${preview}${uncertain ? ' ?' : ''}`)).toEqual([
      '1 cart {count: 0}',
      '1 items ["tea", "cake"]',
      '2 total 0',
      '4 total 3',
      '6 [0] "tea"',
      '4 total 7',
      '6 [1] "cake"',
      '8 total 8',
      '11 return 8',
    ])
  })

  it('has locals at every moment', async () => {
    const at = async (seq: number, call?: number): Promise<readonly string[]> => {
      const query = { session, ref: { track: 0, seq }, ...(call === undefined ? {} : { call: { track: 0, call } }) }
      const { locals } = await engine.locals(query)
      return locals.map(({ name, value, from, ref }) => `${name} ${'text' in value ? value.text : value.kind} ${from} ${ref.seq}`)
    }
    expect(await at(0)).toEqual(['cart object argument 0', 'items array argument 0'])
    expect(await at(8)).toEqual(['cart object argument 0', 'items array argument 0', 'total 3 write 8'])
    expect(await at(22)).toEqual(['by 1 argument 21', 'total 8 write 22'])
    expect(await at(22, 1)).toEqual(['cart object argument 0', 'items array argument 0', 'total 8 closure 22'])
    expect(await at(26)).toEqual(['cart object argument 0', 'items array argument 0', 'total 8 locals 25', 'bump string locals 25'])
    const { call, locals, completeness } = await engine.locals({ session, ref: { track: 0, seq: 8 } })
    expect(call).toEqual({ track: 0, call: 1 })
    expect(locals[2]?.target).toEqual({ kind: 'binding', module: FILL_MODULE, binding: 2 })
    expect(completeness).toEqual({ kind: 'complete' })
  })

  it('refuses a call of another track', async () => {
    await expect(engine.locals({ session, ref: { track: 0, seq: 8 }, call: { track: 0, call: 77 } })).rejects.toThrow('not-found')
  })
})

it('rows say nothing of the source where no manifest carries it', async () => {
  const other = new TraceBuilder()
  const realm = other.realm('page').module({ ...fillManifest, sources: [{ path: 'src/fill.ts' }] })
  const f = realm.enter('fill')
  realm.steps(f, 'step 2').branches(f, 'branch 4', true)
  const { rows } = await engineOf(other).events({ session: other.session })
  expect(rows.map(row => row.name + row.preview)).toEqual(['fill()', 'step', 'if → true'])
})
