/** How often each probe of a track was hit and how often its function threw. Counted when first asked for, and on from there. */
import { EventKind } from '@hindscope/protocol'
import { IntMap } from './int-map.ts'
import type { Track } from './track.ts'

/** Kinds that are a hit of their probe; 1 where a kind is one of them. */
const HITS = new Uint8Array(256)
for (const kind of [EventKind.callEnter, EventKind.step, EventKind.write, EventKind.propertyWrite]) HITS[kind] = 1

export interface SiteCount {
  readonly site: number
  hits: number
  throws: number
}

class SiteHits {
  readonly counts: SiteCount[] = []
  private readonly slots = new IntMap()
  private readonly track: Track
  private rows = 0
  private errors = 0

  constructor(track: Track) {
    this.track = track
  }

  update(): void {
    const { rows, errorRows } = this.track
    const { kind: kinds, site: sites, length } = rows
    for (; this.rows < length; this.rows++) if (HITS[kinds[this.rows] as number] === 1) this.countOf(sites[this.rows] as number).hits++ // SAFE: below the length, as all rows here
    for (; this.errors < errorRows.length; this.errors++) {
      const row = errorRows.at(this.errors)
      if (kinds[row] === EventKind.callThrow) this.countOf(sites[row] as number).throws++
    }
  }

  private countOf(site: number): SiteCount {
    const slot = this.slots.get(site)
    const known = slot === undefined ? undefined : this.counts[slot]
    if (known !== undefined) return known
    const count = { site, hits: 0, throws: 0 }
    this.slots.set(site, this.counts.length)
    this.counts.push(count)
    return count
  }
}

const indexes = new WeakMap<Track, SiteHits>()

/** Probes that were hit or whose function threw, in order of appearance. */
export function siteCountsOf(track: Track): readonly Readonly<SiteCount>[] {
  let index = indexes.get(track)
  if (index === undefined) indexes.set(track, (index = new SiteHits(track)))
  index.update()
  return index.counts
}
