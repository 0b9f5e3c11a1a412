/**
 * State at a moment equals what the program itself logged at that moment. The moment of a log is the step event of its statement: nothing
 * happens between it and the log. What code without probes changes is not part of these programs (docs/replay.md).
 */
import vm from 'node:vm'
import { instrument } from '@hindscope/instrument'
import { decodeChunk } from '@hindscope/protocol'
import type { ProbeManifest, TraceEngine, ValueNode } from '@hindscope/protocol'
import { createRecorder } from '@hindscope/runtime'
import { createEngine, createTraceModel } from '@hindscope/store/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import '../setup/fixed-seed.ts'
import { programs, sourceOf } from './replay-programs.ts'

interface Log {
  readonly line: number
  readonly values: Readonly<Record<string, string>>
}

/** The same text for a value and for its recorded form. */
function describeLogged(value: unknown, above: readonly unknown[] = []): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return 'function'
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value)
  if (above.includes(value)) return '<cycle>'
  const inside = [...above, value]
  if (Array.isArray(value)) return `[${Array.from(value, (item, i) => (i in value ? describeLogged(item, inside) : 'hole')).join(', ')}]`
  if (Object.prototype.toString.call(value) === '[object Promise]') return 'promise'
  if (Object.prototype.toString.call(value) === '[object Generator]') return 'generator'
  const keys = Object.keys(value).sort()
  return `{${keys.map(key => `${key}: ${describeLogged((value as Record<string, unknown>)[key], inside)}`).join(', ')}}`
}

function describeNode(node: ValueNode): string {
  switch (node.kind) {
    case 'string':
      return JSON.stringify(node.value)
    case 'number':
      return node.text
    case 'boolean':
      return String(node.value)
    case 'array':
      return `[${[...node.items.map(describeNode), ...Array.from({ length: node.size - node.items.length }, () => 'hole')].join(', ')}]`
    case 'object':
      return `{${node.entries
        .map(([key, value]) => `${key}: ${describeNode(value)}`)
        .sort()
        .join(', ')}}`
    case 'ref':
      return '<cycle>'
    case 'opaque':
      return node.className.toLowerCase()
    default:
      return node.kind
  }
}

interface Recorded {
  readonly logs: readonly Log[]
  readonly engine: TraceEngine
  readonly session: string
}

async function record(text: string): Promise<Recorded> {
  const { code, manifest } = instrument(text, {
    id: 'random.js',
    sourceType: 'commonjs',
    plan: { level: 'statements' },
    hook: 'global',
    hookModule: 'unused',
  })
  const logs: Log[] = []
  let count = 0
  const recorder = createRecorder({ sink: 'memory', flushMs: 60_000, ringEvents: 64 })
  const context = vm.createContext({
    $n: () => count++,
    $log: (line: number, values: Readonly<Record<string, unknown>>) => {
      logs.push({ line, values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, describeLogged(value)])) })
    },
  }) as object
  recorder.install(context)
  const module = { exports: async (): Promise<void> => undefined }
  const run = vm.compileFunction(code, ['module', 'exports', 'require'], { parsingContext: context }) as (...args: readonly unknown[]) => void // SAFE: the function just made
  run(module, module.exports, undefined)
  await module.exports()
  for (let i = 0; i < 2; i++) await new Promise(resolve => setImmediate(resolve))
  const chunks = recorder.chunks()
  recorder.uninstall()
  return { logs, ...engineOf(chunks, manifest) }
}

function engineOf(chunks: readonly Uint8Array[], manifest: ProbeManifest): Pick<Recorded, 'engine' | 'session'> {
  const { stores } = createTraceModel(chunks.map(bytes => decodeChunk(bytes)))
  const [store] = stores
  if (store === undefined) throw new TypeError('nothing was recorded')
  store.addManifest(manifest)
  return { engine: createEngine(stores), session: store.session }
}

interface Counts {
  certain: number
  doubted: number
  rightDoubts: number
}

/** Everything logged, as an expression over what was recorded. */
async function compareLogs(text: string, counts: Counts): Promise<void> {
  const { logs, engine, session } = await record(text)
  const seen = new Map<number, number>()
  const steps = new Map<number, { track: number; seq: number }[]>()
  for (const { line, values } of logs) {
    let rows = steps.get(line)
    if (rows === undefined) {
      const page = await engine.events({ session, kinds: ['step'], line, limit: 1000 })
      steps.set(line, (rows = page.rows.map(({ ref }) => ref)))
    }
    const ref = rows[seen.get(line) ?? 0]
    seen.set(line, (seen.get(line) ?? 0) + 1)
    if (ref === undefined) throw new TypeError(`line ${line} has no step event for its log`)
    for (const [name, logged] of Object.entries(values)) {
      const answer = await engine.evaluate({ session, ref, expression: name })
      if (answer.kind === 'missing') {
        expect(`line ${line}: ${name} was ${logged}`).toBe(answer.reason)
      } else if (answer.doubts.length === 0) {
        counts.certain++
        expect(`line ${line}: ${name} = ${describeNode(answer.value)}`).toBe(`line ${line}: ${name} = ${logged}`)
      } else {
        counts.doubted++
        if (describeNode(answer.value) === logged) counts.rightDoubts++
      }
    }
  }
}

test('of generated programs: every variable, wherever it is certain', async () => {
  const counts = { certain: 0, doubted: 0, rightDoubts: 0 }
  await fc.assert(
    fc.asyncProperty(programs, async program => compareLogs(sourceOf(program), counts)),
    // Smaller programs are searched for by hand: with as many parts, it takes minutes.
    { numRuns: 30, endOnFailure: true },
  )
  expect(counts.certain).toBeGreaterThan(3000)
  // A doubt is a doubt, but the guess is mostly right.
  expect(counts.rightDoubts).toBeGreaterThan(counts.doubted * 0.9)
})

/** Logs on their own lines; what is logged is read through `this` of functions of every kind. */
const WITH_THIS = `'use strict'
class Cart {
  rate = 2; total = 0
  constructor(name) {
    $log(5, { 'this.rate': this.rate })
    this.name = name
  }
  add(price) {
    $log(9, { 'this.name': this.name, 'this.total': this.total, price })
    this.total += price * this.rate
    const inside = () => {
      $log(12, { 'this.name': this.name, 'this.total': this.total })
    }
    inside()
    return this
  }
  get label() {
    $log(18, { 'this.name': this.name })
    return this.name
  }
  set label(name) {
    $log(22, { 'this.name': this.name, name })
    this.name = name
  }
  async pay() {
    await null
    $log(27, { 'this.total': this.total })
  }
  * each() {
    yield 1
    $log(31, { 'this.total': this.total })
  }
}
class Gift extends Cart {
  constructor(name) {
    super(name)
    this.gift = true
    $log(38, { 'this.gift': this.gift, 'this.name': this.name })
  }
}
function plain() {
  $log(42, { this: this })
}
module.exports = async () => {
  const carts = [new Cart('a'), new Gift('b')]
  for (const cart of carts) cart.add(3)
  carts[0].add(4).label = 'c'
  carts[0].label
  await Promise.all(carts.map(cart => cart.pay()))
  for (const cart of carts) for (const one of cart.each()) if (one === 2) return
  for (const self of [undefined, null, 7, 'text', true]) plain.call(self)
  plain()
}
`

test('this of every kind of function', async () => {
  const counts = { certain: 0, doubted: 0, rightDoubts: 0 }
  await compareLogs(WITH_THIS, counts)
  expect(counts).toEqual({ certain: 32, doubted: 0, rightDoubts: 0 })
})

test('arguments are counted without this, which is a name among them', async () => {
  const { engine, session } = await record(WITH_THIS)
  const found = async (where: string): Promise<readonly string[]> => {
    const answer = await engine.search({ session, query: `kind = callEnter and function = "Cart.add" and ${where}` })
    return answer.kind === 'events' ? answer.rows.map(({ preview }) => preview) : []
  }
  expect(await found('args[0] = 3')).toEqual(['(3)', '(3)'])
  expect(await found('args.length = 1 and args.this.name = "b"')).toEqual(['(3)'])
  expect(await found('args[1] = 3')).toEqual([])
})
