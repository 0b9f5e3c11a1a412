/**
 * What a program can find out about objects by looking: own keys in their order, attributes of properties, names, lengths and texts of
 * functions, prototypes; one line per property. Nothing is called: getters are described, not read.
 */
import { createHash } from 'node:crypto'

const MAX_LINES = 60_000
const MAX_DEPTH = 4

export function describe(root, rootName) {
  const lines = []
  const seen = new Map()
  const visit = (value, path, depth) => {
    if (lines.length >= MAX_LINES) return
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return
    if (seen.has(value)) return
    seen.set(value, path)
    if (depth > MAX_DEPTH || (ArrayBuffer.isView(value) && value.length > 100)) return
    for (const key of Reflect.ownKeys(value)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key)
      const at = `${path}.${String(key)}`
      const flags = `${descriptor.enumerable ? 'e' : '-'}${descriptor.configurable ? 'c' : '-'}${descriptor.writable ? 'w' : '-'}`
      if ('value' in descriptor) {
        lines.push(`${at} ${flags} ${shape(descriptor.value, seen)}`)
        visit(descriptor.value, at, depth + 1)
      } else {
        lines.push(`${at} ${flags} get ${shape(descriptor.get, seen)} set ${shape(descriptor.set, seen)}`)
        visit(descriptor.get, `${at}<get>`, depth + 1)
        visit(descriptor.set, `${at}<set>`, depth + 1)
      }
    }
    const prototype = Reflect.getPrototypeOf(value)
    if (prototype !== null && !isPlatform(prototype)) {
      lines.push(`${path} prototype ${shape(prototype, seen)}`)
      visit(prototype, `${path}<prototype>`, depth + 1)
    }
  }
  lines.push(`${rootName} ${shape(root, seen)}`)
  visit(root, rootName, 0)
  return lines
}

const functionText = Function.prototype.toString
const isPlatform = prototype => {
  const own = Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return typeof own === 'function' && /\{\s*\[native code\]\s*\}$/.test(functionText.call(own))
}

function shape(value, seen) {
  if (typeof value === 'function') {
    const text = Function.prototype.toString.call(value)
    return `function ${text.length} ${createHash('sha256').update(text).digest('hex').slice(0, 12)}${seen.has(value) ? ` = ${seen.get(value)}` : ''}`
  }
  if (typeof value === 'object' && value !== null)
    return seen.has(value)
      ? `= ${seen.get(value)}`
      : `${Object.prototype.toString.call(value)} ${Object.isFrozen(value) ? 'frozen' : Object.isExtensible(value) ? '' : 'closed'}`
  return typeof value === 'string'
    ? JSON.stringify(value.slice(0, 200))
    : typeof value === 'symbol'
      ? String(value)
      : Object.is(value, -0)
        ? '-0'
        : String(value)
}
