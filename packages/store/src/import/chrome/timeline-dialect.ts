/**
 * What Chrome's own events mean (Performance panel of DevTools, chrome://tracing). JavaScript that the browser calls is a call with its
 * place in the source; events, timers and requests are the activities that a recorder would have seen; everything else that the browser
 * does (style, layout, paint, garbage collection, tasks) is an activity under its own name.
 *
 * Lines and columns of these events count from 1; those of CPU profiles (sampled-calls.ts) from 0.
 */
import { ConsoleLevel } from '@hindscope/protocol'
import { listOf, numberOf, present, textOf } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'
import type { ImportedFunction } from '../function-table.ts'
import { fieldsOf, plain } from '../plain-value.ts'
import { customActivity, hasFields, mark } from './dialect.ts'
import type { Dialect, InstantMeaning, OpenThread } from './dialect.ts'
import { takesCause } from './flow-table.ts'
import { RequestTable } from './request-table.ts'
import type { Meaning, Span } from './span.ts'
import { dataOf, dataText } from './trace-event.ts'
import type { TraceEvent } from './trace-event.ts'

interface Installed {
  readonly span: Span | undefined
  readonly delayMs: number | undefined
  readonly kind: string
}

type SliceMeaning = (event: TraceEvent, installed: Installed | undefined) => Meaning

const activity = (type: 'domEvent' | 'timer', fields: JsonObject): Meaning => ({ kind: 'activity', type, fields: present(fields) })

const call = (event: TraceEvent, spec: Pick<ImportedFunction, 'name' | 'kind'>): Meaning => {
  const { url, lineNumber, columnNumber } = dataOf(event)
  return { kind: 'call', function: { ...spec, ...placeOf(url, numberOf(lineNumber), numberOf(columnNumber)) }, args: [] }
}

const SLICES: Readonly<Record<string, SliceMeaning>> = {
  FunctionCall: event => call(event, { name: dataText(event, 'functionName') || '(anonymous)' }),
  EvaluateScript: event => call(event, { name: '(script)', kind: 'module' }),
  'v8.evaluateModule': event => call(event, { name: '(module)', kind: 'module' }),
  EventDispatch: event => activity('domEvent', { type: dataText(event, 'type') ?? '', target: '' }),
  XHRReadyStateChange: event => activity('domEvent', { type: 'readystatechange', target: dataText(event, 'url') ?? '' }),
  XHRLoad: event => activity('domEvent', { type: 'load', target: dataText(event, 'url') ?? '' }),
  TimerFire: (_, installed) => activity('timer', { delayMs: installed?.delayMs, kind: installed?.kind ?? 'timer' }),
  FireAnimationFrame: () => activity('timer', { kind: 'requestAnimationFrame' }),
  FireIdleCallback: () => activity('timer', { kind: 'requestIdleCallback' }),
}

/** Slices that run what an earlier event asked for, and the field with the number that joins the two. */
const INSTALLED_BY: Readonly<Record<string, string>> = { TimerFire: 'timerId', FireAnimationFrame: 'id', FireIdleCallback: 'id' }
const INSTALLS: Readonly<Record<string, readonly [slice: string, field: string]>> = {
  TimerInstall: ['TimerFire', 'timerId'],
  RequestAnimationFrame: ['FireAnimationFrame', 'id'],
  RequestIdleCallback: ['FireIdleCallback', 'id'],
}

const CONSOLE = /^ConsoleMessage::(\w+)$/
const CONSOLE_LEVELS: Readonly<Record<string, number>> = {
  Error: ConsoleLevel.error,
  Warning: ConsoleLevel.warn,
  Info: ConsoleLevel.info,
  Verbose: ConsoleLevel.debug,
}

const isTask = ({ name, category }: TraceEvent): boolean => name === 'RunTask' || /(^|,)toplevel(,|$)/.test(category)

/** True for events that only Chrome writes. */
export const isChromeEvent = ({ category, name, phase, args }: TraceEvent): boolean =>
  /(^|,)(disabled-by-default-)?devtools\.timeline/.test(category) ||
  (phase === 'M' && name === 'thread_name' && /^Cr(Browser|Renderer|Gpu|Utility)Main$/.test(textOf(args['name']) ?? ''))

export class TimelineDialect implements Dialect {
  private readonly installed = new Map<string, Installed>()
  private readonly requests = new RequestTable()

  slice(event: TraceEvent): Meaning {
    const known = Object.hasOwn(SLICES, event.name) ? SLICES[event.name] : undefined
    return known === undefined ? customActivity(event, isTask(event)) : known(event, this.installerOf(event))
  }

  operation(event: TraceEvent): Meaning {
    return customActivity(event)
  }

  instant(event: TraceEvent): InstantMeaning {
    const { name, category, args } = event
    const level = CONSOLE.exec(name)?.[1]
    if (level !== undefined) {
      const message = args['message']
      const content = typeof message === 'object' && message !== null && 'content' in message ? message.content : message
      return { event: 'console', extra: CONSOLE_LEVELS[level] ?? ConsoleLevel.log, value: plain([content]) }
    }
    if (name === 'TimeStamp' || /(^|,)blink\.user_timing(,|$)/.test(category)) {
      return name === 'TimeStamp' ? mark({ ...event, name: dataText(event, 'message') ?? name }) : mark(event)
    }
    return { event: 'lifecycle', value: fieldsOf(present({ name, category: category || undefined, args: hasFields(args) ? args : undefined })) }
  }

  special(event: TraceEvent, open: OpenThread): boolean {
    if (event.name === 'UpdateCounters') {
      for (const [name, value] of Object.entries(dataOf(event))) if (typeof value === 'number') open.metric(event.ts, { name }, value)
      return true
    }
    if (this.requests.take(event, open)) return true
    const install = Object.hasOwn(INSTALLS, event.name) ? INSTALLS[event.name] : undefined
    if (install === undefined) return false
    const { timeout, singleShot } = dataOf(event)
    const kind = singleShot === false ? 'setInterval' : 'setTimeout'
    this.installed.set(installKey(event, install[0], install[1]), { span: open.top, delayMs: numberOf(timeout), kind })
    // What was asked for is told by what it does; the asking is a moment of its own only to the browser.
    return true
  }

  began(event: TraceEvent, open: OpenThread): void {
    const { top } = open
    const cause = this.installerOf(event)?.span
    if (top !== undefined && cause !== undefined && cause.thread === top.thread && takesCause(top)) top.cause = cause
  }

  private installerOf(event: TraceEvent): Installed | undefined {
    const field = Object.hasOwn(INSTALLED_BY, event.name) ? INSTALLED_BY[event.name] : undefined
    return field === undefined ? undefined : this.installed.get(installKey(event, event.name, field))
  }
}

const installKey = (event: TraceEvent, slice: string, field: string): string => `${event.pid} ${event.tid} ${slice} ${String(dataOf(event)[field])}`

/** A place that counts from 1. */
export function placeOf(url: unknown, line: number | undefined, column: number | undefined): Pick<ImportedFunction, 'file' | 'line' | 'column'> {
  const file = textOf(url)
  if (file === undefined || file === '') return {}
  return { file, line: wholeFrom(1, line), column: wholeFrom(1, column) - 1 }
}

const wholeFrom = (least: number, value: number | undefined): number =>
  value === undefined || !Number.isInteger(value) || value < least || value > 2 ** 31 ? least : value

/** The page that a process shows, as its events name it. */
export function pageUrlOf(event: TraceEvent): readonly (readonly [pid: string, url: string])[] {
  const fields = dataOf(event)
  const frames =
    event.name === 'TracingStartedInBrowser' ? listOf(fields['frames']) : event.name === 'CommitLoad' ? [{ processId: event.pid, ...fields }] : []
  return frames.flatMap(frame => {
    if (typeof frame !== 'object' || frame === null) return []
    const { processId, url, isOutermostMainFrame } = frame as JsonObject // SAFE: an object
    const isPage = typeof url === 'string' && /^(https?|file):/.test(url) && isOutermostMainFrame !== false
    return isPage && (typeof processId === 'string' || typeof processId === 'number') ? [[String(processId), url] as const] : []
  })
}
