/**
 * The realm's one hook object. Its identity is stable: instrumented modules keep it for ever, whichever came first, the module or the
 * recorder. Its behaviour is switched: inert until a recorder takes it over, and inert again after.
 *
 * The hook owns what must stay valid over that change: base probe ids, level tables and the next call id (so that a frame that an
 * earlier recorder gave out is never taken for a call of the present one). This file is in every instrumented bundle: it stays small.
 */
import { ABI_VERSION, HOOK_SYMBOL } from '@hindscope/protocol'
import type { Frame, ProbeHook } from '@hindscope/protocol'
import type { Detach, RecorderAccess } from './adapters/adapter.ts'
import type { HookModule } from './hook-module.ts'

/** The functions that a recorder replaces. */
export type HookBehaviour = Pick<
  ProbeHook,
  | 'e'
  | 'ei'
  | 'ec'
  | 'rc'
  | 'r'
  | 'v'
  | 't'
  | 'k'
  | 'l'
  | 'x'
  | 'a'
  | 'w'
  | 'i'
  | 'y'
  | 'n'
  | 'g'
  | 's'
  | 'p'
  | 'c'
  | 'j'
  | 'u'
  | 'f'
  | 'h'
  | 'o'
  | 'q'
  | 'd'
>

export interface HookRegistry {
  /** Index of the ABI that every copy of this package checks before it joins. */
  readonly abi: typeof ABI_VERSION
  /** By key; without a prototype, so that nothing of the program is asked. */
  readonly modules: Record<string, HookModule>
  /** The next module's base; 0 is no probe. */
  nextProbe: number
  nextCall: number
  /** Frames of an earlier recorder that may still be open on the physical stack. */
  openFrames: number
  /** Told by copies of the package that cannot work with this hook: what they instrumented is not recorded. */
  refused?: ((version: number) => void) | undefined
  /** Set by the recorder that owns the hook at present. */
  onModule: ((module: HookModule) => void) | undefined
  /** Set likewise. */
  owner?: HookOwner | undefined
  /** Told when `owner` has been set: by the first such adapter of the realm, which keeps the others (library-watch.ts). */
  onOwner?: (() => void) | undefined
}

/** What others may know of the recorder that owns the hook: realms that it starts, marks, adapters of libraries. */
export interface HookOwner {
  readonly access: RecorderAccess
  /** Id of the realm that it records as. */
  readonly realm: number
  /** The global object. */
  readonly target: object
  /** As far as the recorder knows: adapters of libraries, which are files of their own, know of no proxies of a page. */
  readonly isProxy: (value: object) => boolean
  /** As those of RecorderHandle. */
  uninstall(): void
  flush(): Promise<void>
  close(): Promise<void>
  /** Run when the recorder lets the hook go, last first. */
  readonly detachers: Detach[]
}

export type SharedHook = ProbeHook & { lb: ProbeHook['lb'] } & { -readonly [K in keyof HookBehaviour]: HookBehaviour[K] } & {
  readonly registry: HookRegistry
}

const second = <T>(_frame: Frame, value: T): T => value
const third = <T>(_frame: Frame, _probe: number, value: T): T => value
const nothing = (): void => {}
const none = (): Frame => 0

/** What the hook does while nothing records. */
export const INERT: HookBehaviour = {
  e: none,
  ei: frame => frame,
  ec: none,
  rc: second as HookBehaviour['r'], // SAFE: as for `r`
  r: second as HookBehaviour['r'], // SAFE: `r` without a value returns undefined, which is what `second` gives
  v: nothing,
  t: second,
  k: nothing,
  l: nothing,
  x: second,
  a: second,
  w: second,
  i: second,
  y: second as HookBehaviour['y'], // SAFE: as for `r`
  n: second,
  g: nothing,
  s: nothing,
  p: nothing,
  c: third,
  j: nothing,
  u: third,
  f: third,
  h: third,
  o: third,
  q: third,
  d: () => -1,
}

export function createHook(): SharedHook {
  const registry: HookRegistry = {
    abi: ABI_VERSION,
    modules: { __proto__: null } as object as Record<string, HookModule> /* SAFE: filled by `m` */,
    nextProbe: 1,
    nextCall: 1,
    openFrames: 0,
    onModule: undefined,
  }
  const hook: SharedHook = {
    version: ABI_VERSION,
    b: 0,
    z: Symbol.for('hindscope.redacted'),
    registry,
    m(key: string, digits: string): Int32Array {
      let module = registry.modules[key]
      if (module === undefined) {
        module = { key, base: registry.nextProbe, digits, levels: new Int32Array(digits.length) }
        registry.nextProbe += digits.length
        registry.modules[key] = module
        registry.onModule?.(module)
      }
      hook.b = module.base
      return module.levels
    },
    lb: third as unknown as ProbeHook['lb'], // SAFE: it gives the third argument, whatever the others are
    ...INERT,
  }
  return hook
}

const KEY = Symbol.for(HOOK_SYMBOL)

/** The hook that `realm` has, if it is one that this version can work with. */
export function findHook(realm: object): SharedHook | 'foreign' | undefined {
  const found: unknown = Reflect.getOwnPropertyDescriptor(realm, KEY)?.value
  if (found === undefined) return undefined
  const hook = found as Partial<SharedHook> // SAFE: only fields checked here are used
  return hook.version === ABI_VERSION && hook.registry?.abi === ABI_VERSION ? (found as SharedHook) : 'foreign' // SAFE: checked
}

/** Lets the recorder of a hook of another version count that this copy cannot join it. Every version keeps `registry.refused`. */
export function tellForeign(realm: object): void {
  try {
    const hook: unknown = Reflect.getOwnPropertyDescriptor(realm, KEY)?.value
    ;(hook as SharedHook).registry.refused?.(ABI_VERSION) // SAFE: anything else throws, and is nobody to tell
  } catch {
    // SAFE: nobody there counts.
  }
}

/** False when the realm refuses (a frozen global object). */
export const defineHook = (realm: object, hook: SharedHook): boolean =>
  Reflect.defineProperty(realm, KEY, { value: hook, configurable: true, enumerable: false, writable: false })

export const removeHook = (realm: object): boolean => Reflect.deleteProperty(realm, KEY)
