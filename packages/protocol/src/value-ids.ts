/**
 * Which objects a recorded value names, read off its bytes (layout: value-codec.ts) without building the value. Refuses exactly what
 * `readValue` refuses, with one difference: copies (`same`) are named and not entered, since the bytes of a copy are read where they
 * stand, so that reading all values of a chunk is linear in its bytes.
 */
import { HindscopeError } from './diagnostics.ts'
import { MAX_VALUE_DEPTH, MAX_VALUE_NODES, ValueTag, isShapeOf } from './value-codec.ts'

/** What a place in the bytes says of an object. `copy`: it is as it was written at an earlier offset of the chunk. */
export const ObjectMention = { contents: 0, identity: 1, copy: 2 } as const
export type ObjectMention = (typeof ObjectMention)[keyof typeof ObjectMention]

/**
 * Called for each object with an id, outer ones first. Errors, functions and binaries are contents as objects are; an id without what the
 * object holds is an identity. `offset` is that of the copied bytes, 0 where nothing is copied.
 */
export type MentionVisitor = (id: number, mention: ObjectMention, offset: number) => void

/**
 * Visits the objects of `count` values from `offset` on; returns the offset behind them. `bytes` are all values of the chunk and `strings`
 * its strings. Throws `value-malformed` or `bytes-out-of-range` on damaged input; what stands before the damage has been visited by then.
 */
export function visitObjects(
  bytes: Uint8Array,
  strings: readonly string[],
  place: { readonly offset: number; readonly count: number },
  visit: MentionVisitor,
): number {
  const reader = new MentionReader(bytes, strings, place.offset, visit)
  for (let i = 0; i < place.count; i++) reader.value(0, MAX_VALUE_NODES)
  return reader.offset
}

class MentionReader {
  offset: number
  private readonly bytes: Uint8Array
  private readonly strings: readonly string[]
  private readonly visit: MentionVisitor

  constructor(bytes: Uint8Array, strings: readonly string[], offset: number, visit: MentionVisitor) {
    this.bytes = bytes
    this.strings = strings
    this.offset = offset
    this.visit = visit
  }

  /** Reads one value; gives how many nodes are left of `left`. */
  value(depth: number, left: number): number {
    if (depth > MAX_VALUE_DEPTH) throw this.malformed('nested too deeply')
    if (left === 0) throw this.malformed('too many parts')
    const rest = left - 1
    const tag = this.byte()
    switch (tag) {
      case ValueTag.undefined:
      case ValueTag.null:
      case ValueTag.false:
      case ValueTag.true:
      case ValueTag.accessor:
      case ValueTag.hole:
        return rest
      case ValueTag.int:
        this.varint()
        return rest
      case ValueTag.double:
      case ValueTag.date:
        this.skip(8)
        return rest
      case ValueTag.longString:
        this.varint()
        this.text()
        return rest
      case ValueTag.string:
      case ValueTag.bigint:
      case ValueTag.symbol:
      case ValueTag.regexp:
      case ValueTag.redacted:
      case ValueTag.cut:
        this.text()
        return rest
      case ValueTag.ref:
      case ValueTag.proxy:
        this.mention(ObjectMention.identity)
        return rest
      case ValueTag.opaque:
        this.mention(ObjectMention.identity)
        this.text()
        return rest
      case ValueTag.same:
        return this.copy(rest)
      default:
        return this.contents(tag, depth, rest)
    }
  }

  private contents(tag: number, depth: number, left: number): number {
    switch (tag) {
      case ValueTag.function:
        this.mention(ObjectMention.contents)
        this.text()
        return left
      case ValueTag.object:
        this.mention(ObjectMention.contents)
        this.text()
        this.varint()
        return this.entries(this.count(), depth, left)
      case ValueTag.array:
      case ValueTag.set:
        this.mention(ObjectMention.contents)
        this.varint()
        return this.values(this.count(), depth, left)
      case ValueTag.map:
        this.mention(ObjectMention.contents)
        this.varint()
        return this.values(this.count() * 2, depth, left)
      case ValueTag.error:
        this.mention(ObjectMention.contents)
        for (let i = 0; i < 3; i++) this.text()
        return this.entries(this.count(), depth, left)
      case ValueTag.binary:
        this.mention(ObjectMention.contents)
        this.text()
        this.varint()
        this.skip(this.varint())
        return left
      case ValueTag.shaped: {
        this.mention(ObjectMention.contents)
        const shape = this.varint()
        const count = this.count()
        const after = this.values(count, depth, left)
        if (!isShapeOf(this.strings, shape, count)) throw this.malformed(`no shape ${shape} of ${count} values`)
        return after
      }
      default:
        throw this.malformed(`unknown tag ${tag}`)
    }
  }

  private values(count: number, depth: number, left: number): number {
    let rest = left
    for (let i = 0; i < count; i++) rest = this.value(depth + 1, rest)
    return rest
  }

  private entries(count: number, depth: number, left: number): number {
    let rest = left
    for (let i = 0; i < count; i++) {
      this.text()
      rest = this.value(depth + 1, rest)
    }
    return rest
  }

  private copy(left: number): number {
    const at = this.offset - 1
    const id = this.varint()
    const offset = this.varint()
    if (offset >= at) throw this.malformed('a copy of what comes later')
    if (id !== 0) this.visit(id, ObjectMention.copy, offset)
    return left
  }

  private mention(mention: ObjectMention): void {
    const id = this.varint()
    if (id !== 0) this.visit(id, mention, 0)
  }

  private count(): number {
    const count = this.varint()
    if (count > this.bytes.length) throw this.malformed(`count ${count} exceeds the bytes left`)
    return count
  }

  private text(): void {
    const index = this.varint()
    if (index >= this.strings.length) throw this.malformed(`no string ${index}`)
  }

  private byte(): number {
    if (this.offset >= this.bytes.length) throw this.outOfRange(1)
    return this.bytes[this.offset++] as number // SAFE: below the length
  }

  private skip(count: number): void {
    if (this.offset + count > this.bytes.length) throw this.outOfRange(count)
    this.offset += count
  }

  private varint(): number {
    const { bytes } = this
    const first = this.byte()
    if (first < 0x80) return first
    let value = first & 0x7f
    let scale = 0x80
    for (let i = 1; i < 8; i++) {
      if (this.offset >= bytes.length) throw this.outOfRange(1)
      const byte = bytes[this.offset++] as number // SAFE: below the length
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 0x80
    }
    throw this.outOfRange(8)
  }

  private malformed(reason: string): HindscopeError {
    return new HindscopeError('value-malformed', { offset: String(this.offset), reason })
  }

  private outOfRange(need: number): HindscopeError {
    return new HindscopeError('bytes-out-of-range', { offset: String(this.offset), need: String(need), length: String(this.bytes.length) })
  }
}
