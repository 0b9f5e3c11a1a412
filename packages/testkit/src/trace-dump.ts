/**
 * Events as text for tests: one line each, without times and object ids, so that equal runs give equal text.
 *
 *   call-enter #2 <1 add(1, {x: 2})          #call, <parent (≪ when the parent is a cause and not the caller)
 *   call-return #2 add → 3
 *   catch #1 main → Error("no") [inferred]   flags in brackets
 *   step #1 3: total = add(1, 2)             line and text of the statement; `case 3: …` for an arm of a switch
 *   branch #1 if 4: total > 2 → truthy       truthy, falsy or nullish
 *   iteration #1 5 → 0                       line of the loop's body, number of the iteration
 *   property-write #1 <Cart>.total += → 3    `before` where the value is the one before the write
 *   locals #1 return 6 → {total: 3}
 *   expression #1 3: add(1, 2) → 3
 */
import {
  BranchBit,
  ByteReader,
  ChunkType,
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
  probeLabel,
  readValue,
  scanChunks,
  sourceLines,
  textOfRange,
  valueCount,
} from '@hindscope/protocol'
import type { Chunk, Definition, Probe, ProbeManifest, ValueNode } from '@hindscope/protocol'

/** One decoded event, for tests that look at more than text. */
export interface DumpedEvent {
  readonly seq: number
  readonly kind: string
  readonly flags: readonly string[]
  readonly extra: number
  readonly site: number
  /** Function or binding name where a manifest is known, else `probe N`; '' without a site. */
  readonly name: string
  readonly probe?: Probe
  /** Text that the probe stands for: its first line, where the manifest carries the source. */
  readonly text?: string
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
  const probes = knownProbes(decodeAllDefinitions(decoded), options.manifests ?? [])
  return decoded.filter(chunk => chunk.type === ChunkType.events).flatMap(chunk => chunkEvents(chunk, probes))
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

interface KnownProbe {
  readonly probe: Probe
  readonly text: string
}

function knownProbes(definitions: readonly Definition[], manifests: readonly ProbeManifest[]): Map<number, KnownProbe> {
  const known = new Map(manifests.map(manifest => [manifest.module as string, manifest]))
  for (const definition of definitions) if (definition.kind === 'manifest') known.set(definition.manifest.module, definition.manifest)
  const probes = new Map<number, KnownProbe>()
  for (const definition of definitions) {
    if (definition.kind !== 'module') continue
    const manifest = known.get(definition.module)
    const lines = manifest?.sources.map(({ content }) => sourceLines(content ?? ''))
    manifest?.probes.forEach((probe, index) => {
      const text = textOfRange(lines?.[probe.source] ?? [], probe.range)
      probes.set(definition.base + index, { probe, text: clipped(text) })
    })
  }
  return probes
}

const MAX_TEXT = 40
function clipped(text: string): string {
  const line = (text.split('\n')[0] ?? '').trim()
  return line.length > MAX_TEXT || line.length < text.length ? `${line.slice(0, MAX_TEXT)}…` : line
}

function chunkEvents(chunk: Chunk, probes: ReadonlyMap<number, KnownProbe>): DumpedEvent[] {
  const events: DumpedEvent[] = []
  for (let i = 0; i < chunk.recordCount; i++) {
    const word = (index: number): number => (chunk.records[i * RECORD_WORDS + index] as number) >>> 0
    const head = word(Word.head)
    const kind = headKind(head)
    const extra = headExtra(head)
    const value = word(Word.value)
    const site = word(Word.site)
    const known = probes.get(site)
    events.push({
      seq: chunk.firstSeq + i,
      kind: kebab(eventKindName(kind) ?? `kind-${kind}`),
      flags: FLAG_NAMES.filter(([, bit]) => (headFlags(head) & bit) !== 0).map(([name]) => name),
      extra,
      site,
      name: site === 0 ? '' : known === undefined ? `probe ${site}` : probeLabel(known.probe),
      ...(known === undefined ? {} : { probe: known.probe, text: known.text }),
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
  const isLinked = event.link !== 0 && event.kind !== 'iteration' && event.kind !== 'level-change'
  const link = isLinked ? ` ${event.flags.includes('asyncParent') ? '≪' : '<'}${event.link}` : ''
  const head = `${event.kind}${event.call === 0 ? '' : ` #${event.call}`}${link}`
  const tail = flags.length > 0 ? ` [${flags.join(' ')}]` : ''
  if (event.kind === 'call-enter') return `${head} ${event.name}(${event.values.map(formatValue).join(', ')})${tail}`
  const label = labelOf(event)
  const result = resultOf(event)
  return `${head}${label === '' ? '' : ` ${label}`}${result === '' ? '' : ` → ${result}`}${tail}`
}

function resultOf({ kind, values, extra, link, probe }: DumpedEvent): string {
  switch (kind) {
    case 'branch':
      return (extra & BranchBit.truthy) !== 0 ? 'truthy' : (extra & BranchBit.nullish) !== 0 ? 'nullish' : 'falsy'
    case 'iteration':
      return String(link)
    case 'property-write':
      return values.slice(2).map(formatValue).join(', ')
    case 'locals': {
      const names = probe?.kind === 'locals' ? probe.names : []
      return `{${values.map((value, index) => `${names[index] ?? index}: ${formatValue(value)}`).join(', ')}}`
    }
    default:
      return values.map(formatValue).join(', ')
  }
}

function labelOf(event: DumpedEvent): string {
  const { kind, probe } = event
  if (kind === 'console') return consoleLevelName(event.extra) ?? ''
  if (kind.startsWith('activity-')) return activityTypeName(event.extra) ?? ''
  if (kind === 'level-change') return `${event.name}${event.link === 0 ? '' : ` +${event.link}`} ${levelOfDigit(event.extra) ?? ''}`
  if (kind === 'property-write') return propertyLabel(event)
  if (probe === undefined || probe.kind === 'function' || probe.kind === 'write') return event.name
  const line = probe.range[0]
  if (probe.kind === 'locals') return `${probe.at} ${line}`
  if (probe.kind === 'iteration') return String(line)
  return `${probe.kind === 'branch' ? `${probe.operator ?? probe.branch} ` : ''}${line}${event.text ? `: ${event.text}` : ''}`
}

function propertyLabel({ values: [object, key], probe }: DumpedEvent): string {
  const place = `${object === undefined ? '?' : formatValue(object)}${keyText(key)}`
  if (probe?.kind !== 'property-write') return place
  const operator = probe.operator === '=' ? '' : ` ${probe.operator}`
  return `${place}${operator}${probe.before === true ? ' before' : ''}`
}

function keyText(key: ValueNode | undefined): string {
  if (key === undefined) return ''
  const isName = key.kind === 'string' && /^#?[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key.value)
  return isName ? `.${key.value}` : `[${formatValue(key)}]`
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
