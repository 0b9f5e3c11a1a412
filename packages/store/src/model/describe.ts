/**
 * Names and one-line previews of rows and calls. `name + preview` reads as a line of its own:
 * `checkout({id: 7}) → 42`, `total = 42`, `console.log hello`, `GET /api/cart → 200`.
 */
import { EventKind, RecordFlag, activityTypeName, consoleLevelName, endReasonName, eventKindName, levelOfDigit } from '@hindscope/protocol'
import type { ActivityTypeName, CallRef, EventKindName, EventRef, EventRow, Location, NamedValue, ValueNode } from '@hindscope/protocol'
import { CallMark } from './call-table.ts'
import { nameOfStatement, previewOfStatement, valuesOfStatement } from './describe-statement.ts'
import { probesOfChange } from './level-history.ts'
import { formatConsole, formatValue, formatValues, oneLine } from './format-value.ts'
import { fieldOf, numberField, textField } from './record-values.ts'
import { Mark } from './row-table.ts'
import type { Site } from './site-table.ts'
import type { TraceStore } from './trace-store.ts'
import type { Track } from './track.ts'

export const kindNameOf = (kind: number): EventKindName => eventKindName(kind) ?? 'mark'

/** Kinds whose site word is a probe id; 0 is a probe id there too. */
const isProbeKind = (kind: number): boolean =>
  (kind >= EventKind.callEnter && kind <= EventKind.write) || kind === EventKind.propertyWrite || kind === EventKind.levelChange

/** The probe id of the row, else that of the function whose call it belongs to; -1 where there is none. */
export function probeOfRow({ rows, calls }: Track, row: number): number {
  const kind = rows.kind[row] ?? 0
  const site = rows.site[row] ?? 0
  if (isProbeKind(kind) && !(kind === EventKind.catch && site === 0)) return site
  const call = rows.call[row] ?? -1
  return call === -1 || calls.activity[call] !== 0 ? -1 : (rows.site[calls.enterRow[call] ?? -1] ?? 0)
}

export function siteOfRow(track: Track, row: number): Site | undefined {
  const probe = probeOfRow(track, row)
  return probe === -1 ? undefined : track.sites.resolve(probe)
}

export function siteOfCall(track: Track, call: number): Site | undefined {
  if (call === -1 || track.calls.activity[call] !== 0) return undefined
  return track.sites.resolve(track.siteOfCall(call))
}

export function nameOfCall(track: Track, call: number): string {
  const site = siteOfCall(track, call)
  if (site !== undefined) return site.name
  const value = track.valuesOf(track.calls.enterRow[call] ?? 0)[0]
  return nameOfActivity(activityTypeName(track.calls.activity[call] ?? 0) ?? 'custom', value)
}

export function nameOfActivity(type: ActivityTypeName, value: ValueNode | undefined): string {
  const text = (field: string): string => textField(value, field) ?? ''
  switch (type) {
    case 'domEvent':
      return oneLine(`${text('type') || 'event'} ${text('target')}`.trim())
    case 'httpClient':
    case 'httpServer':
      return oneLine(`${text('method') || 'GET'} ${text('url')}`)
    case 'timer': {
      const delayMs = numberField(value, 'delayMs')
      return `${text('kind') || 'timer'}${delayMs === undefined ? '' : ` ${delayMs} ms`}`
    }
    case 'promiseReaction':
      return 'promise reaction'
    case 'custom':
      return oneLine(text('name') || 'activity')
    case 'message':
      // Of a broker or connection; the others are between realms.
      if (text('operation') !== '') return oneLine(`${text('operation')} ${text('destination')} ${text('name')}`.trim())
      return `message ${numberField(value, 'number') ?? ''}`.trim()
    case 'process':
      return oneLine(text('kind') === 'thread' ? `thread ${numberField(value, 'thread') ?? ''}` : `process ${text('file')}`.trim())
    case 'render':
      return oneLine(`<${text('component') || '?'}> ${[text('part'), text('reason')].filter(Boolean).join(' ')}`.trim())
    case 'query':
      return oneLine(text('statement') || text('system') || 'query')
    case 'handler':
      return oneLine(`${text('kind')} ${text('route') || text('name')}`.trim() || 'handler')
    case 'action':
      return oneLine(`${text('store')} ${text('action')}`.trim() || 'action')
    case 'span':
      return oneLine(text('name') || 'span')
    case 'test':
      return oneLine(text('name') || 'test')
  }
}

export function nameOfRow(track: Track, row: number, values: readonly ValueNode[]): string {
  const { rows } = track
  const kind = rows.kind[row] ?? 0
  const [value] = values
  const statement = nameOfStatement(track, row, values)
  if (statement !== undefined) return statement
  switch (kind) {
    case EventKind.activityStart:
    case EventKind.activityEnd: {
      const call = rows.call[row] ?? -1
      return call === -1 ? nameOfActivity(activityTypeName(rows.extra[row] ?? 0) ?? 'custom', value) : nameOfCall(track, call)
    }
    case EventKind.console:
      return `console.${consoleLevelName(rows.extra[row] ?? 0) ?? 'log'}`
    case EventKind.uncaughtError:
      return 'uncaught error'
    case EventKind.unhandledRejection:
      return 'unhandled rejection'
    case EventKind.stateChange:
    case EventKind.stateSnapshot:
      return plainText(itemsOf(value)[0]) || 'state'
    case EventKind.messageSend:
    case EventKind.messageReceive:
      return textField(value, 'channel') ?? 'message'
    case EventKind.lifecycle:
    case EventKind.metric:
      return textField(value, 'name') ?? kindNameOf(kind)
    case EventKind.mark:
      return textField(value, 'label') ?? 'mark'
    case EventKind.traceControl:
      return textField(value, 'operation') ?? 'trace control'
    case EventKind.realmStart:
      return 'realm start'
    case EventKind.realmEnd:
      return `realm end: ${endReasonName(rows.extra[row] ?? 0) ?? 'unknown'}`
    default:
      return siteOfRow(track, row)?.name ?? (eventKindName(kind) === undefined ? `unknown event ${kind}` : kindNameOf(kind))
  }
}

export function previewOfRow(track: Track, row: number, values: readonly ValueNode[]): string {
  const kind = track.rows.kind[row] ?? 0
  const [value] = values
  const statement = previewOfStatement(track, row, values)
  if (statement !== undefined) return statement
  switch (kind) {
    case EventKind.callEnter:
      return `(${formatValues(argumentsOf(siteOfRow(track, row), values))})`
    case EventKind.callReturn:
      return value === undefined ? '' : ` → ${formatValue(value)}`
    case EventKind.callThrow:
    case EventKind.throwStatement:
      return value === undefined ? ' ✗' : ` ✗ ${formatValue(value)}`
    case EventKind.callUnwind:
      return ' ✗ (error not seen)'
    case EventKind.write:
      return value === undefined ? '' : ` = ${formatValue(value)}`
    case EventKind.suspendAwait:
      return ' await'
    case EventKind.resumeAwait:
      return value === undefined ? ' awaited' : ` await → ${formatValue(value)}`
    case EventKind.activityStart:
      return ''
    case EventKind.activityEnd:
      return resultPreview(value)
    case EventKind.console:
      return ` ${formatConsole(value?.kind === 'array' ? value.items : values)}`
    case EventKind.stateChange: {
      const [, key, before, after] = itemsOf(value)
      return ` ${plainText(key)}: ${before ? formatValue(before, 36) : '?'} → ${after ? formatValue(after, 36) : '?'}`
    }
    case EventKind.stateSnapshot: {
      const state = itemsOf(value)[1]
      return state ? ` = ${formatValue(state)}` : ''
    }
    case EventKind.levelChange:
      return previewOfLevel(track, row, value)
    default:
      return value === undefined ? '' : ` ${formatValue(value)}`
  }
}

/** The first value of the function's calls is `this`, not an argument. */
export const hasThis = (site: Site | undefined): boolean => site?.functionProbe?.params[0] === 'this'

/** Of the values of a call's start those that were passed. */
export const argumentsOf = (site: Site | undefined, values: readonly ValueNode[]): readonly ValueNode[] => (hasThis(site) ? values.slice(1) : values)

/** ` → off by governor (too dear), with 3 more functions`: probes within functions go with these. */
function previewOfLevel(track: Track, row: number, value: ValueNode | undefined): string {
  const by = textField(value, 'by')
  const reason = textField(value, 'reason')
  const more = probesOfChange(track, row).filter((probe, i) => i > 0 && track.sites.resolve(probe).probe?.kind === 'function').length
  const level = levelOfDigit(track.rows.extra[row] ?? 0) ?? '?'
  return ` → ${level}${by === undefined ? '' : ` by ${by}`}${reason === undefined ? '' : ` (${reason})`}${more === 0 ? '' : `, with ${more} more function${more === 1 ? '' : 's'}`}`
}

/** What an activity ended with: ` → 200`, ` ✗ Error: refused`, or nothing. */
export function resultPreview(value: ValueNode | undefined): string {
  const error = fieldOf(value, 'error')
  if (error !== undefined && error.kind !== 'undefined' && error.kind !== 'null')
    return ` ✗ ${error.kind === 'string' ? oneLine(error.value) : formatValue(error)}`
  const status = fieldOf(value, 'status')
  if (status !== undefined) return ` → ${formatValue(status)}`
  return value === undefined || value.kind === 'undefined' || (value.kind === 'object' && value.entries.length === 0)
    ? ''
    : ` → ${formatValue(value)}`
}

const itemsOf = (node: ValueNode | undefined): readonly ValueNode[] => (node?.kind === 'array' ? node.items : [])
const plainText = (node: ValueNode | undefined): string =>
  node === undefined ? '' : node.kind === 'string' ? oneLine(node.value) : formatValue(node)

class RefOfRow implements EventRef {
  readonly track: number
  readonly seq: number

  constructor(track: number, seq: number) {
    this.track = track
    this.seq = seq
  }
}

/**
 * PERF: V8 may put what a literal makes into old space at once, when the first pages outlived a collection: dead pages then keep the parts of
 * others alive, and every collection copies all of them. Objects of classes are exempt – bench/store/queries.bench.mjs
 */
class DescribedRow implements EventRow {
  readonly ref: EventRef
  readonly timeUs: number
  readonly kind: EventKindName
  readonly call: number
  readonly asyncParent: boolean
  readonly name: string
  readonly preview: string
  readonly error: boolean
  readonly depth: number
  declare activity?: ActivityTypeName
  declare parent?: CallRef
  declare location?: Location
  declare durationUs?: number

  constructor(track: Track, row: number, asyncParent: boolean) {
    const { rows } = track
    const values = track.valuesOf(row)
    this.ref = new RefOfRow(track.number, track.seqOf(row))
    this.timeUs = track.time(row)
    this.kind = kindNameOf(rows.kind[row] ?? 0)
    this.call = track.callIdOf(row)
    this.asyncParent = asyncParent
    this.name = nameOfRow(track, row, values)
    this.preview = previewOfRow(track, row, values)
    this.error = ((rows.marks[row] ?? 0) & Mark.error) !== 0
    this.depth = rows.depth[row] ?? 0
  }
}

export function rowOf(store: TraceStore, track: Track, row: number): EventRow {
  const { rows, calls } = track
  const kind = rows.kind[row] ?? 0
  const call = rows.call[row] ?? -1
  const marks = rows.marks[row] ?? 0
  const isActivity = kind === EventKind.activityStart || kind === EventKind.activityEnd
  const activity = isActivity ? activityTypeName(call === -1 ? (rows.extra[row] ?? 0) : (calls.activity[call] ?? 0)) : undefined
  const isEnter = (marks & Mark.enter) !== 0
  const parent = isEnter ? store.parentOf({ track: track.number, call }) : undefined
  const location = locationOfRow(track, row)
  const durationUs = isEnter || (marks & Mark.exit) !== 0 ? durationOf(track, call) : undefined
  const result = new DescribedRow(track, row, isEnter && ((calls.marks[call] ?? 0) & CallMark.asyncParent) !== 0)
  if (activity !== undefined) result.activity = activity
  if (parent !== undefined) result.parent = { track: parent.track, call: store.tracks[parent.track]?.calls.id[parent.call] ?? 0 }
  if (location !== undefined) result.location = location
  if (durationUs !== undefined) result.durationUs = durationUs
  return result
}

export const locationOfRow = (track: Track, row: number): Location | undefined => siteOfRow(track, row)?.location

export function durationOf(track: Track, call: number): number | undefined {
  const exit = call === -1 ? -1 : (track.calls.exitRow[call] ?? -1)
  return exit === -1 ? undefined : track.time(exit) - track.time(track.calls.enterRow[call] ?? 0)
}

/** The values of a row under the names that people know them by. */
export function namedValues(track: Track, row: number): NamedValue[] {
  const kind = track.rows.kind[row] ?? 0
  const values = track.valuesOf(row)
  const [first] = values
  if (kind === EventKind.callEnter) {
    const params = siteOfRow(track, row)?.functionProbe?.params ?? []
    return values.map((value, i) => ({ name: params[i] ?? `argument ${i + 1}`, value }))
  }
  if (first === undefined) return []
  const statement = valuesOfStatement(track, row, values)
  if (statement !== undefined) return statement
  if (kind === EventKind.stateChange) return named(itemsOf(first), ['store', 'key', 'before', 'after'])
  if (kind === EventKind.stateSnapshot) return named(itemsOf(first), ['store', 'state'])
  if (kind === EventKind.console && first.kind === 'array') return first.items.map((value, i) => ({ name: String(i), value }))
  if (kind >= EventKind.activityStart && first.kind === 'object') return first.entries.map(([name, value]) => ({ name, value }))
  return [{ name: valueName(track, row, kind), value: first }]
}

const named = (values: readonly ValueNode[], names: readonly string[]): NamedValue[] =>
  values.map((value, i) => ({ name: names[i] ?? String(i), value }))

function valueName(track: Track, row: number, kind: number): string {
  switch (kind) {
    case EventKind.callReturn:
      return 'result'
    case EventKind.callThrow:
    case EventKind.throwStatement:
    case EventKind.catch:
    case EventKind.uncaughtError:
      return 'error'
    case EventKind.unhandledRejection:
      return 'reason'
    case EventKind.resumeAwait:
      return 'awaited'
    case EventKind.suspendYield:
      return 'yielded'
    case EventKind.resumeYield:
      return 'sent'
    case EventKind.write:
      return siteOfRow(track, row)?.name ?? 'value'
    default:
      return 'value'
  }
}

export function flagsOfRow(track: Track, row: number): { truncated: boolean; redacted: boolean; inferred: boolean; valuesSkipped: boolean } {
  const flags = track.rows.flags[row] ?? 0
  return {
    truncated: (flags & RecordFlag.truncated) !== 0,
    redacted: (flags & RecordFlag.redacted) !== 0,
    inferred: (flags & RecordFlag.inferred) !== 0,
    valuesSkipped: (flags & RecordFlag.valuesSkipped) !== 0,
  }
}
