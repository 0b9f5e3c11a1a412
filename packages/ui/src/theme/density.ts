/** How high rows of lists are, in CSS pixels; the same number stands in the token --row. */
import { effect, signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import type { Density } from '../core/settings.ts'

const ROWS: Readonly<Record<Density, number>> = { compact: 22, comfortable: 28 }
const current = signal(ROWS.compact)
export const cssRow: ReadonlySignal<number> = current

export function applyDensity(density: ReadonlySignal<Density>): void {
  effect(() => {
    current.value = ROWS[density.value]
    document.documentElement.style.setProperty('--row', `${current.value}px`)
  })
}
