/** A recorded value for SQL: its leaves with their paths, and as JSON for reading. Neither runs anything, and neither follows a circle. */
import type { PathStep, ValueNode } from '@hindscope/protocol'
import { formatValue } from '../model/format-value.ts'
import type { ValueType } from './stored-tables.ts'

export interface Scalar {
  readonly type: ValueType
  /** NaN where it is none. */
  readonly number: number
  readonly text: string
}

/** `args.user`, `args["a b"]`, `args[0]`: as the query language writes paths. */
export function stepInto(path: string, step: PathStep): string {
  if (typeof step === 'number') return `${path}[${step}]`
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(step) ? `${path}.${step}` : `${path}[${JSON.stringify(step)}]`
}

/** Every leaf of the value, in order. Depth is bounded by the recorder and by the decoder. */
export function visitLeaves(node: ValueNode, path: string, visit: (path: string, scalar: Scalar) => void): void {
  switch (node.kind) {
    case 'object':
      for (const [key, value] of node.entries) visitLeaves(value, stepInto(path, key), visit)
      return
    case 'array':
    case 'set':
      node.items.forEach((item, index) => visitLeaves(item, stepInto(path, index), visit))
      return
    case 'map':
      for (const [key, value] of node.pairs) {
        const step = key.kind === 'string' ? key.value : key.kind === 'number' ? Number(key.text) : undefined
        if (step !== undefined) visitLeaves(value, stepInto(path, step), visit)
      }
      return
    case 'error':
      visit(`${path}.name`, { type: 'string', number: NaN, text: node.className })
      visit(`${path}.message`, { type: 'string', number: NaN, text: node.message })
      for (const [key, value] of node.entries) visitLeaves(value, stepInto(path, key), visit)
      return
    default: {
      const scalar = scalarOf(node)
      if (scalar !== undefined) visit(path, scalar)
    }
  }
}

/** Undefined for what is no value of its own: holes, getters, and objects that were met before. */
export function scalarOf(node: ValueNode): Scalar | undefined {
  switch (node.kind) {
    case 'string':
      return { type: 'string', number: NaN, text: node.value }
    case 'number':
      return { type: 'number', number: Number(node.text), text: node.text }
    case 'bigint':
      return { type: 'bigint', number: Number(node.text), text: node.text }
    case 'boolean':
      return { type: 'boolean', number: node.value ? 1 : 0, text: String(node.value) }
    case 'null':
    case 'undefined':
      return { type: node.kind, number: NaN, text: node.kind }
    case 'date':
      return { type: 'date', number: node.ms ?? NaN, text: formatValue(node) }
    case 'symbol':
      return { type: 'symbol', number: NaN, text: node.description }
    case 'function':
      return { type: 'function', number: NaN, text: node.name }
    case 'regexp':
      return { type: 'regexp', number: NaN, text: node.text }
    case 'binary':
      return { type: 'binary', number: node.size, text: node.className }
    case 'opaque':
      return { type: 'object', number: NaN, text: node.className }
    case 'redacted':
    case 'cut':
      return { type: node.kind, number: NaN, text: '' }
    default:
      return undefined
  }
}

/** What JSON has no form for becomes a text: `NaN`, `12n`, `ƒ name`, `▒▒` where it was masked, `…` where it was cut. */
export function jsonOf(node: ValueNode): unknown {
  switch (node.kind) {
    case 'object':
      return asObject(node.entries)
    case 'array':
    case 'set':
      return node.items.map(jsonOf)
    case 'map':
      return asObject(node.pairs.map(([key, value]) => [key.kind === 'string' ? key.value : formatValue(key), value]))
    case 'error':
      return { ...asObject(node.entries), name: node.className, message: node.message }
    case 'string':
      return node.value
    case 'boolean':
      return node.value
    case 'null':
    case 'undefined':
    case 'hole':
      return null
    case 'number': {
      const value = Number(node.text)
      return Number.isFinite(value) ? value : node.text
    }
    default:
      return formatValue(node)
  }
}

/** `__proto__` is a key like any other. */
const asObject = (entries: readonly (readonly [string, ValueNode])[]): object =>
  Object.fromEntries(entries.map(([key, value]) => [key, jsonOf(value)]))
