/**
 * One event as readers see it: six 32-bit words, read off a chunk's tape (tape.ts).
 *
 *   word  31        24 23        16 15         8 7          0
 *   0    +-----------------------+------------+------------+
 *        | extra                 | flags      | kind       |   flags: RecordFlag, kind: EventKind
 *   1    +-----------------------+------------+------------+
 *        | site: realm-wide probe id, 0 where the kind has none
 *   2    | call: realm-wide call or activity id, 0 = none
 *   3    | link: parent or cause (events.ts), 0 = none
 *   4    | tick: microseconds since the chunk's base time, unsigned
 *   5    | value: 0 = none, otherwise 1 + byte offset into the chunk's value section
 *        +-------------------------------------------------+
 *
 * The sequence number of a record is its index plus the chunk's first sequence number: it costs no word, and a lost chunk leaves a
 * visible gap. Made by tape.ts; readers: store.
 */
import { EventKind } from './events.ts'

export const RECORD_WORDS = 6

export const Word = { head: 0, site: 1, call: 2, link: 3, tick: 4, value: 5 } as const

export const MAX_EXTRA = 0xffff

/** Values that a record with a value word has, one after the other. */
export const valueCount = (kind: number, extra: number): number =>
  kind === EventKind.callEnter || kind === EventKind.locals ? extra : kind === EventKind.propertyWrite ? 3 : 1

export const recordHead = (kind: number, flags: number, extra: number): number => (extra << 16) | (flags << 8) | kind
export const headKind = (head: number): number => head & 0xff
export const headFlags = (head: number): number => (head >>> 8) & 0xff
export const headExtra = (head: number): number => head >>> 16
