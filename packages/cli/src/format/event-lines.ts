/** Event rows as lines of text. */
import { formatRef } from '@hindscope/protocol'
import type { EventRow } from '@hindscope/protocol'
import { clockText, durationText } from './units.ts'

const ARROWS: Readonly<Partial<Record<EventRow['kind'], string>>> = {
  callEnter: '→',
  callReturn: '←',
  callThrow: '✗',
  callUnwind: '✗',
  throwStatement: '!',
  catch: '⊂',
  suspendAwait: '…',
  resumeAwait: '…',
  branch: '⑂',
  iteration: '⟳',
  propertyWrite: '=',
  write: '=',
  activityStart: '▸',
  activityEnd: '◂',
  uncaughtError: '✗',
  unhandledRejection: '✗',
}

/** Control characters would let a recorded text rewrite the terminal. */
export const harmless = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')

/** `14:03:07.123456  0.42  → Cart.total (3)  src/cart.ts:12`, nested by depth. */
export function eventLine(row: EventRow): string {
  const mark = ARROWS[row.kind] ?? '·'
  const kind = ARROWS[row.kind] === undefined && row.kind !== row.name ? `${row.kind} ` : ''
  const where = row.location === undefined ? '' : `  ${row.location.file}:${row.location.line}`
  const took = row.durationUs === undefined ? '' : `  ${durationText(row.durationUs)}`
  const nesting = '  '.repeat(Math.min(row.depth, 20))
  return harmless(
    `${clockText(row.timeUs)}  ${formatRef(row.ref).padEnd(8)} ${nesting}${mark} ${kind}${row.name} ${row.preview.trimStart()}${took}${where}`.trimEnd(),
  )
}

/** One line: for people, or JSON. */
export const rowText = (row: EventRow, json: boolean | undefined): string => (json === true ? JSON.stringify(row) : eventLine(row))
