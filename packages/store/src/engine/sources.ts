/** What the source view and the function list show: hits per line, summaries per file and per function. */
import type { FunctionSummary, LineHits, ProbeManifest, SourceDetail, SourceFunction, SourceSummary } from '@hindscope/protocol'
import { HindscopeError } from '@hindscope/protocol'
import { OutcomeCode } from '../model/call-table.ts'
import { keysOf } from '../model/site-table.ts'
import type { Site } from '../model/site-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { selfTime } from './calls.ts'
import { currentManifests, executionsOf, hitsBySite, isStepProbe, linesOf } from './executions.ts'
import type { Hits, LineRecord } from './executions.ts'
import { changedKeys, changesOf, functionLevels, lowestLevel } from './levels.ts'
import { wholeNumber } from './validate.ts'

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
  const counted = new Set<string>()
  for (const manifest of store.manifests.all()) {
    for (const { path } of manifest.sources) if (!files.has(path)) files.set(path, { path, calls: 0, functions: new Set(), errors: 0 })
    manifest.probes.forEach((probe, index) => {
      const file = files.get(manifest.sources[probe.source]?.path ?? '')
      if (file === undefined || probe.kind !== 'function') return
      const key = keysOf(manifest)[index] ?? ''
      file.functions.add(key)
      if (counted.has(key)) return
      counted.add(key)
      const hits = bySite.get(key)
      file.calls += hits?.hits ?? 0
      file.errors += hits?.throws ?? 0
    })
  }
  return [...files.values()]
    .map(({ path, calls, functions, errors }) => ({ path, calls, functions: functions.size, errors }))
    .sort((a, b) => b.calls - a.calls || (a.path < b.path ? -1 : 1))
}

export function querySource(store: TraceStore, path: string): SourceDetail {
  const { content, manifests: current } = currentManifests(store, path)
  if (current.length === 0) throw new HindscopeError('not-found', { what: 'source', id: path })
  const bySite = hitsBySite(store)
  const levels = functionLevels(store)
  const functions = new Map<string, SourceFunction>()
  for (const manifest of current) {
    manifest.probes.forEach((probe, index) => {
      if (probe.kind !== 'function' || manifest.sources[probe.source]?.path !== path) return
      const key = keysOf(manifest)[index] ?? ''
      const known = levels.get(key) ?? { built: probe.level, tracks: [] }
      const calls = bySite.get(key)?.hits ?? 0
      functions.set(key, { name: probe.name, range: probe.range, calls, built: known.built, level: lowestLevel(known), changes: changesOf(known) })
    })
  }
  const lines = [...linesOf(current, path, bySite).values()].sort((a, b) => a.line - b.line)
  return {
    path,
    ...(content === undefined ? {} : { content }),
    hits: lines.map(hitsOfLine).filter(({ count, errors }) => count + errors > 0),
    unreached: unreachedLines(current, path, bySite, changedKeys(store)),
    functions: [...functions.values()].sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1]),
  }
}

function hitsOfLine(record: LineRecord): LineHits {
  const { count, column } = executionsOf(record)
  return { line: record.line, count, errors: record.errors, ...(column === undefined ? {} : { column }) }
}

/** Lines whose statements were never reached, though steps of the function around them were, all the time. */
function unreachedLines(
  manifests: readonly ProbeManifest[],
  path: string,
  bySite: ReadonlyMap<string, Hits>,
  changed: ReadonlySet<string>,
): number[] {
  const reached = new Set<number>()
  const candidates = new Set<number>()
  for (const manifest of manifests) {
    const stepped = new Set<number>()
    const hits = (index: number): number => bySite.get(keysOf(manifest)[index] ?? '')?.hits ?? 0
    manifest.probes.forEach((probe, index) => isStepProbe(probe) && hits(index) > 0 && stepped.add(probe.parent))
    manifest.probes.forEach((probe, index) => {
      if (!isStepProbe(probe) || manifest.sources[probe.source]?.path !== path) return
      if (hits(index) > 0) reached.add(probe.range[0])
      else if (changed.has(keysOf(manifest)[index] ?? '')) reached.add(probe.range[0])
      else if (stepped.has(probe.parent)) candidates.add(probe.range[0])
    })
  }
  return [...candidates].filter(line => !reached.has(line)).sort((a, b) => a - b)
}

/** By self time, most expensive first. Calls that have not ended count as calls but add no time. */
export function queryFunctions(store: TraceStore, limitValue: number | undefined): FunctionSummary[] {
  const limit = wholeNumber('functions', 'limit', limitValue, { min: 1, max: 100_000, fallback: 1000 })
  const byFunction = new Map<string, { site: Site; calls: number; errors: number; totalUs: number; selfUs: number }>()
  for (const track of store.tracks) {
    const { calls } = track
    for (let call = 0; call < calls.length; call++) {
      if (calls.activity[call] !== 0) continue
      const site = track.sites.resolve(track.siteOfCall(call))
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
