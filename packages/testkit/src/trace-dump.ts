/**
 * Events as text for tests: one line each, without times and object ids, so that equal runs give equal text.
 *
 *   call-enter #2 <1 add(1, {x: 2})          #call, <parent (≪ when the parent is a cause and not the caller)
 *   call-return #2 add → 3
 *   catch #1 main → Error("no") [inferred]   flags in brackets
 */
import {
  probeLabel,
  ByteReader,
  ChunkType,
  EventKind,
  RECORD_WORDS,
  RecordFlag,
  Word,
  activityTypeName,
  consoleLevelName,
  decodeDefinitions,
  eventKindName,
  headExtra,
  headFlags,
  headKind,
  levelOfDigit,
  readValue,
  scanChunks,
} from '@hindscope/protocol'
import type { Chunk, Definition, ProbeManifest, ValueNode } from '@hindscope/protocol'

/** One decoded event, for tests that look at more than text. */
export interface DumpedEvent {
  readonly seq: number
  readonly kind: string
  readonly flags: readonly string[]
  readonly extra: number
  readonly site: number
  /** Function or binding name where a manifest is known, else `probe N`; '' without a site. */
  readonly name: string
  readonly call: number
  readonly link: number
  readonly timeUs: number
  readonly values: readonly ValueNode[]
}

export interface DumpOptions {
  /** Manifests besides those in the chunks. */
  readonly manifests?: readonly ProbeManifest[]
}

const FLAG_NAMES = Object.entries(RecordFlag)

/** Decodes every event of a realm in order. Throws on damaged chunks: tests want to see those. */
export function decodeEvents(chunks: readonly Uint8Array[], options: DumpOptions = {}): DumpedEvent[] {
  const decoded = chunks.flatMap(bytes => scanOrThrow(bytes))
  const names = probeNames(decodeAllDefinitions(decoded), options.manifests ?? [])
  return decoded.filter(chunk => chunk.type === ChunkType.events).flatMap(chunk => chunkEvents(chunk, names))
}

/** Every definition in the chunks, in order. */
export function decodeAllDefinitions(chunks: readonly Chunk[]): Definition[] {
  return chunks.filter(chunk => chunk.type === ChunkType.definitions).flatMap(decodeDefinitions)
}

export function scanOrThrow(bytes: Uint8Array): Chunk[] {
  const { chunks, damage } = scanChunks(bytes)
  if (damage[0]) throw new TypeError(`damaged chunk: ${damage[0].message}`)
  return chunks.map(({ chunk }) => chunk)
}

/** One line per event. */
export function dumpEvents(chunks: readonly Uint8Array[], options: DumpOptions = {}): string {
  return decodeEvents(chunks, options).map(formatEvent).join('\n')
}

function probeNames(definitions: readonly Definition[], manifests: readonly ProbeManifest[]): Map<number, string> {
  const known = new Map(manifests.map(manifest => [manifest.module as string, manifest]))
  for (const definition of definitions) if (definition.kind === 'manifest') known.set(definition.manifest.module, definition.manifest)
  const names = new Map<number, string>()
  for (const definition of definitions) {
    if (definition.kind !== 'module') continue
    known.get(definition.module)?.probes.forEach((probe, index) => names.set(definition.base + index, probeLabel(probe)))
  }
  return names
}

/** Number of values that a record has. */
function valueCount(kind: number, extra: number): number {
  if (kind === EventKind.callEnter || kind === EventKind.locals) return extra
  return kind === EventKind.propertyWrite ? 3 : 1
}

function chunkEvents(chunk: Chunk, names: ReadonlyMap<number, string>): DumpedEvent[] {
  const events: DumpedEvent[] = []
  for (let i = 0; i < chunk.recordCount; i++) {
    const word = (index: number): number => (chunk.records[i * RECORD_WORDS + index] as number) >>> 0
    const head = word(Word.head)
    const kind = headKind(head)
    const extra = headExtra(head)
    const value = word(Word.value)
    const site = word(Word.site)
    events.push({
      seq: chunk.firstSeq + i,
      kind: kebab(eventKindName(kind) ?? `kind-${kind}`),
      flags: FLAG_NAMES.filter(([, bit]) => (headFlags(head) & bit) !== 0).map(([name]) => name),
      extra,
      site,
      name: site === 0 ? '' : (names.get(site) ?? `probe ${site}`),
      call: word(Word.call),
      link: word(Word.link),
      timeUs: chunk.baseTimeUs + word(Word.tick),
      values: value === 0 ? [] : readValues(chunk, value - 1, kind, extra),
    })
  }
  return events
}

function readValues(chunk: Chunk, offset: number, kind: number, extra: number): ValueNode[] {
  const reader = new ByteReader(chunk.values, offset)
  return Array.from({ length: valueCount(kind, extra) }, () => readValue(reader, chunk.strings))
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

export function formatEvent(event: DumpedEvent): string {
  const flags = event.flags.filter(flag => flag !== 'asyncParent')
  const link = event.link === 0 ? '' : ` ${event.flags.includes('asyncParent') ? '≪' : '<'}${event.link}`
  const head = `${event.kind}${event.call === 0 ? '' : ` #${event.call}`}${link}`
  const values = event.values.map(value => formatValue(value))
  const tail = flags.length > 0 ? ` [${flags.join(' ')}]` : ''
  if (event.kind === 'call-enter') return `${head} ${event.name}(${values.join(', ')})${tail}`
  const label = labelOf(event)
  return `${head}${label === '' ? '' : ` ${label}`}${values.length > 0 ? ` → ${values.join(', ')}` : ''}${tail}`
}

function labelOf(event: DumpedEvent): string {
  if (event.kind === 'console') return consoleLevelName(event.extra) ?? ''
  if (event.kind.startsWith('activity-')) return activityTypeName(event.extra) ?? ''
  if (event.kind === 'level-change') return `${event.name} ${levelOfDigit(event.extra) ?? ''}`
  return event.name
}

/** A value on one line. Cut containers end in `…`. */
export function formatValue(value: ValueNode): string {
  switch (value.kind) {
    case 'boolean':
      return String(value.value)
    case 'number':
      return value.text
    case 'string':
      return JSON.stringify(value.value) + (value.length > value.value.length ? `…${value.length}` : '')
    case 'bigint':
      return `${value.text}n`
    case 'symbol':
      return `Symbol(${value.description})`
    case 'function':
      return `ƒ ${value.name}`
    case 'object':
      return `${value.className === 'Object' ? '' : `${value.className || '[null]'} `}{${entries(value.entries, value.size)}}`
    case 'array':
      return `[${list(value.items.map(formatValue), value.size)}]`
    case 'map':
      return `Map{${list(
        value.pairs.map(([key, item]) => `${formatValue(key)} => ${formatValue(item)}`),
        value.size,
      )}}`
    case 'set':
      return `Set{${list(value.items.map(formatValue), value.size)}}`
    case 'date':
      return `Date(${value.ms ?? 'invalid'})`
    case 'regexp':
      return value.text
    case 'error': {
      const own = value.entries.length > 0 ? ` {${entries(value.entries, value.entries.length)}}` : ''
      return `${value.className}(${JSON.stringify(value.message)})${own}`
    }
    case 'binary':
      return `${value.className}(${value.size})[${list(value.bytes.map(String), value.size)}]`
    case 'ref':
      return '<ref>'
    case 'opaque':
      return `<${value.className}>`
    case 'proxy':
    case 'accessor':
    case 'hole':
    case 'undefined':
      return value.kind === 'undefined' ? 'undefined' : `<${value.kind}>`
    case 'null':
      return 'null'
    case 'redacted':
      return `<redacted ${value.rule}>`
    case 'cut':
      return `<cut ${value.reason}>`
  }
}

const entries = (rows: readonly (readonly [string, ValueNode])[], size: number): string =>
  list(
    rows.map(([key, value]) => `${key}: ${formatValue(value)}`),
    size,
  )
const list = (texts: readonly string[], size: number): string => texts.join(', ') + (size > texts.length ? (texts.length > 0 ? ', …' : '…') : '')
