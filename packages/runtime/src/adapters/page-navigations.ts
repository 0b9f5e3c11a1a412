/**
 * Where the page went without being loaded anew, as `lifecycle` events of the call that asked: `pushState` and `replaceState`, links to fragments,
 * back and forward. By the Navigation API; where there is none, the two methods are patched.
 */
import { EventKind } from '@hindscope/protocol'
import { reflectApply } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from './adapter.ts'
import { reader } from './native-reader.ts'
import { listenTo } from './page-entries.ts'
import { combine, objectAt, patchMethod } from './patch.ts'
import { taintQuery } from './secret-values.ts'

const KINDS = { pushState: 'push', replaceState: 'replace' } as const

export function watchNavigations(recorder: RecorderAccess, realm: object): Detach | undefined {
  const location = objectAt(realm, 'location')
  if (location === undefined) return undefined
  const address = (): string => String(Reflect.get(location, 'href'))
  let from = address()
  const went = (kind: string): void => {
    const to = address()
    taintQuery(recorder, to)
    recorder.record(EventKind.lifecycle, 0, [{ name: 'navigation', kind, to, from }])
    from = to
  }
  const navigation = objectAt(realm, 'navigation')
  if (navigation !== undefined && 'currentEntry' in navigation) {
    const kindOf = reader(realm, 'NavigationCurrentEntryChangeEvent', 'navigationType')
    return listenTo(recorder, navigation, 'currententrychange', event => {
      const kind = kindOf(event)
      if (typeof kind === 'string') went(kind)
    })
  }
  const moved = (): void => {
    if (address() !== from) went('traverse')
  }
  const prototype = objectAt(objectAt(realm, 'History') ?? {}, 'prototype')
  return combine([
    ...(['pushState', 'replaceState'] as const).map(key => prototype && patchHistory(prototype, key, () => went(KINDS[key]))),
    listenTo(recorder, realm, 'popstate', moved),
    listenTo(recorder, realm, 'hashchange', moved),
  ])
}

function patchHistory(prototype: object, key: keyof typeof KINDS, went: () => void): Detach | undefined {
  return patchMethod(prototype, key, (original, state) => {
    const methods = {
      [key](this: unknown, ...args: unknown[]): unknown {
        const result = reflectApply(original, this, args as never) // SAFE: what the caller gave
        if (state.isActive) went()
        return result
      },
    }
    return methods[key] as typeof original // SAFE: just made
  })
}
