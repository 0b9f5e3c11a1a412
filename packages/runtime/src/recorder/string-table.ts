/**
 * Strings of the chunk being written: each distinct text gets an index, and the table starts anew with every chunk. What is secret in a
 * text is masked when the text comes first, so a text that is known costs one look-up.
 */
import type { ByteWriter, Definition } from '@hindscope/protocol'
import { SafeMap, stringSlice } from './intrinsics.ts'
import type { Redaction } from './redaction/redaction.ts'

interface Masked {
  readonly text: string
  readonly index: number
  /** One for each mask in it. */
  readonly rules: readonly string[]
}

interface Binary {
  readonly at: number
  readonly count: number
  readonly isCut: boolean
}

export class StringTable {
  texts: string[] = []
  /** UTF-16 units held, so that a chunk of many long texts is sealed before it grows without bound. */
  units = 0
  /** Called for every use of a text with something masked in it. */
  onMasked: () => void = () => {}
  /** Counts the chunks that had a table so far. */
  chunk = 0
  private readonly indexes = new SafeMap<string, number>()
  /** Texts that were changed, by what they were: apart, so that a use of the others needs no look at a mark. */
  private readonly changed = new SafeMap<string, Masked>()
  /** Starts of long texts, by the start and what was looked at behind it. */
  private readonly starts = new SafeMap<string, Masked>()
  /** Indexes of texts that go on behind a limit. */
  private readonly cut = new SafeMap<number, true>()
  /** Indexes of texts that `joined` gave: the lengths of their parts are in them. */
  private readonly parts = new SafeMap<number, true>()
  private binaries: Binary[] = []
  private redaction: Redaction | undefined
  private version = 0

  useRedaction(redaction: Redaction): void {
    this.redaction = redaction
  }

  /** Index of the text, or of what may be recorded of it. */
  index(text: string): number {
    const known = this.indexes.get(text)
    return known === undefined ? this.add(text) : known
  }

  /** Index of a text that is put together of parts, -1 when one of them has something to mask. */
  joined(text: string, parts: readonly string[]): number {
    const { redaction } = this
    for (let i = 0; redaction !== undefined && i < parts.length; i++) {
      const part = parts[i] as string // SAFE: i is below the length
      if (redaction.text(part) === part) continue
      redaction.takeRules()
      return -1
    }
    const index = this.put(text)
    this.parts.set(index, true)
    return index
  }

  /** What may be recorded of the text. */
  clean(text: string): string {
    return this.texts[this.index(text)] as string // SAFE: an index of this table
  }

  /** What may be recorded of the first `limit` characters of a longer text. */
  start(text: string, limit: number): string {
    const { redaction } = this
    if (redaction === undefined) return stringSlice(text, 0, limit)
    const window = redaction.window(text, limit)
    const known = this.starts.get(window)
    if (known !== undefined) return this.use(known, redaction).text
    const clean = redaction.start(window, limit)
    const masked = { text: clean, index: this.put(clean), rules: redaction.takeRules() }
    this.starts.set(window, masked)
    this.cut.set(masked.index, true)
    return this.use(masked, redaction).text
  }

  /** The first `count` bytes, secrets overwritten; `length` is how many there are, `at` where the chunk's values get them. */
  bytes(buffer: ArrayBuffer, offset: number, count: number, length: number, at: number): Uint8Array {
    const { redaction, binaries } = this
    const bytes = new Uint8Array(buffer, offset, count)
    binaries[binaries.length] = { at, count, isCut: count < length }
    const clean = redaction === undefined ? undefined : redaction.bytes(new Uint8Array(buffer, offset, length), count)
    if (clean === undefined) return bytes
    this.onMasked()
    return clean
  }

  private add(text: string): number {
    const { redaction } = this
    if (redaction === undefined) return this.put(text)
    const known = this.changed.get(text)
    if (known !== undefined) return this.use(known, redaction).index
    const clean = redaction.text(text)
    if (clean === text) return this.put(text)
    const masked = { text: clean, index: this.put(clean), rules: redaction.takeRules() }
    this.changed.set(text, masked)
    return this.use(masked, redaction).index
  }

  private use(masked: Masked, redaction: Redaction): Masked {
    const { rules } = masked
    for (let i = 0; i < rules.length; i++) redaction.counters.redact(rules[i] as string) // SAFE: i is below the length
    if (rules.length > 0) this.onMasked()
    return masked
  }

  private put(text: string): number {
    const known = this.indexes.get(text)
    if (known !== undefined) return known
    const index = this.texts.length
    this.texts[index] = text
    this.indexes.set(text, index)
    this.units += text.length
    return index
  }

  /** The texts as they go into the chunk. What turned out to be secret since they came is masked in them now. */
  sealed(values: ByteWriter): readonly string[] {
    const { redaction, texts, binaries } = this
    if (redaction === undefined || texts.length === 0) return texts
    redaction.refresh()
    if (redaction.version === this.version) return texts
    this.version = redaction.version
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i] as string // SAFE: i is below the length
      const clean = redaction.tainted(text, this.cut.has(i), this.parts.has(i))
      if (clean === text) continue
      texts[i] = clean
      const rules = redaction.takeRules()
      for (let j = 0; j < rules.length; j++) redaction.counters.redact(rules[j] as string) // SAFE: j is below the length
    }
    for (let i = 0; i < binaries.length; i++) {
      const { at, count, isCut } = binaries[i] as Binary // SAFE: i is below the length
      if (at + count <= values.length) redaction.taintedBytes(values.bytes, at, count, isCut)
    }
    return texts
  }

  definitions(definitions: readonly Definition[]): readonly Definition[] {
    const { redaction } = this
    if (redaction === undefined) return definitions
    redaction.refresh()
    const clean: Definition[] = []
    for (let i = 0; i < definitions.length; i++) clean[i] = redaction.definition(definitions[i] as Definition) // SAFE: i is below the length
    return clean
  }

  clear(): void {
    this.chunk++
    this.texts = []
    this.units = 0
    this.indexes.clear()
    this.changed.clear()
    this.starts.clear()
    this.parts.clear()
    this.cut.clear()
    if (this.binaries.length > 0) this.binaries = []
    if (this.redaction !== undefined) this.version = this.redaction.version
  }
}
