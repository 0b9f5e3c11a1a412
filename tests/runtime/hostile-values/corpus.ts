/** Records every value of the corpus where it runs; bundled for Node and for a page, with the values that only one of them has. */
import { ACCESSOR_VALUES } from './accessor-values.ts'
import { LIVE_VALUES } from './framework-values.ts'
import { PLAIN_VALUES } from './plain-values.ts'
import { PROXY_VALUES } from './proxy-values.ts'
import { takeCalls } from './traps.ts'
import type { Row } from './traps.ts'

export interface Outcome {
  readonly label: string
  /** How often code of the value ran while it was recorded. */
  readonly calls: number
  readonly thrown: boolean
  /** Source of the pattern that the shown value matches. */
  readonly shown: string
}

interface Hook {
  e(word: number, count: number, value: unknown): number
  r<T>(frame: number, value: T): T
}

/** One outcome for each recorded call, in order. */
export async function recordAll(
  hook: Hook,
  word: number,
  place: { readonly values: readonly Row[]; readonly tdzUrl: string },
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const record = (label: string, value: unknown, shown: RegExp = /./): void => {
    takeCalls()
    let thrown = false
    try {
      const frame = hook.e(word, 1, value)
      if (hook.r(frame, value) !== value && !Number.isNaN(value)) thrown = true
    } catch {
      thrown = true
    }
    outcomes.push({ label, calls: takeCalls(), thrown, shown: shown.source })
  }
  for (const [label, make, shown] of [...PLAIN_VALUES, ...ACCESSOR_VALUES, ...PROXY_VALUES, ...place.values]) record(label, make(), shown)
  for (const [label, run] of LIVE_VALUES) {
    run(value => record(label, value))
    // Reads that something tracked may be noticed later.
    await Promise.resolve()
    const late = takeCalls()
    if (late > 0) outcomes.push({ label: `${label}, noticed later`, calls: late, thrown: false, shown: '.' })
  }
  Object.assign(globalThis, { recordHostile: record })
  await import(place.tdzUrl)
  return outcomes
}
