/**
 * A recorded state, made again of values of the running program (protocol/value-codec.ts says what a recording has).
 *
 * - Primitives, arrays and plain objects that were recorded whole are made again. What is equal to the running store's own at the same path
 *   is that very object: nothing is replaced that need not be.
 * - Everything else (functions, instances, maps, dates, parts that were masked or cut) cannot be made. The running store's own is kept where
 *   it looks as recorded; whether it has changed meanwhile only the recording can tell, so `hasKept` says that somebody has to vouch for it.
 * - An object that stands at several paths is one object afterwards, too.
 *
 * Nothing is made silently: the first part that can be neither made nor kept ends it, with its path. No code of the program runs.
 */
import type { ValueNode } from '@hindscope/protocol'
import {
  SafeMap,
  dateTime,
  define,
  hasOwn,
  isArray,
  isFrozen,
  isLazyStack,
  mapEntries,
  mapIteratorNext,
  mapSize,
  namesOf,
  objectPrototype,
  ownDescriptor,
  prototypeOf,
  setIteratorNext,
  setSize,
  setValues,
  symbolsOf,
} from '../recorder/intrinsics.ts'
import { slot } from './state-copy.ts'
import type { Unwrap } from './state-copy.ts'
import { dataOf, isContainer, isObject, pathOf } from './state-diff.ts'

export interface LiveValues {
  /** What stands for a value of the running store, as for copies. */
  readonly unwrap: Unwrap
  /** A value that holds what stands for it (a ref): it is kept or the state is refused, since another one would not be the program's. */
  readonly isBox?: (value: unknown) => boolean
  /** A value that follows from others (a computed ref): it stays what it is, whatever was recorded of it. */
  readonly isFixed?: (value: unknown) => boolean
}

export type Revived = { readonly state: unknown; readonly hasKept: boolean } | { readonly path: string; readonly reason: string }

/** `current`: what the running store holds. */
export function reviveState(node: ValueNode, current: unknown, live: LiveValues): Revived {
  const reviver = new Reviver(live)
  const state = reviver.value(node, current)
  return reviver.fault ?? { state, hasKept: reviver.hasKept }
}

type ObjectNode = Extract<ValueNode, { readonly kind: 'object' }>
type ArrayNode = Extract<ValueNode, { readonly kind: 'array' }>
interface Made {
  readonly node: ValueNode
  readonly value: unknown
}
interface Property {
  readonly key: string
  readonly descriptor: PropertyDescriptor
}

/** Of a place that the running store does not have. */
const ABSENT: unique symbol = Symbol('absent')
/** It cannot be made. */
const NOT_MADE: unique symbol = Symbol('not made')
const OTHER = 'is another one in the running program, and a recording cannot give back what was there'

class Reviver {
  hasKept = false
  fault: { readonly path: string; readonly reason: string } | undefined
  private readonly live: LiveValues
  private readonly keys: string[] = []
  private readonly byId = new SafeMap<number, Made>()
  private readonly byOwn = new SafeMap<object, Made>()

  constructor(live: LiveValues) {
    this.live = live
  }

  value(node: ValueNode, current: unknown): unknown {
    if (current !== ABSENT && this.live.isFixed?.(current) === true) return current
    switch (node.kind) {
      case 'undefined':
        return undefined
      case 'null':
        return null
      case 'boolean':
        return node.value
      case 'number':
        return Number(node.text)
      case 'bigint':
        return BigInt(node.text)
      case 'string':
        return node.value.length === node.length ? node.value : this.keep(node, current)
      case 'object':
      case 'array': {
        const made = this.container(node, current)
        return made === NOT_MADE ? this.keep(node, current) : made
      }
      case 'ref':
      case 'hole':
        return this.refuse('leads back to what it is inside of, or was not there')
      default:
        return this.keep(node, current)
    }
  }

  private refuse(reason: string): typeof ABSENT {
    this.fault ??= { path: pathOf(this.keys), reason }
    return ABSENT
  }

  private keep(node: ValueNode, current: unknown): unknown {
    if (current === ABSENT) return this.refuse('is not there in the running program, and cannot be made of what was recorded')
    if (!looksLike(node, this.live.unwrap(current), this.live.unwrap)) return this.refuse(OTHER)
    this.hasKept = true
    return current
  }

  private container(node: ObjectNode | ArrayNode, current: unknown): unknown {
    const known = node.id === 0 ? undefined : this.byId.get(node.id)
    if (known !== undefined) return isSameNode(known.node, node) ? known.value : this.refuse('is one object at several paths, with other contents')
    const value = current === ABSENT ? ABSENT : this.live.unwrap(current)
    const own = isContainer(value) && isAlike(node, value) ? value : undefined
    // By what stands in the store: what stands for it may be another copy each time.
    const place = own !== undefined && isObject(current) ? current : undefined
    const shared = place && this.byOwn.get(place)
    if (shared !== undefined && isSameNode(shared.node, node)) return shared.value
    const made = node.kind === 'array' ? this.array(node, own, current) : this.object(node, own, current)
    if (made === NOT_MADE || this.fault !== undefined) return made
    if (node.id !== 0) this.byId.set(node.id, { node, value: made })
    if (place !== undefined) this.byOwn.set(place, { node, value: made })
    return made
  }

  private object(node: ObjectNode, own: object | undefined, current: unknown): unknown {
    if ((node.className !== 'Object' && node.className !== '') || node.entries.length !== node.size) return NOT_MADE
    // Only the running one can tell.
    if (node.className === '' && own === undefined) return this.refuse('has no prototype, or one without a name, which a recording cannot tell apart')
    const properties: Property[] = []
    let isSame = own !== undefined
    for (const [key, child] of node.entries) {
      if (this.isSymbol(key, own)) continue
      const was = own === undefined || isLazyStack(own, key) ? undefined : ownDescriptor(own, key)
      this.keys.push(key)
      const descriptor = child.kind === 'accessor' ? this.accessor(was) : this.property(child, was)
      this.keys.pop()
      if (descriptor === undefined) return ABSENT
      if (was === undefined || !Object.is(descriptor.value, was.value) || descriptor.get !== was.get) isSame = false
      properties.push({ key, descriptor })
    }
    if (own !== undefined && isSame && namesOf(own).length === properties.length) return current
    if (own !== undefined && symbolsOf(own).length > 0) return this.refuse('has properties with symbols as keys, of which no changes are recorded')
    return completed(Object.create(own === undefined ? objectPrototype : prototypeOf(own)) as object, properties, own) // SAFE: an object or null makes an object
  }

  private array(node: ArrayNode, own: object | undefined, current: unknown): unknown {
    if (node.items.length !== node.size) return NOT_MADE
    const properties: Property[] = []
    let isSame = own !== undefined && dataOf(own, 'length') === node.size
    for (let i = 0; i < node.items.length; i++) {
      const child = node.items[i] as ValueNode // SAFE: i is below the length
      const was = own && ownDescriptor(own, i)
      if (child.kind === 'hole') {
        if (was !== undefined) isSame = false
        continue
      }
      this.keys.push(String(i))
      const descriptor = child.kind === 'accessor' ? this.accessor(was) : this.property(child, was)
      this.keys.pop()
      if (descriptor === undefined) return ABSENT
      if (was === undefined || !Object.is(descriptor.value, was.value) || descriptor.get !== was.get) isSame = false
      properties.push({ key: String(i), descriptor })
    }
    if (isSame) return current
    const made: unknown[] = []
    made.length = node.size
    return completed(made, properties, own)
  }

  /** Undefined where the state is refused. */
  private property(node: ValueNode, was: PropertyDescriptor | undefined): PropertyDescriptor | undefined {
    const current: unknown = was !== undefined && hasOwn(was, 'value') ? was.value : ABSENT
    const value = this.value(node, current)
    if (current !== ABSENT && this.keys.length > 1 && value !== current && this.live.isBox?.(current) === true) this.refuse(OTHER)
    if (this.fault !== undefined) return undefined
    return { value, writable: true, enumerable: was?.enumerable ?? true, configurable: true }
  }

  private accessor(was: PropertyDescriptor | undefined): PropertyDescriptor | undefined {
    if (was !== undefined && !hasOwn(was, 'value')) {
      this.hasKept = true
      return was
    }
    this.refuse('was a getter, which a recording cannot give back')
    return undefined
  }

  /** Recordings name symbols `@@description`; a text may look alike. */
  private isSymbol(key: string, own: object | undefined): boolean {
    return key.startsWith('@@') && !(own !== undefined && hasOwn(own, key))
  }
}

function completed(made: object, properties: readonly Property[], own: object | undefined): object {
  for (const { key, descriptor } of properties) define(made, key, descriptor)
  return own !== undefined && isFrozen(own) ? Object.freeze(made) : made
}

/** Of the same kind, as far as the prototype tells: a recorded object without a class has none. */
const isAlike = (node: ObjectNode | ArrayNode, own: object): boolean =>
  node.kind === 'array' ? isArray(own) : !isArray(own) && (prototypeOf(own) === null) === (node.className === '')

/** Whatever copies they were recorded by. */
const contents = (node: ValueNode): string => JSON.stringify(node, (key, value: unknown) => (key === 'id' ? undefined : value))
const isSameNode = (a: ValueNode, b: ValueNode): boolean => a === b || contents(a) === contents(b)

/** As far as it was recorded. */
function looksLike(node: ValueNode, live: unknown, unwrap: Unwrap): boolean {
  const isLike = (part: ValueNode, value: unknown): boolean => looksLike(part, unwrap(value), unwrap)
  switch (node.kind) {
    case 'undefined':
      return live === undefined
    case 'null':
      return live === null
    case 'boolean':
      return live === node.value
    case 'number':
      return Object.is(live, Number(node.text))
    case 'bigint':
      return typeof live === 'bigint' && live === BigInt(node.text)
    case 'string':
      return typeof live === 'string' && live.length === node.length && live.startsWith(node.value)
    case 'symbol':
    case 'function':
      return typeof live === node.kind
    case 'date':
      return isObject(live) && Object.is(slot(dateTime, live), node.ms ?? Number.NaN)
    case 'array':
      return isArray(live) && dataOf(live, 'length') === node.size && node.items.every((item, i) => isUntold(item) || isLike(item, dataOf(live, i)))
    case 'object':
      return (
        isObject(live) && !isArray(live) && node.entries.every(([key, value]) => isUntold(value) || !isName(key) || isLike(value, dataOf(live, key)))
      )
    case 'map':
    case 'set':
      return isObject(live) && hasItems(node, live, isLike)
    case 'redacted':
    case 'cut':
      return true
    default:
      return isObject(live) || typeof live === 'function'
  }
}

const isUntold = ({ kind }: ValueNode): boolean => kind === 'accessor' || kind === 'hole' || kind === 'ref'
/** Symbols, and what an object stands around, are written as texts. */
const isName = (key: string): boolean => !key.startsWith('@@') && !key.startsWith('[[')

type CollectionNode = Extract<ValueNode, { readonly kind: 'map' | 'set' }>

function hasItems(node: CollectionNode, live: object, isLike: (part: ValueNode, value: unknown) => boolean): boolean {
  if (slot(node.kind === 'map' ? mapSize : setSize, live) !== node.size) return false
  if (node.kind === 'map') {
    const entries = mapEntries(live)
    return node.pairs.every(([key, value]) => {
      const next = mapIteratorNext(entries)
      return !next.done && isLike(key, next.value[0]) && (isUntold(value) || isLike(value, next.value[1]))
    })
  }
  const values = setValues(live)
  return node.items.every(item => {
    const next = setIteratorNext(values)
    return !next.done && isLike(item, next.value)
  })
}
