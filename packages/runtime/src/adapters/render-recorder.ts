/**
 * What the adapters of user-interface libraries share: render activities, and comparing without running code of the program.
 *
 * A library renders in batches (a commit, a flush). One batch records so many renders and no more; how many it left out is told, so that
 * nobody takes what is missing for what did not happen.
 */
import { ActivityType, EventKind } from '@hindscope/protocol'
import { isArray, keysOf, ownDescriptor } from '../recorder/intrinsics.ts'
import { isProxy } from './library-proxies.ts'
import type { ActivityId, RecorderAccess } from './adapter.ts'

export interface RenderCause {
  readonly kind: 'state' | 'props' | 'context' | 'parent'
  readonly name?: string
}

/** The fields of a render activity; see ActivityType.render. */
export interface Render {
  readonly component: string
  readonly key?: string | number | undefined
  /** What of the component ran, where a library renders in parts. */
  readonly part?: string | undefined
  readonly reason: 'mount' | 'update' | 'unmount'
  /** Empty where the library does not say it, and for everything but updates. */
  readonly because: readonly RenderCause[]
  /** An error boundary that shows what it shows since something below it threw. */
  readonly caught?: true | undefined
  /** Time spent in the component's own code, and with all that was rendered below it. */
  readonly selfMs?: number | undefined
  readonly durationMs?: number | undefined
}

/** Renders that one batch records. */
const MAX_RENDERS = 1000
/** Properties that are compared, and names that one render is given. */
const MAX_COMPARED = 200
const MAX_NAMES = 20

export class RenderRecorder {
  readonly recorder: RecorderAccess
  private readonly library: string
  private readonly told: Record<string, true> = { __proto__: null } as object as Record<string, true> // SAFE: filled by `tell`
  private recorded = 0
  private leftOut = 0

  constructor(recorder: RecorderAccess, library: string) {
    this.recorder = recorder
    this.library = library
  }

  /** False when nothing records: the caller may save itself the rest. `link` is what caused it. */
  render(render: Render, link: number): boolean {
    if (this.recorded >= MAX_RENDERS) {
      this.leftOut++
      return true
    }
    const { component, key, part, reason, because, caught, selfMs, durationMs } = render
    const fields: Record<string, unknown> = { library: this.library, component, reason, because }
    if (key !== undefined) fields['key'] = key
    if (part !== undefined) fields['part'] = part
    if (caught) fields['caught'] = true
    const activity: ActivityId = this.recorder.startActivity(ActivityType.render, fields, link)
    if (activity === 0) return false
    this.recorded++
    const times: Record<string, number> = {}
    if (durationMs !== undefined) times['durationMs'] = round(durationMs)
    if (selfMs !== undefined) times['selfMs'] = round(selfMs)
    this.recorder.endActivity(activity, ActivityType.render, times)
    return true
  }

  /** Ends a batch. `isPartial`: not even all of it was looked at. */
  endBatch(isPartial = false): void {
    const { leftOut, recorded } = this
    this.recorded = this.leftOut = 0
    if (leftOut === 0 && !isPartial) return
    const count = isPartial ? `at least ${leftOut}` : leftOut
    this.record('adapter-cut', `${this.library}: ${recorded} renders of one update recorded, ${count} left out`)
  }

  /** Says once a reason whether the adapter works. */
  tell(operation: 'adapter-attached' | 'adapter-unsupported', reason: string): void {
    if (this.told[`${operation} ${reason}`]) return
    this.told[`${operation} ${reason}`] = true
    if (operation === 'adapter-unsupported') this.recorder.fail('adapter-unsupported')
    this.record(operation, reason)
  }

  private record(operation: string, reason: string): void {
    this.recorder.record(EventKind.traceControl, 0, [{ operation, reason }])
  }
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000

export { isProxy }

export const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function'

/** Own data, read without running anything; undefined for everything else. */
export const ownValue = (target: unknown, key: PropertyKey): unknown =>
  isObject(target) && !isProxy(target) ? ownDescriptor(target, key)?.value : undefined

export function ownText(target: unknown, key: PropertyKey): string | undefined {
  const value = ownValue(target, key)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Names of the own properties that differ between two plain objects, as `Object.is` has it. */
export function changedNames(before: unknown, after: unknown): string[] {
  const names: string[] = []
  if (before === after || !isPlain(before) || !isPlain(after)) return names
  const keys = keysOf(after)
  for (let i = 0; i < keys.length && i < MAX_COMPARED && names.length < MAX_NAMES; i++) {
    const key = keys[i] as string | symbol // SAFE: i is below the length
    if (typeof key === 'string' && !isSame(ownDescriptor(before, key), ownDescriptor(after, key))) names[names.length] = key
  }
  const earlier = keysOf(before)
  for (let i = 0; i < earlier.length && i < MAX_COMPARED && names.length < MAX_NAMES; i++) {
    const key = earlier[i] as string | symbol // SAFE: as above
    if (typeof key === 'string' && ownDescriptor(after, key) === undefined) names[names.length] = key
  }
  return names
}

const isPlain = (value: unknown): value is object => typeof value === 'object' && value !== null && !isArray(value) && !isProxy(value)

/** Accessors are not compared: React puts some into props, to warn of `key` and `ref`. */
const isSame = (before: PropertyDescriptor | undefined, after: PropertyDescriptor | undefined): boolean =>
  before !== undefined && after !== undefined && Object.is(before.value, after.value)

export function addCauses(causes: RenderCause[], kind: RenderCause['kind'], names: readonly string[]): void {
  for (let i = 0; i < names.length; i++) causes[causes.length] = { kind, name: names[i] as string } // SAFE: i is below the length
}
