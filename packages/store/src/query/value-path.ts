/** Where a path leads on a row: first which row's record holds the value, then the steps into it. What was cut or masked leads nowhere. */
import { EventKind } from '@hindscope/protocol'
import type { PathField, PathRoot, PathStep, ValueNode } from '@hindscope/protocol'
import { argumentsOf, namedValues, siteOfRow } from '../model/describe.ts'
import { fieldOf } from '../model/record-values.ts'
import { Mark } from '../model/row-table.ts'
import type { Track } from '../model/track.ts'
import type { Scan } from './scan.ts'

/** The row whose record holds the value, -1 when there is none: a call has its arguments and its result on its first and its last event. */
export function holderOf(track: Track, root: PathRoot, row: number): number {
  const holder = holderByRoot(track, root, row)
  return holder === -1 || !track.hasValues(holder) ? -1 : holder
}

function holderByRoot(track: Track, root: PathRoot, row: number): number {
  switch (root) {
    case 'args': {
      const call = isEdge(track, row) ? (track.rows.call[row] ?? -1) : -1
      return call === -1 || track.calls.activity[call] !== 0 ? -1 : (track.calls.enterRow[call] ?? -1)
    }
    case 'result': {
      const exit = exitOf(track, row)
      const kind = track.rows.kind[exit]
      return kind === EventKind.callReturn || kind === EventKind.activityEnd ? exit : -1
    }
    case 'error':
      return errorHolder(track, row)
    default:
      return row
  }
}

const isEdge = (track: Track, row: number): boolean => ((track.rows.marks[row] ?? 0) & (Mark.enter | Mark.exit)) !== 0

/** The row that ended the call that `row` began or ended; -1 for other rows and for open calls. */
function exitOf(track: Track, row: number): number {
  const marks = track.rows.marks[row] ?? 0
  if ((marks & Mark.exit) !== 0) return row
  return (marks & Mark.enter) === 0 ? -1 : (track.calls.exitRow[track.rows.call[row] ?? -1] ?? -1)
}

function errorHolder(track: Track, row: number): number {
  switch (track.rows.kind[row]) {
    case EventKind.throwStatement:
    case EventKind.catch:
    case EventKind.uncaughtError:
    case EventKind.unhandledRejection:
      return row
    default: {
      const exit = exitOf(track, row)
      const kind = track.rows.kind[exit]
      return kind === EventKind.callThrow || kind === EventKind.activityEnd ? exit : -1
    }
  }
}

/** The value that the path names in the record of `holder`; undefined where nothing was recorded. */
export function nodeAt(scan: Scan, track: Track, holder: number, { root, steps }: PathField): ValueNode | undefined {
  const values = scan.valuesOf(track, holder)
  const [first] = steps
  if (root !== 'args' && root !== 'values') return walk(rootNode(track, holder, root, values[0]), steps, values)
  const items = root === 'args' ? argumentsOf(siteOfRow(track, holder), values) : values
  if (typeof first === 'number') return walk(items[first], steps.slice(1), values)
  const named = first === undefined ? undefined : valueByName(track, holder, root, first, values)
  if (named !== undefined) return walk(named, steps.slice(1), values)
  return walk({ kind: 'array', id: 0, size: items.length, items }, steps, values)
}

function rootNode(track: Track, holder: number, root: PathRoot, value: ValueNode | undefined): ValueNode | undefined {
  if (root !== 'error' || track.rows.kind[holder] !== EventKind.activityEnd) return value
  const error = fieldOf(value, 'error')
  return error?.kind === 'undefined' || error?.kind === 'null' ? undefined : error
}

/** A parameter's argument, a local variable, a field of an activity: as the event's details name it. */
function valueByName(track: Track, row: number, root: PathRoot, name: string, values: readonly ValueNode[]): ValueNode | undefined {
  if (root === 'values') return namedValues(track, row).find(each => each.name === name)?.value
  const index = siteOfRow(track, row)?.functionProbe?.params.indexOf(name) ?? -1
  return index === -1 ? undefined : values[index]
}

function walk(start: ValueNode | undefined, steps: readonly PathStep[], values: readonly ValueNode[]): ValueNode | undefined {
  let node = referred(start, values)
  for (const step of steps) {
    if (node === undefined) return undefined
    node = referred(partOf(node, step), values)
  }
  return node
}

const size = (value: number): ValueNode => ({ kind: 'number', text: String(value) })
const text = (value: string): ValueNode => ({ kind: 'string', value, length: value.length })

/** One step into a value: a property, an index, a key of a map, or the size of what has one. */
function partOf(node: ValueNode, step: PathStep): ValueNode | undefined {
  switch (node.kind) {
    case 'object':
      return fieldOf(node, String(step))
    case 'error':
      return fieldOf(node, String(step)) ?? partOfError(node, step)
    case 'array':
      return step === 'length' ? size(node.size) : typeof step === 'number' ? node.items[step] : undefined
    case 'set':
      return step === 'size' ? size(node.size) : typeof step === 'number' ? node.items[step] : undefined
    case 'map':
      return node.pairs.find(([key]) => isKey(key, step))?.[1] ?? (step === 'size' ? size(node.size) : undefined)
    case 'string':
      return step === 'length' ? size(node.length) : undefined
    case 'binary':
      return step === 'length' ? size(node.size) : typeof step === 'number' && step < node.bytes.length ? size(node.bytes[step] ?? 0) : undefined
    case 'function':
      return step === 'name' ? text(node.name) : undefined
    default:
      return undefined
  }
}

function partOfError(node: Extract<ValueNode, { kind: 'error' }>, step: PathStep): ValueNode | undefined {
  if (step === 'message') return text(node.message)
  if (step === 'name') return text(node.className)
  return step === 'stack' && node.stack !== '' ? text(node.stack) : undefined
}

const isKey = (key: ValueNode, step: PathStep): boolean =>
  typeof step === 'number'
    ? key.kind === 'number' && Number(key.text) === step
    : key.kind === 'string' && key.value === step && key.length === step.length

/** A value that stands for one written before it in the same record becomes that one. */
function referred(node: ValueNode | undefined, values: readonly ValueNode[]): ValueNode | undefined {
  if (node?.kind !== 'ref') return node
  const stack: ValueNode[] = [...values]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.kind !== 'ref' && 'id' in next && next.id === node.id) return next
    if (next.kind === 'object' || next.kind === 'error') for (const [, value] of next.entries) stack.push(value)
    else if (next.kind === 'array' || next.kind === 'set') for (const item of next.items) stack.push(item)
    else if (next.kind === 'map') for (const [key, value] of next.pairs) stack.push(key, value)
  }
  return undefined
}
