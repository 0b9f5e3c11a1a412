/**
 * Finds what must be masked in a text, in one pass. A table over pairs of neighbouring characters says where something could be: the
 * start of a known prefix or tainted text, a `=`, `:` or `@`, the first digit of a number. Everything else costs one look-up a character.
 */
import type { TokenForm } from '@hindscope/protocol'
import { SafeMap, charCodeAt, stringLastIndexOf, stringSlice, stringStartsWith } from '../intrinsics.ts'
import type { Characters } from './characters.ts'
import { WORD, charactersOf, isDigit, isIn, isSpace, runEnd } from './characters.ts'
import { nameBefore, valueAfter } from './named-value.ts'
import { cardEnd, credentialsStart, emailAround, hasCredentials, isWordStart, privateKeyEnd } from './shapes.ts'
import { Taints } from './taints.ts'

const TAINT = 1
const TOKEN = 2
const SIGN = 4
const DIGIT = 8

interface TokenRow {
  readonly form: TokenForm
  readonly body: Characters
}

export interface Found {
  from: number
  to: number
  rule: string
}

export interface ScannerRules {
  readonly forms: readonly TokenForm[]
  /** Names of rules that are off. */
  readonly off: readonly string[]
  readonly isNamed: (name: string) => boolean
}

/** Characters that are not ASCII count as 0 when they come first, so that they are none of those that a number may not follow. */
const pairOf = (first: number, second: number): number => ((first > 127 ? 0 : first) << 7) | (second & 127)
const JWT_BODY = /*#__PURE__*/ charactersOf('-A-Za-z0-9._')

export class TextScanner {
  readonly taints: Taints
  /** Of the last scan, in order and apart from each other. */
  readonly found: Found[] = []
  private readonly pairs = new Uint8Array(1 << 14)
  private readonly rows = new SafeMap<number, TokenRow[]>()
  private readonly isNamed: (name: string) => boolean
  private readonly isOn: (rule: string) => boolean
  private readonly value: [number, number] = [0, 0]

  constructor(rules: ScannerRules) {
    const off = new SafeMap<string, true>()
    for (let i = 0; i < rules.off.length; i++) off.set(rules.off[i] as string, true) // SAFE: i is below the length
    this.isOn = rule => !off.has(rule)
    this.isNamed = rules.isNamed
    this.taints = new Taints(text => this.mark(text, TAINT))
    const bodies = new SafeMap<string, Characters>()
    for (let i = 0; i < rules.forms.length; i++) {
      const form = rules.forms[i] as TokenForm // SAFE: i is below the length
      let body = bodies.get(form.characters)
      if (body === undefined) bodies.set(form.characters, (body = charactersOf(form.characters)))
      this.addRow(form.prefix, { form, body })
    }
    if (this.isOn('jwt')) this.mark('eyJ', TOKEN)
    if (this.isOn('pem')) this.mark('--', TOKEN)
    for (let unit = 0; unit < 128; unit++) {
      const row = unit << 7
      for (const sign of '=:@') this.pairs[row | charCodeAt(sign, 0)] = SIGN
      if (this.isOn('card') && !isIn(WORD, unit)) for (const digit of '23456') this.pairs[row | charCodeAt(digit, 0)] = DIGIT
    }
  }

  private mark(text: string, reason: number): void {
    const pair = pairOf(charCodeAt(text, 0), charCodeAt(text, 1))
    this.pairs[pair] = (this.pairs[pair] as number) | reason // SAFE: a pair is below the length
  }

  private addRow(prefix: string, row: TokenRow): void {
    this.mark(prefix, TOKEN)
    const pair = pairOf(charCodeAt(prefix, 0), charCodeAt(prefix, 1))
    const rows = this.rows.get(pair)
    if (rows === undefined) this.rows.set(pair, [row])
    else rows[rows.length] = row
  }

  /** Whether there is anything to mask; `found` says what. `isCut`: the text goes on behind its end, where a secret may go on too. */
  scan(text: string, isCut: boolean): boolean {
    const { pairs, found } = this
    found.length = 0
    // PERF: no call but charCodeAt for a character that starts nothing
    let before = 0x20
    for (let i = 0; i < text.length; i++) {
      const unit = charCodeAt(text, i)
      const reason = pairs[(before << 7) | (unit & 127)] as number // SAFE: a pair is below the length
      before = unit > 127 ? 0 : unit
      if (reason !== 0) this.look(text, i, unit, reason, isCut)
    }
    if (isCut) this.lookAtCut(text)
    return found.length > 0
  }

  /** As `scan`, for tainted texts alone. */
  scanTaints(text: string, isCut: boolean): boolean {
    const { pairs, found } = this
    found.length = 0
    let before = 0x20
    for (let i = 0; i < text.length; i++) {
      const unit = charCodeAt(text, i)
      if (i > 0 && ((pairs[(before << 7) | (unit & 127)] as number) & TAINT) !== 0) this.lookForTaint(text, i - 1, isCut) // SAFE: a pair is below the length
      before = unit > 127 ? 0 : unit
    }
    return found.length > 0
  }

  private lookForTaint(text: string, at: number, isCut: boolean): void {
    const end = this.taints.end(text, at, isCut)
    if (end > 0) this.add(at, end, this.taints.rule)
  }

  private look(text: string, at: number, unit: number, reason: number, isCut: boolean): void {
    if ((reason & TAINT) !== 0 && at > 0) this.lookForTaint(text, at - 1, isCut)
    if ((reason & TOKEN) !== 0 && at > 0) this.lookForToken(text, at - 1, isCut)
    if ((reason & DIGIT) !== 0 && isDigit(unit)) {
      const end = cardEnd(text, at)
      if (end > 0) this.add(at, end, 'card')
    }
    if (unit === 0x40) this.lookAround(text, at)
    else if (unit === 0x3d || unit === 0x3a) this.lookBehindName(text, at)
  }

  private lookForToken(text: string, at: number, isCut: boolean): void {
    if (stringStartsWith(text, 'eyJ', at) && this.isOn('jwt')) {
      const end = jwtEnd(text, at, isCut)
      if (end > 0) return this.add(at, end, 'jwt')
    }
    if (stringStartsWith(text, '-----BEGIN', at) && this.isOn('pem')) {
      const end = privateKeyEnd(text, at)
      if (end > 0) return this.add(at, end, 'pem')
    }
    const rows = this.rows.get(pairOf(charCodeAt(text, at), charCodeAt(text, at + 1)))
    if (rows === undefined) return
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as TokenRow // SAFE: i is below the length
      const { prefix, rule, marks } = row.form
      if (!stringStartsWith(text, prefix, at)) continue
      const end = tokenEnd(text, at, row, isCut)
      if (end > 0) this.add(stringStartsWith(marks, 'smk', 0) ? at + prefix.length : at, end, rule)
    }
  }

  private lookAround(text: string, at: number): void {
    const credentials = this.isOn('url') ? credentialsStart(text, at) : -1
    if (credentials >= 0) return this.add(credentials, at, 'url')
    const email = this.isOn('email') ? emailAround(text, at) : undefined
    if (email !== undefined) this.add(email[0], email[1], 'email')
  }

  private lookBehindName(text: string, at: number): void {
    if (!this.isOn('named')) return
    const name = nameBefore(text, at)
    if (name === '' || !this.isNamed(name)) return
    const { value } = this
    valueAfter(text, at, value)
    if (value[1] > value[0]) this.add(value[0], value[1], name)
  }

  /** Credentials whose `@` is behind the cut. */
  private lookAtCut(text: string): void {
    const scheme = this.isOn('url') ? stringLastIndexOf(text, '://', text.length) : -1
    if (scheme < 0) return
    for (let at = scheme + 3; at < text.length; at++) {
      const unit = charCodeAt(text, at)
      if (unit === 0x40 || unit === 0x2f || isSpace(unit)) return
    }
    if (hasCredentials(text, scheme + 3, text.length)) this.add(scheme + 3, text.length, 'url')
  }

  /** What overlaps becomes one: a key may begin in the value of a name, and go on behind it. */
  private add(from: number, to: number, rule: string): void {
    const { found } = this
    let start = from
    let end = to
    let named = rule
    for (let last = found[found.length - 1]; last !== undefined && start < last.to; last = found[found.length - 1]) {
      if (last.from < start) start = last.from
      if (last.to > end) end = last.to
      named = last.rule
      found.length--
    }
    found[found.length] = { from: start, to: end, rule: named }
  }
}

/** Three parts or more with dots between (signed: 3, encrypted: 5; the last may be empty). */
function jwtEnd(text: string, at: number, isCut: boolean): number {
  let end = runEnd(text, at, JWT_BODY)
  if (isCut && end === text.length) return end
  let dots = 0
  for (let i = at + 10; i < end; i++) if (charCodeAt(text, i) === 0x2e) dots++
  // The full stop of a sentence.
  if (dots > 2 && end - at > 10 && charCodeAt(text, end - 1) === 0x2e) end--
  return dots >= 2 && end - at >= 24 ? end : 0
}

function tokenEnd(text: string, at: number, { form, body }: TokenRow, isCut: boolean): number {
  const { prefix, least, most, marks } = form
  const from = at + prefix.length
  const end = runEnd(text, from, body)
  const length = end - from
  const isOpen = isCut && end === text.length
  if (length < least && !(isOpen && length > 0)) return 0
  if (most > 0 && (length > most || (end < text.length && isIn(WORD, charCodeAt(text, end))))) return 0
  if (charCodeAt(marks, 0) === 0x73 && !isWordStart(text, at)) return 0
  return charCodeAt(marks, 1) === 0x6d && length < 40 && !isMixed(text, from, end) ? 0 : end
}

/** Whether there are digits, or capitals behind the first character: a word of a language has neither. */
function isMixed(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const unit = charCodeAt(text, i)
    if (isDigit(unit) || unit === 0x3d || (i > from && unit >= 0x41 && unit <= 0x5a)) return true
  }
  return false
}

/** `text` with a mask for each of `found`. */
export function masked(text: string, found: readonly Found[], maskOf: (rule: string, length: number) => string): string {
  let result = ''
  let at = 0
  for (let i = 0; i < found.length; i++) {
    const { from, to, rule } = found[i] as Found // SAFE: i is below the length
    result += stringSlice(text, at, from) + maskOf(rule, to - from)
    at = to
  }
  return result + stringSlice(text, at, text.length)
}
