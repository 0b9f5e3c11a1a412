/** Resolves realm-wide probe ids: realm → module range → manifest → probe. Modules and manifests may arrive after the events that need them. */
import { MANIFEST_VERSION, probeIdentities, probeLabel } from '@hindscope/protocol'
import type { FunctionProbe, Location, ModuleDefinition, Probe, ProbeManifest } from '@hindscope/protocol'
import { lowerBound } from './columns.ts'

/** What is known about a probe id; without a manifest only the module, without a module only the number. */
export interface Site {
  /** The same in every realm, and in every version of the module in which its function has the same text (probeIdentities). */
  readonly key: string
  /** See probeLabel. */
  readonly name: string
  /** The function around the probe, or the one that the probe is. */
  readonly functionName: string
  readonly location?: Location
  readonly probe?: Probe
  readonly functionProbe?: FunctionProbe
  readonly manifest?: ProbeManifest
}

/** Manifests by module key, for all tracks of a session. `version` changes with every addition, which empties the caches of sites. */
export class ManifestTable {
  version = 0
  private readonly byModule = new Map<string, ProbeManifest>()

  /** False when the manifest has another version or is not one at all: input from outside. */
  add(manifest: ProbeManifest): boolean {
    if (!isManifest(manifest)) return false
    if (this.byModule.has(manifest.module)) return true
    this.byModule.set(manifest.module, manifest)
    this.version++
    return true
  }

  get(module: string): ProbeManifest | undefined {
    return this.byModule.get(module)
  }

  all(): IterableIterator<ProbeManifest> {
    return this.byModule.values()
  }
}

export class SiteTable {
  private readonly manifests: ManifestTable
  /** Sorted by base. */
  private readonly modules: ModuleDefinition[] = []
  private readonly cache = new Map<number, Site>()
  private cachedVersion = 0

  constructor(manifests: ManifestTable) {
    this.manifests = manifests
  }

  addModule(module: ModuleDefinition): void {
    const at = this.slotAfter(module.base)
    const before = this.modules[at - 1]
    if (before?.base === module.base && before.module === module.module) return
    this.modules.splice(at, 0, module)
    this.cache.clear()
  }

  /** Changes whenever a probe may resolve to something else. */
  get version(): string {
    return `${this.modules.length} ${this.manifests.version}`
  }

  /** The first id behind the module that has this probe; the probe's own when no module has it. */
  endOfModule(id: number): number {
    const module = this.modules[this.slotAfter(id) - 1]
    return module === undefined ? id : Math.max(id, module.base + module.count)
  }

  definitions(): readonly ModuleDefinition[] {
    return this.modules
  }

  resolve(id: number): Site {
    if (this.cachedVersion !== this.manifests.version) {
      this.cache.clear()
      this.cachedVersion = this.manifests.version
    }
    let site = this.cache.get(id)
    if (site === undefined) this.cache.set(id, (site = this.find(id)))
    return site
  }

  private find(id: number): Site {
    const module = this.modules[this.slotAfter(id) - 1]
    if (module === undefined || id >= module.base + module.count) return { key: `?${id}`, name: `probe ${id}`, functionName: `probe ${id}` }
    const index = id - module.base
    const key = `${module.module}:${index}`
    const manifest = this.manifests.get(module.module)
    const probe = manifest?.probes[index]
    if (manifest === undefined || probe === undefined) return { key, name: `probe ${key}`, functionName: `probe ${key}` }
    return siteOf(manifest, index, probe)
  }

  private slotAfter(base: number): number {
    return lowerBound(0, this.modules.length, i => (this.modules[i]?.base ?? 0) > base)
  }
}

/** Keys of a manifest's probes, in order. */
export function keysOf(manifest: ProbeManifest): readonly string[] {
  let keys = keysByManifest.get(manifest)
  if (keys === undefined) keysByManifest.set(manifest, (keys = probeIdentities(manifest)))
  return keys
}
const keysByManifest = new WeakMap<ProbeManifest, readonly string[]>()

/** The site of a manifest's probe. */
export function siteOf(manifest: ProbeManifest, index: number, probe: Probe): Site {
  const around = probe.kind === 'function' ? probe : manifest.probes[probe.parent]
  const functionProbe = around?.kind === 'function' ? around : undefined
  const file = manifest.sources[probe.source]?.path
  return {
    // Identities of a module take long to tell: most questions need none.
    get key() {
      return keysOf(manifest)[index] ?? ''
    },
    name: probeLabel(probe),
    functionName: functionProbe?.name ?? '(module)',
    ...(file === undefined ? {} : { location: { file, line: probe.range[0], column: probe.range[1] } }),
    probe,
    ...(functionProbe === undefined ? {} : { functionProbe }),
    manifest,
  }
}

function isManifest(value: Partial<ProbeManifest> | null): boolean {
  if (typeof value !== 'object' || value === null || value.version !== MANIFEST_VERSION || typeof value.module !== 'string') return false
  if (!Array.isArray(value.sources) || !Array.isArray(value.probes)) return false
  return (
    value.sources.every(source => typeof source?.path === 'string') &&
    value.probes.every((probe: Partial<Probe> | null) => typeof probe?.kind === 'string' && Array.isArray(probe.range) && probe.range.length === 4)
  )
}
