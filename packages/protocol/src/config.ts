/**
 * One config schema. Sources in rising priority: defaults, `hindscope.config.{js,mjs,ts}`, plugin options, HINDSCOPE_* environment, live updates.
 * The table is the schema: validation, documentation and `hindscope doctor` read it, and tests/architecture fails when nothing reads a key.
 */
import { HindscopeError } from './diagnostics.ts'
import { LEVELS } from './plan.ts'
import type { Level, PlanOverride } from './plan.ts'
import { TAINT_SOURCES, parseTokenForm, redactionRules } from './redaction.ts'
import type { TaintSource } from './redaction.ts'
import { RETENTION_FORM, parseRetention } from './retention.ts'
import type { RetentionConfig } from './retention.ts'
import { COLLECTOR_ENV } from './transport.ts'

export interface HindscopeConfig {
  readonly enabled: boolean
  readonly production: boolean
  readonly strict: boolean
  readonly level: Level
  readonly overrides: readonly PlanOverride[]
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly redact: readonly string[]
  readonly redactOff: readonly string[]
  readonly redactPatterns: readonly string[]
  readonly redactWith: string
  readonly taint: readonly TaintSource[]
  readonly port: number
  readonly url: string
  readonly token: string
  readonly dataDir: string
  readonly retention: RetentionConfig
  readonly allowedOrigins: readonly string[]
  readonly ringEvents: number
  readonly maxBufferedBytes: number
  readonly maxSpoolBytes: number
  readonly flushMs: number
  readonly overhead: number
  readonly platform: boolean
  readonly keep: 'all' | 'incidents'
  readonly keepSeconds: number
  readonly keepAfterSeconds: number
  readonly keepBytes: number
  readonly maxDepth: number
  readonly maxWidth: number
  readonly maxString: number
}
export type ConfigKey = keyof HindscopeConfig

export interface KeySpec {
  readonly type: 'boolean' | 'integer' | 'string' | 'strings' | 'rules' | 'patterns' | 'sources' | 'choice' | 'level' | 'overrides' | 'retention'
  readonly default: unknown
  readonly min?: number
  readonly max?: number
  /** Values of a choice. */
  readonly choices?: readonly string[]
  /** Environment variable, where one exists. */
  readonly env?: string
  readonly doc: string
}

export const CONFIG_KEYS: Readonly<Record<ConfigKey, KeySpec>> = {
  enabled: { type: 'boolean', default: true, env: 'HINDSCOPE', doc: 'Instrument and record at all.' },
  production: { type: 'boolean', default: false, env: 'HINDSCOPE_PRODUCTION', doc: 'Instrument production builds too; the build report says so.' },
  strict: { type: 'boolean', default: false, env: 'HINDSCOPE_STRICT', doc: 'Make a module that cannot be instrumented fail the build.' },
  level: { type: 'level', default: 'values', env: 'HINDSCOPE_LEVEL', doc: 'How much every probe captures, unless an override says otherwise.' },
  overrides: {
    type: 'overrides',
    default: [],
    doc: 'Per file or function: level, sampling, arguments to keep, values of expressions. The last match wins.',
  },
  include: { type: 'strings', default: [], doc: 'Globs of files to instrument; empty means all own code.' },
  exclude: { type: 'strings', default: ['**/node_modules/**'], doc: 'Globs of files never to instrument.' },
  redact: { type: 'strings', default: [], doc: 'Further names whose values are masked at capture.' },
  redactOff: { type: 'rules', default: [], doc: 'Built-in rules that are not applied to texts: jwt, email, card, github and so on.' },
  redactPatterns: { type: 'patterns', default: [], doc: 'Further forms of tokens that are masked in texts: acme_[A-Za-z0-9]{24,}.' },
  redactWith: {
    type: 'string',
    default: '',
    doc: 'Module whose default export is asked for each text: it gives the text to record, or true to mask all of it.',
  },
  taint: {
    type: 'sources',
    default: TAINT_SOURCES,
    doc: 'Where secrets enter: env, argv, headers, cookies, query, passwords. Their values are masked wherever they appear again.',
  },
  port: { type: 'integer', default: 0, min: 0, max: 65535, env: 'HINDSCOPE_PORT', doc: 'Port of the collector on loopback; 0 takes a free one.' },
  url: { type: 'string', default: '', env: 'HINDSCOPE_URL', doc: 'Collector to join (ws://127.0.0.1:port); empty finds or starts one.' },
  token: { type: 'string', default: '', env: 'HINDSCOPE_TOKEN', doc: 'Token of the collector to join.' },
  dataDir: { type: 'string', default: '.hindscope', env: 'HINDSCOPE_DIR', doc: 'Folder for sessions, manifests and the collector address.' },
  retention: {
    type: 'retention',
    default: {},
    doc: 'How long recorded sessions are kept: maxAge, maxBytes, maxSessions, and keepErrors for those with errors or incidents. Nothing is removed when empty.',
  },
  allowedOrigins: { type: 'strings', default: [], doc: 'Origins besides loopback whose pages may send to the collector.' },
  ringEvents: {
    type: 'integer',
    default: 4096,
    min: 64,
    max: 1_048_576,
    doc: 'Size of the buffer that is sealed into a chunk when it is full, in events at their longest; most take a sixth of that.',
  },
  maxBufferedBytes: {
    type: 'integer',
    default: 33_554_432,
    min: 65_536,
    max: 1_073_741_824,
    doc: 'Sealed bytes a realm keeps while its sink cannot take them; the oldest are dropped and counted beyond.',
  },
  maxSpoolBytes: {
    type: 'integer',
    default: 67_108_864,
    min: 0,
    max: 1_073_741_824,
    env: 'HINDSCOPE_SPOOL_BYTES',
    doc: 'Bytes a realm keeps on disk (Node: files, page: IndexedDB) until the collector has them; 0 keeps none before it ends.',
  },
  flushMs: {
    type: 'integer',
    default: 100,
    min: 10,
    max: 60_000,
    env: 'HINDSCOPE_FLUSH_MS',
    doc: 'Longest time an event waits before it is sealed and sent.',
  },
  keep: {
    type: 'choice',
    default: 'all',
    choices: ['all', 'incidents'],
    env: 'HINDSCOPE_KEEP',
    doc: 'What leaves a realm: everything, or the time around incidents only; until one, a ring in its memory holds what is recorded.',
  },
  keepSeconds: {
    type: 'integer',
    default: 15,
    min: 1,
    max: 3600,
    env: 'HINDSCOPE_KEEP_SECONDS',
    doc: 'How far before an incident its window reaches.',
  },
  keepAfterSeconds: { type: 'integer', default: 2, min: 0, max: 600, doc: 'How long after an incident its window lasts.' },
  keepBytes: {
    type: 'integer',
    default: 16_777_216,
    min: 65_536,
    max: 1_073_741_824,
    doc: 'Sealed bytes that the ring of a realm holds at most; the oldest are let go, which the trace shows as a gap.',
  },
  overhead: {
    type: 'integer',
    default: 10,
    min: 0,
    max: 100,
    env: 'HINDSCOPE_OVERHEAD',
    doc: 'Percent of the running time that recording may cost; hot functions are recorded in less detail beyond it. 0 sets no limit.',
  },
  platform: {
    type: 'boolean',
    default: true,
    env: 'HINDSCOPE_PLATFORM',
    doc: 'Tell of the platform too. Node: event loop, garbage collection, memory, who ends the process. Pages in development: web vitals, long frames, navigations, forms.',
  },
  maxDepth: { type: 'integer', default: 4, min: 0, max: 16, doc: 'Levels of nesting kept of a value.' },
  maxWidth: { type: 'integer', default: 32, min: 1, max: 10_000, doc: 'Properties or items kept per object.' },
  maxString: { type: 'integer', default: 512, min: 16, max: 1_000_000, doc: 'Characters kept of a string.' },
}

const KEYS: readonly ConfigKey[] = Object.keys(CONFIG_KEYS) as ConfigKey[] // SAFE: the table's type ties the keys

/** Names a layer in messages: `plugin options`, `hindscope.config.mjs`, `environment`. */
export interface ConfigLayer {
  readonly origin: string
  readonly values: Readonly<Record<string, unknown>>
}

/** Merges layers over the defaults, later ones winning; `undefined` values count as absent. Throws `config-unknown-key` or `config-bad-value`. */
export function resolveConfig(layers: readonly ConfigLayer[]): HindscopeConfig {
  const merged: Record<string, unknown> = {}
  for (const key of KEYS) merged[key] = CONFIG_KEYS[key].default
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer.values)) {
      if (value === undefined) continue
      if (!Object.hasOwn(CONFIG_KEYS, key)) {
        throw new HindscopeError('config-unknown-key', { key, origin: layer.origin, nearest: nearest(key, KEYS), known: KEYS.join(', ') })
      }
      checkValue(key as ConfigKey, value, layer.origin) // SAFE: own key of the table, checked above
      merged[key] = value
    }
  }
  return merged as unknown as HindscopeConfig // SAFE: every key of the table is set and checked
}

/** HINDSCOPE_* names that are no config keys. */
const envOfOthers = (): readonly string[] => [COLLECTOR_ENV.session]

/** The environment's layer. Unknown HINDSCOPE_* names are refused too (`config-unknown-key`), but for those that others own. */
export function configFromEnv(env: Readonly<Record<string, string | undefined>>): ConfigLayer {
  const values: Record<string, unknown> = {}
  const known = [...KEYS.flatMap(key => CONFIG_KEYS[key].env ?? []), ...envOfOthers()]
  for (const name of Object.keys(env)) {
    if (!/^HINDSCOPE(_|$)/.test(name) || known.includes(name)) continue
    throw new HindscopeError('config-unknown-key', { key: name, origin: 'environment', nearest: nearest(name, known), known: known.join(', ') })
  }
  for (const key of KEYS) {
    const spec: KeySpec = CONFIG_KEYS[key]
    const text = spec.env === undefined ? undefined : env[spec.env]
    if (text === undefined || text === '') continue
    values[key] = parseText(spec, text)
  }
  return { origin: 'environment', values }
}

function parseText(spec: KeySpec, text: string): unknown {
  if (spec.type === 'boolean') return /^(1|true|on|yes)$/i.test(text) ? true : /^(0|false|off|no)$/i.test(text) ? false : text
  if (spec.type === 'integer') return /^-?\d+$/.test(text) ? Number(text) : text
  return text
}

function checkValue(key: ConfigKey, value: unknown, origin: string): void {
  const spec: KeySpec = CONFIG_KEYS[key]
  const problem = valueProblem(spec, value)
  if (problem !== undefined) throw new HindscopeError('config-bad-value', { key, origin, value: show(value), allowed: problem })
}

function valueProblem(spec: KeySpec, value: unknown): string | undefined {
  switch (spec.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false'
    case 'integer': {
      const fits = typeof value === 'number' && Number.isInteger(value) && value >= (spec.min ?? -Infinity) && value <= (spec.max ?? Infinity)
      return fits ? undefined : `a whole number from ${spec.min} to ${spec.max}`
    }
    case 'string':
      return typeof value === 'string' ? undefined : 'a text'
    case 'choice':
      return typeof value === 'string' && spec.choices?.includes(value) === true ? undefined : (spec.choices ?? []).join(', ')
    case 'strings':
      return Array.isArray(value) && value.every(item => typeof item === 'string') ? undefined : 'a list of texts'
    case 'rules':
      return listProblem(value, redactionRules())
    case 'sources':
      return listProblem(value, TAINT_SOURCES)
    case 'patterns': {
      const isList = Array.isArray(value) && value.every(item => typeof item === 'string' && parseTokenForm(item) !== undefined)
      return isList ? undefined : 'a list of a text, characters in brackets and how many in braces: acme_[A-Za-z0-9]{24,}'
    }
    case 'level':
      return LEVELS.includes(value as Level) ? undefined : LEVELS.join(', ')
    case 'retention':
      return parseRetention(value) === undefined ? RETENTION_FORM : undefined
    case 'overrides':
      return overridesProblem(value)
  }
}

const listProblem = (value: unknown, allowed: readonly string[]): string | undefined =>
  Array.isArray(value) && value.every(item => allowed.includes(item as string)) ? undefined : `a list of ${allowed.join(', ')}` // SAFE: anything else is not among them

const OVERRIDE_KEYS: readonly string[] = ['file', 'function', 'level', 'sample', 'args', 'expressions'] satisfies (keyof PlanOverride)[]

const overridesForm = (): string => `a list of {${OVERRIDE_KEYS.map(key => `${key}?`).join(', ')}}`

function overridesProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return overridesForm()
  for (const rule of value as unknown[]) {
    if (typeof rule !== 'object' || rule === null) return overridesForm()
    const unknown = Object.keys(rule).find(name => !OVERRIDE_KEYS.includes(name))
    if (unknown !== undefined) return `rules with ${OVERRIDE_KEYS.join(', ')} (not "${unknown}")`
    const { file, function: name, level, sample, args, expressions } = rule as PlanOverride
    if ([file, name].some(text => text !== undefined && typeof text !== 'string')) return 'rules whose file and function are texts'
    if (args !== undefined && !(Array.isArray(args) && args.every(item => typeof item === 'string'))) return 'rules whose args is a list of names'
    if (level !== undefined && !LEVELS.includes(level)) return `rules whose level is one of ${LEVELS.join(', ')}`
    if (sample !== undefined && !(typeof sample === 'number' && sample > 0 && sample <= 1)) return 'rules whose sample is above 0 and at most 1'
    if (expressions !== undefined && typeof expressions !== 'boolean') return 'rules whose expressions is true or false'
  }
  return undefined
}

const show = (value: unknown): string => {
  let text: string
  try {
    text = JSON.stringify(value) ?? String(value)
  } catch {
    text = typeof value === 'bigint' ? `${value}n` : 'a value that contains itself' // SAFE: cycles and bigints have no JSON text; the type names them
  }
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

/** The known word with the smallest edit distance. */
export function nearest(word: string, known: readonly string[]): string {
  let best = known[0] ?? ''
  let bestDistance = Infinity
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
