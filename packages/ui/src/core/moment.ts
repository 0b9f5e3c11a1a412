/**
 * The moment: the one small value that the whole UI is a function of. `track.seq` names an event; `/frame` picks a frame of its stack
 * (0 = innermost, absent = innermost); `:path` picks a value of that frame. Text form: `0.1234/2:Arguments.cart`.
 */
import { formatRef, tryParseRef } from '@hindscope/protocol'
import type { EventRef } from '@hindscope/protocol'

export interface Moment {
  readonly ref: EventRef
  readonly frame?: number
  readonly path?: string
}

const MOMENT = /^([\d.]+)(?:\/(\d{1,4}))?(?::(.*))?$/s

export function formatMoment(moment: Moment): string {
  const frame = moment.frame === undefined ? '' : `/${moment.frame}`
  return `${formatRef(moment.ref)}${frame}${moment.path === undefined ? '' : `:${moment.path}`}`
}

export function tryParseMoment(text: string): Moment | undefined {
  const match = MOMENT.exec(text)
  const ref = match?.[1] === undefined ? undefined : tryParseRef(match[1])
  if (!match || !ref) return undefined
  return {
    ref,
    ...(match[2] === undefined ? {} : { frame: Number(match[2]) }),
    ...(match[3] === undefined || match[3] === '' ? {} : { path: match[3] }),
  }
}

export const sameRef = (a: EventRef | undefined, b: EventRef | undefined): boolean => a?.track === b?.track && a?.seq === b?.seq
