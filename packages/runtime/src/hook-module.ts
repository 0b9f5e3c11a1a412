/** A module as the hook knows it. */
export interface HookModule {
  readonly key: string
  readonly base: number
  /** One digit per probe: the level that the plan gave it. */
  readonly digits: string
  /** What the module's probes read: a `levelWord` each; all 0 while no recorder is there. */
  readonly levels: Int32Array
}
