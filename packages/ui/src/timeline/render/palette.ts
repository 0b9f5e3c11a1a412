/** The colours of the page as canvases need them; read again whenever the theme changes. */
import type { VisualKind } from '../../theme/kinds.ts'
import { STRENGTHS } from './strip.ts'
import type { StripPalette } from './strip.ts'

type Rgb = readonly [red: number, green: number, blue: number]

export interface Palette {
  readonly strip: StripPalette
  readonly kinds: Readonly<Record<VisualKind, string>>
  readonly lane: string
  readonly text: string
  readonly error: string
  readonly line: string
  readonly accent: string
}

const KINDS: readonly VisualKind[] = ['call', 'framework', 'state', 'network', 'data', 'input']

/** Custom properties hold light-dark(), which only a real property of an element resolves. */
function readColour(probe: HTMLElement, token: string): Rgb {
  probe.style.color = `var(--${token})`
  const [red, green, blue] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number)
  return [red ?? 0, green ?? 0, blue ?? 0]
}

const cssOf = ([red, green, blue]: Rgb): string => `rgb(${red} ${green} ${blue})`
const wordOf = ([red, green, blue]: Rgb): number => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0
const mix = (under: Rgb, over: Rgb, share: number): Rgb =>
  [0, 1, 2].map(i => Math.round((under[i] ?? 0) + ((over[i] ?? 0) - (under[i] ?? 0)) * share)) as unknown as Rgb // SAFE: three channels in, three out.

export function readPalette(): Palette {
  const probe = document.createElement('span')
  document.body.append(probe)
  const colour = (token: string): Rgb => readColour(probe, token)
  const lane = colour('lane')
  const shades = (over: Rgb): readonly number[] =>
    Array.from({ length: STRENGTHS }, (_, i) => wordOf(mix(lane, over, 0.6 + (0.4 * i) / (STRENGTHS - 1))))
  /** Darker (or lighter) lines under the bars: pale fills need an edge to be seen. */
  const edge = (under: Rgb): number => wordOf(mix(under, colour('fg3'), 0.5))
  const [call, activity] = [colour('kind-call'), colour('kind-framework')]
  const palette: Palette = {
    strip: { call: shades(call), activity: shades(activity), callEdge: edge(call), activityEdge: edge(activity) },
    kinds: Object.fromEntries(KINDS.map(kind => [kind, cssOf(colour(`kind-${kind}`))])) as Readonly<Record<VisualKind, string>>, // SAFE: one entry per kind.
    lane: cssOf(lane),
    text: cssOf(colour('fg')),
    error: cssOf(colour('error')),
    line: cssOf(colour('line')),
    accent: cssOf(colour('accent')),
  }
  probe.remove()
  return palette
}
