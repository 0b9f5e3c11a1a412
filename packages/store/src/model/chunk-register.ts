/**
 * Which chunks came, so that each is stored once: event chunks by realm and number, definitions, which recorders repeat, also by what they
 * say. What a chunk holds is compared by a fingerprint that does not depend on how its events are written: a chunk that was read and
 * written again is still the same.
 */
import { ChunkType, crc32 } from '@hindscope/protocol'
import type { Chunk } from '@hindscope/protocol'

/** `other`: there is one of this realm and number that holds something else. */
export type Known = 'no' | 'same' | 'other'

export class ChunkRegister {
  private readonly events = new Map<number, Map<number, number>>()
  private readonly definitions = new Set<string>()

  /** Whether it is there. Definitions are never `other`: what differs is something else that is to be known too. */
  find(chunk: Chunk): Known {
    if (chunk.type === ChunkType.definitions) return this.definitions.has(keyOf(chunk)) ? 'same' : 'no'
    const print = this.events.get(chunk.realm)?.get(chunk.number)
    return print === undefined ? 'no' : print === fingerprint(chunk) ? 'same' : 'other'
  }

  /** Notes it unless its number is taken; says what was there. */
  take(chunk: Chunk): Known {
    const known = this.find(chunk)
    if (known !== 'no') return known
    if (chunk.type === ChunkType.definitions) this.definitions.add(keyOf(chunk))
    else {
      let ofRealm = this.events.get(chunk.realm)
      if (ofRealm === undefined) this.events.set(chunk.realm, (ofRealm = new Map()))
      ofRealm.set(chunk.number, fingerprint(chunk))
    }
    return known
  }

  has(realm: number, number: number): boolean {
    return this.events.get(realm)?.has(number) === true
  }

  /** How many event chunks came. */
  count(realm: number): number {
    return this.events.get(realm)?.size ?? 0
  }
}

/** Everything but the tape: header, values and texts. */
function fingerprint(chunk: Chunk): number {
  const { firstSeq, recordCount, dropped, truncated, hlcFirst, hlcLast, baseTimeUs, values } = chunk
  const numbers = [firstSeq, recordCount, dropped, truncated, hlcFirst.ms, hlcFirst.counter, hlcLast.ms, hlcLast.counter, baseTimeUs]
  numbers.push(values.length, crc32(values, 0, values.length), ...textPrint(chunk))
  const bytes = new Uint8Array(Float64Array.from(numbers).buffer)
  return crc32(bytes, 0, bytes.length)
}

/** Length and checksum of a chunk's texts. */
function textPrint({ strings }: Chunk): readonly [number, number] {
  const text = new TextEncoder().encode(strings.join('\n'))
  return [text.length, crc32(text, 0, text.length)]
}

/** The number helps: one and the same checksum for two different texts of one number is out of the question. */
const keyOf = (chunk: Chunk): string => [chunk.realm, chunk.number, ...textPrint(chunk)].join(' ')
