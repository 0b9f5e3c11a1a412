/** Secrets that have a shape instead of a prefix: payment cards, e-mail addresses, credentials in addresses, private keys. Each gives a range or 0. */
import { charCodeAt, stringIndexOf, stringSlice } from '../intrinsics.ts'
import { WORD, charactersOf, isDigit, isIn, isQuote, isSpace, runEnd, runStart } from './characters.ts'

const LOCAL = /*#__PURE__*/ charactersOf('-A-Za-z0-9._%+')
const DOMAIN = /*#__PURE__*/ charactersOf('-A-Za-z0-9.')
/** Ends of file names like `icon@2x.png`. */
const FILE_ENDS = ' png jpg jpeg gif svg webp avif ico js mjs cjs ts mts cts jsx tsx css scss html json map md vue wasm tgz zip '
const MAX_USERINFO = 512

/** Whether the character before `at` lets a token start there: no letter or digit, or the end of an escape (`\n`, `%20`). */
export function isWordStart(text: string, at: number): boolean {
  if (at === 0 || !isIn(WORD, charCodeAt(text, at - 1))) return true
  return (at > 1 && charCodeAt(text, at - 2) === 0x5c) || (at > 2 && charCodeAt(text, at - 3) === 0x25)
}

/** `at` is the first digit. Gives the end of a card number, 0 when it is none. */
export function cardEnd(text: string, at: number): number {
  const before = at === 0 ? 0x20 : charCodeAt(text, at - 1)
  if (before === 0x2e || before === 0x2d || before === 0x5f) return 0
  let groups = ''
  let group = 0
  let separator = 0
  let digits = 0
  let sum = 0
  let even = 0
  let end = at
  for (; end < text.length && digits < 20; end++) {
    const unit = charCodeAt(text, end)
    if (isDigit(unit)) {
      // Luhn from the left, for both parities of the length that is not known yet.
      const digit = unit - 0x30
      const doubled = digit > 4 ? digit * 2 - 9 : digit * 2
      sum += digits % 2 === 0 ? doubled : digit
      even += digits % 2 === 0 ? digit : doubled
      digits++
      group++
    } else {
      const isSeparator = (unit === 0x20 || unit === 0x2d) && (separator === 0 || unit === separator)
      if (!isSeparator || end + 1 >= text.length || !isDigit(charCodeAt(text, end + 1)) || digits === 16) break
      groups += group
      group = 0
      separator = unit
    }
  }
  const after = end < text.length ? charCodeAt(text, end) : 0x20
  if (isIn(WORD, after) || after === 0x5f || (after === 0x2d && separator === 0x2d)) return 0
  if (separator !== 0 && groups + group !== '4444' && groups + group !== '465' && groups + group !== '464' && groups + group !== '44443') return 0
  const first = charCodeAt(text, at) - 0x30
  const isLong = digits === 16 || (first === 4 && (digits === 13 || digits === 19))
  if (first === 3 ? digits < 14 || digits > 16 : !isLong) return 0
  return (digits % 2 === 0 ? sum : even) % 10 === 0 ? end : 0
}

/** `at` is an `@`. Gives where the address starts and ends, undefined when it is none. */
export function emailAround(text: string, at: number): readonly [number, number] | undefined {
  const start = runStart(text, at, LOCAL, 64)
  if (start === at || stringSlice(text, start, at) === 'git') return undefined
  let end = runEnd(text, at + 1, DOMAIN)
  while (end > at && !isIn(WORD, charCodeAt(text, end - 1))) end--
  let dot = end - 1
  while (dot > at && charCodeAt(text, dot) !== 0x2e) dot--
  if (dot <= at + 1 || end - dot < 3 || end - dot > 25) return undefined
  for (let i = dot + 1; i < end; i++) if (isDigit(charCodeAt(text, i))) return undefined
  return stringIndexOf(FILE_ENDS, ` ${stringSlice(text, dot + 1, end)} `, 0) >= 0 ? undefined : [start, end]
}

/** `at` is the `@` behind the credentials of an address. Gives where they start, -1 when there are none. */
export function credentialsStart(text: string, at: number): number {
  let start = at
  while (start > 0 && at - start < MAX_USERINFO) {
    const unit = charCodeAt(text, start - 1)
    if (isSpace(unit) || isQuote(unit) || unit === 0x3c || unit === 0x3e) return -1
    if (unit === 0x2f && start > 2 && charCodeAt(text, start - 2) === 0x2f && charCodeAt(text, start - 3) === 0x3a) {
      return hasCredentials(text, start, at) ? start : -1
    }
    start--
  }
  return -1
}

/** `user:password`, or a long user, which is a token; a slash belongs to it only where it cannot be a path (`host:80/@scope`). */
export function hasCredentials(text: string, from: number, to: number): boolean {
  let colon = from
  while (colon < to && charCodeAt(text, colon) !== 0x3a && charCodeAt(text, colon) !== 0x2f) colon++
  if (colon === to) return to - from >= 12
  if (charCodeAt(text, colon) === 0x2f) return false
  let port = colon + 1
  while (port < to && isDigit(charCodeAt(text, port))) port++
  return port > colon + 1 ? port === to || charCodeAt(text, port) !== 0x2f : port < to
}

/** `at` is the start of `-----BEGIN`. Gives the end of a private key's block, 0 when it is none. */
export function privateKeyEnd(text: string, at: number): number {
  const kind = stringIndexOf(text, 'PRIVATE', at)
  if (kind < 0 || kind > at + 32) return 0
  const end = stringIndexOf(text, '-----END', kind)
  if (end < 0) return text.length
  const close = stringIndexOf(text, '-----', end + 8)
  return close < 0 ? text.length : close + 5
}
