import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HindscopeError, formatQuery, isQuerySyntaxError, parseQuery, q, where } from '@hindscope/protocol'
import type { QueryFault } from '@hindscope/protocol'
import { queryTree } from './query-trees.ts'

function failureOf(text: string): QueryFault & { readonly message: string } {
  try {
    parseQuery(text)
  } catch (error) {
    if (isQuerySyntaxError(error)) return { ...error.details, message: error.message }
    throw error
  }
  return expect.fail(`${text} was read`)
}

describe('text and tree', () => {
  test('the example of every document', () => {
    const text = 'kind = callEnter and function ~ "Cart" and args.user.id = 4711 and duration > 5ms order by duration desc limit 20'
    expect(parseQuery(text)).toEqual({
      where: {
        kind: 'and',
        conditions: [
          { kind: 'compare', field: { kind: 'field', name: 'kind' }, operator: '=', value: { type: 'text', value: 'callEnter' } },
          { kind: 'compare', field: { kind: 'field', name: 'function' }, operator: '~', value: { type: 'text', value: 'Cart' } },
          { kind: 'compare', field: { kind: 'path', root: 'args', steps: ['user', 'id'] }, operator: '=', value: { type: 'number', value: 4711 } },
          { kind: 'compare', field: { kind: 'field', name: 'duration' }, operator: '>', value: { type: 'duration', us: 5000 } },
        ],
      },
      orderBy: [{ by: { kind: 'field', name: 'duration' }, direction: 'desc' }],
      limit: 20,
    })
    expect(formatQuery(parseQuery(text))).toBe(text)
  })

  test('every example of the documentation can be read', () => {
    const text = readFileSync(new URL('../../../../docs/query-language.md', import.meta.url), 'utf8')
    const examples = [...text.slice(text.indexOf('## Examples')).matchAll(/\| `(.+)` \|$/gm)].map(match => match[1] ?? '')
    expect(examples.length).toBeGreaterThan(5)
    for (const example of examples) expect(parseQuery(formatQuery(parseQuery(example)))).toEqual(parseQuery(example))
  })

  test('a printed tree reads back as the same tree', () => {
    fc.assert(
      fc.property(queryTree, tree => {
        expect(parseQuery(formatQuery(tree))).toEqual(tree)
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['', ''],
    ['  \n ', ''],
    ["function = 'it\\'s' AND NOT error", 'function = "it\'s" and not error = true'],
    ['track = 1 or track = 2 and line = 3', 'track = 1 or track = 2 and line = 3'],
    ['(track = 1 or track = 2) and line = 3', '(track = 1 or track = 2) and line = 3'],
    ['not (track = 1 and line = 2)', 'not (track = 1 and line = 2)'],
    ['not track = 1 and line = 2', 'not track = 1 and line = 2'],
    ['kind in ("console", mark)', 'kind in (console, mark)'],
    ['value = "\\u0041\\t"', 'value = "A\\t"'],
    ['args[0]["a b"].c exists', 'args[0]["a b"].c exists'],
    ['error.message ~ "x"', 'error.message ~ "x"'],
    ['follows (error) within 2000000us', 'follows (error = true) within 2s'],
    ['caused by (kind = mark)', 'caused by (kind = mark)'],
    ['time >= +1.5 and time < 2026-01-31T12:00:00.000001Z', 'time >= +1.5 and time < 2026-01-31T12:00:00.000001Z'],
    ['time > +20ms', 'time > +0.02'],
    ['time > 2026-01-31T13:00:00.25+01:00', 'time > 2026-01-31T12:00:00.25Z'],
    ['duration > 1.5ms or duration < 3µs', 'duration > 1500us or duration < 3us'],
    [
      'select count(), p95(duration) group by function order by count() desc limit 5',
      'select count(), p95(duration) group by function order by count() desc limit 5',
    ],
  ])('%j is printed as %j', (text, printed) => {
    expect(formatQuery(parseQuery(text))).toBe(printed)
  })
})

describe('what cannot be read', () => {
  // The fault is marked in the text: «token».
  test.each([
    ['«knd» = callEnter', 'a field', 'kind'],
    ['kind = «calEnter»', 'one of callEnter', 'callEnter'],
    ['kind = «"cllEnter"»', 'one of callEnter', 'callEnter'],
    ['activity = «htpClient»', 'one of domEvent', 'httpClient'],
    ['kind «<» mark', 'kind to be followed by = != ~, in or exists', undefined],
    ['kind =«»', 'one of callEnter', undefined],
    ['kind = mark «adn» error', 'and, or, select', 'and'],
    ['kind = mark and«»', 'a field', undefined],
    ['kind «exsts»', 'followed by', 'exists'],
    ['function ~ «Cart»', 'a text in quotes, "Cart" if that is meant', undefined],
    ['function = «5»', 'a text in quotes', undefined],
    ['function = «"open»', 'a closing "', undefined],
    ['line = «"5"»', 'a number', undefined],
    ['line = «=» 5', 'a number', undefined],
    ['duration > «5»', 'a duration with its unit', undefined],
    ['duration > 5«mns»', 'a unit of time', 'ms'],
    ['time > «5»', 'a time such as', undefined],
    ['time > «2026-13-01»', 'a time that exists', undefined],
    ['error = «ture»', 'true or false', 'true'],
    ['text «=» "x"', 'text to be followed by ~', undefined],
    ['args.x = «5ms»', 'a number, a text in quotes', undefined],
    ['args.x <= «true»', 'nothing else has an order', undefined],
    ['args.x = «ture»', 'a number, a text in quotes', 'true'],
    ['args.«[»0] = 1', 'a property name', undefined],
    ['args[«-1»] = 1', 'an index', undefined],
    ['args[«0.5»] = 1', 'an index', undefined],
    ['args[0 «=» 1', '"]"', undefined],
    ['duration«.»x = 1', 'an operator: duration has no parts', undefined],
    ['(kind = mark«»', 'and, or or ")"', undefined],
    ['kind = mark«)»', 'and, or, select', undefined],
    ['kind in «mark»', '"("', undefined],
    ['kind in (mark«»', '"," or ")"', undefined],
    ['«folows» (error)', 'follows', 'follows'],
    ['follows «kind» = mark', '"("', undefined],
    ['follows (error) within «2»', 'a duration', undefined],
    ['caused «bye» (error)', 'by', 'by'],
    ['select «cuont»()', 'one of count', 'count'],
    ['select p95(«kind»)', 'a field that is a number', undefined],
    ['select count(«duration»)', '")"', undefined],
    ['kind = mark «group» by file', 'select before group by', undefined],
    ['select count() group «file»', 'by', undefined],
    ['select count() group by «text»', 'a field that has one value', undefined],
    ['select count() order by «duration»', 'something that select or group by names', undefined],
    ['select count() order by «max(duration)»', 'something that select or group by names', undefined],
    ['order «duration»', 'by', undefined],
    ['order by «text»', 'a field that has one value', undefined],
    ['order by duration «dsc»', 'asc, desc', 'desc'],
    ['limit «0»', 'a whole number', undefined],
    ['limit «1.5»', 'a whole number', undefined],
    ['limit 5 «limit» 6', 'the end of the query', undefined],
    ['kind = mark «;» limit 5', 'a name, a value', undefined],
    ['value = "«\\u»12"', 'four hexadecimal digits', undefined],
    ['value = «1e999»', 'a number that is not too large', undefined],
  ])('%s', (marked, expected, suggestion) => {
    const text = marked.replace(/[«»]/g, '')
    const [offset, length] = [marked.indexOf('«'), marked.indexOf('»') - marked.indexOf('«') - 1]
    const failure = failureOf(text)
    expect(failure).toMatchObject({ offset, length, expected: expect.stringContaining(expected) })
    expect(failure.suggestion).toBe(suggestion)
    const lines = failure.message.split('\n')
    expect(lines.at(-2)).toBe(`  ${text}`)
    expect(lines.at(-1)).toBe(`  ${' '.repeat(offset)}${'^'.repeat(Math.max(1, length))}`)
  })

  test('the message says what was found, what was expected, what was probably meant, and where', () => {
    expect(failureOf('line = 3 and\n  knd = mark').message).toBe(
      '[hindscope:query-syntax] The query has "knd" where it needs a field, not, follows, causes, caused by or "(". Did you mean kind? ' +
        'The grammar is in docs/query-language.md.\n    knd = mark\n    ^^^',
    )
  })

  test('a long line is shown around the fault', () => {
    const lines = failureOf(`${'line = 3 and '.repeat(30)}knd = 1${' and line = 3'.repeat(30)}`).message.split('\n')
    const [line = '', carets = ''] = lines.slice(-2)
    expect(line.length).toBeLessThan(110)
    expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('knd')
  })

  test('no nesting is deep enough to exhaust the stack', () => {
    for (const text of ['('.repeat(100_000), 'not '.repeat(100_000), 'causes ('.repeat(100_000)]) {
      expect(failureOf(text).expected).toContain('within one another')
    }
    expect(failureOf(`args${'.a'.repeat(1000)} = 1`).expected).toContain('steps')
  })

  test('any text is read, or refused with a place inside it', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('kind', '=', 'error', 'args', '[0]', '.', '(', ')', 'and', 'select', 'count()', 'order by', '5ms', '"x"', 'limit', '1'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        const text = pieces.join(' ')
        try {
          expect(parseQuery(formatQuery(parseQuery(text)))).toStrictEqual(parseQuery(text))
        } catch (error) {
          if (!isQuerySyntaxError(error)) throw error
          expect(error.details.offset + error.details.length).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the builder', () => {
  test('makes the tree that the text makes', () => {
    const built = where(
      q.and(
        q.field('kind').is('callEnter'),
        q.or(q.field('function').contains('Cart'), q.not(q.field('error').is(true))),
        q.path('args', 0, 'user', 'id').is(4711),
        q.field('duration').above('5ms'),
        q.field('time').atLeast('+1.5'),
        q.field('time').below(new Date('2026-01-31T12:00:00Z')),
        q.follows(q.field('activity').in('timer', 'domEvent'), '2s'),
        q.causedBy(q.path('result').exists()),
        q.causes(q.field('line').isNot(3)),
      ),
    )
      .orderBy('duration', 'desc')
      .orderBy(q.path('args', 'n'))
      .limit(20)
    const text =
      'kind = callEnter and (function ~ "Cart" or not error = true) and args[0].user.id = 4711 and duration > 5ms and time >= +1.5 and ' +
      'time < 2026-01-31T12:00:00Z and follows (activity in (timer, domEvent)) within 2s and caused by (result exists) and causes (line != 3) ' +
      'order by duration desc, args.n limit 20'
    expect(String(built)).toBe(text)
    expect(built.tree).toStrictEqual(parseQuery(text))
  })

  test('aggregates', () => {
    const built = where().select(q.count(), q.p95('duration')).groupBy('function', q.path('args', 'kind')).orderBy(q.count(), 'desc')
    expect(built.tree).toStrictEqual(parseQuery('select count(), p95(duration) group by function, args.kind order by count() desc'))
  })

  test('refuses what the text form refuses, with its message', () => {
    expect(() => q.field('duration').above('5 parsecs' as '5ms')).toThrow(HindscopeError)
    expect(() => q.field('kind').is('calEnter' as 'callEnter')).toThrow(/Did you mean callEnter/)
    expect(() => q.field('time').above(new Date(Number.NaN))).toThrow(HindscopeError)
    expect(() => q.path('args', -1)).toThrow(HindscopeError)
    expect(() => q.path('error')).toThrow(HindscopeError)
  })
})
