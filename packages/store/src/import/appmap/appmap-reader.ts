/**
 * AppMap JSON, version 1 (https://github.com/getappmap/appmap): a realm for each thread, a call for each function call, activities for
 * requests, queries and messages. Times: appmap-time.ts. Values: appmap-values.ts.
 */
import { isObject, listOf, numberOf, objectOf, present, textOf } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'
import type { FormatReader, FormatReaderFactory, ImportOptions, ImportTimeBase, WrittenImport } from '../format-reader.ts'
import { ImportSession } from '../import-session.ts'
import type { Tally } from '../tally.ts'
import { AppMapCalls, timestampUs } from './appmap-calls.ts'
import { layOutCalls } from './appmap-time.ts'
import { AppMapValues } from './appmap-values.ts'
import { AppMapWriter } from './appmap-writer.ts'
import { ClassMap } from './class-map.ts'

export const createAppMapReader: FormatReaderFactory = (options, tally) => new AppMapReader(options, tally)

class AppMapReader implements FormatReader {
  readonly format = 'appmap'
  private readonly options: ImportOptions
  private readonly tally: Tally
  private readonly calls: AppMapCalls
  private readonly classMap: ClassMap
  private readonly metadata: Record<string, unknown> = {}
  /** They may stand before the events that they replace. */
  private readonly updates: (readonly [string, unknown])[] = []

  constructor(options: ImportOptions, tally: Tally) {
    this.options = options
    this.tally = tally
    this.calls = new AppMapCalls(tally)
    this.classMap = new ClassMap(tally)
  }

  get seen(): number {
    return this.calls.seen
  }

  section(name: string): void {
    if (!['version', 'metadata', 'classMap', 'events', 'eventUpdates'].includes(name)) this.tally.ignore(`member ${name}`)
  }

  item(section: string, key: string, value: unknown): void {
    if (section === 'events') this.calls.add(value)
    else if (section === 'eventUpdates') this.updates.push([key, value])
    else if (section === 'classMap') this.classMap.add(value)
    else if (section === 'metadata') this.metadata[key] = value
    else if (section === 'version' && !/^1(\.|$)/.test(String(value))) this.tally.ignore(`version ${String(value).slice(0, 20)}, read as 1`)
  }

  write(): WrittenImport {
    const { calls, metadata, tally, options } = this
    for (const [id, event] of this.updates) calls.update(id, event)
    const { startedUs, timeBase } = this.begin()
    const { lengthened } = layOutCalls(calls, startedUs)
    if (lengthened > 0) tally.problem('import-lengthened', { count: String(lengthened) })
    const name = options.name ?? textOf(metadata['name']) ?? textOf(metadata['app']) ?? ''
    const session = new ImportSession(options.session, 'values')
    const values = new AppMapValues(tally, objectOf(metadata['language'])?.['name'] === 'javascript')
    const threads = [...calls.threads.values()]
    const writer = new AppMapWriter({ session, values, classMap: this.classMap, tally }, threads)
    threads.forEach((thread, i) => {
      const realm = session.realm({
        realmKind: 'node',
        name: threads.length === 1 ? name : `${name} thread ${thread.id}`.trim(),
        url: textOf(metadata['app']) ?? '',
        pid: 0,
        platform: platformOf(metadata),
        startedMs: Math.floor(startedUs / 1000),
      })
      writer.thread(realm, thread, i === 0 ? present({ ...metadata, functionLabels: this.labels() }) : undefined)
    })
    return { session, name, timeBase }
  }

  private begin(): { readonly startedUs: number; readonly timeBase: ImportTimeBase } {
    const first = this.calls.roots.map(({ event }) => timestampUs(event)).find(time => time !== undefined)
    if (first !== undefined) return { startedUs: first, timeBase: 'events' }
    const recorded = dateOf(this.metadata['timestamp']) ?? dateOf(/\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(textOf(this.metadata['name']) ?? '')?.[0])
    if (recorded !== undefined) return { startedUs: recorded * 1000, timeBase: 'metadata' }
    return { startedUs: this.options.importedAtMs * 1000, timeBase: 'import' }
  }

  /** Labels that the class map gives functions: manifests have no place for them. */
  private labels(): JsonObject | undefined {
    const labelled = this.classMap.functions.filter(({ labels }) => labels.length > 0).map(({ name, labels }) => [name, labels] as const)
    return labelled.length === 0 ? undefined : Object.fromEntries(labelled)
  }
}

/** ISO text, seconds or milliseconds since 1970. */
function dateOf(value: unknown): number | undefined {
  const number = numberOf(value)
  const ms = number === undefined ? (typeof value === 'string' ? Date.parse(value) : Number.NaN) : number < 1e11 ? number * 1000 : number
  return ms > 0 && ms < 9e12 ? ms : undefined
}

function platformOf(metadata: JsonObject): string {
  const language = metadata['language']
  const client = metadata['client']
  if (!isObject(language)) return isObject(client) ? (textOf(client['name']) ?? '') : ''
  return listOf([language['engine'] ?? language['name'], language['version']])
    .filter(part => typeof part === 'string')
    .join(' ')
}
