/**
 * Operations as the table of a block holds them. An operation is a word of the tape (and the site of a `record`) without what changes
 * from one event to the next: those parts are in streams of their own. `mode` says which: the tape's own number, or for `record` which of
 * its words are as they mostly are.
 */
import { EventKind, TapeOp } from '@hindscope/protocol'

/** Modes of `record` begin here; the bits below say how its call, link and value are told. */
export const RECORD_MODE = 16
/** How a word is told, two bits. */
export const Told = {
  /** In its stream. */
  apart: 0,
  zero: 1,
  /** It is the call on top. */
  top: 2,
  /** It is the next call id. */
  next: 3,
} as const
const LINK_SHIFT = 2
const VALUE_SHIFT = 4
export const MODES: number = RECORD_MODE * 3

export const recordMode = (call: number, link: number, value: number): number => RECORD_MODE + (call | (link << LINK_SHIFT) | (value << VALUE_SHIFT))
export const callTold = (mode: number): number => (mode - RECORD_MODE) & 3
export const linkTold = (mode: number): number => ((mode - RECORD_MODE) >> LINK_SHIFT) & 3
export const isValueZero = (mode: number): boolean => mode >= RECORD_MODE + 16

/** What a `record` of a kind does to the open calls, as protocol's tape reader has it. */
export const Effect = { none: 0, opens: 1, closes: 2 } as const
export const EFFECTS: Uint8Array = /*#__PURE__*/ (() => {
  const effects = new Uint8Array(128)
  for (const kind of [EventKind.callEnter, EventKind.resumeAwait, EventKind.resumeYield]) effects[kind] = Effect.opens
  for (const kind of [EventKind.callReturn, EventKind.callThrow, EventKind.callUnwind, EventKind.suspendAwait, EventKind.suspendYield])
    effects[kind] = Effect.closes
  return effects
})()

export const kindOfRecord = (word: number): number => (word >>> 4) & 0x7f
export const takesCallId = (kind: number): boolean => kind === EventKind.callEnter || kind === EventKind.activityStart

/** The part of an operation's first word that its table entry keeps. */
export const keptWord = (word: number): number => {
  const op = word & 15
  return op === TapeOp.clock || op === TapeOp.elapsed || op === TapeOp.exitWith ? op : word
}
