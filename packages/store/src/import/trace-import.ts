/**
 * Foreign traces → chunks. Bytes are pushed as they come (a file's pieces, a response's); the format is known by its content: gzip by its
 * magic number, an AppMap by `classMap` or `events`, a Chrome trace by `traceEvents` or an array at the top.
 *
 * Memory: the text is never whole in memory, and no item is kept twice, but the events are until `finish`, since both formats tell late
 * (returns, ends, updates, names of threads) what earlier events need.
 */
import { Gunzip } from 'fflate'
import { HindscopeError } from '@hindscope/protocol'
import { createAppMapReader } from './appmap/appmap-reader.ts'
import { createChromeReader } from './chrome/chrome-reader.ts'
import type { FormatReader, FormatReaderFactory, ImportFormat, ImportOptions, ImportedTrace } from './format-reader.ts'
import { JsonItems } from './json-items.ts'
import type { JsonItemReader } from './json-items.ts'
import { Tally } from './tally.ts'

const READERS: Readonly<Record<ImportFormat, FormatReaderFactory>> = { appmap: createAppMapReader, chrome: createChromeReader }

/** Sections that tell the format. */
const SECTIONS: Readonly<Record<string, ImportFormat>> = { traceEvents: 'chrome', events: 'appmap', classMap: 'appmap', eventUpdates: 'appmap' }

/** Members before the one that tells the format are few and small in real files. */
const MAX_WAITING = 10_000

export class TraceImport {
  private readonly options: ImportOptions
  private readonly tally = new Tally()
  private readonly items: JsonItems
  private readonly detector: FormatDetector
  private gunzip: Gunzip | undefined
  /** The first byte, while the second has not come: two tell whether the file is compressed. */
  private head: Uint8Array | undefined
  private isStarted = false
  private contentBytes = 0
  /** Where the input broke off; what came before is imported. */
  private fault: HindscopeError | undefined

  constructor(options: ImportOptions) {
    this.options = options
    this.detector = new FormatDetector(options, this.tally)
    this.items = new JsonItems(this.detector)
  }

  /** Takes the next bytes of the file. Never throws: `finish` says what was wrong. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.fault !== undefined) return
    if (this.isStarted) return this.take(bytes)
    const start = this.head === undefined ? bytes : joinBytes(this.head, bytes)
    if (start.length < 2) this.head = start.slice()
    else this.begin(start)
  }

  private begin(start: Uint8Array): void {
    this.isStarted = true
    if (start[0] === 0x1f && start[1] === 0x8b) this.gunzip = new Gunzip(content => this.content(content))
    this.take(start)
  }

  private take(bytes: Uint8Array): void {
    if (this.gunzip === undefined) this.content(bytes)
    // fflate may keep what it is given, and these bytes are the caller's.
    else this.compressed(() => this.gunzip?.push(bytes.slice(), false))
  }

  /** Throws `import-json`, `import-gzip`, `import-format` or `import-empty` when nothing could be read. */
  finish(): ImportedTrace {
    if (!this.isStarted && this.head !== undefined) this.begin(this.head)
    if (this.gunzip !== undefined && this.fault === undefined) this.compressed(() => this.gunzip?.push(new Uint8Array(0), true))
    if (this.fault === undefined) this.guarded(() => this.items.end())
    const { reader } = this.detector
    if (reader === undefined || (reader.seen === 0 && this.fault !== undefined)) throw this.fault ?? this.detector.unknown()
    if (this.fault !== undefined) this.tally.problems.push(problemOf(this.fault))
    const { session, name, timeBase } = reader.write()
    const ignored = this.tally.ignored()
    if (session.events === 0) throw nothingIn(reader.format, ignored)
    return {
      session: this.options.session,
      format: reader.format,
      name: this.options.name ?? name,
      timeBase,
      events: session.events,
      chunks: session.finish(),
      ignored,
      problems: this.tally.problems,
    }
  }

  private content(bytes: Uint8Array): void {
    if (this.fault !== undefined || bytes.length === 0) return
    if (this.contentBytes === 0) this.guarded(() => checkStart(bytes))
    this.contentBytes += bytes.length
    if (this.fault === undefined) this.guarded(() => this.items.push(bytes))
  }

  private guarded(read: () => void): void {
    try {
      read()
    } catch (error) {
      if (!(error instanceof HindscopeError)) throw error
      this.fault = error
    }
  }

  private compressed(read: () => void): void {
    try {
      read()
    } catch (error) {
      if (error instanceof HindscopeError) throw error
      const reason = error instanceof Error ? error.message : String(error)
      this.fault ??= new HindscopeError('import-gzip', { bytes: String(this.contentBytes), reason }, { cause: error })
    }
  }
}

function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

const problemOf = ({ code, message, fix }: HindscopeError): ImportedTrace['problems'][number] => ({
  code,
  severity: 'warning',
  message: `${message.slice(message.indexOf(']') + 2, message.length - fix.length).trim()} What stands before is imported.`,
  fix,
})

function nothingIn(format: ImportFormat, ignored: ImportedTrace['ignored']): HindscopeError {
  const list = ignored.map(({ what, count }) => `${count} × ${what}`).slice(0, 10)
  return new HindscopeError('import-empty', { format, ignored: list.join(', ') || 'nothing' })
}

/** Says what a file is that is no JSON at all. */
function checkStart(bytes: Uint8Array): void {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 4))
  if (start === 'HSCK') throw new HindscopeError('import-format', { reason: 'it is a trace of Hindscope already, which `hindscope open` shows' })
  if (start.startsWith('PK')) throw new HindscopeError('import-format', { reason: 'it is a zip archive; unpack it first' })
  if (bytes[0] === 0x0a) {
    // A packet of Perfetto's protobuf; JSON may begin with an empty line too.
    const length = bytes[1] ?? 0
    if (length > 0x20) throw new HindscopeError('import-format', { reason: 'it may be a protobuf trace; `traceconv json` makes JSON of it' })
  }
}

/** Keeps what comes before the section that tells the format, then hands everything on to the reader for it. */
class FormatDetector implements JsonItemReader {
  reader: FormatReader | undefined
  private readonly options: ImportOptions
  private readonly tally: Tally
  private waiting: ((reader: FormatReader) => void)[] = []
  private readonly names: string[] = []

  constructor(options: ImportOptions, tally: Tally) {
    this.options = options
    this.tally = tally
    if (options.format !== undefined) this.reader = READERS[options.format](options, tally)
  }

  section(name: string, kind: 'array' | 'object' | 'value'): void {
    if (this.names.length < 20) this.names.push(name)
    const format = name === '' ? (kind === 'array' ? 'chrome' : undefined) : Object.hasOwn(SECTIONS, name) ? SECTIONS[name] : undefined
    if (this.reader === undefined && format !== undefined) this.decide(format)
    this.pass(reader => reader.section(name, kind))
  }

  item(section: string, key: string, value: unknown): void {
    this.pass(reader => reader.item(section, key, value))
  }

  unknown(): HindscopeError {
    const members = this.names.filter(name => name !== '')
    return new HindscopeError('import-format', {
      reason:
        members.length === 0
          ? 'it is JSON without members'
          : `it has the members ${members.join(', ')}, and neither traceEvents nor classMap and events`,
    })
  }

  private decide(format: ImportFormat): void {
    const reader = READERS[format](this.options, this.tally)
    this.reader = reader
    for (const pass of this.waiting) pass(reader)
    this.waiting = []
  }

  private pass(to: (reader: FormatReader) => void): void {
    if (this.reader !== undefined) to(this.reader)
    else if (this.waiting.length < MAX_WAITING) this.waiting.push(to)
    else throw this.unknown()
  }
}
