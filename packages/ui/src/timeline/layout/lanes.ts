/** Where each lane lies: tracks one under the other, in each a header line and one lane per call depth. */
import type { Buckets, TrackSummary } from '@hindscope/protocol'

export const CSS_LANE = 17
const CSS_TRACK_GAP = 7
/** A folded track still shows its outermost calls. */
export const MAX_DEPTH = 10

export interface TrackLanes {
  readonly track: number
  /** Index of its first lane over all tracks. */
  readonly firstLane: number
  readonly lanes: number
  readonly cssTop: number
  readonly cssHeight: number
  readonly folded: boolean
}

export interface LaneLayout {
  readonly tracks: readonly TrackLanes[]
  readonly laneCount: number
  readonly cssHeight: number
  /** Top of each lane. */
  readonly cssTops: readonly number[]
}

/** Deepest lane per track that any cell of the answer uses. */
export function depthsOf(buckets: Buckets | undefined): ReadonlyMap<number, number> {
  const depths = new Map<number, number>()
  buckets?.track.forEach((track, i) => depths.set(track, Math.max(depths.get(track) ?? 0, (buckets.depth[i] ?? 0) + 1)))
  return depths
}

export function layoutLanes(tracks: readonly TrackSummary[], depths: ReadonlyMap<number, number>, folded: ReadonlySet<number>): LaneLayout {
  const placed: TrackLanes[] = []
  const cssTops: number[] = []
  let cssTop = 0
  for (const { track } of tracks) {
    const isFolded = folded.has(track)
    // Two lanes at least: the header beside them has two lines.
    const lanes = isFolded ? 1 : Math.max(2, Math.min(MAX_DEPTH, depths.get(track) ?? 1))
    const cssHeight = lanes * CSS_LANE
    placed.push({ track, firstLane: cssTops.length, lanes, cssTop, cssHeight, folded: isFolded })
    for (let lane = 0; lane < lanes; lane++) cssTops.push(cssTop + lane * CSS_LANE)
    cssTop += cssHeight + CSS_TRACK_GAP
  }
  return { tracks: placed, laneCount: cssTops.length, cssHeight: cssTop, cssTops }
}

export function laneAt(layout: LaneLayout, cssY: number): number {
  for (const { cssTop, cssHeight, firstLane } of layout.tracks) {
    if (cssY >= cssTop && cssY < cssTop + cssHeight) return firstLane + Math.floor((cssY - cssTop) / CSS_LANE)
  }
  return -1
}

export const trackAt = (layout: LaneLayout, cssY: number): TrackLanes | undefined =>
  layout.tracks.find(({ cssTop, cssHeight }) => cssY >= cssTop && cssY < cssTop + cssHeight + CSS_TRACK_GAP)
