/** Old recordings go while the collector runs, by the config's `retention`; of what it records itself, finished segments. */
import { pruneSessions } from '@hindscope/store'
import type { RetentionPolicy } from '@hindscope/protocol'
import type { SessionShelf } from './session-shelf.ts'

const EVERY_MS = 60_000

export interface RetentionOptions {
  readonly dataDir: string
  readonly policy: RetentionPolicy
  readonly shelf: SessionShelf
  readonly failed: (error: unknown) => void
  /** Between two rounds; a minute when absent. */
  readonly everyMs?: number
}

export class Retention {
  private readonly options: RetentionOptions
  private readonly timer: NodeJS.Timeout
  private round: Promise<void> | undefined
  private isClosed = false

  constructor(options: RetentionOptions) {
    this.options = options
    this.timer = setTimeout(() => void this.run(), options.everyMs ?? EVERY_MS).unref()
  }

  /** Waits for the round that is under way. */
  async close(): Promise<void> {
    this.isClosed = true
    clearTimeout(this.timer)
    await this.round
  }

  private async run(): Promise<void> {
    this.round = this.prune()
    await this.round
    if (!this.isClosed) this.timer.refresh()
  }

  /** Never rejects: what could not be removed is tried in the next round. */
  private async prune(): Promise<void> {
    const { dataDir, policy, shelf, failed } = this.options
    try {
      const { done, failed: failures } = await pruneSessions({ dataDir, policy, openSessionOf: session => shelf.openFor(session) })
      for (const { error } of failures) failed(error)
      if (done.length > 0) shelf.forgetRead()
    } catch (error) {
      failed(error)
    }
  }
}
