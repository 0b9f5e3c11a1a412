/** Values as text. Absences stay distinct: undefined, an empty slot, a getter nobody ran, a value masked, cut or never recorded. */
import type { ValueNode } from '@hindscope/protocol'

/** Colour class of a value; the sigils in the text tell the same without colour. */
export type ValueTone = 'string' | 'number' | 'keyword' | 'label' | 'object' | 'error' | 'absent' | 'masked'

const MAX_PREVIEW = 160
/** ECMA-262, 21.4.1.1; more can only be damage. */
const MAX_DATE_MS = 8.64e15

export function toneOf(node: ValueNode): ValueTone {
  switch (node.kind) {
    case 'string':
    case 'regexp':
    case 'date':
      return 'string'
    case 'number':
    case 'bigint':
      return 'number'
    case 'boolean':
    case 'null':
      return 'keyword'
    case 'undefined':
    case 'hole':
    case 'accessor':
    case 'cut':
      return 'absent'
    case 'redacted':
      return 'masked'
    case 'error':
      return 'error'
    case 'function':
    case 'symbol':
      return 'label'
    default:
      return 'object'
  }
}

/** 0 when the value has no identity or was not tracked. */
export const identityOf = (node: ValueNode): number => ('id' in node ? node.id : 0)

const cutText = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, Math.max(1, length - 1))}…`)

const quote = (value: string, length: number): string =>
  `${JSON.stringify(cutText(value, MAX_PREVIEW))}${length > value.length ? ` … ${length} characters` : ''}`

/** One line. `budget` is the length that nested previews share; the result may be a little longer. */
export function previewValue(node: ValueNode, budget: number = MAX_PREVIEW): string {
  switch (node.kind) {
    case 'undefined':
    case 'null':
      return node.kind
    case 'hole':
      return '⟨empty⟩'
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
      return `ƒ ${node.name || '(anonymous)'}()`
    case 'date':
      return node.ms === null || Math.abs(node.ms) > MAX_DATE_MS ? 'Invalid Date' : new Date(node.ms).toISOString()
    case 'regexp':
      return node.text
    case 'error':
      return `${node.className || 'Error'}: ${cutText(node.message, budget)}`
    case 'redacted':
      return `▒▒ redacted (${node.rule})`
    case 'cut':
      return `not recorded (${node.reason})`
    case 'ref':
      return `↺ #${node.id}`
    case 'opaque':
      return `${node.className || 'object'} {…}`
    case 'proxy':
      return 'Proxy {…}'
    case 'binary':
      return `${node.className}(${node.size})`
    default:
      return previewContainer(node, budget)
  }
}

type Container = Extract<ValueNode, { readonly kind: 'object' | 'array' | 'map' | 'set' }>

function previewContainer(node: Container, budget: number): string {
  const parts = containerParts(node)
  const plain = node.kind === 'object' && (node.className === '' || node.className === 'Object')
  const head =
    node.kind === 'object'
      ? plain
        ? ''
        : `${node.className} `
      : node.kind === 'array'
        ? ''
        : `${node.kind === 'map' ? 'Map' : 'Set'}(${node.size}) `
  const [open, close] = node.kind === 'array' ? ['[', ']'] : ['{', '}']
  let text = ''
  let shown = 0
  for (const part of parts) {
    const left = budget - text.length - head.length
    if (left < 8) break
    text += `${shown > 0 ? ', ' : ''}${part(Math.floor(left / 2))}`
    shown++
  }
  const more = node.size > shown ? (shown > 0 ? ', …' : node.kind === 'array' ? `…${node.size}` : '…') : ''
  return `${head}${open}${text}${more}${close}`
}

function containerParts(node: Container): readonly ((budget: number) => string)[] {
  switch (node.kind) {
    case 'object':
      return node.entries.map(
        ([key, value]) =>
          budget =>
            `${key}: ${previewValue(value, budget)}`,
      )
    case 'map':
      return node.pairs.map(
        ([key, value]) =>
          budget =>
            `${previewValue(key, budget)} → ${previewValue(value, budget)}`,
      )
    default:
      return node.items.map(value => budget => previewValue(value, budget))
  }
}

/** What is meant where a value says that there is none; undefined for values. */
export function absenceTitle(node: ValueNode): string | undefined {
  switch (node.kind) {
    case 'undefined':
      return 'The program had undefined here'
    case 'hole':
      return 'An empty slot: the array has no such element'
    case 'accessor':
      return 'A getter; getters are never run'
    case 'cut':
      return 'The program had a value here, and the recorder left it out'
    case 'redacted':
      return 'The program had a value here, and a redaction rule masked it while recording'
    default:
      return undefined
  }
}
