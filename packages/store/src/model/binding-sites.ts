/** Which probes of a module tell of which variable, and which stand in which function: read off the manifest once. */
import type { ProbeManifest } from '@hindscope/protocol'

export interface BindingSites {
  /** Indices of write and locals probes by the binding that they tell of. */
  readonly ofBinding: ReadonlyMap<number, readonly number[]>
  /** Indices of write and locals probes by the function probe around them, -1 for the module. */
  readonly inFunction: ReadonlyMap<number, readonly number[]>
  /** Indices of property-write probes by the function probe around them. */
  readonly propertiesIn: ReadonlyMap<number, readonly number[]>
  /** Bindings by the function in whose call they live. */
  readonly ofFunction: ReadonlyMap<number, readonly number[]>
  /** The function probe of the module's own code, -1 when it has none. */
  readonly moduleProbe: number
}

const known = new WeakMap<ProbeManifest, BindingSites>()

export function bindingSitesOf(manifest: ProbeManifest): BindingSites {
  let sites = known.get(manifest)
  if (sites === undefined) known.set(manifest, (sites = read(manifest)))
  return sites
}

function read({ probes, bindings = [] }: ProbeManifest): BindingSites {
  const ofBinding = new Map<number, number[]>()
  const inFunction = new Map<number, number[]>()
  const propertiesIn = new Map<number, number[]>()
  const ofFunction = new Map<number, number[]>()
  probes.forEach((probe, index) => {
    if (probe.kind === 'property-write') add(propertiesIn, probe.parent, index)
    if (probe.kind !== 'write' && probe.kind !== 'locals') return
    add(inFunction, probe.parent, index)
    for (const binding of new Set(probe.kind === 'write' ? [probe.binding] : probe.bindings)) if (binding >= 0) add(ofBinding, binding, index)
  })
  bindings.forEach(({ parent }, index) => add(ofFunction, parent, index))
  const moduleProbe = probes.findIndex(probe => probe.kind === 'function' && probe.functionKind === 'module')
  return { ofBinding, inFunction, propertiesIn, ofFunction, moduleProbe }
}

function add(lists: Map<number, number[]>, key: number, index: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [index])
  else list.push(index)
}

/** A variable of the module itself: a module is evaluated once, and its variables are there once. */
export function isOfModule({ probes }: ProbeManifest, home: number | undefined): boolean {
  const probe = home === undefined ? undefined : probes[home]
  return home === -1 || (probe?.kind === 'function' && probe.functionKind === 'module')
}
