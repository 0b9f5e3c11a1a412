/** Reading a member: `object.name`. What is inherited by recorded objects is not recorded, so only own properties and a closed list of methods are there. */
import type { AnyNode } from '../parse-expression.ts'
import { ARRAY_METHODS, arrayMethod } from './array-methods.ts'
import { isSame } from './operators.ts'
import { dateMethod, numberMethod, textMethod } from './text-methods.ts'
import { Builtin, CutText, DateValue, MadeArray, MadeObject, RecordedObject, isPrimitive } from './values.ts'
import type { NativeFunction, Sandbox, Value } from './values.ts'

/** What a recorded part becomes in the sandbox. */
export type PartReader = (object: RecordedObject, part: RecordedObject['state']['parts'][number], at: AnyNode) => Value

export function member(sandbox: Sandbox, object: Value, name: string, at: AnyNode, read: PartReader): Value {
  if (object === undefined || object === null) return sandbox.fail(at, `cannot read ${JSON.stringify(name)} of ${String(object)}`)
  if (typeof object === 'string') return textMember(sandbox, object, name, at)
  if (object instanceof CutText) return name === 'length' ? object.length : textMember(sandbox, cut(sandbox, object, at), name, at)
  if (isPrimitive(object)) return method(sandbox, numberMethod(object, name), name, at)
  if (object instanceof DateValue) return method(sandbox, dateMethod(object, name), name, at)
  if (object instanceof Builtin) return object.members.has(name) ? object.members.get(name) : sandbox.refuse(at, `${object.name}.${name}`)
  if (object instanceof MadeArray) {
    if (name === 'length') return object.items.length
    return isIndex(name) ? object.items[Number(name)] : method(sandbox, arrayMethod(object, name), name, at)
  }
  if (object instanceof MadeObject) {
    const isInherited = !object.entries.has(name) && name in Object.prototype
    return isInherited ? sandbox.refuse(at, `.${name} of this value`) : object.entries.get(name)
  }
  if (object instanceof RecordedObject) return recordedMember(sandbox, object, name, at, read)
  return sandbox.refuse(at, `.${name} of this value`)
}

/** Whether `name in object` holds. */
export function hasMember(sandbox: Sandbox, object: Value, name: string, at: AnyNode): boolean {
  if (object instanceof MadeArray) return isIndex(name) ? Number(name) < object.items.length : name === 'length' || ARRAY_METHODS.includes(name)
  if (object instanceof MadeObject) return object.entries.has(name)
  if (!(object instanceof RecordedObject)) return sandbox.fail(at, 'the right side of `in` is no object')
  const part = object.part(name)
  if (part !== undefined) return part.value.kind !== 'hole'
  const { whole, label, kind } = object.state
  if (whole && kind === 'object' && isPlain(label) && !(name in Object.prototype)) return false
  if (whole && kind === 'array' && isIndex(name)) return false
  return sandbox.missing(at, whole ? INHERITED : incomplete(object))
}

const isIndex = (name: string): boolean => /^(?:0|[1-9]\d{0,9})$/.test(name)
const isPlain = (label: string): boolean => label === 'Object' || label === ''
const INHERITED = 'it is no own property, and what a class gives its objects (methods, getters) is not recorded'

export function incomplete({ state }: RecordedObject): string {
  const { parts, size, kind } = state
  const things = kind === 'array' ? 'elements' : kind === 'map' || kind === 'set' ? 'entries' : 'properties'
  if (kind === 'opaque' || kind === 'proxy') return 'only the identity of the object was recorded'
  return size === undefined || parts.length >= size
    ? `some of its ${things} were not recorded`
    : `only ${parts.length} of its ${size} ${things} were recorded`
}

function cut(sandbox: Sandbox, text: CutText, at: AnyNode): never {
  return sandbox.missing(at, `only the first ${text.start.length} of ${text.length} characters were recorded`)
}

function textMember(sandbox: Sandbox, text: string, name: string, at: AnyNode): Value {
  if (name === 'length') return text.length
  if (isIndex(name)) return text[Number(name)]
  return method(sandbox, textMethod(text, name), name, at)
}

function method(sandbox: Sandbox, run: NativeFunction | undefined, name: string, at: AnyNode): Value {
  return run === undefined ? sandbox.refuse(at, `.${name} of this value`) : new Builtin(name, run)
}

function recordedMember(sandbox: Sandbox, object: RecordedObject, name: string, at: AnyNode, read: PartReader): Value {
  const { state } = object
  const part = object.part(name)
  if (part !== undefined) return read(object, part, at)
  switch (state.kind) {
    case 'array':
      if (name === 'length') return state.size ?? sandbox.missing(at, 'its length was not recorded')
      if (isIndex(name))
        return state.size !== undefined && (state.whole || Number(name) >= state.size) ? undefined : sandbox.missing(at, incomplete(object))
      return method(sandbox, arrayMethod(object, name), name, at)
    case 'map':
    case 'set':
      if (name === 'size') return state.size
      return method(sandbox, collectionMethod(object, name), name, at)
    case 'error':
      if (name === 'message') return state.message
      if (name === 'stack') return state.stack ?? sandbox.missing(at, 'the stack was not recorded')
      return sandbox.missing(at, INHERITED)
    case 'function':
      return name === 'name' ? state.label : sandbox.missing(at, 'of functions only the name is recorded')
    case 'binary':
      return name === 'byteLength' ? state.size : sandbox.missing(at, 'the bytes are not looked into')
    case 'object':
      if (!state.whole) return sandbox.missing(at, incomplete(object))
      return isPlain(state.label) && !(name in Object.prototype) ? undefined : sandbox.missing(at, INHERITED)
    default:
      return sandbox.missing(at, incomplete(object))
  }
}

function collectionMethod(object: RecordedObject, name: string): NativeFunction | undefined {
  const find = (sandbox: Sandbox, [wanted]: readonly Value[], at: AnyNode): Value[] => {
    const isNaN = Number.isNaN(wanted)
    for (const [key, value] of sandbox.pairs(object, at)) if ((isNaN && Number.isNaN(key)) || isSame(sandbox, key, wanted, at)) return [value]
    return []
  }
  switch (name) {
    case 'has':
      return (sandbox, args, at) => find(sandbox, args, at).length > 0
    case 'get':
      return object.state.kind === 'map' ? (sandbox, args, at) => find(sandbox, args, at)[0] : undefined
    case 'keys':
      return (sandbox, _, at) => new MadeArray(sandbox.pairs(object, at).map(([key]) => key))
    case 'values':
      return (sandbox, _, at) => new MadeArray(sandbox.pairs(object, at).map(([, value]) => value))
    case 'entries':
      return (sandbox, _, at) => new MadeArray(sandbox.pairs(object, at).map(pair => new MadeArray(pair)))
    default:
      return undefined
  }
}
