/**
 * Reading Vue's component instances (ComponentInternalInstance of Vue 3), which Vue made: their fields are read as they are. Components, setup
 * results and keys are the program's: of them only own data is read.
 */
import { keysOf } from '../recorder/intrinsics.ts'
import { isObject, isProxy, ownText, ownValue } from './render-recorder.ts'

export interface Effect {
  readonly onTrigger?: (trigger: Trigger) => unknown
}

export interface Instance {
  readonly uid: number
  readonly type: unknown
  readonly parent: Instance | null
  readonly vnode: { readonly key: unknown; readonly props: unknown }
  readonly effect: Effect | undefined
  readonly isMounted: boolean
  readonly subTree: unknown
  /** Proxies of Vue. */
  readonly props: object
  /** Development: what `setup` gave, as it gave it. */
  readonly devtoolsRawSetupState?: unknown
}

/** DebuggerEvent; without a target where a computed value may have changed. */
export interface Trigger {
  readonly target?: object
  readonly key?: unknown
}

/** Bindings that a name is looked for among. */
const MAX_BINDINGS = 500

export function isInstance(value: unknown): value is Instance {
  if (typeof value !== 'object' || value === null) return false
  const { uid, vnode, isMounted } = value as Partial<Instance> // SAFE: checked here
  return typeof uid === 'number' && typeof vnode === 'object' && vnode !== null && typeof isMounted === 'boolean' && 'parent' in value
}

export function nameOfComponent({ type, parent }: Instance): string {
  const name =
    typeof type === 'function' ? (ownText(type, 'displayName') ?? ownText(type, 'name')) : (ownText(type, 'name') ?? ownText(type, '__name'))
  return name ?? fileName(ownText(type, '__file')) ?? (parent === null ? 'App' : 'Anonymous')
}

const fileName = (path: string | undefined): string | undefined => /([^/\\]+?)(\.\w+)?$/.exec(path ?? '')?.[1]

/** What changed, by the name that the component has for it; undefined for its own props, which the comparison of props tells of. */
export function nameOfTrigger(instance: Instance, { target, key }: Trigger): string | undefined {
  if (!isObject(target)) return 'computed'
  if (target === rawOf(instance.props)) return undefined
  if (key === 'value' && ownValue(target, '__v_isRef') === true) return bindingOf(instance, target) ?? 'ref'
  return typeof key === 'string' || typeof key === 'number' ? String(key) : 'collection'
}

/** What Vue itself asks of props and setup results: the trap of its proxies gives the object, and tracks nothing. */
const rawOf = (value: object): unknown => Reflect.get(value, '__v_raw') ?? value

function bindingOf(instance: Instance, ref: object): string | undefined {
  const given = instance.devtoolsRawSetupState
  const state = isObject(given) && !isProxy(given) ? rawOf(given) : undefined
  if (!isObject(state) || isProxy(state)) return undefined
  const names = keysOf(state)
  for (let i = 0; i < names.length && i < MAX_BINDINGS; i++) {
    const name = names[i]
    if (typeof name === 'string' && ownValue(state, name) === ref) return name
  }
  return undefined
}
