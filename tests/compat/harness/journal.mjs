/** The log that a program writes about itself. Everything in it has to be the same with and without probes. */
import { inspect } from 'node:util'

/**
 * Places in stacks: file and line. Inserted text moves columns; Node's own frames differ by how modules load; and the names that V8 makes up
 * for functions without one depend on what else it has read (`framesWithProbes` looks for inserted names in them).
 */
export function stackOf(error) {
  return framesOf(error).map(line => /([^/\s()]+:\d+):\d+\)?$/.exec(line)?.[1] ?? '(native)')
}

function framesOf(error) {
  if (typeof error?.stack !== 'string') return []
  return error.stack.split('\n').filter(line => /^\s+at /.test(line) && !/node:internal|harness\//.test(line))
}

/** Stack frames that show a name of an inserted variable. */
export const framesWithProbes = new Set()

export function describeError(error) {
  if (typeof error !== 'object' || error === null) return `threw ${inspect(error)}`
  for (const frame of framesOf(error)) if (frame.includes('$h')) framesWithProbes.add(frame.trim())
  const rest = Reflect.ownKeys(error)
    .filter(key => key !== 'stack' && key !== 'message')
    .map(key => {
      const descriptor = Reflect.getOwnPropertyDescriptor(error, key)
      return `${String(key)}=${'value' in descriptor ? text(descriptor.value) : 'accessor'}`
    })
  return [`threw ${error.constructor?.name} ${error.name}: ${error.message}`, ...rest, ...stackOf(error)].join('\n    ')
}

/** Frames in texts as `stackOf` has them. */
export const withoutColumns = text =>
  text.replace(/\bat (?:async )?(?:[^\n\\"()]*\()?(?:file:\/\/)?\/[^\s()"'\\]*?([^/\s()"'\\]+:\d+):\d+\)?/g, 'at $1')

const text = value =>
  typeof value === 'string'
    ? value
    : value instanceof Error
      ? describeError(value)
      : inspect(value, { depth: 6, maxArrayLength: 200, maxStringLength: 20_000, breakLength: 160 })

export function createJournal() {
  const lines = []
  const log = (...values) => void lines.push(withoutColumns(values.map(text).join(' ')))
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
