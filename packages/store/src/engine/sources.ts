/** What the source view and the function list show: hits per line, summaries per file and per function. */
import type { FunctionSummary, ProbeManifest, SourceDetail, SourceRange, SourceSummary } from '@hindscope/protocol'
import { HindscopeError } from '@hindscope/protocol'
import { OutcomeCode } from '../model/call-table.ts'
import { siteOf } from '../model/site-table.ts'
import type { Site } from '../model/site-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { selfTime } from './calls.ts'
import { wholeNumber } from './validate.ts'

interface Hits {
  readonly site: Site
  hits: number
  throws: number
}

/** Hits and throws per probe over all tracks, by site key. */
function hitsBySite(store: TraceStore): Map<string, Hits> {
  const bySite = new Map<string, Hits>()
  for (const track of store.tracks) {
    track.siteIds.forEach((id, slot) => {
      const site = track.sites.resolve(id)
      let entry = bySite.get(site.key)
      if (entry === undefined) bySite.set(site.key, (entry = { site, hits: 0, throws: 0 }))
      entry.hits += track.siteHits[slot] ?? 0
      entry.throws += track.siteThrows[slot] ?? 0
    })
  }
  return bySite
}

/** Functions that were called at least once. */
export function countFunctions(store: TraceStore): number {
  let count = 0
  for (const { site, hits } of hitsBySite(store).values()) if (hits > 0 && site.probe?.kind === 'function') count++
  return count
}

/** Every file that a manifest names, busiest first. */
export function querySources(store: TraceStore): SourceSummary[] {
  const bySite = hitsBySite(store)
  const files = new Map<string, { path: string; calls: number; functions: Set<string>; errors: number }>()
  for (const manifest of store.manifests.all()) {
    for (const { path } of manifest.sources) if (!files.has(path)) files.set(path, { path, calls: 0, functions: new Set(), errors: 0 })
    manifest.probes.forEach((probe, index) => {
      const file = files.get(manifest.sources[probe.source]?.path ?? '')
      if (file === undefined || probe.kind !== 'function') return
      const hits = bySite.get(`${manifest.module}:${index}`)
      file.functions.add(`${probe.name} ${probe.range.join(':')}`)
      file.calls += hits?.hits ?? 0
      file.errors += hits?.throws ?? 0
    })
  }
  return [...files.values()]
    .map(({ path, calls, functions, errors }) => ({ path, calls, functions: functions.size, errors }))
    .sort((a, b) => b.calls - a.calls || (a.path < b.path ? -1 : 1))
}

/**
 * One file. After an edit several manifests carry different texts of it: the text is that of the one that came last, and only
 * manifests with that same text count, since the lines of another text would be wrong.
 */
export function querySource(store: TraceStore, path: string): SourceDetail {
  const carriers = [...store.manifests.all()].filter(manifest => manifest.sources.some(source => source.path === path))
  if (carriers.length === 0) throw new HindscopeError('not-found', { what: 'source', id: path })
  const textOf = (manifest: ProbeManifest): string | undefined => manifest.sources.find(source => source.path === path)?.content
  const content = carriers.map(textOf).findLast(text => text !== undefined)
  const current = carriers.filter(manifest => textOf(manifest) === undefined || textOf(manifest) === content)
  const bySite = hitsBySite(store)
  const lines = new Map<number, { line: number; count: number; errors: number }>()
  const functions = new Map<string, { name: string; range: SourceRange; calls: number }>()
  for (const manifest of current) {
    manifest.probes.forEach((probe, index) => {
      const site = siteOf(manifest, index, probe)
      if (site.location?.file !== path) return
      const hits = bySite.get(site.key)
      if (probe.kind === 'function') {
        const key = `${probe.name} ${probe.range.join(':')}`
        const known = functions.get(key)
        if (known) known.calls += hits?.hits ?? 0
        else functions.set(key, { name: probe.name, range: probe.range, calls: hits?.hits ?? 0 })
      }
      if (hits === undefined || hits.hits + hits.throws === 0) return
      const line = lines.get(probe.range[0]) ?? { line: probe.range[0], count: 0, errors: 0 }
      lines.set(line.line, { line: line.line, count: line.count + hits.hits, errors: line.errors + hits.throws })
    })
  }
  return {
    path,
    ...(content === undefined ? {} : { content }),
    hits: [...lines.values()].sort((a, b) => a.line - b.line),
    functions: [...functions.values()].sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1]),
  }
}

/** By self time, most expensive first. Calls that have not ended count as calls but add no time. */
export function queryFunctions(store: TraceStore, limitValue: number | undefined): FunctionSummary[] {
  const limit = wholeNumber('functions', 'limit', limitValue, { min: 1, max: 100_000, fallback: 1000 })
  const byFunction = new Map<string, { site: Site; calls: number; errors: number; totalUs: number; selfUs: number }>()
  for (const track of store.tracks) {
    const { calls } = track
    for (let call = 0; call < calls.length; call++) {
      if (calls.activity[call] !== 0) continue
      const site = track.sites.resolve(calls.site[call] ?? 0)
      let entry = byFunction.get(site.key)
      if (entry === undefined) byFunction.set(site.key, (entry = { site, calls: 0, errors: 0, totalUs: 0, selfUs: 0 }))
      entry.calls++
      if (calls.outcome[call] === OutcomeCode.threw) entry.errors++
      const exitRow = calls.exitRow[call] ?? -1
      if (exitRow === -1) continue
      entry.totalUs += track.time(exitRow) - track.time(calls.enterRow[call] ?? 0)
      entry.selfUs += selfTime(track, call)
    }
  }
  return [...byFunction.values()]
    .sort((a, b) => b.selfUs - a.selfUs || b.calls - a.calls || (a.site.key < b.site.key ? -1 : 1))
    .slice(0, limit)
    .map(({ site, calls, errors, totalUs, selfUs }) => ({
      name: site.name,
      ...(site.location === undefined ? {} : { location: site.location }),
      calls,
      errors,
      totalUs,
      selfUs,
    }))
}
