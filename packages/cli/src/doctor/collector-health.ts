/** What a running collector says of itself: full disk, little memory, realms that were refused. */
import type { Health } from '@hindscope/collector'
import type { CollectorAddress } from '@hindscope/protocol'
import { bytesText, countText } from '../format/units.ts'
import { apiUrl } from '../sources/collector-address.ts'
import type { Check } from './check.ts'

/** A disk with less is soon full. */
const LITTLE_BYTES = 256 * 1024 * 1024

/** What doctor looks at. */
export type CollectorHealth = Pick<Health, 'disk' | 'memory' | 'conflicts' | 'failed' | 'refused'>

/** undefined when it does not say. */
export async function collectorHealth(address: CollectorAddress): Promise<CollectorHealth | undefined> {
  try {
    const response = await fetch(apiUrl(address, 'health'), { signal: AbortSignal.timeout(2000) })
    const { result } = (await response.json()) as { readonly result?: Partial<Health> } // SAFE: looked at before it is used
    return result?.disk === undefined || result.memory === undefined ? undefined : (result as Health) // SAFE: one version of both packages
  } catch {
    return undefined // SAFE: the collector answers otherwise; what it does not say is not shown.
  }
}

export function checkHealth(title: string, details: readonly string[], health: CollectorHealth | undefined): Check {
  const id = 'collector'
  if (health === undefined) return { id, status: 'ok', title, details }
  const { disk, memory, conflicts, failed, refused } = health
  const paused = disk.paused[0]
  const all = [
    ...details,
    ...disk.paused.map(({ session, message, attempts }) => `session ${session} is paused: ${message} (${countText(attempts, 'attempt')})`),
    ...(disk.freeBytes === undefined ? [] : [`${bytesText(disk.freeBytes)} free on its disk`]),
    `memory ${bytesText(memory.usedBytes)} of ${bytesText(memory.limitBytes)} (${Math.round(memory.percent)} %${memory.step === 0 ? '' : `, step ${memory.step} of 4`})`,
    ...(conflicts === 0 ? [] : [`${countText(conflicts, 'chunk')} refused because another realm has the same number`]),
    ...(refused + failed === 0 ? [] : [`${refused} messages refused, ${failed} writes failed`]),
  ]
  if (paused !== undefined) {
    const fix = paused.reason === 'disk-full' ? 'Make room on the disk of the data folder.' : 'Give the data folder back, or its permissions.'
    return { id, status: 'problem', title: `${title}, but cannot store what it gets`, details: all, fix }
  }
  if (memory.step >= 3) {
    const fix = 'Close sessions, record less, or give its process a larger heap (NODE_OPTIONS=--max-old-space-size).'
    return { id, status: 'problem', title: `${title}, but its memory is short`, details: all, fix }
  }
  const isNoteworthy = memory.step > 0 || conflicts > 0 || (disk.freeBytes ?? Infinity) < LITTLE_BYTES
  return { id, status: isNoteworthy ? 'note' : 'ok', title, details: all }
}
