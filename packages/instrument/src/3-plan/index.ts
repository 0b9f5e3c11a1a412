/** Decides which functions get a probe, at which level, with which arguments, and numbers the probes. Nothing is edited yet. */
import { LIBRARIES, createRedactor } from '@hindscope/protocol'
import type { Binding, InstrumentationPlan, Probe } from '@hindscope/protocol'
import type { SourceType } from '../1-parse/parser.ts'
import { resolve } from '../2-analyze/scope.ts'
import { MODULE_NAME } from '../2-analyze/sites.ts'
import type { Analysis, ArgumentSource, Finding, FunctionSite, LibraryImport, LibraryUse, PlannedFunction, Point } from '../types.ts'
import { BindingTable } from './bindings.ts'
import { NO_DETAILS, planDetails } from './details.ts'
import { pathOf } from './locate.ts'
import { createDetailLocator } from './original-detail.ts'
import { placeOf } from './function-place.ts'
import type { LocatedFunction, Locator } from './locate.ts'
import { originalName } from './original-name.ts'
import { selectFunction } from './select.ts'
import type { Selection } from './select.ts'

export type HookForm = 'import' | 'import-last' | 'require' | 'global'

export interface PlanInput {
  readonly analysis: Analysis
  readonly code: string
  readonly id: string
  readonly plan: InstrumentationPlan
  readonly sourceType: SourceType
  readonly hook: HookForm
  readonly locator: Locator
}

export interface Plan {
  readonly functions: readonly PlannedFunction[]
  /** Index = probe index. */
  readonly probes: readonly Probe[]
  readonly bindings: readonly Binding[]
  readonly libraryUses: readonly LibraryUse[]
  readonly libraryImports: readonly LibraryImport[]
  /** Adapters that the module loads. */
  readonly adapters: ReadonlySet<string>
  readonly findings: readonly Finding[]
}

export function planProbes(input: PlanInput): Plan {
  const { analysis, sourceType } = input
  const probes: Probe[] = []
  const findings: Finding[] = []
  const functions: PlannedFunction[] = []
  const planned = new Map<FunctionSite, PlannedFunction>()
  const bindings = new BindingTable()
  const isRedacted = createRedactor(input.plan.redact)
  const places = createDetailLocator(input.code, input.locator)

  const shadowed = sourceType === 'script' ? undefined : shadowedName(analysis, input.hook)
  if (shadowed !== undefined) {
    findings.push({ code: 'instrument-shadowed-name', severity: 'warning', params: { name: 'every function of the module', shadowed }, offset: 0 })
    return { functions, probes, bindings: [], libraryUses: [], libraryImports: [], adapters: new Set(), findings }
  }

  for (const site of analysis.sites) {
    if (site.skip || ((site.kind === 'field' || site.kind === 'module') && !site.nontrivial)) continue
    const placed = site.kind === 'module' ? placeOfModule(site, input) : input.locator.locateFunction(placeOf(site, input.code))
    if (!placed) continue
    const { original, ...located } = placed
    const name = originalName(site, original)
    const selection = selectFunction(input.plan, { files: [input.locator.sources[located.source]?.path ?? '', pathOf(input.id)], name })
    if (selection.level === 'off' || (site.kind === 'module' && selection.level !== 'statements')) continue
    const declaresHook = sourceType === 'script' && !seesHook(site, planned)
    const refusal = declaresHook ? scriptRefusal(site) : undefined
    if (refusal) {
      findings.push(refusal)
      continue
    }
    if (selection.sample < 1) findings.push({ code: 'instrument-sample', severity: 'warning', params: { name }, offset: site.node.start })
    const wrap = (site.async || site.generator) && isWrappable(site)
    if ((site.async || site.generator) && !wrap) {
      findings.push({ code: 'instrument-unwrapped', severity: 'info', params: { name }, offset: site.node.start })
    }
    const index = probes.length
    const args = argumentSources(site, selection, isRedacted)
    const names = args.map(arg => arg.name)
    const probe: Probe = {
      kind: 'function',
      name,
      functionKind: site.kind,
      async: site.async || (site.kind === 'module' && site.points.some(isAwait)),
      generator: site.generator,
      params: names,
      level: selection.level,
      parent: parentIndex(site, planned),
      ...located,
    }
    probes.push(probe)
    const { details, locals } =
      selection.level === 'statements'
        ? planDetails(site, { probes, index, bindings, expressions: selection.expressions, code: input.code, places, isRedacted })
        : NO_DETAILS
    const record: PlannedFunction = {
      index,
      site,
      level: selection.level,
      args: selection.level === 'count' || selection.level === 'calls' ? [] : args,
      wrap,
      declaresHook,
      details,
      locals,
    }
    functions.push(record)
    planned.set(site, record)
  }
  return { functions, probes, bindings: bindings.rows(planned), ...planLibraries(input, planned), findings }
}

/** What code that is recorded gets from libraries. A module of which nothing else is recorded still loads what has to be there before its library. */
function planLibraries(
  { analysis, plan, id, hook }: PlanInput,
  planned: ReadonlyMap<FunctionSite, PlannedFunction>,
): Pick<Plan, 'libraryUses' | 'libraryImports' | 'adapters'> {
  const isModuleOff = selectFunction(plan, { files: [pathOf(id)], name: MODULE_NAME }).level === 'off'
  const libraryUses = analysis.libraryUses.filter(({ site }) => (site === undefined ? !isModuleOff : planned.has(site)))
  const isOff = isModuleOff && planned.size === 0
  const loaded = isOff ? [] : analysis.adapters
  // Where the hook comes last there is none yet when the module's own code begins, and a further import would move what Vitest numbers.
  const libraryImports = isOff || hook === 'import-last' ? [] : analysis.libraryImports
  return { libraryUses, libraryImports, adapters: new Set([...loaded, ...libraryUses.map(({ library }) => LIBRARIES[library]?.adapter ?? '')]) }
}

/** From its first statement that has an original. Vitest moves code of modules to their start by its shape, before the hook is there. */
function placeOfModule({ node }: FunctionSite, { locator, hook }: PlanInput): LocatedFunction | undefined {
  if (node.type !== 'Program' || hook === 'import-last') return undefined
  const end = node.body.at(-1)?.end ?? 0
  for (const statement of node.body) {
    const located = locator.locate(statement.start, end)
    if (located) return { ...located, original: undefined }
  }
  return undefined
}

const isAwait = ({ kind, node }: Point): boolean => kind === 'await' || (node.type === 'ForOfStatement' && node.await)

function parentIndex(site: FunctionSite, planned: ReadonlyMap<FunctionSite, PlannedFunction>): number {
  for (let at = site.parent; at; at = at.parent) {
    const index = planned.get(at)?.index
    if (index !== undefined) return index
  }
  return -1
}

/**
 * Whether the names of the hook that a planned function around this one declares in its body are visible here. Parameters stand outside
 * the body's variable scope, and a field initialiser declares nothing.
 */
function seesHook(site: FunctionSite, planned: ReadonlyMap<FunctionSite, PlannedFunction>): boolean {
  let inner = site
  for (let at = site.parent; at; at = at.parent) {
    if (at.kind !== 'field' && planned.has(at) && inner.node.start >= bodyStart(at)) return true
    inner = at
  }
  return false
}

function bodyStart({ node }: FunctionSite): number {
  return 'params' in node ? node.body.start : node.start
}

function scriptRefusal(site: FunctionSite): Finding | undefined {
  if (site.kind === 'field') return { code: 'instrument-script-field', severity: 'info', params: { name: site.name }, offset: site.node.start }
  const shadowed = ['globalThis', 'Symbol'].find(name => resolve(site.scope, name) !== undefined)
  if (shadowed === undefined) return undefined
  return { code: 'instrument-shadowed-name', severity: 'warning', params: { name: site.name, shadowed }, offset: site.node.start }
}

/** The prologue of a module reads these names; a module that declares one itself would give it the wrong thing. */
function shadowedName({ moduleScope }: Analysis, hook: HookForm): string | undefined {
  const needed = hook === 'global' ? ['globalThis', 'Symbol'] : hook === 'require' ? ['require'] : []
  return needed.find(name => moduleScope.names?.has(name))
}

/**
 * `try { body }` makes function declarations of the body block-scoped. In strict code with unique names nothing can tell (they are
 * initialised when the block is entered, and every reference is inside); sloppy code also gets a `var` per function (Annex B.3.2).
 */
function isWrappable(site: FunctionSite): boolean {
  if ('params' in site.node && site.node.body.type !== 'BlockStatement') return true
  return site.bodyFunctions.size === 0 || (site.strict && !site.conflicting)
}

const NO_ARGUMENTS: ReadonlySet<string> = new Set(['arrow', 'field', 'static-block', 'module'])
/** Whose `this` is there whenever they run: before `super()` there is none (ECMA-262, section 9.1.1.3.4), and that of a module tells nothing. */
const HAS_THIS: ReadonlySet<string> = new Set(['function', 'method', 'getter', 'setter', 'constructor', 'field', 'static-block'])

function argumentSources(site: FunctionSite, { args: kept }: Selection, isRedacted: (name: string) => boolean): ArgumentSource[] {
  const takesArguments = site.params.length === 0 && site.usesArguments && !NO_ARGUMENTS.has(site.kind)
  // A function declaration of the body replaces the parameter of its name before the body starts.
  const names = takesArguments && !site.scope.names?.has('arguments') ? ['arguments'] : site.params.filter(name => !site.bodyFunctions.has(name))
  const all = site.usesThis && hasThis(site) ? ['this', ...names] : names
  return all.map(name => ({ name, capture: isRedacted(name) ? 'redacted' : kept && !kept.includes(name) ? 'absent' : 'value' }))
}

/** Arrow functions have the `this` of what is around them. */
function hasThis(site: FunctionSite): boolean {
  let home: FunctionSite | undefined = site
  while (home?.kind === 'arrow') home = home.parent
  return home !== undefined && HAS_THIS.has(home.kind)
}
