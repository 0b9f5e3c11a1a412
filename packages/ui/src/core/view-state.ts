/** What a link carries: where the user looks, at what, through which filter. Everything else on screen follows from it. */
import type { EventKindName, EventRef } from '@hindscope/protocol'
import type { Moment } from './moment.ts'

export const LEFT_TABS = ['problems', 'calls', 'events', 'incidents', 'levels'] as const
export type LeftTab = (typeof LEFT_TABS)[number]
export const RIGHT_TABS = ['values', 'stack', 'event'] as const
export type RightTab = (typeof RIGHT_TABS)[number]
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

export interface ViewState {
  readonly session?: string
  readonly moment?: Moment
  readonly range?: TimeRange
  readonly filter: ViewFilter
  readonly left?: LeftTab
  readonly right?: RightTab
  readonly source?: SourcePlace
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
