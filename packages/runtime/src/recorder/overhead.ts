/** What was paid, in milliseconds; `share` is its part of the time since the recorder began. */
export interface OverheadLedger {
  readonly budgetPercent: number
  readonly sharePercent: number
  readonly valuesMs: number
  readonly callsMs: number
  readonly sealingMs: number
  readonly lowered: number
  readonly raised: number
  /** Probes that cost most, dearest first: probe id and milliseconds. */
  readonly dearest: readonly (readonly [probe: number, ms: number])[]
}
