/**
 * Reading Preact's vnodes and components, by their mangled names (`mangle.json` of Preact 10 and 11). Components and their hooks are objects
 * that Preact made, or that inherit from its class: fields that it sets are read as they are. Props, state and types are the program's: of
 * them only own data is read.
 */
import { isArray } from '../recorder/intrinsics.ts'
import { addCauses, changedNames, isObject, ownText, ownValue } from './render-recorder.ts'
import type { RenderCause } from './render-recorder.ts'

export interface VNode {
  readonly type: unknown
  readonly key: unknown
  /** Parent. */
  readonly __: unknown
  readonly __c: Component | null
  /** Its original; null where the component threw. */
  readonly __v: unknown
}

export interface Component {
  readonly props: unknown
  readonly state: unknown
  readonly context: unknown
  readonly __H?: { readonly __: readonly HookItem[] }
  /** What Preact 10 has in a boundary that caught something: itself. */
  readonly __E?: unknown
  /** Bits of Preact 11; 2 as above. */
  readonly __g?: number
}

interface HookItem {
  /** Value: a pair for states. */
  readonly __?: unknown
  /** The component, for states. */
  readonly __c?: unknown
  /** The context. */
  readonly c?: unknown
}

/** What a component was rendered with. */
export interface Remembered {
  readonly props: unknown
  readonly state: unknown
  /** Of its hooks, in order; undefined for those without a value that counts. */
  readonly values: readonly (HookValue | undefined)[]
}
interface HookValue {
  readonly kind: 'state' | 'context'
  readonly name: string | undefined
  readonly value: unknown
}

const MAX_HOOKS = 500

export function isVNode(value: unknown): value is VNode {
  return isObject(value) && '__c' in value && '__v' in value && 'type' in value
}

/** Contexts are components that provide themselves. */
export const isProvider = (type: unknown): boolean => typeof type === 'function' && (ownText(type, '__c')?.startsWith('__cC') ?? false)

export const nameOf = (type: unknown): string => ownText(type, 'displayName') ?? ownText(type, 'name') ?? 'Anonymous'

export function rememberValues(component: Component): Remembered {
  const items = component.__H?.__
  const values: (HookValue | undefined)[] = []
  let states = 0
  if (isArray(items))
    for (let i = 0; i < items.length && i < MAX_HOOKS; i++) {
      const item = items[i] as HookItem // SAFE: i is below the length
      if (item.__c === component) values[i] = { kind: 'state', name: `state#${states++}`, value: isArray(item.__) ? item.__[0] : item.__ }
      else
        values[i] = isObject(item.c) ? { kind: 'context', name: ownText(item.c, 'displayName'), value: contextValue(component, item.c) } : undefined
    }
  return { props: ownValue(component, 'props'), state: ownValue(component, 'state'), values }
}

function contextValue(component: Component, context: object): unknown {
  const id = ownText(context, '__c')
  const provider = id === undefined ? undefined : ownValue(ownValue(component, 'context'), id)
  return isObject(provider) ? ownValue(ownValue(provider, 'props'), 'value') : ownValue(context, '__')
}

/** `isAsked`: by `setState` or `forceUpdate`. */
export function causesOf(before: Remembered, now: Remembered, isAsked: boolean): RenderCause[] {
  const causes: RenderCause[] = []
  addCauses(causes, 'state', changedNames(before.state, now.state))
  for (let i = 0; i < now.values.length; i++) {
    const [old, value] = [before.values[i], now.values[i]]
    if (old === undefined || value === undefined || Object.is(old.value, value.value)) continue
    const { kind, name } = value
    causes[causes.length] = name === undefined ? { kind } : { kind, name }
  }
  addCauses(causes, 'props', changedNames(before.props, now.props))
  if (causes.length > 0) return causes
  if (before.props !== now.props) causes[0] = { kind: 'parent' }
  else if (isAsked) causes[0] = { kind: 'state' }
  return causes
}
