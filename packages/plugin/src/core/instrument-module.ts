/** One module's way through type stripping and instrumentation: pure but for reading tsconfig; knows no bundler. */
import { instrument } from '@hindscope/instrument'
import { codeFrame, diagnostic } from '@hindscope/protocol'
import type { Diagnostic, InstrumentationPlan } from '@hindscope/protocol'
import { manifestRecord } from './manifest-store.ts'
import type { ManifestRecord } from './manifest-store.ts'
import { hasTypesByName, parseModuleId, projectPath } from './module-id.ts'
import { composeSourceMaps, withRelativeSources } from './source-map.ts'
import type { SourceMap } from './source-map.ts'
import { detectSourceType } from './source-type.ts'
import type { SourceType } from './source-type.ts'
import type { IncomingMap } from './incoming-map.ts'
import { StripFailure } from './strip-types.ts'
import type { Stripped, Stripper } from './strip-types.ts'

/** What goes into the instrumenter, and through a thread's door. */
export interface PlainText {
  /** The bundler's id: absolute path, perhaps with a query. */
  readonly id: string
  readonly code: string
  /** From `code` back to the original; absent when `code` is the original. */
  readonly inputMap: SourceMap | undefined
  readonly sourceType: SourceType | 'unambiguous'
  /** What generated code imports or requires `h` from. */
  readonly hookModule: string
  /** What it imports or requires adapters of libraries from, with `*` for the name. */
  readonly libraries: string
  /** The hook's import stands behind all others (`import-last` of instrument). */
  readonly importsLast?: boolean
  /** Whether anybody will look at the map from the result to `code`. */
  readonly wantsMap: boolean
}

export interface ModuleText<Result extends Stripped | Promise<Stripped> = Stripped | Promise<Stripped>> extends Omit<PlainText, 'inputMap'> {
  readonly incoming: IncomingMap
  /** Who made the text of the file's, as far as the bundler tells: the same text from other hands may have another map. */
  readonly chain?: string
  /** Where the bundler removes types and JSX after us only. Absent: the text is JavaScript, whatever its name says. */
  readonly stripper?: Stripper<Result> | undefined
  /** `always`: the text still has types whenever its name says so. `when-refused`: only if JavaScript cannot be parsed from it. */
  readonly stripWhen: 'always' | 'when-refused'
}

/** Plain data: it lies in caches and comes out of threads. */
export interface Instrumented {
  /** Same as the input's when nothing is probed. */
  readonly code: string
  /** Of the map from `code` back to the text that was given in, when it was wanted and something was probed. */
  readonly map: { readonly mappings: string; readonly names: readonly string[] } | undefined
  /** Absent when the text cannot be parsed; one of the diagnostics then says where. */
  readonly manifest: ManifestRecord | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Instruments JavaScript here or elsewhere. */
export type InstrumentText<Result extends Instrumented | Promise<Instrumented>> = (text: PlainText) => Result

export async function instrumentModule(
  text: ModuleText,
  root: string,
  run: InstrumentText<Instrumented | Promise<Instrumented>>,
): Promise<Instrumented> {
  const plain = wantsStripFirst(text) ? undefined : await run(plainText(text))
  if (plain !== undefined && isFinal(plain, text)) return plain
  try {
    const stripped = (await text.stripper?.strip(text.code, parseModuleId(text.id).path)) ?? unstripped(text)
    return chained(text, stripped, await run(strippedText(text, stripped)))
  } catch (error) {
    return stripRefusal(text, root, error)
  }
}

/** The same in one go, for Node's synchronous module hooks. */
export function instrumentModuleSync(text: ModuleText<Stripped>, root: string, run: InstrumentText<Instrumented>): Instrumented {
  const plain = wantsStripFirst(text) ? undefined : run(plainText(text))
  if (plain !== undefined && isFinal(plain, text)) return plain
  try {
    const stripped = text.stripper?.strip(text.code, parseModuleId(text.id).path) ?? unstripped(text)
    return chained(text, stripped, run(strippedText(text, stripped)))
  } catch (error) {
    return stripRefusal(text, root, error)
  }
}

export const mayHaveTypes = (text: ModuleText): boolean => text.stripper !== undefined && hasTypesByName(parseModuleId(text.id).path)
const wantsStripFirst = (text: ModuleText): boolean => text.stripWhen === 'always' && mayHaveTypes(text)
const isFinal = (result: Instrumented, text: ModuleText): boolean => result.manifest !== undefined || !mayHaveTypes(text)

const unstripped = (text: ModuleText): Stripped => ({ code: text.code, map: undefined })

/** Only an error of the transformer is a refusal; anything else is a fault of ours and goes up. */
function stripRefusal(text: ModuleText, root: string, error: unknown): Instrumented {
  if (!(error instanceof StripFailure)) throw error
  const { reason, line, column } = error
  const place = { file: projectPath(root, parseModuleId(text.id).path), line, column, frame: codeFrame(text.code, line, column) }
  const diagnostics = [diagnostic('plugin-strip-failed', 'error', { reason }, place)]
  return { code: text.code, map: undefined, manifest: undefined, diagnostics }
}

function strippedText(text: ModuleText, { code, map }: Stripped): PlainText {
  return { ...plainText(text), code, inputMap: map && composeSourceMaps(map, text.incoming.read()) }
}

/** Without the functions, which no thread takes. */
function plainText({ stripper: _stripper, stripWhen: _when, chain: _chain, incoming, ...plain }: ModuleText): PlainText {
  return { ...plain, inputMap: incoming.read() }
}

function chained(text: ModuleText, stripped: Stripped, result: Instrumented): Instrumented {
  const isProbed = result.manifest !== undefined && result.code !== stripped.code
  const own = result.map && sourceMapOf(result.map, text.id, stripped.code)
  return { ...result, code: isProbed ? result.code : text.code, map: own && composeSourceMaps(own, stripped.map) }
}

/** The map for the bundler to chain: from instrumented text to `given`, the text that came in. */
export const sourceMapOf = ({ mappings, names }: NonNullable<Instrumented['map']>, id: string, given: string): SourceMap => ({
  version: 3,
  sources: [parseModuleId(id).path],
  sourcesContent: [given],
  names: [...names],
  mappings,
})

export function instrumentText(text: PlainText, plan: InstrumentationPlan, root: string): Instrumented {
  const { path } = parseModuleId(text.id)
  const sourceType = text.sourceType === 'unambiguous' ? detectSourceType(text.code, path) : text.sourceType
  const result = instrument(text.code, {
    id: projectPath(root, path) + text.id.slice(path.length),
    sourceType,
    plan,
    hook: sourceType !== 'module' ? 'require' : text.importsLast === true ? 'import-last' : 'import',
    hookModule: text.hookModule,
    libraries: text.libraries,
    ...(text.inputMap ? { inputMap: withRelativeSources(text.inputMap, path) } : {}),
  })
  const { code, manifest, diagnostics } = result
  const own = text.wantsMap ? result.ownMap : null
  return {
    code,
    manifest: diagnostics.some(problem => problem.code === 'instrument-syntax') ? undefined : manifestRecord(manifest),
    diagnostics,
    map: own ? { mappings: own.mappings, names: own.names } : undefined,
  }
}
