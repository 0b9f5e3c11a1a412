/**
 * Insertion-only instrumentation: source text in; instrumented text, map, probe manifest and diagnostics out. A pure function: no clock,
 * no files, no state, the same input gives the same bytes. Nothing of the source is removed, moved or put on another line.
 */
import { findDelimiter, DEFAULT_PLAN, MANIFEST_VERSION, codeFrame, diagnostic, moduleKey } from '@hindscope/protocol'
import type { Diagnostic, InstrumentationPlan, ProbeManifest } from '@hindscope/protocol'
import type { SourceMapInput } from '@jridgewell/trace-mapping'
import { OPT_OUT_TEXT, readOptOut } from './1-parse/opt-out.ts'
import { parseSource } from './1-parse/parser.ts'
import type { CommentRange, SourceType } from './1-parse/parser.ts'
import { analyze } from './2-analyze/index.ts'
import { libraryBindings } from './2-analyze/library-uses.ts'
import { planProbes } from './3-plan/index.ts'
import type { HookForm } from './3-plan/index.ts'
import { createLocator } from './3-plan/locate.ts'
import type { Locator } from './3-plan/locate.ts'
import { mentionsExpressions, mentionsLevel } from './3-plan/select.ts'
import { emit } from './4-emit/index.ts'
import { NAME_PREFIX, chooseDelimiter, chooseNames } from './4-emit/names.ts'
import { isPrintedAnew } from './4-emit/prologue.ts'
import { composeMaps, insertionMap } from './4-emit/source-map.ts'
import type { SourceMapV3 } from './4-emit/source-map.ts'
import { checkOptions } from './check-options.ts'
import { hashText } from './hash.ts'
import type { Finding } from './types.ts'
export { restore } from '@hindscope/protocol'
export type { SourceType } from './1-parse/parser.ts'
export type { HookForm } from './3-plan/index.ts'
export type { SourceMapV3 } from './4-emit/source-map.ts'
export type { SourceMapInput } from '@jridgewell/trace-mapping'

/** Part of every module key: the same source emitted by another version of this package is another module. */
const EMIT_VERSION = '3'
/** Drawing a code frame walks the whole source; nobody reads more than a screen of them. */
const MAX_FRAMES = 20
const NO_LIBRARIES = { names: new Map(), adapters: new Set<string>(), imports: new Map() } as const

export interface InstrumentOptions {
  /** Project-relative module id; part of the module's identity. A query behind `?` is not part of the path. */
  readonly id: string
  /** Language of the text. Only JavaScript is parsed; anything else makes the message about a syntax error say so. */
  readonly lang?: string
  /** Default `module`. */
  readonly sourceType?: SourceType
  /** Default DEFAULT_PLAN. */
  readonly plan?: InstrumentationPlan
  /** How the code finds the hook. Default and only form that works where the other is asked for: module `import`
   * (`import-last`: behind all other imports, and code that runs before it is not recorded), commonjs `require`, script `global`. */
  readonly hook?: HookForm
  /** Module that exports the hook as `h`. Default `@hindscope/runtime/hook`. */
  readonly hookModule?: string
  /**
   * Module of an adapter, with `*` for its name, as `@hindscope/runtime/libraries/*`: modules that use a library which has one load it, and tell what
   * they get from it. Absent: libraries are left alone.
   */
  readonly libraries?: string
  /** Map from `code` to its original; functions without an original position get no probe. */
  readonly inputMap?: SourceMapInput | null
}

export interface InstrumentResult {
  /** The instrumented text; the very text that was given when there is nothing to record. */
  readonly code: string
  /** From `code` to the original, computed when first read; null when nothing was inserted, so that the input's own map holds. */
  readonly map: SourceMapV3 | null
  /** From `code` to the text that was given and no further, for tools that chain the maps of their steps themselves; made when first read. */
  readonly ownMap: SourceMapV3 | null
  readonly manifest: ProbeManifest
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Never throws on account of the source: what cannot be instrumented comes back untouched, with a diagnostic that says why. Throws a
 * HindscopeError `instrument-option` for options that are not of their type.
 */
export function instrument(code: string, options: InstrumentOptions): InstrumentResult {
  checkOptions(code, options)
  const { id, sourceType = 'module', plan = DEFAULT_PLAN, hookModule = '@hindscope/runtime/hook' } = options
  const inputMap = options.inputMap ?? undefined
  const hook = { form: hookForm(sourceType, options.hook), module: hookModule }
  const sourceHash = hashText(code)
  const key = keyOf(sourceHash, { ...options, sourceType, plan }, hook)
  const manifest: ProbeManifest = {
    version: MANIFEST_VERSION,
    module: moduleKey(key),
    id,
    sourceHash,
    sources: [{ path: id, content: code }],
    probes: [],
  }
  const untouched = (findings: readonly Finding[], locator: Locator = createLocator(code, id, undefined)): InstrumentResult => ({
    code,
    map: null,
    ownMap: null,
    manifest: { ...manifest, sources: locator.sources },
    diagnostics: describe(findings, locator),
  })

  if (findDelimiter(code) !== undefined || isPrintedAnew(code))
    return untouched([{ code: 'instrument-already', severity: 'warning', params: {}, offset: 0 }])
  const comments: CommentRange[] = []
  const parsed = parseSource(code, sourceType, code.includes(OPT_OUT_TEXT) ? comment => comments.push(comment) : undefined)
  if ('problem' in parsed) {
    const { reason, offset, tooDeep } = parsed.problem
    if (tooDeep) return untouched([{ code: 'instrument-too-deep', severity: 'warning', params: {}, offset }])
    return untouched([{ code: 'instrument-syntax', severity: 'error', params: { reason, lang: options.lang ?? 'js' }, offset }])
  }
  const { program } = parsed
  const optOut = readOptOut(code, comments, program.body[0]?.start ?? code.length)
  if (optOut.file) return untouched([{ code: 'instrument-ignored-file', severity: 'info', params: {}, offset: 0 }])
  const delimiter = chooseDelimiter(code)
  if (delimiter === undefined) return untouched([{ code: 'instrument-no-delimiter', severity: 'warning', params: {}, offset: 0 }])

  const libraries = options.libraries === undefined || hook.form === 'global' ? NO_LIBRARIES : libraryBindings(program)
  const analysis = analyze({
    code,
    program,
    sourceType,
    optOut,
    namePrefix: NAME_PREFIX,
    details: mentionsLevel(plan, 'statements'),
    expressions: mentionsExpressions(plan),
    libraries,
  })
  const locator = createLocator(code, id, inputMap)
  const planned = planProbes({ analysis, code, id, plan, sourceType, hook: hook.form, locator })
  const findings = [...analysis.findings, ...planned.findings]
  if (planned.probes.length === 0 && planned.adapters.size === 0) return untouched(findings, locator)

  const names = chooseNames(code, analysis.takenNames)
  const emitted = emit({
    code,
    program,
    sourceType,
    analysis,
    plan: planned,
    redact: plan.redact,
    names,
    delimiter,
    key,
    hook,
    adapters: [...planned.adapters].map(adapter => (options.libraries ?? '').replace('*', adapter)),
  })
  let ownMap: SourceMapV3 | undefined
  let map: SourceMapV3 | undefined
  return {
    code: emitted.code,
    get ownMap() {
      return (ownMap ??= insertionMap(code, emitted.spans, id))
    },
    get map() {
      return (map ??= composeMaps(this.ownMap ?? insertionMap(code, emitted.spans, id), inputMap))
    },
    manifest: {
      ...manifest,
      sources: locator.sources,
      probes: planned.probes,
      ...(planned.bindings.length > 0 && { bindings: planned.bindings }),
    },
    diagnostics: describe(findings, locator),
  }
}

/** All that decides what is emitted. */
function keyOf(
  sourceHash: string,
  { id, plan, sourceType = 'module', libraries }: InstrumentOptions,
  hook: { readonly form: HookForm; readonly module: string },
): string {
  const parts = [EMIT_VERSION, id, sourceHash, JSON.stringify(plan), sourceType, hook.form, hook.module]
  return hashText(...parts, ...(libraries === undefined ? [] : [libraries]))
}

function hookForm(sourceType: SourceType, asked: HookForm | undefined): HookForm {
  if (asked === 'global' || sourceType === 'script') return 'global'
  if (sourceType !== 'module') return 'require'
  return asked === 'import-last' ? asked : 'import'
}

function describe(findings: readonly Finding[], locator: Locator): Diagnostic[] {
  return [...findings]
    .sort((a, b) => a.offset - b.offset)
    .map(({ code, severity, params, offset }, index) => {
      const { file, line, column, content } = locator.place(offset)
      const frame = content !== undefined && index < MAX_FRAMES ? { frame: codeFrame(content, line, column) } : {}
      return diagnostic(code, severity, params, { file, line, column, ...frame })
    })
}
