/** A series of numbers as bars in a row: its shape at a glance, its numbers in words for those who do not see it. */
import type { VNode } from 'preact'

export interface SparklineProps {
  readonly label: string
  readonly values: readonly number[]
  /** How the largest is told. */
  readonly format: (value: number) => string
  readonly tone?: 'error' | 'warning'
}

const HEIGHT = 40

export function Sparkline({ label, values, format, tone }: SparklineProps): VNode {
  const most = values.reduce((max, value) => Math.max(max, value), 0)
  const width = Math.max(1, values.length)
  const path = values
    .map((value, i) => {
      if (value <= 0 || most === 0) return ''
      const top = HEIGHT - Math.max(1, (value / most) * HEIGHT)
      return `M${i} ${HEIGHT}V${top.toFixed(2)}h1V${HEIGHT}z`
    })
    .join('')
  return (
    <figure class={`sparkline${tone === undefined ? '' : ` sparkline-${tone}`}`}>
      <svg role="img" aria-label={`${label}: at most ${format(most)} at a time`} viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none">
        <path d={path} />
      </svg>
      <figcaption>
        {label} <span class="muted">peak {format(most)}</span>
      </figcaption>
    </figure>
  )
}
