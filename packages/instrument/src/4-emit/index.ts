import { createRedactor, levelDigit } from '@hindscope/protocol'
import type { Program, SourceType } from '../1-parse/parser.ts'
import type { HookForm, Plan } from '../3-plan/index.ts'
import type { Analysis } from '../types.ts'
import { insertSpans, mergeEdits } from './apply.ts'
import type { Span } from './apply.ts'
import { editFunction, editLibraryImport, editLibraryUse, editModuleTry, openText } from './edits.ts'
import type { EditContext } from './edit-context.ts'
import type { EmitNames } from './names.ts'
import { localPrologue, modulePrologue, placeLastImport, placePrologue } from './prologue.ts'

export interface EmitInput {
  readonly code: string
  readonly program: Program
  readonly sourceType: SourceType
  readonly analysis: Analysis
  readonly plan: Plan
  readonly redact: readonly string[] | undefined
  readonly names: EmitNames
  readonly delimiter: string
  readonly key: string
  readonly hook: { readonly form: HookForm; readonly module: string }
  /** Modules of the adapters that the module loads. */
  readonly adapters: readonly string[]
}

export interface Emitted {
  readonly code: string
  readonly spans: readonly Span[]
}

export function emit(input: EmitInput): Emitted {
  const { code, names, hook } = input
  const isScript = input.sourceType === 'script'
  const registration = { key: input.key, digits: input.plan.probes.map(probe => levelDigit(probe.level)).join('') }
  const registered = `(${names.levels}===void 0?${names.register}():${names.levels})`
  const context: EditContext = {
    code,
    names,
    edits: [],
    levels: isScript ? names.levels : registered,
    // Where the hook is a variable of the module, registration is what fills it.
    registeredHook: !isScript && (hook.form === 'global' || hook.form === 'import-last') ? `(${registered},${names.hook})` : names.hook,
    localPrologue: isScript ? localPrologue(names, registration) : '',
    isRedacted: createRedactor(input.redact),
  }
  if (!isScript) {
    const own = input.plan.functions.find(({ site }) => site.kind === 'module')
    const entry = own ? openText(context, own) : ''
    context.edits.push(placePrologue(code, input.program, modulePrologue(names, registration, { ...hook, adapters: input.adapters }) + entry))
    if (hook.form === 'import-last') context.edits.push(placeLastImport(input.program, names, [hook.module, ...input.adapters]))
    if (!own) for (const moduleTry of input.analysis.moduleTries) editModuleTry(context, moduleTry)
  }
  for (const planned of input.plan.functions) editFunction(context, planned)
  for (const use of input.plan.libraryUses) editLibraryUse(context, use)
  for (const [number, each] of input.plan.libraryImports.entries()) editLibraryImport(context, each, number)
  const spans = mergeEdits(context.edits, input.delimiter)
  return { code: insertSpans(code, spans), spans }
}
