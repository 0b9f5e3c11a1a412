/** One module's text through type stripping and instrumentation: pure but for reading tsconfig; knows no bundler. */
import { instrument } from '@hindscope/instrument'
import { diagnostic } from '@hindscope/protocol'
import type { Diagnostic, InstrumentationPlan, ProbeManifest } from '@hindscope/protocol'
import { languageOf, parseModuleId, projectPath } from './module-id.ts'
import { composeSourceMaps, withProjectSources } from './source-map.ts'
import type { SourceMap } from './source-map.ts'
import { detectSourceType } from './source-type.ts'
import type { SourceType } from './source-type.ts'
import type { Stripped } from './strip-types.ts'

export interface ModuleText {
  /** The bundler's id: absolute path, perhaps with a query. */
  readonly id: string
  readonly code: string
  /** From `code` back to the original; absent when `code` is the original. */
  readonly inputMap: SourceMap | undefined
  readonly sourceType: SourceType | 'unambiguous'
  /** What generated code imports or requires `h` from. */
  readonly hookModule: string
  /** Removes types and JSX, when the bundler does so after us only. */
  readonly strip?: (code: string, path: string) => Stripped | Promise<Stripped>
  /** `always`: the text still has types whenever its name says so. `when-refused`: only if JavaScript cannot be parsed from it. */
  readonly stripWhen: 'always' | 'when-refused'
}

export interface Instrumented {
  /** Same as the input's when nothing is probed. */
  readonly code: string
  /** From `code` back to the text that was given in, for the bundler to chain. */
  readonly map: SourceMap | undefined
  readonly manifest: ProbeManifest | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export async function instrumentModule(text: ModuleText, plan: InstrumentationPlan, root: string): Promise<Instrumented> {
  const { path } = parseModuleId(text.id)
  const language = languageOf(path)
  const canStrip = text.strip !== undefined && (language === 'ts' || language === 'tsx' || language === 'jsx')
  if (canStrip && text.stripWhen === 'always') return instrumentStripped(text, path, plan, root)
  const result = instrumentText(text, path, plan, root)
  if (canStrip && result.manifest === undefined && result.diagnostics.length > 0) return instrumentStripped(text, path, plan, root)
  return result
}

async function instrumentStripped(text: ModuleText, path: string, plan: InstrumentationPlan, root: string): Promise<Instrumented> {
  let stripped: Stripped
  try {
    stripped = (await text.strip?.(text.code, path)) ?? { code: text.code, map: undefined }
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 2).join(' ')
    const problem = diagnostic('plugin-types-left', 'warning', { reason }, { file: projectPath(root, path) })
    return { code: text.code, map: undefined, manifest: undefined, diagnostics: [problem] }
  }
  const inputMap = stripped.map && composeSourceMaps(stripped.map, text.inputMap)
  const result = instrumentText({ ...text, code: stripped.code, inputMap }, path, plan, root)
  if (result.manifest === undefined) return { ...result, code: text.code, map: undefined }
  return { ...result, map: result.map && composeSourceMaps(result.map, stripped.map) }
}

function instrumentText(text: ModuleText, path: string, plan: InstrumentationPlan, root: string): Instrumented {
  const sourceType = text.sourceType === 'unambiguous' ? detectSourceType(text.code, path) : text.sourceType
  const query = text.id.slice(parseModuleId(text.id).path.length)
  const result = instrument(text.code, {
    id: projectPath(root, path) + query,
    sourceType,
    plan,
    hook: sourceType === 'module' ? 'import' : 'require',
    hookModule: text.hookModule,
    ...(text.inputMap ? { inputMap: withProjectSources(text.inputMap, path, root) } : {}),
  })
  return result
}
