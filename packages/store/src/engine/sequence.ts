/** The `sequence` query: who asked whom, realms or modules, as the arrows of a sequence diagram. */
import { LIFELINE_KINDS } from '@hindscope/protocol'
import type { Completeness, Lifeline, SequenceArrow, SequencePage, SequenceQuery } from '@hindscope/protocol'
import { OutcomeCode } from '../model/call-table.ts'
import { nameOfCall, resultPreview } from '../model/describe.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { treeOf } from './activities.ts'
import { completenessOf } from './events.ts'
import { LastAnswer } from './last-answer.ts'
import { groupLifelines } from './lifelines.ts'
import { at } from './path-tree.ts'
import { ARROW_KINDS, MOST_ARROWS, collectArrows } from './sequence-arrows.ts'
import type { ArrowScope, Arrows } from './sequence-arrows.ts'
import { foldLoops } from './sequence-loops.ts'
import type { FoldedArrows } from './sequence-loops.ts'
import { checkRange, oneOf, optionalTime, refuse, selectTracks, wholeNumber } from './validate.ts'

interface Diagram extends FoldedArrows {
  readonly arrows: Arrows
  /** By arrow that is left, its number in `arrows`, and its lifelines. */
  readonly left: Uint32Array
  readonly from: Uint32Array
  readonly to: Uint32Array
  readonly lifelines: readonly Lifeline[]
}

const lastDiagram = new LastAnswer<Diagram>()

export function querySequence(store: TraceStore, query: SequenceQuery): SequencePage {
  const offset = wholeNumber('sequence', 'offset', query.offset, { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 })
  const limit = wholeNumber('sequence', 'limit', query.limit, { min: 1, max: 5000, fallback: 1000 })
  const most = wholeNumber('sequence', 'lifelines', query.lifelines, { min: 2, max: 200, fallback: 30 })
  if (query.by === undefined) refuse('sequence', 'by', query.by, LIFELINE_KINDS.join(', '))
  const by = oneOf('sequence', 'by', query.by, LIFELINE_KINDS, 'track')
  const fromUs = optionalTime('sequence', 'fromUs', query.fromUs, -Infinity)
  const toUs = optionalTime('sequence', 'toUs', query.toUs, Infinity)
  checkRange('sequence', fromUs, toUs)
  const tracks = selectTracks('sequence', store, query.tracks)
  const tree = treeOf(store, query.chain, 'sequence')
  const key = [String(fromUs), String(toUs), tracks.map(track => track.number), by, query.chain, most]
  const diagram = lastDiagram.of(store, key, () => draw(store, { by, tracks, fromUs, toUs, tree }, most))
  const { told, loops, lifelines, left, arrows } = diagram
  const end = Math.min(told.length, offset + limit)
  return {
    lifelines,
    arrows: Array.from(told.subarray(offset, end), index => arrowOf(store, diagram, index)),
    loops: loops.filter(loop => loop.at < end && loop.at + loop.arrows > offset),
    total: told.length,
    unfolded: left.length,
    completeness: completeness(store, tracks, arrows),
  }
}

function completeness(store: TraceStore, tracks: readonly Track[], arrows: Arrows): Completeness {
  const known = completenessOf(store, tracks)
  if (!arrows.isCut) return known
  const reason = `only the first ${MOST_ARROWS} arrows were looked at: choose a range`
  return { kind: 'partial', reason: known.kind === 'partial' ? `${known.reason}; ${reason}` : reason }
}

function draw(store: TraceStore, scope: ArrowScope, most: number): Diagram {
  const arrows = collectArrows(store, scope)
  const { lifelines, groupOf } = groupLifelines(store, arrows, scope.by, most)
  const left = new Uint32Array(arrows.length)
  const [from, to] = [new Uint32Array(arrows.length), new Uint32Array(arrows.length)]
  const counts = new Uint32Array(lifelines.length)
  let length = 0
  for (let arrow = 0; arrow < arrows.length; arrow++) {
    const [source, target] = [at(groupOf, at(arrows.from, arrow)), at(groupOf, at(arrows.to, arrow))]
    if (source === target) continue
    left[length] = arrow
    from[length] = source
    to[length++] = target
    counts[source] = at(counts, source) + 1
    counts[target] = at(counts, target) + 1
  }
  const failed = (index: number): boolean => hasFailed(store, arrows, at(left, index))
  const isSame = (a: number, b: number): boolean => {
    const [one, other] = [at(left, a), at(left, b)]
    // Numbers of names are those of a track.
    const isAlike = arrows.alike[one] === arrows.alike[other] && arrows.track[one] === arrows.track[other]
    return from[a] === from[b] && to[a] === to[b] && arrows.kind[one] === arrows.kind[other] && isAlike && failed(a) === failed(b)
  }
  return {
    arrows,
    left: left.slice(0, length),
    from: from.slice(0, length),
    to: to.slice(0, length),
    lifelines: lifelines.map((lifeline, number) => ({ ...lifeline, arrows: at(counts, number) })),
    ...foldLoops(length, isSame),
  }
}

const hasFailed = (store: TraceStore, arrows: Arrows, arrow: number): boolean =>
  store.tracks[at(arrows.track, arrow)]?.calls.outcome[at(arrows.call, arrow)] === OutcomeCode.threw

function arrowOf(store: TraceStore, { arrows, left, from, to }: Diagram, index: number): SequenceArrow {
  const arrow = at(left, index)
  const track = store.tracks[at(arrows.track, arrow)] as Track // SAFE: arrows are about calls of the store's tracks
  const call = at(arrows.call, arrow)
  const kind = ARROW_KINDS[arrows.kind[arrow] ?? 0] ?? 'call'
  const row = kind === 'answer' ? at(track.calls.exitRow, call) : at(track.calls.enterRow, call)
  return {
    from: at(from, index),
    to: at(to, index),
    kind,
    name: kind === 'answer' ? resultPreview(track.valuesOf(row)[0]).trim() || 'end' : nameOfCall(track, call),
    ref: { track: track.number, seq: track.seqOf(row) },
    timeUs: at(arrows.timeUs, arrow),
    failed: hasFailed(store, arrows, arrow),
  }
}
