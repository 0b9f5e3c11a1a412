/**
 * V8's CPU profile (Profiler.Profile of the DevTools protocol, https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile)
 * of one track. It is made from exact calls and not from samples: a sample stands at every moment at which the top of the stack changes,
 * so that the time until the next sample is exactly the self time. `hitCount` is the self time in microseconds, as if a sample had been
 * taken each microsecond: tools that multiply hits by the mean interval get the same times as those that add up the deltas.
 *
 * Times are whole microseconds since the session's first event; deltas are differences of rounded times and so sum up to the whole. Calls
 * shorter than a microsecond have a node and no sample.
 */
import { HindscopeError } from '@hindscope/protocol'
import { IndexList } from '../model/columns.ts'
import { siteOfCall } from '../model/describe.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { scopeOf, tracksWithCalls } from './export-scope.ts'
import type { ExportOptions } from './export-scope.ts'
import { inPieces, jsonText, listed, listedNumbers } from './pieces.ts'
import type { ExportPiece } from './pieces.ts'
import { StackWalk } from './stack-walk.ts'

const ROOT = 0
/** DevTools and speedscope know this name: time in which nothing ran. */
const IDLE = 1

/** One track: the chosen one, or the only one with calls. Throws `export-empty`, `export-track-unknown`, `export-no-calls`, `export-one-track`. */
export function exportCpuProfile(store: TraceStore, options: ExportOptions = {}): Iterable<ExportPiece> {
  const scope = scopeOf(store, options)
  const tracks = tracksWithCalls(scope)
  const [track] = tracks
  if (tracks.length > 1 || track === undefined) {
    throw new HindscopeError('export-one-track', { format: 'cpuprofile', tracks: tracks.map(each => each.number).join(', ') })
  }
  return inPieces(profileTexts(track, scope.startUs))
}

function* profileTexts(track: Track, originUs: number): Generator<string> {
  const profile = new CallProfile(track, originUs)
  profile.read()
  const { nodes, samples, deltas } = profile
  yield `{"startTime":${profile.startUs},"endTime":${profile.endUs},"nodes":[`
  yield* listed(nodeTexts(track, nodes))
  yield '],\n"samples":['
  yield* listedNumbers(samples.length, i => samples.at(i) + 1)
  yield '],\n"timeDeltas":['
  yield* listedNumbers(deltas.length, i => deltas.at(i))
  yield ']}\n'
}

/** A function below one chain of callers; ids are index + 1, since V8 counts from 1. */
interface ProfileNode {
  readonly name: string
  /** A call of the function; -1 for nodes that are none. */
  readonly call: number
  readonly children: Map<number, number>
  hits: number
}

class CallProfile {
  readonly nodes: ProfileNode[] = [
    { name: '(root)', call: -1, children: new Map([[-1, IDLE]]), hits: 0 },
    { name: '(idle)', call: -1, children: new Map(), hits: 0 },
  ]
  readonly samples: IndexList = new IndexList()
  readonly deltas: IndexList = new IndexList()
  readonly startUs: number
  readonly endUs: number
  private readonly track: Track
  private readonly originUs: number
  /** Nodes of the open calls, outermost first. */
  private readonly path: number[] = []
  /** Time of the last sample, and the time since which the stack has been as it is. */
  private sampledUs: number
  private changedUs: number

  constructor(track: Track, originUs: number) {
    this.track = track
    this.originUs = originUs
    this.startUs = Math.round(track.firstUs - originUs)
    this.endUs = Math.round(track.lastUs - originUs)
    this.sampledUs = this.startUs
    this.changedUs = this.startUs
  }

  read(): void {
    const { track } = this
    const walk = new StackWalk(track)
    for (let row = 0; row < track.rows.length; row++) {
      walk.step(row)
      if (walk.changes.length === 0) continue
      this.sampleUntil(Math.round(track.time(row) - this.originUs))
      for (const change of walk.changes) this.apply(change)
    }
    this.sampleUntil(this.endUs)
    this.path.length = 0
    // The last sample says where the one before it ended.
    this.sample()
  }

  /** Writes the sample of the stack as it has been since the last change, if any time has passed since. */
  private sampleUntil(timeUs: number): void {
    if (timeUs === this.changedUs) return
    const node = this.sample()
    node.hits += timeUs - this.changedUs
    this.changedUs = timeUs
  }

  private sample(): ProfileNode {
    const node = this.path.at(-1) ?? IDLE
    this.samples.push(node)
    this.deltas.push(this.changedUs - this.sampledUs)
    this.sampledUs = this.changedUs
    return this.nodes[node] as ProfileNode // SAFE: nodes of the path exist
  }

  private apply(change: number): void {
    if (change < 0) {
      this.path.pop()
      return
    }
    const above = this.nodes[this.path.at(-1) ?? ROOT] as ProfileNode // SAFE: as above
    const site = this.track.siteOfCall(change)
    let node = above.children.get(site)
    if (node === undefined) {
      node = this.nodes.length
      this.nodes.push({ name: siteOfCall(this.track, change)?.name ?? '', call: change, children: new Map(), hits: 0 })
      above.children.set(site, node)
    }
    this.path.push(node)
  }
}

function* nodeTexts(track: Track, nodes: readonly ProfileNode[]): Generator<string> {
  for (const [index, { name, call, children, hits }] of nodes.entries()) {
    const place = siteOfCall(track, call)?.location
    const callFrame = {
      functionName: name,
      scriptId: '0',
      url: place?.file ?? '',
      // V8 counts lines and columns from 0; -1 = none.
      lineNumber: place === undefined ? -1 : place.line - 1,
      columnNumber: place?.column ?? -1,
    }
    yield jsonText({ id: index + 1, callFrame, hitCount: hits, children: [...children.values()].map(child => child + 1) })
  }
}
