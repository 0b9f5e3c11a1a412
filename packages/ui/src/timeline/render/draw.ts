/** One frame of the lanes: backgrounds, the strip scaled per lane, then the few things that need shapes: error marks and labels. */
import { formatRef } from '@hindscope/protocol'
import { lookOf } from '../../theme/kinds.ts'
import { CSS_LABEL, MAX_LABELS } from '../labels.ts'
import type { LabelBook } from '../labels.ts'
import type { AxisSpan } from '../layout/axis-window.ts'
import { CellFlag, wideCells } from '../layout/cells.ts'
import type { Cells } from '../layout/cells.ts'
import { CSS_LANE } from '../layout/lanes.ts'
import type { LaneLayout } from '../layout/lanes.ts'
import type { Palette } from './palette.ts'
import { STRIP_ROWS, errorColumns, paintStrip } from './strip.ts'

export interface Scene {
  readonly cells: Cells
  /** Coarse cells for what lies outside of `cells`; undefined when nothing does, or none are there yet. */
  readonly whole: Cells | undefined
  readonly layout: LaneLayout
  readonly window: AxisSpan
  readonly cssWidth: number
  readonly labels: LabelBook
  readonly palette: Palette
  readonly selected?: string | undefined
}

const CSS_BAR = CSS_LANE - 2
const CSS_FLAG_GAP = 24
const FONT = '11px system-ui, sans-serif'

export class LaneRenderer {
  private readonly canvas: HTMLCanvasElement
  private readonly strip: HTMLCanvasElement = document.createElement('canvas')
  private pixels: ImageData | undefined
  private readonly textWidths: Map<string, number> = new Map()

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas
  }

  draw(scene: Scene): void {
    const { cssWidth, layout, palette } = scene
    const ratio = window.devicePixelRatio || 1
    const width = Math.max(1, Math.round(cssWidth * ratio))
    const height = Math.max(1, Math.round(layout.cssHeight * ratio))
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width
      this.canvas.height = height
    }
    const context = this.canvas.getContext('2d')
    if (!context || layout.laneCount === 0) return
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, width, height)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.fillStyle = palette.lane
    for (const track of layout.tracks) context.fillRect(0, track.cssTop, cssWidth, track.cssHeight - 1)
    const levels = scene.whole ? [scene.whole, scene.cells] : [scene.cells]
    this.drawStrip(context, scene, levels, width)
    this.drawErrors(context, scene, levels, width, ratio)
    this.drawLabels(context, scene)
  }

  private drawStrip(context: CanvasRenderingContext2D, scene: Scene, levels: readonly Cells[], width: number): void {
    const { layout, window: range, palette, cssWidth } = scene
    const rows = layout.laneCount * STRIP_ROWS
    if (this.pixels?.width !== width || this.pixels.height !== rows) {
      this.pixels = new ImageData(width, rows)
      this.strip.width = width
      this.strip.height = rows
    }
    paintStrip(new Uint32Array(this.pixels.data.buffer), width, levels, range, palette.strip, 3)
    this.strip.getContext('2d')?.putImageData(this.pixels, 0, 0)
    context.imageSmoothingEnabled = false
    layout.cssTops.forEach((cssTop, lane) => {
      const bar = lane * STRIP_ROWS
      context.drawImage(this.strip, 0, bar, width, 1, 0, cssTop + 1, cssWidth, CSS_BAR - 1)
      context.drawImage(this.strip, 0, bar + 1, width, 1, 0, cssTop + CSS_BAR - 1.5, cssWidth, 1.5)
    })
  }

  private drawErrors(context: CanvasRenderingContext2D, scene: Scene, levels: readonly Cells[], width: number, ratio: number): void {
    const { layout, window: range, palette } = scene
    context.fillStyle = palette.error
    const lastFlag: number[] = []
    for (const [lane, x] of errorColumns(levels, range, width)) {
      const cssX = x / ratio
      const cssTop = (layout.cssTops[lane] ?? 0) + 1
      // Where errors are dense, only the first of each few pixels gets a flag; the others keep their tick on the edge.
      if (cssX - (lastFlag[lane] ?? -Infinity) < CSS_FLAG_GAP) {
        context.fillRect(cssX, cssTop, 1.5, 3)
        continue
      }
      lastFlag[lane] = cssX
      context.fillRect(cssX, cssTop, 1.5, CSS_BAR - 1)
      context.beginPath()
      context.moveTo(cssX, cssTop)
      context.lineTo(cssX + 6, cssTop)
      context.lineTo(cssX, cssTop + 6)
      context.fill()
    }
  }

  private drawLabels(context: CanvasRenderingContext2D, scene: Scene): void {
    const { cells, layout, palette, labels } = scene
    context.font = FONT
    context.textBaseline = 'middle'
    for (const { index, lane, cssLeft, cssRight } of wideCells(cells, scene.window, scene.cssWidth, CSS_LABEL, MAX_LABELS)) {
      const key = formatRef({ track: cells.track[index] ?? 0, seq: cells.seq[index] ?? 0 })
      const row = labels.get(key)
      const cssTop = (layout.cssTops[lane] ?? 0) + 1
      const flags = cells.flags[index] ?? 0
      if (row) {
        const { visual, sign } = lookOf(row)
        if (row.activity !== undefined) {
          context.fillStyle = palette.kinds[visual]
          context.fillRect(cssLeft, cssTop, cssRight - cssLeft - 1, CSS_BAR - 2.5)
        }
        context.fillStyle = palette.text
        const text = row.activity === undefined ? row.name : `${sign} ${row.name}`
        const inset = flags & CellFlag.error ? 9 : 5
        const fitted = this.fit(context, text, cssRight - cssLeft - inset - 4)
        if (fitted !== '') context.fillText(fitted, cssLeft + inset, cssTop + CSS_BAR / 2)
      }
      if (flags & CellFlag.error) {
        context.fillStyle = palette.error
        context.fillRect(cssLeft, cssTop, cssRight - cssLeft - 1, 2)
      }
      if (key === scene.selected) {
        context.strokeStyle = palette.accent
        context.lineWidth = 2
        context.strokeRect(cssLeft + 1, cssTop, cssRight - cssLeft - 3, CSS_BAR - 1)
      }
    }
  }

  /** Cut in the middle: the ends of names tell most. */
  private fit(context: CanvasRenderingContext2D, text: string, cssRoom: number): string {
    const measure = (part: string): number => {
      let cssWidth = this.textWidths.get(part)
      if (cssWidth === undefined) {
        if (this.textWidths.size > 4000) this.textWidths.clear()
        cssWidth = context.measureText(part).width
        this.textWidths.set(part, cssWidth)
      }
      return cssWidth
    }
    const cssFull = measure(text)
    if (cssFull <= cssRoom) return text
    for (let keep = Math.floor((text.length * cssRoom) / cssFull); keep >= 3; keep--) {
      const front = Math.ceil(keep * 0.6)
      const cut = `${text.slice(0, front)}…${text.slice(text.length - (keep - front))}`
      if (measure(cut) <= cssRoom) return cut
    }
    return ''
  }
}
