/** How many events trace bytes claim to hold, from headers alone: a hint for whoever makes room before reading. */
import { CHUNK_HEADER_BYTES, CHUNK_MAGIC, toHex } from '@hindscope/protocol'
import type { SessionId } from '@hindscope/protocol'
import { BLOCK_HEADER_BYTES, BLOCK_MAGIC } from './block-layout.ts'

/** No header makes us hold room for more: events that take less than half a byte are a false claim or very much alike. */
const MAX_EVENTS_A_BYTE = 2

/** Of one session, by realm; up to the first frame that is none. No checksum is looked at. */
export function expectedEvents(bytes: Uint8Array, session: SessionId): Map<number, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const events = new Map<number, number>()
  for (let at = 0; at + BLOCK_HEADER_BYTES <= bytes.length;) {
    const magic = view.getUint32(at, true) | 0
    const total = view.getUint32(at + 8, true)
    if (total < CHUNK_HEADER_BYTES || at + total > bytes.length) break
    const isBlock = magic === BLOCK_MAGIC
    const sessionAt = at + (isBlock ? 96 : 80)
    if ((isBlock || magic === CHUNK_MAGIC) && toHex(bytes.subarray(sessionAt, sessionAt + 16)) === session) {
      const realm = view.getUint32(at + 16, true)
      const claimed = view.getUint32(at + (isBlock ? 24 : 28), true)
      events.set(realm, (events.get(realm) ?? 0) + Math.min(claimed, total * MAX_EVENTS_A_BYTE))
    }
    at += total
  }
  return events
}
