/**
 * Values in a chunk: a bounded copy of a JavaScript value, as tags and varints. The recorder writes them
 * (runtime/recorder/value-snapshot.ts); this file owns the layout and reads them.
 *
 *   str    := varint index into the chunk's string table
 *   id     := varint realm-wide object id, 0 = not tracked
 *   value  := tag byte, then
 *     int        varint of zigzag            double     8 bytes
 *     string     str                         longString varint full length, str (its prefix)
 *     bigint     str (decimal digits)        symbol     str (description)
 *     function   id str(name)
 *     object     id str(class) varint(own keys) varint(n) n × (str key, value)
 *     array      id varint(length) varint(n) n × value
 *     map        id varint(size) varint(n) n × (value, value)      set  id varint(size) varint(n) n × value
 *     date       8 bytes (ms, NaN = invalid) regexp     str
 *     error      id str(class) str(message) str(stack, '' = not read) varint(n) n × (str key, value)
 *     binary     id str(class) varint(byteLength) varint(n) n bytes
 *     ref        id (an object already written in this record)
 *     proxy      id                           undefined null false true accessor hole: nothing
 *     opaque     id str(class) (weak collections, host objects, promises, DOM nodes: identity and label only)
 *     redacted   str(rule)                   cut        str(reason)
 *     shaped     id str(shape) varint(n) n × value: an object whose class, number of own keys and first keys its shape tells
 *     same       id varint(offset): what stands at that earlier offset of the chunk's values, since the object has not changed
 *
 *   shape  := class, number of own keys and keys, each as `${length}:${text}` (units of UTF-16), one after another
 *
 * Symbol keys are written as `@@description`. No layout here ever needs user code to run.
 */
import type { ByteReader } from './byte-io.ts'
import { HindscopeError } from './diagnostics.ts'

export const ValueTag = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  int: 4,
  double: 5,
  string: 6,
  longString: 7,
  bigint: 8,
  symbol: 9,
  function: 10,
  object: 11,
  array: 12,
  map: 13,
  set: 14,
  date: 15,
  regexp: 16,
  error: 17,
  binary: 18,
  ref: 19,
  opaque: 20,
  proxy: 21,
  accessor: 22,
  hole: 23,
  redacted: 24,
  cut: 25,
  shaped: 26,
  same: 27,
} as const

/** A decoded value. `id` is the realm-wide object id (0 = not tracked): equal ids are the same object. */
export type ValueNode =
  | { readonly kind: 'undefined' | 'null' | 'hole' | 'accessor' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** `text` is exact and survives JSON: 'NaN', 'Infinity', '-0' included; Number(text) gives the value back. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string; readonly length: number }
  | { readonly kind: 'bigint'; readonly text: string }
  | { readonly kind: 'symbol'; readonly description: string }
  | { readonly kind: 'function'; readonly id: number; readonly name: string }
  | {
      readonly kind: 'object'
      readonly id: number
      readonly className: string
      readonly size: number
      readonly entries: readonly (readonly [string, ValueNode])[]
    }
  | { readonly kind: 'array'; readonly id: number; readonly size: number; readonly items: readonly ValueNode[] }
  | { readonly kind: 'map'; readonly id: number; readonly size: number; readonly pairs: readonly (readonly [ValueNode, ValueNode])[] }
  | { readonly kind: 'set'; readonly id: number; readonly size: number; readonly items: readonly ValueNode[] }
  | { readonly kind: 'date'; readonly ms: number | null }
  | { readonly kind: 'regexp'; readonly text: string }
  | {
      readonly kind: 'error'
      readonly id: number
      readonly className: string
      readonly message: string
      readonly stack: string
      readonly entries: readonly (readonly [string, ValueNode])[]
    }
  | { readonly kind: 'binary'; readonly id: number; readonly className: string; readonly size: number; readonly bytes: readonly number[] }
  | { readonly kind: 'ref'; readonly id: number }
  | { readonly kind: 'opaque'; readonly id: number; readonly className: string }
  | { readonly kind: 'proxy'; readonly id: number }
  | { readonly kind: 'redacted'; readonly rule: string }
  | { readonly kind: 'cut'; readonly reason: string }

/** Decoding stops here: deeper input is damage or an attack, since writers stop far earlier. */
export const MAX_VALUE_DEPTH = 64
/** Copies that name copies would multiply: no writer keeps more of one value. */
export const MAX_VALUE_NODES = 200_000

// Values that are nothing but their tag.
const UNDEFINED: ValueNode = { kind: 'undefined' }
const NULL: ValueNode = { kind: 'null' }
const FALSE: ValueNode = { kind: 'boolean', value: false }
const TRUE: ValueNode = { kind: 'boolean', value: true }
const ACCESSOR: ValueNode = { kind: 'accessor' }
const HOLE: ValueNode = { kind: 'hole' }

/**
 * Reads one value at the reader's offset. The reader's bytes are all values of the chunk, since a copy may be named by its offset.
 * Throws `value-malformed` or `bytes-out-of-range` on damaged input.
 */
export function readValue(reader: ByteReader, strings: readonly string[]): ValueNode {
  return new ValueReader(reader, strings).value(0)
}

/** PERF: a page of a thousand events holds some ten thousand parts, so nothing is made for each but the part – bench/store/queries.bench.mjs */
class ValueReader {
  private readonly reader: ByteReader
  private readonly strings: readonly string[]
  private left = MAX_VALUE_NODES

  constructor(reader: ByteReader, strings: readonly string[]) {
    this.reader = reader
    this.strings = strings
  }

  value(depth: number): ValueNode {
    const { reader } = this
    if (depth > MAX_VALUE_DEPTH) throw malformed(reader, 'nested too deeply')
    if (this.left-- === 0) throw malformed(reader, 'too many parts')
    const tag = reader.byte()
    switch (tag) {
      case ValueTag.undefined:
        return UNDEFINED
      case ValueTag.null:
        return NULL
      case ValueTag.false:
        return FALSE
      case ValueTag.true:
        return TRUE
      case ValueTag.accessor:
        return ACCESSOR
      case ValueTag.hole:
        return HOLE
      case ValueTag.int:
        return { kind: 'number', text: String(unzigzag(reader.varint())) }
      case ValueTag.string: {
        const text = this.str()
        return { kind: 'string', value: text, length: text.length }
      }
      case ValueTag.shaped:
        return this.shaped(depth)
      case ValueTag.object:
        return { kind: 'object', id: reader.varint(), className: this.str(), size: reader.varint(), entries: this.entries(depth) }
      case ValueTag.array:
        return { kind: 'array', id: reader.varint(), size: reader.varint(), items: this.items(depth) }
      case ValueTag.ref:
        return { kind: 'ref', id: reader.varint() }
      case ValueTag.same:
        return this.copy(depth)
      default:
        return this.other(tag, depth)
    }
  }

  /** What is rarer. */
  private other(tag: number, depth: number): ValueNode {
    const { reader } = this
    switch (tag) {
      case ValueTag.double:
        return { kind: 'number', text: numberText(reader.float64()) }
      case ValueTag.longString: {
        const length = reader.varint()
        return { kind: 'string', value: this.str(), length }
      }
      case ValueTag.bigint:
        return { kind: 'bigint', text: this.str() }
      case ValueTag.symbol:
        return { kind: 'symbol', description: this.str() }
      case ValueTag.function:
        return { kind: 'function', id: reader.varint(), name: this.str() }
      case ValueTag.map:
        return { kind: 'map', id: reader.varint(), size: reader.varint(), pairs: this.pairs(depth) }
      case ValueTag.set:
        return { kind: 'set', id: reader.varint(), size: reader.varint(), items: this.items(depth) }
      case ValueTag.date:
        return { kind: 'date', ms: dateMs(reader.float64()) }
      case ValueTag.regexp:
        return { kind: 'regexp', text: this.str() }
      case ValueTag.error:
        return {
          kind: 'error',
          id: reader.varint(),
          className: this.str(),
          message: this.str(),
          stack: this.str(),
          entries: this.entries(depth),
        }
      case ValueTag.binary:
        return { kind: 'binary', id: reader.varint(), className: this.str(), size: reader.varint(), bytes: [...reader.raw(reader.varint())] }
      case ValueTag.opaque:
        return { kind: 'opaque', id: reader.varint(), className: this.str() }
      case ValueTag.proxy:
        return { kind: 'proxy', id: reader.varint() }
      case ValueTag.redacted:
        return { kind: 'redacted', rule: this.str() }
      case ValueTag.cut:
        return { kind: 'cut', reason: this.str() }
      default:
        throw malformed(reader, `unknown tag ${tag}`)
    }
  }

  private shaped(depth: number): ValueNode {
    const { reader } = this
    const id = reader.varint()
    const { className, size, keys } = shapeOf(reader, this.strings, reader.varint())
    const count = this.count()
    if (count > keys.length) throw malformed(reader, 'more values than keys')
    const entries: (readonly [string, ValueNode])[] = []
    for (let i = 0; i < count; i++) entries.push([keys[i] as string, this.value(depth + 1)]) // SAFE: as many keys as values at least
    return { kind: 'object', id, className, size, entries }
  }

  /** What stands at an earlier offset. */
  private copy(depth: number): ValueNode {
    const { reader } = this
    const at = reader.offset - 1
    reader.varint()
    const offset = reader.varint()
    if (offset >= at) throw malformed(reader, 'a copy of what comes later')
    const behind = reader.offset
    reader.offset = offset
    const node = this.value(depth + 1)
    reader.offset = behind
    return node
  }

  private str(): string {
    const index = this.reader.varint()
    const text = this.strings[index]
    if (text === undefined) throw malformed(this.reader, `no string ${index}`)
    return text
  }

  private count(): number {
    const count = this.reader.varint()
    if (count > this.reader.bytes.length) throw malformed(this.reader, `count ${count} exceeds the bytes left`)
    return count
  }

  private items(depth: number): ValueNode[] {
    const count = this.count()
    const items: ValueNode[] = []
    for (let i = 0; i < count; i++) items.push(this.value(depth + 1))
    return items
  }

  private entries(depth: number): (readonly [string, ValueNode])[] {
    const count = this.count()
    const entries: (readonly [string, ValueNode])[] = []
    for (let i = 0; i < count; i++) entries.push([this.str(), this.value(depth + 1)])
    return entries
  }

  private pairs(depth: number): (readonly [ValueNode, ValueNode])[] {
    const count = this.count()
    const pairs: (readonly [ValueNode, ValueNode])[] = []
    for (let i = 0; i < count; i++) pairs.push([this.value(depth + 1), this.value(depth + 1)])
    return pairs
  }
}

const malformed = (reader: ByteReader, reason: string): HindscopeError =>
  new HindscopeError('value-malformed', { offset: String(reader.offset), reason })

interface ShapeText {
  readonly className: string
  readonly size: number
  readonly keys: readonly string[]
}

const shapesRead = new WeakMap<readonly string[], Map<number, ShapeText>>()

function shapeOf(reader: ByteReader, strings: readonly string[], index: number): ShapeText {
  const shape = tryShape(strings, index)
  if (shape === undefined) throw malformed(reader, `no shape ${index}`)
  return shape
}

/** Whether this string of the chunk is a shape that has as many keys. */
export function isShapeOf(strings: readonly string[], index: number, values: number): boolean {
  const shape = tryShape(strings, index)
  return shape !== undefined && values <= shape.keys.length
}

/** The shape that this string of the chunk tells, read once. */
function tryShape(strings: readonly string[], index: number): ShapeText | undefined {
  let known = shapesRead.get(strings)
  if (known === undefined) shapesRead.set(strings, (known = new Map()))
  const shape = known.get(index)
  if (shape !== undefined) return shape
  const parts = partsOf(strings[index] ?? '')
  const [className, size, ...keys] = parts
  if (className === undefined || size === undefined || !/^\d{1,10}$/.test(size)) return undefined
  const made: ShapeText = { className, size: Number(size), keys }
  known.set(index, made)
  return made
}

function partsOf(text: string): string[] {
  const parts: string[] = []
  for (let at = 0; at < text.length;) {
    const colon = text.indexOf(':', at)
    const length = Number(text.slice(at, colon))
    if (colon <= at || !Number.isSafeInteger(length) || length < 0) return []
    at = colon + 1 + length
    if (at > text.length) return []
    parts.push(text.slice(colon + 1, at))
  }
  return parts
}

/** The text of a shape, as `shaped` values name it. */
export function shapeText(className: string, size: number, keys: readonly string[]): string {
  const digits = `${size}`
  let text = `${className.length}:${className}${digits.length}:${digits}`
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string // SAFE: i is below the length
    text += `${key.length}:${key}`
  }
  return text
}

/** Zigzag for integers in the int32 range: small magnitudes of either sign become small varints. */
export const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1)
export const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2)

/** The text of a number that Number() reads back to the same value, -0 included. */
export const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))
const dateMs = (ms: number): number | null => (Number.isNaN(ms) ? null : ms)
