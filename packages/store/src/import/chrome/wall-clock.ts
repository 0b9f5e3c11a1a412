/**
 * From the trace's clock, which counts from the start of the machine, to microseconds since 1970. The best of what the file has is taken:
 *
 * 1. times that are dates already (2001 and later), as some tools write them;
 * 2. our own export, which says when its first event was;
 * 3. responses of servers: Chrome notes when they came by both clocks;
 * 4. what the metadata says of the recording's start: exact to a second or so, and taken for the trace's first event;
 * 5. nothing: the first event is put at the time of the import.
 */
import { isObject, numberOf, objectOf, textOf } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'
import type { ImportTimeBase } from '../format-reader.ts'
import { MAX_TIME_US } from './trace-event.ts'
import type { TraceEvent } from './trace-event.ts'

const YEAR_2001_US = 1e15

export class WallClock {
  private firstUs = Infinity
  /** When tracing began, by the trace's clock. */
  private startUs: number | undefined
  private responseOffsetUs: number | undefined
  private exportedUs: number | undefined
  private recordedMs: number | undefined

  /** Every event that is used. */
  see(event: TraceEvent): void {
    if (event.phase === 'M') return
    this.firstUs = Math.min(this.firstUs, event.ts)
    if (event.name === 'TracingStartedInBrowser') this.startUs ??= event.ts
    else if (event.name === 'ResourceReceiveResponse') this.response(objectOf(event.args['data']))
  }

  /** Members of `metadata` (Chrome) and `otherData` (ours). */
  seeMetadata(section: string, key: string, value: unknown): boolean {
    if (section === 'otherData' && key === 'startedUs') this.exportedUs = numberOf(value)
    else if (section === 'metadata' && (key === 'startTime' || key === 'trace-capture-datetime')) this.recordedMs ??= dateMs(textOf(value))
    else return false
    return true
  }

  /** `importedAtMs` is for traces that say nothing. */
  offset(importedAtMs: number): { readonly offsetUs: number; readonly timeBase: ImportTimeBase } {
    const firstUs = Number.isFinite(this.firstUs) ? this.firstUs : 0
    if (this.exportedUs !== undefined && isDate(this.exportedUs)) return { offsetUs: this.exportedUs, timeBase: 'exporter' }
    if (firstUs > YEAR_2001_US) return { offsetUs: 0, timeBase: 'events' }
    if (this.responseOffsetUs !== undefined) return { offsetUs: this.responseOffsetUs, timeBase: 'responses' }
    if (this.recordedMs !== undefined) return { offsetUs: this.recordedMs * 1000 - (this.startUs ?? firstUs), timeBase: 'metadata' }
    return { offsetUs: importedAtMs * 1000 - firstUs, timeBase: 'import' }
  }

  private response(fields: JsonObject | undefined): void {
    const timing = fields?.['timing']
    const arrivedMs = numberOf(fields?.['responseTime'])
    if (this.responseOffsetUs !== undefined || arrivedMs === undefined || !isObject(timing)) return
    const requestedSeconds = numberOf(timing['requestTime'])
    const afterMs = numberOf(timing['receiveHeadersEnd'])
    if (requestedSeconds === undefined || afterMs === undefined || !isDate(arrivedMs * 1000)) return
    this.responseOffsetUs = Math.round(arrivedMs * 1000 - requestedSeconds * 1e6 - afterMs * 1000)
  }
}

const isDate = (timeUs: number): boolean => timeUs > 0 && timeUs < MAX_TIME_US

/** `2026-11-30 19:58:48` has no zone; it is read as universal time. */
function dateMs(text: string | undefined): number | undefined {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)Z?$/.exec(text ?? '') ?? []
  const ms = Date.parse(`${day}T${time}Z`)
  return isDate(ms * 1000) ? ms : undefined
}
