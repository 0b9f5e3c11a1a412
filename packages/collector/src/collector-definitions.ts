/** Definitions that the collector itself adds to a session: incidents' answers, clocks, notes. */
import { encodeDefinitions, realmId } from '@hindscope/protocol'
import type { Definition, SessionId } from '@hindscope/protocol'
import type { Patience } from './disk-pause.ts'
import type { Ingest } from './ingest.ts'

/** No recorder gets to these chunk numbers. */
const FIRST_NUMBER = 0xfe00_0000

export class CollectorDefinitions {
  private readonly ingest: Ingest
  private nextNumber = FIRST_NUMBER + (Date.now() % 0xff_ffff)

  constructor(ingest: Ingest) {
    this.ingest = ingest
  }

  /** Durable when it resolves; rejects with `segment-io`, with `once` at the first failure. */
  async write(session: SessionId, realm: number, definition: Definition, patience: Patience = 'wait'): Promise<void> {
    const nowMs = Date.now()
    const place = {
      session,
      realm: realmId(realm),
      number: this.nextNumber++,
      firstSeq: 0,
      hlcFirst: { ms: nowMs, counter: 0 },
      baseTimeUs: nowMs * 1000,
    }
    await this.ingest.add(encodeDefinitions(place, [definition]), patience)
  }
}
