/** Runs a program of the random grammar in a realm of its own and tells everything that it did and that can be seen of it. */
import { compileFunction, createContext, runInContext, Script, SourceTextModule } from 'node:vm'
import type { ProgramForm } from './program-grammar.ts'

/** What programs call, made in their own realm and never instrumented. `report` is the one function that comes from outside. */
const LIBRARY = `
  var budget = 60, later = [], calls = 0
  function log(...values) { report('log', ...values); return values[0] }
  function tick() { return --budget > 0 }
  function fail() { throw new TypeError('failed') }
  function iterable() {
    let n = 0
    return {
      x: 1,
      [Symbol.iterator]() { log('open'); return this },
      next(v) { log('next', v); return { done: ++n > 3, value: n } },
      return(v) { log('return', v); return { done: true, value: v } },
    }
  }
  function watched() {
    const kept = { w: 1 }
    return { get w() { log('get w'); return kept.w }, set w(v) { log('set w', v); kept.w = v }, get x1() { log('get x1'); return 2 } }
  }
  function proxy() {
    return new Proxy({ p: 1 }, new Proxy({}, { get: (_, trap) => (...args) => { report('trap ' + trap); return Reflect[trap](...args) } }))
  }
  function thenable() { return { get then() { log('get then'); return (resolve) => { log('then'); resolve('thenable') } } } }
  function resolved(value) { return Promise.resolve(value) }
  function rejected(reason) { const made = Promise.reject(reason); made.catch(() => {}); return made }
  function tag(strings, ...values) { log('tag', strings.raw.join('|'), ...values); return values.length }
  function tell(value) {
    const call = ++calls
    if (value instanceof Promise) value.then(v => log('resolved ' + call, v), e => log('rejected ' + call, e))
    return value
  }
  function tell0(value) { log('settled', value) }
  function ticks(name) { let made = Promise.resolve(); for (let i = 0; i < 5; i++) made = made.then(() => log(name + i)) }
  function drive(generator, steps) {
    for (const step of steps) {
      try { const { done, value } = generator[step](step === 'throw' ? new RangeError('thrown in') : step); log(step, done, value) } catch (e) { log(step + ' threw', e) }
    }
    return generator
  }
  function driveAsync(generator, steps) {
    for (const step of steps) tell(generator[step](step === 'throw' ? new RangeError('thrown in') : step))
    return generator
  }
  function use(value) {
    if (value instanceof Promise) return tell(value)
    if (typeof value?.next !== 'function') return value
    return value[Symbol.asyncIterator] ? driveAsync(value, ['next', 'next', 'throw', 'next']) : drive(value, ['next', 'next', 'next', 'return', 'next'])
  }
  function Parent(a) { this.p = a; this.target = new.target }
  Parent.prototype.m = function (a) { log('m', this === parent); return a }
  Parent.prototype.m2 = Parent.m2 = function (a) { log('m2'); return a }
  Object.defineProperty(Parent.prototype, 's', { get() { log('get s'); return 1 }, set(v) { log('set s', v) }, configurable: true })
  var parent = new Parent(1)
  parent.hidden = 1
`

export interface ProgramRun {
  readonly lines: readonly string[]
  /** The program used up the stack, which is larger plain than instrumented. */
  readonly exhausted: boolean
}

export interface RunOptions {
  readonly form: ProgramForm
  readonly install?: ((realm: object) => void) | undefined
  /** Takes what was inserted out of a text that the program shows. */
  readonly clean?: (text: string) => string
}

const FILE = 'program.js'
const library = new Script(LIBRARY)

export async function runProgram(code: string, { form, install, clean = text => text }: RunOptions): Promise<ProgramRun> {
  const lines: string[] = []
  let exhausted = false
  const report = (...values: unknown[]): void => {
    if (lines.length > 600) return
    const line = clean(values.map((value, index) => (index === 0 ? String(value) : describe(value))).join(' '))
    if (line.includes('Maximum call stack')) exhausted = true
    lines.push(line)
  }
  const context = createContext({ report })
  const realm = runInContext('globalThis', context) as object
  library.runInContext(context)
  install?.(realm)
  const unhandled = (reason: unknown): void => report('unhandled', reason)
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', unhandled)
  try {
    await start(code, form, context)
  } catch (error) {
    report('threw', error)
  }
  for (let turn = 0; turn < 2; turn++) await new Promise(resolve => setImmediate(resolve))
  process.off('unhandledRejection', unhandled)
  for (const listener of others) process.on('unhandledRejection', listener)
  report('globals', Object.getOwnPropertyNames(realm).join())
  return { lines, exhausted }
}

async function start(code: string, form: ProgramForm, context: object): Promise<unknown> {
  if (form === 'script') return new Script(code, { filename: FILE }).runInContext(context)
  if (form === 'commonjs') {
    const exports = {}
    const wrapped = compileFunction(code, ['exports', 'require', 'module'], { parsingContext: context, filename: FILE })
    return wrapped.call(exports, exports) as unknown
  }
  const module = new SourceTextModule(code, { context, identifier: FILE })
  await module.link(() => {
    throw new TypeError('nothing to import')
  })
  return module.evaluate()
}

export function parses(code: string, form: ProgramForm): boolean {
  try {
    if (form === 'script') new Script(code)
    else if (form === 'commonjs') compileFunction(code, ['exports', 'require', 'module'])
    else new SourceTextModule(code)
    return true
  } catch {
    return false // A generated text that is no program.
  }
}

const MAX_DEPTH = 3

/** Everything about a value that another program could see without running code of its own. */
function describe(value: unknown, depth = 0): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return Object.is(value, -0) ? '-0' : String(value)
  if (depth > MAX_DEPTH) return '…'
  try {
    const kind = typeof value === 'function' ? functionText(value) : Object.prototype.toString.call(value)
    const fields = Reflect.ownKeys(value).map(key => fieldText(value, key, depth))
    return `${kind}{${fields.join(', ')}}`
  } catch (error) {
    return `refused ${describe(error, depth + 1)}`
  }
}

/** The realm's own toString, which is the one that programs see. */
function functionText(value: object): string {
  const realmFunction = (Object.getPrototypeOf(value) as { toString?: unknown } | null)?.toString
  return typeof realmFunction === 'function' ? String(Reflect.apply(realmFunction, value, [])) : 'function'
}

function fieldText(value: object, key: string | symbol, depth: number): string {
  const field = Reflect.getOwnPropertyDescriptor(value, key)
  const flags = `${field?.writable ? 'w' : ''}${field?.enumerable ? 'e' : ''}${field?.configurable ? 'c' : ''}`
  if (field === undefined || !('value' in field)) return `${String(key)}:${flags} accessor`
  if (key === 'stack' && typeof field.value === 'string') return `stack ${frames(field.value)}`
  // One for each statement of a function that was called on the spot (docs/transparency.md).
  const text = describe(field.value, depth + 1).replace(/(?:\(intermediate value\))+/g, '(intermediate value)')
  return `${String(key)}:${flags} ${text}`
}

/**
 * Lines of the program's own frames: what is inserted moves columns, and nothing else. The names that V8 makes up for functions without one
 * depend on what else it has read in the expression; only ours may not be among them.
 */
const frames = (stack: string): string =>
  [...stack.matchAll(/^ +at (.*?)\(?program\.js:(\d+):\d+\)?$/gm)]
    .map(([, name, line]) => `${name?.includes('$h') ? name : ''}${String(line)}`)
    .join(' < ')
