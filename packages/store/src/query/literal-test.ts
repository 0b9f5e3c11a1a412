/** Comparisons with the values of a query. What is not there, was cut or was masked compares with nothing. */
import type { CompareOperator, Literal, ValueNode } from '@hindscope/protocol'
import { valueContains } from '../model/format-value.ts'

/** What a field of an event or a value can be, apart from not being there. */
export type Cell = string | number | boolean

const holds = (operator: CompareOperator, order: number): boolean => {
  switch (operator) {
    case '=':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default:
      return false
  }
}

/** By UTF-16 units, as JavaScript compares. */
const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A test of what a field of an event is. `startUs`: the session's first event. */
export function cellTest(operator: CompareOperator, literal: Literal, startUs: number): (cell: Cell | undefined) => boolean {
  if (operator === '~' && literal.type === 'text') {
    const needle = literal.value.toLowerCase()
    return cell => typeof cell === 'string' && cell.toLowerCase().includes(needle)
  }
  const wanted = cellOf(literal, startUs)
  if (typeof wanted === 'string') return cell => typeof cell === 'string' && holds(operator, compareTexts(cell, wanted))
  if (typeof wanted === 'number') return cell => typeof cell === 'number' && holds(operator, cell - wanted)
  return cell => typeof cell === 'boolean' && holds(operator, cell === wanted ? 0 : 1)
}

function cellOf(literal: Literal, startUs: number): Cell | undefined {
  switch (literal.type) {
    case 'text':
    case 'number':
    case 'boolean':
      return literal.value
    case 'since':
      return startUs + literal.us
    case 'duration':
    case 'time':
      return literal.us
    default:
      return undefined
  }
}

/** A test of a recorded value. */
export function nodeTest(operator: CompareOperator, literal: Literal): (node: ValueNode) => boolean {
  if (operator === '~') {
    const needle = literal.type === 'text' ? literal.value.toLowerCase() : ''
    return node => valueContains(node, needle)
  }
  if (operator === '!=') return node => isKnown(node) && orderOf(node, literal) !== 0
  return node => {
    const order = orderOf(node, literal)
    return order !== undefined && holds(operator, order)
  }
}

/** Whether all is known that a comparison needs: strings that were shortened may be equal to anything with the same beginning. */
function isKnown(node: ValueNode): boolean {
  switch (node.kind) {
    case 'string':
      return node.length === node.value.length
    case 'cut':
    case 'redacted':
    case 'accessor':
    case 'hole':
    case 'ref':
    case 'proxy':
      return false
    default:
      return true
  }
}

/** Below, equal to or above the literal; undefined when they do not compare. For what has no order, 0 is equality. */
function orderOf(node: ValueNode, literal: Literal): number | undefined {
  switch (node.kind) {
    case 'string':
      return literal.type === 'text' && isKnown(node) ? compareTexts(node.value, literal.value) : undefined
    case 'number':
      return literal.type === 'number' ? differenceOf(Number(node.text), literal.value) : undefined
    case 'bigint':
      return literal.type === 'number' && /^-?\d+$/.test(node.text) ? compareBigint(BigInt(node.text), literal.value) : undefined
    case 'date':
      return literal.type === 'time' && node.ms !== null ? node.ms * 1000 - literal.us : undefined
    case 'boolean':
      return literal.type === 'boolean' && literal.value === node.value ? 0 : undefined
    case 'null':
    case 'undefined':
      return literal.type === node.kind ? 0 : undefined
    default:
      return undefined
  }
}

/** NaN compares with nothing; two infinities are equal. */
const differenceOf = (a: number, b: number): number | undefined => (a === b ? 0 : Number.isNaN(a) ? undefined : a - b)
const compareBigint = (a: bigint, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

/** The value as a cell of a column or a key to order by; undefined for what is none of these. */
export function cellOfNode(node: ValueNode | undefined): Cell | undefined {
  switch (node?.kind) {
    case 'string':
      return isKnown(node) ? node.value : undefined
    case 'boolean':
      return node.value
    case 'number':
    case 'bigint': {
      const value = Number(node.text)
      return Number.isNaN(value) ? undefined : value
    }
    case 'date':
      return node.ms === null ? undefined : node.ms
    default:
      return undefined
  }
}

const rankOf = (cell: Cell | undefined): number => (typeof cell === 'number' ? 0 : typeof cell === 'string' ? 1 : cell === undefined ? 3 : 2)

/** Numbers before texts before truth values. What is not there comes last in either direction. */
export function compareCells(a: Cell | undefined, b: Cell | undefined, direction: 'asc' | 'desc'): number {
  if (a === undefined || b === undefined) return rankOf(a) === rankOf(b) ? 0 : a === undefined ? 1 : -1
  const order = rankOf(a) - rankOf(b) || (typeof a === 'string' && typeof b === 'string' ? compareTexts(a, b) : a === b ? 0 : Number(a) - Number(b))
  return direction === 'asc' ? order : -order
}
