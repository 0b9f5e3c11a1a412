/** One build: its options, filter, manifests, counters, and the one way a module takes through them. */
import { diagnostic } from '@hindscope/protocol'
import type { Diagnostic } from '@hindscope/protocol'
import type { HindscopeOptions, Host, RuntimeTarget } from '../types.ts'
import { createFilter } from './filter.ts'
import type { ModuleFilter } from './filter.ts'
import { followsFrom } from './incoming-map.ts'
import { instrumentModule, instrumentModuleSync, instrumentText, mayHaveTypes, sourceMapOf } from './instrument-module.ts'
import type { Instrumented, ModuleText } from './instrument-module.ts'
import { createInstrumentPool } from './instrument-pool.ts'
import type { InstrumentPool } from './instrument-pool.ts'
import { createManifestStore } from './manifest-store.ts'
import type { ManifestStore } from './manifest-store.ts'
import { parseModuleId, projectPath } from './module-id.ts'
import { checkOptions, resolveOptions } from './options.ts'
import type { ResolvedOptions } from './options.ts'
import { DEVELOPMENT } from './production.ts'
import type { BuildMode } from './production.ts'
import { createCounters, formatOff, formatReport } from './report.ts'
import type { SourceMap } from './source-map.ts'
import type { Stripped } from './strip-types.ts'
import { cacheKey, createTransformCache } from './transform-cache.ts'
import type { TransformCache } from './transform-cache.ts'
import type { StartOptions } from './virtual-modules.ts'

export interface BuildSetup {
  /** Absolute project root. */
  readonly root: string
  readonly mode: BuildMode
  /** Absolute folder where the bundler keeps what it made of packages, where it has one. */
  readonly cacheDir?: string
}

export interface Probed {
  readonly code: string
  /** Absent when it was not wanted. */
  readonly map: SourceMap | undefined
}

/** Where recorders send to, once something is there to send to. */
export interface Connection {
  readonly url: string
  readonly token: string
  readonly session: string
}

type State = { readonly kind: 'unset' } | { readonly kind: 'off'; readonly because: string } | ({ readonly kind: 'on' } & BuildParts)

export interface BuildParts {
  readonly options: ResolvedOptions
  readonly filter: ModuleFilter
  readonly manifests: ManifestStore
  readonly cache: TransformCache
  readonly pool: InstrumentPool
}

export type Emit = (diagnostic: Diagnostic) => void

export interface BuildContext {
  readonly bundler: Host
  /** Decides whether this build is recorded and loads what it takes. Later calls change nothing. */
  configure(setup: BuildSetup): void
  /** Turns this instance off: another one already serves the build. */
  refuse(): Diagnostic
  /** Undefined while off: every hook then returns at once. */
  readonly parts: BuildParts | undefined
  /** Why a module gets no probes; undefined when it gets them. Counted. */
  skips(id: string): boolean
  /** Undefined: the module stays as it is. Never throws. */
  transform(text: ModuleText, emit: Emit): Promise<Probed | undefined>
  transformSync(text: ModuleText<Stripped>, emit: Emit): Probed | undefined
  /** `name`: what people call the realm, where its own title or script name says nothing. */
  startOptions(target: RuntimeTarget, more?: { readonly connection?: Connection | undefined; readonly name?: string | undefined }): StartOptions
  /** Absolute paths of the modules that were transformed, for the look at the final maps. */
  readonly transformed: ReadonlySet<string>
  /** The line for the end of a build; counts from zero again afterwards (watch builds). */
  report(): string
  /** Writes what the build leaves on disk. Called at the end of each; resolves when it is written. */
  finish(): Promise<void>
}

function keep(key: string, { cache }: BuildParts, result: Instrumented): Instrumented {
  cache.set(key, result)
  return result
}

const NOTHING = { kind: 'unset' } as const

export function createBuildContext(bundler: Host, userOptions: HindscopeOptions): BuildContext {
  checkOptions(userOptions)
  let state: State = NOTHING
  let mode: BuildMode = DEVELOPMENT
  let counters = createCounters()
  const transformed = new Set<string>()
  const parts = (): BuildParts | undefined => (state.kind === 'on' ? state : undefined)

  function configure(setup: BuildSetup): void {
    if (state.kind !== 'unset') return
    const options = resolveOptions(setup.root, userOptions)
    const { config, dataDir, root } = options
    mode = setup.mode
    if (!config.enabled) state = { kind: 'off', because: 'enabled is false' }
    else if (mode.isProduction && !config.production)
      state = { kind: 'off', because: `production build (${mode.because}); production: true records it too` }
    else {
      const filter = createFilter({
        root,
        dataDir,
        redactModule: options.redactModule,
        cacheDir: setup.cacheDir,
        include: config.include,
        exclude: config.exclude,
      })
      const manifests = createManifestStore(dataDir, { immediate: bundler === 'node' })
      const pool = createInstrumentPool({ plan: options.plan, root })
      state = { kind: 'on', options, filter, manifests, cache: createTransformCache(dataDir, manifests), pool }
    }
  }

  function skips(id: string): boolean {
    const reason = parts()?.filter(id)
    if (reason !== undefined) counters.skipped.set(reason, (counters.skipped.get(reason) ?? 0) + 1)
    return reason !== undefined
  }

  async function transform(text: ModuleText, emit: Emit): Promise<Probed | undefined> {
    const on = parts()
    if (on === undefined) return undefined
    try {
      const { known, key } = lookUp(text, on)
      const result = known ?? keep(key, on, await instrumentModule(text, on.options.root, plain => on.pool.run(plain)))
      return settle(text, on, emit, result)
    } catch (error) {
      return fail(text, on, emit, error)
    }
  }

  function transformSync(text: ModuleText<Stripped>, emit: Emit): Probed | undefined {
    const on = parts()
    if (on === undefined) return undefined
    const { plan, root } = on.options
    try {
      const { known, key } = lookUp(text, on)
      const result =
        known ??
        keep(
          key,
          on,
          instrumentModuleSync(text, root, plain => instrumentText(plain, plan, root)),
        )
      return settle(text, on, emit, result)
    } catch (error) {
      return fail(text, on, emit, error)
    }
  }

  /** Everything that shapes the result. `origin`: what says where the text came from. */
  function keyOf(text: ModuleText, { options }: BuildParts, origin: readonly string[]): string {
    const { sourceType, importsLast, hookModule, libraries, wantsMap, code, id, stripWhen, stripper, chain } = text
    const stripKey = mayHaveTypes(text) ? stripper?.key(parseModuleId(id).path) : undefined
    const shape = [options.root, options.hash, bundler, id, hookModule, libraries, sourceType, importsLast, wantsMap, stripWhen, stripKey, chain]
    return cacheKey([JSON.stringify(shape), code, ...origin])
  }

  /** The key is the one to keep a new result under. */
  function lookUp(text: ModuleText, on: BuildParts): { readonly known: Instrumented | undefined; readonly key: string } {
    const { original } = text.incoming
    const key = original === undefined ? undefined : keyOf(text, on, [original])
    const known = key === undefined ? undefined : get(key, on)
    if (known !== undefined && key !== undefined) return { known, key }
    const map = text.incoming.read()
    if (key !== undefined && followsFrom(map, original)) return { known, key }
    const contents = (map?.sourcesContent ?? []).map(content => content ?? '\0')
    const mapKey = keyOf(text, on, [JSON.stringify([map?.sources, map?.sourceRoot]), map?.mappings ?? '', ...contents])
    return { known: get(mapKey, on), key: mapKey }
  }

  function get(key: string, on: BuildParts): Instrumented | undefined {
    const known = on.cache.get(key)
    if (known !== undefined) counters.cached++
    return known
  }

  function fail(text: ModuleText, { options }: BuildParts, emit: Emit, error: unknown): undefined {
    counters.failed++
    const reason = error instanceof Error ? error.message : String(error)
    const file = projectPath(options.root, parseModuleId(text.id).path)
    emit(diagnostic('plugin-hook-failed', options.config.strict ? 'error' : 'warning', { reason }, { file }))
  }

  function settle(text: ModuleText, { options, manifests }: BuildParts, emit: Emit, result: Instrumented): Probed | undefined {
    for (const problem of result.diagnostics) {
      const isFatal = options.config.strict && problem.severity === 'error'
      if (problem.severity !== 'info') emit({ ...problem, severity: isFatal ? 'error' : 'warning' })
    }
    if (result.manifest === undefined) {
      counters.failed++
      return undefined
    }
    transformed.add(parseModuleId(text.id).path)
    if (result.code === text.code) {
      counters.empty++
      return undefined
    }
    counters.modules++
    counters.functions += result.manifest.functions
    manifests.add(result.manifest)
    return { code: result.code, map: result.map && sourceMapOf(result.map, text.id, text.code) }
  }

  return {
    bundler,
    transformed,
    configure,
    skips,
    transform,
    transformSync,
    get parts() {
      return parts()
    },
    refuse() {
      state = { kind: 'off', because: 'another Hindscope plugin serves this build' }
      return diagnostic('plugin-twice', 'warning', { bundler })
    },
    startOptions: (target, { connection, name } = {}) => ({
      ...startOptions(parts()?.options, target, connection, mode.isProduction),
      ...(name === undefined ? {} : { name }),
    }),
    report() {
      const line = state.kind === 'off' ? formatOff(state.because) : formatReport(counters, mode)
      counters = createCounters()
      return line
    },
    async finish() {
      const on = parts()
      on?.pool.rest()
      await Promise.all([on?.manifests.flush(), on?.cache.flush()])
    },
  }
}

/** Only what the runtime reads; a page gets no path of this machine and a build gets no token that was not put into its config. */
function startOptions(
  options: ResolvedOptions | undefined,
  target: RuntimeTarget,
  connection: Connection | undefined,
  isProduction: boolean,
): StartOptions {
  if (options === undefined) return { config: {} }
  const { redact, redactOff, redactPatterns, taint } = options.config
  const {
    ringEvents,
    maxBufferedBytes,
    maxSpoolBytes,
    flushMs,
    overhead,
    maxDepth,
    maxWidth,
    maxString,
    keep,
    keepSeconds,
    keepAfterSeconds,
    keepBytes,
  } = options.config
  const { url, token } = options.written
  const secrets = { redact, redactOff, redactPatterns, taint }
  const limits = {
    ...secrets,
    ringEvents,
    maxBufferedBytes,
    maxSpoolBytes,
    flushMs,
    overhead,
    maxDepth,
    maxWidth,
    maxString,
    keep,
    keepSeconds,
    keepAfterSeconds,
    keepBytes,
  }
  const explicit = url === '' ? {} : { url, ...(token === '' ? {} : { token }) }
  return {
    ...explicit,
    ...connection,
    ...(options.redactModule === undefined ? {} : { redactModule: options.redactModule }),
    ...(target === 'browser' && options.config.platform && !isProduction ? { tellsOfPage: true } : {}),
    config: target === 'browser' ? limits : { ...limits, platform: options.config.platform, dataDir: options.dataDir },
  }
}
