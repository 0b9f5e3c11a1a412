import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter, HindscopeError, numberText, readValue, shapeText, unzigzag, ValueTag, zigzag } from '../src/index.ts'
import type { ValueNode } from '../src/index.ts'
import { texts } from './chunk-parts.ts'
import { writeValue } from './value-writer.ts'

const ids = fc.nat()
const { node: nodes } = fc.letrec<{ node: ValueNode }>(tie => {
  const entries = fc.array(fc.tuple(texts, tie('node')), { maxLength: 4 })
  const items = fc.array(tie('node'), { maxLength: 4 })
  const kind = <K extends string>(name: K): fc.Arbitrary<K> => fc.constant(name)
  return {
    node: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constantFrom<ValueNode>({ kind: 'undefined' }, { kind: 'null' }, { kind: 'hole' }, { kind: 'accessor' }),
      fc.boolean().map(value => ({ kind: 'boolean' as const, value })),
      fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger()).map(value => ({ kind: 'number' as const, text: numberText(value) })),
      texts.map(value => ({ kind: 'string' as const, value, length: value.length })),
      texts.map(value => ({ kind: 'string' as const, value, length: value.length + 1000 })),
      fc.bigInt().map(value => ({ kind: 'bigint' as const, text: String(value) })),
      texts.map(text => ({ kind: 'regexp' as const, text })),
      fc.record({ kind: kind('symbol'), description: texts }),
      fc.record({ kind: kind('function'), id: ids, name: texts }),
      fc.record({ kind: kind('date'), ms: fc.option(fc.integer({ min: -8.64e15, max: 8.64e15 })) }),
      fc.record({ kind: fc.constantFrom('ref' as const, 'proxy' as const), id: ids }),
      fc.record({ kind: kind('opaque'), id: ids, className: texts }),
      fc.record({ kind: kind('redacted'), rule: texts }),
      fc.record({ kind: kind('cut'), reason: texts }),
      fc.record({ kind: kind('binary'), id: ids, className: texts, size: ids, bytes: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 20 }) }),
      fc.record({ kind: kind('object'), id: ids, className: texts, size: ids, entries }),
      fc.record({ kind: fc.constantFrom('array' as const, 'set' as const), id: ids, size: ids, items }),
      fc.record({ kind: kind('map'), id: ids, size: ids, pairs: fc.array(fc.tuple(tie('node'), tie('node')), { maxLength: 3 }) }),
      fc.record({ kind: kind('error'), id: ids, className: texts, message: texts, stack: texts, entries }),
    ) as fc.Arbitrary<ValueNode>,
  }
})

test('every tree of values reads back as written, and the reader stops at its end', () => {
  fc.assert(
    fc.property(nodes, node => {
      const { bytes, strings } = writeValue(node)
      const reader = new ByteReader(bytes)
      expect(readValue(reader, strings)).toEqual(node)
      expect(reader.offset).toBe(bytes.length)
    }),
    { numRuns: 300 },
  )
})

test('damaged values are errors with a code, never garbage or an endless read', () => {
  fc.assert(
    fc.property(nodes, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.nat(), (node, writes, cut) => {
      const written = writeValue(node)
      const bytes = written.bytes.slice(0, written.bytes.length - (cut % 4))
      for (const [at, value] of writes) if (bytes.length > 0) bytes[at % bytes.length] = value
      try {
        readValue(new ByteReader(bytes), written.strings)
      } catch (error) {
        expect(error).toBeInstanceOf(HindscopeError)
      }
    }),
    { numRuns: 500 },
  )
})

test('nesting deeper than any writer makes is refused before the stack runs out', () => {
  const writer = new ByteWriter()
  for (let i = 0; i < 100_000; i++) for (const byte of [ValueTag.array, 0, 1, 1]) writer.byte(byte)
  expect(() => readValue(new ByteReader(writer.take()), [])).toThrow('nested too deeply')
})

test('an absurd count is refused before anything is allocated for it', () => {
  const writer = new ByteWriter()
  writer.byte(ValueTag.array)
  for (const number of [0, 5, 2 ** 40]) writer.varint(number)
  expect(() => readValue(new ByteReader(writer.take()), [])).toThrow(/^\[hindscope:value-malformed\]/)
})

test('numbers keep their exact value as text', () => {
  fc.assert(fc.property(fc.double(), value => Object.is(Number(numberText(value)), value)))
})

test('zigzag is a bijection on 32-bit integers and keeps small ones small', () => {
  fc.assert(fc.property(fc.integer(), value => unzigzag(zigzag(value)) === value && zigzag(value) >= 0 && zigzag(value) <= Math.abs(value) * 2))
})

test('bytes: varints, floats and text read back in order, growing from nothing', () => {
  const items = fc.array(fc.oneof(fc.nat({ max: Number.MAX_SAFE_INTEGER }), texts, fc.double()))
  fc.assert(
    fc.property(items, list => {
      const writer = new ByteWriter(0)
      const write = (item: number | string): void =>
        typeof item === 'string' ? writer.text(item) : Number.isSafeInteger(item) && item >= 0 ? writer.varint(item) : writer.float64(item)
      list.forEach(write)
      const reader = new ByteReader(writer.take())
      for (const item of list) {
        const read = typeof item === 'string' ? reader.text() : Number.isSafeInteger(item) && item >= 0 ? reader.varint() : reader.float64()
        expect(read === item || Object.is(read, item)).toBe(true)
      }
    }),
  )
  expect(() => new ByteReader(new Uint8Array(12).fill(0xff)).varint()).toThrow('bytes-out-of-range')
})

test('a lone surrogate becomes U+FFFD and keeps the length', () => {
  const writer = new ByteWriter()
  writer.text('a\ud800b')
  expect(new ByteReader(writer.take()).text()).toBe('a\ufffdb')
})

const bytesOf = (...parts: readonly (readonly [tag: number, ...numbers: readonly number[]])[]): Uint8Array => {
  const writer = new ByteWriter()
  for (const [tag, ...numbers] of parts) {
    writer.byte(tag)
    for (const number of numbers) writer.varint(number)
  }
  return writer.take()
}

test('a shape gives its class, its number of keys and the keys of the values that follow, whatever the texts are', () => {
  fc.assert(
    fc.property(texts, fc.array(texts, { maxLength: 6 }), fc.nat(6), (className, keys, more) => {
      const strings = [shapeText(className, keys.length + more, keys)]
      const count = Math.min(keys.length, 3)
      const bytes = bytesOf([ValueTag.shaped, 7, 0, count], ...Array.from({ length: count }, (_, i) => [ValueTag.int, zigzag(i)] as const))
      const entries = keys.slice(0, count).map((key, i) => [key, { kind: 'number', text: String(i) }])
      expect(readValue(new ByteReader(bytes), strings)).toEqual({ kind: 'object', id: 7, className, size: keys.length + more, entries })
    }),
  )
})

test.each(['', '3:ab', '1:a', '1:a1:x', '1:a2:1', 'x', '-1:a', '1:a1:19:b'])('a damaged shape is refused: %j', text => {
  expect(() => readValue(new ByteReader(bytesOf([ValueTag.shaped, 1, 0, 1], [ValueTag.null])), [text])).toThrow('value-malformed')
})

test('a named copy is what stands at its offset; one that names itself or what comes later is refused', () => {
  const bytes = bytesOf([ValueTag.array, 5, 1, 1], [ValueTag.true], [ValueTag.same, 5, 0], [ValueTag.same, 5, 8])
  const array = { kind: 'array', id: 5, size: 1, items: [{ kind: 'boolean', value: true }] }
  expect(readValue(new ByteReader(bytes, 5), [])).toEqual(array)
  expect(() => readValue(new ByteReader(bytes, 8), [])).toThrow('a copy of what comes later')
})

test('copies of copies cannot be made to grow without bound', () => {
  const writer = new ByteWriter()
  let last = 0
  for (let level = 0; level < 24; level++) {
    const at = writer.length
    for (const byte of [ValueTag.array, 0, 2, 2]) writer.byte(byte)
    for (let i = 0; i < 2; i++) {
      writer.byte(level === 0 ? ValueTag.null : ValueTag.same)
      if (level > 0) for (const number of [0, last]) writer.varint(number)
    }
    last = at
  }
  expect(() => readValue(new ByteReader(writer.take(), last), [])).toThrow('too many parts')
})

test('a chain of copies is refused before the stack runs out', () => {
  const writer = new ByteWriter()
  writer.byte(ValueTag.null)
  let last = 0
  for (let i = 0; i < 100_000; i++) {
    const at = writer.length
    writer.byte(ValueTag.same)
    for (const number of [0, last]) writer.varint(number)
    last = at
  }
  expect(() => readValue(new ByteReader(writer.take(), last), [])).toThrow('nested too deeply')
})
