/**
 * Snapshots of built-in objects through their internal slots. Each reader throws (or returns false) when the slots are not there, and the
 * caller then takes the object for an ordinary one.
 */
import { ValueTag } from '@hindscope/protocol'
import {
  arrayBufferBytes,
  bigintValue,
  booleanValue,
  dataViewBuffer,
  dataViewBytes,
  dataViewOffset,
  dateTime,
  hasOwn,
  canReadStack,
  isStackFormattingNative,
  mapEntries,
  mapIteratorNext,
  mapSize,
  nativeStackGetter,
  numberValue,
  ownDescriptor,
  prototypeOf,
  reflectApply,
  regexpFlags,
  regexpSource,
  setIteratorNext,
  setSize,
  setValues,
  sharedBufferBytes,
  stringValue,
  symbolValue,
  typedArrayBuffer,
  typedArrayBytes,
  typedArrayName,
  typedArrayOffset,
} from './intrinsics.ts'
import { readValue } from './object-facts.ts'
import type { ObjectFacts } from './object-facts.ts'
import type { PropertyLayout, SnapshotOutput } from './snapshot-output.ts'

const MAX_BINARY_BYTES = 64
const MAX_STACK_UNITS = 4096

/** Writes the object by its brand; false when the brand has no layout of its own. */
export function writeBuiltin(out: SnapshotOutput, value: object, id: number, depth: number, facts: ObjectFacts): boolean {
  switch (facts.brand) {
    case 'map':
      writeMap(out, value, id, depth)
      return true
    case 'set':
      writeSet(out, value, id, depth)
      return true
    case 'date': {
      const ms = dateTime(value)
      out.bytes.byte(ValueTag.date)
      out.bytes.float64(ms)
      return true
    }
    case 'regexp': {
      const text = `/${out.clipped(regexpSource(value))}/${regexpFlags(value)}`
      out.bytes.byte(ValueTag.regexp)
      out.str(text)
      return true
    }
    case 'error':
      writeError(out, value, id, depth, facts)
      return true
    case 'arrayBuffer':
    case 'dataView':
      writeBuffer(out, value, id, facts)
      return true
    default:
      return writeBoxed(out, value, id, depth, facts)
  }
}

function writeMap(out: SnapshotOutput, map: object, id: number, depth: number): void {
  const size = mapSize(map)
  const count = out.room(size, depth)
  out.bytes.byte(ValueTag.map)
  out.bytes.varint(id)
  out.bytes.varint(size)
  out.bytes.varint(count)
  const entries = mapEntries(map)
  for (let i = 0; i < count; i++) {
    // By index: destructuring would go through the patchable Array.prototype[Symbol.iterator].
    const entry: readonly unknown[] = mapIteratorNext(entries).value
    const key = entry[0]
    out.guarded(key, depth + 1)
    if (out.isRedactedKey(key)) out.redacted(key)
    else out.guarded(entry[1], depth + 1)
  }
}

function writeSet(out: SnapshotOutput, set: object, id: number, depth: number): void {
  const size = setSize(set)
  const count = out.room(size, depth)
  out.bytes.byte(ValueTag.set)
  out.bytes.varint(id)
  out.bytes.varint(size)
  out.bytes.varint(count)
  const values = setValues(set)
  for (let i = 0; i < count; i++) out.guarded(setIteratorNext(values).value, depth + 1)
}

function writeError(out: SnapshotOutput, error: object, id: number, depth: number, facts: ObjectFacts): void {
  const ownName = readValue(error, 'name')
  out.bytes.byte(ValueTag.error)
  out.bytes.varint(id)
  out.str(out.clipped(typeof ownName === 'string' && ownName !== '' ? ownName : facts.className))
  const message = inheritedValue(out, error, 'message')
  out.str(typeof message === 'string' ? out.clipped(message) : '')
  out.str(readStack(out, error, facts))
  out.properties(error, depth, ERROR_LAYOUT)
}

const isErrorKey = (key: string | symbol): boolean => key === 'stack' || key === 'message' || key === 'name'
const ERROR_LAYOUT: PropertyLayout = { hasSize: false, skip: isErrorKey }

function inheritedValue(out: SnapshotOutput, object: object, key: string): unknown {
  let holder: object | null = object
  for (let i = 0; holder !== null && i < 8 && !out.isProxy(holder); i++) {
    const descriptor = ownDescriptor(holder, key)
    if (descriptor !== undefined) return hasOwn(descriptor, 'value') ? descriptor.value : undefined
    holder = prototypeOf(holder)
  }
  return undefined
}

/**
 * The stack text, '' when reading it could run user code (Error.prepareStackTrace), could be noticed (Node), or it is an accessor that is
 * not the engine's.
 */
function readStack(out: SnapshotOutput, error: object, facts: ObjectFacts): string {
  if (
    !canReadStack ||
    !isStackFormattingNative() ||
    (facts.builtin !== undefined && facts.builtin !== Error && !isStackFormattingNative(facts.builtin))
  )
    return ''
  const own = ownDescriptor(error, 'stack')
  let stack: unknown
  if (own === undefined || !hasOwn(own, 'value')) {
    const isNative = nativeStackGetter !== undefined && (own === undefined ? facts.builtin === Error : own.get === nativeStackGetter)
    if (isNative && nativeStackGetter !== undefined) stack = reflectApply(nativeStackGetter, error, [])
  } else stack = own.value
  if (typeof stack !== 'string') return ''
  return stack.length > MAX_STACK_UNITS ? out.start(stack, MAX_STACK_UNITS) : stack
}

/** A typed array or DataView. */
export function writeView(out: SnapshotOutput, view: object, id: number): void {
  const name = typedArrayName(view)
  if (name === undefined) writeBytes(out, id, 'DataView', dataViewBuffer(view), dataViewOffset(view), dataViewBytes(view))
  else writeBytes(out, id, name, typedArrayBuffer(view), typedArrayOffset(view), typedArrayBytes(view))
}

function writeBuffer(out: SnapshotOutput, buffer: object, id: number, facts: ObjectFacts): void {
  const isShared = facts.builtin !== undefined && out.facts.functionName(facts.builtin) === 'SharedArrayBuffer'
  const length = isShared ? sharedBufferBytes(buffer) : arrayBufferBytes(buffer)
  writeBytes(out, id, facts.className, buffer as ArrayBuffer, 0, length) // SAFE: the slot reader above throws for anything else
}

function writeBytes(out: SnapshotOutput, id: number, className: string, buffer: ArrayBuffer, offset: number, length: number): void {
  const count = Math.min(length, MAX_BINARY_BYTES)
  if (count < length) out.truncated()
  out.bytes.byte(ValueTag.binary)
  out.bytes.varint(id)
  out.str(className)
  out.bytes.varint(length)
  out.bytes.varint(count)
  // A detached buffer takes no view, not even an empty one.
  if (count > 0) out.raw(buffer, offset, count, length)
}

/** Number, String and other objects around a primitive: an object with one entry. */
function writeBoxed(out: SnapshotOutput, value: object, id: number, depth: number, facts: ObjectFacts): boolean {
  let primitive: unknown
  if (facts.brand === 'number') primitive = numberValue(value)
  else if (facts.brand === 'string') primitive = stringValue(value)
  else if (facts.brand === 'boolean') primitive = booleanValue(value)
  else if (facts.brand === 'bigint') primitive = bigintValue(value)
  else if (facts.brand === 'symbol') primitive = symbolValue(value)
  else return false
  out.bytes.byte(ValueTag.object)
  out.bytes.varint(id)
  out.str(out.clipped(facts.className))
  out.bytes.varint(1)
  out.bytes.varint(1)
  out.str('[[value]]')
  out.guarded(primitive, depth + 1)
  return true
}
