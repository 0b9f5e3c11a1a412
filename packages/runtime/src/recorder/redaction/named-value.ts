/**
 * Values that stand beside their name in a text: `password=…` in queries, forms, cookies, connection strings and .env files,
 * `"password": "…"` in JSON (escaped too), `Authorization: …` in headers. Where a value ends cannot always be told; then more is taken.
 */
import { charCodeAt, stringSlice } from '../intrinsics.ts'
import { NAME, charactersOf, isQuote, isSpace, runEnd, runStart } from './characters.ts'

const MAX_NAME = 64
const EQUALS = 0x3d
const COLON = 0x3a
const BACKSLASH = 0x5c
const MASK = 0x2592
const ELLIPSIS = 0x2026

/** `at` is the `=` or `:`. Gives the name before it, '' when there is none. */
export function nameBefore(text: string, at: number): string {
  const next = at + 1 < text.length ? charCodeAt(text, at + 1) : 0
  if (next === charCodeAt(text, at) || next === 0x3e || (next === 0x2f && charCodeAt(text, at) === COLON)) return ''
  let end = at
  if (end > 0 && charCodeAt(text, end - 1) === 0x20) end--
  if (end > 0 && (isQuote(charCodeAt(text, end - 1)) || charCodeAt(text, end - 1) === 0x5d)) {
    end--
    while (end > 0 && (charCodeAt(text, end - 1) === BACKSLASH || isQuote(charCodeAt(text, end - 1)))) end--
  }
  const closed = percent(text, end - 3, 0x44) ? end - 3 : end
  let start = runStart(text, closed, NAME, MAX_NAME)
  while (start < closed && charCodeAt(text, start) === 0x2d) start++
  if (closed - start < 2) return ''
  // The bracket of `user%5Bpassword%5D`.
  if (start > 0 && percent(text, start - 1, 0x42)) start += 2
  return stringSlice(text, start, closed)
}

/** `%5B` or `%5D` at `at`. */
const percent = (text: string, at: number, last: number): boolean =>
  at >= 0 && charCodeAt(text, at) === 0x25 && charCodeAt(text, at + 1) === 0x35 && (charCodeAt(text, at + 2) & 0xdf) === last

/** `at` is the `=` or `:` behind the name. Gives the value's range as from and to; equal when there is none. */
export function valueAfter(text: string, at: number, into: [number, number]): void {
  let from = at + 1
  while (from < text.length && (charCodeAt(text, from) === 0x20 || charCodeAt(text, from) === 9)) from++
  into[0] = into[1] = from
  if (from === text.length) return
  let escapes = 0
  while (from + escapes < text.length && charCodeAt(text, from + escapes) === BACKSLASH) escapes++
  const first = from + escapes < text.length ? charCodeAt(text, from + escapes) : 0
  if (isQuote(first)) {
    into[0] = from + escapes + 1
    into[1] = quotedEnd(text, into[0], first, escapes)
  } else if (first === MASK || first === ELLIPSIS) return
  else if (first === 0x7b || first === 0x5b) into[1] = bracketEnd(text, from)
  else into[1] = plainEnd(text, from, charCodeAt(text, at))
}

/** A quote with fewer escapes ends an outer text, one with as many this one. */
function quotedEnd(text: string, from: number, quote: number, escapes: number): number {
  let slashes = 0
  for (let at = from; at < text.length; at++) {
    const unit = charCodeAt(text, at)
    if (unit === BACKSLASH) slashes++
    else {
      if (unit === quote && (escapes === 0 ? slashes % 2 === 0 : slashes <= escapes)) return at - (escapes === 0 ? 0 : slashes)
      slashes = 0
    }
  }
  return text.length
}

function bracketEnd(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const unit = charCodeAt(text, at)
    if (unit === 0x7b || unit === 0x5b) depth++
    else if ((unit === 0x7d || unit === 0x5d) && --depth === 0) return at + 1
  }
  return text.length
}

/** To the end of the line, or to a separator behind which another name begins. */
function plainEnd(text: string, from: number, assignment: number): number {
  let at = from
  for (; at < text.length; at++) {
    const unit = charCodeAt(text, at)
    if (unit === 0x0a || unit === 0x0d || unit === 0) break
    // `\n` of a text within a text.
    if (unit === BACKSLASH && at + 1 < text.length && (charCodeAt(text, at + 1) === 0x6e || charCodeAt(text, at + 1) === 0x72)) break
    if (assignment === EQUALS && (isQuote(unit) || unit === 0x3c || unit === 0x3e)) break
    if (isSeparator(unit, assignment) && isNameNext(text, at + 1)) break
    if (unit === 0x7d && assignment === COLON && endsObject(text, at + 1)) break
    // In an address the query ends at a blank, whatever follows.
    if (assignment === EQUALS && unit === 0x20 && isAddress(text, from)) break
  }
  return at
}

const isSeparator = (unit: number, assignment: number): boolean =>
  unit === 0x2c || (assignment === EQUALS && (unit === 0x26 || unit === 0x3b || unit === 0x20 || unit === 0x7c))

/** Whether `name=`, `name:` or nothing at all follows. */
function isNameNext(text: string, from: number): boolean {
  let at = from
  while (at < text.length && (isSpace(charCodeAt(text, at)) || isQuote(charCodeAt(text, at)) || charCodeAt(text, at) === BACKSLASH)) at++
  const end = runEnd(text, at, PATH)
  let close = end
  while (close < text.length && (charCodeAt(text, close) === 0x20 || isQuote(charCodeAt(text, close)))) close++
  if (close >= text.length) return end === at
  const unit = charCodeAt(text, close)
  return end > at && (unit === EQUALS || unit === COLON)
}
/** `a.b`, `a[b]`, `a%5Bb%5D` */
const PATH = /*#__PURE__*/ charactersOf('-A-Za-z0-9_.[]%')

function endsObject(text: string, from: number): boolean {
  if (from >= text.length) return true
  const unit = charCodeAt(text, from)
  return isSpace(unit) || unit === 0x7d || unit === 0x5d || unit === 0x2c
}

/** `?` before the name, without a blank between. */
function isAddress(text: string, from: number): boolean {
  for (let at = from - 1; at >= 0; at--) {
    const unit = charCodeAt(text, at)
    if (unit === 0x3f) return true
    if (isSpace(unit)) return false
  }
  return false
}
