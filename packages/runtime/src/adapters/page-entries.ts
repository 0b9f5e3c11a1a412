/** Entries of the page's performance timeline, from the first on. */
import { reflectApply, reflectConstruct } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from './adapter.ts'
import { objectAt } from './patch.ts'

/** An entry of the platform; its fields are those of its type. */
export type Entry = Readonly<Record<string, unknown>>

export const numberOf = (entry: Entry, key: string): number => (typeof entry[key] === 'number' ? entry[key] : 0)
export const textOf = (entry: Entry, key: string): string | undefined =>
  typeof entry[key] === 'string' && entry[key] !== '' ? entry[key] : undefined
export const rounded = (value: number): number => Math.round(value * 10) / 10

/** Calls `take` with each list of entries, those from before included. Undefined where the platform has no such entries. */
export function observeEntries(
  recorder: RecorderAccess,
  realm: object,
  type: string,
  take: (entries: readonly Entry[]) => void,
  options: object = {},
): Detach | undefined {
  const observers = objectAt(realm, 'PerformanceObserver')
  const types: unknown = observers && Reflect.get(observers, 'supportedEntryTypes')
  if (observers === undefined || !Array.isArray(types) || !types.includes(type)) return undefined
  const listed = (list: { getEntries(): readonly Entry[] }): void => {
    try {
      take(list.getEntries())
    } catch {
      recorder.fail('adapter-failed') // SAFE: the page goes on; counted.
    }
  }
  const observer = reflectConstruct(observers as typeof PerformanceObserver, [listed]) as PerformanceObserver // SAFE: the platform's class
  observer.observe({ type, buffered: true, ...options })
  return () => observer.disconnect()
}

/** Listens as the program does: a listener runs within the activity of its event. */
export function listenTo(recorder: RecorderAccess, target: object, type: string, heard: (event: object) => void): Detach | undefined {
  const [add, remove] = [Reflect.get(target, 'addEventListener'), Reflect.get(target, 'removeEventListener')] as unknown[]
  if (typeof add !== 'function' || typeof remove !== 'function') return undefined
  const listener = (event: object): void => {
    try {
      heard(event)
    } catch {
      recorder.fail('adapter-failed') // SAFE: as above
    }
  }
  // SAFE: EventTarget's methods
  reflectApply(add as () => void, target, [type, listener, true] as never)
  return () => void reflectApply(remove as () => void, target, [type, listener, true] as never)
}
