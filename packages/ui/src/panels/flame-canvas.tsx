/** The drawn icicle. For the eyes and the pointer only: the tree below it says the same and takes the keys. */
import { useSignalEffect } from '@preact/signals'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { signal } from '@preact/signals-core'
import type { VNode } from 'preact'
import { useApp } from '../app/context.ts'
import { FOLDED, barAt, layoutFlame } from '../core/flame-layout.ts'
import type { FlameBars, FlameMatches, FlameScene } from '../core/flame-layout.ts'
import { readPalette } from '../timeline/render/palette.ts'
import type { Palette } from '../timeline/render/palette.ts'

const CSS_ROW = 18
const CSS_LETTER = 6.1
const CSS_LABEL = 26

export interface FlameCanvasProps {
  readonly scene: FlameScene
  readonly matches: FlameMatches | undefined
  /** Index of the node that the keys are at; -1 for none. */
  readonly active: number
  readonly onZoom: (node: number) => void
  /** -1: the pointer is over no path. */
  readonly onHover: (node: number) => void
}

export function FlameCanvas({ scene, matches, active, onZoom, onHover }: FlameCanvasProps): VNode {
  const { theme } = useApp()
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const palette = useRef<{ version: number; colours: Palette }>(undefined)
  const [cssWidth, setWidth] = useState(0)
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const bars = useMemo(() => (cssWidth > 0 ? layoutFlame(scene, cssWidth) : undefined), [scene, cssWidth])
  const drawn = useMemo(() => signal<Drawing | undefined>(undefined), [])
  drawn.value = bars && { bars, scene, matches, active, cssWidth }
  useSignalEffect(() => {
    const version = theme.version.value
    const drawing = drawn.value
    if (!drawing) return undefined
    const frame = requestAnimationFrame(() => {
      if (palette.current?.version !== version) palette.current = { version, colours: readPalette() }
      if (canvas.current) draw(canvas.current, drawing, palette.current.colours)
    })
    return () => cancelAnimationFrame(frame)
  })
  const nodeUnder = (event: PointerEvent | MouseEvent): number => {
    const bar = bars ? barAt(bars, event.offsetX, Math.floor(event.offsetY / CSS_ROW)) : -1
    const node = bar === -1 ? FOLDED : (bars?.node[bar] ?? FOLDED)
    return node === FOLDED ? -1 : node
  }
  return (
    <div class="flame-box" ref={box} aria-hidden="true">
      <canvas
        ref={canvas}
        class="flame-canvas"
        data-testid="flame-canvas"
        style={{ height: `${(bars?.rows ?? 1) * CSS_ROW}px` }}
        onPointerMove={event => onHover(nodeUnder(event))}
        onPointerLeave={() => onHover(-1)}
        onClick={event => {
          const node = nodeUnder(event)
          if (node !== -1) onZoom(node)
        }}
      />
      {bars?.isCut && <p class="view-note">Deeper paths are drawn after zooming in.</p>}
    </div>
  )
}

interface Drawing {
  readonly bars: FlameBars
  readonly scene: FlameScene
  readonly matches: FlameMatches | undefined
  readonly active: number
  readonly cssWidth: number
}

const FAINT = 0.35

function draw(canvas: HTMLCanvasElement, { bars, scene, matches, active, cssWidth }: Drawing, colours: Palette): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const ratio = window.devicePixelRatio
  canvas.width = Math.round(cssWidth * ratio)
  canvas.height = Math.round(bars.rows * CSS_ROW * ratio)
  context.scale(ratio, ratio)
  context.font = '11px system-ui, sans-serif'
  context.textBaseline = 'middle'
  for (let bar = 0; bar < bars.length; bar++) {
    const node = bars.node[bar] ?? FOLDED
    const cssLeft = bars.cssLeft[bar] ?? 0
    const cssTop = (bars.row[bar] ?? 0) * CSS_ROW
    // A gap tells neighbours apart where there is room for one.
    const cssBar = Math.max(0.5, (bars.cssWidth[bar] ?? 0) - ((bars.cssWidth[bar] ?? 0) > 3 ? 1 : 0))
    const isFound = matches?.nodes[node] === 1
    context.globalAlpha = strength(scene, node, matches)
    context.fillStyle = node === FOLDED ? colours.line : isFound ? colours.kinds.network : colours.kinds.call
    context.fillRect(cssLeft, cssTop, cssBar, CSS_ROW - 1)
    context.globalAlpha = 1
    if (node === active) {
      context.strokeStyle = colours.accent
      context.lineWidth = 2
      context.strokeRect(cssLeft + 1, cssTop + 1, Math.max(1, cssBar - 2), CSS_ROW - 3)
    }
    if (cssBar >= CSS_LABEL) label(context, scene, node, { cssLeft, cssTop, cssBar }, colours.text)
  }
}

/** What a search found is strong and all else faint. Without one, bars above the zoomed path are faint, and by self time those that did little. */
function strength({ answer, measure, zoom, weights }: FlameScene, node: number, matches: FlameMatches | undefined): number {
  if (node === FOLDED) return 1
  if (matches) return matches.nodes[node] === 1 ? 1 : FAINT
  if (node < zoom) return FAINT
  if (measure !== 'self') return 1
  const share = (answer.nodes[node]?.selfUs ?? 0) / (weights[node] || 1)
  return FAINT + (1 - FAINT) * share
}

interface Place {
  readonly cssLeft: number
  readonly cssTop: number
  readonly cssBar: number
}

function label(context: CanvasRenderingContext2D, { answer }: FlameScene, node: number, { cssLeft, cssTop, cssBar }: Place, colour: string): void {
  const name = node === FOLDED ? 'more paths' : (answer.functions[answer.nodes[node]?.function ?? -1]?.name ?? '')
  const letters = Math.floor((cssBar - 6) / CSS_LETTER)
  if (letters < 2) return
  context.fillStyle = colour
  context.fillText(name.length > letters ? `${name.slice(0, letters - 1)}…` : name, cssLeft + 4, cssTop + CSS_ROW / 2)
}
