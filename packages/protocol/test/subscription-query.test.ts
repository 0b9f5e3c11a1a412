import { expect, test } from 'vitest'
import { HindscopeError, formatQuery, parseStreamQuery } from '../src/index.ts'

const codeOf = (text: string): string => {
  try {
    parseStreamQuery(text)
    return 'taken'
  } catch (error) {
    return error instanceof HindscopeError ? error.code : String(error)
  }
}

test.each([
  '',
  'error',
  'duration > 5ms',
  'kind = callReturn and duration > 5ms',
  'kind in (callEnter, callReturn) and result = 3',
  'kind = callEnter or duration > 5ms',
  'kind != callEnter and duration > 5ms',
  'kind = callEnter and args.a = 1',
  'follows (error) within 2s and caused by (activity = domEvent)',
])('a stream takes: %s', text => expect(codeOf(text)).toBe('taken'))

test.each([
  ['causes (error)', 'subscription-future'],
  ['error and not (follows (causes (error)))', 'subscription-future'],
  ['kind = callEnter and duration > 5ms', 'subscription-future'],
  ['kind in (callEnter, activityStart) and result.status = 500', 'subscription-future'],
  ['error or (kind = activityStart and error.message exists)', 'subscription-future'],
  ['error order by time', 'subscription-query'],
  ['limit 3', 'subscription-query'],
  ['select count() group by kind', 'subscription-query'],
  [' '.repeat(20_001), 'subscription-query'],
  ['knd = console', 'query-syntax'],
])('a stream refuses: %s', (text, code) => expect(codeOf(text)).toBe(code))

test('gives the condition', () => {
  const where = parseStreamQuery('error and line = 3')
  expect(where === undefined ? '' : formatQuery({ where })).toBe('error = true and line = 3')
  expect(parseStreamQuery('')).toBeUndefined()
})
