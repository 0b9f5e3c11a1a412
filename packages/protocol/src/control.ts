/**
 * What collector and recorders tell each other beside chunks. A message has a topic, and a body that whoever owns the topic checks where
 * it arrives: a recorder that gets a bad one counts it (`control-bad`) and goes on, as it does with a topic that it does not know
 * (`control-unknown`); so does the collector. Nothing here is acknowledged or kept: what must not be lost is an event in the trace.
 */

import type { AnnotationDraft } from './annotations.ts'
import type { HoldingReport, KeepControl } from './incidents.ts'
import type { LevelRule, LevelRules } from './plan.ts'
import type { EventRef } from './query.ts'
import type { StoreRef } from './stores.ts'
import type { ValueNode } from './value-codec.ts'

/** Both sides say in their greeting which version they speak; nothing is sent to one that said none. */
export const CONTROL_VERSION = 1

/** Collector to recorder. */
export interface ControlBodies {
  readonly levels: LevelsControl
  readonly keep: KeepControl
  readonly ingest: IngestControl
  readonly jump: JumpControl
}
export type ControlTopic = keyof ControlBodies

/** Recorder to collector. */
export interface ReportBodies {
  readonly levels: LevelsReport
  readonly holding: HoldingReport
  readonly jump: JumpReport
}
export type ReportTopic = keyof ReportBodies

export interface ControlMessage<Topic extends ControlTopic = ControlTopic> {
  readonly kind: 'control'
  readonly topic: Topic
  readonly body: ControlBodies[Topic]
}
export interface ReportMessage<Topic extends ReportTopic = ReportTopic> {
  readonly kind: 'report'
  readonly topic: Topic
  readonly body: ReportBodies[Topic]
}

/**
 * Levels for probes of modules, also of modules that the realm has not loaded yet. What is said about a module replaces all that was
 * said about it before; an empty list gives it back to its plan. Without modules it changes nothing: the answer tells the realm's time.
 */
export interface LevelsControl {
  /** Of the session's rules; goes up with each change of them. Below 0 it numbers questions for the time. */
  readonly revision: number
  /** By module key: first probe index, number of probes, level digit, and so on. */
  readonly modules: Readonly<Record<string, readonly number[]>>
}

/** What the realm made of it. */
export interface LevelsReport {
  readonly revision: number
  /** Probes whose level is another than before. */
  readonly changed: number
  /** When, by the clock that events have. */
  readonly atUs: number
}

/**
 * Puts a store of the running program to a state that was recorded, or back to the one that it left for the first such state; or asks which
 * stores could be put anywhere now. `id` comes back with the answer. Realms that never had a store do not know the topic.
 */
export type JumpControl =
  | { readonly id: number; readonly ask: 'stores' }
  | { readonly id: number; readonly ask: 'back'; readonly store: string }
  | {
      readonly id: number
      readonly ask: 'jump'
      readonly store: string
      /** The moment, for the record: `0.42`. */
      readonly to: string
      /** The state as it was recorded. The collector vouches for it: parts that no recording can give back have not changed since. */
      readonly state: ValueNode
      /** State events of the store that the collector knows. With fewer than there are, it cannot vouch for anything. */
      readonly known: number
    }

/** What the realm made of it. */
export type JumpReport =
  | { readonly id: number; readonly stores: readonly JumpableStore[] }
  | { readonly id: number; readonly outcome: 'done' }
  | { readonly id: number; readonly outcome: 'refused'; readonly why: JumpRefusal; readonly path?: string; readonly reason?: string }

/**
 * gone: there is no such store any more, or its library cannot be asked. incomplete: a part of the state, at `path`, can be neither made nor
 * kept. behind: it could be kept, but more has been recorded than the collector knows. failed: it threw; the state may be there all the
 * same. off: nothing is recorded, so that the trace could not tell of it.
 */
export type JumpRefusal = 'gone' | 'incomplete' | 'behind' | 'failed' | 'off'

export interface JumpableStore {
  readonly store: string
  /** It was put to a recorded state, and can go back to where it was before. */
  readonly isAway: boolean
}

/**
 * Whether the collector stores what it gets. While it does not, it acknowledges nothing and forgets nothing: recorders keep chunks by their
 * own rules. Only realms that are no pages are told.
 */
export type IngestControl = { readonly state: 'taking' } | { readonly state: 'paused'; readonly reason: PauseReason }
/** disk-full: there is no room. disk-failed: the disk or the folder refuses. memory: the collector's own memory is short. */
export type PauseReason = 'disk-full' | 'disk-failed' | 'memory'

/**
 * What a collector does for a session that is being recorded, beside answering queries: POST /api/<method> like those of the query API.
 * Servers of trace files refuse with `collector-request`.
 */
export interface SessionControl {
  /** Adds rules behind those that there are, and resolves when the connected realms have taken them, or after a second. */
  setLevels(order: { readonly session: string; readonly rules: readonly LevelRule[] }): Promise<LevelOutcome>
  levelRules(query: { readonly session: string }): Promise<LevelRules>
  /** Marks this moment, and has the realms keep the time around it (incidents.ts). At most 200 characters of the label are kept. */
  mark(order: { readonly session: string; readonly label?: string }): Promise<{ readonly incident: string }>
  /** Writes annotations beside the session's segments; durable when it resolves. Sessions that are over take them too. */
  annotate(order: { readonly session: string; readonly annotations: readonly AnnotationDraft[] }): Promise<{ readonly annotations: number }>
  /** Stores of the track's realm that can be put to a recorded state now; none where it is not connected or has no such store. */
  jumpableStores(query: { readonly session: string; readonly track: number }): Promise<{ readonly stores: readonly JumpableStore[] }>
  /**
   * Puts the running program's store to the state that it had right after the event, and resolves when the program has it. Throws
   * `jump-not-running`, `jump-not-allowed`, `jump-incomplete`, `jump-failed`, `jump-silent`.
   */
  jumpStore(order: StoreRef & { readonly session: string; readonly ref: EventRef }): Promise<{ readonly done: true }>
  /** Gives the store the state that it had before the first jump; what it became since is lost. Throws as `jumpStore`. */
  jumpBack(order: StoreRef & { readonly session: string }): Promise<{ readonly done: true }>
}
export const CONTROL_METHODS = ['setLevels', 'levelRules', 'mark', 'annotate', 'jumpableStores', 'jumpStore', 'jumpBack'] as const
export type ControlMethod = (typeof CONTROL_METHODS)[number]

export interface LevelOutcome extends LevelRules {
  /** Known functions that the new rules name. Rules also hold for modules that come later. */
  readonly functions: number
  /** Of these, how many were built with less than they are asked to record. */
  readonly capped: number
  /** Realms of the session that are connected, and how many of them have said that they took the rules. */
  readonly realms: number
  readonly answered: number
  /** Probes that have another level now, in the realms that answered. */
  readonly changed: number
}
