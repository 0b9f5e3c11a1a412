/** The one order of events: time, track, sequence number. */
import type { EventRef } from '@hindscope/protocol'

export interface EventPlace {
  readonly ref: EventRef
  readonly timeUs: number
}

export const compareEvents = (a: EventPlace, b: EventPlace): number => a.timeUs - b.timeUs || a.ref.track - b.ref.track || a.ref.seq - b.ref.seq
