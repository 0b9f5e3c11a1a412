/** An event as people write it: the track and sequence number that `query` prints. */
import { HindscopeError, tryParseRef } from '@hindscope/protocol'
import type { EventRef } from '@hindscope/protocol'

/** Throws `cli-bad-option`. */
export function eventRef(text: string): EventRef {
  const ref = tryParseRef(text)
  if (ref === undefined)
    throw new HindscopeError('cli-bad-option', { option: '<event>', value: text, allowed: 'an event as "query" prints it: 0.42' })
  return ref
}
