/** The bars of the network view, and what their rows say. */
import type { ActivityPage, ActivityRow } from '@hindscope/protocol'

/** So many alike look like one question asked for each of many things. */
const MANY_ALIKE = 3

/** Left and width in percent of the lane; an activity that has not ended lasts until the end. */
export function waterfallBar(row: ActivityRow, page: Pick<ActivityPage, 'fromUs' | 'toUs'>): { readonly left: number; readonly width: number } {
  const wholeUs = Math.max(1, page.toUs - page.fromUs)
  const left = (Math.max(0, row.startUs - page.fromUs) / wholeUs) * 100
  const endUs = row.durationUs === undefined ? page.toUs : row.startUs + row.durationUs
  return { left: Math.min(100, left), width: Math.max(0, (Math.min(endUs, page.toUs) - Math.max(row.startUs, page.fromUs)) / wholeUs) * 100 }
}

export function repeatText({ repeats, type }: ActivityRow): string {
  if (repeats < 2) return ''
  return repeats >= MANY_ALIKE && type !== 'timer' && type !== 'message' ? `N+1 ×${repeats}` : `×${repeats}`
}

export const isFailed = ({ outcome }: ActivityRow): boolean => outcome === 'threw' || outcome === 'unwound'

/** What stands for how it ended: the status, else a word. */
export function statusText(row: ActivityRow): string {
  if (row.status !== undefined) return String(row.status)
  if (row.outcome === 'open') return 'open'
  return isFailed(row) ? 'failed' : ''
}

/** Which program on this machine answered says the track; the path is what tells requests apart. */
export const withoutLoopback = (name: string): string => name.replace(/https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?=\/)/, '')
