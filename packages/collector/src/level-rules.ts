/** Rules for levels, and what they mean for the probes of a module. Pure: no session, no connection. */
import { HindscopeError, LEVELS, globPattern, levelDigit } from '@hindscope/protocol'
import type { Level, LevelRule, ProbeManifest } from '@hindscope/protocol'

const MAX_RULES = 500
const MAX_NAME = 500

/** `off` for every function of the file, for example. */
export interface CompiledRule {
  readonly rule: LevelRule
  matches(files: readonly string[], name: string): boolean
}

export function compileRules(rules: readonly LevelRule[]): CompiledRule[] {
  return rules.map(rule => {
    const pattern = rule.file === undefined ? undefined : globPattern(rule.file)
    return {
      rule,
      matches: (files, name) =>
        (rule.function === undefined || rule.function === name) && (pattern === undefined || files.some(file => pattern.test(file))),
    }
  })
}

/** Rules from outside; `query-bad` when they are none. */
export function checkRules(rules: unknown): readonly LevelRule[] {
  const bad = (value: unknown, allowed: string): HindscopeError =>
    new HindscopeError('query-bad', { method: 'setLevels', field: 'rules', value: (JSON.stringify(value) ?? 'undefined').slice(0, 80), allowed })
  if (!Array.isArray(rules) || rules.length === 0 || rules.length > MAX_RULES) throw bad(rules, `1 to ${MAX_RULES} rules`)
  return rules.map((rule: unknown) => {
    if (typeof rule !== 'object' || rule === null) throw bad(rule, '{file?, function?, level}')
    const { file, function: name, level, ...others } = rule as Readonly<Record<string, unknown>>
    if (Object.keys(others).length > 0) throw bad(rule, '{file?, function?, level}')
    for (const text of [file, name])
      if (text !== undefined && (typeof text !== 'string' || text === '' || text.length > MAX_NAME)) throw bad(rule, 'file and function are texts')
    if (level !== 'plan' && !LEVELS.includes(level as Level)) throw bad(rule, `levels ${LEVELS.join(', ')} and plan`)
    return {
      ...(file === undefined ? {} : { file: file as string }),
      ...(name === undefined ? {} : { function: name as string }),
      level: level as LevelRule['level'], // SAFE: checked above, here and in the lines before
    }
  })
}

const namesAll = (rule: LevelRule): boolean => rule.file === undefined && rule.function === undefined

/** The later rules win; those that cannot decide anything any more are left out. */
export function addRules(before: readonly LevelRule[], added: readonly LevelRule[]): readonly LevelRule[] {
  const all = [...before, ...added]
  const kept = all.filter(
    (rule, i) => !all.slice(i + 1).some(later => namesAll(later) || (later.file === rule.file && later.function === rule.function)),
  )
  const first = kept.findIndex(({ level }) => level !== 'plan')
  const rules = first === -1 ? [] : kept.slice(first)
  if (rules.length > MAX_RULES)
    throw new HindscopeError('query-bad', {
      method: 'setLevels',
      field: 'rules',
      value: `${rules.length} together with those before`,
      allowed: `${MAX_RULES} rules; one for "**" replaces all`,
    })
  return rules
}

/** Paths by which people may name the file of a probe: that of its source, and the module's. */
const filesOf = (manifest: ProbeManifest, source: number): readonly string[] => {
  const id = manifest.id.replace(/[?#].*$/s, '').replaceAll('\\', '/')
  const path = manifest.sources[source]?.path
  return path === undefined ? [id] : [path, id]
}

/** A function's last matching rule. */
export function ruleOf(
  rules: readonly CompiledRule[],
  manifest: ProbeManifest,
  probe: { readonly source: number; readonly name: string },
): LevelRule | undefined {
  if (rules.length === 0) return undefined
  const files = filesOf(manifest, probe.source)
  return rules.findLast(rule => rule.matches(files, probe.name))?.rule
}

/** As LevelsControl has it. Probes within a function go with it. */
export function wishOf(manifest: ProbeManifest, rules: readonly CompiledRule[]): number[] {
  const digits: number[] = []
  for (const probe of manifest.probes) {
    if (probe.kind === 'function') digits.push(digitOf(ruleOf(rules, manifest, probe)))
    else digits.push(digits[probe.parent] ?? digitOf(ruleOf(rules, manifest, { source: probe.source, name: '' })))
  }
  return runsOf(digits)
}

/** First probe, number of probes, digit, and so on; nothing where nothing is asked for. */
function runsOf(digits: readonly number[]): number[] {
  const wish: number[] = []
  digits.forEach((digit, index) => {
    if (digit === NONE) return
    const at = wish.length - 3
    if (at >= 0 && wish[at + 2] === digit && (wish[at] ?? 0) + (wish[at + 1] ?? 0) === index) wish[at + 1] = index + 1 - (wish[at] ?? 0)
    else wish.push(index, 1, digit)
  })
  return wish
}

/** For a module whose manifest is not there: only rules for everything can be told to apply. */
export function wishWithoutManifest(count: number, rules: readonly CompiledRule[]): number[] {
  const digit = digitOf(rules.findLast(({ rule }) => namesAll(rule))?.rule)
  return digit === NONE ? [] : [0, count, digit]
}

/** The same for a module of `count` probes of which none may record more than `limit`. */
export function limitWish(wish: readonly number[], count: number, limit: number): number[] {
  const digits = Array.from({ length: count }, () => limit)
  for (let at = 0; at < wish.length; at += 3) {
    const [first = 0, length = 0, digit = limit] = wish.slice(at, at + 3)
    digits.fill(Math.min(limit, digit), first, first + length)
  }
  return runsOf(digits)
}

const NONE = -1
const digitOf = (rule: LevelRule | undefined): number => (rule === undefined || rule.level === 'plan' ? NONE : levelDigit(rule.level))
