/** Streams by session and query, each for as long as somebody subscribes to it. */
import type { Condition } from '@hindscope/protocol'
import { SharedStream } from '@hindscope/store/model'
import type { TraceStore, Track } from '@hindscope/store/model'

interface Entry {
  readonly stream: SharedStream
  users: number
}

export interface StreamCounts {
  /** Distinct queries over distinct sessions. */
  readonly queries: number
  /** What is kept of matches (as numbers) and of rows (as text), over all queries: bounded for each, however far subscribers are behind. */
  readonly heldMatches: number
  readonly heldRows: number
  /** Rows that conditions were asked about. */
  readonly scanned: number
}

export class SharedStreams {
  private readonly entries = new Map<string, Entry>()
  private readonly horizonOf: (session: string, track: Track) => number
  /** By streams that are gone. */
  private scanned = 0

  constructor(horizonOf: (session: string, track: Track) => number) {
    this.horizonOf = horizonOf
  }

  /** `query`: the condition as text. Give it back with `release`. */
  take(store: TraceStore, query: string, condition: Condition | undefined): SharedStream {
    const key = `${store.session} ${query}`
    let entry = this.entries.get(key)
    if (entry === undefined) {
      entry = { stream: new SharedStream(store, condition, track => this.horizonOf(store.session, track)), users: 0 }
      this.entries.set(key, entry)
    }
    entry.users++
    entry.stream.refresh(store)
    return entry.stream
  }

  release(stream: SharedStream): void {
    for (const [key, entry] of this.entries) {
      if (entry.stream !== stream || --entry.users > 0) continue
      this.entries.delete(key)
      this.scanned += stream.scanned
    }
  }

  get counts(): StreamCounts {
    let [heldMatches, heldRows, scanned] = [0, 0, this.scanned]
    for (const { stream } of this.entries.values()) {
      heldMatches += stream.held.matches
      heldRows += stream.held.rows
      scanned += stream.scanned
    }
    return { queries: this.entries.size, heldMatches, heldRows, scanned }
  }
}
