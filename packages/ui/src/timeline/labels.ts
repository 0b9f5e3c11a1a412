/**
 * Names for the cells that are wide enough to carry one. Buckets have no names: they are asked for one by one once the window rests,
 * widest first, and remembered. A whole screen has at most a few hundred such cells.
 */
import { effect, signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import { formatRef } from '@hindscope/protocol'
import type { EventRow } from '@hindscope/protocol'
import type { Workbench } from '../core/workbench.ts'
import { wideCells } from './layout/cells.ts'
import type { TimelineModel } from './timeline-model.ts'

export const CSS_LABEL = 40
export const MAX_LABELS = 160
const REST_MS = 120
const MAX_KNOWN = 5000
const LANES_OF_WORK = 4

export interface LabelBook {
  /** Changes when labels arrive. */
  readonly version: ReadonlySignal<number>
  get(key: string): EventRow | undefined
}

export function createLabels(bench: Workbench, timeline: TimelineModel): LabelBook {
  const known = new Map<string, EventRow>()
  const version = signal(0)
  let running = new AbortController()
  let session: string | undefined

  async function load(keys: string[], of: string, aborted: AbortSignal): Promise<void> {
    for (let key = keys.shift(); key !== undefined && !aborted.aborted; key = keys.shift()) {
      const [track, seq] = key.split('.').map(Number)
      const result = await bench.engine.ask('event', { session: of, ref: { track: track ?? 0, seq: seq ?? 0 } }, aborted)
      if (!result.ok) return // SAFE: a label is decoration; the panels show the engine's failures.
      known.set(key, result.value.row)
      version.value = version.peek() + 1
    }
  }

  effect(() => {
    const cells = timeline.cells.value
    const window = timeline.window.value
    const cssWidth = timeline.cssWidth.value
    const of = bench.model.session.value
    if (of !== session) known.clear()
    session = of
    if (known.size > MAX_KNOWN) known.clear()
    running.abort()
    const controller = new AbortController()
    running = controller
    if (!cells || !window || of === undefined) return undefined
    const timer = setTimeout(() => {
      const keys = wideCells(cells, window, cssWidth, CSS_LABEL, MAX_LABELS)
        .toSorted((a, b) => b.cssRight - b.cssLeft - (a.cssRight - a.cssLeft))
        .map(({ index }) => formatRef({ track: cells.track[index] ?? 0, seq: cells.seq[index] ?? 0 }))
        .filter(key => !known.has(key))
      for (let lane = 0; lane < LANES_OF_WORK; lane++) void load(keys, of, controller.signal)
    }, REST_MS)
    return () => clearTimeout(timer)
  })
  return { version, get: key => known.get(key) }
}
