/** Runs a sample in a fresh context and describes everything about it that a program could notice. */
import { compileFunction, createContext, runInContext } from 'node:vm'

export type SampleVariant = 'module' | 'commonjs' | 'script'

export interface SampleBehaviour {
  readonly log: readonly string[]
  readonly result: string
  readonly error: string
  /** Global object after the run (scripts and CommonJS). */
  readonly globals: string
}

interface Outcome {
  readonly result: string
  readonly globals: string
}

let runs = 0

/** `install` gets the global object before any code of the sample runs. */
export async function runSample(code: string, variant: SampleVariant, install?: (realm: object) => void): Promise<SampleBehaviour> {
  const log: string[] = []
  const write = (...values: unknown[]): void => void log.push(values.map(value => describeValue(value)).join(' '))
  let error = 'none'
  let outcome: Outcome = { result: 'none', globals: '' }
  try {
    outcome = variant === 'module' ? await runModule(code, write, install) : runInFresh(code, variant, write, install)
  } catch (thrown) {
    error = describeValue(thrown)
  }
  for (let turn = 0; turn < 8; turn++) await new Promise(resolve => setImmediate(resolve))
  return { log, error, ...outcome }
}

type Log = (...values: unknown[]) => void
type Install = ((realm: object) => void) | undefined

function runInFresh(code: string, variant: SampleVariant, log: Log, install: Install): Outcome {
  const context = createContext({ log, setTimeout })
  const realm = runInContext('globalThis', context) as object
  install?.(realm)
  const module = { exports: {} }
  const completion: unknown =
    variant === 'script'
      ? runInContext(code, context, { filename: 'sample.js' })
      : compileFunction(code.replace(/^#!/, '//'), ['module', 'exports', 'require'], { parsingContext: context, filename: 'sample.js' })(
          module,
          module.exports,
          undefined,
        )
  const result = describeValue(variant === 'script' ? completion : module.exports)
  return { result, globals: describeValue(Object.getOwnPropertyDescriptors(realm)) }
}

/** Modules run in this realm, which has no flag-free way to evaluate a module elsewhere; each run has a URL of its own. */
async function runModule(code: string, log: Log, install: Install): Promise<Outcome> {
  const realm = globalThis as { log?: Log }
  realm.log = log
  install?.(globalThis)
  const url = `data:text/javascript,${encodeURIComponent(`${code}\n//${++runs}`)}`
  const namespace = (await import(/* @vite-ignore */ url)) as object
  return { result: describeValue({ ...namespace }), globals: '' }
}

const MAX_DEPTH = 5

/** Names, lengths, prototypes and descriptors included; function text is not, because inserted text is part of it. */
export function describeValue(value: unknown, depth = 0, seen: ReadonlySet<unknown> = new Set()): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return Object.is(value, -0) ? '-0' : String(value)
  if (seen.has(value)) return '<cycle>'
  if (depth > MAX_DEPTH) return '<deep>'
  const inner = new Set(seen).add(value)
  if (isError(value)) return `${value.name}(${JSON.stringify(value.message)}) on line ${lineOf(value.stack)}`
  const fields = Reflect.ownKeys(value)
    .filter(key => !(key === Symbol.for('hindscope@1')))
    .map(key => {
      const field = Object.getOwnPropertyDescriptor(value, key)
      const flags = `${field?.writable ? 'w' : ''}${field?.enumerable ? 'e' : ''}${field?.configurable ? 'c' : ''}`
      const text =
        field && 'value' in field ? describeValue(field.value, depth + 1, inner) : `get ${String(field?.get?.name)} set ${String(field?.set?.name)}`
      return `${String(key)}:${flags} ${text}`
    })
  const kind = typeof value === 'function' ? 'function' : Object.prototype.toString.call(value)
  return `${kind}{${fields.join(', ')}}`
}

const isError = (value: object): value is Error => Object.prototype.toString.call(value) === '[object Error]' && 'stack' in value

/** Line of the innermost frame: inserted text must not move any. */
const lineOf = (stack: string | undefined): string => /:(\d+):\d+\)?$/m.exec(stack ?? '')?.[1] ?? '?'
