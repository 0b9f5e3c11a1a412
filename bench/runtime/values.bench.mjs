// What recording one value costs, beside JSON.stringify of the same value. Each program hands a value to a function that does nothing with
// it: recorded with and without values, the difference is the value's. Values are made anew or changed where the row says so, so that
// nothing is known of them; the making is in every variant and subtracted.
import { find, fixed, table, whenCase } from '../lib/case.mjs'
import { driveIn, timing } from './engines.mjs'
import { RECORDED, optionsFor, programFile } from './programs.mjs'

export const title = 'Per value: nanoseconds'
export const notes = `One argument of one call: time at level \`values\` less that at \`calls\`, no governor. JSON: time of JSON.stringify of the same value. Best batch of a process, minimum of the rounds.`
export const rounds = 2
export const quickRounds = 1

/** An expression for the value of step i, what stands before, and how many one run makes. */
export const VALUES = {
  number: { make: 'i', target: 20 },
  boolean: { make: '(i & 1) === 0', target: 20 },
  'known string': {
    make: 'WORDS[i & 7]',
    before: "const WORDS = ['draft', 'open', 'paid', 'shipped', 'returned', 'closed', 'lost', 'archived']",
    target: 40,
  },
  'new string': { make: "'order ' + i + '/' + (round % 1000)" },
  '5-key object': {
    make: '({ id: i, name: WORDS[i & 7], price: i * 2, open: true, note: null })',
    before: "const WORDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']",
    target: 250,
  },
  'class instance': {
    make: 'new Point(i, i + 1)',
    before: "class Point { constructor(x, y) { this.x = x; this.y = y; this.label = 'p'; this.visible = true } norm() { return this.x + this.y } }",
  },
  nested: {
    make: '({ id: i, customer: { name: "Ada", address: { city: "London", zip: i } }, lines: [{ sku: "a", count: 1 }, { sku: "b", count: i }], total: { net: i, tax: 2 } })',
    count: 500,
  },
  'array of 100 objects': {
    make: '(POOL[i & 7][i % 100].count++, POOL[i & 7])',
    before: 'const POOL = Array.from({ length: 8 }, () => Array.from({ length: 100 }, (_, k) => ({ id: k, name: "item", count: k })))',
    count: 200,
    target: 3000,
  },
  'object unchanged': { make: 'SAME', before: "const SAME = { id: 1, name: 'a', price: 2, open: true, note: null }" },
  'large object unchanged': {
    make: 'SAME',
    before: 'const SAME = Object.fromEntries(Array.from({ length: 30 }, (_, i) => ["key" + i, { id: i, name: "item" }]))',
    count: 1000,
  },
}
const VARIANTS = ['plain', 'calls', 'raw', 'json']
export const variants = ['node20', 'node24'].flatMap(engine =>
  Object.keys(VALUES).flatMap(value => VARIANTS.map(level => ({ engine, value, level }))),
)

const nameOf = (value, level) => `value-${Object.keys(VALUES).indexOf(value)}${level === 'json' ? '-json' : ''}`
const sourceOf = (value, level) => {
  const { make, before = '', count = 2000 } = VALUES[value]
  const take = level === 'json' ? 'size += JSON.stringify(value).length; last = value' : 'size++; last = value'
  return `${before}
let last, size = 0, round = 0
const take = value => { ${take} }
export const calls = ${count}
export const main = () => {
  round++
  size = 0
  for (let i = 0; i < ${count}; i++) take(${make})
  return size > 0 && last !== undefined
}`
}
const fileOf = (value, level) => programFile(nameOf(value, level), level === 'json' ? 'plain' : level, () => sourceOf(value, level))
export async function prepare() {
  for (const value of Object.keys(VALUES)) for (const level of VARIANTS) await fileOf(value, level)
}

await whenCase(import.meta, async ({ engine, value, level }) => {
  const time = timing([150, 25, 7], [60, 15, 3])
  const { best, calls, check, events, eventsPerRun, failed } = await driveIn(engine, {
    program: await fileOf(value, level),
    level: RECORDED[level] ?? 'plain',
    options: optionsFor(level),
    time,
  })
  if (failed !== '') throw new Error(`the recorder failed: ${failed}`)
  if (RECORDED[level] && events === 0) throw new Error('no events were recorded')
  if (RECORDED[level] && eventsPerRun < calls * 2) throw new Error(`only ${eventsPerRun} events of ${calls} calls`)
  return { ns: (best * 1e6) / calls, check }
})

/** Nanoseconds for the value itself and for its JSON; undefined where that was not run. */
export function costOf(rows, engine, value) {
  const at = level => find(rows, { engine, value, level })?.figures
  const [plain, calls, raw, json] = VARIANTS.map(at)
  if (!plain || !calls || !raw || !json) return undefined
  if (new Set([plain, calls, raw, json].map(({ check }) => check)).size > 1) throw new Error(`${value} gave different results`)
  return { own: raw.ns.min - calls.ns.min, json: json.ns.min - plain.ns.min }
}

export function report(rows) {
  const engines = [...new Set(rows.map(({ variant }) => variant.engine))]
  const lines = Object.keys(VALUES).map(value => [
    value,
    ...engines.flatMap(engine => {
      const cost = costOf(rows, engine, value)
      return cost ? [fixed(cost.own, 0), fixed(cost.json, 0), `×${fixed(cost.own / cost.json)}`] : ['–', '–', '–']
    }),
  ])
  return table(['value', ...engines.flatMap(engine => [engine, 'JSON', 'ratio'])], lines)
}
