import type { TrackSummary } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { formatCount, formatExact } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { Icon } from '../widgets/icon.tsx'
import type { TimelineModel } from './timeline-model.ts'

const REALM_WORDS: Readonly<Record<TrackSummary['realmKind'], string>> = {
  page: 'page',
  worker: 'worker',
  node: 'Node',
  nodeWorker: 'Node worker',
  vm: 'vm context',
  frame: 'frame',
  sharedWorker: 'shared worker',
  serviceWorker: 'service worker',
}

export function TrackHeaders({ timeline }: { readonly timeline: TimelineModel }): VNode {
  const bench = useBench()
  const layout = timeline.layout.value
  const tracks = valueOf(bench.session.state.value)?.tracks ?? []
  const toggle = (track: number): void => {
    const folded = new Set(timeline.folded.peek())
    if (!folded.delete(track)) folded.add(track)
    timeline.folded.value = folded
  }
  return (
    <div class="track-headers" style={{ height: `${layout.cssHeight}px` }}>
      {layout.tracks.map(place => {
        const track = tracks.find(({ track: number }) => number === place.track)
        return (
          track && (
            <div key={place.track} class="track-header" style={{ top: `${place.cssTop}px`, height: `${place.cssHeight}px` }}>
              <button
                type="button"
                class="track-fold"
                aria-expanded={!place.folded}
                aria-label={`${place.folded ? 'Unfold' : 'Fold'} ${track.name}`}
                onClick={() => toggle(place.track)}
              >
                <Icon name="chevron" />
              </button>
              <div class="track-text" title={`${track.name}\n${track.url}\n${track.platform}`}>
                <div class="track-name">
                  <span class="track-number">{place.track}</span>
                  <span class="track-title">{track.name || track.url}</span>
                </div>
                {!place.folded && <TrackCounts track={track} />}
              </div>
            </div>
          )
        )
      })}
    </div>
  )
}

function TrackCounts({ track }: { readonly track: TrackSummary }): VNode {
  const letGo = (track.gaps ?? []).reduce((sum, gap) => sum + gap.events, 0)
  return (
    <div class="track-counts">
      <span>{REALM_WORDS[track.realmKind]}</span>
      <span title={`${formatExact(track.events)} events, ${formatExact(track.calls)} calls`}>{formatCount(track.events)} ev</span>
      {track.errors > 0 && (
        <span class="count-error" title={`${formatExact(track.errors)} errors`}>
          {formatCount(track.errors)} err
        </span>
      )}
      {track.dropped > 0 && (
        <span class="count-warning" title={`${formatExact(track.dropped)} events were dropped while recording`}>
          {formatCount(track.dropped)} lost
        </span>
      )}
      {letGo > 0 && <span title={`${formatExact(letGo)} events were recorded and let go, since no incident came`}>{formatCount(letGo)} let go</span>}
    </div>
  )
}
