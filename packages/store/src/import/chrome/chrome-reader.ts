/**
 * Chrome's Trace Event Format as JSON: `{"traceEvents": […]}` or the array alone, from the Performance panel of DevTools, chrome://tracing,
 * Perfetto's exports, our own (export/perfetto.ts), and the many programs that write it. A realm for each thread with events, and one for
 * each CPU profile. What events mean: dialect.ts. Times: wall-clock.ts.
 */
import type { RealmKindName } from '@hindscope/protocol'
import { textOf } from '../json-fields.ts'
import type { FormatReader, FormatReaderFactory, ImportOptions, WrittenImport } from '../format-reader.ts'
import { ImportSession } from '../import-session.ts'
import type { Tally } from '../tally.ts'
import { otherDialect } from './dialect.ts'
import type { DialectName } from './dialect.ts'
import { FlowTable } from './flow-table.ts'
import { OwnExport, OwnWeaver, ownDialect } from './own-export.ts'
import { isRequestEvent } from './request-table.ts'
import { SampledCalls } from './sampled-calls.ts'
import type { Thread } from './span.ts'
import { ThreadNames } from './thread-names.ts'
import { ThreadWriter } from './thread-writer.ts'
import { TimelineDialect, isChromeEvent, pageUrlOf } from './timeline-dialect.ts'
import { dataText, inOrder, readTraceEvent } from './trace-event.ts'
import type { TraceEvent } from './trace-event.ts'
import { WallClock } from './wall-clock.ts'
import { Weaver } from './weaver.ts'
import type { WeaveContext } from './weaver.ts'

/** Phases that are read; `M` and `P` besides. */
const PHASES = new Set('BEXiIRbneSTpFCstf')
const ASYNC_BEGIN = new Set(['b', 'S'])
const ASYNC_END = new Set(['e', 'F'])
const ASYNC_STEP = new Set(['n', 'T', 'p'])

export const createChromeReader: FormatReaderFactory = (options, tally) => new ChromeReader(options, tally)

class ChromeReader implements FormatReader {
  readonly format = 'chrome'
  seen = 0
  private readonly options: ImportOptions
  private readonly tally: Tally
  private readonly clock = new WallClock()
  private readonly names = new ThreadNames()
  private readonly threads = new Map<string, { readonly pid: string; readonly tid: string; readonly events: TraceEvent[] }>()
  private readonly profiles = new Map<string, SampledCalls>()
  private readonly pages = new Map<string, string>()
  /** Threads in which operations and requests began that may go on in another one, and how often. */
  private readonly homes = new Map<string, { readonly thread: string; open: number }>()
  private dialect: DialectName = 'other'
  private platform = ''

  constructor(options: ImportOptions, tally: Tally) {
    this.options = options
    this.tally = tally
  }

  section(name: string, kind: 'array' | 'object' | 'value'): void {
    if (!['', 'traceEvents', 'metadata', 'otherData', 'displayTimeUnit'].includes(name)) this.tally.ignore(`member ${name}`)
    else if (name === 'traceEvents' && kind !== 'array') this.tally.ignore('traceEvents that are no array')
  }

  item(section: string, key: string, value: unknown): void {
    if (section === '' || section === 'traceEvents') return this.event(value)
    if (section !== 'metadata' && section !== 'otherData') return
    if (section === 'otherData' && key === 'exporter' && textOf(value)?.startsWith('hindscope') === true) this.dialect = 'hindscope'
    if (section === 'metadata' && key === 'user-agent') this.platform = browserOf(textOf(value) ?? '')
    this.clock.seeMetadata(section, key, value)
  }

  private event(value: unknown): void {
    const event = readTraceEvent(value, this.seen++)
    if (typeof event === 'string') return this.tally.ignore(event)
    if (this.dialect === 'other' && isChromeEvent(event)) this.dialect = 'chrome'
    if (event.phase === 'M') return this.metadata(event)
    if (event.name === 'Profile' || event.name === 'ProfileChunk') return this.profile(event)
    if (!PHASES.has(event.phase)) return this.tally.ignore(`phase ${event.phase}`)
    this.clock.see(event)
    for (const [pid, url] of pageUrlOf(event)) this.pages.set(pid, url)
    this.threadOf(this.homeOf(event), event).events.push(event)
  }

  private metadata(event: TraceEvent): void {
    if (!this.names.read(event)) this.tally.ignore(`metadata ${event.name}`)
  }

  private profile(event: TraceEvent): void {
    const key = `${event.pid} ${event.id ?? ''}`
    if (event.name === 'Profile') this.profiles.set(key, new SampledCalls(event, this.tally))
    else {
      const profile = this.profiles.get(key)
      if (profile === undefined) this.tally.ignore('ProfileChunk of no profile')
      else profile.add(event)
    }
  }

  /** The thread that an event belongs to: its own, or that of the operation or request which it goes on with. */
  private homeOf(event: TraceEvent): string {
    const own = threadKey(event)
    const { phase, id } = event
    const isAsync = ASYNC_BEGIN.has(phase) || ASYNC_END.has(phase) || ASYNC_STEP.has(phase)
    const joined = isAsync ? id : isRequestEvent(event.name) ? `request ${event.pid} ${dataText(event, 'requestId') ?? ''}` : undefined
    if (joined === undefined) return own
    let home = this.homes.get(joined)
    if (home === undefined) this.homes.set(joined, (home = { thread: own, open: 0 }))
    if (ASYNC_BEGIN.has(phase)) home.open++
    else if (ASYNC_END.has(phase)) home.open--
    // Ids are used again.
    if (isAsync && home.open <= 0) this.homes.delete(joined)
    return home.thread
  }

  private threadOf(key: string, { pid, tid }: TraceEvent): { readonly events: TraceEvent[] } {
    let thread = this.threads.get(key)
    if (thread === undefined) this.threads.set(key, (thread = { pid, tid, events: [] }))
    return thread
  }

  write(): WrittenImport {
    const { options, names } = this
    const { offsetUs, timeBase } = this.clock.offset(options.importedAtMs)
    const woven = this.weave().filter(({ moments }) => moments.length > 0)
    const sampled = [...this.profiles.values()].map(profile => profile.thread()).filter(({ moments }) => moments.length > 0)
    const session = new ImportSession(options.session, 'calls')
    const threads = this.sorted([...woven, ...sampled]).map(thread => {
      const firstUs = (thread.moments[0]?.timeUs ?? 0) + offsetUs
      const own = names.threadName(thread) + (sampled.includes(thread) ? ' (sampled)' : '')
      const name = options.name === undefined ? own : `${options.name}: ${own}`
      const realm = session.realm({
        realmKind: this.realmKindOf(thread),
        name,
        url: this.pages.get(thread.pid) ?? names.processLabel(thread),
        pid: wholePid(thread.pid),
        platform: this.platform,
        startedMs: Math.floor(firstUs / 1000),
      })
      return { thread, realm }
    })
    const writer = new ThreadWriter(options.session, session.functions, threads, offsetUs)
    for (const thread of threads) writer.write(thread)
    const page = [...this.pages.values()][0]
    return { session, name: page ?? names.firstProcess() ?? '', timeBase }
  }

  /** Pages first, then workers: what people look for among dozens of threads. */
  private sorted(threads: readonly Thread[]): readonly Thread[] {
    const rank = (thread: Thread): number => {
      const kind = this.realmKindOf(thread)
      return kind === 'page' ? (this.pages.has(thread.pid) ? 0 : 1) : kind === 'worker' ? 2 : 3
    }
    return this.names.sorted(threads).toSorted((a, b) => rank(a) - rank(b))
  }

  private weave(): readonly Thread[] {
    const { tally } = this
    const flows = new FlowTable(tally)
    const exported = new OwnExport()
    const dialect = this.dialect === 'hindscope' ? ownDialect : this.dialect === 'chrome' ? new TimelineDialect() : otherDialect
    const context: WeaveContext = { dialect, flows, tally, overlaps: 0 }
    const threads = [...this.threads.values()].map(({ pid, tid, events }) => {
      const thread: Thread = { pid, tid, moments: [] }
      const weaver = dialect === ownDialect ? new OwnWeaver(exported, thread, context) : new Weaver(thread, context)
      weaver.weave(inOrder(events))
      return thread
    })
    this.threads.clear()
    exported.bind(flows)
    flows.bind()
    if (context.overlaps > 0) tally.problem('import-overlap', { count: String(context.overlaps) })
    return threads
  }

  private realmKindOf(thread: Thread): RealmKindName {
    const name = this.names.threadName(thread)
    if (/CrRendererMain/.test(name)) return 'page'
    if (/Worker/.test(name)) return 'worker'
    // Processes that our export had no number for are pages.
    return this.dialect === 'hindscope' && wholePid(thread.pid) > 0x40_0000 ? 'page' : 'node'
  }
}

const threadKey = ({ pid, tid }: { readonly pid: string; readonly tid: string }): string => `${pid} ${tid}`

const wholePid = (pid: string): number => (/^\d{1,9}$/.test(pid) ? Number(pid) : 0)

/** `HeadlessChrome/156.0.0.0` of a user agent. */
const browserOf = (userAgent: string): string => /\w*Chrom(?:e|ium)\/[\d.]+/.exec(userAgent)?.[0] ?? ''
