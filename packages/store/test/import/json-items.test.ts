/** Splitting of JSON: the same items as JSON.parse gives, in whatever pieces it comes; breaks are found where they are. */
import { HindscopeError } from '@hindscope/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonBreak } from '../../src/import/json-break.ts'
import { JsonItems } from '../../src/import/json-items.ts'

type Item = readonly [section: string, key: string, value: unknown]

function itemsOf(bytes: Uint8Array, pieceBytes: number): { readonly items: Item[]; readonly error: HindscopeError | undefined } {
  const items: Item[] = []
  const reader = new JsonItems({ section: () => undefined, item: (section, key, value) => items.push([section, key, value]) })
  try {
    for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.slice(at, at + pieceBytes))
    reader.end()
    return { items, error: undefined }
  } catch (error) {
    if (error instanceof HindscopeError) return { items, error }
    throw error
  }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What the splitter should give, by JSON.parse. */
function naiveItems(json: unknown): Item[] {
  if (Array.isArray(json)) return json.map(value => ['', '', value] as const)
  if (typeof json !== 'object' || json === null) return [['', '', json]]
  return Object.entries(json).flatMap(([section, value]: [string, unknown]): Item[] => {
    if (Array.isArray(value)) return value.map(each => [section, '', each] as const)
    if (typeof value === 'object' && value !== null) return Object.entries(value).map(([key, each]) => [section, key, each] as const)
    return [[section, '', value]]
  })
}

const spacing = fc.constantFrom(undefined, 1, '\t', ' \r\n')

describe('items', () => {
  it('are those of JSON.parse, in whatever pieces the text comes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), spacing, fc.integer({ min: 1, max: 50 }), (json, space, pieceBytes) => {
        const text = JSON.stringify(json, undefined, space)
        const { items, error } = itemsOf(encode(text), pieceBytes)
        expect(error?.message).toBeUndefined()
        expect(items).toEqual(naiveItems(JSON.parse(text)))
      }),
      { numRuns: 300 },
    )
  })

  it('come from text with a byte order mark', () => {
    expect(itemsOf(encode('\ufeff[1,"\ufeffé😀"]'), 100).items).toEqual([
      ['', '', 1],
      ['', '', '\ufeffé😀'],
    ])
  })

  it('are given out up to a break, which is found', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 2 }), { minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 50 }), (json, cut, pieceBytes) => {
        const bytes = encode(JSON.stringify({ traceEvents: json }))
        const { items, error } = itemsOf(bytes.subarray(0, cut % bytes.length), pieceBytes)
        expect(error?.code).toBe('import-json')
        expect(items).toEqual(naiveItems({ traceEvents: json }).slice(0, items.length))
      }),
    )
  })

  it.each([
    ['{"traceEvents": [{"a": 1}, {"b" 2}]}', 'byte 32 (line 1, column 33): "2" stands where a colon is needed'],
    ['[\n  {"a": 1},\n  {"ü": tru}\n]', 'byte 23 (line 3, column 10): "t" stands where a value is needed'],
    ['[\n  {\n    "a": 1,\n  }]', 'byte 20 (line 4, column 3): "}" stands where a property name is needed'],
    ['[1 2]', 'byte 3 (line 1, column 4): "2" stands where a comma or the end is needed'],
    ['[1,]', 'byte 3 (line 1, column 4): "]" stands where a value is needed'],
    ['{"a": 1,}', 'byte 8 (line 1, column 9): "}" stands where a property name is needed'],
    ['{"a" 1}', 'byte 5 (line 1, column 6): "1" stands where a colon is needed'],
    ['[1]]', 'byte 3 (line 1, column 4): something follows the last bracket'],
    ['[1', 'byte 2 (line 1, column 3): it ends too early'],
    ['<html>', 'byte 0 (line 1, column 1): "<" stands where a value is needed'],
    ['', 'byte 0 (line 1, column 1): it ends too early'],
  ])('say where %j breaks', (text, place) => {
    for (const pieceBytes of [1, 7, 100]) expect(itemsOf(encode(text), pieceBytes).error?.message).toContain(place)
  })
})

describe('breaks', () => {
  it('are found exactly where JSON.parse finds one', () => {
    const mutated = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom('', '"', ',', '}', ']', '{', '[', ':', '\\', '0', 'e', '\n', ' ', 'tru'))
      .map(([text, at, char]) => {
        const place = at % (text.length + 1)
        return text.slice(0, place) + char + text.slice(place + (at % 2))
      })
    fc.assert(
      fc.property(mutated, text => {
        let isJson = true
        try {
          JSON.parse(text)
        } catch {
          isJson = false
        }
        const found = findJsonBreak(text)
        expect(found === undefined).toBe(isJson)
        if (found !== undefined) expect(found.at).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 1000 },
    )
  })

  it('are found in deep nesting', () => {
    expect(findJsonBreak('['.repeat(100_000))).toMatchObject({ at: 100_000 })
  })
})
