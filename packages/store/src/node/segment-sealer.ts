/** The files of one session that are finished, one after the other: sealing, and whatever else changes them (compaction, retention). */
import { sealSegment } from './seal-segment.ts'

export interface SealerStats {
  sealed: number
  /** Segments that stay raw because something in them cannot be read. */
  damaged: number
  /** Times that the disk failed; the raw file stays and is tried again when the session is opened next, or compacted. */
  failed: number
}

export class SegmentSealer {
  readonly stats: SealerStats = { sealed: 0, damaged: 0, failed: 0 }
  private readonly folder: string
  private readonly onFailure: (error: unknown) => void
  private last: Promise<unknown> = Promise.resolve()

  /** `onFailure` is told what nobody waits for. */
  constructor(folder: string, onFailure: (error: unknown) => void) {
    this.folder = folder
    this.onFailure = onFailure
  }

  /** Seals a segment to which nothing is appended any more. */
  add(number: number): void {
    void this.exclusively(async () => {
      try {
        const outcome = await sealSegment(this.folder, number)
        if (outcome !== 'empty') this.stats[outcome]++
      } catch (error) {
        this.stats.failed++
        this.onFailure(error)
      }
    })
  }

  /** Does `work` after everything that was asked for before, and before what is asked for later. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work)
    // SAFE: whoever asked is told; the next one goes on.
    this.last = done.catch(() => undefined)
    return done
  }

  /** Resolves when everything asked for so far is done. */
  async idle(): Promise<void> {
    await this.last
  }
}
