/**
 * Values of imported events: JSON as nodes that value-writer.ts writes. Bounded, so that one value never fills a chunk: what is cut keeps its
 * true size or length, as values of the recorder do.
 */
import { numberText } from '@hindscope/protocol'
import type { ValueNode } from '@hindscope/protocol'
import type { JsonObject } from './json-fields.ts'

/** The kinds of `ValueNode` that an import has. */
export type PlainValue =
  | { readonly kind: 'undefined' | 'null' }
  | Extract<ValueNode, { readonly kind: 'boolean' | 'number' | 'string' | 'cut' }>
  | {
      readonly kind: 'object'
      readonly id: number
      readonly className: string
      readonly size: number
      readonly entries: readonly (readonly [string, PlainValue])[]
    }
  | { readonly kind: 'array'; readonly id: number; readonly size: number; readonly items: readonly PlainValue[] }
  | {
      readonly kind: 'error'
      readonly id: number
      readonly className: string
      readonly message: string
      readonly stack: string
      readonly entries: readonly (readonly [string, PlainValue])[]
    }

export const MAX_VALUE_DEPTH = 8
export const MAX_VALUE_ITEMS = 256
export const MAX_STRING_LENGTH = 4096
/** Parts and characters of one value, all that is inside it included. */
const MAX_PARTS = 2000
const MAX_CHARACTERS = 65_536
const CUT: PlainValue = { kind: 'cut', reason: 'limit of the import' }

interface Budget {
  parts: number
  characters: number
}

/** JSON, and undefined, as a value. */
export const plain = (json: unknown): PlainValue => nodeOf(json, 0, { parts: MAX_PARTS, characters: MAX_CHARACTERS })

/** An object as the kinds of events have it: `className` is that of a plain one. */
export const fieldsOf = (fields: JsonObject): PlainValue => plain(fields)

function nodeOf(json: unknown, depth: number, left: Budget): PlainValue {
  if (left.parts-- <= 0) return CUT
  switch (typeof json) {
    case 'boolean':
      return { kind: 'boolean', value: json }
    case 'number':
      return { kind: 'number', text: numberText(json) }
    case 'string':
      return textNode(json, left)
    case 'object':
      if (json === null) return { kind: 'null' }
      if (depth === MAX_VALUE_DEPTH) return CUT
      return Array.isArray(json) ? arrayNode(json, depth, left) : objectNode(json as JsonObject, depth, left) // SAFE: neither null nor an array
    default:
      return { kind: 'undefined' }
  }
}

function textNode(text: string, left: Budget): PlainValue {
  const kept = Math.min(text.length, MAX_STRING_LENGTH, Math.max(0, left.characters))
  left.characters -= kept
  return { kind: 'string', value: text.slice(0, kept), length: text.length }
}

function arrayNode(json: readonly unknown[], depth: number, left: Budget): PlainValue {
  const items: PlainValue[] = []
  for (let i = 0; i < json.length && i < MAX_VALUE_ITEMS && left.parts > 0; i++) items.push(nodeOf(json[i], depth + 1, left))
  return { kind: 'array', id: 0, size: json.length, items }
}

function objectNode(json: JsonObject, depth: number, left: Budget): PlainValue {
  const keys = Object.keys(json)
  const entries: (readonly [string, PlainValue])[] = []
  for (let i = 0; i < keys.length && i < MAX_VALUE_ITEMS && left.parts > 0 && left.characters > 0; i++) {
    const key = keys[i] as string // SAFE: below the length
    left.characters -= key.length
    entries.push([key.slice(0, MAX_STRING_LENGTH), nodeOf(json[key], depth + 1, left)])
  }
  return { kind: 'object', id: 0, className: 'Object', size: keys.length, entries }
}
