/**
 * Reading React's fibers: which component one stands for, and why it was rendered. The layout is that of React 18 and 19
 * (ReactInternalTypes.js, ReactWorkTags.js, ReactFiberFlags.js), in which these fields and numbers are the same.
 *
 * Fibers, hooks, queues and contexts are objects that React made, so their fields are read as they are. Types, props and the state of classes
 * are the program's: of them only own data is read.
 */
import { hasOwn } from '../recorder/intrinsics.ts'
import { addCauses, changedNames, isObject, ownText, ownValue } from './render-recorder.ts'
import type { RenderCause } from './render-recorder.ts'

export interface Fiber {
  readonly tag: number
  readonly key: string | null
  readonly type: unknown
  readonly elementType: unknown
  readonly return: Fiber | null
  readonly child: Fiber | null
  readonly sibling: Fiber | null
  /** The same fiber of the tree that was shown before. */
  readonly alternate: Fiber | null
  readonly flags: number
  readonly mode: number
  readonly memoizedProps: unknown
  /** The first hook of a function, the state of a class. */
  readonly memoizedState: unknown
  readonly dependencies: { readonly firstContext: ContextItem | null } | null
  /** Builds for development and profiling. */
  readonly actualDuration?: number
  /** Development: every hook that the component called, in order. */
  readonly _debugHookTypes?: readonly string[] | null
}

interface ContextItem {
  readonly context: object
  readonly memoizedValue: unknown
  readonly next: ContextItem | null
}

interface Hook {
  readonly memoizedState: unknown
  readonly queue: object | null
  readonly next: Hook | null
}

/** Work tags. */
const FUNCTION = 0
const CLASS = 1
const INDETERMINATE = 2
export const HOST_ROOT = 3
const FORWARD_REF = 11
const MEMO = 14
const SIMPLE_MEMO = 15

/** Flags. */
const PERFORMED_WORK = 1
const DID_CAPTURE = 128
/** Mode. */
const PROFILE = 2

/** Looked at in one component; what lies behind is not compared. */
const MAX_HOOKS = 500
const MAX_CONTEXTS = 50

export function isFiber(value: unknown): value is Fiber {
  if (typeof value !== 'object' || value === null) return false
  const { tag, flags, mode } = value as Partial<Fiber> // SAFE: checked here
  return typeof tag === 'number' && typeof flags === 'number' && typeof mode === 'number' && 'alternate' in value && 'child' in value
}

export const isComponent = ({ tag }: Fiber): boolean =>
  tag === FUNCTION || tag === CLASS || tag === SIMPLE_MEMO || tag === FORWARD_REF || tag === INDETERMINATE

/** The component's code ran for this commit, and React used what it gave. */
export const hasRendered = ({ flags }: Fiber): boolean => (flags & PERFORMED_WORK) !== 0

/** A boundary of which something below threw in this commit. */
export const hasCaught = ({ tag, flags }: Fiber): true | undefined => (tag === CLASS && (flags & DID_CAPTURE) !== 0) || undefined

export function componentName(fiber: Fiber): string {
  const { type, elementType } = fiber
  const render = ownValue(type, 'render')
  const wrapper = fiber.return !== null && fiber.return.tag === MEMO ? fiber.return.elementType : undefined
  return (
    ownText(elementType, 'displayName') ??
    ownText(type, 'displayName') ??
    ownText(render, 'displayName') ??
    ownText(wrapper, 'displayName') ??
    (typeof type === 'function' ? ownText(type, 'name') : undefined) ??
    (typeof render === 'function' ? ownText(render, 'name') : undefined) ??
    'Anonymous'
  )
}

/** Time of this commit; undefined in builds that do not measure. Time below is that of the children, all of which this commit looked at. */
export function durations(fiber: Fiber): { readonly durationMs: number; readonly selfMs: number } | undefined {
  const durationMs = fiber.actualDuration
  if (typeof durationMs !== 'number' || (fiber.mode & PROFILE) === 0) return undefined
  let selfMs = durationMs
  for (let child = fiber.child; child !== null; child = child.sibling) selfMs -= child.actualDuration ?? 0
  return { durationMs, selfMs: Math.max(0, selfMs) }
}

/** Empty where the fiber does not say it: Fast Refresh, a component that waited. `isUpdater`: React noted that an update was asked of it. */
export function causesOf(before: Fiber, after: Fiber, isUpdater: boolean): RenderCause[] {
  const causes: RenderCause[] = []
  const isClass = after.tag === CLASS
  if (isClass) addCauses(causes, 'state', changedNames(before.memoizedState, after.memoizedState))
  else addHooks(causes, before, after)
  addContexts(causes, before, after)
  addCauses(causes, 'props', changedNames(before.memoizedProps, after.memoizedProps))
  if (causes.length > 0) return causes
  if (before.memoizedProps !== after.memoizedProps) causes[0] = { kind: 'parent' }
  // `forceUpdate`, or a state without names.
  else if (before.type === after.type && (isUpdater || isClass)) causes[0] = { kind: 'state' }
  return causes
}

/** States among the hooks that one call of a hook makes; hooks that are not here make none. */
const STATES: Readonly<Record<string, number>> = {
  useState: 1,
  useReducer: 1,
  useTransition: 1,
  useSyncExternalStore: 1,
  useOptimistic: 1,
  // The state, whether it is pending, and the action.
  useActionState: 3,
  useFormState: 3,
}

/**
 * Hooks with a state whose state differs: `useState#0` is the first of the component's hooks that have one. Without the names that builds for
 * development keep it is `state#0`.
 */
function addHooks(causes: RenderCause[], before: Fiber, after: Fiber): void {
  const types = after._debugHookTypes ?? []
  let typeAt = -1
  let left = 0
  let index = -1
  let old = before.memoizedState as Hook | null // SAFE: what a function's fiber has
  let hook = after.memoizedState as Hook | null // SAFE: as above
  for (let i = 0; i < MAX_HOOKS && isObject(old) && isObject(hook); i++, old = old.next, hook = hook.next) {
    const kind = stateKind(hook.queue)
    if (kind === undefined) continue
    if (left > 0) left--
    else {
      index++
      do typeAt++
      while (typeAt < types.length && STATES[types[typeAt] as string] === undefined) // SAFE: typeAt is below the length
      left = (STATES[types[typeAt] ?? ''] ?? 1) - 1
    }
    if (kind !== 'action' && !Object.is(old.memoizedState, hook.memoizedState))
      causes[causes.length] = { kind: 'state', name: `${types[typeAt] ?? kind}#${index}` }
  }
}

/** By what the queue of a hook is; undefined for hooks without one: refs, memos, effects. */
function stateKind(queue: object | null): string | undefined {
  if (!isObject(queue)) return undefined
  if (hasOwn(queue, 'lastRenderedReducer')) return 'state'
  return hasOwn(queue, 'getSnapshot') ? 'useSyncExternalStore' : 'action'
}

function addContexts(causes: RenderCause[], before: Fiber, after: Fiber): void {
  const old = before.dependencies?.firstContext ?? null
  let seen = 0
  for (let item = after.dependencies?.firstContext ?? null; item !== null && seen < MAX_CONTEXTS; item = item.next, seen++) {
    const earlier = findContext(old, item.context)
    if (earlier === undefined || Object.is(earlier.memoizedValue, item.memoizedValue)) continue
    if (findContext(after.dependencies?.firstContext ?? null, item.context) !== item) continue
    const name = ownText(item.context, 'displayName')
    causes[causes.length] = name === undefined ? { kind: 'context' } : { kind: 'context', name }
  }
}

function findContext(first: ContextItem | null, context: object): ContextItem | undefined {
  let item = first
  for (let seen = 0; item !== null && seen < MAX_CONTEXTS; item = item.next, seen++) if (item.context === context) return item
  return undefined
}
