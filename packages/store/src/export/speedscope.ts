/**
 * speedscope's own format, one evented profile a track. Schema: https://www.speedscope.app/file-format-schema.json. Times are
 * microseconds since the session's first event. Frames come last in the file, because they are known last; readers take keys in any order.
 */
import { siteOfCall } from '../model/describe.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { scopeOf, trackName, tracksWithCalls } from './export-scope.ts'
import type { ExportOptions } from './export-scope.ts'
import { inPieces, jsonText, listed, roundUs } from './pieces.ts'
import type { ExportPiece } from './pieces.ts'
import { StackWalk } from './stack-walk.ts'

/** Throws `export-empty`, `export-track-unknown`, `export-no-calls`. */
export function exportSpeedscope(store: TraceStore, options: ExportOptions = {}): Iterable<ExportPiece> {
  const scope = scopeOf(store, options)
  const tracks = tracksWithCalls(scope)
  return inPieces(fileTexts(store, tracks, scope.startUs, options.version ?? ''))
}

function* fileTexts(store: TraceStore, tracks: readonly Track[], startUs: number, version: string): Generator<string> {
  const frames = new FrameTable()
  const head = {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    name: store.name || trackName(tracks[0] as Track), // SAFE: there is at least one track with calls
    exporter: `hindscope ${version}`.trim(),
    activeProfileIndex: 0,
  }
  yield `${jsonText(head).slice(0, -1)},"profiles":[`
  for (const [index, track] of tracks.entries()) {
    const times = `"startValue":${roundUs(track.firstUs - startUs)},"endValue":${roundUs(track.lastUs - startUs)}`
    yield `${index === 0 ? '' : ','}\n{"type":"evented","name":${jsonText(trackName(track))},"unit":"microseconds",${times},"events":[`
    yield* listed(frameEvents(track, startUs, frames))
    yield ']}'
  }
  yield '],\n"shared":{"frames":['
  yield* listed(frames.texts)
  yield ']}}\n'
}

function* frameEvents(track: Track, startUs: number, frames: FrameTable): Generator<string> {
  const walk = new StackWalk(track)
  for (let row = 0; row < track.rows.length; row++) {
    walk.step(row)
    for (const change of walk.changes) yield frameEvent(track, change, roundUs(track.time(row) - startUs), frames)
  }
  walk.end()
  for (const change of walk.changes) yield frameEvent(track, change, roundUs(track.lastUs - startUs), frames)
}

function frameEvent(track: Track, change: number, at: number, frames: FrameTable): string {
  const frame = frames.indexOf(track, change < 0 ? ~change : change)
  return `{"type":"${change < 0 ? 'C' : 'O'}","frame":${frame},"at":${at}}`
}

/** Functions by the key that all realms know them by. */
class FrameTable {
  readonly texts: string[] = []
  private readonly byKey = new Map<string, number>()

  indexOf(track: Track, call: number): number {
    const site = siteOfCall(track, call)
    // A probe without a module is a number of its own realm only.
    const key = site?.probe === undefined ? `${track.number} ${site?.key ?? ''}` : site.key
    let index = this.byKey.get(key)
    if (index !== undefined) return index
    index = this.texts.length
    const place = site?.location
    // Columns are shown from 1, as in an editor.
    const where = place === undefined ? {} : { file: place.file, line: place.line, col: place.column + 1 }
    this.texts.push(jsonText({ name: site?.name || '(anonymous)', ...where }))
    this.byKey.set(key, index)
    return index
  }
}
