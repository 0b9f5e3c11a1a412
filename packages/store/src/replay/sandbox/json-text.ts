/** JSON.stringify over sandbox values: data only, no toJSON, no getter. */
import type { AnyNode } from '../parse-expression.ts'
import { native, primitive } from './operators.ts'
import { CutText, DateValue, MadeArray, MadeObject, RecordedObject, RegexpValue, SymbolValue, isArray, isCallable, isPrimitive } from './values.ts'
import type { Sandbox, Value } from './values.ts'

const MAX_DEPTH = 100

type Plain = string | number | boolean | null | readonly (Plain | undefined)[] | { readonly [key: string]: Plain | undefined }

export function jsonText(sandbox: Sandbox, [value, , indent]: readonly Value[], at: AnyNode): Value {
  const plain = plainOf(sandbox, value, at, [])
  const space = indent === undefined || indent === null ? undefined : primitive(sandbox, indent, at)
  const text = native(sandbox, at, () => JSON.stringify(plain, null, typeof space === 'number' || typeof space === 'string' ? space : undefined)) as
    | string
    | undefined // SAFE: undefined for undefined
  sandbox.spend(text?.length ?? 0)
  return text
}

function plainOf(sandbox: Sandbox, value: Value, at: AnyNode, above: readonly Value[]): Plain | undefined {
  sandbox.step()
  if (typeof value === 'bigint') return sandbox.fail(at, 'a bigint has no JSON form')
  if (value instanceof CutText) primitive(sandbox, value, at)
  if (value === undefined || isCallable(value) || value instanceof SymbolValue) return undefined
  if (value instanceof DateValue) return Number.isNaN(value.ms) ? null : native(sandbox, at, () => new Date(value.ms).toISOString())
  if (value instanceof RegexpValue) return {}
  if (isPrimitive(value)) return value
  if (above.length > MAX_DEPTH || above.some(other => other === value || isSameObject(other, value))) return sandbox.fail(at, 'the value is cyclic')
  const inside = [...above, value]
  if (isArray(value)) return sandbox.elements(value, at).map(item => plainOf(sandbox, item, at, inside) ?? null)
  return plainObject(sandbox, value, at, inside)
}

function plainObject(sandbox: Sandbox, value: Value, at: AnyNode, inside: readonly Value[]): Plain | undefined {
  if (value instanceof RecordedObject) {
    const { kind, label } = value.state
    if (kind === 'function') return undefined
    if (kind === 'map' || kind === 'set') return {}
    if (kind === 'object' && label !== 'Object' && label !== '') sandbox.doubt(`a toJSON of ${label} would have been run by the program`)
  } else if (!(value instanceof MadeObject) && !(value instanceof MadeArray)) return undefined
  // Without a prototype, so that no key means anything.
  const plain = Object.create(null) as Record<string, Plain | undefined> // SAFE: an empty object
  for (const [name, item] of sandbox.entries(value, at)) plain[name] = plainOf(sandbox, item, at, inside)
  return plain
}

const isSameObject = (a: Value, b: Value): boolean => a instanceof RecordedObject && b instanceof RecordedObject && a.id !== 0 && a.id === b.id
