/** Values and strings of one chunk that is being written, in the layout of protocol's value-codec.ts. */
import { ByteWriter, ValueTag, zigzag } from '@hindscope/protocol'
import type { PlainValue } from './plain-value.ts'

type Entries = readonly (readonly [string, PlainValue])[]

export class ValueWriter {
  readonly bytes: ByteWriter = new ByteWriter()
  /** Values of which less was written than there is. */
  truncated = 0
  /** UTF-16 units of all strings. */
  stringLength = 0
  private readonly strings = new Map<string, number>()

  /** Writes values one after another; gives the record's value word (0 for none) and whether something of them was cut. */
  write(values: readonly PlainValue[]): { readonly word: number; readonly isCut: boolean } {
    if (values.length === 0) return { word: 0, isCut: false }
    const word = this.bytes.length + 1
    const before = this.truncated
    for (const value of values) this.value(value)
    return { word, isCut: this.truncated > before }
  }

  texts(): readonly string[] {
    return [...this.strings.keys()]
  }

  private value(node: PlainValue): void {
    const { bytes } = this
    switch (node.kind) {
      case 'undefined':
      case 'null':
        return bytes.byte(ValueTag[node.kind])
      case 'boolean':
        return bytes.byte(node.value ? ValueTag.true : ValueTag.false)
      case 'number':
        return this.number(Number(node.text))
      case 'string':
        if (node.length === node.value.length) return bytes.tagged(ValueTag.string, this.text(node.value))
        this.truncated++
        bytes.tagged(ValueTag.longString, node.length)
        return bytes.varint(this.text(node.value))
      case 'cut':
        this.truncated++
        return bytes.tagged(ValueTag.cut, this.text(node.reason))
      case 'object':
        if (node.size > node.entries.length) this.truncated++
        bytes.tagged(ValueTag.object, node.id)
        bytes.varint(this.text(node.className))
        bytes.varint(node.size)
        return this.entries(node.entries)
      case 'array':
        if (node.size > node.items.length) this.truncated++
        bytes.tagged(ValueTag.array, node.id)
        bytes.varint(node.size)
        bytes.varint(node.items.length)
        return node.items.forEach(item => this.value(item))
      case 'error':
        bytes.tagged(ValueTag.error, node.id)
        for (const text of [node.className, node.message, node.stack]) bytes.varint(this.text(text))
        return this.entries(node.entries)
    }
  }

  private number(value: number): void {
    const isInt = Number.isInteger(value) && Math.abs(value) < 2 ** 31 && !Object.is(value, -0)
    if (isInt) return this.bytes.tagged(ValueTag.int, zigzag(value))
    this.bytes.byte(ValueTag.double)
    this.bytes.float64(value)
  }

  private entries(entries: Entries): void {
    this.bytes.varint(entries.length)
    for (const [key, value] of entries) {
      this.bytes.varint(this.text(key))
      this.value(value)
    }
  }

  private text(text: string): number {
    const known = this.strings.get(text)
    if (known !== undefined) return known
    const index = this.strings.size
    this.strings.set(text, index)
    this.stringLength += text.length
    return index
  }
}
