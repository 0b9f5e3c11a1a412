import type { SkipReason } from './filter.ts'
import type { BuildMode } from './production.ts'

/** What one build did; printed as one line at its end. */
export interface BuildCounters {
  modules: number
  functions: number
  /** Own modules in which nothing is probed. */
  empty: number
  failed: number
  cached: number
  readonly skipped: Map<SkipReason, number>
}

export const createCounters = (): BuildCounters => ({ modules: 0, functions: 0, empty: 0, failed: 0, cached: 0, skipped: new Map() })

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Skips that tell a user something; that CSS and virtual modules get no probes does not. */
const TOLD: readonly SkipReason[] = ['dependency', 'outside', 'excluded', 'not-included']

export function formatReport(counters: BuildCounters, mode: BuildMode): string {
  const skipped = TOLD.flatMap(reason => {
    const count = counters.skipped.get(reason)
    return count === undefined ? [] : [`${count} ${reason}`]
  })
  const parts = [
    `${plural(counters.functions, 'function')} in ${plural(counters.modules, 'module')} probed`,
    ...(skipped.length > 0 ? [`skipped ${skipped.join(', ')}`] : []),
    ...(counters.failed > 0 ? [`${counters.failed} FAILED and left as they are`] : []),
    ...(counters.cached > 0 ? [`${counters.cached} from cache`] : []),
  ]
  const loud = mode.isProduction ? `PROBES ARE IN THIS PRODUCTION BUILD (${mode.because}; production: true): ` : ''
  return `hindscope: ${loud}${parts.join(', ')}`
}

export const formatOff = (because: string): string => `hindscope: off, ${because}`
