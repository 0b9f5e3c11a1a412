/**
 * A recorded state, ready to be put into the running program: everything in it can be made again, or has not changed since the moment, so that
 * the program still has it.
 */
import type { EventRef, StoreRef, ValueNode } from '@hindscope/protocol'
import { findEvent } from '../engine/validate.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { pathText } from './state-path.ts'
import type { StateSince } from './store-timeline.ts'
import { findStore, rowAtMoment } from './stores.ts'

export type JumpState =
  | {
      readonly state: ValueNode
      /** State events of the store that are known: with more in the program, parts that it still has may be others. */
      readonly known: number
    }
  /** The first part that stands against it; the path is '' for the whole. */
  | { readonly path: string; readonly reason: string }

export interface JumpQuery extends StoreRef {
  readonly ref: EventRef
}

/** Throws `query-bad` and `not-found` as the queries of stores do. */
export function jumpState(store: TraceStore, query: JumpQuery): JumpState {
  const timeline = findStore(store, query, 'jumpStore')
  const moment = findEvent('jumpStore', store, query.ref)
  const row = rowAtMoment(timeline.track, moment)
  const held = timeline.stateAt(row)
  if (held === undefined) return { path: '', reason: 'was not known yet at this moment' }
  if (held.snapshot === undefined) return { path: '', reason: 'is known by its changes alone: no snapshot of it was recorded' }
  const since = timeline.since(row)
  if (!since.isWhole) return { path: '', reason: 'may be another one: events were lost since its last snapshot' }
  const fault = new PartsCheck(since).check(held.value)
  return fault ?? { state: held.value, known: since.events }
}

class PartsCheck {
  private readonly since: StateSince
  private readonly keys: string[] = []

  constructor(since: StateSince) {
    this.since = since
  }

  check(node: ValueNode): { readonly path: string; readonly reason: string } | undefined {
    const reason = partReason(node)
    if (reason !== undefined) return node.kind === 'ref' || this.since.mayHaveChanged(this.keys) ? { path: pathText(this.keys), reason } : undefined
    if (node.kind === 'object') return this.first(node.entries)
    return node.kind === 'array' ? this.first(node.items.map((item, index) => [String(index), item] as const)) : undefined
  }

  private first(parts: readonly (readonly [string, ValueNode])[]): ReturnType<PartsCheck['check']> {
    for (const [key, part] of parts) {
      this.keys.push(key)
      const fault = this.check(part)
      this.keys.pop()
      if (fault !== undefined) return fault
    }
    return undefined
  }
}

/** Why the part cannot be made of what was recorded; undefined where it can. */
function partReason(node: ValueNode): string | undefined {
  switch (node.kind) {
    case 'undefined':
    case 'null':
    case 'boolean':
    case 'number':
    case 'bigint':
    case 'hole':
      return undefined
    case 'string':
      return node.value.length === node.length ? undefined : `was recorded up to ${node.value.length} of ${node.length} characters`
    case 'object':
      if (node.className !== 'Object' && node.className !== '') return `is an instance of ${node.className}, which a recording cannot give back`
      return node.entries.length === node.size ? undefined : `was recorded up to ${node.entries.length} of ${node.size} properties`
    case 'array':
      return node.items.length === node.size ? undefined : `was recorded up to ${node.items.length} of ${node.size} items`
    case 'redacted':
      return `is masked (${node.rule})`
    case 'cut':
      return `was not recorded (${node.reason})`
    case 'ref':
      return 'leads back to what it is inside of'
    default:
      return `is a ${node.kind}, which a recording cannot give back, and has changed since`
  }
}
