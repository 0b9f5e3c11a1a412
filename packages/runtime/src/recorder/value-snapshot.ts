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
 * An object met a second time within a record is a `ref` to its id, so cycles end.
 */
import { RecordFlag, ValueTag, zigzag } from '@hindscope/protocol'
import type { ByteWriter } from '@hindscope/protocol'
import type { Counters } from './counters.ts'
import { FactsReader, readValue } from './object-facts.ts'
import type { ObjectFacts } from './object-facts.ts'
import { SafeMap, SafeWeakMap, bigintText, hasOwn, isArray, isView, keysOfOrdinary, ownDescriptor, symbolDescription } from './intrinsics.ts'
import { writeBuiltin, writeView } from './builtin-values.ts'
import type { TapeBuffer } from './tape-buffer.ts'
import type { PropertyLayout, SnapshotOutput } from './snapshot-output.ts'
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
  private readonly written = new SafeMap<number, true>()
  private hasWritten = false
  private nextId = 1
  private entriesLeft = 0

  constructor(tape: TapeBuffer, limits: ValueLimits, counters: Counters, isRedacted: (name: string) => boolean, isProxy: (value: object) => boolean) {
    this.bytes = tape.values
    this.strings = tape.strings
    this.limits = limits
    this.counters = counters
    this.isRedacted = isRedacted
    this.isProxy = isProxy
    this.facts = new FactsReader(isProxy)
    tape.strings.onMasked = () => {
      this.flags |= RecordFlag.redacted
    }
  }

  /** Starts the values of one record. */
  begin(): void {
    this.flags = 0
    this.entriesLeft = this.limits.maxEntries
    if (this.hasWritten) this.written.clear()
    this.hasWritten = false
  }

  /** PERF: numbers and texts are most of what is recorded, and nothing about them can fail – bench/runtime/per-call.bench.mjs */
  write(value: unknown): void {
    if (typeof value === 'number') this.number(value)
    else if (typeof value === 'string') this.string(value)
    else this.guarded(value, 0)
  }

  /** Which object it is, without what it holds. */
  identity(value: unknown): void {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
    if (!isObject) return this.write(value)
    const start = this.bytes.length
    try {
      if (typeof value === 'function' || this.isProxy(value)) this.value(value, 0)
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

  /** Writes at `depth`; a value that cannot be read is replaced by a cut and what was written of it taken back. */
  guarded(value: unknown, depth: number): void {
    const start = this.bytes.length
    try {
      this.value(value, depth)
    } catch {
      this.unreadable(start)
    }
  }

  /** SAFE: hostile values and engine limits (stack overflow) must not reach the program; counted and visible in the trace. */
  private unreadable(start: number): void {
    this.bytes.length = start
    this.counters.fail('snapshot-failed')
    this.cut('unreadable')
  }

  private value(value: unknown, depth: number): void {
    const bytes = this.bytes
    switch (typeof value) {
      case 'number':
        this.number(value)
        return
      case 'string':
        this.string(value)
        return
      case 'boolean':
        bytes.byte(value ? ValueTag.true : ValueTag.false)
        return
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
          bytes.byte(ValueTag.function)
          bytes.varint(this.id(value))
          this.str(this.facts.functionName(value))
        }
        return
      case 'object':
        if (value === null) bytes.byte(ValueTag.null)
        else this.object(value, depth)
    }
  }

  private number(value: number): void {
    if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
      this.bytes.byte(ValueTag.int)
      this.bytes.varint(zigzag(value))
    } else {
      this.bytes.byte(ValueTag.double)
      this.bytes.float64(value)
    }
  }

  string(value: string): void {
    const limit = this.limits.maxString
    if (value.length <= limit) {
      this.bytes.byte(ValueTag.string)
      this.str(value)
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
    const id = this.id(value)
    if (this.written.has(id)) {
      this.bytes.byte(ValueTag.ref)
      this.bytes.varint(id)
      return
    }
    if (this.entriesLeft === 0) {
      this.cut('budget')
      return
    }
    this.hasWritten = true
    this.written.set(id, true)
    if (isArray(value)) this.array(value, id, depth)
    else if (isView(value)) writeView(this, value, id)
    else this.classed(value, id, depth)
  }

  private classed(value: object, id: number, depth: number): void {
    const facts = this.facts.of(value)
    if (facts.brand === 'host' || facts.brand === 'opaque') {
      this.opaque(value, facts.className)
      return
    }
    if (facts.brand !== 'ordinary') {
      const start = this.bytes.length
      try {
        if (writeBuiltin(this, value, id, depth, facts)) return
      } catch {
        // SAFE: the slots are not there (Object.create(Map.prototype) and the like): it is an ordinary object.
      }
      this.bytes.length = start
    }
    this.ordinary(value, id, depth, facts)
  }

  private ordinary(value: object, id: number, depth: number, facts: ObjectFacts): void {
    this.bytes.byte(ValueTag.object)
    this.bytes.varint(id)
    this.str(this.clipped(facts.className))
    this.properties(value, depth, OBJECT_LAYOUT)
  }

  /** Own properties as [size] n entries. */
  properties(value: object, depth: number, layout: PropertyLayout): void {
    const known = this.huge.get(value)
    if (known !== undefined) {
      this.truncated()
      if (layout.hasSize) this.bytes.varint(known)
      this.bytes.varint(0)
      return
    }
    let keys = keysOfOrdinary(value)
    const { skip } = layout
    if (skip !== undefined) {
      const kept: (string | symbol)[] = []
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i] as string | symbol // SAFE: i is below the length
        if (!skip(key)) kept[kept.length] = key
      }
      keys = kept
    }
    if (keys.length > HUGE_KEYS) this.huge.set(value, keys.length)
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
    const length = readValue(value, 'length') as number // SAFE: `length` of an array is an own data property
    const count = this.room(length, depth)
    this.bytes.byte(ValueTag.array)
    this.bytes.varint(id)
    this.bytes.varint(length)
    this.bytes.varint(count)
    for (let i = 0; i < count; i++) this.property(value, i, depth)
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
    this.bytes.byte(ValueTag.opaque)
    this.bytes.varint(this.id(value))
    this.str(this.clipped(className))
  }

  private proxy(value: object): void {
    this.bytes.byte(ValueTag.proxy)
    this.bytes.varint(this.id(value))
  }

  redacted(rule: string): void {
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

  clean(buffer: ArrayBuffer, offset: number, count: number, length: number): Uint8Array {
    return this.strings.bytes(buffer, offset, count, length)
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

/** No literal and no `**`: bundles may have a target that knows neither. */
const BIGINT_LIMIT = BigInt(1) << BigInt(4096)
