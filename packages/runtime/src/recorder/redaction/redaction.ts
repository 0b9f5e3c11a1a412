/**
 * The last station before a text or bytes enter a chunk: what is secret is replaced by `▒rule▒`, the rest stays readable. Rules by name
 * beside the value, by form, by taint, and a function of the user. Everything is counted by rule.
 */
import { MAX_REDACTED_NAME, REDACTED_QUERY_NAMES, builtinTokenForms, maskOf, parseTokenForm } from '@hindscope/protocol'
import type { Definition, TaintSource, TokenForm } from '@hindscope/protocol'
import type { Counters } from '../counters.ts'
import { SafeMap, fromCharCode, performanceNow, reflectApply, stringSlice } from '../intrinsics.ts'
import { createNameTest } from '../redactor.ts'
import { TextScanner, masked } from './text-scanner.ts'
import type { Found } from './text-scanner.ts'

/** Gives the text to record, or true to mask all of it; anything else leaves it as it is. */
export type CustomRedactor = (text: string) => unknown

export interface RedactionSettings {
  readonly redact: readonly string[]
  readonly redactOff: readonly string[]
  readonly redactPatterns: readonly string[]
  readonly taint: readonly TaintSource[]
  readonly redactWith?: CustomRedactor | undefined
}

/** Looked at behind the limit of a text, so that a secret that the limit cuts is recognised. */
const OVERLAP = 256
/** The same for bytes. */
const BYTE_OVERLAP = 128
const STAR = 0x2a
/** Milliseconds that the user's function may take at once, and the part of all time in the long run; texts beyond are masked. */
const CUSTOM_MS = 50
const CUSTOM_SHARE = 0.25

export class Redaction {
  readonly isNamed: (name: string) => boolean
  private readonly scanner: TextScanner
  readonly counters: Counters
  private readonly custom: CustomRedactor | undefined
  private customMs = 0
  /** When `customMs` was that. */
  private customAt = 0
  private rules: string[] = []
  /** Asked for new values before a chunk is sealed. */
  private readonly sources: (() => void)[] = []
  private readonly tainting = new SafeMap<string, true>()

  constructor(settings: RedactionSettings, counters: Counters) {
    this.counters = counters
    this.custom = typeof settings.redactWith === 'function' ? settings.redactWith : undefined
    this.isNamed = createNameTest(settings.redact)
    const off = settings.redactOff
    const forms = builtinTokenForms(off)
    for (const text of settings.redactPatterns) {
      const form: TokenForm | undefined = parseTokenForm(text)
      if (form === undefined) counters.fail('redact-pattern')
      else forms.push(form)
    }
    for (const source of settings.taint) this.tainting.set(source, true)
    const inAddress = createNameTest([...settings.redact, ...REDACTED_QUERY_NAMES])
    this.scanner = new TextScanner({ forms, off, isNamed: inAddress })
  }

  isTainting(source: TaintSource): boolean {
    return this.tainting.has(source)
  }

  /** `value` entered through a source and is masked from now on wherever it appears. */
  taint(value: string, rule: string): void {
    const { taints } = this.scanner
    const { evicted } = taints
    taints.add(value, stringSlice(rule, 0, MAX_REDACTED_NAME))
    if (taints.evicted !== evicted) this.counters.fail('taint-evicted')
  }

  /** Grows when texts that were let through may be secret now. */
  get version(): number {
    return this.scanner.taints.version
  }

  addSource(read: () => void): void {
    this.sources[this.sources.length] = read
  }

  /** Before a chunk is sealed. */
  refresh(): void {
    for (let i = 0; i < this.sources.length; i++) {
      try {
        ;(this.sources[i] as () => void)() // SAFE: i is below the length
      } catch {
        this.counters.fail('taint-failed') // SAFE: what the source gave before stays masked; counted.
      }
    }
  }

  /** The text as it may be recorded: the same when nothing in it is secret. `takeRules` gives the rule of each mask. */
  text(text: string): string {
    this.rules = []
    const found = this.scanner.scan(text, false) ? this.take(text, this.scanner.found) : text
    return this.custom === undefined ? found : this.ask(found, this.custom)
  }

  /** The first `limit` characters of a longer text. A secret that the limit cuts is masked whole. */
  start(window: string, limit: number): string {
    const { scanner } = this
    this.rules = []
    if (!scanner.scan(window, true)) return this.text(stringSlice(window, 0, limit))
    const within: Found[] = []
    let end = limit
    for (let i = 0; i < scanner.found.length; i++) {
      const found = scanner.found[i] as Found // SAFE: i is below the length
      if (found.from >= limit) break
      within[within.length] = found
      if (found.to > end) end = found.to
    }
    const clean = this.take(stringSlice(window, 0, end), within)
    return this.custom === undefined ? clean : this.ask(clean, this.custom)
  }

  /** What `start` must be given of a longer text. */
  window(text: string, limit: number): string {
    return stringSlice(text, 0, limit + OVERLAP)
  }

  /** The first `count` of `bytes`, secrets overwritten; undefined when there are none. */
  bytes(bytes: Uint8Array, count: number): Uint8Array | undefined {
    const seen = bytes.length < count + BYTE_OVERLAP ? bytes.length : count + BYTE_OVERLAP
    const { text, places } = textIn(bytes, 0, seen)
    if (!this.scanner.scan(text, seen < bytes.length)) return undefined
    const clean = new Uint8Array(count)
    for (let i = 0; i < count; i++) clean[i] = bytes[i] as number // SAFE: there are at least `count`
    return this.overwrite(clean, places, count) ? clean : undefined
  }

  /** As `bytes`, in place, for bytes that were let through before: only what is tainted by now. */
  taintedBytes(bytes: Uint8Array, at: number, count: number, isCut: boolean): void {
    const { text, places } = textIn(bytes, at, at + count)
    if (this.scanner.scanTaints(text, isCut)) this.overwrite(bytes, places, at + count)
  }

  private overwrite(bytes: Uint8Array, places: readonly number[], end: number): boolean {
    const { found } = this.scanner
    let hasSome = false
    for (let i = 0; i < found.length; i++) {
      const { from, to, rule } = found[i] as Found // SAFE: i is below the length
      if ((places[from] as number) >= end) break // SAFE: a place for each character
      // Zeros between are the other halves of characters and stay.
      for (let j = from; j < to; j++) if ((places[j] as number) < end) bytes[places[j] as number] = STAR // SAFE: as above
      this.counters.redact(rule)
      hasSome = true
    }
    return hasSome
  }

  /** What definitions say of the program's surroundings: its arguments, address and title. */
  definition(definition: Definition): Definition {
    if (definition.kind !== 'realm') return definition
    return { ...definition, name: this.counted(definition.name), url: this.counted(definition.url) }
  }

  private counted(text: string): string {
    const clean = this.text(text)
    const rules = this.takeRules()
    for (let i = 0; i < rules.length; i++) this.counters.redact(rules[i] as string) // SAFE: i is below the length
    return clean
  }

  takeRules(): readonly string[] {
    const { rules } = this
    this.rules = []
    return rules
  }

  /** As `text`, for a text that was let through before: only what is tainted by now. The length may have to stay. */
  tainted(text: string, isCut: boolean, keepsLength: boolean): string {
    this.rules = []
    return this.scanner.scanTaints(text, isCut) ? this.take(text, this.scanner.found, keepsLength ? sameLength : maskOf) : text
  }

  private take(text: string, found: readonly Found[], mask: (rule: string, length: number) => string = maskOf): string {
    for (let i = 0; i < found.length; i++) this.rules[this.rules.length] = (found[i] as Found).rule // SAFE: i is below the length
    return masked(text, found, mask)
  }

  /** The function is the user's own code: whatever goes wrong in it masks the text. */
  private ask(text: string, custom: CustomRedactor): string {
    if (text === '') return text
    let rule = 'custom'
    const started = performanceNow()
    const spare = (started - this.customAt) * CUSTOM_SHARE
    this.customAt = started
    this.customMs = spare < this.customMs ? this.customMs - spare : 0
    if (this.customMs > CUSTOM_MS) rule = 'custom-slow'
    else {
      let answer: unknown
      try {
        answer = custom(text)
      } catch {
        rule = 'custom-failed' // SAFE: the program goes on, the text is not recorded; counted.
      }
      this.customMs += performanceNow() - started
      if (typeof answer === 'string') {
        if (answer !== text) this.rules[this.rules.length] = rule
        return answer
      }
      if (answer !== true && rule === 'custom') return text
    }
    if (rule !== 'custom') this.counters.fail('redact-failed')
    this.rules[this.rules.length] = rule
    return maskOf(rule)
  }
}

function sameLength(_rule: string, length: number): string {
  let mask = ''
  while (mask.length < length) mask += '▒'
  return mask
}

/** Bytes as characters, and where each stands. Zeros are passed over: texts in UTF-16 have them. */
function textIn(bytes: Uint8Array, from: number, to: number): { readonly text: string; readonly places: readonly number[] } {
  const units: number[] = []
  const places: number[] = []
  for (let at = from; at < to; at++) {
    const unit = bytes[at] as number // SAFE: the caller knows the length
    if (unit === 0) continue
    places[places.length] = at
    units[units.length] = unit
  }
  return { text: reflectApply(fromCharCode, undefined, units), places }
}
