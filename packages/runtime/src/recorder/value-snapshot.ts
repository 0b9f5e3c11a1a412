/**
 * Bounded copies of values into bytes (layout: protocol/value-codec.ts). Guarantees:
 *
 * - No user code runs: properties are read by own descriptors, accessors are marked and never called, proxies are recognised before
 *   anything touches them, built-in objects are read through captured methods on internal slots.
 * - Bounded: depth, width, characters, and a budget of properties and items for each record, which an object's own are taken from
 *   before those of the objects inside it. Each cut sets the record's `truncated` flag and is counted.
 * - Nothing is kept alive: objects are copied or named by an id that a WeakMap holds.
 * - It never throws: what cannot be read becomes a `cut` value, and bytes of a half-written value are taken back.
 *
 * An object met a second time within a record is a `ref` to its id, so cycles end. An object that has not changed since the chunk got a
 * copy of it is the place of that copy. Objects of one shape share their keys.
 */
import { RecordFlag, ValueTag, zigzag } from '@hindscope/protocol'
import type { ByteWriter } from '@hindscope/protocol'
import type { Counters } from './counters.ts'
import { CopyTable } from './copy-table.ts'
import { FactsReader } from './object-facts.ts'
import type { ObjectFacts } from './object-facts.ts'
import {
  SafeWeakMap,
  areDescriptorsClean,
  arrayPrototype,
  bigintText,
  getterOf,
  hasOwn,
  isArray,
  isFrozen,
  isLazyStack,
  isView,
  namesOf,
  objectPrototype,
  ownDescriptor,
  prototypeOf,
  symbolDescription,
  symbolsOf,
} from './intrinsics.ts'
import { writeBuiltin, writeView } from './builtin-values.ts'
import type { TapeBuffer } from './tape-buffer.ts'
import type { PropertyLayout, SnapshotOutput } from './snapshot-output.ts'
import { ShapeTable } from './shape-table.ts'
import type { Shape } from './shape-table.ts'
import type { StringTable } from './string-table.ts'

export interface ValueLimits {
  readonly maxDepth: number
  readonly maxWidth: number
  readonly maxString: number
  /** Properties and items of all values of one record. */
  readonly maxEntries: number
}

/** Reading even a prefix of a rope flattens all of it; beyond this many units only the length is kept. */
const MAX_FLATTEN = 16_000_000
/** An object that once showed this many keys is not enumerated again: listing keys is unbounded work. */
const HUGE_KEYS = 10_000
/** Naming a copy takes about as much as an object this short. */
const MIN_COPY = 10

const OBJECT_LAYOUT: PropertyLayout = { hasSize: true, skip: undefined }

/** The symbol that injected code passes for a value which the plan says must not be read. */
export const REDACTED_VALUE: symbol = Symbol.for('hindscope.redacted')

export class ValueSnapshot implements SnapshotOutput {
  /** Record flags that the values since `begin` call for. */
  flags = 0
  readonly limits: ValueLimits
  readonly facts: FactsReader
  readonly isProxy: (value: object) => boolean
  readonly bytes: ByteWriter
  private readonly strings: StringTable
  private readonly counters: Counters
  private readonly isRedacted: (name: string) => boolean
  private readonly ids = new SafeWeakMap<WeakKey, number>()
  private readonly huge = new SafeWeakMap<WeakKey, number>()
  private hasHuge = false
  private readonly shapes: ShapeTable
  private readonly copies = new CopyTable()
  /** Chunk that `copies` speaks of. */
  private chunk = 0
  private nextId = 1
  private entriesLeft = 0
  /** How often something was written that may be another thing next time though the object that holds it cannot change. */
  private changeable = 0

  constructor(tape: TapeBuffer, limits: ValueLimits, counters: Counters, isRedacted: (name: string) => boolean, isProxy: (value: object) => boolean) {
    this.bytes = tape.values
    this.strings = tape.strings
    this.limits = limits
    this.counters = counters
    this.isRedacted = isRedacted
    this.isProxy = isProxy
    this.facts = new FactsReader(isProxy)
    tape.strings.onMasked = () => {
      this.changeable++
      this.flags |= RecordFlag.redacted
    }
    this.shapes = new ShapeTable(isRedacted, limits.maxWidth)
  }

  /** Starts the values of one record, all of one chunk. */
  begin(): void {
    if (this.strings.chunk !== this.chunk) {
      this.chunk = this.strings.chunk
      this.copies.forget()
    }
    this.flags = 0
    this.entriesLeft = this.limits.maxEntries
    this.copies.beginRecord()
  }

  write(value: unknown): void {
    this.guarded(value, 0)
  }

  /**
   * Writes at `depth`; a value that cannot be read is replaced by a cut and what was written of it taken back.
   * PERF: primitives are most of what is recorded, and nothing about them can fail – bench/runtime/values.bench.mjs
   */
  guarded(value: unknown, depth: number): void {
    if (typeof value === 'number') this.number(value)
    else if (typeof value === 'string') this.string(value)
    else if (value === null) this.bytes.byte(ValueTag.null)
    else if (typeof value === 'boolean') this.bytes.byte(value ? ValueTag.true : ValueTag.false)
    else this.attempt(value, depth)
  }

  /** A plain object that the recorder made itself: it is no object of the program's, so it has no identity (0). */
  own(value: object): void {
    const start = this.bytes.length
    try {
      this.ordinary(value, 0, 0, this.facts.of(value))
    } catch {
      this.unreadable(start)
    }
  }

  /** Which object it is, without what it holds. */
  identity(value: unknown): void {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
    if (!isObject) return this.write(value)
    const start = this.bytes.length
    try {
      if (typeof value === 'function') this.other(value)
      else if (this.isProxy(value)) this.proxy(value)
      else this.opaque(value, this.facts.of(value).className)
    } catch {
      this.unreadable(start)
    }
  }

  /** The value of a property, masked where its key is a name to mask. A key that only the program's code can tell the name of gives no value. */
  propertyValue(key: unknown, value: unknown): void {
    if ((typeof key === 'object' && key !== null) || typeof key === 'function') return this.cut('key')
    const name = typeof key === 'string' ? key : typeof key === 'symbol' ? symbolName(key) : ''
    if (this.isRedacted(name)) this.redacted(name)
    else this.write(value)
  }

  /** What the object holds under the key, as far as it can be read without running code. */
  heldValue(object: unknown, key: unknown): void {
    const isObject = (typeof object === 'object' && object !== null) || typeof object === 'function'
    if (!isObject || this.isProxy(object)) return this.cut('not readable')
    if ((typeof key === 'object' && key !== null) || typeof key === 'function') return this.cut('key')
    const name = typeof key === 'string' ? key : typeof key === 'symbol' ? symbolName(key) : ''
    if (this.isRedacted(name)) return this.redacted(name)
    const start = this.bytes.length
    try {
      this.property(object, key as PropertyKey, 0) // SAFE: a primitive, which becomes a key without running code
    } catch {
      this.unreadable(start)
    }
  }

  private attempt(value: unknown, depth: number): void {
    const start = this.bytes.length
    try {
      if (typeof value === 'object') this.object(value as object, depth) // SAFE: `guarded` wrote null
      else this.other(value)
    } catch {
      this.unreadable(start)
    }
  }

  /** SAFE: hostile values and engine limits (stack overflow) must not reach the program; counted and visible in the trace. */
  private unreadable(start: number): void {
    this.takeBack(start)
    this.counters.fail('snapshot-failed')
    this.cut('unreadable')
  }

  /** Copies behind `start` are gone, and with them what the table says of where they are. */
  private takeBack(start: number): void {
    this.bytes.length = start
    this.copies.forget()
  }

  /** What is no number, text, boolean, null or object. */
  private other(value: unknown): void {
    const bytes = this.bytes
    switch (typeof value) {
      case 'undefined':
        // document.all says "undefined" but is an object.
        if (value === undefined) bytes.byte(ValueTag.undefined)
        else this.opaque(value as object, 'HTMLAllCollection') // SAFE: the only other value of this type is that object
        return
      case 'symbol':
        this.symbol(value)
        return
      case 'bigint':
        this.bigint(value)
        return
      case 'function':
        if (this.isProxy(value)) this.proxy(value)
        else {
          this.changeable++
          bytes.byte(ValueTag.function)
          bytes.varint(this.id(value))
          this.str(this.facts.functionName(value))
        }
    }
  }

  private number(value: number): void {
    if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
      this.bytes.tagged(ValueTag.int, zigzag(value))
    } else {
      this.bytes.byte(ValueTag.double)
      this.bytes.float64(value)
    }
  }

  string(value: string): void {
    const limit = this.limits.maxString
    if (value.length <= limit) {
      this.bytes.tagged(ValueTag.string, this.strings.index(value))
      return
    }
    this.truncated()
    this.bytes.byte(ValueTag.longString)
    this.bytes.varint(value.length)
    this.str(value.length > MAX_FLATTEN ? '' : this.strings.start(value, limit))
  }

  private symbol(value: symbol): void {
    if (value === REDACTED_VALUE) {
      this.redacted('plan')
      return
    }
    this.bytes.byte(ValueTag.symbol)
    this.str(this.clipped(symbolDescription(value) ?? ''))
  }

  private bigint(value: bigint): void {
    // The text of a huge bigint costs quadratic time; 2^4096 has 1,234 digits.
    if (value > BIGINT_LIMIT || value < -BIGINT_LIMIT) {
      this.cut('bigint')
      return
    }
    this.bytes.byte(ValueTag.bigint)
    this.str(bigintText(value))
  }

  private object(value: object, depth: number): void {
    if (this.isProxy(value)) {
      this.proxy(value)
      return
    }
    const { bytes, copies } = this
    const id = this.id(value)
    const place = copies.enter(id)
    if (place < 0) {
      this.changeable++
      bytes.tagged(ValueTag.ref, id)
      return
    }
    const start = bytes.length
    const from = copies.startOf(place)
    const to = copies.endOf(place)
    const parts = from < 0 ? -1 : copies.partsOf(place)
    if (parts >= 0 && parts <= this.entriesLeft) {
      this.entriesLeft -= parts
      this.same(id, start, from, to, depth)
      return
    }
    if (this.entriesLeft === 0) {
      this.cut('budget')
      return
    }
    const { changeable, entriesLeft } = this
    const { kept, named } = copies
    if (isArray(value)) this.array(value, id, depth)
    else if (isView(value)) this.view(value, id)
    else this.classed(value, id, depth)
    if (from < 0 || !copies.isSame(bytes, start, named, from, to)) {
      this.changeable++
      copies.keep(place, id, start, bytes.length)
      return
    }
    // An object whose parts are fixed, and hold nothing that can change, need not be read again.
    if (this.changeable === changeable && copies.isDue(place) && isFrozen(value)) copies.setParts(place, entriesLeft - this.entriesLeft)
    else this.changeable++
    if (to - from < MIN_COPY || copies.kept !== kept) return
    bytes.length = start
    if (named < copies.named) copies.named = named
    this.same(id, start, from, to, depth)
  }

  private same(id: number, start: number, from: number, to: number, depth: number): void {
    this.bytes.tagged(ValueTag.same, id)
    this.bytes.varint(from)
    if (depth > 0) this.copies.name(start, this.bytes.length, from, to)
  }

  private classed(value: object, id: number, depth: number): void {
    const facts = this.facts.of(value)
    // The global object is what sloppy functions have for `this`: hundreds of names that are the platform's.
    if (facts.brand === 'host' || facts.brand === 'opaque' || value === globalThis) {
      this.opaque(value, facts.className)
      return
    }
    if (facts.brand !== 'ordinary') {
      this.changeable++
      const start = this.bytes.length
      try {
        if (writeBuiltin(this, value, id, depth, facts)) return
      } catch {
        // SAFE: the slots are not there (Object.create(Map.prototype) and the like): it is an ordinary object.
      }
      this.takeBack(start)
    }
    this.ordinary(value, id, depth, facts)
  }

  private view(value: object, id: number): void {
    this.changeable++
    writeView(this, value, id)
  }

  private ordinary(value: object, id: number, depth: number, facts: ObjectFacts): void {
    const huge = this.hugeSize(value)
    if (huge < 0) {
      const names = namesOf(value)
      const symbols = symbolsOf(value)
      const shape = symbols.length === 0 && areDescriptorsClean() ? this.shapes.of(facts, names as string[]) : undefined // SAFE: only texts without symbols
      if (shape !== undefined && this.indexOf(shape) >= 0) return this.shaped(value, id, depth, shape)
      this.head(id, facts)
      return this.entries(value, joined(names, symbols), depth, OBJECT_LAYOUT)
    }
    this.head(id, facts)
    this.unlisted(huge, OBJECT_LAYOUT)
  }

  private head(id: number, facts: ObjectFacts): void {
    this.bytes.byte(ValueTag.object)
    this.bytes.varint(id)
    this.str(this.clipped(facts.className))
  }

  /** Of its text in this chunk, -1 when a key or the class has something to mask. */
  private indexOf(shape: Shape): number {
    if (shape.chunk !== this.chunk) {
      shape.index = this.strings.joined(shape.text, shape.parts)
      shape.chunk = this.chunk
    }
    return shape.index
  }

  /** PERF: the price is that of asking for each property's descriptor – bench/runtime/values.bench.mjs */
  private shaped(value: object, id: number, depth: number, shape: Shape): void {
    const { bytes } = this
    const { keys, masked } = shape
    const count = this.room(keys.length, depth)
    bytes.tagged(ValueTag.shaped, id)
    bytes.varint(shape.index)
    bytes.varint(count)
    for (let i = 0; i < count; i++) {
      const key = keys[i] as string // SAFE: count is at most the length
      if (masked[i] === true) this.redacted(key)
      else {
        const descriptor = ownDescriptor(value, key)
        if (descriptor === undefined) bytes.byte(ValueTag.hole)
        // An accessor has no `writable`, and Object.prototype has none to lend (areDescriptorsClean).
        else if (descriptor.writable === undefined) bytes.byte(ValueTag.accessor)
        else this.guarded(descriptor.value, depth + 1)
      }
    }
  }

  /** How many keys an object has that is not enumerated again, else -1. */
  private hugeSize(value: object): number {
    return this.hasHuge ? (this.huge.get(value) ?? -1) : -1
  }

  /** Own properties as [size] n entries. */
  properties(value: object, depth: number, layout: PropertyLayout): void {
    const huge = this.hugeSize(value)
    if (huge < 0) this.entries(value, joined(namesOf(value), symbolsOf(value)), depth, layout)
    else this.unlisted(huge, layout)
  }

  private unlisted(size: number, layout: PropertyLayout): void {
    this.truncated()
    if (layout.hasSize) this.bytes.varint(size)
    this.bytes.varint(0)
  }

  private entries(value: object, all: readonly (string | symbol)[], depth: number, layout: PropertyLayout): void {
    let keys = all
    const { skip } = layout
    if (skip !== undefined) {
      const kept: (string | symbol)[] = []
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i] as string | symbol // SAFE: i is below the length
        if (!skip(key)) kept[kept.length] = key
      }
      keys = kept
    }
    if (keys.length > HUGE_KEYS) {
      this.hasHuge = true
      this.huge.set(value, keys.length)
    }
    const count = this.room(keys.length, depth)
    if (layout.hasSize) this.bytes.varint(keys.length)
    this.bytes.varint(count)
    for (let i = 0; i < count; i++) this.entry(value, keys[i] as string | symbol, depth) // SAFE: count is at most the length
  }

  private entry(value: object, key: string | symbol, depth: number): void {
    const name = typeof key === 'string' ? key : symbolName(key)
    this.str(this.clipped(name))
    if (this.isRedacted(name)) {
      this.redacted(name)
      return
    }
    this.property(value, key, depth)
  }

  private property(value: object, key: PropertyKey, depth: number): void {
    let descriptor: PropertyDescriptor | undefined
    if (isLazyStack(value, key)) return this.bytes.byte(ValueTag.accessor)
    try {
      descriptor = ownDescriptor(value, key)
    } catch {
      // SAFE: a module namespace throws for a binding that is not initialised yet; shown as unreadable.
      this.cut('unreadable')
      return
    }
    if (descriptor === undefined) this.bytes.byte(ValueTag.hole)
    else if (hasOwn(descriptor, 'value')) this.guarded(descriptor.value, depth + 1)
    else this.bytes.byte(ValueTag.accessor)
  }

  private array(value: unknown[], id: number, depth: number): void {
    const { length } = value // An own data property of every array that is no proxy.
    const { bytes } = this
    const count = this.room(length, depth)
    bytes.tagged(ValueTag.array, id)
    bytes.varint(length)
    bytes.varint(count)
    const isPlain = prototypeOf(value) === arrayPrototype && prototypeOf(arrayPrototype) === objectPrototype
    for (let i = 0; i < count; i++) {
      // PERF: reads what no getter stands for; a descriptor tells apart what reads as undefined – bench/runtime/values.bench.mjs
      const item = isPlain && getterOf(value, i) === undefined ? value[i] : undefined
      if (item === undefined) this.property(value, i, depth)
      else this.guarded(item, depth + 1)
    }
  }

  /** How many of `wanted` children are written at this depth; less than asked is a truncation. */
  room(wanted: number, depth: number): number {
    const { maxDepth, maxWidth } = this.limits
    const most = maxWidth < this.entriesLeft ? maxWidth : this.entriesLeft
    const allowed = depth >= maxDepth ? 0 : most
    if (wanted > allowed) this.truncated()
    const given = wanted < allowed ? wanted : allowed
    this.entriesLeft -= given
    return given
  }

  opaque(value: object, className: string): void {
    this.changeable++
    this.bytes.byte(ValueTag.opaque)
    this.bytes.varint(this.id(value))
    this.str(this.clipped(className))
  }

  private proxy(value: object): void {
    this.changeable++
    this.bytes.byte(ValueTag.proxy)
    this.bytes.varint(this.id(value))
  }

  redacted(rule: string): void {
    this.changeable++
    this.flags |= RecordFlag.redacted
    this.counters.redact(rule)
    this.bytes.byte(ValueTag.redacted)
    this.str(rule)
  }

  isRedactedKey(key: unknown): key is string {
    return typeof key === 'string' && this.isRedacted(key)
  }

  cut(reason: string): void {
    this.truncated()
    this.bytes.byte(ValueTag.cut)
    this.str(reason)
  }

  truncated(): void {
    this.changeable++
    this.flags |= RecordFlag.truncated
    this.counters.truncated++
  }

  str(text: string): void {
    this.bytes.varint(this.strings.index(text))
  }

  /** The first `limit` characters of a longer text. */
  start(text: string, limit: number): string {
    return this.strings.start(text, limit)
  }

  raw(buffer: ArrayBuffer, offset: number, count: number, length: number): void {
    const { bytes, strings } = this
    bytes.raw(strings.bytes(buffer, offset, count, length, bytes.length))
  }

  /** Names and keys obey the limit of strings too. */
  clipped(text: string): string {
    return text.length <= this.limits.maxString ? text : this.strings.start(text, this.limits.maxString)
  }

  private id(value: object): number {
    const known = this.ids.get(value)
    if (known !== undefined) return known
    const id = this.nextId++
    this.ids.set(value, id)
    return id
  }
}

const symbolName = (key: symbol): string => `@@${symbolDescription(key) ?? ''}`

/** Own keys as Reflect.ownKeys gives them; the two lists apart come 2 to 3 times sooner in V8. */
function joined(names: readonly (string | symbol)[], symbols: readonly symbol[]): readonly (string | symbol)[] {
  if (symbols.length === 0) return names
  const keys: (string | symbol)[] = []
  for (let i = 0; i < names.length; i++) keys[i] = names[i] as string // SAFE: i is below the length, here and below
  for (let i = 0; i < symbols.length; i++) keys[keys.length] = symbols[i] as symbol
  return keys
}

/** No literal and no `**`: bundles may have a target that knows neither. */
const BIGINT_LIMIT = BigInt(1) << BigInt(4096)
