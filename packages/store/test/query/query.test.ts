import { describe, expect, test } from 'vitest'
import { parseQuery } from '@hindscope/protocol'
import type { HindscopeError } from '@hindscope/protocol'
import { createEngine, createTraceModel } from '../../src/model.ts'
import { groupRows } from '../../src/query/groups.ts'
import { Scan } from '../../src/query/scan.ts'
import { compileWhere } from '../../src/query/condition.ts'
import { functionProbe, manifestOf, TraceBuilder } from '@hindscope/testkit'
import { BASE_US, SESSION, askTrace, queryTrace, refText } from './query-trace.ts'

const { engine, ask, refs, groups } = askTrace()

const failureOf = (work: Promise<unknown>): Promise<HindscopeError> =>
  work.then(
    () => expect.fail('it was answered'),
    (error: unknown) => error as HindscopeError,
  )

describe('every field and operator', () => {
  test.each([
    ['kind = mark', '0.6'],
    ['kind != console and time >= +0.006 and depth = 0', '0.10 0.14'],
    ['kind in (mark, write)', '0.4 0.6'],
    ['kind ~ "THROW"', '1.3'],
    ['function = "tax"', '0.2 0.3 0.14 0.15'],
    ['function = "Tax"', ''],
    ['function ~ "Tax"', '0.2 0.3 0.14 0.15'],
    ['function ~ "click"', '0.0 0.10'],
    ['function != "Cart.checkout" and track = 0 and time < +0.0003', '0.0 0.2 0.3'],
    ['not function exists', '0.6 0.11 0.12 0.13'],
    ['function > "tax"', ''],
    ['function >= "tax" and depth = 2', '0.2 0.3'],
    ['file ~ "ORDERS"', '1.1 1.2 1.3'],
    ['file = "server/orders.ts" and line = 2', '1.1 1.2 1.3'],
    ['file exists and kind = console', '0.5 1.2 0.15'],
    ['line > 10 and line <= 12', '0.4'],
    ['line in (12, 20) and depth < 1', '0.14'],
    ['track = 1 and depth > 0', '1.1 1.2 1.3'],
    ['call = 3', '0.2 0.3'],
    ['not call exists', '0.6 0.11 0.12 0.13'],
    ['time = +0.0002', '0.2 0.3'],
    ['time > +200us and time < +300us', '0.4 0.5 0.6'],
    ['time >= 2023-11-14T22:13:20.0071Z', '0.14 0.15'],
    ['time in (+0, +0.007)', '0.0 0.14 0.15'],
    ['time != +0 and time <= +0.0001', '0.1'],
    ['duration >= 5.4ms and duration < 6000us', '0.1 0.7 0.8 0.9'],
    ['duration = 0s', '0.2 0.3'],
    ['kind = callEnter and not duration exists', '0.14'],
    ['depth >= 2 and kind != console', '0.2 0.3 0.4 0.7 0.8'],
    ['error', '1.2 1.3 1.4 0.8'],
    ['error = true and track = 0', '0.8'],
    ['error != true and track = 1', '1.0 1.1'],
    ['activity = httpClient', '0.7 0.8'],
    ['activity != httpClient', '0.0 1.0 1.4 0.10'],
    ['activity in (domEvent, timer)', '0.0 0.10'],
    ['activity ~ "http" and kind = activityEnd', '1.4 0.8'],
    ['activity = timer', ''],
    ['name = "total"', '0.4'],
    ['name ~ "SLOW"', '0.6'],
    ['name ~ "post /api" and kind = activityStart', '0.7 1.0'],
    ['name = "console.log" and track = 0', '0.5 0.11 0.12 0.13'],
    ['text ~ "STOCK"', '1.2 1.3'],
    ['text ~ "rangeerror: out"', '1.3'],
    ['text ~ "4711"', '0.1'],
    ['text ~ "eur" or text ~ "ada"', '0.1 0.3'],
  ])('%s', async (query, expected) => {
    expect(await refs(query)).toBe(expected)
  })
})

describe('places in values', () => {
  test.each([
    ['args[0].user.id = 4711', '0.1 0.9'],
    ['args.user.user.name = "Ada" and kind = callEnter', '0.1'],
    ['args.options.deep[1].n >= 2 and kind = callEnter', '0.1'],
    ['args.options.deep.length = 2 and kind = callEnter', '0.1'],
    ['args.length = 2 and kind = callReturn', '0.9'],
    ['args.amount > 12 and args.amount < 13', '0.2 0.3'],
    ['args.amount = -1', '0.14'],
    ['args ~ "ADA" and kind = callEnter', '0.1'],
    ['args.amount exists', '0.2 0.3 0.14'],
    ['args.nothing exists', ''],
    ['args[0]["user"]["name"] ~ "d" and kind = callEnter', '0.1'],
    ['result.total = 14', '0.2 0.3'],
    ['result.currency in ("USD", "EUR") and kind = callReturn', '0.3'],
    ['result = undefined', '0.1 0.9'],
    ['result != undefined and kind = callEnter', '0.2'],
    ['result.status = 500', '0.7 1.0 1.4 0.8'],
    ['error.message = "out of stock"', '1.1 1.3'],
    ['error.name = "RangeError" and kind = callThrow', '1.3'],
    ['error.message ~ "REF"', '0.7 0.8'],
    ['error.stack exists', ''],
    ['value = 14', '0.4'],
    ['value.label = "slow now"', '0.6'],
    ['values.label ~ "slow"', '0.6'],
    ['values[0].label exists', '0.6'],
    ['value[0] = "paid" and value[1] = 14 and value[2] = null and value[3] = true', '0.5'],
    ['value.length = 4 and kind = console', '0.5 0.11'],
    ['value[2] < 5', ''],
    ['value[0].tea = 3 and value[0].size = 7', '0.11'],
    ['value[1].size = 50', '0.11'],
    ['value[2].length = 9000', '0.11'],
    ['value[7].length = 8 and value[7] ~ "tea" and value[7] = "Tea \\"x\\"\\n"', '0.13'],
    ['value[0] > 9007199254740992', '0.13'],
    ['value[1] = 2023-11-14T22:13:20Z and value[1] >= 2023-11-14', '0.13'],
    ['value[6] > 1e300', '0.13'],
    ['value[5] exists', '0.13'],
    ['value[2].self.self.self.n = 8', '0.12'],
    ['value[2].undef = undefined and value[2].undef exists', '0.12'],
  ])('%s', async (query, expected) => {
    expect(await refs(query)).toBe(expected)
  })

  test('what was cut or masked is equal to nothing, unequal to nothing and contains nothing', async () => {
    // Shortened: a string, an array, a Map. Masked, cut: whole values and properties. Not recorded: accessor, hole, proxy. NaN.
    const places = [
      'value[2]',
      'value[3][2]',
      'value[1].b',
      'value[0]',
      'value[1]',
      'value[2].secret',
      'value[2].deep',
      'value[3]',
      'value[4]',
      'value[2].secret.x[0].y',
    ]
    const times = [7000, 7000, 7000, 7001, 7001, 7001, 7001, 7002, 7002, 7001]
    for (const [i, place] of places.entries()) {
      const at = `time = +${(times[i] as number) - 100}us and`
      for (const literal of ['"abcdef"', '0', 'null', 'undefined', 'true', '"password"', '"depth"']) {
        for (const operator of /"|0/.test(literal) ? ['=', '!=', '<', '<=', '>', '>='] : ['=', '!=']) {
          expect(await refs(`${at} ${place} ${operator} ${literal}`), `${place} ${operator} ${literal}`).toBe('')
        }
      }
      expect(await refs(`${at} ${place} ~ "password"`)).toBe('')
      expect(await refs(`${at} ${place} ~ "depth"`)).toBe('')
    }
    expect(await refs('value[5] = 0 or value[5] < 0 or value[5] >= 0')).toBe('')
  })

  test('of a shortened text the kept part can be searched; that a masked value was there is known', async () => {
    expect(await refs('value[2] ~ "CDE"')).toBe('0.11')
    expect(await refs('value[2].secret exists')).toBe('0.12')
    expect(await refs('value[2].deep exists')).toBe('')
  })

  test('strings that no chunk has are ruled out without decoding', async () => {
    expect((await ask('value = "nowhere to be found" or args ~ "nor this"')).explain.decoded).toBe(0)
    expect((await ask('kind = mark and value.label = "slow now"')).explain.decoded).toBe(1)
  })
})

describe('relations', () => {
  test.each([
    // Of one causal tree, over both realms; the mark and the events at the end belong to no tree or to another.
    ['follows (kind = callThrow)', '1.4 0.8 0.9 0.10'],
    ['follows (kind = callThrow) within 200us', '1.4 0.8'],
    ['follows (kind = callThrow) within 100us', '1.4'],
    ['follows (name = "total") and track = 1', '1.0 1.1 1.2 1.3 1.4'],
    ['follows (activity = httpClient and kind = activityStart) within 0s', '1.0'],
    ['kind = activityStart and follows (activity = httpServer)', ''],
    ['follows (kind = mark)', ''],
    ['caused by (function = "Cart.checkout" and kind = callEnter)', '0.2 0.3 0.4 0.5 0.7 1.0 1.1 1.2 1.3 1.4 0.8'],
    ['caused by (kind = console and text ~ "paid")', '0.2 0.3 0.4 0.7 1.0 1.1 1.2 1.3 1.4 0.8'],
    ['kind = console and caused by (kind = console)', '1.2'],
    ['error and not caused by (activity = domEvent)', ''],
    ['causes (kind = callThrow)', '0.0 0.1 0.4 0.5 0.7 1.0 1.4 0.8 0.9 0.10'],
    ['causes (text ~ "still open")', '0.14'],
    ['kind = callEnter and causes (causes (error = true))', '0.1'],
    ['kind = callEnter and caused by (caused by (duration > 5.9ms))', '0.2 1.1'],
  ])('%s', async (query, expected) => {
    expect(await refs(query)).toBe(expected)
  })

  test('one event is caused by another exactly when that one causes it', async () => {
    const answer = await ask('call exists')
    const rows = answer.kind === 'events' ? answer.rows : []
    const pairs = async (relation: string, pair: (here: string, found: string) => string): Promise<string[]> => {
      const found: string[] = []
      for (const row of rows) {
        const only = `track = ${row.ref.track} and call = ${row.call} and kind = ${row.kind}`
        const others = (await refs(`${relation} (${only})`)).split(' ')
        found.push(...others.filter(each => each !== '').map(each => pair(refText(row), each)))
      }
      return found.sort()
    }
    const effects = await pairs('caused by', (cause, effect) => `${cause} ${effect}`)
    expect(effects.length).toBeGreaterThan(40)
    expect(await pairs('causes', (effect, cause) => `${cause} ${effect}`)).toEqual(effects)
  })
})

describe('order, limits, pages', () => {
  test.each([
    ['kind = callEnter order by duration desc', '0.1 1.1 0.2 0.14'],
    ['kind = callEnter order by duration', '0.2 1.1 0.1 0.14'],
    ['kind = callEnter order by function, time desc', '0.1 1.1 0.14 0.2'],
    ['kind = callEnter order by function desc limit 2', '0.2 0.14'],
    ['depth = 2 order by time desc limit 3', '0.8 1.2 0.7'],
    ['kind in (callEnter, callReturn) order by result.total desc, args.amount', '0.2 0.3 0.14 0.1 1.1 0.9'],
    ['track = 1 or track = 0 order by error desc, track limit 5', '0.8 1.2 1.3 1.4 0.0'],
  ])('%s', async (query, expected) => {
    expect(await refs(query)).toBe(expected)
  })

  test('pages of any size and order give every row once', async () => {
    for (const order of [
      '',
      ' order by time desc',
      ' order by duration desc',
      ' order by kind, depth desc',
      ' order by function',
      ' order by args.amount desc limit 17',
    ]) {
      const whole = await refs(`depth >= 0${order}`)
      for (const limit of [1, 2, 5, 20, 21, 22]) {
        const found: string[] = []
        let cursor: string | undefined
        do {
          const page = await engine.search({ session: SESSION, query: `depth >= 0${order}`, limit, ...(cursor === undefined ? {} : { cursor }) })
          if (page.kind === 'events') found.push(...page.rows.map(refText))
          cursor = page.cursor
        } while (cursor !== undefined)
        expect(found.join(' '), `${order} by ${limit}`).toBe(whole)
      }
    }
  })

  test('a thousand events at one time, over two realms: none is lost, and the limit counts after the order', async () => {
    const trace = new TraceBuilder()
    const realms = ['a', 'b'].map(name => trace.realm(name).module(manifestOf('ef'.repeat(8), 'src/x.ts', [functionProbe('f')])))
    for (let i = 0; i < 500; i++) for (const realm of realms) realm.at(50).console('log', [i])
    const many = askTrace(trace)
    const wanted = realms.flatMap((_, track) => Array.from({ length: 500 }, (__, seq) => `${track}.${seq}`))
    expect((await many.refs('time >= +0 limit 1000')).split(' ')).toEqual(wanted)
    expect((await many.refs('order by time desc')).split(' ')).toEqual(wanted.toReversed())
    expect((await many.refs('order by line desc')).split(' ')).toEqual(wanted)
    expect(await many.refs('order by value[0] desc limit 3')).toBe('0.499 1.499 0.498')
    const first = await many.engine.search({ session: SESSION, query: '', limit: 500 })
    const second = await many.engine.search({ session: SESSION, query: '', limit: 600, cursor: first.cursor as string })
    expect(second.rows).toHaveLength(500)
    expect(second.cursor).toBeUndefined()
  })
})

describe('aggregates', () => {
  test('of everything, of groups, of nothing', async () => {
    expect(await groups('kind = callEnter select count(), min(duration), max(duration), avg(duration), sum(duration), p50(duration)')).toEqual([
      [4, 0, 5800, 10950 / 3, 10950, 5150],
    ])
    expect(await groups('kind = mark and kind = write select count(), max(duration)')).toEqual([[0, null]])
    expect(await groups('kind = mark and kind = write select count() group by kind')).toEqual([])
    expect(await groups('depth >= 2 select count() group by kind, track order by track desc, count() desc limit 2')).toEqual([
      ['console', 1, 1],
      ['activityEnd', 0, 1],
    ])
    expect(await groups('kind = console select count(), max(value[0]) group by function order by function')).toEqual([
      ['Cart.checkout', 1, null],
      ['createOrder', 1, null],
      ['tax', 1, null],
      [null, 3, 2 ** 53],
    ])
    expect(await groups('select avg(args.amount), max(time) group by error')).toEqual([
      [false, (12.5 + 12.5 - 1) / 3, BASE_US + 7100],
      [true, null, BASE_US + 5800],
    ])
  })

  test('columns have names and units', async () => {
    expect((await ask('select count(), p95(duration), max(time), sum(args.amount) group by function, line, error, result.total')).columns).toEqual([
      { name: 'function', unit: 'text' },
      { name: 'line', unit: 'number' },
      { name: 'error', unit: 'boolean' },
      { name: 'result.total', unit: 'any' },
      { name: 'count()', unit: 'number' },
      { name: 'p95(duration)', unit: 'duration' },
      { name: 'max(time)', unit: 'time' },
      { name: 'sum(args.amount)', unit: 'number' },
    ])
  })

  test('pages of groups', async () => {
    const query = 'select count() group by name'
    const whole = await groups(query)
    const first = await engine.search({ session: SESSION, query, limit: 5 })
    const rest = await engine.search({ session: SESSION, query, limit: 1000, cursor: first.cursor as string })
    expect([...first.rows, ...rest.rows]).toEqual(whole)
    expect(rest.cursor).toBeUndefined()
    expect((await engine.search({ session: SESSION, query: `${query} limit 5`, limit: 5 })).cursor).toBeUndefined()
  })

  test('beyond their bounds they say what is missing', () => {
    const [store] = createTraceModel(queryTrace().chunks()).stores
    const scan = new Scan(store as NonNullable<typeof store>)
    const run = <T>(work: Generator<void, T>): T => {
      for (;;) {
        const step = work.next()
        if (step.done === true) return step.value
      }
    }
    const table = (text: string): ReturnType<typeof groupRows> extends Generator<void, infer T> ? T : never => {
      const tree = parseQuery(text)
      return run(groupRows(scan, tree, run(compileWhere(scan, tree.where)), { groups: 2, samples: 3 }))
    }
    expect(table('select count() group by track')).toEqual({
      rows: [
        [0, 16],
        [1, 5],
      ],
      reasons: [],
    })
    const kinds = table('select count() group by kind')
    expect(kinds.rows).toHaveLength(2)
    expect(kinds.reasons).toEqual([expect.stringMatching(/^\d+ events belong to groups beyond the first 2$/)])
    const percentiles = table('select p50(duration), max(duration), count()')
    expect(percentiles.rows[0]?.slice(1)).toEqual([6000, 21])
    expect(percentiles.reasons).toEqual([expect.stringContaining('percentiles are of the first 3 values read, ')])
  })
})

describe('what an answer says of itself', () => {
  test('explain', async () => {
    const { explain } = await ask('kind=callEnter AND duration>1ms and caused by (activity=domEvent)')
    expect(explain.query).toBe('kind = callEnter and duration > 1ms and caused by (activity = domEvent)')
    expect(explain).toMatchObject({ rows: 42, decoded: 0, matched: 2 })
    expect(explain.steps.map(({ name }) => name)).toEqual(['parse', 'causedBy', 'search', 'describe'])
    for (const { ms } of explain.steps) expect(ms).toBeGreaterThanOrEqual(0)
  })

  test('bounds of time and tracks leave rows out before they are looked at', async () => {
    expect((await ask('time >= +0.0069 and time <= +0.00691')).explain.rows).toBe(3)
    expect((await ask('track = 1 order by duration')).explain.rows).toBe(5)
  })

  test('drops make it partial', async () => {
    const trace = new TraceBuilder()
    trace.realm('a').at(1).console('log', ['x']).drop(3).console('log', ['y'])
    expect((await askTrace(trace).ask('select count()')).completeness).toMatchObject({ kind: 'partial', reason: '3 events were dropped or lost' })
  })
})

describe('refusals', () => {
  test.each([
    [{ query: 5 }, 'query of search is 5'],
    [{ query: 'x'.repeat(20_001) }, 'query of search is'],
    [{ query: '', limit: 0 }, 'limit of search is 0'],
    [{ query: '', cursor: 'x' }, 'cursor of search'],
    [{ query: '', cursor: '0_1_1_zz' }, 'cursor of search'],
    [{ query: 'select count()', cursor: '1_zz' }, 'cursor of search'],
  ])('%j', async (query, message) => {
    expect(await failureOf(engine.search({ session: SESSION, ...query } as { session: string; query: string }))).toMatchObject({
      code: 'query-bad',
      message: expect.stringContaining(message),
    })
  })

  test('a cursor of another query', async () => {
    const { cursor } = await engine.search({ session: SESSION, query: 'depth >= 0', limit: 2 })
    expect((await failureOf(engine.search({ session: SESSION, query: 'depth >= 1', cursor: cursor as string }))).code).toBe('query-bad')
  })

  test('a text that cannot be read, a session that is not there', async () => {
    expect(await failureOf(ask('knd = mark'))).toMatchObject({ code: 'query-syntax', details: { offset: 0, length: 3, suggestion: 'kind' } })
    expect((await failureOf(engine.search({ session: 'none', query: '' }))).code).toBe('not-found')
  })
})

describe('long searches', () => {
  const long = (): TraceBuilder => {
    const trace = new TraceBuilder()
    const realm = trace.realm('a')
    for (let i = 0; i < 300_000; i++) {
      realm.at(i).event({ kind: 'mark', ...(i % 1000 === 0 ? { values: [{ label: 'x' }] } : {}) })
      if (i % 10_000 === 0) realm.seal()
    }
    return trace
  }
  const engineOver = createEngine(createTraceModel(long().chunks()).stores)
  const slow = { session: SESSION, query: 'name ~ "never" or follows (name = "no") order by depth' }

  test('are given up when the signal is aborted, before and during the work', async () => {
    expect((await failureOf(engineOver.search(slow, { signal: AbortSignal.abort() }))).code).toBe('query-cancelled')
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 0)
    const failure = await failureOf(engineOver.search(slow, { signal: abort.signal }))
    expect(failure).toMatchObject({ code: 'query-cancelled' })
    const rows = Number(/after (\d+) rows/.exec(failure.message)?.[1])
    expect(rows).toBeGreaterThan(0)
    expect(rows).toBeLessThan(600_000)
  })

  test('let others have their turn', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 0)
    await engineOver.search(slow)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(1)
  })

  test('start again when a late chunk renumbers the rows', async () => {
    const chunks = long().chunks()
    const late = chunks.findIndex(chunk => chunk.recordCount > 0 && chunk.number === 3)
    const [store] = createTraceModel(chunks.filter((_, i) => i !== late)).stores
    if (store === undefined) return expect.fail('no store')
    const work = createEngine([store]).search({ session: SESSION, query: 'name ~ "mark" select count()' })
    setTimeout(() => store.addChunk(chunks[late] as (typeof chunks)[number]), 0)
    expect((await work).rows).toEqual([[299_700]])
  })
})
