/**
 * What the collector says about the recording itself. Definitions of the session, so that it is there after reading back and travels
 * with a trace file: how far the clocks of realms are from the collector's, and what kept the collector from recording.
 */

/**
 * How far a realm's clock is from the collector's. The last one counts. Times of events are as the realm's clock had them: nothing is
 * corrected (docs/clocks.md).
 */
export interface ClockDefinition extends ClockOffset {
  readonly kind: 'clock'
  readonly realm: number
  /** Milliseconds since 1970 by the collector's clock: when it was estimated. */
  readonly atMs: number
  /**
   * round-trip: the realm was asked for its time. cause: it was never asked, but effects come after their causes, and the other realms of
   * these have estimates.
   */
  readonly method: 'round-trip' | 'cause'
}

export interface ClockOffset {
  /** Microseconds that the realm's clock is ahead of the collector's; negative when it is behind. */
  readonly offsetUs: number
  /** The true offset is at most this far from it. */
  readonly errorUs: number
}

export const NOTE_CODES = ['ingest-paused', 'memory-pressure', 'chunk-conflict'] as const
/**
 * ingest-paused: chunks could not be stored. memory-pressure: the collector's memory ran short, and it did less. chunk-conflict: a chunk
 * was refused because another one of its realm and number is there already.
 */
export type NoteCode = (typeof NOTE_CODES)[number]

/** A time in which the collector could not do all it should. A later one with the same code, realm and beginning replaces it. */
export interface RecordingNote {
  readonly code: NoteCode
  /** Why, in words: the system's own for a disk. */
  readonly message: string
  /** Milliseconds since 1970 by the collector's clock; `toMs` is absent while it lasts. */
  readonly fromMs: number
  readonly toMs?: number
  /** Whose chunks; absent when all are meant. */
  readonly realm?: number
}

export interface NoteDefinition extends RecordingNote {
  readonly kind: 'note'
}

/** Links from one track to another whose effect has an earlier time than its cause: a difference of clocks. */
export interface ClockViolations {
  /** Track of the causes, track of the effects. */
  readonly from: number
  readonly to: number
  /** Links between the two, and those that run backwards. */
  readonly links: number
  readonly violations: number
  /** How far the worst one runs backwards. */
  readonly worstUs: number
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** Files come from anywhere. */
export const isClockDefinition = ({ realm, offsetUs, errorUs }: Partial<ClockDefinition>): boolean => [realm, offsetUs, errorUs].every(isNumber)

export function isNoteDefinition({ code, message, fromMs, toMs, realm }: Partial<NoteDefinition>): boolean {
  const isKnown = NOTE_CODES.some(known => known === code)
  return isKnown && typeof message === 'string' && isNumber(fromMs) && [toMs, realm].every(value => value === undefined || isNumber(value))
}
