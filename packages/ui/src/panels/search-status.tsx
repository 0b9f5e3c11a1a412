/** How a search stands, in words. */
import type { SearchFound } from '../core/search-run.ts'
import { formatExact } from '../core/time-text.ts'

export function searchedText({ status, rows, groups, searched }: SearchFound): string {
  const count = (groups ?? { rows }).rows.length
  const noun = groups ? (count === 1 ? 'group' : 'groups') : 'found'
  const share = searched === undefined ? '' : `, ${searched === 1 ? '100' : Math.min(99, Math.floor(searched * 100))} % searched`
  const state = { running: ' …', cancelled: ', cancelled', paused: ' so far', done: '', failed: ', stopped', idle: '' }[status]
  return `${formatExact(count)} ${noun}${state}${share}`
}
