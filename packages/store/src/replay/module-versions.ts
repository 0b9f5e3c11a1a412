/**
 * Which text of each file ran at a moment. Modules register without a time, in the order of their probe ids; a version counts from the first
 * event of one of its probes. The last of a file's versions that has begun is the one in force; functions of the one before may still run.
 */
import type { ModuleVersion } from '@hindscope/protocol'
import { lowerBound } from '../model/columns.ts'
import { siteRowsOf } from '../model/site-rows.ts'
import type { Track } from '../model/track.ts'

const MAX_MODULES = 2000

export function modulesAt(track: Track, row: number): ModuleVersion[] {
  const versions = new Map<string, ModuleVersion>()
  for (const { module, base, first } of begunModules(track)) {
    if (first > row) continue
    const { manifest } = track.sites.resolve(base)
    const file = manifest?.sources[0]?.path ?? manifest?.id ?? module
    versions.set(file, {
      file,
      module,
      ...(manifest === undefined ? {} : { sourceHash: manifest.sourceHash }),
      since: { track: track.number, seq: track.seqOf(first) },
      versions: (versions.get(file)?.versions ?? 0) + 1,
    })
  }
  return [...versions.values()].sort((a, b) => (a.file < b.file ? -1 : 1)).slice(0, MAX_MODULES)
}

interface BegunModule {
  readonly module: string
  readonly base: number
  /** Row of the first event of one of its probes. */
  readonly first: number
}

interface Known {
  readonly definitions: number
  /** Probes that were looked at. */
  readonly sites: number
  readonly firsts: readonly number[]
}

const known = new WeakMap<Track, Known>()

/** By base, those that have events. */
function begunModules(track: Track): BegunModule[] {
  const definitions = track.sites.definitions()
  const siteRows = siteRowsOf(track)
  const sites = siteRows.sites()
  const before = known.get(track)
  const isGood = before?.definitions === definitions.length
  const firsts = isGood ? [...before.firsts] : definitions.map(() => -1)
  for (let list = isGood ? before.sites : 0; list < sites.length; list++) {
    const site = sites[list] as number // SAFE: below the length
    const at = lowerBound(0, definitions.length, i => (definitions[i]?.base ?? 0) > site) - 1
    const first = siteRows.lists.first(list)
    if (at >= 0 && (firsts[at] === -1 || first < (firsts[at] as number))) firsts[at] = first // SAFE: at is below the length
  }
  known.set(track, { definitions: definitions.length, sites: sites.length, firsts })
  return definitions.flatMap(({ module, base }, i) => (firsts[i] === -1 ? [] : [{ module, base, first: firsts[i] as number }])) // SAFE: as above
}
