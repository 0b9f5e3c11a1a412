/**
 * Incidents: moments at which something went wrong, and what every realm of the session kept of the time around them. All of it is
 * definitions, so an incident is durable beside its events, travels with a trace file, and is dropped by nobody.
 *
 * A recorder reports (`incident`), repeats a report under its id with a higher count, says what its ring gave up before it kept anything
 * (`gap`), and says when it has handed on what it kept (`kept`). The collector says whom it asked and who answered (`incident-realms`).
 * Reports that lie in the window of an earlier one belong to the same incident; readers find that out by themselves.
 */

export const INCIDENT_CAUSES = ['throw', 'uncaughtError', 'unhandledRejection', 'assertion', 'httpServerError', 'consoleError', 'mark'] as const
/**
 * throw: an error left the outermost function of the program's own code. httpServerError: an instrumented server answered 500 or more.
 * mark: somebody asked for it, in the program or from outside.
 */
export type IncidentCause = (typeof INCIDENT_CAUSES)[number]

export interface IncidentDefinition {
  readonly kind: 'incident'
  /** Unique in the session. */
  readonly id: string
  /** Who reports; of a mark from outside, the realm it was put to. */
  readonly realm: number
  readonly cause: IncidentCause
  /** Sequence number of the event that tells it, in this realm. Absent for marks from outside. */
  readonly seq?: number
  /** Of marks from outside. */
  readonly label?: string
  /** Microseconds since 1970: when, and what is kept around it. */
  readonly atUs: number
  readonly fromUs: number
  readonly untilUs: number
  /** How often the same was seen, up to now. */
  readonly count: number
  /** Other things seen and not reported since the report before, because there were too many. */
  readonly suppressed: number
}

/** The realm has handed on everything of the window that it had. */
export interface KeptDefinition {
  readonly kind: 'kept'
  /** Ids of the reports that opened or prolonged the window. */
  readonly incidents: readonly string[]
  readonly realm: number
  /** What the ring reached back to, and where the window ended: earlier than asked when the realm did. */
  readonly fromUs: number
  readonly untilUs: number
}

/** Events that were recorded and given up by the ring, or by the end of the realm: no drops, nothing was overloaded. */
export interface GapDefinition {
  readonly kind: 'gap'
  readonly realm: number
  /** Sequence numbers [fromSeq, toSeq). */
  readonly fromSeq: number
  readonly toSeq: number
  readonly fromUs: number
  readonly toUs: number
}

/**
 * asked: no answer yet. kept: answered. all: keeps everything anyway. gone: went away without an answer. silent: connected, and did not
 * answer in time.
 */
export type IncidentRealmState = 'asked' | 'kept' | 'all' | 'gone' | 'silent'

/** Written by the collector, when it asks and again when the incident is closed. The last one counts. */
export interface IncidentRealmsDefinition {
  readonly kind: 'incident-realms'
  readonly incident: string
  readonly closed: boolean
  readonly realms: readonly { readonly realm: number; readonly state: IncidentRealmState }[]
}

/** Collector to recorder: keep what the ring has, and what follows for this long. */
export interface KeepControl {
  readonly incident: string
  readonly afterMs: number
}

/** Recorder to collector, every few seconds while the ring holds what is recorded. */
export interface HoldingReport {
  /** Sealed events in the ring: [fromSeq, toSeq), and their bytes. */
  readonly fromSeq: number
  readonly toSeq: number
  readonly bytes: number
  readonly fromUs: number
  readonly toUs: number
  /** First event since what was kept or given up and told last. */
  readonly gapSeq: number
  readonly gapUs: number
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0

/** Reads what came over the wire; undefined when it is not that. */
export function parseHoldingReport(body: unknown): HoldingReport | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { fromSeq, toSeq, bytes, fromUs, toUs, gapSeq, gapUs } = body as Partial<HoldingReport> // SAFE: each field is checked
  const isWhole = [fromSeq, toSeq, bytes, fromUs, toUs, gapSeq, gapUs].every(isCount)
  return isWhole ? (body as HoldingReport) : undefined // SAFE: checked
}

/** Whether a definition of these kinds, read from a file, has what its type says. */
export function isIncidentDefinition(definition: IncidentDefinition): boolean {
  const { id, realm, cause, atUs, fromUs, untilUs, count } = definition
  return typeof id === 'string' && INCIDENT_CAUSES.includes(cause) && [realm, atUs, fromUs, untilUs, count].every(isCount)
}
