/**
 * Texts that entered through a declared source, to be found again in any text. Each is kept as it came and as addresses, JSON and UTF-8
 * write it. They are found by their first four characters; the longest is tried first.
 */
import { SafeMap, charCodeAt, encodeText, encodeUri, fromCharCode, jsonText, stringSlice, stringStartsWith } from '../intrinsics.ts'
import { WORD, isDigit, isIn } from './characters.ts'

/** Shorter values are in every text by chance. */
export const MIN_TAINT = 4
/** Values shorter than this are found as whole words only, for the same reason. */
const MIN_WITHIN = 8
/** Of a longer value only its start is looked for. */
const MAX_TAINT = 1024
const MAX_TAINTS = 1024
/** Values that sources with secret names have all the time and that are none. */
const HARMLESS = new SafeMap<string, true>()
for (const word of 'true false null undefined none test development production localhost root admin user username postgres mysql redis default password secret changeme'.split(
  ' ',
))
  HARMLESS.set(word, true)

interface Needle {
  readonly text: string
  readonly rule: string
  readonly isWithin: boolean
}

export class Taints {
  /** Grows with every new text. */
  version = 0
  /** Given up for newer ones. */
  evicted = 0
  private readonly known = new SafeMap<string, readonly string[]>()
  private readonly byStart = new SafeMap<string, Needle[]>()
  private readonly onStart: (text: string) => void

  /** `onStart` is told of the start of every text. */
  constructor(onStart: (text: string) => void) {
    this.onStart = onStart
  }

  get size(): number {
    return this.known.size
  }

  add(value: string, rule: string): void {
    const text = stringSlice(value, 0, MAX_TAINT)
    const forms = this.known.get(text)
    if (forms !== undefined) {
      // The newest last: those that were not seen for longest are given up first.
      this.known.delete(text)
      this.known.set(text, forms)
      return
    }
    if (text.length < MIN_TAINT || isHarmless(text)) return
    if (this.known.size >= MAX_TAINTS) this.evict()
    const made = formsOf(text)
    this.known.set(text, made)
    for (let i = 0; i < made.length; i++) this.addForm(made[i] as string, rule) // SAFE: i is below the length
    this.version++
  }

  private addForm(text: string, rule: string): void {
    const start = stringSlice(text, 0, MIN_TAINT)
    let needles = this.byStart.get(start)
    if (needles === undefined) {
      needles = []
      this.byStart.set(start, needles)
    }
    let at = needles.length
    needles[at] = { text, rule, isWithin: text.length >= MIN_WITHIN }
    for (; at > 0 && (needles[at - 1] as Needle).text.length < text.length; at--) {
      const shorter = needles[at - 1] as Needle // SAFE: at is above 0
      needles[at - 1] = needles[at] as Needle // SAFE: as above
      needles[at] = shorter
    }
    this.onStart(text)
  }

  private evict(): void {
    const oldest = this.known.keys().next()
    if (oldest.done === true) return
    this.evicted++
    const forms = this.known.get(oldest.value) ?? []
    this.known.delete(oldest.value)
    for (let i = 0; i < forms.length; i++) {
      const text = forms[i] as string // SAFE: i is below the length
      const start = stringSlice(text, 0, MIN_TAINT)
      const kept: Needle[] = []
      const needles = this.byStart.get(start) ?? []
      for (let j = 0; j < needles.length; j++) if ((needles[j] as Needle).text !== text) kept[kept.length] = needles[j] as Needle // SAFE: j is below the length
      if (kept.length === 0) this.byStart.delete(start)
      else this.byStart.set(start, kept)
    }
  }

  /** The end of a tainted text that starts at `at`, 0 when none does. A text that goes on behind its end (`isCut`) may end within one. */
  end(text: string, at: number, isCut: boolean): number {
    const needles = this.byStart.get(stringSlice(text, at, at + MIN_TAINT))
    if (needles === undefined) return 0
    for (let i = 0; i < needles.length; i++) {
      const needle = needles[i] as Needle // SAFE: i is below the length
      const end = at + needle.text.length
      const isThere =
        end <= text.length
          ? stringStartsWith(text, needle.text, at) && (needle.isWithin || isWhole(text, at, end))
          : isCut && stringStartsWith(needle.text, stringSlice(text, at, text.length), 0)
      if (isThere) {
        this.rule = needle.rule
        return end <= text.length ? end : text.length
      }
    }
    return 0
  }
  /** Of what `end` found last. */
  rule = ''
}

const isWhole = (text: string, from: number, to: number): boolean =>
  (from === 0 || !isIn(WORD, charCodeAt(text, from - 1))) && (to === text.length || !isIn(WORD, charCodeAt(text, to)))

function isHarmless(text: string): boolean {
  if (HARMLESS.get(text) === true) return true
  // Small numbers: ports, sizes, flags.
  let at = 0
  while (at < text.length && isDigit(charCodeAt(text, at))) at++
  return at === text.length && at < 5
}
/** The text itself and how others write it, without repeats. */
function formsOf(text: string): readonly string[] {
  const forms = [text]
  const add = (form: string): void => {
    for (let i = 0; i < forms.length; i++) if (forms[i] === form) return
    if (form.length >= MIN_TAINT) forms[forms.length] = form
  }
  const json = jsonText(text)
  add(stringSlice(json, 1, json.length - 1))
  let bytes = ''
  const encoded = encodeText(text)
  for (let i = 0; i < encoded.length; i++) bytes += fromCharCode(encoded[i] as number) // SAFE: i is below the length
  add(bytes)
  try {
    const address = encodeUri(text)
    add(address)
    add(spacesAsPlus(address))
    add(lowerEscapes(address))
  } catch {
    // SAFE: a text with half a surrogate pair has no such form.
  }
  return forms
}

function spacesAsPlus(address: string): string {
  let form = ''
  for (let i = 0; i < address.length; i++) {
    const isBlank = stringStartsWith(address, '%20', i)
    form += isBlank ? '+' : address[i]
    if (isBlank) i += 2
  }
  return form
}

function lowerEscapes(address: string): string {
  let form = ''
  let rest = 0
  for (let i = 0; i < address.length; i++) {
    const unit = charCodeAt(address, i)
    if (unit === 0x25) rest = 3
    form += rest > 0 && unit >= 0x41 && unit <= 0x46 ? fromCharCode(unit + 32) : fromCharCode(unit)
    rest--
  }
  return form
}
