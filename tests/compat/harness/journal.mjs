/** The log that a program writes about itself. Everything in it has to be the same with and without probes. */
import { inspect } from 'node:util'

/** Places in stacks keep file and line: inserted text moves columns, and only columns. Node's own frames differ by how modules load. */
export function stackOf(error) {
  if (typeof error?.stack !== 'string') return []
  return error.stack
    .split('\n')
    .filter(line => /^\s+at /.test(line) && !/node:internal|harness\//.test(line))
    .map(line =>
      line
        .trim()
        .replace(/(?:file:\/\/)?\/[^\s()]*\/(?=[^/\s()]+:\d+:\d+)/, '')
        .replace(/:(\d+):\d+/, ':$1'),
    )
}

export function describeError(error) {
  if (typeof error !== 'object' || error === null) return `threw ${inspect(error)}`
  const rest = Reflect.ownKeys(error)
    .filter(key => key !== 'stack' && key !== 'message')
    .map(key => {
      const descriptor = Reflect.getOwnPropertyDescriptor(error, key)
      return `${String(key)}=${'value' in descriptor ? text(descriptor.value) : 'accessor'}`
    })
  return [`threw ${error.constructor?.name} ${error.name}: ${error.message}`, ...rest, ...stackOf(error)].join('\n    ')
}

const text = value =>
  typeof value === 'string' ? value : value instanceof Error ? describeError(value) : inspect(value, { depth: 6, maxArrayLength: 200, maxStringLength: 20_000, breakLength: 160 })

export function createJournal() {
  const lines = []
  const log = (...values) => void lines.push(values.map(text).join(' '))
  /** Calls `run`, and logs what it gives, throws, resolves to or is rejected with. */
  log.attempt = (name, run) => {
    let result
    try {
      result = run()
    } catch (error) {
      log(name, describeError(error))
      return undefined
    }
    if (typeof result?.then !== 'function') {
      log(name, result)
      return result
    }
    return result.then(
      value => (log(name, 'resolved', value), value),
      error => log(name, 'rejected', describeError(error)),
    )
  }
  return { lines, log }
}
