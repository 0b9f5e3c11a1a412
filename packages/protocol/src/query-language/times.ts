/** Times and durations between text and microseconds. Both directions agree exactly: what is printed reads back as the same number. */
import { numberText } from '../value-codec.ts'

/** A duration in microseconds; undefined for a unit that is none. */
export function microsOfUnit(value: number, unit: string): number | undefined {
  switch (unit) {
    case 'us':
    case '\u00b5s':
    case '\u03bcs':
      return value
    case 'ms':
      return exact(value * 1000)
    case 's':
      return exact(value * 1_000_000)
    default:
      return undefined
  }
}

/** `1.001 * 1000` is not 1001: products are rounded to nanoseconds where doubles can tell them. */
const exact = (us: number): number => (Math.abs(us) < 2 ** 42 ? Math.round(us * 1000) / 1000 : us)

/** `5ms`, `1500us`, `2s`: the largest unit that gives a whole number. */
export function durationText(us: number): string {
  if (us !== 0 && Number.isSafeInteger(us)) {
    if (us % 1_000_000 === 0) return `${us / 1_000_000}s`
    if (us % 1000 === 0) return `${us / 1000}ms`
  }
  return `${numberText(us)}us`
}

/** Whole microseconds since 1970; local time where no zone is given, as Date has it. Undefined when there is no such time. */
export function microsOfIso(iso: string): number | undefined {
  const [, head = '', fraction = '', zone = ''] = /^(\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?)?)(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})?$/.exec(iso) ?? []
  const ms = Date.parse(head + zone)
  return Number.isNaN(ms) ? undefined : ms * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/** `2026-01-31T12:00:00.5Z`. */
export function isoText(us: number): string {
  const seconds = Math.floor(us / 1_000_000)
  const micros = us - seconds * 1_000_000
  const text = new Date(seconds * 1000).toISOString().replace('.000Z', '')
  return micros === 0 ? `${text}Z` : `${text}.${String(micros).padStart(6, '0').replace(/0+$/, '')}Z`
}

/** `+1.5`. */
export const sinceText = (us: number): string => (us < 2 ** 50 ? `+${us / 1_000_000}` : `+${us}us`)
