/**
 * What an object is, without asking it: the class name and a candidate for its internal slots, read from the prototype chain by data
 * descriptors alone. Facts belong to the prototype, so they are kept per prototype and cost one WeakMap lookup for later instances.
 *
 * The candidate is only a guess (anyone can write Object.create(Map.prototype)); the snapshot verifies it with a captured method that
 * throws unless the slots are there. Names serve as candidates so that objects of other realms are recognised too.
 */
import { SafeMap, SafeWeakMap, hasOwn, objectPrototype, ownDescriptor, prototypeOf } from './intrinsics.ts'

export type Brand =
  | 'ordinary'
  | 'map'
  | 'set'
  | 'date'
  | 'regexp'
  | 'error'
  | 'arrayBuffer'
  | 'dataView'
  | 'number'
  | 'string'
  | 'boolean'
  | 'bigint'
  | 'symbol'
  /** Nothing inside may or can be read: weak collections, promises, iterators of the engine. */
  | 'opaque'
  /** An object of the platform (DOM node, Request, stream), whose properties live in native accessors. */
  | 'host'

export interface ObjectFacts {
  readonly className: string
  readonly brand: Brand
  /** The built-in constructor that the brand was found at; holds prepareStackTrace for errors. */
  readonly builtin: object | undefined
}

const BRANDS = new SafeMap<string, Brand>()
const brandRows: readonly (readonly [Brand, string])[] = [
  ['map', 'Map'],
  ['set', 'Set'],
  ['date', 'Date'],
  ['regexp', 'RegExp'],
  ['error', 'Error'],
  ['arrayBuffer', 'ArrayBuffer'],
  ['arrayBuffer', 'SharedArrayBuffer'],
  ['dataView', 'DataView'],
  ['number', 'Number'],
  ['string', 'String'],
  ['boolean', 'Boolean'],
  ['bigint', 'BigInt'],
  ['symbol', 'Symbol'],
  ['opaque', 'WeakMap'],
  ['opaque', 'WeakSet'],
  ['opaque', 'WeakRef'],
  ['opaque', 'FinalizationRegistry'],
  ['opaque', 'Promise'],
]
for (const [brand, name] of brandRows) BRANDS.set(name, brand)

/** Longest prototype chain looked at; longer ones are bait. */
const MAX_CHAIN = 32

const PROXY_FACTS: ObjectFacts = { className: 'Proxy', brand: 'ordinary', builtin: undefined }
const NULL_FACTS: ObjectFacts = { className: '', brand: 'ordinary', builtin: undefined }

export class FactsReader {
  private readonly known = new SafeWeakMap<object, ObjectFacts>()
  private readonly isProxy: (value: object) => boolean
  private plain: ObjectFacts | undefined

  constructor(isProxy: (value: object) => boolean) {
    this.isProxy = isProxy
  }

  /** `object` is not a proxy. */
  of(object: object): ObjectFacts {
    const prototype = prototypeOf(object)
    if (prototype === objectPrototype) return (this.plain ??= this.read(objectPrototype))
    if (prototype === null) return NULL_FACTS
    const known = this.known.get(prototype)
    if (known !== undefined) return known
    const facts = this.read(prototype)
    this.known.set(prototype, facts)
    return facts
  }

  private read(first: object): ObjectFacts {
    let className: string | undefined
    let brand: Brand = 'ordinary'
    let prototype: object | null = first
    for (let i = 0; prototype !== null && i < MAX_CHAIN; i++) {
      if (this.isProxy(prototype)) return i === 0 ? PROXY_FACTS : { className: className ?? '', brand, builtin: undefined }
      const constructor = this.constructorOf(prototype)
      const name = constructor === undefined ? '' : this.functionName(constructor)
      if (constructor !== undefined) className ??= name
      const candidate = BRANDS.get(name)
      if (candidate !== undefined) return { className: className ?? name, brand: candidate, builtin: constructor }
      if (brand === 'ordinary' && isHostInterface(prototype, constructor, name)) brand = 'host'
      prototype = prototypeOf(prototype)
    }
    return { className: className ?? '', brand, builtin: undefined }
  }

  private constructorOf(prototype: object): object | undefined {
    const value = readValue(prototype, 'constructor')
    return typeof value === 'function' && !this.isProxy(value) ? value : undefined
  }

  /** The own `name` when it is plain data; '' for classes with a static `name` of their own making. */
  functionName(target: object): string {
    const name = readValue(target, 'name')
    return typeof name === 'string' ? name : ''
  }
}

/** Value of an own data property, undefined for accessors and absent ones. `object` is not a proxy. */
export function readValue(object: object, key: PropertyKey): unknown {
  const descriptor = ownDescriptor(object, key)
  return descriptor !== undefined && hasOwn(descriptor, 'value') ? descriptor.value : undefined
}

/**
 * Web IDL interfaces have a tag that is plain data, equal to the interface's name, and are global properties; user classes practically
 * never have all three. Generators and iterators of the engine have the tag but no constructor.
 */
function isHostInterface(prototype: object, constructor: object | undefined, name: string): boolean {
  const tag = readValue(prototype, Symbol.toStringTag)
  if (typeof tag !== 'string') return false
  if (tag.endsWith('Iterator') || tag === 'Generator' || tag === 'AsyncGenerator') return true
  return constructor !== undefined && tag === name && readValue(globalThis, name) === constructor
}
