/** One line of text for a recorded value. Bounded in depth, items and length, whatever the value; never runs anything. */
import type { ValueNode } from '@hindscope/protocol'

export const PREVIEW_LENGTH = 80
const PREVIEW_DEPTH = 2
const PREVIEW_ITEMS = 8
const STRING_LENGTH = 40
const REDACTED = '▒▒'
const CUT = '…'

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029]/
const EVERY_CONTROL = new RegExp(CONTROL, 'g')

/** Cuts to `length` characters with `…` as the last; line breaks and control characters become spaces, so one value is one line. */
export function oneLine(text: string, length: number = PREVIEW_LENGTH): string {
  const start = text.length <= length ? text : text.slice(0, length + 1)
  const flat = CONTROL.test(start) ? start.replace(EVERY_CONTROL, ' ') : start
  return flat.length <= length ? flat : `${flat.slice(0, length - 1)}${CUT}`
}

/** Like a console would print it: `{id: 7, name: "x", …}`, `[1, 2]`, `TypeError: message`; at most `length` characters. */
export function formatValue(node: ValueNode, length: number = PREVIEW_LENGTH): string {
  return oneLine(format(node, PREVIEW_DEPTH), length)
}

/** Several values as an argument list without the parentheses. */
export function formatValues(nodes: readonly ValueNode[], length: number = PREVIEW_LENGTH): string {
  return oneLine(nodes.map(node => format(node, PREVIEW_DEPTH)).join(', '), length)
}

/** As console prints at the top level: strings bare, separated by spaces. */
export function formatConsole(nodes: readonly ValueNode[], length: number = PREVIEW_LENGTH): string {
  return oneLine(nodes.map(node => (node.kind === 'string' ? node.value : format(node, PREVIEW_DEPTH))).join(' '), length)
}

function format(node: ValueNode, depth: number): string {
  switch (node.kind) {
    case 'undefined':
    case 'null':
      return node.kind
    case 'hole':
      return ''
    case 'accessor':
      return '(getter)'
    case 'boolean':
      return String(node.value)
    case 'number':
      return node.text
    case 'bigint':
      return `${node.text}n`
    case 'string':
      return quote(node.value, node.length)
    case 'symbol':
      return `Symbol(${node.description})`
    case 'function':
      return `ƒ ${node.name || '(anonymous)'}`
    case 'object':
      return `${classPrefix(node.className)}${list(node.entries, node.size, '{}', depth, entry)}`
    case 'array':
      return list(node.items, node.size, '[]', depth, format)
    case 'map':
      return `Map(${node.size}) ${list(node.pairs, node.size, '{}', depth, pair)}`
    case 'set':
      return `Set(${node.size}) ${list(node.items, node.size, '{}', depth, format)}`
    case 'date':
      return node.ms === null || Math.abs(node.ms) > 8.64e15 ? 'Invalid Date' : new Date(node.ms).toISOString()
    case 'regexp':
      return node.text
    case 'error':
      return node.message === '' ? node.className : `${node.className}: ${node.message}`
    case 'binary':
      return `${node.className}(${node.size})`
    case 'ref':
      return `↑${node.id}`
    case 'opaque':
      return node.className
    case 'proxy':
      return 'Proxy'
    case 'redacted':
      return REDACTED
    case 'cut':
      return CUT
  }
}

const classPrefix = (className: string): string => (className === '' || className === 'Object' ? '' : `${className} `)

const entry = ([key, value]: readonly [string, ValueNode], depth: number): string => `${oneLine(key, STRING_LENGTH)}: ${format(value, depth)}`
const pair = ([key, value]: readonly [ValueNode, ValueNode], depth: number): string => `${format(key, depth)} => ${format(value, depth)}`

function list<T>(items: readonly T[], size: number, brackets: '{}' | '[]', depth: number, text: (item: T, depth: number) => string): string {
  if (size === 0 && items.length === 0) return brackets
  let body = ''
  let shown = 0
  for (let length = 0; depth > 0 && shown < items.length && shown < PREVIEW_ITEMS && length <= PREVIEW_LENGTH; shown++) {
    const part = text(items[shown] as T, depth - 1) // SAFE: shown is below the length
    body += shown === 0 ? part : `, ${part}`
    length += part.length
  }
  if (shown < Math.max(size, items.length)) body += shown === 0 ? CUT : `, ${CUT}`
  return brackets === '{}' ? `{${body}}` : `[${body}]`
}

/** What JSON writes in another way. */
// eslint-disable-next-line no-control-regex -- control characters are among it
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/

function quote(text: string, fullLength: number): string {
  const isCut = fullLength > text.length || text.length > STRING_LENGTH
  const start = text.length <= STRING_LENGTH ? text : text.slice(0, STRING_LENGTH)
  const quoted = ESCAPED.test(start) ? JSON.stringify(start) : `"${start}"`
  return isCut ? `${quoted.slice(0, -1)}${CUT}"` : quoted
}

/** True when `needle` (lower case) occurs in any string, key, name or number of the value. */
export function valueContains(node: ValueNode, needle: string): boolean {
  const stack: ValueNode[] = [node]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (ownTexts(next).some(text => text.toLowerCase().includes(needle))) return true
    if (next.kind === 'object' || next.kind === 'error') for (const [, value] of next.entries) stack.push(value)
    else if (next.kind === 'array' || next.kind === 'set') stack.push(...next.items)
    else if (next.kind === 'map') for (const [key, value] of next.pairs) stack.push(key, value)
  }
  return false
}

function ownTexts(node: ValueNode): readonly string[] {
  switch (node.kind) {
    case 'string':
      return [node.value]
    case 'number':
    case 'bigint':
    case 'regexp':
      return [node.text]
    case 'boolean':
      return [String(node.value)]
    case 'undefined':
    case 'null':
      return [node.kind]
    case 'symbol':
      return [node.description]
    case 'function':
      return [node.name]
    case 'object':
      return [node.className, ...node.entries.map(([key]) => key)]
    case 'error':
      return [node.className, node.message, `${node.className}: ${node.message}`, ...node.entries.map(([key]) => key)]
    case 'binary':
    case 'opaque':
      return [node.className]
    case 'date':
      return [node.ms === null ? 'invalid date' : String(node.ms)]
    default:
      return []
  }
}
