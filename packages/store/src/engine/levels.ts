/** How much of each function is recorded: what was built in, what the realms have now, and what was lost by that. */
import { LEVELS, levelDigit } from '@hindscope/protocol'
import type { FunctionLevel, Level, LevelPage, LevelQuery, Location, TrackLevel } from '@hindscope/protocol'
import { levelHistory } from '../model/level-history.ts'
import { numberField, textField } from '../model/record-values.ts'
import { siteOf } from '../model/site-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { hitsBySite } from './executions.ts'
import { optionalText, wholeNumber } from './validate.ts'

export interface KnownLevels {
  readonly name: string
  readonly location: Location
  readonly built: Level
  readonly tracks: TrackLevel[]
  counted: number
}

/** By site key: every function of a module that some realm has loaded and whose manifest is there. */
export function functionLevels(store: TraceStore): Map<string, KnownLevels> {
  const byKey = new Map<string, KnownLevels>()
  for (const track of store.tracks) {
    const history = levelHistory(track)
    const counted = countedCalls(track)
    for (const { module, base } of track.sites.definitions()) {
      const manifest = store.manifests.get(module)
      manifest?.probes.forEach((probe, index) => {
        if (probe.kind !== 'function') return
        const { key, name, location } = siteOf(manifest, index, probe)
        if (location === undefined) return
        let known = byKey.get(key)
        if (known === undefined) byKey.set(key, (known = { name, location, built: probe.level, tracks: [], counted: 0 }))
        known.counted += counted.get(base + index) ?? 0
        const change = history.get(base + index)
        known.tracks.push({
          track: track.number,
          level: change?.level ?? probe.level,
          changes: change?.changes ?? 0,
          ...(change === undefined ? {} : authorOf(track, change.row)),
        })
      })
    }
  }
  return byKey
}

/** What stands for several realms: the least. */
export const lowestLevel = ({ built, tracks }: Pick<KnownLevels, 'built' | 'tracks'>): Level =>
  LEVELS[tracks.reduce((least, { level }) => Math.min(least, levelDigit(level)), tracks.length === 0 ? levelDigit(built) : LEVELS.length)] ?? built

export const changesOf = ({ tracks }: Pick<KnownLevels, 'tracks'>): number => tracks.reduce((sum, { changes }) => sum + changes, 0)

export function queryLevels(store: TraceStore, query: LevelQuery): LevelPage {
  const file = optionalText('levels', 'file', query.file)?.toLowerCase() ?? ''
  const name = optionalText('levels', 'function', query.function)?.toLowerCase() ?? ''
  const limit = wholeNumber('levels', 'limit', query.limit, { min: 1, max: 100_000, fallback: 1000 })
  const bySite = hitsBySite(store)
  const functions: FunctionLevel[] = []
  for (const [key, known] of functionLevels(store)) {
    if (!known.location.file.toLowerCase().includes(file) || !known.name.toLowerCase().includes(name)) continue
    functions.push({ ...known, calls: bySite.get(key)?.hits ?? 0 })
  }
  functions.sort(({ location: a }, { location: b }) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1))
  return { functions: functions.slice(0, limit), total: functions.length }
}

/** Keys of probes whose level was changed in some realm: that nothing is there of them does not say that they were not reached. */
export function changedKeys(store: TraceStore): Set<string> {
  const keys = new Set<string>()
  for (const track of store.tracks) for (const probe of levelHistory(track).keys()) keys.add(track.sites.resolve(probe).key)
  return keys
}

function authorOf(track: Track, row: number): Pick<TrackLevel, 'by' | 'reason' | 'ref'> {
  const [value] = track.valuesOf(row)
  const by = textField(value, 'by')
  const reason = textField(value, 'reason')
  return {
    ...(by === 'user' || by === 'governor' || by === 'plan' ? { by } : {}),
    ...(reason === undefined ? {} : { reason }),
    ref: { track: track.number, seq: track.seqOf(row) },
  }
}

function countedCalls(track: Track): Map<number, number> {
  const counted = new Map<number, number>()
  for (let i = 0; i < track.metricRows.length; i++) {
    const row = track.metricRows.at(i)
    const site = track.rows.site[row] ?? 0
    const [value] = track.valuesOf(row)
    if (site !== 0 && textField(value, 'name') === 'calls') counted.set(site, (counted.get(site) ?? 0) + (numberField(value, 'value') ?? 0))
  }
  return counted
}
