/** What `health` tells of the server behind a page, as far as pages show it. Servers of trace files tell less. */

export interface HostHealth {
  /** The session that it records now. */
  readonly session?: string
  readonly pid?: number
  /** Trace files that it shows; absent where it records. */
  readonly files?: number
  /** Chunks that came and are not durable yet. */
  readonly waitingBytes?: number
  /** Messages that were no chunk; chunks whose number another one has; what could not be done beside storing. */
  readonly refused?: number
  readonly conflicts?: number
  readonly failed?: number
  readonly disk?: {
    /** Absent where the system does not say. */
    readonly freeBytes?: number
    /** Sessions that cannot be written to now. */
    readonly paused: readonly { readonly session: string; readonly message: string; readonly sinceMs: number; readonly waiting: number }[]
  }
  /** `step` 0: enough of it. From 1 to 4 more and more is given up. */
  readonly memory?: { readonly usedBytes: number; readonly limitBytes: number; readonly percent: number; readonly step: number }
  readonly realms?: readonly {
    readonly session: string
    readonly realm: number
    readonly connected: boolean
    readonly eventsPerSecond: number
    readonly bytesPerSecond: number
  }[]
}
