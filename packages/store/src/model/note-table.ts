/** What the collector noted about the recording (protocol/recording-notes.ts), in order of time. */
import type { NoteDefinition, RecordingNote } from '@hindscope/protocol'

/** A disk that fails for days notes often; the last ones are shown. */
const SHOWN = 100

export class NoteTable {
  private readonly notes = new Map<string, NoteDefinition>()

  /** Gives false for one that only says more about a time that was known to have begun. */
  add(note: NoteDefinition): boolean {
    const key = `${note.code} ${note.realm} ${note.fromMs}`
    const known = this.notes.get(key)
    if (known?.toMs === undefined || note.toMs !== undefined) this.notes.set(key, note)
    return known === undefined
  }

  get size(): number {
    return this.notes.size
  }

  definitions(): readonly NoteDefinition[] {
    return [...this.notes.values()]
  }

  rows(): readonly RecordingNote[] {
    const rows = this.definitions().map(({ kind: _kind, ...note }) => note)
    return rows.sort((a, b) => a.fromMs - b.fromMs).slice(-SHOWN)
  }
}
