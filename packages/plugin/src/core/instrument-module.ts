/** One module's text through type stripping and instrumentation: pure but for reading tsconfig; knows no bundler. */
import { instrument } from '@hindscope/instrument'
import { codeFrame, diagnostic } from '@hindscope/protocol'
import type { Diagnostic, InstrumentationPlan, ProbeManifest } from '@hindscope/protocol'
import { hasTypesByName, parseModuleId, projectPath } from './module-id.ts'
import { insertionMap } from './insertion-map.ts'
import { composeSourceMaps, withRelativeSources } from './source-map.ts'
import type { SourceMap } from './source-map.ts'
import { detectSourceType } from './source-type.ts'
import type { SourceType } from './source-type.ts'
import { StripFailure } from './strip-types.ts'
import type { Stripped } from './strip-types.ts'

export interface ModuleText<Result extends Stripped | Promise<Stripped> = Stripped | Promise<Stripped>> {
  /** The bundler's id: absolute path, perhaps with a query. */
  readonly id: string
  readonly code: string
  /** From `code` back to the original; absent when `code` is the original. */
  readonly inputMap: SourceMap | undefined
  readonly sourceType: SourceType | 'unambiguous'
  /** What generated code imports or requires `h` from. */
  readonly hookModule: string
  /** The hook's import stands behind all others (`import-last` of instrument). */
  readonly importsLast?: boolean
  /** Removes types and JSX, when the bundler does so after us only. Absent: the text is JavaScript, whatever its name says. */
  readonly strip?: ((code: string, path: string) => Result) | undefined
  /** `always`: the text still has types whenever its name says so. `when-refused`: only if JavaScript cannot be parsed from it. */
  readonly stripWhen: 'always' | 'when-refused'
}

export interface Instrumented {
  /** Same as the input's when nothing is probed. */
  readonly code: string
  /** From `code` back to the text that was given in, for the bundler to chain. Drawn when first asked for. */
  map(): SourceMap | undefined
  /** Absent when the text cannot be parsed; one of the diagnostics then says where. */
  readonly manifest: ProbeManifest | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export async function instrumentModule(text: ModuleText, plan: InstrumentationPlan, root: string): Promise<Instrumented> {
  const plain = wantsStripFirst(text) ? undefined : instrumentText(text, plan, root)
  if (plain !== undefined && isFinal(plain, text)) return plain
  try {
    return instrumentStripped(text, (await text.strip?.(text.code, parseModuleId(text.id).path)) ?? unstripped(text), plan, root)
  } catch (error) {
    return stripRefusal(text, root, error)
  }
}

/** The same in one go, for Node's synchronous module hooks. */
export function instrumentModuleSync(text: ModuleText<Stripped>, plan: InstrumentationPlan, root: string): Instrumented {
  const plain = wantsStripFirst(text) ? undefined : instrumentText(text, plan, root)
  if (plain !== undefined && isFinal(plain, text)) return plain
  try {
    return instrumentStripped(text, text.strip?.(text.code, parseModuleId(text.id).path) ?? unstripped(text), plan, root)
  } catch (error) {
    return stripRefusal(text, root, error)
  }
}

const mayHaveTypes = (text: ModuleText): boolean => text.strip !== undefined && hasTypesByName(parseModuleId(text.id).path)
const wantsStripFirst = (text: ModuleText): boolean => text.stripWhen === 'always' && mayHaveTypes(text)
const isFinal = (result: Instrumented, text: ModuleText): boolean => result.manifest !== undefined || !mayHaveTypes(text)

const unstripped = (text: ModuleText): Stripped => ({ code: text.code, map: undefined })

/** Only an error of the transformer is a refusal; anything else is a fault of ours and goes up. */
function stripRefusal(text: ModuleText, root: string, error: unknown): Instrumented {
  if (!(error instanceof StripFailure)) throw error
  const { reason, line, column } = error
  const place = { file: projectPath(root, parseModuleId(text.id).path), line, column, frame: codeFrame(text.code, line, column) }
  const diagnostics = [diagnostic('plugin-strip-failed', 'error', { reason }, place)]
  return { code: text.code, map: () => undefined, manifest: undefined, diagnostics }
}

function instrumentStripped(text: ModuleText, stripped: Stripped, plan: InstrumentationPlan, root: string): Instrumented {
  const inputMap = stripped.map && composeSourceMaps(stripped.map, text.inputMap)
  const result = instrumentText({ ...text, code: stripped.code, inputMap }, plan, root)
  return {
    ...result,
    code: result.manifest === undefined || result.manifest.probes.length === 0 ? text.code : result.code,
    map: once(() => {
      const map = result.map()
      return map && composeSourceMaps(map, stripped.map)
    }),
  }
}

function instrumentText(text: ModuleText, plan: InstrumentationPlan, root: string): Instrumented {
  const { path } = parseModuleId(text.id)
  const sourceType = text.sourceType === 'unambiguous' ? detectSourceType(text.code, path) : text.sourceType
  const { code, manifest, diagnostics } = instrument(text.code, {
    id: projectPath(root, path) + text.id.slice(path.length),
    sourceType,
    plan,
    hook: sourceType !== 'module' ? 'require' : text.importsLast === true ? 'import-last' : 'import',
    hookModule: text.hookModule,
    ...(text.inputMap ? { inputMap: withRelativeSources(text.inputMap, path) } : {}),
  })
  return {
    code,
    manifest: diagnostics.some(problem => problem.code === 'instrument-syntax') ? undefined : manifest,
    diagnostics,
    map: once(() => insertionMap(text.code, code, path)),
  }
}

function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | undefined
  return () => (result ??= { value: compute() }).value
}
