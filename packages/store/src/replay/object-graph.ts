/** The `object` query: an object and what it refers to at a moment, each once, so cycles end. */
import type { EventRef, ObjectGraph, ObjectQuery, ObjectState, ValueNode } from '@hindscope/protocol'
import { HindscopeError } from '@hindscope/protocol'
import { completenessOf } from '../engine/events.ts'
import { findEvent, refuse, wholeNumber } from '../engine/validate.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { objectAt } from './object-state.ts'
import type { KnownObject } from './object-state.ts'

const MAX_DEPTH = 20
const MAX_OBJECTS = 500
const UINT32 = 0xffffffff

export function queryObject(store: TraceStore, query: ObjectQuery): ObjectGraph {
  const { track, row } = findEvent('object', store, query.ref)
  const id = wholeNumber('object', 'object', query.object, { min: 1, max: UINT32, fallback: 0 })
  if (query.object === undefined) refuse('object', 'object', query.object, 'an object id')
  const depth = wholeNumber('object', 'depth', query.depth, { min: 0, max: MAX_DEPTH, fallback: 2 })
  if (objectAt(track, id, row) === undefined) throw new HindscopeError('object-unseen', { object: String(id), track: String(track.number) })
  return { ...graphOf(track, [id], row, depth), completeness: completenessOf(store, [track]) }
}

/** Objects from `roots` on, `depth` references away at most. */
function graphOf(track: Track, roots: readonly number[], row: number, depth: number): Pick<ObjectGraph, 'objects' | 'left'> {
  const objects: ObjectState[] = []
  const named = new Set<number>(roots)
  let level: readonly number[] = roots
  for (let distance = 0; distance <= depth && level.length > 0; distance++) {
    const next: number[] = []
    for (const id of level) {
      const known = objects.length < MAX_OBJECTS ? objectAt(track, id, row) : undefined
      if (known === undefined) continue
      const state = stateOf(track, known, referred => {
        if (named.has(referred)) return
        named.add(referred)
        next.push(referred)
      })
      objects.push(state)
    }
    level = next
  }
  return { objects, left: named.size - objects.length }
}

function stateOf(track: Track, known: KnownObject, refer: (id: number) => void): ObjectState {
  const refOf = (row: number): EventRef => ({ track: track.number, seq: track.seqOf(row) })
  const { snapshotRow, parts, ...rest } = known
  return {
    ...rest,
    parts: parts.map(({ name, key, value, row, certainty }) => ({
      ...(name === undefined ? {} : { name }),
      ...(key === undefined ? {} : { key: byReference(key, refer) }),
      value: byReference(value, refer),
      ref: refOf(row),
      certainty,
    })),
    ...(snapshotRow === -1 ? {} : { snapshot: refOf(snapshotRow) }),
  }
}

/** The value with objects replaced by references to them; objects without identity stay as they were recorded. */
function byReference(node: ValueNode, refer: (id: number) => void): ValueNode {
  const inside = (part: ValueNode): ValueNode => byReference(part, refer)
  switch (node.kind) {
    case 'object':
    case 'error':
      if (node.id === 0) return { ...node, entries: node.entries.map(([name, value]) => [name, inside(value)] as const) }
      break
    case 'array':
    case 'set':
      if (node.id === 0) return { ...node, items: node.items.map(inside) }
      break
    case 'map':
      if (node.id === 0) return { ...node, pairs: node.pairs.map(([key, value]) => [inside(key), inside(value)] as const) }
      break
    case 'binary':
    case 'ref':
      if (node.id === 0) return node
      break
    default:
      return node
  }
  refer(node.id)
  return { kind: 'ref', id: node.id }
}
