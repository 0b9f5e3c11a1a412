/** Stores as they were recorded: states rebuilt from the events of a trace, and what stands in the trace as text. */
import { isDeepStrictEqual } from 'node:util'
import { decodeEvents, dumpEvents } from '@hindscope/testkit'
import type { DumpedEvent } from '@hindscope/testkit'
import type { ValueNode } from '@hindscope/protocol'
import { createHook, defineHook, removeHook } from '../../src/hook-object.ts'
import { createRecorder } from '../../src/index.ts'
import type { RecorderHandle, RecorderOptions } from '../../src/index.ts'

const WHOLE = { maxDepth: 16, maxWidth: 10_000, maxString: 10_000 }

/** A recorder whose hook is in this realm, as the first instrumented module leaves it. */
export function record(options: Partial<RecorderOptions> = {}): RecorderHandle {
  if (!Reflect.has(globalThis, Symbol.for('hindscope@1'))) defineHook(globalThis, createHook())
  const recorder = createRecorder({ sink: 'memory', level: 'values', flushMs: 60_000, overhead: 0, ...WHOLE, ...options })
  recorder.install(globalThis)
  return recorder
}

export function release(recorder: RecorderHandle): void {
  recorder.uninstall()
  removeHook(globalThis)
}

/** State events and actions, one line each, without flags. */
export const statesOf = (recorder: RecorderHandle): string[] =>
  dumpEvents(recorder.chunks())
    .split('\n')
    .filter(line => /^state-|^activity-(?:start|end).* action /.test(line))

/** Plain values of what was recorded: functions as `ƒ name`, objects met again as the same. */
export function plain(node: ValueNode | undefined, seen: Map<number, unknown> = new Map()): unknown {
  if (node === undefined) return undefined
  const keep = <T extends object>(id: number, made: T): T => {
    seen.set(id, made)
    return made
  }
  switch (node.kind) {
    case 'boolean':
    case 'string':
      return node.value
    case 'number':
      return node.text === '-0' ? -0 : Number(node.text)
    case 'null':
      return null
    case 'object': {
      const made = keep(node.id, {})
      for (const [key, value] of node.entries) put(made, key, plain(value, seen))
      return made
    }
    case 'array': {
      const made = keep<unknown[]>(node.id, [])
      made.length = node.size
      node.items.forEach((item, index) => item.kind === 'hole' || put(made, String(index), plain(item, seen)))
      return made
    }
    case 'map':
      return keep(node.id, new Map(node.pairs.map(([key, value]) => [plain(key, seen), plain(value, seen)])))
    case 'set':
      return keep(node.id, new Set(node.items.map(item => plain(item, seen))))
    case 'date':
      return new Date(node.ms ?? Number.NaN)
    case 'ref':
      return seen.get(node.id)
    case 'function':
      return `ƒ ${node.name}`
    case 'undefined':
      return undefined
    default:
      return `<${node.kind}>`
  }
}

const put = (target: object, key: string, value: unknown): void =>
  void Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })

const PART = /^\.?([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)|^\[(\d+)\]|^\['((?:[^'\\]|\\.)*)'\]/u

/** Keys of an accessor. */
export function keysOfPath(path: string): string[] {
  const keys: string[] = []
  for (let rest = path; rest !== '';) {
    const [part, name, index, quoted] = PART.exec(rest) ?? []
    if (part === undefined) throw new TypeError(`no path: ${path}`)
    keys.push(name ?? index ?? unquoted(quoted ?? ''))
    rest = rest.slice(part.length)
  }
  return keys
}

const unquoted = (text: string): string =>
  text.replace(/\\(u[0-9a-f]{4}|.)/g, (_, escape: string) =>
    escape.length > 1 ? String.fromCharCode(Number.parseInt(escape.slice(1), 16)) : ({ n: '\n', r: '\r' }[escape] ?? escape),
  )

export function applyChange(state: unknown, path: string, change: { readonly after: unknown } | 'removed'): void {
  const keys = keysOfPath(path)
  const last = keys.pop() ?? ''
  let at = state as Record<string, unknown> // SAFE: paths lead through containers
  for (const key of keys) at = at[key] as Record<string, unknown> // SAFE: as above
  if (change === 'removed') delete at[last]
  else if (last === 'length' && Array.isArray(at)) at.length = change.after as number // SAFE: arrays have no other
  else put(at, last, change.after)
}

/** Follows the stores through a trace. `moment` is told of each mark: its label, and the stores as they are then. */
export function replay(recorder: RecorderHandle, moment: (label: string, stores: ReadonlyMap<string, unknown>) => void): Map<string, unknown> {
  const stores = new Map<string, unknown>()
  for (const event of decodeEvents(recorder.chunks())) step(event, stores, moment)
  return stores
}

function step(event: DumpedEvent, stores: Map<string, unknown>, moment: (label: string, stores: ReadonlyMap<string, unknown>) => void): void {
  const value = plain(event.values[0])
  if (event.kind === 'mark') return moment((value as { label: string }).label, stores) // SAFE: `mark` below
  if (event.kind !== 'state-snapshot' && event.kind !== 'state-change') return
  const [name, pathOrState, , after] = value as [string, unknown, unknown, unknown] // SAFE: the format of both kinds
  if (event.kind === 'state-snapshot') stores.set(name, pathOrState)
  else applyChange(stores.get(name), pathOrState as string, (value as unknown[]).length === 3 ? 'removed' : { after }) // SAFE: as above
}

/** Compares a store with what it was at each mark that is labelled by its index in `expected`: how many moments, and the first that differs. */
export function compareMoments(recorder: RecorderHandle, store: string, expected: readonly unknown[]): { moments: number; first: unknown } {
  let moments = 0
  let first: unknown
  replay(recorder, (label, stores) => {
    moments++
    const [was, wanted] = [stores.get(store), expected[Number(label)]]
    if (first === undefined && !isDeepStrictEqual(was, wanted)) first = { label, was: structuredClone(was), wanted }
  })
  return { moments, first }
}

const MARK = 66

/** A moment of the program. */
export const mark = (recorder: RecorderHandle, label: string): void => recorder.access.record(MARK, 0, [{ label }])

/** A random number below `limit`, the same each run. */
export function randomOf(seed: number): (limit: number) => number {
  let state = seed
  return limit => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}
