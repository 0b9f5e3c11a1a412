import { describe, expect, it } from 'vitest'
import type { ValueNode } from '@hindscope/protocol'
import { createLogpointRun } from '../../src/core/logpoint-run.ts'
import type { LogpointRun } from '../../src/core/logpoint-run.ts'
import { inMode, parsePalette, rank, tryParsePlace } from '../../src/core/palette.ts'
import { createSearchRun, faultOf } from '../../src/core/search-run.ts'
import type { SearchRun } from '../../src/core/search-run.ts'
import { filterValues } from '../../src/core/value-filter.ts'
import { valueToJson } from '../../src/core/value-json.ts'
import { flattenValue, joinPath } from '../../src/core/value-rows.ts'
import { walkWrites } from '../../src/core/write-walk.ts'
import { shopTrace } from '../browser/shop-trace.ts'
import { realClient } from '../real-client.ts'

const trace = shopTrace(150)
const { session } = trace
const until = (test: () => boolean): Promise<void> => expect.poll(test, { timeout: 5000, interval: 2 }).toBe(true)
const stopped = (run: SearchRun): Promise<void> => until(() => run.found.value.status !== 'running')
const rested = (run: LogpointRun): Promise<void> => until(() => !run.found.value.running)

describe('a search', () => {
  it('reads pages until enough is there, goes on when asked, and ends complete', async () => {
    const run = createSearchRun(realClient(trace), 300)
    const shown: number[] = []
    run.found.subscribe(({ rows }) => shown.push(rows.length))
    run.open(session, { kind: 'query', text: 'kind = callEnter' })
    await stopped(run)
    expect(run.found.value.status).toBe('paused')
    expect(run.found.value.rows).toHaveLength(400)
    expect(shown).toContain(200)
    expect(run.found.value.searched).toBeGreaterThan(0.5)
    expect(run.found.value.searched).toBeLessThan(1)
    run.more()
    await stopped(run)
    expect(run.found.value).toMatchObject({ status: 'done', searched: 1 })
    expect(run.found.value.rows).toHaveLength(450)
    expect(run.found.value.explain?.matched).toBeGreaterThanOrEqual(450)
  })

  it('asks once for the same question and gives up an older one', async () => {
    const client = realClient(trace)
    const run = createSearchRun(client, 10)
    run.open(session, { kind: 'query', text: 'kind = callEnter' })
    run.open(session, { kind: 'query', text: 'function = "lineTotal" and kind = callEnter limit 3' })
    run.open(session, { kind: 'query', text: 'function = "lineTotal" and kind = callEnter limit 3' })
    await stopped(run)
    expect(run.found.value.rows.map(({ name }) => name)).toEqual(['lineTotal', 'lineTotal', 'lineTotal'])
    expect(client.asked).toEqual(['search', 'search'])
  })

  it('keeps what was found when it is cancelled, and can go on', async () => {
    const run = createSearchRun(realClient(trace), 1000)
    let isFirst = true
    run.found.subscribe(({ rows, status }) => {
      if (rows.length === 0 || status !== 'running' || !isFirst) return
      isFirst = false
      queueMicrotask(run.cancel)
    })
    run.open(session, { kind: 'query', text: '' })
    await stopped(run)
    expect(run.found.value.status).toBe('cancelled')
    const before = run.found.value.rows.length
    expect(before).toBeGreaterThan(0)
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(run.found.value.rows).toHaveLength(before)
    run.more()
    await stopped(run)
    expect(run.found.value.rows.map(row => `${row.ref.track}.${row.ref.seq}`)).toHaveLength(
      new Set(run.found.value.rows.map(row => `${row.ref.track}.${row.ref.seq}`)).size,
    )
    expect(run.found.value.rows.length).toBeGreaterThan(before)
  })

  it('finds a fault in the text without asking', () => {
    const client = realClient(trace)
    const run = createSearchRun(client, 10)
    run.open(session, { kind: 'query', text: 'knd = callEnter' })
    expect(run.found.value).toMatchObject({ status: 'failed', fault: { offset: 0, length: 3, suggestion: 'kind' } })
    expect(client.asked).toEqual([])
    expect(faultOf('kind = callEnter and')).toMatchObject({ offset: 20, length: 0 })
    expect(faultOf('error')).toBeUndefined()
  })

  it('gives groups with their columns', async () => {
    const run = createSearchRun(realClient(trace), 100)
    run.open(session, { kind: 'query', text: 'kind = callEnter select count() group by function order by function' })
    await stopped(run)
    expect(run.found.value.groups?.columns.map(({ name }) => name)).toEqual(['function', 'count()'])
    expect(run.found.value.groups?.rows).toEqual([
      ['addToCart', 150],
      ['lineTotal', 150],
      ['postCart', 150],
    ])
  })
})

describe('the palette', () => {
  it('takes the mode from the first character, and keeps the text when the mode changes', () => {
    expect(parsePalette('> step')).toEqual({ mode: 'command', text: 'step' })
    expect(parsePalette('step > over')).toEqual({ mode: 'all', text: 'step > over' })
    expect(inMode('@cart', 'command')).toBe('>cart')
    expect(inMode('cart', 'query')).toBe('=cart')
    expect(inMode('#0.1', 'all')).toBe('0.1')
  })

  it('puts beginnings before parts before first letters of parts, and counts all', () => {
    const names = ['recalculate', 'Cart', 'addToCart', 'carousel', 'clearAllRecentTotals', 'other']
    expect(rank('cart', names, name => name, 3)).toEqual({ items: ['Cart', 'addToCart', 'clearAllRecentTotals'], total: 3 })
    expect(rank('to cart', names, name => name, 9).items).toEqual(['addToCart', 'clearAllRecentTotals'])
    expect(rank('cart', ['recarton', 'addToCart'], name => name, 9).items).toEqual(['addToCart', 'recarton'])
    expect(rank('', names, name => name, 2)).toEqual({ items: ['recalculate', 'Cart'], total: 6 })
  })

  it('reads lines and times', () => {
    expect(tryParsePlace('8')).toEqual({ kind: 'line', line: 8 })
    expect(tryParsePlace('cart.js:8')).toEqual({ kind: 'line', line: 8, file: 'cart.js' })
    expect(tryParsePlace('13.02s')).toEqual({ kind: 'time', us: 13_020_000 })
    expect(tryParsePlace('20ms')).toEqual({ kind: 'time', us: 20_000 })
    expect(tryParsePlace('+1.5')).toEqual({ kind: 'time', us: 1_500_000 })
    expect(tryParsePlace('1:02.5s')).toEqual({ kind: 'time', us: 62_500_000 })
    expect([tryParsePlace('0'), tryParsePlace('soon'), tryParsePlace('')]).toEqual([undefined, undefined, undefined])
  })
})

describe('logpoints', () => {
  const gross = { path: 'src/cart.js', line: 8, expression: 'gross * item.quantity' }

  it('reads the expression at every execution, page by page, and says that it is complete', async () => {
    const run = createLogpointRun(realClient(trace))
    run.open(session, [gross])
    await rested(run)
    expect(run.found.value.hits.length).toBe(100)
    expect(run.found.value.counts[0]?.atEnd).toBe(false)
    run.more()
    await rested(run)
    expect(run.found.value.hits).toHaveLength(150)
    expect(run.found.value.counts[0]).toMatchObject({ hits: 150, atEnd: true, missing: [] })
    expect(run.found.value.hits.map(({ outcome }) => outcome)).toContainEqual({ kind: 'value', value: { kind: 'number', text: '18' }, doubts: [] })
  })

  it('makes one list of several, in the order of events', async () => {
    const run = createLogpointRun(realClient(trace))
    run.open(session, [gross, { path: 'server/cart.js', line: 2, expression: 'total' }])
    await rested(run)
    const times = run.found.value.hits.map(({ row }) => row.timeUs)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(new Set(run.found.value.hits.map(({ logpoint }) => logpoint.line))).toEqual(new Set([8, 2]))
  })

  it('says which part was not recorded, and how often', async () => {
    const run = createLogpointRun(realClient(trace))
    run.open(session, [{ ...gross, expression: 'discount * 2' }])
    await rested(run)
    expect(run.found.value.counts[0]?.missing).toMatchObject([{ path: 'discount', count: 100 }])
  })

  it('stops at the first execution when the expression cannot be read', async () => {
    const client = realClient(trace)
    const run = createLogpointRun(client)
    run.open(session, [{ ...gross, expression: 'gross *' }])
    await rested(run)
    expect(run.found.value.counts[0]).toMatchObject({ hits: 0, atEnd: true, failure: { code: 'expression-syntax' } })
    expect(client.asked.filter(method => method === 'evaluate')).toHaveLength(1)
  })

  it('says why a line has no execution', async () => {
    const run = createLogpointRun(realClient(trace))
    run.open(session, [{ ...gross, line: 9 }])
    await rested(run)
    expect(run.found.value.counts[0]?.absent?.length).toBeGreaterThan(0)
  })
})

describe('writes of a variable', () => {
  it('are walked from any moment, in both directions, to their ends', async () => {
    const client = realClient(trace)
    const writes = await client.ask('search', { session, query: 'kind = write and name = "gross"', limit: 3 })
    const rows = writes.ok && writes.value.kind === 'events' ? writes.value.rows : []
    const [first, second] = rows
    const detail = await client.ask('event', { session, ref: first?.ref ?? { track: 0, seq: 0 } })
    const target = detail.ok ? detail.value.target : undefined
    if (!first || !second || !target) return expect.fail('no write of gross')
    const walk = async (from: typeof first, direction: 'next' | 'previous'): Promise<unknown> => {
      const result = await walkWrites(client, session, target, from, direction)
      return result.ok ? result.value?.ref : result.failure
    }
    expect(await walk(first, 'next')).toEqual(second.ref)
    expect(await walk(second, 'previous')).toEqual(first.ref)
    expect(await walk(first, 'previous')).toBeUndefined()
    expect(await walk({ ...first, timeUs: first.timeUs - 1, ref: { track: 0, seq: 0 } }, 'next')).toEqual(first.ref)
  })
})

const num = (value: number): ValueNode => ({ kind: 'number', text: String(value) })

describe('rows of values', () => {
  it('opens what is wide in ranges of a hundred, whose rows keep their paths', () => {
    const wide: ValueNode = { kind: 'array', id: 7, size: 300, items: Array.from({ length: 250 }, (_, i) => num(i)) }
    const root = joinPath('G', 'list')
    const rows = flattenValue('G', 'list', wide, new Set([root, joinPath(root, '[200…249]')]), 'list')
    expect(rows.map(({ name }) => name).slice(0, 5)).toEqual(['list', '[0…99]', '[100…199]', '[200…249]', '200'])
    expect(rows.at(-1)?.missing).toBe('50 more not recorded (limit)')
    expect(rows[4]).toMatchObject({ path: joinPath(root, '200'), depth: 2, expression: 'list[200]', owner: { object: 7, key: '200' } })
  })

  it('knows how the program names a place, and where it does not', () => {
    const map: ValueNode = {
      kind: 'map',
      id: 3,
      size: 2,
      pairs: [
        [{ kind: 'string', value: 'k', length: 1 }, num(1)],
        [{ kind: 'object', id: 9, className: 'K', size: 0, entries: [] }, num(2)],
      ],
    }
    const value: ValueNode = {
      kind: 'object',
      id: 2,
      className: 'Object',
      size: 3,
      entries: [
        ['a-b', num(1)],
        ['@@tag', num(2)],
        ['map', map],
      ],
    }
    const root = joinPath('G', 'v')
    const rows = flattenValue('G', 'v', value, new Set([root, joinPath(root, 'map')]), 'v')
    expect(rows.map(({ expression }) => expression)).toEqual(['v', 'v["a-b"]', undefined, 'v.map', 'v.map.get("k")', undefined])
    expect(rows.map(({ owner }) => owner?.key)).toEqual([undefined, 'a-b', '@@tag', 'map', undefined, undefined])
  })

  it('keeps values that have the text in a name or a value below', () => {
    const values = [
      {
        name: 'cart',
        value: { kind: 'object', id: 1, className: 'Cart', size: 1, entries: [['owner', { kind: 'string', value: 'Ada', length: 3 }]] } as ValueNode,
      },
      { name: 'total', value: num(41.98) },
    ]
    const names = (text: string | undefined): readonly string[] => filterValues(values, text).map(({ name }) => name)
    expect([names(undefined), names('ADA'), names('own'), names('41.9'), names('zzz')]).toEqual([
      ['cart', 'total'],
      ['cart'],
      ['cart'],
      ['total'],
      [],
    ])
  })

  it('copies JSON that says what JSON cannot', () => {
    const value: ValueNode = {
      kind: 'object',
      id: 1,
      className: 'Cart',
      size: 6,
      entries: [
        ['nan', num(Number.NaN)],
        ['gone', { kind: 'undefined' }],
        ['list', { kind: 'array', id: 2, size: 4, items: [num(1), { kind: 'hole' }, { kind: 'cut', reason: 'depth 3 limit' }] }],
        ['secret', { kind: 'redacted', rule: 'email' }],
        ['none', { kind: 'null' }],
      ],
    }
    expect(JSON.parse(valueToJson(value))).toEqual({
      nan: '⟨NaN⟩',
      gone: '⟨undefined⟩',
      list: [1, '⟨empty⟩', '⟨not recorded: depth 3 limit⟩', '⟨1 more not recorded⟩'],
      secret: '⟨redacted: email⟩',
      none: null,
      '…': '⟨1 more not recorded⟩',
    })
  })
})
