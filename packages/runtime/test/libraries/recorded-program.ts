/** A recorder whose chunks and answers come here, with a session made of them as it grows: what a collector does for jumps, in one process. */
import { TraceStore, jumpState } from '@hindscope/store/model'
import { decodeChunk, formatRef } from '@hindscope/protocol'
import type { EventRef, JumpReport } from '@hindscope/protocol'
import { EventKind } from '@hindscope/protocol'
import type { RecorderHandle, RecorderOptions } from '../../src/index.ts'
import type { SinkContext } from '../../src/storage/sink.ts'
import { record } from './recorded-states.ts'

export class RecordedProgram {
  readonly recorder: RecorderHandle
  private readonly answers: JumpReport[] = []
  private context: SinkContext | undefined
  private store: TraceStore | undefined
  private id = 0

  constructor(options: Partial<RecorderOptions> = {}) {
    this.recorder = record({
      ...options,
      sink: {
        open: context => void (this.context = context),
        accept: ({ bytes }) => {
          const chunk = decodeChunk(bytes)
          this.store ??= new TraceStore(chunk.session)
          this.store.addChunk(chunk)
        },
        report: (topic, body) => topic === 'jump' && this.answers.push(body as JumpReport), // SAFE: of that topic
      },
    })
  }

  get trace(): TraceStore {
    this.recorder.flushNow()
    if (this.store === undefined) throw new RangeError('nothing was recorded')
    return this.store
  }

  /** The last event that there is. */
  here(): EventRef {
    const [track] = this.trace.tracks
    return { track: 0, seq: track?.seqOf(track.rows.length - 1) ?? 0 }
  }

  /** What an action did to the store, and everything that stands below it, as names. */
  get actions(): string[] {
    const [track] = this.trace.tracks
    const names: string[] = []
    for (let row = 0; track !== undefined && row < track.rows.length; row++) {
      if (track.rows.kind[row] !== EventKind.activityStart) continue
      const [fields] = track.valuesOf(row)
      const action = fields?.kind === 'object' ? fields.entries.find(([key]) => key === 'action')?.[1] : undefined
      if (action?.kind === 'string') names.push(action.value)
    }
    return names
  }

  ask(body: object): JumpReport {
    this.context?.control('jump', { id: ++this.id, ...body })
    const answer = this.answers.at(-1)
    if (answer?.id !== this.id) throw new RangeError('no answer')
    return answer
  }

  /** `done`, or why not and where. */
  jump(store: string, ref: EventRef, known?: number): string {
    const found = jumpState(this.trace, { track: 0, store, ref })
    if ('path' in found) return `recording: ${found.path} ${found.reason}`
    return textOf(this.ask({ ask: 'jump', store, to: formatRef(ref), ...found, ...(known !== undefined && { known }) }))
  }

  back(store: string): string {
    return textOf(this.ask({ ask: 'back', store }))
  }

  stores(): unknown {
    const answer = this.ask({ ask: 'stores' })
    return 'stores' in answer ? answer.stores : undefined
  }
}

function textOf(report: JumpReport): string {
  if ('stores' in report) return 'stores'
  if (report.outcome === 'done') return 'done'
  return [report.why, report.path, report.reason].filter(part => part !== undefined).join(' ')
}
