/**
 * The functions of an imported trace as probe manifests. All realms of an import share them: function number n has probe id n + 1
 * everywhere. There is no source text; a function whose place nobody knows has a source that is in no list, and so no location.
 */
import { MANIFEST_VERSION, moduleKey } from '@hindscope/protocol'
import type { FunctionKind, FunctionProbe, Level, ManifestDefinition, ModuleDefinition, RealmId, SessionId } from '@hindscope/protocol'

export interface ImportedFunction {
  readonly name: string
  /** Path or URL, as the trace names it. */
  readonly file?: string
  /** 1-based. */
  readonly line?: number
  /** 0-based. */
  readonly column?: number
  readonly kind?: FunctionKind
}

/** Functions of one manifest: a definition must fit into a chunk many times over. */
const PER_MODULE = 4096
const FIRST_PROBE = 1

export class FunctionTable {
  private readonly session: SessionId
  private readonly level: Level
  private readonly numbers = new Map<string, number>()
  private readonly functions: { readonly spec: ImportedFunction; readonly params: (string | undefined)[] }[] = []

  /** `level`: how much of each call the trace tells. */
  constructor(session: SessionId, level: Level) {
    this.session = session
    this.level = level
  }

  /** Probe id of a function: the same for the same name and place. */
  site(spec: ImportedFunction): number {
    const key = JSON.stringify([spec.name, spec.file, spec.line, spec.column])
    let number = this.numbers.get(key)
    if (number === undefined) {
      number = this.functions.push({ spec, params: [] }) - 1
      this.numbers.set(key, number)
    }
    return number + FIRST_PROBE
  }

  /** Names an argument by its position; the first name stays. */
  nameParam(site: number, position: number, name: string): void {
    const params = this.functions[site - FIRST_PROBE]?.params
    if (params !== undefined) params[position] ??= name
  }

  paramName(site: number, position: number): string | undefined {
    return this.functions[site - FIRST_PROBE]?.params[position]
  }

  modulesOf(realm: RealmId): ModuleDefinition[] {
    const modules: ModuleDefinition[] = []
    for (let first = 0; first < this.functions.length; first += PER_MODULE) {
      const count = Math.min(PER_MODULE, this.functions.length - first)
      modules.push({ kind: 'module', realm, module: this.moduleOf(first), base: first + FIRST_PROBE, count })
    }
    return modules
  }

  manifests(): ManifestDefinition[] {
    const manifests: ManifestDefinition[] = []
    for (let first = 0; first < this.functions.length; first += PER_MODULE) {
      const sources = new Map<string, number>()
      const probes = this.functions.slice(first, first + PER_MODULE).map(each => this.probeOf(each, sources))
      const module = this.moduleOf(first)
      manifests.push({
        kind: 'manifest',
        manifest: {
          version: MANIFEST_VERSION,
          module,
          id: `import:${module}`,
          sourceHash: '0'.repeat(16),
          sources: [...sources.keys()].map(path => ({ path })),
          probes,
        },
      })
    }
    return manifests
  }

  private probeOf({ spec, params }: (typeof this.functions)[number], sources: Map<string, number>): FunctionProbe {
    const { name, file, line = 1, column = 0, kind = 'function' } = spec
    if (file !== undefined && !sources.has(file)) sources.set(file, sources.size)
    return {
      kind: 'function',
      name,
      source: file === undefined ? -1 : (sources.get(file) ?? -1),
      range: [line, column, line, column],
      level: this.level,
      parent: -1,
      functionKind: kind,
      async: false,
      generator: false,
      params: Array.from(params, (param, i) => param ?? `argument ${i + 1}`),
    }
  }

  /** Unique in the session, which is all that a key has to be: these modules stand in its own chunks. */
  private moduleOf(first: number) {
    return moduleKey(this.session.slice(0, 8) + (first / PER_MODULE).toString(16).padStart(8, '0'))
  }
}
