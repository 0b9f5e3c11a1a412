/** A transformer of Jest around the project's own: what that gives gets probes. */
import { createHash } from 'node:crypto'
import { formatDiagnostic } from '@hindscope/protocol'
import { createBuildContext } from '../core/context.ts'
import type { BuildContext } from '../core/context.ts'
import { incomingMap } from '../core/incoming-map.ts'
import { DEVELOPMENT } from '../core/production.ts'
import { nodeHookModules } from '../core/runtime-files.ts'
import { composeSourceMaps, tryParseSourceMap } from '../core/source-map.ts'
import type { SourceMap } from '../core/source-map.ts'
import { detectSourceType } from '../core/source-type.ts'
import { innerPath, jestPath, loadInner } from './inner-modules.ts'
import type { InnerTransform } from './inner-modules.ts'

type Transformed = string | { readonly code: string; readonly map?: unknown }

interface TransformOptions {
  readonly config: { readonly rootDir: string }
  readonly configString: string
  /** Jest, or the transformer where it can, adds counters for coverage. */
  readonly instrument: boolean
  readonly collectCoverage?: boolean
  readonly coverageProvider?: string
  readonly transformerConfig: unknown
}

type Step<Result> = (source: string, path: string, options: TransformOptions) => Result

/** https://jestjs.io/docs/code-transformation */
interface Transformer {
  readonly canInstrument?: boolean
  readonly getCacheKey?: Step<string>
  readonly getCacheKeyAsync?: Step<Promise<string>>
  readonly process?: Step<Transformed>
  readonly processAsync?: Step<Promise<Transformed>>
}

interface TransformerModule extends Transformer {
  readonly createTransformer?: (config?: unknown) => Transformer | Promise<Transformer>
}

async function createTransformer({ path, config, jest, options }: InnerTransform): Promise<Transformer> {
  const root = process.cwd()
  const module = (await loadInner(path === undefined ? jestPath('babel-jest', root, jest) : innerPath(path, root, jest))) as TransformerModule // SAFE: the project names a transformer
  const inner = (await module.createTransformer?.(config)) ?? module
  const probes = new Probes(options)
  const own = (given: TransformOptions): TransformOptions => ({ ...given, transformerConfig: config ?? {} })
  const { process: run, processAsync: runAsync, getCacheKeyAsync } = inner
  /** Counters that Jest adds after us, and the engine, would count what we insert. */
  const isLeftAlone = (given: TransformOptions): boolean =>
    (given.instrument && inner.canInstrument !== true) || (given.collectCoverage === true && given.coverageProvider === 'v8')
  const keyOf = (key: string | undefined, source: string, file: string, given: TransformOptions): string =>
    isLeftAlone(given) ? plainKey(key, source, file, given) : probes.key(key, source, file, given)
  return {
    canInstrument: inner.canInstrument === true,
    getCacheKey: (source, file, given) => keyOf(inner.getCacheKey?.(source, file, own(given)), source, file, given),
    ...(getCacheKeyAsync && {
      getCacheKeyAsync: async (source, file, given) => keyOf(await getCacheKeyAsync.call(inner, source, file, own(given)), source, file, given),
    }),
    ...(run && {
      process: (source, file, given) => {
        const result = run.call(inner, source, file, own(given))
        return isLeftAlone(given) ? result : probes.into(result, file, given)
      },
    }),
    ...(runAsync && {
      processAsync: async (source, file, given) => {
        const result = await runAsync.call(inner, source, file, own(given))
        return isLeftAlone(given) ? result : probes.into(result, file, given)
      },
    }),
  }
}

const transformer: TransformerModule = { createTransformer: given => createTransformer(given as InnerTransform) } // SAFE: hindscope/jest.ts writes it

export default transformer

class Probes {
  private readonly context: BuildContext

  constructor(options: InnerTransform['options']) {
    this.context = createBuildContext('node', options)
  }

  /** `inner`: the transformer's own key, where it makes one. */
  key(inner: string | undefined, source: string, path: string, given: TransformOptions): string {
    const own = this.partsFor(given)?.options.hash ?? 'off'
    return hashOf([own, nodeHookModules().commonjs.hook, ...keyParts(inner, source, path, given)])
  }

  into(result: Transformed, path: string, given: TransformOptions): Transformed {
    const parts = this.partsFor(given)
    if (parts === undefined || this.context.skips(path)) return result
    const [code, map] = typeof result === 'string' ? [result, undefined] : [result.code, result.map]
    const type = detectSourceType(code, path)
    const hooks = nodeHookModules()[type]
    const before = tryParseSourceMap(map) ?? inlineMap(code)
    const probed = this.context.transformSync(
      {
        id: path,
        code,
        incoming: incomingMap(code, path, () => before),
        sourceType: type,
        stripWhen: 'when-refused',
        wantsMap: true,
        hookModule: hooks.hook,
        libraries: hooks.libraries,
      },
      problem => console.warn(formatDiagnostic(problem)),
    )
    if (probed === undefined) return result
    return { code: probed.code, map: probed.map && composeSourceMaps(probed.map, before) }
  }

  private partsFor({ config }: TransformOptions): BuildContext['parts'] {
    this.context.configure({ root: config.rootDir, mode: DEVELOPMENT })
    return this.context.parts
  }
}

/** Of what goes through without probes. */
const plainKey = (inner: string | undefined, source: string, path: string, given: TransformOptions): string =>
  hashOf(['plain', ...keyParts(inner, source, path, given)])

const keyParts = (inner: string | undefined, source: string, path: string, given: TransformOptions): readonly string[] =>
  inner === undefined ? [source, path, given.configString, String(given.instrument)] : [inner]

const hashOf = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex')

const INLINE = /\/\/# sourceMappingURL=data:application\/json;(?:charset=[^;]+;)?base64,([\w+/=]+)\s*$/

function inlineMap(code: string): SourceMap | undefined {
  const [, data] = INLINE.exec(code) ?? []
  return data === undefined ? undefined : tryParseSourceMap(Buffer.from(data, 'base64').toString('utf8'))
}
