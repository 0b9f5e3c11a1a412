/**
 * Says what keeps the collector from recording: to the recorders that are concerned, in the session, and once as a warning of this
 * process. A note is written when its time begins, where that can be written, and again when it is over.
 */
import { HindscopeError } from '@hindscope/protocol'
import type { Chunk, IngestControl, NoteCode, RecordingNote } from '@hindscope/protocol'
import { conflictText } from '@hindscope/store/model'
import type { TraceStore } from '@hindscope/store/model'
import type { CollectorDefinitions } from './collector-definitions.ts'
import type { DiskListener, DiskState } from './disk-pause.ts'
import type { RealmLinks } from './realm-links.ts'

export class RecordingNotes implements DiskListener {
  private readonly links: RealmLinks
  private readonly definitions: CollectorDefinitions
  private readonly storeOf: (session: string) => Promise<TraceStore>
  private readonly inMemory: (session: string) => TraceStore | undefined
  private readonly failed: (error: unknown) => void
  private readonly writes = new Set<Promise<void>>()
  private readonly conflicts = new Set<string>()
  private readonly warned = new Set<NoteCode>()
  private memoryNote: { readonly fromMs: number; message: string; readonly sessions: Set<string> } | undefined

  constructor(parts: {
    readonly links: RealmLinks
    readonly definitions: CollectorDefinitions
    readonly storeOf: (session: string) => Promise<TraceStore>
    readonly inMemory: (session: string) => TraceStore | undefined
    readonly failed: (error: unknown) => void
  }) {
    this.links = parts.links
    this.definitions = parts.definitions
    this.storeOf = parts.storeOf
    this.inMemory = parts.inMemory
    this.failed = parts.failed
  }

  /** It can be written down only when it is over; until then it is shown all the same, if the session is in memory. */
  paused({ session, reason, message, sinceMs }: DiskState): void {
    this.warn('ingest-paused', new HindscopeError('ingest-paused', { session, reason: message }))
    this.tellRealms({ state: 'paused', reason }, session)
    this.inMemory(session)?.addDefinition({ kind: 'note', code: 'ingest-paused', message, fromMs: sinceMs })
  }

  resumed({ session, message, sinceMs }: DiskState): void {
    this.tellRealms({ state: 'taking' }, session)
    this.note(session, { code: 'ingest-paused', message, fromMs: sinceMs, toMs: Date.now() })
  }

  /** One note a realm: the next of its chunks will be refused for the same reason. */
  conflicted({ session, realm, number }: Chunk): void {
    const key = `${session} ${realm}`
    if (this.conflicts.has(key)) return
    this.conflicts.add(key)
    const message = conflictText(realm, number)
    this.warn('chunk-conflict', new HindscopeError('chunk-conflict', { number: String(number), realm: realm.toString(16).padStart(8, '0') }))
    this.note(session, { code: 'chunk-conflict', message, fromMs: Date.now(), realm })
  }

  /** Less is done for want of memory, in the sessions that are being recorded; undefined: no more. */
  memory(message: string | undefined): void {
    const before = this.memoryNote
    if (message === undefined) {
      this.memoryNote = undefined
      if (before === undefined) return
      const note = { code: 'memory-pressure', message: before.message, fromMs: before.fromMs, toMs: Date.now() } as const
      for (const session of before.sessions) this.note(session, note)
      return
    }
    const now = before ?? { fromMs: Date.now(), message, sessions: new Set<string>() }
    now.message = message
    this.memoryNote = now
    for (const { session } of this.links.all()) {
      now.sessions.add(session)
      this.note(session, { code: 'memory-pressure', message, fromMs: now.fromMs })
    }
  }

  /** Pages are not told: they have nothing to do with it but what they do anyway, and every byte of their recorder counts. */
  tellRealms(control: IngestControl, session?: string): void {
    for (const link of this.links.all()) {
      if (!link.isPage && (session === undefined || link.session === session)) link.send('ingest', control)
    }
  }

  /** Ends what lasts, as far as the disk takes it. */
  async close(): Promise<void> {
    this.memory(undefined)
    await Promise.all(this.writes)
  }

  private warn(code: NoteCode, problem: HindscopeError): void {
    if (this.warned.has(code)) return
    this.warned.add(code)
    process.emitWarning(problem)
  }

  private note(session: string, note: RecordingNote): void {
    const written: Promise<void> = this.write(session, note)
      .catch(this.failed)
      .finally(() => this.writes.delete(written))
    this.writes.add(written)
  }

  private async write(session: string, note: RecordingNote): Promise<void> {
    const store = await this.storeOf(session)
    // A session in which no realm has said anything has nothing that could be missing.
    const realm = note.realm ?? store.tracks[0]?.realm
    if (realm !== undefined) await this.definitions.write(store.session, realm, { kind: 'note', ...note })
  }
}
