/**
 * Hand-made traces for tests: realms, probes and events written one by one, sealed into real chunks with protocol's own encoder, so
 * that readers are tested against bytes and not against a second model.
 */
import {
  ActivityType,
  BranchBit,
  ByteWriter,
  ConsoleLevel,
  EventKind,
  HindscopeError,
  RecordFlag,
  ValueTag,
  decodeChunk,
  encodeChunk,
  encodeDefinitions,
  probeLabel,
  realmId,
  recordHead,
  sessionId,
  tapeOf,
  zigzag,
} from '@hindscope/protocol'
import type {
  ActivityTypeName,
  Chunk,
  ConsoleLevelName,
  Definition,
  EventKindName,
  Probe,
  ProbeManifest,
  RealmDefinition,
  RealmKindName,
  SessionId,
} from '@hindscope/protocol'

/** Writes a value that has no JavaScript form, such as a redacted one. */
export class RawValue {
  readonly write: (writer: ByteWriter, text: (value: string) => number) => void
  constructor(write: (writer: ByteWriter, text: (value: string) => number) => void) {
    this.write = write
  }
}
export const redacted = (rule: string): RawValue =>
  new RawValue((writer, text) => {
    writer.byte(ValueTag.redacted)
    writer.varint(text(rule))
  })
export const cut = (reason: string): RawValue =>
  new RawValue((writer, text) => {
    writer.byte(ValueTag.cut)
    writer.varint(text(reason))
  })
/** Which object it is, without what it holds: the object of a property write. */
export const objectIdentity = (className: string, id: number): RawValue =>
  new RawValue((writer, text) => {
    writer.byte(ValueTag.opaque)
    writer.varint(id)
    writer.varint(text(className))
  })
/** An error with an identity, as the recorder gives to objects. */
export const errorValue = (className: string, message: string, id = 0): RawValue =>
  new RawValue((writer, text) => {
    writer.byte(ValueTag.error)
    writer.varint(id)
    writer.varint(text(className))
    writer.varint(text(message))
    writer.varint(text(''))
    writer.varint(0)
  })

/** What a probe is found by in `RealmBuilder.site`: `total`, `total 3`, `step 3`, `[computed] 5`. */
function namesOfProbe(probe: Probe): readonly string[] {
  const placed = `${probeLabel(probe)} ${probe.range[0]}`
  return probe.kind === 'function' || probe.kind === 'write' ? [probe.name, placed] : [placed]
}

export interface RecordSpec {
  readonly kind: EventKindName
  readonly site?: number
  readonly call?: number
  readonly link?: number
  readonly extra?: number
  readonly flags?: number
  readonly values?: readonly unknown[]
}

export interface CallOptions {
  readonly parent?: number
  readonly asyncParent?: boolean
}

/** One realm of a trace. Times are microseconds after the base time; `at` sets the time of the following events. */
export class RealmBuilder {
  readonly realm: number
  readonly definition: RealmDefinition
  private readonly baseUs: number
  private readonly session: SessionId
  private readonly sites = new Map<string, number>()
  private readonly definitions: Definition[]
  private nextBase = 1
  private nextCall = 1
  private nextNumber = 0
  private firstSeq = 0
  private timeUs = 0
  private count = 0
  private dropped = 0
  private words: number[] = []
  private values = new ByteWriter()
  private strings = new Map<string, number>()
  private readonly sealed: Uint8Array<ArrayBuffer>[] = []

  constructor(session: SessionId, definition: RealmDefinition, baseUs: number) {
    this.session = session
    this.realm = definition.realm
    this.definition = definition
    this.baseUs = baseUs
    this.definitions = [definition]
  }

  /** Registers a module; its probes are found by name afterwards. `carried: false` leaves the manifest itself out. */
  module(manifest: ProbeManifest, carried = true): this {
    this.definitions.push({
      kind: 'module',
      realm: this.definition.realm,
      module: manifest.module,
      base: this.nextBase,
      count: manifest.probes.length,
    })
    if (carried) this.definitions.push({ kind: 'manifest', manifest })
    manifest.probes.forEach((probe, index) => namesOfProbe(probe).forEach(name => this.sites.set(name, this.nextBase + index)))
    this.nextBase += manifest.probes.length
    return this
  }

  at(timeUs: number): this {
    this.timeUs = timeUs
    return this
  }

  site(name: string): number {
    return this.sites.get(name) ?? 0
  }

  enter(name: string, args: readonly unknown[] = [], options: CallOptions = {}): number {
    const call = this.nextCall++
    const flags = options.asyncParent === true ? RecordFlag.asyncParent : 0
    this.event({ kind: 'callEnter', site: this.site(name), call, link: options.parent ?? 0, extra: args.length, flags, values: args })
    return call
  }

  returns(call: number, name: string, ...values: readonly unknown[]): this {
    return this.event({ kind: 'callReturn', site: this.site(name), call, values })
  }

  throws(call: number, name: string, error: unknown): this {
    return this.event({ kind: 'callThrow', site: this.site(name), call, values: [error] })
  }

  writes(call: number, name: string, value: unknown): this {
    return this.event({ kind: 'write', site: this.site(name), call, values: [value] })
  }

  /** `name` of these: `items 3`, `step 3`, `branch 3`, `iteration 3`, `locals 4`, `[computed] 5`. */
  writesProperty(call: number, name: string, object: unknown, key: unknown, value: unknown): this {
    return this.event({ kind: 'propertyWrite', site: this.site(name), call, values: [object, key, value] })
  }

  steps(call: number, ...names: readonly string[]): this {
    for (const name of names) this.event({ kind: 'step', site: this.site(name), call })
    return this
  }

  branches(call: number, name: string, value: unknown): this {
    const extra = (value ? BranchBit.truthy : 0) | (value === undefined || value === null ? BranchBit.nullish : 0)
    return this.event({ kind: 'branch', site: this.site(name), call, extra })
  }

  iterates(call: number, name: string, iteration: number): this {
    return this.event({ kind: 'iteration', site: this.site(name), call, link: iteration })
  }

  locals(call: number, name: string, values: readonly unknown[]): this {
    return this.event({ kind: 'locals', site: this.site(name), call, extra: values.length, values })
  }

  console(level: ConsoleLevelName, args: readonly unknown[], call = 0): this {
    return this.event({ kind: 'console', call, extra: ConsoleLevel[level], values: [args] })
  }

  activity(type: ActivityTypeName, fields: object, options: CallOptions = {}): number {
    const call = this.nextCall++
    const flags = options.asyncParent === true ? RecordFlag.asyncParent : 0
    this.event({ kind: 'activityStart', call, link: options.parent ?? 0, extra: ActivityType[type], flags, values: [fields] })
    return call
  }

  ends(call: number, type: ActivityTypeName, result?: object): this {
    return this.event({ kind: 'activityEnd', call, extra: ActivityType[type], values: result === undefined ? [] : [result] })
  }

  event(record: RecordSpec): this {
    const values = record.values ?? []
    const valueWord = values.length === 0 ? 0 : this.values.length + 1
    for (const value of values) this.write(value)
    const head = recordHead(EventKind[record.kind], record.flags ?? 0, record.extra ?? 0)
    this.words.push(head, record.site ?? 0, record.call ?? 0, record.link ?? 0, this.timeUs, valueWord)
    this.count++
    return this
  }

  /** Skips sequence numbers as a recorder does that had no room; the next sealed chunk counts them. */
  drop(count: number): this {
    this.seal()
    this.firstSeq += count
    this.dropped += count
    return this
  }

  /** Closes the chunk that is being written, if it holds anything. */
  seal(): this {
    if (this.count === 0) return this
    const hlc = { ms: Math.floor((this.baseUs + this.timeUs) / 1000), counter: 0 }
    this.sealed.push(
      encodeChunk({
        type: 1,
        session: this.session,
        realm: this.definition.realm,
        number: this.nextNumber++,
        firstSeq: this.firstSeq,
        recordCount: this.count,
        dropped: this.dropped,
        truncated: 0,
        hlcFirst: hlc,
        hlcLast: hlc,
        baseTimeUs: this.baseUs,
        ...tapeOf(Int32Array.from(this.words), this.count),
        values: this.values.take(),
        strings: [...this.strings.keys()],
      }),
    )
    this.firstSeq += this.count
    this.count = 0
    this.dropped = 0
    this.words = []
    this.values = new ByteWriter()
    this.strings = new Map()
    return this
  }

  /** Chunk numbers of definitions lie far above those of events. */
  definitionsBytes(): Uint8Array<ArrayBuffer> {
    const hlcFirst = { ms: Math.floor(this.baseUs / 1000), counter: 0 }
    const place = { session: this.session, realm: this.definition.realm, number: 0xffff_0000, firstSeq: 0, hlcFirst, baseTimeUs: this.baseUs }
    return encodeDefinitions(place, this.definitions)
  }

  eventBytes(): readonly Uint8Array<ArrayBuffer>[] {
    this.seal()
    return this.sealed
  }

  private text(value: string): number {
    let index = this.strings.get(value)
    if (index === undefined) this.strings.set(value, (index = this.strings.size))
    return index
  }

  private write(value: unknown): void {
    const out = this.values
    if (value instanceof RawValue) return value.write(out, text => this.text(text))
    if (value === undefined) return out.byte(ValueTag.undefined)
    if (value === null) return out.byte(ValueTag.null)
    if (typeof value === 'boolean') return out.byte(value ? ValueTag.true : ValueTag.false)
    if (typeof value === 'number') {
      const isInt = Number.isInteger(value) && Math.abs(value) < 2 ** 31 && !Object.is(value, -0)
      out.byte(isInt ? ValueTag.int : ValueTag.double)
      return isInt ? out.varint(zigzag(value)) : out.float64(value)
    }
    if (typeof value === 'string') {
      out.byte(ValueTag.string)
      return out.varint(this.text(value))
    }
    if (Array.isArray(value)) {
      out.byte(ValueTag.array)
      for (const number of [0, value.length, value.length]) out.varint(number)
      for (const item of value as unknown[]) this.write(item)
      return
    }
    if (typeof value !== 'object')
      throw new HindscopeError('value-malformed', { offset: '0', reason: `the trace builder cannot write a ${typeof value}` })
    const entries = Object.entries(value)
    out.byte(ValueTag.object)
    for (const number of [0, this.text('Object'), entries.length, entries.length]) out.varint(number)
    for (const [key, item] of entries) {
      out.varint(this.text(key))
      this.write(item)
    }
  }
}

/** A session of one or more realms. */
export class TraceBuilder {
  readonly session: SessionId
  readonly baseUs: number
  readonly realms: RealmBuilder[] = []

  constructor(session: string = '5e55'.repeat(8), baseUs = 1_700_000_000_000_000) {
    this.session = sessionId(session)
    this.baseUs = baseUs
  }

  realm(name: string, realmKind: RealmKindName = 'page'): RealmBuilder {
    const number = realmId(this.realms.length + 1)
    const builder = new RealmBuilder(
      this.session,
      {
        kind: 'realm',
        session: this.session,
        realm: number,
        realmKind,
        name,
        url: `http://localhost/${name}`,
        pid: 0,
        platform: 'test',
        startedMs: this.baseUs / 1000,
      },
      this.baseUs,
    )
    this.realms.push(builder)
    return builder
  }

  /** Definitions of every realm, then the event chunks realm by realm. */
  chunkBytes(): readonly Uint8Array<ArrayBuffer>[] {
    return [...this.realms.map(realm => realm.definitionsBytes()), ...this.realms.flatMap(realm => realm.eventBytes())]
  }

  chunks(): Chunk[] {
    return this.chunkBytes().map(bytes => decodeChunk(bytes))
  }

  /** All chunks after one another: a trace file. */
  bytes(): Uint8Array<ArrayBuffer> {
    const writer = new ByteWriter()
    for (const chunk of this.chunkBytes()) writer.raw(chunk)
    return writer.take()
  }
}
