/**
 * Splits large JSON into its items while it comes in, so that neither its text nor all of its values have to be in memory at once, and so
 * that what stands before a break can be used. An item is an element of an array at the top, or, of an object at the top, what its members
 * hold: `{"traceEvents": [a, b], "metadata": {"x": c}, "v": 1}` has the items a, b, c and 1.
 *
 * Only brackets, commas, colons and quotes are looked at here; what an item holds is read by JSON.parse. Offsets count bytes of the input.
 */
import { HindscopeError } from '@hindscope/protocol'
import { findJsonBreak } from './json-break.ts'

export interface JsonItemReader {
  /** A member of the object at the top begins; `array` with the name '' stands for an array at the top. */
  section(name: string, kind: 'array' | 'object' | 'value'): void
  /** `key` is the member's name in a section that is an object, otherwise ''. */
  item(section: string, key: string, value: unknown): void
}

/** Nothing real comes near; a longer value is damage or an attack. */
export const MAX_ITEM_BYTES: number = 64 * 1024 * 1024

const Byte = {
  tab: 9,
  newline: 10,
  return: 13,
  space: 32,
  quote: 34,
  comma: 44,
  colon: 58,
  open: 91,
  backslash: 92,
  close: 93,
  brace: 123,
  unbrace: 125,
}

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma' | 'nothing'
type ItemKind = 'container' | 'string' | 'scalar'
interface Container {
  readonly isArray: boolean
  readonly name: string
}
interface Place {
  readonly offset: number
  readonly line: number
  readonly column: number
}

export class JsonItems {
  private readonly reader: JsonItemReader
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  private readonly open: Container[] = []
  private expected: Expected = 'value'
  private key = ''
  private offset = 0
  private line = 1
  private lineStart = 0
  /** The item or key that is being collected. */
  private item: { readonly kind: ItemKind; readonly isKey: boolean; readonly place: Place } | undefined
  private parts: Uint8Array[] = []
  private partBytes = 0
  private depth = 0
  private inString = false
  private isEscaped = false

  constructor(reader: JsonItemReader) {
    this.reader = reader
  }

  /** Takes the next bytes; they are not kept. Throws `import-json` where the text stops being JSON; nothing may be pushed afterwards. */
  push(bytes: Uint8Array): void {
    let at = this.offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
    while (at < bytes.length) at = this.item === undefined ? this.structure(bytes, at) : this.collect(bytes, at)
    this.offset += bytes.length
  }

  /** No more bytes. Throws `import-json` when something is missing. */
  end(): void {
    if (this.item?.kind === 'scalar' && this.open.length === 0) this.finishItem()
    if (this.item !== undefined || this.expected !== 'nothing') throw this.broken('it ends too early', this.here(0))
  }

  /** One byte between items; gives the offset behind it. */
  private structure(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] as number // SAFE: at < length
    if (byte === Byte.newline) {
      this.line++
      this.lineStart = this.offset + at + 1
    }
    if (byte === Byte.space || byte === Byte.tab || byte === Byte.newline || byte === Byte.return) return at + 1
    const { expected } = this
    if (expected === 'nothing') throw this.broken('something follows the last bracket', this.here(at))
    if (expected === 'colon' && byte === Byte.colon) this.expected = 'value'
    else if (expected === 'comma' && byte === Byte.comma) this.expected = this.open.at(-1)?.isArray === true ? 'value' : 'key'
    else if ((expected === 'key' || expected === 'key or end') && byte === Byte.quote) return this.begin('string', { isKey: true, at })
    else if ((expected === 'value' || expected === 'value or end') && isValueStart(byte)) return this.value(byte, at)
    else if ((expected === 'comma' || expected.endsWith('end')) && byte === (this.open.at(-1)?.isArray === true ? Byte.close : Byte.unbrace))
      this.close()
    else throw this.broken(`${JSON.stringify(String.fromCharCode(byte))} stands where ${WANTED[expected]} is needed`, this.here(at))
    return at + 1
  }

  private value(byte: number, at: number): number {
    const isContainer = byte === Byte.open || byte === Byte.brace
    const outer = this.open.at(-1)
    const isSection = outer === undefined || (this.open.length === 1 && !outer.isArray)
    if (isSection && isContainer) {
      const isArray = byte === Byte.open
      if (outer !== undefined || isArray) this.reader.section(this.key, isArray ? 'array' : 'object')
      this.open.push({ isArray, name: this.key })
      this.expected = isArray ? 'value or end' : 'key or end'
      return at + 1
    }
    if (isSection) this.reader.section(this.key, 'value')
    return this.begin(isContainer ? 'container' : byte === Byte.quote ? 'string' : 'scalar', { isKey: false, at })
  }

  private begin(kind: ItemKind, { isKey, at }: { readonly isKey: boolean; readonly at: number }): number {
    this.item = { kind, isKey, place: this.here(at) }
    this.depth = 0
    this.inString = false
    this.isEscaped = false
    return at
  }

  /** Goes on with an item; gives the offset behind what belongs to it. */
  private collect(bytes: Uint8Array, from: number): number {
    const end = this.item?.kind === 'scalar' ? scalarEnd(bytes, from) : this.bracketEnd(bytes, from)
    const to = end === -1 ? bytes.length : end
    this.partBytes += to - from
    if (this.partBytes > MAX_ITEM_BYTES) throw this.broken(`a value is longer than ${MAX_ITEM_BYTES} bytes`, this.item?.place ?? this.here(from))
    if (end === -1) this.parts.push(bytes.slice(from, to))
    else {
      this.parts.push(bytes.subarray(from, to))
      this.finishItem()
    }
    return to
  }

  /** Offset behind the string or container that is open, -1 when it goes on. */
  private bracketEnd(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]
      if (this.inString) {
        if (this.isEscaped) this.isEscaped = false
        else if (byte === Byte.backslash) this.isEscaped = true
        else if (byte === Byte.quote) {
          this.inString = false
          if (this.depth === 0) return at + 1
        }
      } else if (byte === Byte.quote) this.inString = true
      else if (byte === Byte.brace || byte === Byte.open) this.depth++
      else if (byte === Byte.unbrace || byte === Byte.close) {
        if (--this.depth === 0) return at + 1
      } else if (byte === Byte.newline) {
        this.line++
        this.lineStart = this.offset + at + 1
      }
    }
    return -1
  }

  private finishItem(): void {
    const { item, open } = this
    if (item === undefined) return
    const text = this.decoder.decode(joined(this.parts))
    this.parts = []
    this.partBytes = 0
    this.item = undefined
    const value = this.parse(text, item.place)
    if (item.isKey) {
      if (open.length === 1) this.key = String(value)
      else this.memberKey = String(value)
      this.expected = 'colon'
      return
    }
    this.expected = open.length === 0 ? 'nothing' : 'comma'
    const section = open.length === 2 ? (open[1]?.name ?? '') : this.key
    this.reader.item(section, open.length === 2 && open[1]?.isArray === false ? this.memberKey : '', value)
  }
  private memberKey = ''

  private parse(text: string, place: Place): unknown {
    try {
      return JSON.parse(text) as unknown
    } catch {
      const { at, reason } = findJsonBreak(text) ?? { at: 0, reason: 'it is no JSON' }
      const before = text.slice(0, at)
      const newline = before.lastIndexOf('\n')
      const lines = before.split('\n').length - 1
      const bytes = new TextEncoder().encode(before).length
      throw this.broken(reason, {
        offset: place.offset + bytes,
        line: place.line + lines,
        column: newline === -1 ? place.column + bytes : bytes - new TextEncoder().encode(before.slice(0, newline + 1)).length,
      })
    }
  }

  private close(): void {
    this.open.pop()
    this.expected = this.open.length === 0 ? 'nothing' : 'comma'
  }

  private here(at: number): Place {
    const offset = this.offset + at
    return { offset, line: this.line, column: offset - this.lineStart }
  }

  private broken(reason: string, { offset, line, column }: Place): HindscopeError {
    return new HindscopeError('import-json', { offset: String(offset), line: String(line), column: String(column + 1), reason })
  }
}

const WANTED: Readonly<Record<Expected, string>> = {
  value: 'a value',
  'value or end': 'a value or ]',
  key: 'a property name',
  'key or end': 'a property name or }',
  colon: 'a colon',
  comma: 'a comma or the end',
  nothing: 'nothing',
}

/** `"`, `-`, digits, `[`, `{`, and the first letters of true, false, null. */
const isValueStart = (byte: number): boolean =>
  byte === Byte.quote ||
  byte === 45 ||
  (byte >= 48 && byte <= 57) ||
  byte === Byte.open ||
  byte === Byte.brace ||
  byte === 116 ||
  byte === 102 ||
  byte === 110

function scalarEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] as number // SAFE: at < length
    if (byte <= Byte.space || byte === Byte.comma || byte === Byte.close || byte === Byte.unbrace) return at
  }
  return -1
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
