/**
 * Executions of source lines. A line is counted by the statement on it that ran most often (the first of several), so that
 * `for (…) a(), b()` on one line counts its rounds once; where no step was recorded, by the calls and writes that stand on it.
 */
import { EventKind } from '@hindscope/protocol'
import type { Location, Probe, ProbeManifest, SourceRange } from '@hindscope/protocol'
import { keysOf } from '../model/site-table.ts'
import { siteRowsOf } from '../model/site-rows.ts'
import { siteCountsOf } from '../model/site-hits.ts'
import type { Site } from '../model/site-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'

export interface Hits {
  readonly site: Site
  hits: number
  throws: number
}

/** Hits and throws per probe over all tracks, by site key; counted once for each version of the store. */
export function hitsBySite(store: TraceStore): ReadonlyMap<string, Hits> {
  const known = counted.get(store)
  if (known?.version === store.version) return known.hits
  const hits = countHits(store)
  counted.set(store, { version: store.version, hits })
  return hits
}
const counted = new WeakMap<TraceStore, { readonly version: number; readonly hits: ReadonlyMap<string, Hits> }>()

function countHits(store: TraceStore): Map<string, Hits> {
  const bySite = new Map<string, Hits>()
  for (const track of store.tracks) {
    for (const { site: id, hits, throws } of siteCountsOf(track)) {
      const site = track.sites.resolve(id)
      let entry = bySite.get(site.key)
      if (entry === undefined) bySite.set(site.key, (entry = { site, hits: 0, throws: 0 }))
      entry.hits += hits
      entry.throws += throws
    }
  }
  return bySite
}

/** Statements and the arms of a switch, whose events are steps. */
export const isStepProbe = (probe: Probe): boolean => probe.kind === 'step' || (probe.kind === 'branch' && probe.branch === 'case')

const textOf = (manifest: ProbeManifest, path: string): string | undefined => manifest.sources.find(source => source.path === path)?.content

/**
 * Manifests of a file. After an edit several carry different texts of it: the text is that of the one that came last, and only
 * manifests with that same text count, since the lines of another text would be wrong.
 */
export function currentManifests(
  store: TraceStore,
  path: string,
): { readonly content: string | undefined; readonly manifests: readonly ProbeManifest[] } {
  const carriers = [...store.manifests.all()].filter(manifest => manifest.sources.some(source => source.path === path))
  const content = carriers.map(manifest => textOf(manifest, path)).findLast(text => text !== undefined)
  return { content, manifests: carriers.filter(manifest => [undefined, content].includes(textOf(manifest, path))) }
}

/** What happened on one line. The same statement of several builds of a file with the same text is one. */
export interface LineRecord {
  readonly line: number
  errors: number
  /** Statements by range. */
  readonly steps: Map<string, { readonly range: SourceRange; hits: number; readonly keys: string[] }>
  others: number
  readonly otherKeys: string[]
}

/** Lines of a file with probes, or the one that is asked for. */
export function linesOf(
  manifests: readonly ProbeManifest[],
  path: string,
  bySite: ReadonlyMap<string, Hits>,
  onlyLine?: number,
): Map<number, LineRecord> {
  const lines = new Map<number, LineRecord>()
  const counted = new Set<string>()
  for (const manifest of manifests) {
    manifest.probes.forEach((probe, index) => {
      const line = probe.range[0]
      if ((onlyLine !== undefined && line !== onlyLine) || manifest.sources[probe.source]?.path !== path) return
      const key = keysOf(manifest)[index] ?? ''
      if (counted.has(key)) return
      counted.add(key)
      const hits = bySite.get(key)
      let record = lines.get(line)
      if (record === undefined) lines.set(line, (record = { line, errors: 0, steps: new Map(), others: 0, otherKeys: [] }))
      record.errors += hits?.throws ?? 0
      if (isStepProbe(probe)) {
        const place = probe.range.join(':')
        let step = record.steps.get(place)
        if (step === undefined) record.steps.set(place, (step = { range: probe.range, hits: 0, keys: [] }))
        step.hits += hits?.hits ?? 0
        step.keys.push(key)
      } else if (probe.kind !== 'locals') {
        record.others += hits?.hits ?? 0
        record.otherKeys.push(key)
      }
    })
  }
  return lines
}

/** What counts as one execution of the line. */
export function executionsOf(record: LineRecord): { readonly count: number; readonly keys: readonly string[]; readonly column?: number } {
  let best: { readonly range: SourceRange; readonly hits: number; readonly keys: readonly string[] } | undefined
  for (const step of record.steps.values()) {
    if (step.hits === 0) continue
    const isBetter = best === undefined || step.hits > best.hits || (step.hits === best.hits && step.range[1] < best.range[1])
    if (isBetter) best = step
  }
  return best === undefined ? { count: record.others, keys: record.otherKeys } : { count: best.hits, keys: best.keys, column: best.range[1] }
}

/** Kinds of the events that count. */
const COUNTED = new Set<number>([EventKind.callEnter, EventKind.write, EventKind.propertyWrite, EventKind.step])

/** Keys of the probes whose events are executions of the line. */
export function executionKeys(store: TraceStore, { file, line }: Location): readonly string[] {
  const record = linesOf(currentManifests(store, file).manifests, file, hitsBySite(store), line).get(line)
  return record === undefined ? [] : executionsOf(record).keys
}

/** Which lists of siteRowsOf(track) hold executions. Events of one probe are of one kind. */
export function executionLists(track: Track, keys: readonly string[]): readonly number[] {
  const siteRows = siteRowsOf(track)
  const lists = keys.flatMap(key => siteRows.listsOfKey(key))
  return lists.filter(list => COUNTED.has(track.rows.kind[siteRows.lists.first(list)] ?? 0))
}
