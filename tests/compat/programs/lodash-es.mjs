import * as _ from 'lodash-es'

export const modules = { lodash: _ }

const INPUTS = [
  undefined,
  null,
  0,
  -3.7,
  'fooBar baz_qux',
  [3, 1, 2, 1],
  [
    ['a', 1],
    ['b', 2],
  ],
  { a: { b: { c: 3 } }, d: [1, { e: 2 }] },
  [
    { user: 'barney', age: 36 },
    { user: 'fred', age: 40 },
  ],
  /x/g,
  new Map([['k', { v: 1 }]]),
  n => n,
]
/** Results that depend on the clock or on chance, or that change what everyone sees. */
const LEFT_OUT = new Set([
  'now',
  'random',
  'sample',
  'sampleSize',
  'shuffle',
  'uniqueId',
  'mixin',
  'runInContext',
  'templateSettings',
  'default',
  'delay',
  'defer',
])

export async function run(log) {
  for (const [name, method] of Object.entries(_)) {
    if (LEFT_OUT.has(name) || typeof method !== 'function') continue
    for (const input of INPUTS) {
      log.attempt(name, () => method(_.cloneDeep(input)))
      log.attempt(name, () => method(_.cloneDeep(input), 'a', 1))
      log.attempt(name, () => method(_.cloneDeep(input), value => value, 0))
    }
  }
  const order = []
  const spun = _.debounce(value => order.push(value), 1)
  for (const value of [1, 2, 3]) spun(value)
  await new Promise(resolve => setTimeout(resolve, 20))
  log(
    order,
    _.chain([1, 2, 3, 4])
      .filter(n => n % 2)
      .map(n => n * n)
      .sum()
      .value(),
  )
  log(_.template('<% for (const u of users) { %><li><%- u %></li><% } %>')({ users: ['a', '<b>'] }))
  const memoized = _.memoize(object => object.a)
  log(memoized({ a: 1 }), memoized.cache.size, _.curry((a, b, c) => [a, b, c])(1)(2, 3), _.flow([Math.abs, Math.sqrt])(-16))
}
