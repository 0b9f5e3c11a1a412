// CodeTracer's probe shape, rebuilt: a global `__ct` whose `step(site)`, `enter(function, arguments)` and `ret(function, value)` stand before
// each statement, at the start and around what is returned. Events are a kind and an id in two typed arrays of 4,096 slots; arguments and
// results are encoded to objects {value, typeKind} (five levels, a hundred items, a thousand characters) beside them. A full buffer is
// copied and its values are handed to the native writer as JSON text; the writer is left out here, what it is handed is not.
// Source: github.com/metacraft-labs/codetracer-js-recorder, README.md and packages/{instrumenter,runtime}, read in November 2026.
const CAPACITY = 4096
const STEP = 0
const ENTER = 1
const RETURN = 2

export async function codeTracer() {
  const kinds = new Uint8Array(CAPACITY)
  const ids = new Uint32Array(CAPACITY)
  let values = []
  let length = 0
  let total = 0
  let handed = 0
  const flush = () => {
    handed += kinds.slice(0, length).length + ids.slice(0, length).length + JSON.stringify(values).length
    length = 0
    values = []
  }
  const push = (kind, id) => {
    kinds[length] = kind
    ids[length] = id
    length++
    total++
    if (length >= CAPACITY) flush()
  }
  const encode = value => encodeValue(value, 0, new WeakSet())
  globalThis.__ct = {
    step(site) {
      push(STEP, site)
    },
    enter(id, args) {
      push(ENTER, id)
      const encoded = []
      for (let i = 0; i < args.length; i++) encoded.push(encode(args[i]))
      values.push({ eventIndex: length - 1, args: encoded })
    },
    ret(id, value) {
      push(RETURN, id)
      values.push({ eventIndex: length - 1, returnValue: encode(value) })
      return value
    },
  }
  return { events: () => (handed > 0 ? total : 0) }
}

function encodeValue(value, depth, seen) {
  switch (typeof value) {
    case 'undefined':
      return { value: null, typeKind: 'None' }
    case 'boolean':
      return { value, typeKind: 'Bool' }
    case 'number':
      return { value, typeKind: Number.isInteger(value) ? 'Int' : 'Float' }
    case 'string':
      return { value: value.length > 1000 ? value.slice(0, 1000) : value, typeKind: 'String' }
    case 'object':
      return value === null ? { value: null, typeKind: 'None' } : encodeObject(value, depth, seen)
    default:
      return { value: String(value), typeKind: 'Raw' }
  }
}

function encodeObject(object, depth, seen) {
  if (seen.has(object) || depth >= 5) return { value: '[circular or deep]', typeKind: 'Raw' }
  seen.add(object)
  const isArray = Array.isArray(object)
  const keys = Object.keys(object).slice(0, 100)
  const value = isArray
    ? keys.map(key => encodeValue(object[key], depth + 1, seen))
    : { fields: keys.map(name => ({ name, value: encodeValue(object[name], depth + 1, seen) })) }
  seen.delete(object)
  return { value, typeKind: isArray ? 'Seq' : 'Struct' }
}
