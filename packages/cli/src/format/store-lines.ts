/** Stores of the program, and their changes, as lines of text. */
import { formatRef } from '@hindscope/protocol'
import type { StateChangeRow, StoreMoment } from '@hindscope/protocol'
import { formatValue } from '@hindscope/store/model'
import { harmless } from './event-lines.ts'
import { clockText, countText } from './units.ts'

const VALUE_LENGTH = 120

/** `0 cart (pinia)  12 changes before, 3 after = {items: [], note: ""}`. */
export function storeLine({ track, store, library, before, after, state }: StoreMoment): string {
  const name = library === undefined ? store : `${store} (${library})`
  const value = state === undefined ? '' : ` = ${formatValue(state.value, VALUE_LENGTH)}`
  return harmless(`${track} ${name}  ${countText(before, 'change')} before, ${after} after${value}`)
}

/** `0.42  12:00:01.250  items[0].count: 1 → 2  by add in clicked`. */
export function changeLine({ ref, timeUs, kind, path, removed, before, after, action, call, value }: StateChangeRow): string {
  const [was, now] = [before, after].map(each => (each === undefined ? '?' : formatValue(each, VALUE_LENGTH)))
  const what = kind === 'snapshot' ? 'recorded as a whole' : `${path}: ${was} → ${removed ? 'removed' : now}`
  const who = `${action === undefined ? '' : `  by ${action.name}`}${call === undefined ? '' : ` in ${call.name}`}`
  const then = value === undefined ? '' : `  then ${formatValue(value, VALUE_LENGTH)}`
  return harmless(`${formatRef(ref)}  ${clockText(timeUs)}  ${what}${then}${who}`)
}
