/** Writes the documented value layout (value-codec.ts) from nodes: the reader's counterpart for tests, apart from the recorder's writer. */
import { ByteWriter, ValueTag, zigzag } from '../src/index.ts'
import type { ValueNode } from '../src/index.ts'

export interface WrittenValue {
  readonly bytes: Uint8Array
  readonly strings: readonly string[]
}

export function writeValue(node: ValueNode): WrittenValue {
  const writer = new ByteWriter(4)
  const strings: string[] = []
  const str = (text: string): void => {
    const known = strings.indexOf(text)
    writer.varint(known === -1 ? strings.push(text) - 1 : known)
  }
  const tagged = (tag: number, ...numbers: readonly number[]): void => {
    writer.byte(tag)
    for (const number of numbers) writer.varint(number)
  }
  const entries = (list: readonly (readonly [string, ValueNode])[]): void => {
    writer.varint(list.length)
    for (const [key, value] of list) {
      str(key)
      write(value)
    }
  }
  const items = (list: readonly ValueNode[]): void => {
    writer.varint(list.length)
    for (const item of list) write(item)
  }
  const write = (value: ValueNode): void => {
    switch (value.kind) {
      case 'undefined':
      case 'null':
      case 'hole':
      case 'accessor':
        return tagged(ValueTag[value.kind])
      case 'boolean':
        return tagged(value.value ? ValueTag.true : ValueTag.false)
      case 'number': {
        const number = Number(value.text)
        if (Number.isInteger(number) && Math.abs(number) < 2 ** 31 && !Object.is(number, -0)) return tagged(ValueTag.int, zigzag(number))
        tagged(ValueTag.double)
        return writer.float64(number)
      }
      case 'string':
        if (value.length === value.value.length) tagged(ValueTag.string)
        else tagged(ValueTag.longString, value.length)
        return str(value.value)
      case 'bigint':
      case 'regexp':
        tagged(ValueTag[value.kind])
        return str(value.text)
      case 'symbol':
        tagged(ValueTag.symbol)
        return str(value.description)
      case 'function':
        tagged(ValueTag.function, value.id)
        return str(value.name)
      case 'object':
        tagged(ValueTag.object, value.id)
        str(value.className)
        writer.varint(value.size)
        return entries(value.entries)
      case 'array':
      case 'set':
        tagged(ValueTag[value.kind], value.id, value.size)
        return items(value.items)
      case 'map':
        tagged(ValueTag.map, value.id, value.size, value.pairs.length)
        for (const pair of value.pairs) for (const side of pair) write(side)
        return
      case 'date':
        tagged(ValueTag.date)
        return writer.float64(value.ms ?? Number.NaN)
      case 'error':
        tagged(ValueTag.error, value.id)
        for (const text of [value.className, value.message, value.stack]) str(text)
        return entries(value.entries)
      case 'binary':
        tagged(ValueTag.binary, value.id)
        str(value.className)
        writer.varint(value.size)
        writer.varint(value.bytes.length)
        return writer.raw(Uint8Array.from(value.bytes))
      case 'ref':
      case 'proxy':
        return tagged(ValueTag[value.kind], value.id)
      case 'opaque':
        tagged(ValueTag.opaque, value.id)
        return str(value.className)
      case 'redacted':
        tagged(ValueTag.redacted)
        return str(value.rule)
      case 'cut':
        tagged(ValueTag.cut)
        return str(value.reason)
    }
  }
  write(node)
  return { bytes: writer.take(), strings }
}
