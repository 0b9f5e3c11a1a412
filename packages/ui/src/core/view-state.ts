/** What a link carries: where the user looks, at what, through which filter. Everything else on screen follows from it. */
import type { EventKindName, EventRef } from '@hindscope/protocol'
import type { Moment } from './moment.ts'
import type { TraceName } from './trace-name.ts'
import type { ViewChoices } from './view-choices.ts'

export const LEFT_TABS = [
  'problems',
  'calls',
  'events',
  'incidents',
  'levels',
  'search',
  'logpoints',
  'notes',
  'flame',
  'network',
  'sequence',
  'state',
] as const
export type LeftTab = (typeof LEFT_TABS)[number]
export const RIGHT_TABS = ['values', 'stack', 'event', 'diff'] as const
export type RightTab = (typeof RIGHT_TABS)[number]
export const SCREEN_TABS = ['health', 'size', 'performance', 'compare', 'settings'] as const
/** Pages of the Session screen. */
export type ScreenTab = (typeof SCREEN_TABS)[number]
export const EVENT_GROUPS = ['calls', 'steps', 'writes', 'activities', 'console', 'state', 'messages', 'recorder'] as const
export type EventGroup = (typeof EVENT_GROUPS)[number]

export interface TimeRange {
  readonly fromUs: number
  /** Exclusive. */
  readonly toUs: number
}

export interface ViewFilter {
  readonly text: string
  readonly errors: boolean
  readonly group?: EventGroup
  /** Only the causal tree of this event. */
  readonly chain?: EventRef
}

/** A place in a source file that the user opened himself; absent, the source follows the moment. */
export interface SourcePlace {
  readonly path: string
  readonly line?: number
}

/** An object by the id that values of a track have. */
export interface TracedObject {
  readonly track: number
  readonly object: number
}

/** An expression that is read at every recorded execution of a line. */
export interface Logpoint {
  readonly path: string
  readonly line: number
  readonly expression: string
}

/** What the moment is compared with: the moment visited before, the last write of the call, its start, or a moment that was kept. */
export type DiffBase = 'visited' | 'write' | 'call' | EventRef
export interface DiffView {
  readonly base: DiffBase
  /** What did not change is shown too. */
  readonly all: boolean
}

export interface ViewState {
  /** The file that the rest is about; absent, it is about what the collector has. */
  readonly trace?: TraceName
  readonly session?: string
  readonly moment?: Moment
  readonly range?: TimeRange
  readonly filter: ViewFilter
  readonly left?: LeftTab
  readonly right?: RightTab
  readonly source?: SourcePlace
  /** The question of the Search list, in the query language. */
  readonly query?: string
  /** The Search list shows where this object was seen instead. */
  readonly object?: TracedObject
  /** Never empty. */
  readonly logpoints?: readonly Logpoint[]
  /** Expressions on top of the values; never empty. */
  readonly pins?: readonly string[]
  readonly diff?: DiffView
  /** Only values that have this in their name or text. */
  readonly valueFilter?: string
  /** The page of the Session screen that is open. */
  readonly screen?: ScreenTab
  /** The session that this one is compared with. */
  readonly other?: string
  readonly choices?: ViewChoices
}

export const NO_FILTER: ViewFilter = { text: '', errors: false }
export const EMPTY_VIEW: ViewState = { filter: NO_FILTER }

export const isFiltering = (filter: ViewFilter): boolean =>
  filter.text !== '' || filter.errors || filter.group !== undefined || filter.chain !== undefined

/** Event kinds behind each group pill. */
export const GROUP_KINDS: Readonly<Record<EventGroup, readonly EventKindName[]>> = {
  calls: ['callEnter', 'callReturn', 'callThrow', 'callUnwind', 'suspendAwait', 'resumeAwait', 'suspendYield', 'resumeYield'],
  steps: ['step', 'branch', 'iteration', 'expression'],
  writes: ['write', 'propertyWrite', 'locals'],
  activities: ['activityStart', 'activityEnd'],
  console: ['console', 'uncaughtError', 'unhandledRejection'],
  state: ['stateChange', 'stateSnapshot'],
  messages: ['messageSend', 'messageReceive'],
  recorder: ['levelChange', 'traceControl', 'metric', 'realmStart', 'realmEnd'],
}
