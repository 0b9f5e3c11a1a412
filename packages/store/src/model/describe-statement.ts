/**
 * Names, previews and values of the events inside functions: `step total = sum(cart)`, `if total > 3 → true`, `iteration 3`,
 * `Cart#12.items = 3`, `locals {a: 1}`.
 */
import { BranchBit, EventKind } from '@hindscope/protocol'
import type { NamedValue, ValueNode } from '@hindscope/protocol'
import { formatValue } from './format-value.ts'
import type { Site } from './site-table.ts'
import { textOfSite } from './source-text.ts'
import type { Track } from './track.ts'

const siteOf = (track: Track, row: number): Site => track.sites.resolve(track.rows.site[row] ?? 0)

const isStatement = (kind: number): boolean => (kind >= EventKind.step && kind <= EventKind.expression) || kind === EventKind.propertyWrite

/** Undefined for other kinds. */
export function nameOfStatement(track: Track, row: number, values: readonly ValueNode[]): string | undefined {
  const kind = track.rows.kind[row] ?? 0
  if (!isStatement(kind)) return undefined
  const { probe, name } = siteOf(track, row)
  switch (kind) {
    case EventKind.step:
      return probe?.kind === 'branch' ? probe.branch : 'step'
    case EventKind.branch:
      return probe?.kind === 'branch' ? (probe.operator ?? probe.branch) : 'branch'
    case EventKind.iteration:
      return 'iteration'
    case EventKind.locals:
      return 'locals'
    case EventKind.expression:
      return 'expression'
    case EventKind.propertyWrite: {
      const [object, key] = values
      const place = object === undefined ? name : `${objectLabel(object)}${keyText(key)}`
      return probe?.kind === 'property-write' && probe.operator === 'delete' ? `delete ${place}` : place
    }
    default:
      return undefined
  }
}

export function previewOfStatement(track: Track, row: number, values: readonly ValueNode[]): string | undefined {
  const { rows } = track
  const [value] = values
  switch (rows.kind[row]) {
    case EventKind.step:
      return spaced(textOfSite(siteOf(track, row)))
    case EventKind.branch:
      return `${spaced(textOfSite(siteOf(track, row)))} → ${wayOf(track, row)}`
    case EventKind.iteration:
      return ` ${track.linkOf(row)}`
    case EventKind.locals:
      return ` ${formatValue(asObject(namesOfLocals(track, row, values)))}`
    case EventKind.expression:
      return `${spaced(textOfSite(siteOf(track, row)))}${value === undefined ? '' : ` → ${formatValue(value)}`}`
    case EventKind.propertyWrite:
      return writtenPreview(siteOf(track, row), values[2])
    default:
      return undefined
  }
}

const spaced = (text: string): string => (text === '' ? '' : ` ${text}`)

function wayOf(track: Track, row: number): string {
  const bits = track.rows.extra[row] ?? 0
  const { probe } = siteOf(track, row)
  if (probe?.kind === 'branch' && probe.operator === '??') return (bits & BranchBit.nullish) === 0 ? 'not nullish' : 'nullish'
  return (bits & BranchBit.truthy) === 0 ? 'false' : 'true'
}

function writtenPreview({ probe }: Site, value: ValueNode | undefined): string {
  if (value === undefined) return ''
  const text = formatValue(value)
  if (probe?.kind !== 'property-write') return ` = ${text}`
  if (probe.operator === 'delete') return ` → ${text}`
  return probe.before === true ? ` ${probe.operator} (was ${text})` : ` = ${text}`
}

/** Which object it is: `Cart#12`. */
function objectLabel(node: ValueNode): string {
  const id = 'id' in node && node.id > 0 ? `#${node.id}` : ''
  if (node.kind === 'opaque') return `${node.className || 'Object'}${id}`
  if (node.kind === 'function') return `${node.name || 'ƒ'}${id}`
  return node.kind === 'proxy' ? `Proxy${id}` : formatValue(node, 20)
}

/** `.items`, `.#count`, `["a b"]`, `[3]`. */
export function keyText(key: ValueNode | undefined): string {
  if (key === undefined) return ''
  const isName = key.kind === 'string' && /^#?[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key.value)
  return isName ? `.${key.value}` : `[${formatValue(key, 40)}]`
}

function namesOfLocals(track: Track, row: number, values: readonly ValueNode[]): readonly NamedValue[] {
  const { probe } = siteOf(track, row)
  const names = probe?.kind === 'locals' ? probe.names : []
  return values.map((value, index) => ({ name: names[index] ?? `local ${index + 1}`, value }))
}

const asObject = (values: readonly NamedValue[]): ValueNode => ({
  kind: 'object',
  id: 0,
  className: '',
  size: values.length,
  entries: values.map(({ name, value }) => [name, value]),
})

export function valuesOfStatement(track: Track, row: number, values: readonly ValueNode[]): NamedValue[] | undefined {
  const kind = track.rows.kind[row]
  if (kind === EventKind.locals) return [...namesOfLocals(track, row, values)]
  if (kind === EventKind.propertyWrite) {
    const { probe } = siteOf(track, row)
    const last = probe?.kind === 'property-write' && probe.before === true ? 'value before' : 'value'
    return values.map((value, index) => ({ name: ['object', 'key', last][index] ?? 'value', value }))
  }
  if (kind === EventKind.expression) return values.map(value => ({ name: textOfSite(siteOf(track, row)) || 'value', value }))
  return undefined
}
