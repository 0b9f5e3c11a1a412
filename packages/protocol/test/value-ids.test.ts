/** The skipping reader against `readValue`: the same objects in the same order, the same refusals. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter, HindscopeError, ObjectMention, ValueTag, readValue, shapeText, visitObjects, zigzag } from '../src/index.ts'
import type { ValueNode } from '../src/index.ts'

/** Values of a chunk as text tokens, so that every tag can be written, also those that nodes do not tell apart. */
type Token = { readonly tag: keyof typeof ValueTag; readonly id: number; readonly number: number; readonly parts: readonly Token[] }

const TEXTS = ['', 'a', 'id', shapeText('Item', 3, ['a', 'b', 'c']), shapeText('', 0, []), 'not a shape']
const tokens = fc.letrec<{ token: Token }>(tie => ({
  token: fc.record({
    tag: fc.constantFrom(...(Object.keys(ValueTag) as (keyof typeof ValueTag)[])),
    id: fc.nat(4),
    number: fc.nat(300),
    parts: fc.oneof({ maxDepth: 3, withCrossShrink: true }, fc.constant([]), fc.array(tie('token'), { maxLength: 3 })),
  }),
})).token

/** Writes the token; `starts` holds the offsets at which earlier values begin. */
function write(out: ByteWriter, { tag, id, number, parts }: Token, starts: number[]): void {
  const at = out.length
  const text = (): void => out.varint(number % TEXTS.length)
  const list = (perPart: (part: Token) => void): void => {
    out.varint(parts.length)
    parts.forEach(perPart)
  }
  const value = (part: Token): void => write(out, part, starts)
  out.byte(ValueTag[tag])
  switch (tag) {
    case 'int':
      out.varint(zigzag(number))
      break
    case 'double':
    case 'date':
      out.float64(number)
      break
    case 'longString':
      out.varint(number + 1000)
      text()
      break
    case 'string':
    case 'bigint':
    case 'symbol':
    case 'regexp':
    case 'redacted':
    case 'cut':
      text()
      break
    case 'function':
    case 'opaque':
      out.varint(id)
      text()
      break
    case 'ref':
    case 'proxy':
      out.varint(id)
      break
    case 'object':
      out.varint(id)
      text()
      out.varint(parts.length)
      list(part => {
        text()
        value(part)
      })
      break
    case 'error':
      out.varint(id)
      for (let i = 0; i < 3; i++) text()
      list(part => {
        text()
        value(part)
      })
      break
    case 'array':
    case 'set':
      out.varint(id)
      out.varint(number)
      list(value)
      break
    case 'map':
      out.varint(id)
      out.varint(number)
      out.varint(parts.length)
      parts.forEach(part => {
        value(part)
        value(part)
      })
      break
    case 'binary':
      out.varint(id)
      text()
      out.varint(number)
      out.varint(2)
      out.raw(Uint8Array.of(1, 2))
      break
    case 'shaped':
      out.varint(id)
      out.varint(3)
      list(value)
      break
    case 'same':
      out.varint(id)
      out.varint(starts.length === 0 ? at : (starts[number % starts.length] ?? at))
      break
    default:
  }
  starts.push(at)
}

function written(list: readonly Token[]): { bytes: Uint8Array; offsets: readonly number[] } {
  const out = new ByteWriter(4)
  const offsets: number[] = []
  const starts: number[] = []
  for (const token of list) {
    offsets.push(out.length)
    write(out, token, starts)
  }
  return { bytes: out.take(), offsets }
}

type Ids = readonly number[]

/** Ids in the order in which the bytes have them, copies entered. */
function idsRead(bytes: Uint8Array, offset: number): { ids: Ids; end: number } {
  const reader = new ByteReader(bytes, offset)
  const ids: number[] = []
  const collect = (node: ValueNode): void => {
    if ('id' in node && node.id !== 0) ids.push(node.id)
    if (node.kind === 'object' || node.kind === 'error') for (const [, part] of node.entries) collect(part)
    else if (node.kind === 'array' || node.kind === 'set') node.items.forEach(collect)
    else if (node.kind === 'map') for (const pair of node.pairs) pair.forEach(collect)
  }
  collect(readValue(reader, TEXTS))
  return { ids, end: reader.offset }
}

function idsVisited(bytes: Uint8Array, offset: number): { ids: Ids; end: number } {
  const ids: number[] = []
  const end = visitObjects(bytes, TEXTS, { offset, count: 1 }, (id, mention, copied) => {
    // The id of a copy is that of what it names, wherever a recorder wrote it.
    if (mention === ObjectMention.copy) ids.push(...idsVisited(bytes, copied).ids)
    else ids.push(id)
  })
  return { ids, end }
}

/** The result, or the code of the refusal. */
function attempt<T>(run: () => T): T | string {
  try {
    return run()
  } catch (error) {
    expect(error).toBeInstanceOf(HindscopeError)
    return error instanceof HindscopeError ? error.code : 'none'
  }
}

/** Copies of an object without an id are not visited. */
const withoutNamelessCopies = (token: Token): Token => ({
  ...token,
  id: token.tag === 'same' ? token.id + 1 : token.id,
  parts: token.parts.map(withoutNamelessCopies),
})

test('every value names the objects that reading it shows, in order, and ends where reading ends', () => {
  fc.assert(
    fc.property(fc.array(tokens.map(withoutNamelessCopies), { minLength: 1, maxLength: 4 }), list => {
      const { bytes, offsets } = written(list)
      for (const offset of offsets) expect(attempt(() => idsVisited(bytes, offset))).toEqual(attempt(() => idsRead(bytes, offset)))
    }),
    { numRuns: 500 },
  )
})

test('damage is refused where reading refuses it, with a code, whatever the bytes', () => {
  let refused = 0
  fc.assert(
    fc.property(fc.array(tokens, { minLength: 1, maxLength: 3 }), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), (list, writes) => {
      const { bytes } = written(list)
      for (const [at, value] of writes) if (bytes.length > 0) bytes[at % bytes.length] = value
      const visited = attempt(() => visitObjects(bytes, TEXTS, { offset: 0, count: 1 }, () => undefined))
      const read = attempt(() => idsRead(bytes, 0).end)
      // A damaged copy is refused by whoever enters it.
      if (typeof visited === 'string') {
        refused++
        expect(typeof read).toBe('string')
      } else if (typeof read === 'number') expect(visited).toBe(read)
      else expect(bytes.includes(ValueTag.same)).toBe(true)
    }),
    { numRuns: 500 },
  )
  expect(refused).toBeGreaterThan(50)
})

test('neither depth, counts nor copies of copies make it run long', () => {
  const deep = new ByteWriter()
  for (let i = 0; i < 100_000; i++) for (const byte of [ValueTag.array, 0, 1, 1]) deep.byte(byte)
  expect(() => visitObjects(deep.take(), [], { offset: 0, count: 1 }, () => undefined)).toThrow('nested too deeply')
  const wide = new ByteWriter()
  wide.byte(ValueTag.array)
  for (const number of [0, 5, 2 ** 40]) wide.varint(number)
  expect(() => visitObjects(wide.take(), [], { offset: 0, count: 1 }, () => undefined)).toThrow('value-malformed')
  const many = new ByteWriter()
  many.byte(ValueTag.array)
  for (const number of [0, 300_000, 300_000]) many.varint(number)
  for (let i = 0; i < 300_000; i++) many.byte(ValueTag.null)
  expect(() => visitObjects(many.take(), [], { offset: 0, count: 1 }, () => undefined)).toThrow('too many parts')
})
